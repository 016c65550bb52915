/** TCP keepalive, and what hears it. FACTS §3, §4. */
import { describe, expect, it } from "vitest";
import { END_REASONS } from "../../src/model/trace/end-reasons.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { runLab } from "../support/ground-truth.ts";

type Lab = Partial<ScenarioInput>;

/** A client that nobody says anything to, and whose kernel probes every 20 s. */
const silent = (client: Partial<ScenarioInput["clients"][number]>, more: Lab = {}) =>
  runLab({
    durationMs: 400_000,
    clients: [{ name: "c", transport: "websocket", tcpKeepaliveMs: 20_000, ...client }],
    servers: { count: 1, pingIntervalMs: "none" },
    balancer: { idleTimeoutMs: 86_400_000 },
    ...more,
  });
type Run = ReturnType<typeof silent>;
const endsOf = (run: Run) =>
  run.records(RecordKind.ended).map((row) => [Math.round(row[0]! / 1000), END_REASONS[row[3]!]!.name]);
const closedOf = (run: Run) =>
  run
    .records(RecordKind.disconnected)
    .map((row) => [Math.round(row[0]! / 1000), CLOSE_REASON_NAMES[row[2]!]]);

describe("TCP keepalive", () => {
  it("is off by default, and costs nothing where something else crosses the connection", () => {
    const probes = (run: Run) =>
      run.records(RecordKind.frame).filter((row) => row[1] === FrameKind.keepalive);
    expect(probes(silent({ tcpKeepaliveMs: "none" }))).toEqual([]);
    expect(probes(silent({}))).toHaveLength(19);
    expect(probes(silent({}, { servers: { count: 1, pingIntervalMs: 15_000 } }))).toEqual([]);
  });

  it("keeps a NAT from forgetting the connection", () => {
    const natTimeoutMs = 60_000;
    const workload: Lab["workload"] = [{ from: "servers", to: "everyone", atMs: 300_000 }];
    expect(closedOf(silent({ natTimeoutMs, natForgets: "with-reset" }, { workload }))).toEqual([]);
    const without = silent({ natTimeoutMs, tcpKeepaliveMs: "none" }, { workload });
    expect(endsOf(without)).toEqual([[300, "mapping-forgotten"]]);
    expect(without.ledger.tally.delivered).toBe(0);
  });

  it("keeps an NLB from forgetting it", () => {
    const balancer = { kind: "nlb", idleTimeoutMs: 60_000 } as const;
    expect(endsOf(silent({}, { balancer }))).toEqual([]);
    expect(endsOf(silent({ tcpKeepaliveMs: "none" }, { balancer }))).toEqual([[60, "connection-forgotten"]]);
  });

  it.each([
    ["nginx", {}],
    ["HAProxy", { kind: "haproxy" as const }],
    ["ALB", { kind: "alb" as const }],
  ])("does not keep %s from closing it: that counts the bytes of applications", (_, balancer) => {
    const patienceS = "kind" in balancer && balancer.kind === "haproxy" ? 50 : 60;
    expect(endsOf(silent({}, { balancer }))[0]).toEqual([patienceS, "idle-closed"]);
  });

  it("notices a dead path: nine probes in vain, the first after the silence, the others each 75 s, and 75 s more", () => {
    const faults: Lab["faults"] = [{ atMs: 30_000, act: "cut", target: "c/balancer" }];
    const run = silent({}, { durationMs: 1_000_000, faults });
    // The last answer came at 20 s.
    expect(closedOf(run)[0]).toEqual([40 + 9 * 75, "transport close"]);
  });

  it("does not notice that the server behind the balancer is frozen, or cut off", () => {
    const faults: Lab["faults"] = [
      { atMs: 30_000, act: "freeze", target: "server-1" },
      { atMs: 40_000, act: "cut", target: "balancer/server-1" },
    ];
    expect(closedOf(silent({}, { durationMs: 1_000_000, faults }))).toEqual([]);
  });

  it("meets a reset where the connection was forgotten before", () => {
    const run = silent({ tcpKeepaliveMs: 100_000, natTimeoutMs: 60_000, natForgets: "with-reset" });
    expect(closedOf(run)[0]).toEqual([100, "transport close"]);
    const atNlb = silent({ tcpKeepaliveMs: 100_000 }, { balancer: { kind: "nlb", idleTimeoutMs: 60_000 } });
    expect(closedOf(atNlb)[0]).toEqual([100, "transport close"]);
  });
});
