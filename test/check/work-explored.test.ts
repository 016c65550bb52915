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

const one = (servers: object) =>
  scenario({
    clients: ["A", "B", "C"].map((name) => ({
      name,
      transport: "websocket" as const,
      startConnected: true,
      delivery: "forget" as const,
    })),
    network: { client: { latencyMs: 2 }, server: { latencyMs: 0 } },
    servers: { count: 1, ...servers },
    workload: ["A", "B"].map((from) => ({ from, to: "C", atMs: 10 })),
    faults: [{ atMs: 23, act: "crash", target: "server-1" }],
    durationMs: 40,
  });

/** Two messages are sent at once; each may be late on its way, and whichever is, is not done when the server dies. */
it.each([
  ["is at work on or keeps waiting", { serviceMs: 8 }],
  ["writes", { writeMs: 8 }],
])("of two messages that a server %s, either may be the one that is lost", (_, servers) => {
  const bounds = { lateMs: 3, lateSteps: 1, losses: 0, crashes: 0 };
  const { broken } = explored(explore, one(servers), [neverLost(0), neverLost(1)], bounds, 1);
  expect(ordered(broken)).toHaveLength(2);
});

it("breaks the rules that brute force breaks where work takes time", () => {
  const work = fc.record({
    serviceMs: fc.constantFrom(0, 3, 8),
    workers: fc.constantFrom(1, 2),
    queueLength: fc.constantFrom("none" as const, 0),
    writeMs: fc.constantFrom(2, 0),
  });
  const busy = fc.tuple(small, work).map(([one, how]): Small => {
    const { servers } = one.scenario;
    return { ...one, scenario: { ...one.scenario, servers: { ...servers, ...how } } };
  });
  check(busy, (one) => expect(agrees(explore, one)).not.toBe(false), { runs: 30, seconds: 1 });
});
