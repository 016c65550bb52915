/**
 * Events that wait until their entity has finished its macrostep, first in, first out for each entity. Hardly ever more than a
 * few at once, for all entities together, so one list that is searched is enough.
 */
export class Mailbox {
  /** Registers: the event that `shift` took. */
  event = 0;
  x = 0;
  y = 0;

  /** Events that wait, for all entities together. */
  waiting = 0;

  private readonly ids: number[] = [];
  private readonly letters: { readonly event: number; readonly x: number; readonly y: number }[] = [];

  /** Puts an event behind those that wait for the entity. */
  push(id: number, event: number, x: number, y: number): void {
    this.waiting++;
    this.ids.push(id);
    this.letters.push({ event, x, y });
  }

  /** Takes the entity's first waiting event into the registers; false if there is none. */
  shift(id: number): boolean {
    const at = this.ids.indexOf(id);
    if (at < 0) return false;
    this.waiting--;
    this.ids.splice(at, 1);
    const [letter] = this.letters.splice(at, 1);
    this.event = letter.event;
    this.x = letter.x;
    this.y = letter.y;
    return true;
  }

  /** Throws away what waits for the entity. */
  clear(id: number): void {
    while (this.shift(id));
  }
}
