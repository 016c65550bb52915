/** A process that is told to stop goes on for a while: the exhaustive search kills it then as well. */
import { expect, it } from "vitest";
import { explore } from "../../src/check/exhaustive.ts";
import type { Rule } from "../../src/check/rule.ts";
import { Cause } from "../../src/model/trace/causes.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { explored, ordered, scenario } from "./exploring.ts";

const nothingDiesWithItsServer: Rule = {
  name: "nothing dies with its server",
  kind: "always",
  statement: "-",
  watch: () => ({
    sees: [RecordKind.lost],
    see: (trace, row) =>
      trace[at.lost.cause][row] === Cause.serverCrashed
        ? { key: "so", text: "-", clients: [], message: 0 }
        : null,
    digest: () => {},
  }),
};

it("of a server that waits for its connections to end, what it has not said yet may be lost", () => {
  const waiting = scenario({
    clients: ["A", "B"].map((name) => ({ name, transport: "websocket" as const, startConnected: true })),
    servers: { count: 1, onStop: "wait" },
    network: { client: { latencyMs: 2 }, server: { latencyMs: 0 } },
    workload: [{ from: "A", to: "B", atMs: 10 }],
    faults: [{ atMs: 0, act: "stop", target: "server-1" }],
    durationMs: 40,
  });
  const within = (crashes: number) =>
    ordered(
      explored(
        explore,
        waiting,
        [nothingDiesWithItsServer],
        { lateMs: 0, lateSteps: 1, losses: 0, crashes },
        1,
      ).broken,
    );
  expect(within(0)).toHaveLength(0);
  expect(within(1)).toHaveLength(1);
});
