/** Numbers about a run, all read off its trace. */

import { Fate } from "../model/fate/oracle.part.ts";
import { END_REASONS } from "../model/trace/end-reasons.ts";
import { carriesData } from "../model/trace/frames.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { Ledger } from "./ledger.ts";
import { type PresenceTotals, presenceTotals } from "./presence.ts";
import type { NodeInfo, RunResult } from "./result.ts";
import { type EndPlace, placeOf } from "./roots.ts";

interface Latency {
  /** Milliseconds; null if nothing was delivered. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

interface Connections {
  /** Clients that were connected at least once. */
  readonly everConnected: number;
  readonly connectedAtEnd: number;
  /** Most at one time. */
  readonly peak: number;
  /** Connections lost, and attempts that failed. */
  readonly disconnects: number;
  readonly upgrades: number;
  /** HTTP requests by the status of their answer. */
  readonly responses: Readonly<Record<string, number>>;
  /** How connections ended, those of servers to the backplane too; most frequent first. */
  readonly ends: readonly EndCount[];
}

/** Connections of one kind of node that ended for one reason, at nodes of one kind; at a balancer, at this one. */
interface EndCount {
  /** The reason's name. */
  readonly reason: string;
  readonly at: EndPlace;
  /** The balancer's node; null elsewhere. */
  readonly balancer: number | null;
  /** Whose connections: clients', or those of servers to the backplane. */
  readonly whose: NodeInfo["kind"];
  readonly count: number;
}

export interface Metrics {
  readonly latencyMs: Latency;
  readonly connections: Connections;
  /** How many clients were connected, whenever that changed: [time in µs, count]. */
  readonly connectedOverTime: readonly (readonly [number, number])[];
  /** Frames that carried application data, for each message sent; null without messages. */
  readonly amplification: number | null;
  /** What observers believed of who is online, against the truth; null if nobody keeps it, or nobody was. */
  readonly presence: PresenceTotals | null;
}

/** `endUs`: when the run ended; by default, with its last record. */
export function measure(
  { trace, nodes }: Pick<RunResult, "trace" | "nodes">,
  ledger: Ledger,
  endUs = trace.timeUs[trace.length - 1] ?? 0,
): Metrics {
  const connectedOverTime: [number, number][] = [];
  const up = new Set<number>();
  const ever = new Set<number>();
  const responses: Record<string, number> = {};
  let peak = 0;
  let disconnects = 0;
  let upgrades = 0;
  let dataFrames = 0;
  for (let i = 0; i < trace.length; i++) {
    switch (trace.kind[i]) {
      case RecordKind.connected: {
        const client = trace[at.connected.client][i];
        up.add(client);
        ever.add(client);
        peak = Math.max(peak, up.size);
        connectedOverTime.push([trace.timeUs[i], up.size]);
        break;
      }
      case RecordKind.disconnected:
        disconnects++;
        if (up.delete(trace[at.disconnected.client][i])) connectedOverTime.push([trace.timeUs[i], up.size]);
        break;
      case RecordKind.upgraded:
        upgrades++;
        break;
      case RecordKind.response: {
        const status = String(trace[at.response.status][i]);
        responses[status] = (responses[status] ?? 0) + 1;
        break;
      }
      case RecordKind.frame:
        if (carriesData(trace[at.frame.kind][i])) dataFrames++;
        break;
    }
  }
  return {
    latencyMs: latencies(ledger),
    connections: {
      everConnected: ever.size,
      connectedAtEnd: up.size,
      peak,
      disconnects,
      upgrades,
      responses,
      ends: countEnds(ledger, nodes),
    },
    connectedOverTime,
    amplification: ledger.messages.length === 0 ? null : dataFrames / ledger.messages.length,
    presence: presenceTotals(trace, endUs),
  };
}

function countEnds({ ends }: Ledger, nodes: RunResult["nodes"]): EndCount[] {
  const counts = new Map<string, EndCount & { count: number }>();
  for (const end of ends) {
    // A cut link ends no connection by itself.
    if (end.whose < 0) continue;
    const { name: reason } = END_REASONS[end.reason];
    const at = placeOf(end);
    const balancer = at === "balancer" ? end.place : null;
    const whose = nodes[end.whose]!.kind;
    const key = `${reason}/${at}/${balancer}/${whose}`;
    const entry = counts.get(key);
    if (entry !== undefined) entry.count++;
    else counts.set(key, { reason, at, balancer, whose, count: 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
}

/** Nearest-rank percentiles of the time from send to first delivery. */
function latencies(ledger: Ledger): Latency {
  const delivered = ledger.copies.filter((copy) => copy.fate === Fate.delivered);
  if (delivered.length === 0) return { p50: null, p95: null, p99: null, max: null };
  const sortedUs = Float64Array.from(delivered, (copy) => copy.settledUs - copy.sentUs).sort();
  const atShare = (share: number) => sortedUs[Math.max(0, Math.ceil(share * sortedUs.length) - 1)] / 1000;
  return { p50: atShare(0.5), p95: atShare(0.95), p99: atShare(0.99), max: atShare(1) };
}
