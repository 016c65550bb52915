/** The statecharts that run at a node, and how they change: read from the trace when a node is looked at. */
import { at, RecordKind } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";

/** One statechart of one client, session, request, … */
export interface Entity {
  readonly machine: number;
  readonly entity: number;
  /** Its changes in the trace, ascending. */
  readonly rows: readonly number[];
}

/** All that change state at a node, in the order of their first change. */
export function entitiesAt({ trace }: RunResult, node: number): Entity[] {
  const found = new Map<string, { machine: number; entity: number; rows: number[] }>();
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.transition || trace[at.transition.node][row] !== node) continue;
    const machine = trace[at.transition.machine][row]!;
    const entity = trace[at.transition.entity][row]!;
    const key = `${machine}/${entity}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { machine, entity, rows: [row] });
    else known.rows.push(row);
  }
  return [...found.values()];
}

/** What an entity's state is at an instant. */
export interface Standing {
  readonly state: number;
  /** The state before the last change; −1: it has not changed yet. */
  readonly before: number;
  /** When it changed last, and when it will change next in this run; null: not. µs. */
  readonly sinceUs: number | null;
  readonly untilUs: number | null;
}

export function standingAt({ trace }: RunResult, { rows }: Entity, timeUs: number): Standing {
  const next = rows.findIndex((row) => trace.timeUs[row]! > timeUs);
  const last = next === -1 ? rows.at(-1) : rows[next - 1];
  const untilUs = next === -1 ? null : trace.timeUs[rows[next]!]!;
  if (last === undefined)
    return { state: trace[at.transition.before][rows[0]!]!, before: -1, sinceUs: null, untilUs };
  return {
    state: trace[at.transition.after][last]!,
    before: trace[at.transition.before][last]!,
    sinceUs: trace.timeUs[last]!,
    untilUs,
  };
}
