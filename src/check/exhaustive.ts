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
 *
 * Branches may be run before their turn by others ({@link Scouting}). It makes no difference to what is found, nor to any number.
 */
import type { ExhaustiveChoices } from "../kernel/choices.ts";
import { PURPOSES } from "../model/trace/purposes.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Bounds } from "./bounds.ts";
import { type Branch, type Draw, kills, otherChoices, type Pause, PLAINEST } from "./branch.ts";
import { type BranchRun, BranchRunner, type ExhaustiveOptions, type Ledger, scopesOf } from "./branch-run.ts";
import type { Coverage } from "./coverage.ts";
import { Lookouts } from "./lookouts.ts";
import type { Rule, Violation } from "./rule.ts";
import type { Scopes } from "./scope.ts";
import type { Scouting, Sighting } from "./scout.ts";
import { StateSet } from "./state-set.ts";
import { withChoices } from "./written-choices.ts";

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

/** What was judged and reached in all branches. */
export interface Books {
  readonly scopes: Scopes;
  readonly coverage: Coverage;
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
  books?: Books,
  scouts: readonly Scouting[] = [],
): Generator<Exploration, Exploration> {
  const explorer = new Explorer({ scenario, rules, options, onFound, books, scouts });
  while (explorer.progress.waiting > 0) {
    // The states that an unfinished run has met count as known: going on from here would miss what comes after them.
    if (!explorer.runNext()) return explorer.progress;
    yield explorer.progress;
  }
  return explorer.progress;
}

/** What is explored, and who helps and hears of it. */
interface Expedition {
  readonly scenario: Scenario;
  readonly rules: readonly Rule[];
  readonly options: ExhaustiveOptions;
  readonly onFound: (found: Found) => void;
  readonly books: Books | undefined;
  readonly scouts: readonly Scouting[];
}

class Explorer {
  readonly progress: Exploration = { ...UNEXPLORED };
  readonly #rules: readonly Rule[];
  readonly #bounds: Bounds;
  readonly #onFound: (found: Found) => void;
  readonly #books: Books | undefined;
  readonly #runner: BranchRunner;
  readonly #queue: Branch[] = [PLAINEST];
  #next = 0;
  readonly #seen: StateSet;
  /** Rules that broke are still watched: what they remember is part of the states that later branches meet. */
  readonly #broken = new Set<string>();
  readonly #lookouts: Lookouts;

  constructor({ scenario, rules, options, onFound, books, scouts }: Expedition) {
    this.#rules = rules;
    this.#bounds = options.bounds;
    this.#onFound = onFound;
    this.#books = books;
    this.#runner = new BranchRunner(scenario, rules, options);
    this.#seen = scouts.length > 0 ? StateSet.shared() : new StateSet();
    this.#lookouts = new Lookouts(scouts);
    if (rules.length === 0) this.progress.waiting = 0;
  }

  /** Explores the next branch, until it ends or meets a state that another branch has been in. False if time ran out first. */
  runNext(): boolean {
    const { runs } = this.progress;
    this.#lookouts.send(runs, this.#queue, this.#next, this.#seen);
    const sighting = this.#lookouts.sightingOf(runs);
    const branch = this.#take();
    const isDone = (sighting !== null && this.#believe(branch, sighting)) || this.#run(branch);
    if (!isDone) return false;
    this.progress.runs++;
    this.progress.alikeDone++;
    // Where every rule has broken, there is nothing left to be found.
    const isOver = this.#broken.size === this.#rules.length;
    this.progress.waiting = isOver ? 0 : this.#queue.length - this.#next;
    return true;
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

  /** Runs a branch here. */
  #run(branch: Branch): boolean {
    const ledger: Ledger = {
      isNews: (state) => {
        if (state === null) {
          this.progress.states++;
          return true;
        }
        const isNew = this.#seen.add(state.low, state.high);
        this.progress.states = this.#seen.size;
        return isNew;
      },
      add: (point) => this.#departAt(branch, point),
    };
    const run = this.#runner.run(branch, ledger);
    if (run === null) return false;
    this.#tellFound(run);
    if (run.end === "left") return false;
    if (run.end === "cut") this.progress.cut++;
    const trace = run.world.trace!;
    this.#books?.coverage.addRun(run.scenario, trace, trace.rows, run.sharedRows);
    this.#books?.scopes.addAll(scopesOf(run));
    return true;
  }

  /** Takes over what a scout saw of a branch, if it is what would be seen here: no state is known but the one in which it ends. */
  #believe(branch: Branch, { end, states, points, broke, scopes, coverage }: Sighting): boolean {
    const seen = this.#seen;
    // Whatever became of the branch, the scout has been there.
    if (coverage !== null) this.#books?.coverage.add(coverage);
    // What was found is told by who has its run.
    if (broke.some((rule) => !this.#broken.has(rule))) return false;
    const fresh = end === "met" ? states.length - 2 : states.length;
    for (let i = 0; i < fresh; i += 2) if (seen.has(states[i], states[i + 1])) return false;
    if (end === "met" && !seen.has(states[fresh], states[fresh + 1])) return false;
    for (let i = 0; i < fresh; i += 2) seen.add(states[i], states[i + 1]);
    this.progress.states = seen.size;
    for (const point of points) this.#departAt(branch, point);
    if (end === "cut") this.progress.cut++;
    this.#books?.scopes.addAll(scopes);
    return true;
  }

  /** Adds a branch for everything that could go otherwise at a point. */
  #departAt(branch: Branch, point: Draw | Pause): void {
    const branches =
      "draw" in point
        ? otherChoices(branch, point, this.#bounds)
        : kills(branch, this.#runner.scenario, this.#runner.killable, point);
    for (const one of branches) this.#queue.push(one);
  }

  #tellFound({ scenario, choices, watch }: BranchRun): void {
    for (const violation of watch.found) {
      if (this.#broken.has(violation.rule)) continue;
      this.#broken.add(violation.rule);
      this.#onFound({ violation, scenario: withChoices(scenario, listsOf(choices)) });
    }
  }
}

function listsOf({ drawn, purposes, values }: ExhaustiveChoices): number[][] {
  const lists: number[][] = PURPOSES.map(() => []);
  for (let draw = 0; draw < drawn; draw++) lists[purposes[draw]].push(values[draw]);
  return lists;
}
