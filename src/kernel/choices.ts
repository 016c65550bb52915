/**
 * All that is left to chance: latencies, losses, who sends when, which server. Whoever needs a decision asks
 * `Choices` for a number, and says for which purpose. The same scenario with the same choices is the same run.
 *
 * Here are the choices that come from a seed, from a list, from lists by purpose that may end early, and those of
 * an exhaustive walk; and one that writes down what another one chose.
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
  /** Whether to ask who goes first among what is simultaneous on different nodes, too. If not, that is who was scheduled first. */
  readonly drawsOrder: boolean;
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
  readonly drawsOrder: boolean;
  private readonly streams: Stream[];

  /** The seed is any integer up to 2^53. A purpose's index is its place in the list. */
  constructor(seed: number, purposes: readonly string[], drawsOrder = false) {
    this.drawsOrder = drawsOrder;
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

/** What both kinds of lists have in common: one list a purpose, each read from its beginning. */
abstract class ListedChoices implements Choices {
  readonly drawsOrder: boolean;
  protected readonly lists: readonly (readonly number[])[];
  protected readonly positions: number[];

  /** Whole numbers from 0 to 2^32 − 1; a purpose's index is its list's place. */
  constructor(lists: readonly (readonly number[])[], drawsOrder = false) {
    this.drawsOrder = drawsOrder;
    this.lists = lists;
    this.positions = lists.map(() => 0);
  }

  abstract draw(purpose: number, bound: number): number;

  save(): ChoicesState {
    return [...this.positions];
  }

  restore(state: ChoicesState): void {
    for (let i = 0; i < state.length; i++) this.positions[i] = state[i];
  }
}

/** Replays what was written down, one list a purpose: exactly, and throws where it does not fit. */
export class RecordedChoices extends ListedChoices {
  draw(purpose: number, bound: number): number {
    if (!isBound(bound)) refuseBound(bound);
    if (bound === 1) return 0;
    const list = this.lists[purpose] ?? [];
    const position = this.positions[purpose] ?? 0;
    const at = `choice ${position} for purpose ${purpose} (bound ${bound})`;
    if (position >= list.length) {
      throw new RangeError(`the recorded choices run out: there are ${list.length}, and ${at} is asked for`);
    }
    const value = list[position];
    if (!(Number.isInteger(value) && value >= 0 && value < bound)) {
      throw new RangeError(`recorded ${at} is ${value}, and must be an integer from 0 to ${bound - 1}`);
    }
    this.positions[purpose]++;
    return value;
  }
}

/** Passes on what another one chooses, and writes it down, one list a purpose, so that it can be replayed. */
export class RecordingChoices implements Choices {
  /** What was chosen so far, by purpose. */
  readonly taken: number[][] = [];
  private readonly inner: Choices;

  constructor(inner: Choices) {
    this.inner = inner;
  }

  get drawsOrder(): boolean {
    return this.inner.drawsOrder;
  }

  draw(purpose: number, bound: number): number {
    const value = this.inner.draw(purpose, bound);
    while (this.taken.length <= purpose) this.taken.push([]);
    if (bound !== 1) this.taken[purpose].push(value);
    return value;
  }

  save(): ChoicesState {
    const lists = this.taken.flatMap((list) => [list.length, ...list]);
    return [this.taken.length, ...lists, ...this.inner.save()];
  }

  restore(state: ChoicesState): void {
    let at = 1;
    this.taken.length = 0;
    for (let i = 0; i < state[0]; i++) {
      const end = at + 1 + state[at];
      this.taken.push(state.slice(at + 1, end));
      at = end;
    }
    this.inner.restore(state.slice(at));
  }
}

/**
 * One list a purpose, for lists that somebody made up or cut down: where a list ends, the choice is 0, which is the
 * plainest outcome of every kind; a value that is too large for its bound is cut to it. So any lists will do, shorter lists are
 * plainer runs, and what is left of a list still means the same when draws for other purposes come or go.
 */
export class GeneratedChoices extends ListedChoices {
  draw(purpose: number, bound: number): number {
    if (!isBound(bound)) refuseBound(bound);
    if (bound === 1) return 0;
    const value = this.lists[purpose]?.[this.positions[purpose]++] ?? 0;
    return value < bound ? value : bound - 1;
  }
}

/**
 * Walks the tree of choices: 0 everywhere, but for the draws at which this branch departs from it. Logs what was
 * asked, so that the walker knows which branches there are further on.
 */
export class ExhaustiveChoices implements Choices {
  readonly drawsOrder = true;
  /** Draws so far, not counting those with nothing to choose. */
  drawn = 0;
  /** By draw: its purpose, its bound, and what was chosen. What stands beyond those drawn so far is of others. */
  readonly purposes: number[];
  readonly bounds: number[];
  readonly values: number[];
  private readonly departures: ReadonlyMap<number, number>;

  /** @param departures number of the draw → what is chosen there */
  constructor(departures: ReadonlyMap<number, number>, before?: ExhaustiveChoices) {
    this.departures = departures;
    this.drawn = before?.drawn ?? 0;
    this.purposes = before?.purposes ?? [];
    this.bounds = before?.bounds ?? [];
    this.values = before?.values ?? [];
  }

  /**
   * The same draws so far, and from here on other departures. Both write to one log, as their worlds do to one trace: whoever goes on
   * writes over what the other has drawn since.
   */
  fork(departures: ReadonlyMap<number, number>): ExhaustiveChoices {
    return new ExhaustiveChoices(departures, this);
  }

  draw(purpose: number, bound: number): number {
    if (!isBound(bound)) refuseBound(bound);
    if (bound === 1) return 0;
    const draw = this.drawn++;
    const value = this.departures.get(draw) ?? 0;
    if (value >= bound) throw new RangeError(`choice ${draw} has bound ${bound}, and can't be ${value}`);
    this.purposes[draw] = purpose;
    this.bounds[draw] = bound;
    this.values[draw] = value;
    return value;
  }

  save(): ChoicesState {
    return [this.drawn];
  }

  restore(state: ChoicesState): void {
    this.drawn = state[0];
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
