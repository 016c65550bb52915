/** The branches of an exhaustive search: where one may depart from the run before it, and what it does there. */
import type { ExhaustiveChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import type { Simulation } from "../model/simulation.ts";
import { PURPOSES, Purpose } from "../model/trace/purposes.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import type { Bounds } from "./bounds.ts";

type Crash = Extract<Fault, { readonly atMs: number }>;

/** The plainest run, departed from at a few points. */
export interface Branch {
  /** The branch from which this one departs last. Null for the run that no branch departs from. */
  readonly parent: Branch | null;
  /** How many events the two have in common. −1: not even how everybody takes their place. */
  readonly sharedEvents: number;
  /** Number of the draw → what is chosen there. */
  readonly choices: ReadonlyMap<number, number>;
  readonly crashes: readonly Crash[];
  readonly losses: number;
  readonly departures: number;
  /** Draws up to this one, and instants before this one, belong to the past that the branch shares with its parent. */
  readonly fromDraw: number;
  readonly fromUs: number;
}

export const PLAINEST: Branch = {
  parent: null,
  sharedEvents: -1,
  choices: new Map(),
  crashes: [],
  losses: 0,
  departures: 0,
  fromDraw: -1,
  fromUs: -1,
};

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

/** The branches that differ from a run in what they choose at a draw, which was asked for in event number `event`, from 1; 0: before the first. */
export function otherChoices(
  parent: Branch,
  choices: ExhaustiveChoices,
  draw: number,
  event: number,
  bounds: Bounds,
): Branch[] {
  const purpose = choices.purposes[draw];
  const isLoss = purpose === Purpose.loss;
  if (isLoss && parent.losses >= bounds.losses) return [];
  return alternatives(purpose, choices.bounds[draw], bounds).map((value) => ({
    parent,
    sharedEvents: event - 1,
    choices: new Map(parent.choices).set(draw, value),
    crashes: parent.crashes,
    losses: parent.losses + (isLoss ? 1 : 0),
    departures: parent.departures + 1,
    fromDraw: draw,
    fromUs: -1,
  }));
}

/**
 * What can be chosen instead of 0. For a range of latencies: its steps. For other ranges of times: the other
 * end. For distributions without ends: the middle.
 */
function alternatives(purpose: number, bound: number, { lateSteps }: Bounds): number[] {
  if (purpose === Purpose.balancing || purpose === Purpose.order)
    return Array.from({ length: bound - 1 }, (_, i) => i + 1);
  // The length of bursts is not varied: a single loss at any point is the more general case.
  if (purpose === Purpose.lossBurst) return [];
  // Nor are acknowledgements lost: without data, all that does is to make a sender hesitate.
  if (purpose === Purpose.ackLoss) return [];
  if (bound === 2 ** 32) return [FAILURES.includes(purpose) ? bound - 1 : TWO_TO_31];
  if (!IS_LATENCY[purpose]) return [bound - 1];
  const steps = Math.min(lateSteps, bound - 1);
  return Array.from({ length: steps }, (_, i) => Math.round(((i + 1) * (bound - 1)) / steps));
}

/** The branches in which one of these processes is killed at a time, when so many events have happened in a run of this scenario. */
export function crashes(
  parent: Branch,
  scenario: Scenario,
  killable: readonly string[],
  atUs: number,
  drawn: number,
  events: number,
): Branch[] {
  return killable
    .filter((target) => !isDown(scenario, target, atUs))
    .map((target) => ({
      parent,
      sharedEvents: events,
      choices: parent.choices,
      crashes: [...parent.crashes, { atMs: atUs / 1000, act: "crash", target }],
      losses: parent.losses,
      departures: parent.departures + 1,
      fromDraw: drawn - 1,
      fromUs: atUs,
    }));
}

/** Whether the scenario's faults keep a process down at a time: killing it again would change nothing. */
function isDown({ faults }: Scenario, target: string, atUs: number): boolean {
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
