/**
 * Brute force: every run within the bounds, each from its beginning to its end, with no state ever taken for another. What the
 * exhaustive search is held against. Shares nothing with it but the model, the rules and the words of the bounds.
 */
import type { Bounds } from "../../src/check/bounds.ts";
import { widened } from "../../src/check/bounds.ts";
import type { Rule } from "../../src/check/rule.ts";
import { settingOf } from "../../src/check/setting.ts";
import { watchTrace } from "../../src/check/watch.ts";
import type { Choices } from "../../src/kernel/choices.ts";
import { Simulation } from "../../src/model/simulation.ts";
import { PURPOSES } from "../../src/model/trace/purposes.ts";
import { buildSettings } from "../../src/scenario/build.ts";
import type { Fault, Scenario } from "../../src/scenario/schema.ts";

export interface BruteForce {
  /** By rule that broke: the least number of departures that breaks it. */
  readonly broken: ReadonlyMap<string, number>;
  readonly runs: number;
}

/** A run that is longer is no small model. */
const MAX_EVENTS = 2_000;

interface Draw {
  readonly purpose: string;
  readonly bound: number;
}

/** A moment between two instants, where a process can be killed. */
interface Gap {
  readonly atUs: number;
  /** How many draws came before. */
  readonly draws: number;
}

/** What a run does otherwise than the plainest one. */
interface Departures {
  readonly values: ReadonlyMap<number, number>;
  readonly losses: number;
  readonly kills: readonly Fault[];
  /** From here on the run is the plainest: the first draw, and the first time, that a further departure may take. */
  readonly fromDraw: number;
  readonly fromUs: number;
}

const NONE: Departures = { values: new Map(), losses: 0, kills: [], fromDraw: 0, fromUs: 0 };

/**
 * Null if some run is no small one, or there are more than `maxRuns`. Shows the world as it is before each run's first event and after each,
 * once all that goes otherwise in that run has begun to.
 */
export function bruteForce(
  scenario: Scenario,
  rules: readonly Rule[],
  bounds: Bounds,
  depth: number,
  maxRuns = Number.POSITIVE_INFINITY,
  onState: (world: Simulation) => void = () => {},
): BruteForce | null {
  const wide = widened(scenario, bounds);
  const broken = new Map<string, number>();
  let runs = 0;

  /**
   * Runs with these departures, then with one more of each kind at each later place. Only later ones: an earlier one would
   * change what the later draws are for, and is followed by departures of its own. False if there is too much.
   */
  function from({ values, losses, kills, fromDraw, fromUs }: Departures): boolean {
    if (++runs > maxRuns) return false;
    const varied = { ...wide, faults: [...wide.faults, ...kills] };
    const draws: Draw[] = [];
    const choices: Choices = {
      drawsOrder: true,
      draw: (purpose, bound) => {
        if (bound === 1) return 0;
        draws.push({ purpose: PURPOSES[purpose]!, bound });
        return values.get(draws.length - 1) ?? 0;
      },
      save: () => [],
      restore: () => {},
    };
    const world = new Simulation(buildSettings(varied), choices);
    const endUs = scenario.durationMs * 1000;
    const gaps: Gap[] = [];
    const note = () => {
      const { nowUs } = world.queue;
      if (world.queue.peekTimeUs() > nowUs + 1 && nowUs + 1 <= endUs)
        gaps.push({ atUs: nowUs + 1, draws: draws.length });
      const hasBegun =
        [...values.keys()].every((draw) => draw < draws.length) &&
        kills.every((kill) => "atMs" in kill && kill.atMs * 1000 <= nowUs);
      if (hasBegun) onState(world);
    };
    note();
    for (let events = 0; world.step(endUs); events++) {
      if (events > MAX_EVENTS) return false;
      note();
    }
    const count = values.size + kills.length;
    for (const { rule } of watchTrace(world.trace!, world.trace!.rows, endUs, rules, settingOf(varied)))
      if (count < (broken.get(rule) ?? Number.POSITIVE_INFINITY)) broken.set(rule, count);
    if (count === depth) return true;
    for (let i = fromDraw; i < draws.length; i++) {
      const { purpose, bound } = draws[i]!;
      const lost = losses + (purpose === "loss" ? 1 : 0);
      if (lost > bounds.losses) continue;
      for (const value of others(purpose, bound, bounds)) {
        const more = { values: new Map([...values, [i, value]]), losses: lost, kills };
        if (!from({ ...more, fromDraw: i + 1, fromUs })) return false;
      }
    }
    if (kills.length >= bounds.crashes) return true;
    const targets = [
      ...Array.from({ length: scenario.servers.count }, (_, i) => `server-${i + 1}`),
      "balancer",
      ...(scenario.backplane.kind === "redis" ? ["backplane"] : []),
    ];
    for (const gap of gaps) {
      if (gap.draws < fromDraw || gap.atUs < fromUs) continue;
      for (const target of targets) {
        if (
          varied.faults.some(
            (fault) => fault.target === target && "atMs" in fault && fault.atMs * 1000 <= gap.atUs,
          )
        )
          continue;
        const more = {
          values,
          losses,
          kills: [...kills, { atMs: gap.atUs / 1000, act: "crash" as const, target }],
        };
        if (!from({ ...more, fromDraw: gap.draws, fromUs: gap.atUs })) return false;
      }
    }
    return true;
  }

  return from(NONE) ? { broken, runs } : null;
}

function others(purpose: string, bound: number, { lateSteps }: Bounds): number[] {
  if (purpose === "balancing" || purpose === "order of what is simultaneous")
    return Array.from({ length: bound - 1 }, (_, i) => i + 1);
  if (purpose === "loss") return [2 ** 32 - 1];
  if (purpose === "loss of acknowledgements") return [];
  if (!purpose.startsWith("latency")) return bound === 2 ** 32 ? [2 ** 31] : [bound - 1];
  const last = bound - 1;
  const steps = Math.min(lateSteps, last);
  return Array.from({ length: steps }, (_, i) => Math.round(((i + 1) * last) / steps));
}
