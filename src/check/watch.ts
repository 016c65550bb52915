/** Watching a run: every monitor is shown the records that it asked for, and the first breach of each rule is kept. */
import { MODEL } from "../model/parts.ts";
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import type { Breach, Monitor, Rule, Setting, Violation } from "./rule.ts";
import type { Scope } from "./scope.ts";

/** The scope of a rule that does not state one. */
const WHOLE_RUN: Scope = { spoke: 1, open: 0, exempt: {} };

const ALL_MACHINES = [...MODEL.keys()];

const KINDS = Math.max(...Object.values(RecordKind)) + 1;

interface Watching {
  /** Its rule's place among all. */
  readonly index: number;
  readonly rule: Rule;
  readonly monitor: Monitor;
}

/** Who sees a kind of record that no rule asked for: a search makes a watch for each of its branches. */
const NOBODY: Watching[] = [];

export class Watch {
  /** The first breach of each rule that broke, in the order of breaking. Those of `sometimes` rules are what was to be seen. */
  readonly found: Violation[] = [];
  #watching: Watching[];
  /** By kind of record, but for transitions: the monitors that see it. */
  #byKind: Watching[][] = [];
  /** By machine: the monitors that see its transitions. */
  #byMachine: Watching[][] = [];
  #timed: Watching[] = [];
  /** Records shown so far. */
  #rows = 0;
  /** The time after which one of those that are timed is broken by silence. */
  #dueUs = Number.POSITIVE_INFINITY;

  constructor(rules: readonly Rule[], setting: Setting) {
    this.#watching = rules.map((rule, index) => ({ index, rule, monitor: rule.watch(setting) }));
    this.#arrange();
  }

  /** How many rules are still unbroken. */
  get unbroken(): number {
    return this.#watching.length;
  }

  /** Shows the monitors what was written since, up to `rows` records. */
  advance(trace: Records, rows: number): void {
    const { timeUs, kind } = trace;
    const machine = trace[at.transition.machine];
    for (let row = this.#rows; row < rows; row++) {
      // Nothing falls due between two records of one instant.
      if (timeUs[row] > this.#dueUs && (row === 0 || timeUs[row - 1] < timeUs[row]))
        this.#askTimes(timeUs[row], row);
      const watching =
        kind[row] === RecordKind.transition ? this.#byMachine[machine[row]] : this.#byKind[kind[row]];
      if (watching === NOBODY) continue;
      for (let i = 0; i < watching.length; i++) {
        const breach = watching[i].monitor.see(trace, row);
        if (breach !== null) this.#break(watching[i], timeUs[row], row, breach);
      }
      if (this.#timed.length > 0) this.#dueUs = this.#nextDueUs();
    }
    this.#rows = rows;
  }

  /** The run is over, at this time. */
  end(endUs: number): void {
    this.#askTimes(endUs, this.#rows);
    for (const watching of [...this.#watching]) {
      const breach = watching.monitor.end?.(endUs) ?? null;
      if (breach !== null) this.#break(watching, endUs, this.#rows, breach);
    }
  }

  /** What each rule that is still unbroken has spoken of, by name. */
  scopes(): Readonly<Record<string, Scope>> {
    return Object.fromEntries(
      this.#watching.map(({ rule, monitor }) => [rule.name, monitor.scope?.() ?? WHOLE_RUN]),
    );
  }

  /** All that the future answers depend on, as numbers. */
  digest(add: (value: number) => void): void {
    for (const { index, monitor } of this.#watching) {
      add(index);
      monitor.digest(add);
    }
  }

  #askTimes(nowUs: number, row: number): void {
    for (const watching of this.#timed) {
      const dueUs = watching.monitor.dueUs!();
      // What comes exactly at the deadline is in time.
      if (nowUs > dueUs) this.#break(watching, dueUs, row, watching.monitor.overdue!());
    }
  }

  #nextDueUs(): number {
    let nextUs = Number.POSITIVE_INFINITY;
    for (const { monitor } of this.#timed) nextUs = Math.min(nextUs, monitor.dueUs!());
    return nextUs;
  }

  /** A rule is watched until it breaks: what follows from the first breach tells nothing new. */
  #break(watching: Watching, timeUs: number, row: number, breach: Breach): void {
    this.found.push({ rule: watching.rule.name, timeUs, row, breach });
    this.#watching = this.#watching.filter((other) => other !== watching);
    this.#arrange();
  }

  #arrange(): void {
    this.#byKind = new Array<Watching[]>(KINDS).fill(NOBODY);
    this.#byMachine = new Array<Watching[]>(MODEL.length).fill(NOBODY);
    this.#timed = [];
    for (const watching of this.#watching) {
      const { sees, machines = ALL_MACHINES, dueUs } = watching.monitor;
      for (const kind of sees)
        if (kind === RecordKind.transition) for (const one of machines) enter(this.#byMachine, one, watching);
        else enter(this.#byKind, kind, watching);
      if (dueUs !== undefined) this.#timed.push(watching);
    }
    this.#dueUs = this.#nextDueUs();
  }
}

/** Puts a monitor on one of the lists of those who see something. */
function enter(lists: Watching[][], number: number, watching: Watching): void {
  const list = lists[number];
  if (list === NOBODY) lists[number] = [watching];
  // A rule may name a kind twice: for itself, and for one of its helpers.
  else if (list.at(-1) !== watching) list.push(watching);
}

/** The first breach of each rule in a finished trace of `rows` records that ends at `endUs`. */
export function watchTrace(
  trace: Records,
  rows: number,
  endUs: number,
  rules: readonly Rule[],
  setting: Setting,
): Violation[] {
  const watch = new Watch(rules, setting);
  watch.advance(trace, rows);
  watch.end(endUs);
  return watch.found;
}
