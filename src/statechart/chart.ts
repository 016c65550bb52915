/**
 * A compiled machine: tables that answer, for a leaf state and an event, which transitions are candidates and
 * what each of them does, with ancestors, exit, entry and timers already worked out.
 *
 * cell (leaf, event) → list of candidates → first whose guard passes → program (flat list of instructions).
 */
import type { Action, Delay, Guard } from "./behaviour.ts";

/**
 * Events that fit in a chart, external and timers together. One number less than a code block of 64: the last is the
 * reference runner's clock.
 */
export const EVENTS_MAX = 63;

/**
 * Columns of the cell table that `send` can address. Those without an event answer as for an event of unknown name:
 * only `*` matches.
 */
export const EVENT_COLUMNS = 64;

/** Event type of what has no name in the machine. */
export const UNKNOWN_EVENT = "(unknown)";

/**
 * Microsteps in one macrostep after which a machine is taken to loop for ever, unless its `options.maxIterations`
 * says otherwise.
 */
export const MICROSTEPS_MAX = 1_000;

/** In `guardOf`: the candidate has no guard. */
export const UNGUARDED = -1;
/** In `guardOf`: end of the list of candidates. */
export const END_OF_LIST = -2;
/** In `targetOf`: the leaf stays as it is. */
export const STAY = -1;

/** In `shortcuts`: there is none, and the event takes a macrostep. */
export const NO_SHORTCUT = -1;

/** Instructions of a program: kind in the low two bits, operand above. */
/** Calls action `operand`. */
export const ACTION = 0;
/** Starts timer `operand`. */
export const START = 1;
/** Cancels what runs in lane `operand`. */
export const CANCEL = 2;
/** Raises the internal event in column `operand` ("done" of a compound state). */
export const RAISE = 3;

/** Tables of one machine. Shared by all of its entities, never written after compilation. */
export interface Chart<W> {
  /** The machine's id. */
  readonly id: string;
  /**
   * Paths of the leaf states (atomic and final): "open.polling". A machine without states has one leaf, named after
   * the machine.
   */
  readonly states: readonly string[];
  /** By path of a state: the leaves that are it or inside it, 1 each. */
  readonly within: ReadonlyMap<string, Uint8Array>;
  /** Event types by event number: external ones first, then timers ("xstate.after.1000.link.open"). */
  readonly events: readonly string[];
  /** Number of the first timer event. */
  readonly firstTimerEvent: number;
  /** See {@link MICROSTEPS_MAX}. */
  readonly microstepsMax: number;

  /** By leaf: 1 if entering it ends the machine (a top-level final state). */
  readonly ends: Uint8Array;

  /** Columns of `cells`: {@link EVENT_COLUMNS}, then one for each "done" event. */
  readonly columns: number;
  /** By leaf × columns + event: first candidate of its list. */
  readonly cells: Int32Array;
  /**
   * By leaf × {@link EVENT_COLUMNS} + event: what to do if the event does no more there than call one action, as most events
   * of a busy simulation do. The action itself, or, if guards decide, ~(first candidate), whose `actionOf` is all that it does.
   */
  readonly shortcuts: Int32Array;
  /** By candidate of a shortcut: the action, −1 none. */
  readonly actionOf: Int32Array;
  /** By leaf: first candidate of the eventless (`always`) list; 0 is the empty list. */
  readonly eventless: Int32Array;
  /** The candidate that start takes. */
  readonly initial: number;

  /** By candidate: guard, {@link UNGUARDED} or {@link END_OF_LIST}. */
  readonly guardOf: Int32Array;
  /** By candidate: the leaf that it leads to, or {@link STAY}. */
  readonly targetOf: Int32Array;
  /** By candidate: where its program begins in `code`; it ends where the next one begins. */
  readonly programOf: Int32Array;
  /** Instructions of all programs. */
  readonly code: Int32Array;

  readonly actions: readonly Action<W>[];
  readonly actionParams: readonly unknown[];
  readonly guards: readonly Guard<W>[];
  readonly guardParams: readonly unknown[];

  /** Timers that one entity can have running at once. */
  readonly lanes: number;
  /** By timer (event number − `firstTimerEvent`): its lane. Timers share one only if their states exclude each other. */
  readonly timerLane: Int32Array;
  /** By timer: its delay in µs, or −1 if it is computed by `timerDelay`. */
  readonly timerDelayUs: Float64Array;
  /** By timer: computes the delay on entry. */
  readonly timerDelay: readonly (Delay<W> | null)[];
}

/**
 * Whether the leaf is the state of this path, or inside it: "open" holds in "open.polling". False before start (−1).
 *
 * @throws Error if the machine has no such state: it could never be true
 */
export function leafIsIn<W>({ id, within, states }: Chart<W>, leaf: number, path: string): boolean {
  const leaves = within.get(path);
  if (leaves === undefined)
    throw new Error(`machine "${id}" has no state "${path}"; it has ${states.join(", ")}`);
  return leaf >= 0 && leaves[leaf] === 1;
}

/** For each path of a state: which leaves are that state or inside it, 1 each. */
export function leavesWithin(states: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const within = new Map<string, Uint8Array>();
  for (const [leaf, state] of states.entries()) {
    const keys = state.split(".");
    for (let depth = 1; depth <= keys.length; depth++) {
      const path = keys.slice(0, depth).join(".");
      let leaves = within.get(path);
      if (leaves === undefined) {
        leaves = new Uint8Array(states.length);
        within.set(path, leaves);
      }
      leaves[leaf] = 1;
    }
  }
  return within;
}
