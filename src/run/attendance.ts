/** Who was connected where, and when: for each server and span of time, read off the trace. */
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "./result.ts";

/** The clients of a server. */
interface ServerClients {
  readonly server: string;
  readonly atEnd: number;
  /** Most at one time. */
  readonly most: number;
}

/** A span of time, and how it ended. */
export interface Span {
  readonly untilUs: number;
  /** Clients that are connected when it ends. */
  readonly connected: number;
  /** Connections that clients lost in it. */
  readonly lost: number;
  /** Attempts to connect that failed in it. */
  readonly failed: number;
  /** Clients of each server when it ends, in the order of the servers. */
  readonly byServer: readonly number[];
}

export interface Attendance {
  readonly servers: readonly ServerClients[];
  readonly spans: readonly Span[];
}

/** At most so many spans; the last may be shorter. */
const MOST_SPANS = 12;

export function attendanceOf({
  nodes,
  trace,
  endUs,
}: Pick<RunResult, "nodes" | "trace" | "endUs">): Attendance {
  const servers = nodes.filter(({ kind }) => kind === "server");
  const first = servers[0]!.node;
  const now = servers.map(() => 0);
  const most = servers.map(() => 0);
  const serverOf = new Map<number, number>();
  const spans: Span[] = [];
  const lengthUs = roundSpan(endUs / MOST_SPANS);
  let [lost, failed] = [0, 0];
  const end = (untilUs: number) => {
    spans.push({ untilUs, connected: serverOf.size, lost, failed, byServer: [...now] });
    lost = 0;
    failed = 0;
  };
  const leave = (client: number): boolean => {
    const server = serverOf.get(client);
    if (server === undefined) return false;
    now[server]!--;
    return serverOf.delete(client);
  };
  for (let i = 0; i < trace.length; i++) {
    while (trace.timeUs[i]! > (spans.length + 1) * lengthUs) end((spans.length + 1) * lengthUs);
    if (trace.kind[i] === RecordKind.connected) {
      const client = trace[at.connected.client][i]!;
      const server = trace[at.connected.server][i]! - first;
      leave(client);
      serverOf.set(client, server);
      now[server]!++;
      most[server] = Math.max(most[server]!, now[server]!);
    } else if (trace.kind[i] === RecordKind.disconnected) {
      if (leave(trace[at.disconnected.client][i]!)) lost++;
      else failed++;
    }
  }
  while ((spans.length + 1) * lengthUs < endUs) end((spans.length + 1) * lengthUs);
  end(endUs);
  return {
    servers: servers.map(({ name }, i) => ({ server: name, atEnd: now[i]!, most: most[i]! })),
    spans,
  };
}

/** The next number that people count by: one, two or five, and noughts. */
function roundSpan(atLeastUs: number): number {
  let power = 1;
  while (power * 10 <= atLeastUs) power *= 10;
  return power * ([1, 2, 5].find((digit) => digit * power >= atLeastUs) ?? 10);
}
