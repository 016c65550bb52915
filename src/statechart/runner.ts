/** Runs many entities of one machine over its compiled chart. */
import { type Action, wholeUs } from "./behaviour.ts";
import {
  ACTION,
  CANCEL,
  type Chart,
  END_OF_LIST,
  EVENT_COLUMNS,
  leafIsIn,
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
  /** Enters the initial state. All guards and delays of this first macrostep are asked before its first action runs, as in XState. */
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
}

/** Told once a macrostep, after its actions, if the leaf state changed; `from` is −1 at start. */
export type OnTransition = (id: number, from: number, to: number) => void;

/** A runner's columns, copied. Timer handles in it are those of the queue saved at the same moment. */
export interface RunnerState {
  readonly size: number;
  readonly leaves: Int16Array;
  readonly lives: Uint8Array;
  readonly handles: Float64Array;
}

// The chart's constants, as locals: where modules are transformed (Vitest, a development server), each use of an
// imported name is a property access, and the runner spends most of its time on these.
const columnsForSend = EVENT_COLUMNS;
const endOfList = END_OF_LIST;
const unguarded = UNGUARDED;
const stay = STAY;
const isAction = ACTION;

// Where an entity is in its life.
const WAITING = 0;
const IDLE = 1;
const BUSY = 2;
const ENDED = 3;

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

  // By entity.
  private leaves = new Int16Array(16).fill(-1);
  private lives = new Uint8Array(16);

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
    if (this.lives[id] !== WAITING || id >= this.size) {
      throw new Error(`machine "${this.chart.id}": entity ${id} can't be started: ${this.describe(id)}`);
    }
    this.lives[id] = BUSY;
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
      if (this.lives[id] === BUSY) this.lives[id] = IDLE;
    } catch (error) {
      this.plan = null;
      this.fail(id, timersBottom, raisedBottom);
      throw error;
    }
  }

  send(id: number, event: number, x: number, y: number): void {
    if (this.lives[id] !== IDLE || event >>> 0 >= columnsForSend) {
      this.postpone(id, event, x, y);
      return;
    }
    this.lives[id] = BUSY;
    const timersBottom = this.lanes.top;
    const raisedBottom = this.raisedTop;
    try {
      const shortcut = this.shortcuts[this.leaves[id] * columnsForSend + event];
      if (shortcut >= 0) this.actions[shortcut](this.world, id, x, y, this.actionParams[shortcut]);
      else this.macrostep(id, event, x, y);
      if (this.mailbox.waiting > 0) this.drain(id);
    } catch (error) {
      this.fail(id, timersBottom, raisedBottom);
      throw error;
    }
    if (this.lives[id] === BUSY) this.lives[id] = IDLE;
  }

  state(id: number): number {
    return this.leaves[id];
  }

  inState(id: number, path: string): boolean {
    return leafIsIn(this.chart, this.leaves[id], path);
  }

  /** Copies the columns. Throws within a macrostep, and if events wait for an entity that is not started. */
  save(): RunnerState {
    const { size } = this;
    if (this.mailbox.waiting > 0 || this.lives.subarray(0, size).includes(BUSY)) {
      throw new Error(`machine "${this.chart.id}": can't be saved while an entity has events to handle`);
    }
    return {
      size,
      leaves: this.leaves.slice(0, size),
      lives: this.lives.slice(0, size),
      handles: this.lanes.save(size),
    };
  }

  /** Returns to a saved state, which stays as it is. The queue must be brought back to the same moment. */
  restore(state: RunnerState): void {
    this.size = state.size;
    this.grow(state.size);
    this.leaves.fill(-1).set(state.leaves);
    this.lives.fill(WAITING).set(state.lives);
    this.lanes.restore(state.handles, state.size);
    this.raisedTop = 0;
    this.lanes.top = 0;
  }

  /** One event, and what follows from it until the machine rests. */
  private macrostep(id: number, event: number, x: number, y: number): void {
    const { chart } = this;
    const from = this.leaves[id];
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
    this.leaves[id] = leaf;
    this.onTransition?.(id, from, leaf);
    if (this.chart.ends[leaf] === 0) return;
    this.lives[id] = ENDED;
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
    if (this.lives[id] !== ENDED) this.mailbox.push(id, event, x, y);
  }

  /** An entity in which something threw has ended, as an XState actor in `error` has. */
  private fail(id: number, timersBottom: number, raisedBottom: number): void {
    this.lives[id] = ENDED;
    this.raisedTop = raisedBottom;
    this.lanes.top = timersBottom;
    this.lanes.cancelAll(id);
    this.mailbox.clear(id);
  }

  private describe(id: number): string {
    return id < this.size ? "it was started before" : "there is no such entity";
  }

  /** Makes room for entities 0 … size − 1. */
  private grow(size: number): void {
    this.lanes.grow(size);
    if (size <= this.leaves.length) return;
    const { leaves, lives } = this;
    const room = Math.max(size, leaves.length * 2);
    this.leaves = new Int16Array(room).fill(-1);
    this.leaves.set(leaves);
    this.lives = new Uint8Array(room);
    this.lives.set(lives);
  }
}
