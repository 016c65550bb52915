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
import { PURPOSES } from "../../src/model/purposes.ts";
import { World } from "../../src/model/world.ts";
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

export function bruteForce(
  scenario: Scenario,
  rules: readonly Rule[],
  bounds: Bounds,
  depth: number,
  maxRuns = Number.POSITIVE_INFINITY,
): BruteForce | null {
  const wide = widened(scenario, bounds);
  const broken = new Map<string, number>();
  const done = new Set<string>();
  let runs = 0;

  /** Runs with these departures, then with one more of each kind at each place. False if there are too many. */
  function from(departures: ReadonlyMap<number, number>, kills: readonly Fault[], losses: number): boolean {
    const key = JSON.stringify([
      [...departures].sort((a, b) => a[0] - b[0]),
      [...kills].sort((a, b) => a.atMs - b.atMs),
    ]);
    if (done.has(key)) return true;
    done.add(key);
    if (++runs > maxRuns) return false;
    const varied = { ...wide, faults: [...wide.faults, ...kills] };
    const draws: Draw[] = [];
    const choices: Choices = {
      draw: (purpose, bound) => {
        if (bound === 1) return 0;
        draws.push({ purpose: PURPOSES[purpose]!, bound });
        return departures.get(draws.length - 1) ?? 0;
      },
      save: () => [],
      restore: () => {},
    };
    const world = new World(buildSettings(varied), choices);
    const endUs = scenario.durationMs * 1000;
    const gaps: number[] = [];
    const note = () => {
      const { nowUs } = world.queue;
      if (world.queue.peekTimeUs() > nowUs + 1 && nowUs + 1 <= endUs) gaps.push(nowUs + 1);
    };
    note();
    for (let events = 0; world.step(endUs); events++) {
      if (events > MAX_EVENTS) return false;
      note();
    }
    const count = departures.size + kills.length;
    for (const { rule } of watchTrace(world.trace!, world.trace!.rows, endUs, rules, settingOf(varied)))
      if (count < (broken.get(rule) ?? Number.POSITIVE_INFINITY)) broken.set(rule, count);
    if (count === depth) return true;
    for (const [i, { purpose, bound }] of draws.entries()) {
      if (departures.has(i) || (purpose === "loss" && losses >= bounds.losses)) continue;
      for (const value of others(purpose, bound, bounds)) {
        // A departure changes which draws follow: of later ones there may be others, so they are found from there.
        const kept = [...departures].filter(([draw]) => draw < i);
        if (kept.length < departures.size) continue;
        if (!from(new Map([...kept, [i, value]]), kills, losses + (purpose === "loss" ? 1 : 0))) return false;
      }
    }
    if (kills.length >= bounds.crashes) return true;
    const targets = [
      ...Array.from({ length: scenario.servers.count }, (_, i) => `server-${i + 1}`),
      "balancer",
      ...(scenario.backplane.kind === "redis" ? ["backplane"] : []),
    ];
    for (const atUs of gaps) {
      for (const target of targets) {
        const isDown = varied.faults.some((fault) => fault.target === target && fault.atMs * 1000 <= atUs);
        if (!isDown && !from(departures, [...kills, { atMs: atUs / 1000, act: "crash", target }], losses))
          return false;
      }
    }
    return true;
  }

  return from(new Map(), [], 0) ? { broken, runs } : null;
}

function others(purpose: string, bound: number, { lateSteps }: Bounds): number[] {
  if (purpose === "balancing") return Array.from({ length: bound - 1 }, (_, i) => i + 1);
  if (purpose === "loss") return [2 ** 32 - 1];
  if (!purpose.startsWith("latency")) return bound === 2 ** 32 ? [2 ** 31] : [bound - 1];
  const last = bound - 1;
  const steps = Math.min(lateSteps, last);
  return Array.from({ length: steps }, (_, i) => Math.round(((i + 1) * last) / steps));
}
