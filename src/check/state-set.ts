/**
 * A set of states, each known by 64 bits of hash. Two different states of a million have the same hash with a
 * probability of about 3 in 100 million, in which case the search would miss what follows from the second.
 */
import { mix } from "../run/fingerprint.ts";

/** The hash of a stream of numbers: integers of up to 53 bits. */
export class StateHash {
  low = 0;
  high = 0;

  begin(): void {
    this.low = 0x9747b28c;
    this.high = 0x3c6ef372;
  }

  readonly add = (value: number): void => {
    const word = value | 0;
    // Nearly all values are small.
    const rest = word === value ? 0 : Math.floor(value / 2 ** 32);
    this.low = mix(this.low, word);
    this.high = mix(this.high, rest ^ Math.imul(word, 0x9e3779b1));
  };

  /** Many words of 32 bits at once. */
  addWords(words: Int32Array, first: number, count: number): void {
    let { low, high } = this;
    for (let i = first; i < first + count; i++) {
      low = mix(low, words[i]);
      high = mix(high, Math.imul(words[i], 0x9e3779b1));
    }
    this.low = low;
    this.high = high;
  }
}

/** Open addressing over two words a state. */
export class StateSet {
  size = 0;
  #words: Int32Array<ArrayBufferLike>;

  /** @param words those of another set, whose states this one then has too, as they come: only to be asked, and not to be added to */
  constructor(words: Int32Array<ArrayBufferLike> = new Int32Array(2 * 1024)) {
    this.#words = words;
  }

  /** One whose words other threads may read. */
  static shared(): StateSet {
    return new StateSet(new Int32Array(new SharedArrayBuffer(4 * 2 * 1024)));
  }

  /** Its memory. Once more states have come than fit in, it is another. */
  get words(): Int32Array<ArrayBufferLike> {
    return this.#words;
  }

  /** Adds a state; false if it was there. */
  add(low: number, high: number): boolean {
    if (this.size * 2 >= this.#words.length / 2) this.#grow();
    const at = this.#find(low, high);
    const words = this.#words;
    if (words[at] !== 0 || words[at + 1] !== 0) return false;
    words[at] = lowWordOf(low, high);
    words[at + 1] = high;
    this.size++;
    return true;
  }

  has(low: number, high: number): boolean {
    const at = this.#find(low, high);
    return this.#words[at] !== 0 || this.#words[at + 1] !== 0;
  }

  /** Where a state is, or else where its place would be. */
  #find(low: number, high: number): number {
    const words = this.#words;
    const mask = words.length / 2 - 1;
    const lowWord = lowWordOf(low, high);
    for (let at = (low ^ (high >>> 7)) & mask; ; at = (at + 1) & mask) {
      const isFree = words[2 * at] === 0 && words[2 * at + 1] === 0;
      if (isFree || (words[2 * at] === lowWord && words[2 * at + 1] === high)) return 2 * at;
    }
  }

  #grow(): void {
    const old = this.#words;
    const bytes = old.byteLength * 2;
    const isShared = !(old.buffer instanceof ArrayBuffer);
    this.#words = new Int32Array(isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    this.size = 0;
    for (let i = 0; i < old.length; i += 2)
      if (old[i] !== 0 || old[i + 1] !== 0) this.add(old[i], old[i + 1]);
  }
}

/** Two zeros mark a free place; the one state that has them shares another's. */
function lowWordOf(low: number, high: number): number {
  return low === 0 && high === 0 ? 1 : low;
}
