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
  #words = new Int32Array(2 * 1024);

  /** Adds a state; false if it was there. */
  add(hash: StateHash): boolean {
    if (this.size * 2 >= this.#words.length / 2) this.#grow();
    return this.#insert(hash.low, hash.high);
  }

  #insert(low: number, high: number): boolean {
    const words = this.#words;
    const mask = words.length / 2 - 1;
    // Two zeros mark a free place; the one state that has them shares another's.
    const lowWord = low === 0 && high === 0 ? 1 : low;
    for (let at = (low ^ (high >>> 7)) & mask; ; at = (at + 1) & mask) {
      if (words[2 * at] === 0 && words[2 * at + 1] === 0) {
        words[2 * at] = lowWord;
        words[2 * at + 1] = high;
        this.size++;
        return true;
      }
      if (words[2 * at] === lowWord && words[2 * at + 1] === high) return false;
    }
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Int32Array(old.length * 2);
    this.size = 0;
    for (let i = 0; i < old.length; i += 2)
      if (old[i] !== 0 || old[i + 1] !== 0) this.#insert(old[i], old[i + 1]);
  }
}
