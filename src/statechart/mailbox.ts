/**
 * Events that wait until their entity has finished its macrostep: a first-in-first-out list for each entity.
 *
 * Linked lists in one pool, so that one entity's long list costs the others nothing, and waiting costs no
 * allocation once the pool has grown.
 */
const NOTHING = -1;

export class Mailbox {
  /** Registers: the event that `shift` took. */
  event = 0;
  x = 0;
  y = 0;

  /** Events that wait, for all entities together. */
  waiting = 0;

  // By entity: first and last letter.
  private first: Int32Array = new Int32Array(16).fill(NOTHING);
  private last: Int32Array = new Int32Array(16).fill(NOTHING);
  // By letter. A free letter's `next` leads to the next free one.
  private readonly next: number[] = [];
  private readonly events: number[] = [];
  private readonly xs: number[] = [];
  private readonly ys: number[] = [];
  private free = NOTHING;

  /** Makes room for entities 0 … size − 1. */
  grow(size: number): void {
    this.first = grown(this.first, size);
    this.last = grown(this.last, size);
  }

  /** Puts an event behind those that wait for the entity. */
  push(id: number, event: number, x: number, y: number): void {
    let letter = this.free;
    if (letter === NOTHING) letter = this.next.length;
    else this.free = this.next[letter];
    this.next[letter] = NOTHING;
    this.events[letter] = event;
    this.xs[letter] = x;
    this.ys[letter] = y;
    if (this.first[id] === NOTHING) this.first[id] = letter;
    else this.next[this.last[id]] = letter;
    this.last[id] = letter;
    this.waiting++;
  }

  /** Takes the entity's first waiting event into the registers; false if there is none. */
  shift(id: number): boolean {
    const letter = this.first[id];
    if (letter === NOTHING) return false;
    this.first[id] = this.next[letter];
    this.next[letter] = this.free;
    this.free = letter;
    this.event = this.events[letter];
    this.x = this.xs[letter];
    this.y = this.ys[letter];
    this.waiting--;
    return true;
  }

  /** Throws away what waits for the entity. */
  clear(id: number): void {
    while (this.shift(id));
  }
}

function grown(column: Int32Array, size: number): Int32Array {
  if (size <= column.length) return column;
  const larger = new Int32Array(Math.max(size, column.length * 2)).fill(NOTHING);
  larger.set(column);
  return larger;
}
