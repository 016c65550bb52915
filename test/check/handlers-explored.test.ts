/** Whose message a handler is at work on is told to the exhaustive search: two that differ in nothing else go on differently. */
import { expect, it } from "vitest";
import { explore } from "../../src/check/exhaustive.ts";
import type { Rule } from "../../src/check/rule.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { explored, ordered, scenario } from "./exploring.ts";

/** Breaks if this message is lost while another is not. It remembers nothing that tells one from the other. */
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

/** Two messages are sent at once; each may be late on its way, and whichever is, dies with the server. */
it.each([
  ["acts on", "server", {}],
  ["writes and tells of", "C", { publishes: "after" as const }],
])("of two messages that a server %s, either may be the one that is lost", (_, to, servers) => {
  const one = scenario({
    clients: ["A", "B", "C"].map((name) => ({
      name,
      transport: "websocket" as const,
      startConnected: true,
      delivery: "forget" as const,
    })),
    servers: { count: 1, effectMs: 10, ...servers },
    network: { client: { latencyMs: 2 }, server: { latencyMs: 0 } },
    workload: ["A", "B"].map((from) => ({ from, to, atMs: 10 })),
    faults: [{ atMs: 23, act: "crash", target: "server-1" }],
    durationMs: 40,
  });
  const bounds = { lateMs: 3, lateSteps: 1, losses: 0, crashes: 0 };
  const { broken, last } = explored(explore, one, [neverLost(0), neverLost(1)], bounds, 1);
  expect(last.runs).toBeGreaterThan(2);
  expect(ordered(broken)).toHaveLength(2);
});
