/**
 * Where the branches of an exhaustive search begin. Each goes on from a saved world at its departure, instead of running from the
 * beginning. A *stem* is a run that branches depart from, whose world is saved at most a few events before the last of them left it. Branches
 * are run in the order of their parents, and those of one parent in the order in which they depart; so are the parents themselves. So one stem for
 * each number of departures is enough, and each only ever goes forward.
 */
import { ExhaustiveChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { type SavedWorld, Simulation } from "../model/simulation.ts";
import { scheduleFaults } from "../model/world/faults.ts";
import type { FaultSettings, Settings } from "../model/world/settings.ts";
import { buildSettings } from "../scenario/build.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { type Branch, choicesOf, killsOf, PLAINEST } from "./branch.ts";

/** After how many events whoever runs a long branch asks whether the search is over. */
export const LOOK_UP_EVENTS = 4096;

/** How many events a stem goes on before its world is saved again. To run a few events once more costs less than to save a world. */
const SAVE_EVENTS = 8;

/** A run that branches depart from. */
interface Stem {
  readonly branch: Branch;
  readonly choices: ExhaustiveChoices;
  readonly settings: Settings;
  /** After how many events its world was saved last, and as what. */
  events: number;
  saved: SavedWorld | undefined;
}

export class Stems {
  /** Branches differ in their choices and kills only, so one world serves them all. */
  readonly world: Simulation;
  readonly #untilUs: number;
  readonly #isOver: () => boolean;
  readonly #settings: Settings;
  /** What kills each of the processes that may be killed, at whatever time. */
  readonly #kills: ReadonlyMap<string, FaultSettings>;
  /** By number of departures. */
  readonly #stems = new Map<number, Stem>();

  constructor(scenario: Scenario, untilUs: number, killable: readonly string[], isOver: () => boolean) {
    this.#settings = buildSettings(scenario);
    this.#untilUs = untilUs;
    this.#isOver = isOver;
    this.world = new Simulation(this.#settings, new ExhaustiveChoices(choicesOf(PLAINEST)));
    const crashes: Fault[] = killable.map((target) => ({ atMs: 0, act: "crash", target }));
    const { faults } = buildSettings({ ...scenario, faults: crashes });
    this.#kills = new Map(killable.map((target, i) => [target, faults[i]!]));
  }

  /**
   * Brings the world to where a branch leaves its parent, and lets it go on from there as the branch does. Returns what has been chosen so far;
   * null if the search is over before.
   */
  enter(branch: Branch): ExhaustiveChoices | null {
    const { parent, sharedEvents } = branch;
    if (parent === null || sharedEvents < 0) {
      // They all write one trace, and now from its beginning.
      this.#stems.clear();
      const choices = new ExhaustiveChoices(choicesOf(branch));
      this.world.begin(choices, this.#settingsOf(branch));
      return choices;
    }
    const stem = this.#stopped(parent, sharedEvents);
    if (stem === null) return null;
    const choices = stem.choices.fork(choicesOf(branch));
    const settings = branch.killed === null ? stem.settings : this.#settingsOf(branch);
    this.world.take(choices, settings);
    scheduleFaults(this.world, stem.settings.faults.length, settings.faults.length);
    return choices;
  }

  /** Brings the world to where so many events of a branch's run have happened. Returns the stem that is that run; null if the search is over before. */
  #stopped(branch: Branch, events: number): Stem | null {
    const { world } = this;
    const before = this.#stems.get(branch.departures);
    let stem: Stem;
    let now: number;
    // With the first branch that departs once more than those before, all stems begin anew.
    if (before?.branch === branch && before.events <= events) {
      stem = before;
      world.restore(stem.saved!, stem.choices, stem.settings);
      now = stem.events;
    } else {
      const choices = this.enter(branch);
      if (choices === null) return null;
      now = Math.max(0, branch.sharedEvents);
      // Nobody goes back to the stem whose place it takes.
      stem = { branch, choices, settings: world.settings, events: now, saved: before?.saved };
      this.#stems.set(branch.departures, stem);
    }
    for (; now < events; now++) {
      if (now % LOOK_UP_EVENTS === LOOK_UP_EVENTS - 1 && this.#isOver()) return null;
      world.step(this.#untilUs);
    }
    if (stem !== before || now - stem.events >= SAVE_EVENTS) {
      stem.saved = world.save(stem.saved);
      stem.events = now;
    }
    return stem;
  }

  /** The scenario's, with a branch's kills. */
  #settingsOf(branch: Branch): Settings {
    if (branch.kills === 0) return this.#settings;
    const kills = killsOf(branch).map(
      ({ target, atMs }) => ({ ...this.#kills.get(target), atUs: msToUs(atMs) }) as FaultSettings,
    );
    return { ...this.#settings, faults: [...this.#settings.faults, ...kills] };
  }
}
