/**
 * A number that can be turned, and where to look for a value that mends. threshold.ts finds how far it can
 * then be turned back.
 */
import { BALANCER } from "../../scenario/names.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { patienceOf, rarestBeatMs } from "../../scenario/timers.ts";
import type { Settings } from "./turn.ts";

export interface Dial {
  readonly path: string;
  /** The value in the scenario. */
  readonly written: number;
  /** What values the field takes. */
  readonly whole: boolean;
  readonly min: number | null;
  readonly max: number | null;
}

/** Multiples of the value that is written, nearest first. */
const FACTORS = [2, 4, 10, 100, 1000];
/** No repair uses timers shorter than this. */
const LEAST_MS = 10;

/**
 * Settings to try, the likeliest first: values that other numbers suggest, then values further and further
 * from the written one.
 */
export function triesOf(scenario: Scenario, dial: Dial): Settings[] {
  const { path, written, min, max } = dial;
  const least = path.endsWith("Ms") ? LEAST_MS : (min ?? Number.NEGATIVE_INFINITY);
  const around =
    max === 1
      ? [0, 1, written / 2, (written + 1) / 2]
      : FACTORS.flatMap((factor) => [written / factor, written * factor]);
  return [...against(scenario, path), ...around]
    .map((value) => rounded(value, dial))
    .filter((value, i, all) => value !== written && all.indexOf(value) === i)
    .filter((value) => value >= least && value <= (max ?? value))
    .map((value) => ({ [path]: value }));
}

/** Values with a margin to the number on the other side: heartbeats to the idle timeout, and it to them. */
function against(scenario: Scenario, path: string): number[] {
  switch (path) {
    case "servers.pingIntervalMs":
      return [patienceOf(scenario, BALANCER).silence.ms / 2];
    case `balancer.${patienceOf(scenario, BALANCER).silence.field}`:
      return [rarestBeatMs(scenario) * 2];
    default:
      return [];
  }
}

/** A value in at most three digits, as the field takes it. */
export function rounded(value: number, { whole }: Pick<Dial, "whole">): number {
  const round = Number(value.toPrecision(3));
  return whole ? Math.round(round) : round;
}
