/**
 * Exhaustive search: every run within the bounds, breadth first by how many things go otherwise than in the plainest run. So the first
 * breach that is found has the fewest things going wrong.
 *
 * A *branch* is the plainest run, departed from at a few points: a packet is late or lost, a request is routed elsewhere, a process
 * is killed between two instants. Running a branch shows the points further on where it could depart once more; each makes a new branch.
 * A branch ends where it meets a state that another has been in: from there on both go alike, and what comes of it is explored
 * there. States are compared by what their future depends on (model/future.ts) and what the rules remember.
 */
import { ExhaustiveChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { tellFuture } from "../model/future.ts";
import { PURPOSES, Purpose } from "../model/purposes.ts";
import { World } from "../model/world.ts";
import { buildSettings } from "../scenario/build.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { type Bounds, processes, widened } from "./bounds.ts";
import type { Rule, Violation } from "./rule.ts";
import { settingOf } from "./setting.ts";
import { StateHash, StateSet } from "./state-set.ts";
import { MAX_EVENTS } from "./trial.ts";
import { Watch } from "./watch.ts";
import { withChoices } from "./written-choices.ts";

export interface ExhaustiveOptions {
  readonly bounds: Bounds;
  /** How many departures a run may have; null: any number. */
  readonly depth: number | null;
  /** Merge equal states. Without it every branch runs to its end: what tests hold the merging against. Default true. */
  readonly merge?: boolean;
}

export interface Exploration {
  /** Branches that were run, the plainest included. */
  runs: number;
  /** Distinct states between events. */
  states: number;
  /** Branches that wait to be run. 0: all was explored. */
  waiting: number;
  /** Runs that were cut at {@link MAX_EVENTS}: what would have come after is not known. */
  cut: number;
  /** Departures of the branch that was run last: all branches with fewer are done. */
  depth: number;
}

/** What a search found: a rule's breach, and the scenario whose run it is. */
export interface Found {
  readonly violation: Violation;
  readonly scenario: Scenario;
  /** Of random searches: the number of the run, from 0. */
  readonly run?: number;
}

interface Branch {
  /** Number of the draw → what is chosen there. */
  readonly choices: ReadonlyMap<number, number>;
  readonly crashes: readonly Fault[];
  readonly losses: number;
  readonly departures: number;
  /** Draws before this one, and instants up to this one, belong to the branch's own past. */
  readonly fromDraw: number;
  readonly fromUs: number;
}

const TWO_TO_31 = 2 ** 31;
/**
 * Explores all runs of a scenario within the bounds. Yields after every branch, and may be left at any time. Rules that broke are
 * told to `onFound` once, with a scenario that replays the run; when all have broken, it is over.
 */
export function* explore(
  scenario: Scenario,
  rules: readonly Rule[],
  { bounds, depth, merge = true }: ExhaustiveOptions,
  onFound: (found: Found) => void,
  onRun?: (scenario: Scenario, world: World) => void,
): Generator<Exploration, Exploration> {
  const wide = widened(scenario, bounds);
  const untilUs = msToUs(scenario.durationMs);
  const killable = bounds.crashes > 0 ? processes(scenario) : [];
  // Branches without kills differ in their choices only: one world will do for them.
  const base = {
    world: new World(buildSettings(wide), new ExhaustiveChoices(new Map())),
    setting: settingOf(wide),
  };
  const seen = new StateSet();
  const hash = new StateHash();
  const progress: Exploration = { runs: 0, states: 0, waiting: 1, cut: 0, depth: 0 };
  const queue: Branch[] = [
    { choices: new Map(), crashes: [], losses: 0, departures: 0, fromDraw: -1, fromUs: -1 },
  ];
  // Rules that broke are watched on: what they remember is part of the states that later branches meet.
  const broken = new Set<string>();

  for (let next = 0; next < queue.length && broken.size < rules.length; next++) {
    const branch = queue[next]!;
    // The past of the queue is not needed any more, and may be long.
    if (next >= 4096) {
      queue.splice(0, next);
      next = 0;
    }
    const { crashes } = branch;
    const varied: Scenario = crashes.length === 0 ? wide : { ...wide, faults: [...wide.faults, ...crashes] };
    const choices = new ExhaustiveChoices(branch.choices);
    if (crashes.length === 0) base.world.begin(choices);
    const { world, setting } =
      crashes.length === 0
        ? base
        : { world: new World(buildSettings(varied), choices), setting: settingOf(varied) };
    const watch = new Watch(rules, setting);
    const trace = world.trace!;
    const mayDepart = depth === null || branch.departures < depth;
    let drawsTold = branch.fromDraw + 1;
    let events = 0;
    for (;;) {
      const nowUs = world.queue.nowUs;
      // The branch has left its parent behind once its own departure has happened.
      if (choices.drawn > branch.fromDraw && nowUs >= branch.fromUs) {
        if (merge) {
          hash.begin();
          hash.add(branch.losses);
          hash.add(crashes.length);
          watch.digest(hash.add);
          tellFuture(world, untilUs, hash.add);
          if (!seen.add(hash)) break;
        } else progress.states++;
        if (mayDepart) {
          for (; drawsTold < choices.drawn; drawsTold++)
            addChoices(queue, branch, choices, drawsTold, bounds);
          const nextUs = world.queue.peekTimeUs();
          if (crashes.length < bounds.crashes && nextUs > nowUs + 1 && nowUs + 1 <= untilUs)
            addCrashes(queue, branch, varied, killable, choices.drawn, nowUs + 1);
        }
      }
      if (events++ === MAX_EVENTS) {
        progress.cut++;
        break;
      }
      if (!world.step(untilUs)) {
        watch.advance(trace, trace.rows);
        watch.end(untilUs);
        break;
      }
      watch.advance(trace, trace.rows);
    }
    onRun?.(varied, world);
    for (const violation of watch.found) {
      if (broken.has(violation.rule)) continue;
      broken.add(violation.rule);
      onFound({ violation, scenario: withChoices(varied, listsOf(choices)) });
    }
    progress.runs++;
    if (merge) progress.states = seen.size;
    // Where every rule has broken, there is nothing left to be found.
    progress.waiting = broken.size === rules.length ? 0 : queue.length - next - 1;
    progress.depth = branch.departures;
    yield progress;
  }
  return progress;
}

/** The branches that choose otherwise at a draw than this one. */
function addChoices(
  queue: Branch[],
  branch: Branch,
  choices: ExhaustiveChoices,
  draw: number,
  bounds: Bounds,
): void {
  const purpose = choices.purposes[draw]!;
  const isLoss = purpose === Purpose.loss;
  if (isLoss && branch.losses >= bounds.losses) return;
  for (const value of alternatives(purpose, choices.bounds[draw]!, bounds)) {
    queue.push({
      choices: new Map(branch.choices).set(draw, value),
      crashes: branch.crashes,
      losses: branch.losses + (isLoss ? 1 : 0),
      departures: branch.departures + 1,
      fromDraw: draw,
      fromUs: -1,
    });
  }
}

/** What can be chosen instead of 0. Of a range of latencies its steps, of other times the other end; of what has no ends, the middle. */
function alternatives(purpose: number, bound: number, { lateSteps }: Bounds): number[] {
  if (purpose === Purpose.balancing) return Array.from({ length: bound - 1 }, (_, i) => i + 1);
  // How long bursts of loss last is left as it is: a single loss at any point is the more general case.
  if (purpose === Purpose.lossBurst) return [];
  if (bound === 2 ** 32) return [purpose === Purpose.loss ? bound - 1 : TWO_TO_31];
  if (purpose > Purpose.backplaneDown) return [bound - 1];
  const steps = Math.min(lateSteps, bound - 1);
  return Array.from({ length: steps }, (_, i) => Math.round(((i + 1) * (bound - 1)) / steps));
}

function addCrashes(
  queue: Branch[],
  branch: Branch,
  scenario: Scenario,
  killable: readonly string[],
  draws: number,
  atUs: number,
): void {
  for (const target of killable) {
    if (isDown(scenario, target, atUs)) continue;
    queue.push({
      choices: branch.choices,
      crashes: [...branch.crashes, { atMs: atUs / 1000, act: "crash", target }],
      losses: branch.losses,
      departures: branch.departures + 1,
      fromDraw: draws - 1,
      fromUs: atUs,
    });
  }
}

/** Whether a process is down at a time, by the scenario's faults: killing it again is nothing. */
function isDown({ faults }: Scenario, target: string, atUs: number): boolean {
  let isDown = false;
  const before = faults.filter((fault) => fault.target === target && msToUs(fault.atMs) <= atUs);
  for (const { act } of [...before].sort((a, b) => a.atMs - b.atMs)) {
    if (act === "crash") isDown = true;
    else if (act === "restart") isDown = false;
  }
  return isDown;
}

function listsOf({ purposes, values }: ExhaustiveChoices): number[][] {
  const lists: number[][] = PURPOSES.map(() => []);
  values.forEach((value, draw) => void lists[purposes[draw]!]!.push(value));
  return lists;
}
