/** What the run shows, up to the moment at which a rule broke: from this it is read what a repair should turn. */
import { CAUSES } from "../../model/causes.ts";
import { CloseReason, RecordKind, SESSION_ID_UNKNOWN } from "../../model/records.ts";
import type { Found } from "../exhaustive.ts";
import type { Records, Rule } from "../rule.ts";
import { runTrial } from "../trial.ts";

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
  | "attempt failed";

/** Reads a run that a search found, which must break the rule. */
export function evidenceOf({ scenario, violation }: Found, rule: Rule): Evidence {
  const { breach } = violation;
  const { trace } = runTrial(scenario, [rule], { stopAtBreach: true }).world;
  const causes = new Set<string>();
  const signs = new Set<Sign>();
  const connected = new Set<number>();
  for (let row = 0; row < trace!.rows; row++) {
    const sign = signAt(trace!, row, connected);
    if (sign !== null) signs.add(sign);
    if (trace!.kind[row] === RecordKind.lost) causes.add(CAUSES[trace!.d[row]!]!.name);
  }
  return { rule: rule.name, key: breach.key, clients: breach.clients, causes, signs };
}

/** What one record is a sign of; null of nothing. Keeps who is connected. */
function signAt({ kind, a, b, e }: Records, row: number, connected: Set<number>): Sign | null {
  switch (kind[row]) {
    case RecordKind.idleClosed:
      return "idle close";
    case RecordKind.response:
      return e[row] === SESSION_ID_UNKNOWN ? "session unknown" : null;
    case RecordKind.connected:
      connected.add(a[row]!);
      return null;
    case RecordKind.disconnected: {
      const wasConnected = connected.delete(a[row]!);
      if (b[row] === CloseReason.pingTimeout) return "ping timeout";
      return wasConnected ? "connection lost" : "attempt failed";
    }
    default:
      return null;
  }
}
