/** A small synthetic run, made by hand rather than by the simulator: a fixture for the view's unit tests. */
import { FrameKind } from "../../src/model/trace/frames.ts";
import { RecordKind, RequestKind } from "../../src/model/trace/records.ts";
import type { NodeInfo, RunResult } from "../../src/run/result.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

export interface SampleOptions {
  readonly clients?: number;
  readonly servers?: number;
  readonly backplane?: boolean;
  readonly messages?: number;
  readonly variant?: string | null;
  /** Adds a refused polling handshake by the first client. */
  readonly refused?: boolean;
}

type Row = [timeUs: number, kind: number, a: number, b: number, c: number, d: number, e: number];

/** Client → balancer 20 ms, balancer → server 0.5 ms, server → backplane 0.3 ms; client i on server i mod n. */
export function sampleRun(options: SampleOptions = {}): RunResult {
  const {
    clients = 4,
    servers = 2,
    backplane = false,
    messages = 3,
    variant = null,
    refused = false,
  } = options;
  const nodes: NodeInfo[] = [];
  const add = (kind: NodeInfo["kind"], name: string) => nodes.push({ node: nodes.length, kind, name }) - 1;
  for (let i = 0; i < clients; i++)
    add("client", clients <= 26 ? String.fromCharCode(65 + i) : `user-${i + 1}`);
  const balancer = add("balancer", "balancer");
  const firstServer = nodes.length;
  for (let i = 0; i < servers; i++) add("server", `server-${i + 1}`);
  const redis = backplane ? add("backplane", "backplane") : -1;
  const serverOf = (client: number) => firstServer + (client % servers);
  const rows: Row[] = [];
  const frame = (t: number, kind: number, from: number, to: number, subject: number, flight: number) => {
    rows.push([t, RecordKind.frame, kind, from, to, subject, flight]);
    return t + flight;
  };
  for (let i = 0; i < clients; i++) rows.push([0, RecordKind.connected, i, serverOf(i), 1, -1, -1]);
  if (refused) {
    rows.push([1000, RecordKind.request, 0, 0, RequestKind.handshake, firstServer, -1]);
    rows.push([2000, RecordKind.response, 0, 0, 200, firstServer, -1]);
    rows.push([3000, RecordKind.request, 0, 0, RequestKind.poll, firstServer + 1, 0]);
    rows.push([4000, RecordKind.response, 0, 0, 400, firstServer + 1, 1]);
  }
  let copy = 0;
  for (let m = 0; m < messages; m++) {
    const sender = m % clients;
    const at = 1_000_000 + m * 1_000_000;
    rows.push([at, RecordKind.message, m, sender, 0, -1, clients - 1]);
    const copies = new Map<number, number>();
    for (let r = 0; r < clients; r++)
      if (r !== sender) {
        copies.set(r, copy);
        rows.push([at, RecordKind.copy, copy++, m, r, -1, -1]);
      }
    const arrived = frame(
      frame(at, FrameKind.emit, sender, balancer, m, 20_000),
      FrameKind.emit,
      balancer,
      serverOf(sender),
      m,
      500,
    );
    const handOut = (server: number, t: number) => {
      for (const [r, c] of copies)
        if (serverOf(r) === server) {
          const there = frame(
            frame(t, FrameKind.deliver, server, balancer, c, 500),
            FrameKind.deliver,
            balancer,
            r,
            c,
            20_000,
          );
          rows.push([there, RecordKind.delivered, c, m, r, -1, -1]);
        }
    };
    handOut(serverOf(sender), arrived);
    if (backplane) {
      const published = frame(arrived, FrameKind.publish, serverOf(sender), redis, m, 300);
      for (let s = 0; s < servers; s++)
        if (firstServer + s !== serverOf(sender))
          handOut(firstServer + s, frame(published, FrameKind.push, redis, firstServer + s, m, 300));
    } else
      for (const [r, c] of copies)
        if (serverOf(r) !== serverOf(sender))
          rows.push([arrived, RecordKind.lost, c, m, serverOf(sender), 0, r]);
  }
  rows.sort((x, y) => x[0] - y[0]);
  const column = (i: number) => Int32Array.from(rows, (r) => r[i]);
  const durationMs = 1000 * (messages + 2);
  return {
    scenario: {
      version: 1,
      name: "sample",
      title: "Sample",
      summary: "A sample.",
      seed: 1,
      durationMs,
      clients: nodes
        .filter((n) => n.kind === "client")
        .map((n) => ({ name: n.name, count: 1, transport: "websocket" })),
      balancer: { policy: "round-robin" },
      proxies: [],
      publishers: [],
      servers: { count: servers },
      backplane: { kind: backplane ? "redis" : "none" },
      presence: { kind: "none" },
      gateway: { channels: [] },
      workload: [],
      faults: [],
      variants: {
        "no-backplane": { title: "Two servers", set: { "backplane.kind": "none" } },
        redis: { title: "Two servers and Redis", set: { "backplane.kind": "redis" } },
      },
      knobs: ["backplane.kind"],
      notice: ["A’s message reaches server-1. B is on server-2."],
    } as unknown as Scenario,
    variant,
    seed: 1,
    nodes,
    machines: [],
    trace: {
      timeUs: Float64Array.from(rows, (r) => r[0]),
      kind: Uint8Array.from(rows, (r) => r[1]),
      a: column(2),
      b: column(3),
      c: column(4),
      d: column(5),
      e: column(6),
      length: rows.length,
    },
    fingerprint: "0123456789abcdef",
    events: rows.length,
    endUs: durationMs * 1000,
    endedBy: "time",
  };
}
