/** The timers that are told of an instant are those of the run: set when it is said, and fired when it is said unless cancelled. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Machine } from "../../src/model/parts.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { simulate } from "../../src/run/simulate.ts";
import { type Timer, TimerWatch } from "../../src/run/timers.ts";
import { formatErrors, type ParseResult, parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

function opened(result: ParseResult): Scenario {
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

const scenario = opened(
  withVariant(
    opened(parseScenario(readFileSync("simulations/polling-handshake/scenario.json", "utf8"))),
    "round-robin",
  ),
);
const run = simulate(scenario);
const nodes = run.nodes.map(({ node }) => node);

function timersAt(watch: TimerWatch, timeUs: number): Timer[] {
  while (!watch.advance(timeUs, 100)) {}
  return nodes.flatMap((node) => watch.timersAt(node));
}

const keyOf = ({ machine, entity, name, firesUs }: Timer) => `${machine}/${entity}/${name}/${firesUs}`;
/** At each change of a statechart, and between. */
const instants = [
  ...new Set(
    Array.from(run.trace.timeUs.subarray(0, run.trace.length))
      .filter((_, row) => run.trace.kind[row] === RecordKind.transition)
      .flatMap((timeUs) => [timeUs, timeUs + 1]),
  ),
].slice(0, 60);

describe("timers", () => {
  const forth = new TimerWatch(scenario, run.seed);
  const told = instants.map((timeUs) => timersAt(forth, timeUs));

  it("run at the instant at which they are told, each for a delay of the statecharts", () => {
    expect(told.flat().length).toBeGreaterThan(50);
    expect(new Set(told.flat().map(({ name }) => name)).size).toBeGreaterThan(2);
    for (const [i, timers] of told.entries())
      for (const { sinceUs, firesUs } of timers) {
        expect(sinceUs).toBeLessThanOrEqual(instants[i]!);
        expect(firesUs).toBeGreaterThan(instants[i]!);
      }
  });

  it("are the same however one came to that instant", () => {
    const back = new TimerWatch(scenario, run.seed);
    for (const [i, timeUs] of [...instants.entries()].reverse().slice(0, 20))
      expect(timersAt(back, timeUs)).toEqual(told[i]);
  });

  it("were set when it is said, and not before", () => {
    const watch = new TimerWatch(scenario, run.seed);
    const some = new Map(told.flat().map((timer) => [keyOf(timer), timer]));
    for (const timer of [...some.values()].sort((a, b) => a.sinceUs - b.sinceUs).slice(0, 30)) {
      if (timer.sinceUs > 0)
        expect(timersAt(watch, timer.sinceUs - 1).map(keyOf)).not.toContain(keyOf(timer));
      expect(timersAt(watch, timer.sinceUs).map(keyOf)).toContain(keyOf(timer));
    }
  });

  it("change the state when they fire, as the run shows", () => {
    const waiting = told
      .flat()
      .filter(({ machine, firesUs }) => machine === Machine.client && firesUs < run.endUs);
    const { trace } = run;
    const changed = (timer: Timer) =>
      Array.from({ length: trace.length }, (_, row) => row).some(
        (row) =>
          trace.kind[row] === RecordKind.transition &&
          trace.timeUs[row] === timer.firesUs &&
          trace[at.transition.machine][row] === timer.machine &&
          trace[at.transition.entity][row] === timer.entity,
      );
    expect(waiting.length).toBeGreaterThan(0);
    expect(waiting.some(changed)).toBe(true);
  });
});
