/** What the exhaustive search has to be told, since nothing else of a state says it: of two states that differ in it, neither is the other. */
import { expect, it } from "vitest";
import { msToUs } from "../../src/kernel/time.ts";
import { tellFuture } from "../../src/model/future.ts";
import { MODEL } from "../../src/model/parts.ts";
import { Run } from "../../src/run/run.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { scenario } from "./exploring.ts";

/** What is told of a scenario's run at a moment. */
function toldAt(atMs: number, input: Partial<ScenarioInput>): number[] {
  const run = new Run(scenario(input));
  run.seek(msToUs(atMs));
  const numbers: number[] = [];
  tellFuture(run.world, run.untilUs, {
    add: (value) => numbers.push(value),
    addWords: (words, first, count) => numbers.push(...words.subarray(first, first + count)),
  });
  return numbers;
}

it("when a health check began, of whose packets the latest goes again at the same instant", () => {
  const startedAnew = (atMs: number) =>
    toldAt(6500, {
      durationMs: 30_000,
      clients: [{ name: "c", startMs: 29_000 }],
      servers: { count: 1 },
      balancer: { kind: "haproxy", checkIntervalMs: 10_000 },
      faults: [
        { atMs: 2000, act: "cut", target: "balancer/server-1" },
        { atMs: 3000, act: "crash", target: "balancer" },
        { atMs, act: "restart", target: "balancer" },
      ],
    });
  // It times out after 10 s, at 15 s or at 16 s.
  expect(startedAnew(5000)).toEqual(startedAnew(5000));
  expect(startedAnew(5000)).not.toEqual(startedAnew(6000));
});

it("in which of its states a machine is: none has more of them than are told apart", () => {
  const most = Math.max(...MODEL.map(({ chart }) => chart.states.length));
  expect(most).toBeLessThan(1000);
});
