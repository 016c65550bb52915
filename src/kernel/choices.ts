/**
 * All that is left to chance: latencies, losses, who sends when, which server. Whoever needs a decision asks
 * `Choices` for a number, and says for which purpose. The same scenario with the same choices is the same run.
 *
 * Here are the choices that come from a seed, from a list, and those that write down what another one chose.
 */
import { type xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** What is needed to draw on from a certain point: plain numbers, to be given back to the object that saved them. */
export type ChoicesState = readonly number[];

export interface Choices {
  /**
   * An integer in [0, bound) for the purpose with this index. Bounds are integers from 1 to 2^32. Where there
   * is nothing to choose (bound 1), draws nothing and gives 0.
   */
  draw(purpose: number, bound: number): number;
  save(): ChoicesState;
  restore(state: ChoicesState): void;
}

const BOUND_MAX = 2 ** 32;

type Stream = ReturnType<typeof xoroshiro128plus>;

/**
 * Pseudorandom choices: one stream a purpose, seeded by (seed, name of the purpose). So the draws for one purpose
 * depend neither on how much is drawn for others, nor on which others there are: two runs that differ in one
 * knob can be compared.
 */
export class SeededChoices implements Choices {
  private readonly streams: Stream[];

  /** The seed is any integer up to 2^53. A purpose's index is its place in the list. */
  constructor(seed: number, purposes: readonly string[]) {
    if (!Number.isSafeInteger(seed))
      throw new RangeError(`a seed must be an integer up to 2^53, not ${seed}`);
    const twice = purposes.find((name, i) => purposes.indexOf(name) !== i);
    if (twice !== undefined) throw new RangeError(`the purpose "${twice}" is listed twice`);
    this.streams = purposes.map((name) => xoroshiro128plusFromState(streamState(seed, name)));
  }

  /**
   * Scales a draw of 32 bits by multiplying, rather than redrawing what would be biased: so each choice takes
   * exactly one draw. No outcome's probability is off by more than 2^-32 (which is bound / 2^32 of itself). The
   * product is exact up to bound 2^21, and above that correctly rounded, the same on every engine; rounding
   * can't reach the bound, as the largest product is below it by 2^-32 of itself.
   */
  draw(purpose: number, bound: number): number {
    if (!isBound(bound)) refuseBound(bound);
    if (bound === 1) return 0;
    return Math.floor(((this.streams[purpose].next() >>> 0) * bound) / BOUND_MAX);
  }

  save(): ChoicesState {
    return this.streams.flatMap((stream) => [...stream.getState()]);
  }

  restore(state: ChoicesState): void {
    if (state.length !== this.streams.length * 4)
      throw new RangeError("these choices were saved with other purposes");
    for (let i = 0; i < this.streams.length; i++) {
      this.streams[i] = xoroshiro128plusFromState(state.slice(i * 4, i * 4 + 4));
    }
  }
}

/** Replays a list of choices, whatever their purposes. */
export class RecordedChoices implements Choices {
  /** How many of the list have been used. */
  position = 0;
  private readonly list: readonly number[];

  constructor(list: readonly number[]) {
    this.list = list;
  }

  draw(purpose: number, bound: number): number {
    if (!isBound(bound)) refuseBound(bound);
    if (bound === 1) return 0;
    const at = `choice ${this.position} (purpose ${purpose}, bound ${bound})`;
    if (this.position >= this.list.length) {
      throw new RangeError(
        `the recorded choices run out: there are ${this.list.length}, and ${at} is asked for`,
      );
    }
    const value = this.list[this.position];
    if (!(Number.isInteger(value) && value >= 0 && value < bound)) {
      throw new RangeError(`recorded ${at} is ${value}, and must be an integer from 0 to ${bound - 1}`);
    }
    this.position++;
    return value;
  }

  save(): ChoicesState {
    return [this.position];
  }

  restore(state: ChoicesState): void {
    this.position = state[0];
  }
}

/** Passes on what another one chooses, and writes it down, so that `RecordedChoices` can replay it. */
export class RecordingChoices implements Choices {
  /** What was chosen so far. */
  readonly taken: number[] = [];
  private readonly inner: Choices;

  constructor(inner: Choices) {
    this.inner = inner;
  }

  draw(purpose: number, bound: number): number {
    const value = this.inner.draw(purpose, bound);
    if (bound !== 1) this.taken.push(value);
    return value;
  }

  save(): ChoicesState {
    return [this.taken.length, ...this.taken, ...this.inner.save()];
  }

  restore(state: ChoicesState): void {
    const end = 1 + state[0];
    this.taken.length = 0;
    for (let i = 1; i < end; i++) this.taken.push(state[i]);
    this.inner.restore(state.slice(end));
  }
}

function isBound(bound: number): boolean {
  return bound >= 1 && bound <= BOUND_MAX && Math.floor(bound) === bound;
}

function refuseBound(bound: number): never {
  throw new RangeError(
    `can't choose an integer in [0, ${bound}): the bound must be an integer from 1 to 2^32`,
  );
}

/**
 * The 128 bits that a stream starts from. Hashed in full rather than from a 32-bit seed, as pure-rand's own
 * seeding gives the seed back as the first draw. Part of every run's result: changing it changes all traces.
 */
function streamState(seed: number, name: string): number[] {
  return [1, 2, 3, 4].map((salt) => {
    let hash = mixed(mixed(salt ^ seed) ^ Math.floor(seed / BOUND_MAX));
    for (let i = 0; i < name.length; i++) hash = mixed(hash ^ name.charCodeAt(i));
    return salt === 1 && hash === 0 ? 1 : hash; // a state of zeros would stay there
  });
}

/** MurmurHash3's finalizer, after a step that moves 0. */
function mixed(word: number): number {
  let h = (word + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
