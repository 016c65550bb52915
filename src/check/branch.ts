/** The branches of an exhaustive search: where one may depart from the run before it, and what it does there. */
import type { ExhaustiveChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import type { Simulation } from "../model/simulation.ts";
import { PURPOSES, Purpose } from "../model/trace/purposes.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import type { Bounds } from "./bounds.ts";

type Crash = Extract<Fault, { readonly atMs: number }>;

/** The plainest run, departed from at a few points: as its parent, but for one departure more. Plain data: others may run it. */
export interface Branch {
  /** The branch from which this one departs last. Null for the run that no branch departs from. */
  readonly parent: Branch | null;
  /** How many events the two have in common. −1: not even how everybody takes their place. */
  readonly sharedEvents: number;
  /** What is chosen at the draw `fromDraw`; −1 if the departure is a kill. */
  readonly chosen: number;
  /** Who is killed at `fromUs`; null if the departure is a choice. */
  readonly killed: string | null;
  readonly losses: number;
  readonly kills: number;
  readonly departures: number;
  /** Draws up to this one, and instants before this one, belong to the past that the branch shares with its parent. */
  readonly fromDraw: number;
  readonly fromUs: number;
}

export const PLAINEST: Branch = {
  parent: null,
  sharedEvents: -1,
  chosen: -1,
  killed: null,
  losses: 0,
  kills: 0,
  departures: 0,
  fromDraw: -1,
  fromUs: -1,
};

/** Number of the draw → what a branch chooses there, where that is not 0. */
export function choicesOf(branch: Branch): Map<number, number> {
  const choices = new Map<number, number>();
  for (let one: Branch | null = branch; one !== null; one = one.parent)
    if (one.chosen >= 0) choices.set(one.fromDraw, one.chosen);
  return choices;
}

/** A branch's kills, in order. */
export function killsOf(branch: Branch): Crash[] {
  const kills: Crash[] = [];
  for (let one: Branch | null = branch; one !== null; one = one.parent)
    if (one.killed !== null) kills.unshift({ atMs: one.fromUs / 1000, act: "crash", target: one.killed });
  return kills;
}

const TWO_TO_31 = 2 ** 31;
/** What goes wrong with some probability: the greatest draw, if any. */
const FAILURES: readonly number[] = [Purpose.loss, Purpose.handlerFailure, Purpose.ackFailure];

/** By purpose. */
const IS_LATENCY = PURPOSES.map((name) => name.startsWith("latency "));

/** Whether a branch has left its parent behind: its own departure has happened. */
export function hasDeparted(
  { fromDraw, fromUs }: Branch,
  choices: ExhaustiveChoices,
  world: Simulation,
): boolean {
  return choices.drawn > fromDraw && world.queue.nowUs >= fromUs;
}

/** A point at which a run chose from 0 to `bound` − 1, in event number `event`, from 1; 0: before the first. */
export interface Draw {
  /** Its number in the run. */
  readonly draw: number;
  readonly purpose: number;
  readonly bound: number;
  readonly event: number;
}

/** A point at which processes could be killed: the time, and how much has been drawn and has happened by then. */
export interface Pause {
  readonly atUs: number;
  readonly drawn: number;
  readonly events: number;
}

/** The branches that differ from a run in what they choose at a draw. */
export function otherChoices(
  parent: Branch,
  { draw, purpose, bound, event }: Draw,
  bounds: Bounds,
): Branch[] {
  const isLoss = purpose === Purpose.loss;
  if (isLoss && parent.losses >= bounds.losses) return [];
  const branches: Branch[] = [];
  for (const chosen of alternatives(purpose, bound, bounds))
    branches.push({
      parent,
      sharedEvents: event - 1,
      chosen,
      killed: null,
      losses: parent.losses + (isLoss ? 1 : 0),
      kills: parent.kills,
      departures: parent.departures + 1,
      fromDraw: draw,
      fromUs: -1,
    });
  return branches;
}

/**
 * What can be chosen instead of 0. For a range of latencies: its steps. For other ranges of times: the other
 * end. For distributions without ends: the middle.
 */
function alternatives(purpose: number, bound: number, { lateSteps }: Bounds): number[] {
  if (purpose === Purpose.balancing || purpose === Purpose.order) return inSteps(bound - 1, bound - 1);
  // The length of bursts is not varied: a single loss at any point is the more general case.
  if (purpose === Purpose.lossBurst) return [];
  // Nor are acknowledgements lost: without data, all that does is to make a sender hesitate.
  if (purpose === Purpose.ackLoss) return [];
  if (bound === 2 ** 32) return [FAILURES.includes(purpose) ? bound - 1 : TWO_TO_31];
  if (!IS_LATENCY[purpose]) return [bound - 1];
  return inSteps(bound - 1, Math.min(lateSteps, bound - 1));
}

/** From above 0 up to the greatest, in equal steps. A search asks at each draw, so this is a plain loop. */
function inSteps(greatest: number, steps: number): number[] {
  const values: number[] = [];
  for (let step = 1; step <= steps; step++) values.push(Math.round((step * greatest) / steps));
  return values;
}

/** The branches in which one of these processes is killed, each unless the scenario's or the branch's faults keep it down anyway. */
export function kills(
  parent: Branch,
  scenario: Scenario,
  killable: readonly string[],
  { atUs, drawn, events }: Pause,
): Branch[] {
  const faults = [...scenario.faults, ...killsOf(parent)];
  return killable
    .filter((target) => !isDown(faults, target, atUs))
    .map((target) => ({
      parent,
      sharedEvents: events,
      chosen: -1,
      killed: target,
      losses: parent.losses,
      kills: parent.kills + 1,
      departures: parent.departures + 1,
      fromDraw: drawn - 1,
      fromUs: atUs,
    }));
}

/** Whether faults keep a process down at a time: killing it again would change nothing. */
function isDown(faults: readonly Fault[], target: string, atUs: number): boolean {
  let isDown = false;
  const before = faults.flatMap((fault) =>
    fault.target === target && "atMs" in fault && msToUs(fault.atMs) <= atUs ? [fault] : [],
  );
  for (const { act } of before.sort((a, b) => a.atMs - b.atMs)) {
    if (act === "crash") isDown = true;
    else if (act === "restart") isDown = false;
  }
  return isDown;
}
