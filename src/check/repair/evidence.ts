/** What the run shows, up to the moment at which a rule broke. It suggests what a repair should turn. */
import { CAUSES } from "../../model/trace/causes.ts";
import { at, CloseReason, RecordKind, type Records, SESSION_ID_UNKNOWN } from "../../model/trace/records.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { silencesLinks } from "../calm.ts";
import { runTrial } from "../trial.ts";
import type { Asked } from "./asked.ts";

export interface Evidence {
  readonly rule: string;
  /** The way in which the rule broke. */
  readonly key: string;
  /** Nodes of the clients that the breach is about. */
  readonly clients: readonly number[];
  /** Names of the causes for which copies were lost. */
  readonly causes: ReadonlySet<string>;
  readonly signs: ReadonlySet<Sign>;
}

export type Sign =
  /** A request was answered with «Session ID unknown». */
  | "session unknown"
  /** The balancer closed a connection, or ended a held request, because it was silent. */
  | "idle close"
  /** A client waited for a ping in vain. */
  | "ping timeout"
  /** A client lost its connection. */
  | "connection lost"
  /** A client's attempt to connect failed. */
  | "attempt failed"
  /** A link was cut. */
  | "link cut";

/** Reads the run that broke the rule, as far as there is time. */
export function evidenceOf({ found, rule, isOver }: Pick<Asked, "found" | "rule" | "isOver">): Evidence {
  const { breach } = found.violation;
  const { world } = runTrial(found.scenario, [rule], { stopAtBreach: true, isOver });
  const trace = world.trace!;
  const signs = new Set<Sign>();
  const connected = new Set<number>();
  for (let row = 0; row < trace.rows; row++) {
    const sign = signAt(found.scenario, trace, row, connected);
    if (sign !== null) signs.add(sign);
  }
  const { key, clients } = breach;
  return { rule: rule.name, key, clients, causes: causesIn(trace, trace.rows), signs };
}

/**
 * Names of the causes for which copies were lost in a run. A copy that was lost without a cause is a breach
 * of conservation, and is left out.
 */
export function causesIn(trace: Records, rows: number): ReadonlySet<string> {
  const causes = new Set<string>();
  for (let row = 0; row < rows; row++) {
    const cause = trace.kind[row] === RecordKind.lost ? CAUSES[trace[at.lost.cause][row]] : undefined;
    if (cause !== undefined) causes.add(cause.name);
  }
  return causes;
}

/** What one record is a sign of, or null. Also keeps track of who is connected. */
function signAt({ faults }: Scenario, trace: Records, row: number, connected: Set<number>): Sign | null {
  switch (trace.kind[row]) {
    case RecordKind.idleClosed:
      return "idle close";
    case RecordKind.response:
      return trace[at.response.errorCode][row] === SESSION_ID_UNKNOWN ? "session unknown" : null;
    case RecordKind.connected:
      connected.add(trace[at.connected.client][row]);
      return null;
    case RecordKind.disconnected: {
      const wasConnected = connected.delete(trace[at.disconnected.client][row]);
      if (trace[at.disconnected.reason][row] === CloseReason.pingTimeout) return "ping timeout";
      return wasConnected ? "connection lost" : "attempt failed";
    }
    case RecordKind.fault:
      return silencesLinks(faults[trace[at.fault.fault][row]].act) ? "link cut" : null;
    default:
      return null;
  }
}
