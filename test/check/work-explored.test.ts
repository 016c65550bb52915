/** What servers are at work on, and what waits, is told to the exhaustive search: two that differ in nothing else go on differently. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { explore } from "../../src/check/exhaustive.ts";
import type { Rule } from "../../src/check/rule.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { check } from "../support/property.ts";
import { agrees, explored, ordered, type Small, scenario, small } from "./exploring.ts";

/** Breaks if this message is lost. It remembers nothing. */
const neverLost = (message: number): Rule => ({
  name: `message ${message} is not lost`,
  kind: "always",
  statement: "-",
  watch: () => ({
    sees: [RecordKind.lost],
    see: (trace, row) =>
      trace[at.lost.message][row] === message ? { key: "so", text: "-", clients: [], message } : null,
    digest: () => {},
  }),
});

const one = scenario({
  clients: ["A", "B", "C"].map((name) => ({
    name,
    transport: "websocket" as const,
    startConnected: true,
    delivery: "forget" as const,
  })),
  network: { client: { latencyMs: 2 }, server: { latencyMs: 0 } },
  servers: { count: 1, serviceMs: 8 },
  workload: ["A", "B"].map((from) => ({ from, to: "C", atMs: 10 })),
  faults: [{ atMs: 23, act: "crash", target: "server-1" }],
  durationMs: 40,
});

/** Two messages are sent at once; each may be late on its way, and whichever is, is not done when the server dies. */
it("of two messages that a server is at work on or keeps waiting, either may be the one that is lost", () => {
  const bounds = { lateMs: 3, lateSteps: 1, losses: 0, crashes: 0 };
  const { broken } = explored(explore, one, [neverLost(0), neverLost(1)], bounds, 1);
  expect(ordered(broken)).toHaveLength(2);
});

it("breaks the rules that brute force breaks where work takes time", () => {
  const work = fc.record({
    serviceMs: fc.constantFrom(0, 3, 8),
    workers: fc.constantFrom(1, 2),
    queueLength: fc.constantFrom("none" as const, 0),
    writeMs: fc.constantFrom(2, 0),
  });
  const busy = fc.tuple(small, work).map(([plain, how]): Small => {
    const servers = { ...plain.scenario.servers, ...how };
    return { ...plain, scenario: { ...plain.scenario, servers } };
  });
  check(busy, (some) => expect(agrees(explore, some)).not.toBe(false), { runs: 30, seconds: 1 });
});
