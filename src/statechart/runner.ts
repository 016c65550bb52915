/** Runs many entities of one machine over its compiled chart. */
import { type Action, wholeUs } from "./behaviour.ts";
import {
  ACTION,
  CANCEL,
  type Chart,
  END_OF_LIST,
  EVENT_COLUMNS,
  leafIsIn,
  NO_SHORTCUT,
  START,
  STAY,
  UNGUARDED,
} from "./chart.ts";
import { Lanes } from "./lanes.ts";
import { Mailbox } from "./mailbox.ts";
import type { Timers } from "./timers.ts";

export type { Timers } from "./timers.ts";

/** Entities of one machine. Compiled and reference runner behave the same. */
export interface Runner<W> {
  readonly chart: Chart<W>;
  /** Number of entities; ids are 0 … size − 1. */
  readonly size: number;
  /** Makes room for so many entities more, and no slack. */
  reserve(count: number): void;
  /** A new entity, not started. Returns its id. */
  add(): number;
  /**
   * Enters the initial state. All guards and delays of this first macrostep are asked before its first action runs,
   * as in XState.
   */
  start(id: number): void;
  /**
   * Delivers an event and runs the macrostep that it causes. Waits if the entity is within a macrostep or not
   * started, is ignored if it has ended. What an action or guard throws comes out here; the entity has then ended.
   */
  send(id: number, event: number, x: number, y: number): void;
  /** Index in `chart.states`, −1 before start. Changes when a macrostep is complete. */
  state(id: number): number;
  /** Whether the entity is in the state of this path: "open" holds in "open.polling". */
  inState(id: number, path: string): boolean;
  /**
   * Names the timer whose event this is, until it is taken back or set again: who keeps the event for later asks again before it
   * delivers it. −1 for events that are no timer's, and where the runner itself knows.
   */
  timerOf(id: number, event: number): number;
}

/** Told once a macrostep, after its actions, if the leaf state changed; `from` is −1 at start. */
export type OnTransition = (id: number, from: number, to: number) => void;

/** What entities' words are kept in: 8 bits each if the machine's leaves fit, since with many entities all of them are to fit into a cache. */
type Words = Int8Array | Int16Array;

/** A runner's columns, copied. Timer handles in it are those of the queue saved at the same moment. */
export interface RunnerState {
  readonly size: number;
  /** Leaf and life of each entity. */
  readonly words: Words;
  readonly handles: Float64Array;
}

const NO_ENTITIES: RunnerState = { size: 0, words: new Int8Array(0), handles: new Float64Array(0) };

// The chart's constants, as locals: where modules are transformed (Vitest, a development server), each use of an
// imported name is a property access, and the runner spends most of its time on these.
const columnsForSend = EVENT_COLUMNS;
const endOfList = END_OF_LIST;
const unguarded = UNGUARDED;
const stay = STAY;
const noShortcut = NO_SHORTCUT;
const isAction = ACTION;

// Where an entity is in its life: the low bits of its word. Above them is its leaf, for which 8 bits leave room up to 31, and 16
// bits up to 8191.
const WAITING = 0;
const IDLE = 1;
const BUSY = 2;
/** Has the bits of all others, so that whatever a life was, it ends by setting them. */
const ENDED = 3;
const LIFE_BITS = 2;
const LIFE_MASK = 3;
/** The word of an entity that is not started: leaf −1. */
const NOT_STARTED = (-1 << LIFE_BITS) | WAITING;
/** Leaves for which 8 bits are enough. */
const LEAVES_IN_8_BITS = 128 >> LIFE_BITS;

/** For {@link CompiledRunner.run}: only what waits. */
const NO_EVENT = -1;

export class CompiledRunner<W> implements Runner<W> {
  readonly chart: Chart<W>;
  size = 0;

  private readonly world: W;
  private readonly timers: Timers;
  private readonly onTransition: OnTransition | undefined;
  // The chart's, at hand for what most events need.
  private readonly shortcuts: Int32Array;
  private readonly actions: readonly Action<W>[];
  private readonly actionParams: readonly unknown[];
  private readonly mailbox = new Mailbox();
  private readonly lanes: Lanes;

  /**
   * By entity: leaf and life, in one array, since with many entities each array that an event looks into is memory to
   * wait for.
   */
  private words: Words;

  /** Internal events of the macrosteps under way: each owns what is above its bottom. */
  private readonly raised: number[] = [];
  private raisedTop = 0;

  /** While the first macrostep is planned: its actions, in order. */
  private plan: number[] | null = null;

  /** @param codeBase code of event number 0 in the queue, a multiple of 64 */
  constructor(chart: Chart<W>, world: W, timers: Timers, codeBase: number, onTransition?: OnTransition) {
    this.chart = chart;
    this.world = world;
    this.timers = timers;
    this.onTransition = onTransition;
    this.lanes = new Lanes(chart, timers, codeBase);
    this.shortcuts = chart.shortcuts;
    this.actions = chart.actions;
    this.actionParams = chart.actionParams;
    this.words = this.newWords(16);
  }

  reserve(count: number): void {
    this.grow(this.size + count);
  }

  add(): number {
    const id = this.size++;
    this.grow(this.size);
    return id;
  }

  start(id: number): void {
    if (this.words[id] !== NOT_STARTED || id >= this.size) {
      throw new Error(`machine "${this.chart.id}": entity ${id} can't be started: ${this.describe(id)}`);
    }
    this.words[id] = NOT_STARTED | BUSY;
    const timersBottom = this.lanes.top;
    const raisedBottom = this.raisedTop;
    try {
      // XState works out the whole first macrostep when the actor is created, and runs its actions when it is
      // started. So guards and delays see the world as it was before.
      this.plan = [];
      let leaf = this.take(this.chart.initial, STAY, id, 0, 0);
      leaf = this.settle(leaf, id, 0, 0, raisedBottom);
      const actions = this.plan;
      this.plan = null;
      for (const action of actions) this.act(action, id, 0, 0);
      this.complete(id, -1, leaf, timersBottom);
      this.drain(id);
      this.rest(id);
    } catch (error) {
      this.plan = null;
      this.fail(id, timersBottom, raisedBottom);
      throw error;
    }
  }

  send(id: number, event: number, x: number, y: number): void {
    const word = this.words[id];
    if ((word & LIFE_MASK) !== IDLE || event >>> 0 >= columnsForSend) {
      this.postpone(id, event, x, y);
      return;
    }
    this.words[id] = word + (BUSY - IDLE);
    const shortcut = this.shortcuts[(word >> LIFE_BITS) * columnsForSend + event];
    if (shortcut === noShortcut) {
      this.run(id, event, x, y);
      return;
    }
    try {
      if (shortcut >= 0) this.actions[shortcut](this.world, id, x, y, this.actionParams[shortcut]);
      else this.choose(~shortcut, id, x, y);
    } catch (error) {
      this.fail(id, this.lanes.top, this.raisedTop);
      throw error;
    }
    // Whatever was sent to it meanwhile waits, so it still is in its state.
    if (this.mailbox.waiting > 0) this.run(id, NO_EVENT, 0, 0);
    else this.words[id] = word;
  }

  state(id: number): number {
    return (this.words[id] ?? NOT_STARTED) >> LIFE_BITS;
  }

  inState(id: number, path: string): boolean {
    return leafIsIn(this.chart, this.state(id), path);
  }

  timerOf(id: number, event: number): number {
    const timer = event - this.chart.firstTimerEvent;
    return timer >= 0 ? this.lanes.handleOf(id, timer) : -1;
  }

  /**
   * Copies the columns. Throws within a macrostep, and if events wait for an entity that is not started.
   *
   * @param old a copy that nobody needs any more, to be written over if it has as many entities: memory takes longer to get than to fill
   */
  save(old?: RunnerState): RunnerState {
    const { size } = this;
    if (size === 0) return NO_ENTITIES;
    if (this.mailbox.waiting > 0 || this.isBusy()) {
      throw new Error(`machine "${this.chart.id}": can't be saved while an entity has events to handle`);
    }
    if (old === undefined || old.size !== size)
      return { size, words: this.words.slice(0, size), handles: this.lanes.save(size) };
    for (let id = 0; id < size; id++) old.words[id] = this.words[id]!;
    this.lanes.copy(old.handles);
    return old;
  }

  /** Returns to a saved state, which stays as it is. The queue must be brought back to the same moment. */
  restore(state: RunnerState): void {
    // Most machines of most worlds have no entity.
    if (this.size === 0 && state.size === 0) return;
    this.size = state.size;
    this.grow(state.size);
    this.words.fill(NOT_STARTED).set(state.words);
    this.lanes.restore(state.handles, state.size);
    this.raisedTop = 0;
    this.lanes.top = 0;
  }

  /** What has no shortcut: the macrostep of this event, if it is one, and of what was sent to the entity meanwhile. */
  private run(id: number, event: number, x: number, y: number): void {
    const timersBottom = this.lanes.top;
    const raisedBottom = this.raisedTop;
    try {
      if (event !== NO_EVENT) this.macrostep(id, event, x, y);
      if (this.mailbox.waiting > 0) this.drain(id);
    } catch (error) {
      this.fail(id, timersBottom, raisedBottom);
      throw error;
    }
    this.rest(id);
  }

  /** Calls the action of the first candidate whose guard passes, which is all that it does. */
  private choose(first: number, id: number, x: number, y: number): void {
    const candidate = this.select(first, id, x, y);
    if (candidate < 0) return;
    const action = this.chart.actionOf[candidate];
    if (action >= 0) this.act(action, id, x, y);
  }

  /** One event, and what follows from it until the machine rests. */
  private macrostep(id: number, event: number, x: number, y: number): void {
    const { chart } = this;
    const from = this.words[id] >> LIFE_BITS;
    const timersBottom = this.lanes.top;
    const raisedBottom = this.raisedTop;
    const candidate = this.select(chart.cells[from * chart.columns + event], id, x, y);
    let leaf = candidate < 0 ? from : this.take(candidate, from, id, x, y);
    // Also after an event that nothing handled: XState asks the `always` guards again.
    if (chart.eventless[leaf] !== 0 || this.raisedTop !== raisedBottom) {
      leaf = this.settle(leaf, id, x, y, raisedBottom);
    }
    if (leaf !== from || this.lanes.top !== timersBottom) this.complete(id, from, leaf, timersBottom);
  }

  /** Takes eventless transitions, and raised events when there are none, until there is nothing left. */
  private settle(leaf: number, id: number, x: number, y: number, raisedBottom: number): number {
    const { chart, raised } = this;
    let head = raisedBottom;
    let askEventless = true;
    for (let microsteps = 1; chart.ends[leaf] === 0; microsteps++) {
      if (microsteps > chart.microstepsMax) {
        throw new Error(
          `machine "${chart.id}", state "${chart.states[leaf]}": no rest after ${chart.microstepsMax} microsteps; ` +
            "its always or onDone transitions go round in a circle",
        );
      }
      let candidate: number = askEventless ? this.select(chart.eventless[leaf], id, x, y) : -1;
      const isEventless = candidate >= 0;
      if (!isEventless) {
        if (head === this.raisedTop) break;
        x = y = 0;
        candidate = this.select(chart.cells[leaf * chart.columns + raised[head++]], id, x, y);
      }
      const before = leaf;
      if (candidate >= 0) leaf = this.take(candidate, leaf, id, x, y);
      // An eventless transition that leaves the state as it is is not taken twice in a row.
      askEventless = !isEventless || leaf !== before;
    }
    this.raisedTop = raisedBottom;
    return leaf;
  }

  /** The first candidate of the list whose guard passes, or −1. */
  private select(candidate: number, id: number, x: number, y: number): number {
    const { guardOf, guards, guardParams } = this.chart;
    for (; ; candidate++) {
      const guard = guardOf[candidate];
      if (guard === unguarded) return candidate;
      if (guard === endOfList) return -1;
      if (guards[guard](this.world, id, x, y, guardParams[guard])) return candidate;
    }
  }

  /** Runs a candidate's program; returns the leaf that it leads to. */
  private take(candidate: number, leaf: number, id: number, x: number, y: number): number {
    const { programOf, code, targetOf } = this.chart;
    const end = programOf[candidate + 1];
    for (let at = programOf[candidate]; at < end; at++) {
      const instruction = code[at];
      const operand = instruction >> 2;
      const kind = instruction & 3;
      if (kind === isAction) {
        if (this.plan === null) this.act(operand, id, x, y);
        else this.plan.push(operand);
      } else if (kind === START) {
        this.lanes.start(operand, this.timers.nowUs + this.delayUs(operand, id));
      } else if (kind === CANCEL) {
        this.lanes.cancel(operand);
      } else {
        this.raised[this.raisedTop++] = operand;
      }
    }
    const target = targetOf[candidate];
    return target === stay ? leaf : target;
  }

  private act(action: number, id: number, x: number, y: number): void {
    this.actions[action](this.world, id, x, y, this.actionParams[action]);
  }

  private delayUs(timer: number, id: number): number {
    const { chart } = this;
    const compute = chart.timerDelay[timer];
    if (compute === null) return chart.timerDelayUs[timer];
    return wholeUs(compute(this.world, id), chart.events[chart.firstTimerEvent + timer]);
  }

  /** Makes the end of a macrostep visible: timers, then state, then whoever watches. */
  private complete(id: number, from: number, leaf: number, timersBottom: number): void {
    this.lanes.commit(id, timersBottom);
    if (leaf === from) return;
    this.words[id] = (leaf << LIFE_BITS) | BUSY;
    this.onTransition?.(id, from, leaf);
    if (this.chart.ends[leaf] === 0) return;
    this.words[id] |= ENDED;
    this.mailbox.clear(id);
  }

  /** Handles what was sent to the entity during its macrostep. */
  private drain(id: number): void {
    const { mailbox } = this;
    while (mailbox.shift(id)) this.macrostep(id, mailbox.event, mailbox.x, mailbox.y);
  }

  private postpone(id: number, event: number, x: number, y: number): void {
    if (event >>> 0 >= EVENT_COLUMNS || !(id < this.size)) {
      throw new RangeError(`machine "${this.chart.id}": no event ${event} or no entity ${id}`);
    }
    if ((this.words[id] & LIFE_MASK) !== ENDED) this.mailbox.push(id, event, x, y);
  }

  /** An entity in which something threw has ended, as an XState actor in `error` has. */
  private fail(id: number, timersBottom: number, raisedBottom: number): void {
    this.words[id] |= ENDED;
    this.raisedTop = raisedBottom;
    this.lanes.top = timersBottom;
    this.lanes.cancelAll(id);
    this.mailbox.clear(id);
  }

  /** Whether any entity is within a macrostep. */
  private isBusy(): boolean {
    for (let id = 0; id < this.size; id++) if ((this.words[id] & LIFE_MASK) === BUSY) return true;
    return false;
  }

  /** After a macrostep and what waited for its end: idle, unless it has ended. */
  private rest(id: number): void {
    const word = this.words[id];
    if ((word & LIFE_MASK) === BUSY) this.words[id] = word - (BUSY - IDLE);
  }

  private describe(id: number): string {
    return id < this.size ? "it was started before" : "there is no such entity";
  }

  /** Makes room for entities 0 … size − 1. */
  private grow(size: number): void {
    this.lanes.grow(size);
    if (size <= this.words.length) return;
    const { words } = this;
    this.words = this.newWords(Math.max(size, words.length * 2));
    this.words.set(words);
  }

  private newWords(length: number): Words {
    const Kind = this.chart.states.length <= LEAVES_IN_8_BITS ? Int8Array : Int16Array;
    return new Kind(length).fill(NOT_STARTED);
  }
}
