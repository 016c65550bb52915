/**
 * Exhaustive search: every run within the bounds, breadth first by how many things go otherwise than in the
 * plainest run. So the first breach that is found has the fewest things going wrong.
 *
 * A *branch* is the plainest run, departed from at a few points: a packet is late or lost, a request is
 * routed elsewhere, a process is killed between two instants. Running a branch shows the points further on
 * where it could depart once more; each makes a new branch. A branch ends where it meets a state that another
 * branch has been in: from there on both continue in the same way, and the other branch explores it. Only the event
 * that led there could still go otherwise. States are compared by what their future depends on (model/future.ts) and
 * what the rules remember.
 */
import type { ExhaustiveChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { tellFuture } from "../model/future.ts";
import type { Simulation } from "../model/simulation.ts";
import { PURPOSES } from "../model/trace/purposes.ts";
import type { Scenario } from "../scenario/schema.ts";
import { type Bounds, processes, widened } from "./bounds.ts";
import { type Branch, crashes, hasDeparted, otherChoices, PLAINEST } from "./branch.ts";
import type { Rule, Setting, Violation } from "./rule.ts";
import type { Scope } from "./scope.ts";
import { settingOf } from "./setting.ts";
import { StateHash, StateSet } from "./state-set.ts";
import { LOOK_UP_EVENTS, Stems } from "./stems.ts";
import { Watch } from "./watch.ts";
import { withChoices } from "./written-choices.ts";

export interface ExhaustiveOptions {
  readonly bounds: Bounds;
  /** How many departures a run may have; null: any number. */
  readonly depth: number | null;
  /** The number of events after which a run is cut. It says nothing about what would have come after. */
  readonly maxEvents: number;
  /** Asked now and then within long runs; true leaves the run undone. */
  readonly isOver?: () => boolean;
  /** Whether equal states are merged. Without merging every branch runs to its end; tests compare the two. Default true. */
  readonly merge?: boolean;
}

export interface Exploration {
  /** Branches that were run, the plainest included. */
  runs: number;
  /** Distinct states between events. */
  states: number;
  /** Branches that wait to be run. 0: all was explored. */
  waiting: number;
  /** Runs that were cut for having too many events: what would have come after is not known. */
  cut: number;
  /** Departures of the branch that was run last: all branches with fewer are done. */
  depth: number;
  /** How many branches depart so many times, and how many of them are done. */
  alike: number;
  alikeDone: number;
}

/** Before the first run. */
export const UNEXPLORED: Exploration = {
  runs: 0,
  states: 0,
  waiting: 1,
  cut: 0,
  depth: 0,
  alike: 1,
  alikeDone: 0,
};

/** What a search found: a rule's breach, and the scenario whose run it is. */
export interface Found {
  readonly violation: Violation;
  readonly scenario: Scenario;
  /** Of random searches: the number of the run, from 0. */
  readonly run?: number;
}

/** A branch that is being run. */
interface Course {
  readonly branch: Branch;
  /** The scenario with the branch's kills. */
  readonly scenario: Scenario;
  readonly choices: ExhaustiveChoices;
  readonly world: Simulation;
  readonly watch: Watch;
  /** Whether it came to the scenario's end, and not to a state that another branch has been in. */
  isWhole: boolean;
  /** Draws whose alternatives have become branches, or never will. */
  drawsTold: number;
}

/** How many finished branches may stay in the queue before they are removed. */
const MAX_PAST = 4096;
/**
 * Explores all runs of a scenario within the bounds. Yields after every branch, may be left at any time, and
 * ends within a long branch when `isOver` says so. Calls `onFound` once for each rule that broke, with a
 * scenario that replays the run; ends when all rules have broken.
 */
export function* explore(
  scenario: Scenario,
  rules: readonly Rule[],
  options: ExhaustiveOptions,
  onFound: (found: Found) => void,
  onRun?: (scenario: Scenario, world: Simulation, scopes: Readonly<Record<string, Scope>>) => void,
): Generator<Exploration, Exploration> {
  const explorer = new Explorer(scenario, rules, options);
  while (explorer.progress.waiting > 0) {
    const course = explorer.runNext(onFound);
    // The states that an unfinished run has met count as known: going on from here would miss what comes after them.
    if (course === null) return explorer.progress;
    onRun?.(course.scenario, course.world, scopesOf(course));
    yield explorer.progress;
  }
  return explorer.progress;
}

/** What the rules judged in a branch. What was undecided when it met another branch is decided in that one. */
function scopesOf({ watch, isWhole }: Course): Readonly<Record<string, Scope>> {
  const scopes = watch.scopes();
  if (isWhole) return scopes;
  return Object.fromEntries(Object.entries(scopes).map(([rule, scope]) => [rule, { ...scope, open: 0 }]));
}

class Explorer {
  readonly progress: Exploration = { ...UNEXPLORED };
  readonly #rules: readonly Rule[];
  readonly #bounds: Bounds;
  readonly #maxDepartures: number;
  readonly #maxEvents: number;
  readonly #isOver: () => boolean;
  readonly #merge: boolean;
  readonly #wide: Scenario;
  readonly #untilUs: number;
  readonly #killable: readonly string[];
  readonly #setting: Setting;
  readonly #stems: Stems;
  readonly #queue: Branch[] = [PLAINEST];
  #next = 0;
  readonly #seen = new StateSet();
  readonly #hash = new StateHash();
  /** Rules that broke are still watched: what they remember is part of the states that later branches meet. */
  readonly #broken = new Set<string>();

  constructor(
    scenario: Scenario,
    rules: readonly Rule[],
    { bounds, depth, maxEvents, isOver = () => false, merge = true }: ExhaustiveOptions,
  ) {
    this.#rules = rules;
    this.#bounds = bounds;
    this.#maxDepartures = depth ?? Number.POSITIVE_INFINITY;
    this.#maxEvents = maxEvents;
    this.#isOver = isOver;
    this.#merge = merge;
    this.#wide = widened(scenario, bounds);
    this.#untilUs = msToUs(scenario.durationMs);
    this.#killable = bounds.crashes > 0 ? processes(scenario) : [];
    this.#setting = settingOf(this.#wide);
    this.#stems = new Stems(this.#wide, this.#untilUs, this.#killable, isOver);
    if (rules.length === 0) this.progress.waiting = 0;
  }

  /** Runs the next branch until it ends, or meets a state that another branch has been in. Null if time ran out first. */
  runNext(onFound: (found: Found) => void): Course | null {
    const course = this.#enter(this.#take());
    if (course === null) return null;
    const { branch, world, watch } = course;
    const trace = world.trace!;
    const mayDepart = branch.departures < this.#maxDepartures;
    for (let events = Math.max(0, branch.sharedEvents); ; events++) {
      // Whether the last event led to news or not: had it drawn otherwise once more, it might have led elsewhere.
      if (mayDepart) this.#drawOtherwise(course, events);
      if (!this.#isNews(course)) break;
      if (mayDepart) this.#kill(course, events);
      if (events % LOOK_UP_EVENTS === LOOK_UP_EVENTS - 1 && this.#isOver()) {
        this.#tellFound(course, onFound);
        return null;
      }
      if (events === this.#maxEvents) {
        this.progress.cut++;
        break;
      }
      const isOver = !world.step(this.#untilUs);
      watch.advance(trace, trace.rows);
      if (isOver) {
        watch.end(this.#untilUs);
        course.isWhole = true;
        break;
      }
    }
    this.#tellFound(course, onFound);
    this.progress.runs++;
    this.progress.alikeDone++;
    // Where every rule has broken, there is nothing left to be found.
    const isOver = this.#broken.size === this.#rules.length;
    this.progress.waiting = isOver ? 0 : this.#queue.length - this.#next;
    return course;
  }

  #take(): Branch {
    if (this.#next >= MAX_PAST) {
      this.#queue.splice(0, this.#next);
      this.#next = 0;
    }
    const { progress } = this;
    const branch = this.#queue[this.#next++];
    if (branch.departures > progress.depth) {
      progress.depth = branch.departures;
      // Those that depart once more all wait when the first of them is taken, and nothing else does.
      progress.alike = this.#queue.length - this.#next + 1;
      progress.alikeDone = 0;
    }
    return branch;
  }

  /** A branch where it leaves its parent; the rules have been shown what came before. Null if time ran out first. */
  #enter(branch: Branch): Course | null {
    const choices = this.#stems.enter(branch);
    if (choices === null) return null;
    const { world } = this.#stems;
    const wide = this.#wide;
    const scenario =
      branch.crashes.length === 0 ? wide : { ...wide, faults: [...wide.faults, ...branch.crashes] };
    const watch = new Watch(this.#rules, scenario === wide ? this.#setting : { ...this.#setting, scenario });
    watch.advance(world.trace!, world.trace!.rows);
    return { branch, scenario, choices, world, watch, isWhole: false, drawsTold: branch.fromDraw + 1 };
  }

  /** Whether the branch goes on: it is still in its parent's past, or in a state that no branch has been in. */
  #isNews({ branch, choices, world, watch }: Course): boolean {
    if (!hasDeparted(branch, choices, world)) return true;
    if (!this.#merge) {
      this.progress.states++;
      return true;
    }
    const hash = this.#hash;
    hash.begin();
    hash.add(branch.losses);
    hash.add(branch.crashes.length);
    watch.digest(hash.add);
    tellFuture(world, this.#untilUs, hash);
    const isNew = this.#seen.add(hash);
    this.progress.states = this.#seen.size;
    return isNew;
  }

  /** Adds a branch for everything that could have gone otherwise in the last event. */
  #drawOtherwise(course: Course, events: number): void {
    const { branch, choices, world } = course;
    if (!hasDeparted(branch, choices, world)) return;
    for (; course.drawsTold < choices.drawn; course.drawsTold++)
      this.#queue.push(...otherChoices(branch, choices, course.drawsTold, events, this.#bounds));
  }

  /** Adds a branch for each process that could be killed before the next event. */
  #kill({ branch, scenario, choices, world }: Course, events: number): void {
    if (branch.crashes.length >= this.#bounds.crashes || !hasDeparted(branch, choices, world)) return;
    const atUs = world.queue.nowUs + 1;
    const isGap = world.queue.peekTimeUs() > atUs && atUs <= this.#untilUs;
    if (isGap) this.#queue.push(...crashes(branch, scenario, this.#killable, atUs, choices.drawn, events));
  }

  #tellFound({ scenario, choices, watch }: Course, onFound: (found: Found) => void): void {
    for (const violation of watch.found) {
      if (this.#broken.has(violation.rule)) continue;
      this.#broken.add(violation.rule);
      onFound({ violation, scenario: withChoices(scenario, listsOf(choices)) });
    }
  }
}

function listsOf({ drawn, purposes, values }: ExhaustiveChoices): number[][] {
  const lists: number[][] = PURPOSES.map(() => []);
  for (let draw = 0; draw < drawn; draw++) lists[purposes[draw]].push(values[draw]);
  return lists;
}
