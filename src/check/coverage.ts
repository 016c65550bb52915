/**
 * What a search has reached of the model: the states that its machines were in, the changes between them, and which faults struck
 * together in one run. What was never reached was never checked.
 */
import { MODEL } from "../model/parts.ts";
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { edgesOf } from "../statechart/edges.ts";

/** How much there is of something, how much was reached, and what was not. */
export interface Reached {
  readonly of: number;
  readonly reached: number;
  readonly missing: readonly string[];
}

export interface CoverageReport {
  readonly states: Reached;
  readonly transitions: Reached;
  /**
   * Pairs of faults of different kinds (crash server, cut link, …) that struck in one run, out of all pairs
   * of kinds that occurred in any run.
   */
  readonly faultPairs: Reached;
}

const EDGES = MODEL.map(({ chart }) => edgesOf(chart));

/** Transitions and faults seen; plain data, so that workers' coverage can be added up. */
export interface CoverageData {
  readonly transitions: readonly number[];
  readonly faults: readonly string[];
  readonly pairs: readonly string[];
}

export class Coverage {
  /** machine × 2^16 + state before × 2^8 + state after. */
  readonly #transitions = new Set<number>();
  readonly #faults = new Set<string>();
  readonly #pairs = new Set<string>();

  /** Adds a run: the first `rows` records of its trace, of which the first `known` were those of a run that was added before. */
  addRun(scenario: Scenario, trace: Records, rows: number, known = 0): void {
    const struck = new Set<string>();
    // What strikes later may make a pair with what struck before.
    for (let row = scenario.faults.length > 1 ? 0 : known; row < rows; row++) {
      if (trace.kind[row] === RecordKind.transition) {
        const machine = trace[at.transition.machine][row];
        const [before, after] = [trace[at.transition.before][row], trace[at.transition.after][row]];
        this.#transitions.add((machine << 16) | (before << 8) | after);
      } else if (trace.kind[row] === RecordKind.fault)
        struck.add(kindOf(scenario.faults[trace[at.fault.fault][row]]));
    }
    const kinds = [...struck].sort();
    for (const [i, one] of kinds.entries()) {
      this.#faults.add(one);
      for (const other of kinds.slice(i + 1)) this.#pairs.add(`${one} + ${other}`);
    }
  }

  /** How much was covered: it only grows. */
  get size(): number {
    return this.#transitions.size + this.#faults.size + this.#pairs.size;
  }

  add(data: CoverageData): void {
    for (const transition of data.transitions) this.#transitions.add(transition);
    for (const fault of data.faults) this.#faults.add(fault);
    for (const pair of data.pairs) this.#pairs.add(pair);
  }

  data(): CoverageData {
    return { transitions: [...this.#transitions], faults: [...this.#faults], pairs: [...this.#pairs] };
  }

  report(): CoverageReport {
    const states: string[] = [];
    const statesMissing: string[] = [];
    const edges: string[] = [];
    const edgesMissing: string[] = [];
    for (const [machine, { name, chart }] of MODEL.entries()) {
      const entered = new Set<number>();
      for (const [from, to] of EDGES[machine]) {
        const text = `${name}: ${chart.states[from]} → ${chart.states[to]}`;
        edges.push(text);
        if (!this.#transitions.has((machine << 16) | (from << 8) | to)) edgesMissing.push(text);
        else entered.add(from).add(to);
      }
      for (const [state, path] of chart.states.entries()) {
        states.push(path);
        if (!entered.has(state)) statesMissing.push(`${name}: ${path}`);
      }
    }
    const faults = [...this.#faults].sort();
    const pairs = faults.flatMap((one, i) => faults.slice(i + 1).map((other) => `${one} + ${other}`));
    return {
      states: reached(states.length, statesMissing),
      transitions: reached(edges.length, edgesMissing),
      faultPairs: reached(
        pairs.length,
        pairs.filter((pair) => !this.#pairs.has(pair)),
      ),
    };
  }
}

function reached(of: number, missing: readonly string[]): Reached {
  return { of, reached: of - missing.length, missing };
}

/** «crash server», «cut link»: a fault without its number. */
function kindOf({ act, target }: Fault): string {
  return `${act} ${target.includes("/") ? "link" : target.replace(/-\d+$/, "")}`;
}
