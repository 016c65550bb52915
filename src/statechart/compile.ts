/**
 * Compiles an XState machine to a flat chart. All that can be known beforehand is worked out here: for each
 * leaf and event the candidates of all ancestors, for each candidate the full program from exit to entry.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";
import type { Action, Behaviour, Delay, Guard } from "./behaviour.ts";
import { candidatesFor, eventlessCandidates, isWildcard } from "./candidates.ts";
import {
  ACTION,
  CANCEL,
  type Chart,
  END_OF_LIST,
  EVENT_COLUMNS,
  EVENTS_MAX,
  leavesWithin,
  MICROSTEPS_MAX,
  NO_SHORTCUT,
  RAISE,
  START,
  STAY,
  UNGUARDED,
  UNKNOWN_EVENT,
} from "./chart.ts";
import { type Effect, effectOf, initialEffect, pathTo } from "./effect.ts";
import { compileGuard } from "./guards.ts";
import { type NamedAction, namedAction, rejectUnsupported } from "./supported.ts";
import { UnsupportedFeature } from "./unsupported.ts";

/** One `after` key of a state. */
interface Timer {
  readonly node: AnyStateNode;
  readonly delay: string;
  readonly event: string;
  readonly lane: number;
}

/**
 * @param eventNames numbers the external events: index is event number. Without it, they are numbered in the
 *   order in which the machine mentions them. Timer events are numbered after them; at most 63 in all.
 * @throws UnsupportedFeature that names the machine, the state, the feature, and what to do instead
 */
export function compile<W>(
  machine: AnyStateMachine,
  behaviour: Behaviour<W>,
  eventNames?: readonly string[],
): Chart<W> {
  rejectUnsupported(machine);
  return new Compiler(machine, behaviour, eventNames).chart();
}

class Compiler<W> {
  private readonly machine: AnyStateMachine;
  private readonly behaviour: Behaviour<W>;
  private readonly leaves: AnyStateNode[];
  private readonly timers: Timer[];
  private readonly external: readonly string[];
  private readonly events: string[];
  /** Compound states, of which each has a column for its "done" event. */
  private readonly compounds: AnyStateNode[];

  private readonly guardOf: number[] = [];
  private readonly targetOf: number[] = [];
  private readonly programOf: number[] = [];
  private readonly code: number[] = [];
  private readonly actions: Action<W>[] = [];
  private readonly actionParams: unknown[] = [];
  private readonly guards: Guard<W>[] = [];
  private readonly guardParams: unknown[] = [];

  constructor(machine: AnyStateMachine, behaviour: Behaviour<W>, eventNames?: readonly string[]) {
    this.machine = machine;
    this.behaviour = behaviour;
    const nodes = withDescendants(machine.root);
    this.leaves = nodes.filter((node) => node.type !== "compound");
    this.compounds = nodes.filter((node) => node.type === "compound");
    this.timers = nodes.flatMap(timersOf);
    this.external = eventNames ?? [...new Set(nodes.flatMap(mentionedEvents))];
    this.events = [...this.external, ...this.timers.map((timer) => timer.event)];
    this.checkEvents(nodes);
    for (const node of nodes) this.checkActions(node);
  }

  chart(): Chart<W> {
    const { machine, leaves, events, timers } = this;
    const columns = EVENT_COLUMNS + this.compounds.length;
    // List 0 is empty; cells that nothing answers stay 0.
    this.emitEndOfList();
    const cells = new Int32Array(leaves.length * columns);
    const eventless = new Int32Array(leaves.length);
    for (const [index, leaf] of leaves.entries()) {
      const active = pathTo(leaf);
      const unknown = this.emitList(candidatesFor(active, UNKNOWN_EVENT), leaf);
      for (let column = 0; column < columns; column++) {
        const type = this.eventType(column);
        cells[index * columns + column] =
          type === undefined ? unknown : this.emitList(candidatesFor(active, type), leaf);
      }
      eventless[index] = this.emitList(eventlessCandidates(active), leaf);
    }
    const initial = this.emitCandidate(UNGUARDED, initialEffect(machine.root), null, null);
    this.programOf.push(this.code.length);
    const { maxIterations = Number.POSITIVE_INFINITY } = machine.options ?? {};
    const states = leaves.map((leaf) => leaf.path.join(".") || machine.id);
    return {
      id: machine.id,
      states,
      within: leavesWithin(states),
      events,
      firstTimerEvent: this.external.length,
      microstepsMax: Number.isFinite(maxIterations) ? maxIterations : MICROSTEPS_MAX,
      ends: Uint8Array.from(leaves, (leaf) => (endsMachine(leaf) ? 1 : 0)),
      columns,
      cells,
      shortcuts: this.shortcuts(cells, eventless, columns),
      actionOf: Int32Array.from(this.targetOf, (_, candidate) => this.onlyAction(candidate) ?? -1),
      eventless,
      initial,
      guardOf: Int32Array.from(this.guardOf),
      targetOf: Int32Array.from(this.targetOf),
      programOf: Int32Array.from(this.programOf),
      code: Int32Array.from(this.code),
      actions: this.actions,
      actionParams: this.actionParams,
      guards: this.guards,
      guardParams: this.guardParams,
      lanes: Math.max(0, ...timers.map((timer) => timer.lane + 1)),
      timerLane: Int32Array.from(timers, (timer) => timer.lane),
      timerDelayUs: Float64Array.from(timers, (timer) => fixedDelayUs(timer) ?? -1),
      timerDelay: timers.map((timer) => this.computedDelay(timer)),
    };
  }

  /** Cells of which no candidate does more than call one action, in leaves without `always`. See {@link Chart.shortcuts}. */
  private shortcuts(cells: Int32Array, eventless: Int32Array, columns: number): Int32Array {
    const shortcuts = new Int32Array(this.leaves.length * EVENT_COLUMNS).fill(NO_SHORTCUT);
    for (const leaf of this.leaves.keys()) {
      if (eventless[leaf] !== 0) continue;
      for (let event = 0; event < EVENT_COLUMNS; event++)
        shortcuts[leaf * EVENT_COLUMNS + event] = this.shortcut(cells[leaf * columns + event]);
    }
    return shortcuts;
  }

  /** The shortcut for a list of candidates. */
  private shortcut(first: number): number {
    if (this.guardOf[first] === END_OF_LIST) return NO_SHORTCUT;
    const action = this.onlyAction(first) ?? -1;
    if (this.guardOf[first] === UNGUARDED && action >= 0) return action;
    for (let candidate = first; this.guardOf[candidate] !== END_OF_LIST; candidate++)
      if (this.onlyAction(candidate) === undefined) return NO_SHORTCUT;
    return ~first;
  }

  /** The action that is all that a candidate does, −1 if it does nothing; undefined if it does more. */
  private onlyAction(candidate: number): number | undefined {
    const begin = this.programOf[candidate];
    const end = this.programOf[candidate + 1];
    if (this.targetOf[candidate] !== STAY || end > begin + 1) return undefined;
    if (end === begin) return -1;
    return (this.code[begin] & 3) === ACTION ? this.code[begin] >> 2 : undefined;
  }

  /** What a column of the cell table stands for; undefined if it is free. */
  private eventType(column: number): string | undefined {
    if (column < EVENT_COLUMNS) return this.events[column];
    return `xstate.done.state.${this.compounds[column - EVENT_COLUMNS].id}`;
  }

  /** Writes a list of candidates; returns where it begins. */
  private emitList(transitions: readonly AnyTransitionDefinition[], leaf: AnyStateNode): number {
    if (transitions.length === 0) return 0;
    const first = this.guardOf.length;
    for (const transition of transitions) {
      const { source } = transition;
      const guard = compileGuard(transition.guard, leaf, this.behaviour, (feature, instead) =>
        this.reject(source, feature, instead),
      );
      if (guard === false) continue;
      const effect = effectOf(transition, leaf);
      this.checkEffect(effect, source);
      const index = guard === null ? UNGUARDED : this.guards.push(guard.test) - 1;
      if (guard !== null) this.guardParams.push(guard.params);
      this.emitCandidate(index, effect, transition, leaf);
    }
    this.emitEndOfList();
    return first;
  }

  private emitEndOfList(): void {
    this.guardOf.push(END_OF_LIST);
    this.targetOf.push(STAY);
    this.programOf.push(this.code.length);
  }

  private emitCandidate(
    guard: number,
    effect: Effect,
    transition: AnyTransitionDefinition | null,
    from: AnyStateNode | null,
  ): number {
    this.programOf.push(this.code.length);
    for (const node of effect.exits) this.emitExit(node);
    for (const action of transition?.actions ?? []) this.emitAction(action, transition!.source);
    for (const node of effect.entries) this.emitEntry(node, effect.byDefault.has(node));
    if (effect.entries.includes(effect.leaf) && effect.leaf.type === "final") this.emitFinal(effect.leaf);
    this.targetOf.push(effect.leaf === from ? STAY : this.leaves.indexOf(effect.leaf));
    return this.guardOf.push(guard) - 1;
  }

  private emitExit(node: AnyStateNode): void {
    for (const action of asArray(node.config.exit)) this.emitAction(action, node);
    for (const timer of this.timers) if (timer.node === node) this.emit(CANCEL, timer.lane);
  }

  private emitEntry(node: AnyStateNode, byDefault: boolean): void {
    for (const action of asArray(node.config.entry)) this.emitAction(action, node);
    for (const [index, timer] of this.timers.entries()) if (timer.node === node) this.emit(START, index);
    if (!byDefault || node.type !== "compound") return;
    for (const action of node.initial.actions) this.emitAction(action, node);
  }

  /** A final state tells its parent that it is done; at the top level, the machine ends and all states are exited. */
  private emitFinal(leaf: AnyStateNode): void {
    if (endsMachine(leaf)) {
      for (const node of pathTo(leaf).reverse()) this.emitExit(node);
    } else {
      this.emit(RAISE, EVENT_COLUMNS + this.compounds.indexOf(leaf.parent!));
    }
  }

  private emitAction(written: unknown, node: AnyStateNode): void {
    this.emit(ACTION, this.actionIndex(written, node));
  }

  /** The action's place in the tables, where it is put when it is first met. */
  private actionIndex(written: unknown, node: AnyStateNode): number {
    const { type, params } = namedAction(this.machine, node, written as NamedAction);
    const action = this.behaviour.actions[type];
    if (action === undefined) {
      this.reject(node, `action "${type}", which the behaviour lacks,`, "add it to the behaviour's actions");
    }
    let index = this.actions.findIndex((known, i) => known === action && this.actionParams[i] === params);
    if (index < 0) {
      index = this.actions.push(action) - 1;
      this.actionParams.push(params);
    }
    return index;
  }

  private emit(kind: number, operand: number): void {
    this.code.push((operand << 2) | kind);
  }

  private computedDelay(timer: Timer): Delay<W> | null {
    if (fixedDelayUs(timer) !== undefined) return null;
    const delay = this.behaviour.delays[timer.delay];
    if (delay !== undefined) return delay;
    return this.reject(
      timer.node,
      `delay "${timer.delay}", which the behaviour lacks,`,
      "add it to the behaviour's delays",
    );
  }

  /** Also actions that no transition reaches: a state that is never left may have an exit action. */
  private checkActions(node: AnyStateNode): void {
    const { entry, exit } = node.config;
    const initial = node.type === "compound" ? node.initial.actions : [];
    for (const action of [...asArray(entry), ...asArray(exit), ...initial]) this.actionIndex(action, node);
  }

  private checkEvents(nodes: readonly AnyStateNode[]): void {
    const { root } = this.machine;
    const reserved = this.external.find((name) => isWildcard(name) || name.startsWith("xstate."));
    if (reserved !== undefined) {
      this.reject(root, `event name "${reserved}"`, "choose one that XState does not reserve");
    }
    const twice = this.events.find((name, index) => this.events.indexOf(name) < index);
    if (twice !== undefined)
      this.reject(root, `event "${twice}" twice`, "name each event and each delay once");
    if (this.events.length > EVENTS_MAX) {
      this.reject(
        root,
        `a machine of ${this.events.length} events (timers included)`,
        `stay within ${EVENTS_MAX}, by splitting the machine or moving detail into the payload`,
      );
    }
    for (const node of nodes) {
      const unnumbered = mentionedEvents(node).find((name) => !this.external.includes(name));
      if (unnumbered === undefined) continue;
      this.reject(
        node,
        `event "${unnumbered}", which eventNames lacks,`,
        "add it there, or correct its name",
      );
    }
  }

  /** XState forgets the handle of a timer that starts twice, so that it can't be cancelled: not to be imitated. */
  private checkEffect(effect: Effect, source: AnyStateNode): void {
    const running = effect.entries.find(
      (node) =>
        !node.parent && !effect.exits.includes(node) && this.timers.some((timer) => timer.node === node),
    );
    if (running === undefined) return;
    this.reject(
      source,
      "a transition to the root, which has timers,",
      "add reenter: true, or target a child of the root",
    );
  }

  private reject(node: AnyStateNode, feature: string, instead: string): never {
    throw new UnsupportedFeature(this.machine.id, node.path.join("."), feature, instead);
  }
}

/** The state and all states in it, in document order. */
function withDescendants(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap((child) => withDescendants(child as AnyStateNode))];
}

/** External events that a state names in `on`. */
function mentionedEvents(node: AnyStateNode): string[] {
  return Object.keys(node.config.on ?? {}).filter((key) => !isWildcard(key) && !key.startsWith("xstate."));
}

function timersOf(node: AnyStateNode): Timer[] {
  // Lanes are counted from the root: states on one path are active together, others never are.
  const above = node.parent ? pathTo(node.parent) : [];
  const base = above.reduce((sum, ancestor) => sum + Object.keys(ancestor.config.after ?? {}).length, 0);
  return Object.keys(node.config.after ?? {}).map((key, index) => {
    const delay = Number.isNaN(+key) ? key : String(+key);
    return { node, delay, event: `xstate.after.${delay}.${node.id}`, lane: base + index };
  });
}

/** µs of a delay that the machine writes in ms; undefined if it is a name. */
function fixedDelayUs(timer: Timer): number | undefined {
  const ms = +timer.delay;
  return Number.isNaN(ms) ? undefined : Math.round(ms * 1000);
}

/** Whether entering this leaf ends the machine. */
function endsMachine(leaf: AnyStateNode): boolean {
  return leaf.type === "final" && !leaf.parent?.parent;
}

function asArray(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
