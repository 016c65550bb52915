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

  private ids: number[] = [];
  private letters: { readonly event: number; readonly x: number; readonly y: number }[] = [];
  /** Letters before this one were taken. Most are taken from the front, which must not move the rest. */
  private front = 0;

  /** Puts an event behind those that wait for the entity. */
  push(id: number, event: number, x: number, y: number): void {
    this.waiting++;
    this.ids.push(id);
    this.letters.push({ event, x, y });
  }

  /** Takes the entity's first waiting event into the registers; false if there is none. */
  shift(id: number): boolean {
    const at = this.ids.indexOf(id, this.front);
    if (at < 0) return false;
    const { event, x, y } = this.letters[at];
    this.event = event;
    this.x = x;
    this.y = y;
    this.remove(at);
    return true;
  }

  /** Throws away what waits for the entity. */
  clear(id: number): void {
    while (this.shift(id));
  }

  private remove(at: number): void {
    if (at === this.front) {
      this.front++;
    } else {
      this.ids.splice(at, 1);
      this.letters.splice(at, 1);
    }
    if (--this.waiting > 0) return;
    this.ids = [];
    this.letters = [];
    this.front = 0;
  }
}
