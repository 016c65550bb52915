/**
 * Running one branch of an exhaustive search, until it ends or meets a state that is known. Whoever searches keeps the books: a branch's run
 * tells it each state that it meets, and each point at which it could go otherwise once more.
 */
import type { ExhaustiveChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { tellFuture } from "../model/future.ts";
import type { Simulation } from "../model/simulation.ts";
import type { Scenario } from "../scenario/schema.ts";
import { type Bounds, processes, widened } from "./bounds.ts";
import { type Branch, type Draw, hasDeparted, killsOf, type Pause } from "./branch.ts";
import type { Rule, Setting } from "./rule.ts";
import type { Scope } from "./scope.ts";
import { settingOf } from "./setting.ts";
import { StateHash } from "./state-set.ts";
import { LOOK_UP_EVENTS, Stems } from "./stems.ts";
import { Watch } from "./watch.ts";

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

/** Who keeps the books of a search. */
export interface Ledger {
  /** A state between two events that the branch is in after its departure; null where states are not merged. False ends the branch. */
  isNews(state: StateHash | null): boolean;
  /** A point at which the branch could depart once more. */
  add(point: Draw | Pause): void;
}

/** A branch that is being run. */
export interface BranchRun {
  readonly branch: Branch;
  /** The scenario with the branch's kills. */
  readonly scenario: Scenario;
  readonly choices: ExhaustiveChoices;
  readonly world: Simulation;
  readonly watch: Watch;
  /** How many records it shares with its parent. */
  readonly sharedRows: number;
  /**
   * How it ended: in a state that another branch has been in, at the scenario's end, with too many events, or because the search is over. Null
   * while it goes on.
   */
  end: "met" | "whole" | "cut" | "left" | null;
  /** Draws whose alternatives were told, or never will be. */
  drawsTold: number;
}

/** What the rules judged in a branch. What was undecided when it met another branch is decided in that one. */
export function scopesOf({ watch, end }: BranchRun): Readonly<Record<string, Scope>> {
  const scopes = watch.scopes();
  if (end === "whole") return scopes;
  return Object.fromEntries(Object.entries(scopes).map(([rule, scope]) => [rule, { ...scope, open: 0 }]));
}

export class BranchRunner {
  /** The scenario, with the bounds' latencies. */
  readonly scenario: Scenario;
  /** The processes that may be killed. */
  readonly killable: readonly string[];
  readonly #rules: readonly Rule[];
  readonly #bounds: Bounds;
  readonly #maxDepartures: number;
  readonly #maxEvents: number;
  readonly #isOver: () => boolean;
  readonly #merge: boolean;
  readonly #untilUs: number;
  readonly #setting: Setting;
  readonly #stems: Stems;
  readonly #hash = new StateHash();

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
    this.scenario = widened(scenario, bounds);
    this.#untilUs = msToUs(scenario.durationMs);
    this.#setting = settingOf(this.scenario);
    this.killable = bounds.crashes > 0 ? processes(scenario) : [];
    this.#stems = new Stems(this.scenario, this.#untilUs, this.killable, isOver);
  }

  /** Runs a branch until it ends, or the ledger says that it is known. Null if the search is over before it departs. */
  run(branch: Branch, ledger: Ledger): BranchRun | null {
    const run = this.#enter(branch);
    if (run === null) return null;
    const mayDepart = branch.departures < this.#maxDepartures;
    for (let events = Math.max(0, branch.sharedEvents); run.end === null; events++) {
      // Whether the last event led to news or not: had it drawn otherwise once more, it might have led elsewhere.
      if (mayDepart) this.#drawOtherwise(run, events, ledger);
      if (!this.#isNews(run, ledger)) run.end = "met";
      else if (events % LOOK_UP_EVENTS === LOOK_UP_EVENTS - 1 && this.#isOver()) run.end = "left";
      else {
        if (mayDepart) this.#kill(run, events, ledger);
        run.end = events === this.#maxEvents ? "cut" : this.#step(run);
      }
    }
    return run;
  }

  /** One event more. */
  #step({ world, watch }: BranchRun): "whole" | null {
    const isOver = !world.step(this.#untilUs);
    watch.advance(world.trace!, world.trace!.rows);
    if (!isOver) return null;
    watch.end(this.#untilUs);
    return "whole";
  }

  /** A branch where it leaves its parent; the rules have been shown what came before. Null if time ran out first. */
  #enter(branch: Branch): BranchRun | null {
    const choices = this.#stems.enter(branch);
    if (choices === null) return null;
    const { world } = this.#stems;
    const plain = this.scenario;
    const scenario = branch.kills === 0 ? plain : { ...plain, faults: [...plain.faults, ...killsOf(branch)] };
    const watch = new Watch(this.#rules, scenario === plain ? this.#setting : { ...this.#setting, scenario });
    const sharedRows = world.trace!.rows;
    watch.advance(world.trace!, sharedRows);
    const drawsTold = branch.fromDraw + 1;
    return { branch, scenario, choices, world, watch, sharedRows, end: null, drawsTold };
  }

  /** Whether the branch goes on: it is still in its parent's past, or in a state that no branch has been in. */
  #isNews({ branch, choices, world, watch }: BranchRun, ledger: Ledger): boolean {
    if (!hasDeparted(branch, choices, world)) return true;
    if (!this.#merge) return ledger.isNews(null);
    const hash = this.#hash;
    hash.begin();
    hash.add(branch.losses);
    hash.add(branch.kills);
    watch.digest(hash.add);
    tellFuture(world, this.#untilUs, hash);
    return ledger.isNews(hash);
  }

  /** Tells everything that could have gone otherwise in the last event. */
  #drawOtherwise(run: BranchRun, events: number, ledger: Ledger): void {
    const { branch, choices, world } = run;
    if (!hasDeparted(branch, choices, world)) return;
    const { purposes, bounds } = choices;
    for (; run.drawsTold < choices.drawn; run.drawsTold++)
      ledger.add({
        draw: run.drawsTold,
        purpose: purposes[run.drawsTold],
        bound: bounds[run.drawsTold],
        event: events,
      });
  }

  /** Tells when processes could be killed before the next event. */
  #kill({ branch, choices, world }: BranchRun, events: number, ledger: Ledger): void {
    if (branch.kills >= this.#bounds.crashes || !hasDeparted(branch, choices, world)) return;
    const atUs = world.queue.nowUs + 1;
    const isGap = world.queue.peekTimeUs() > atUs && atUs <= this.#untilUs;
    if (isGap) ledger.add({ atUs, drawn: choices.drawn, events });
  }
}
