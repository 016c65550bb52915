/** What is said of messages that a server acts on, and of who waits for it. */
import { expect, it } from "vitest";
import { simulate } from "../../src/run/simulate.ts";
import { taskWords } from "../../src/run/task-words.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";

/** All that is said of a run, in order: what about which message, and whose; «!» if it is bad news. */
function said(input: Partial<ScenarioInput>): string[] {
  const parsed = validateScenario({
    version: 1,
    name: "test",
    title: "test",
    summary: "test",
    durationMs: 6000,
    ...input,
  });
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors));
  const { nodes, trace } = simulate(parsed.scenario);
  return Array.from({ length: trace.length }, (_, row) => taskWords(trace, row, (node) => nodes[node]!.name))
    .filter((words) => words !== null)
    .map(({ text, message, client, isBad }) => `${isBad ? "! " : ""}${message}, ${client}: ${text}`);
}

it("a task that was sent into a dead connection is sent again, and done and acknowledged once", () => {
  expect(
    said({
      clients: [{ name: "phone", transport: "websocket", startConnected: true, delivery: "queue" }],
      servers: { count: 1 },
      workload: [{ from: "phone", to: "server", atMs: 500 }],
      faults: [
        { atMs: 510, act: "crash", target: "balancer" },
        { atMs: 600, act: "restart", target: "balancer" },
      ],
    }),
  ).toMatchInlineSnapshot(`
    [
      "0, 0: phone sends message 1 again: try 2.",
      "0, 0: server-1 does what message 1 asks for.",
      "0, 0: phone gets the acknowledgement of message 1.",
    ]
  `);
});

it("who comes while a server is at work waits, as many as there are, and is told when its turn comes", () => {
  expect(
    said({
      clients: [{ name: "p", count: 3, transport: "websocket", startConnected: true, delivery: "ack" }],
      servers: { count: 1, serviceMs: 200 },
      workload: [1, 2, 3].map((i) => ({ from: `p-${i}`, to: "server", atMs: 500 + i })),
    }),
  ).toMatchInlineSnapshot(`
    [
      "-1, 1: p-2 has to wait at server-1: 1 waits there.",
      "-1, 2: p-3 has to wait at server-1: 2 wait there.",
      "-1, 1: server-1 begins with what p-2 has sent, after 199 ms in its queue.",
      "0, 0: server-1 does what message 1 asks for.",
      "0, 0: p-1 gets the acknowledgement of message 1.",
      "-1, 2: server-1 begins with what p-3 has sent, after 398 ms in its queue.",
      "1, 1: server-1 does what message 2 asks for.",
      "1, 1: p-2 gets the acknowledgement of message 2.",
      "2, 2: server-1 does what message 3 asks for.",
      "2, 2: p-3 gets the acknowledgement of message 3.",
    ]
  `);
});
