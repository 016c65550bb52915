/** Who holds no connection is not shown as one who has lost it, and a publisher not as a balancer. */
import { beforeAll, expect, it } from "vitest";
import { simulate } from "../../src/run/simulate.ts";
import { indexLedger, matrixAt } from "../../src/view/run/ledger-index.ts";
import { narrate } from "../../src/view/run/narration.ts";
import { describeState, indexNodeStates } from "../../src/view/run/node-states.ts";
import { fetchRareWords } from "../../src/view/run/rare.ts";
import { indexSteps } from "../../src/view/run/steps.ts";
import { lesson } from "./lessons.ts";

beforeAll(fetchRareWords);

const DONE_US = 8_000_000;

it("a client without a connection is told by its requests, from beginning to end", () => {
  const run = simulate(lesson("stateless-and-stateful", "shared"));
  const states = indexNodeStates(run);
  const told = (name: string, timeUs: number) =>
    describeState(run, states, run.nodes.find((node) => node.name === name)!.node, timeUs);
  for (const timeUs of [0, 3_500_000, DONE_US]) expect(told("H", timeUs)).toContain("plain requests");
  expect(told("W", 3_500_000)).toContain("disconnected");
  expect(told("W", DONE_US)).toContain("connected to server-2");
});

it("who reached whom counts senders that are no clients", () => {
  const run = simulate(lesson("who-publishes", "twice"));
  const job = run.nodes.find(({ name }) => name === "job")!.node;
  const cells = matrixAt(indexLedger(run), 3, run.endUs);
  expect(cells[job * 3]).toMatchObject({ sent: 6, delivered: 6, duplicated: 6, lost: 0 });
});

it("a client that polls is told by its requests too, and one that listens to a stream by that", () => {
  const told = (name: string, variant: string, who: string, timeUs: number) => {
    const run = simulate(lesson(name, variant));
    const node = run.nodes.find((one) => one.name === who)!.node;
    return describeState(run, indexNodeStates(run), node, timeUs);
  };
  expect(told("long-polling-gaps", "cursor", "A", 3_000_000)).toContain("plain requests");
  expect(told("sse-replay", "replay", "A", 1_000_000)).toBe("connected to server-1 (an event stream)");
  expect(told("sse-replay", "replay", "A", 2_500_000)).toContain("disconnected");
  expect(told("sse-replay", "gives-up", "A", 5_000_000)).toBe("disconnected: no event stream");
});

it("a question and a publisher's message are told as such", () => {
  const said = (name: string, variant: string, timeUs: number) => {
    const run = simulate(lesson(name, variant));
    return narrate(run, indexLedger(run), indexSteps(run), timeUs).text;
  };
  expect(said("stateless-and-stateful", "shared", 1_100_000)).toContain("H asks the server.");
  const run = simulate(lesson("stateless-and-stateful", "process"));
  const [ledger, steps] = [indexLedger(run), indexSteps(run)];
  const all = [...steps.timesUs].map((timeUs) => narrate(run, ledger, steps, timeUs).text).join(" ");
  expect(all).toContain("H’s question is answered.");
  expect(all).toContain("sends the answer to H’s question.");
  expect(all).toContain("H’s question gets no answer: lost at ");
  expect(all).not.toContain("H’s message");
  expect(said("six-connections", "six", 3_000_000)).toContain(
    "shop’s POST waits in its browser, whose connections are all taken.",
  );
  expect(said("who-publishes", "emitter", 1_000_000)).toContain(
    "job publishes job’s message to the backplane.",
  );
});
