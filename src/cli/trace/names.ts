/** A trace's numbers as names. */
import { CAUSES } from "../../model/trace/causes.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import { FRAME_LIST } from "../../model/trace/frames.ts";
import { at, type Columns, RecordKind } from "../../model/trace/records.ts";
import type { CliResult } from "../simulate.ts";

export class TraceNames {
  readonly #run: CliResult;

  constructor(run: CliResult) {
    this.#run = run;
  }

  /** The name of a node; null if there is no such node. */
  node(node: number): string | null {
    return this.#run.nodes[node]?.name ?? null;
  }

  machine(machine: number): string {
    return this.#run.machines[machine]?.name ?? String(machine);
  }

  state(machine: number, state: number): string {
    return this.#run.machines[machine]?.states[state] ?? String(state);
  }

  cause(cause: number): string {
    return CAUSES[cause]?.name ?? String(cause);
  }

  reason(reason: number): string {
    return END_REASONS[reason]?.name ?? String(reason);
  }

  frame(frame: number): string {
    return FRAME_LIST[frame]?.label ?? String(frame);
  }

  /** «crash server-1», «drop A/balancer, direction up, packet 6». */
  fault(fault: number): string {
    const { act, target, ...details } = this.#run.scenario.faults[fault];
    const words = faultDetails(details).map(
      ([field, value]) => `${field} ${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    return [`${act} ${target}`, ...words].join(", ");
  }
}

/** What a fault says beside its act and its target; not when it strikes, which the trace says. */
export function faultDetails(details: object): [field: string, value: unknown][] {
  return Object.entries(details).filter(([field]) => field !== "atMs");
}

/** Message numbers by copy number. */
export function messagesByCopy(trace: Columns): Map<number, number> {
  const messages = new Map<number, number>();
  for (let i = 0; i < trace.length; i++)
    if (trace.kind[i] === RecordKind.copy) messages.set(trace[at.copy.copy][i], trace[at.copy.message][i]);
  return messages;
}
