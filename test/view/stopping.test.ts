/** What is drawn, told and offered of a server that stops on purpose. */
import { beforeAll, expect, it } from "vitest";
import { RecordKind } from "../../src/model/trace/records.ts";
import { actsOnNode } from "../../src/view/run/acts.ts";
import { indexLedger } from "../../src/view/run/ledger-index.ts";
import { narrate } from "../../src/view/run/narration.ts";
import { describeState, indexNodeStates } from "../../src/view/run/node-states.ts";
import { fetchRareWords } from "../../src/view/run/rare.ts";
import { indexSteps } from "../../src/view/run/steps.ts";
import { runLab } from "../support/ground-truth.ts";

beforeAll(fetchRareWords);

it("works until its process has ended, and is called stopped from then on, not crashed", () => {
  const { result, records } = runLab({
    durationMs: 3000,
    clients: ["A", "B", "C", "D"].map((name) => ({
      name,
      transport: "websocket" as const,
      startConnected: true,
    })),
    servers: { count: 2, drainMs: 400 },
    faults: [{ atMs: 1000, act: "stop", target: "server-1" }],
  });
  const states = indexNodeStates(result);
  const { node } = result.nodes.find(({ name }) => name === "server-1")!;
  const [ledger, steps] = [indexLedger(result), indexSteps(result)];
  const at = (ms: number) => ({
    state: describeState(result, states, node, ms * 1000),
    acts: actsOnNode(result, states, node, ms * 1000).map(({ label }) => label),
    told: narrate(result, ledger, steps, ms * 1000).text,
  });
  const [[exitMs]] = records(RecordKind.exited) as [[number]];
  expect(exitMs).toBeGreaterThan(1150);
  expect(at(1150)).toMatchObject({ state: expect.stringMatching(/^up/), acts: ["Crash", "Stop", "Freeze"] });
  expect(at(1000).told).toContain("server-1 is told to stop.");
  expect(at(exitMs)).toMatchObject({ state: "stopped", acts: ["Restart"] });
  expect(at(exitMs).told).toContain("server-1 exits.");
});
