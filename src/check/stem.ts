/**
 * The run that the next branches depart from, stopped where the last of them left it. Branches wait by their parents, and of
 * one parent in the order in which they depart. So a parent is run once more from departure to departure, and each branch goes on from there
 * instead of beginning anew.
 */
import { ExhaustiveChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { type SavedWorld, Simulation } from "../model/simulation.ts";
import { scheduleFaults } from "../model/world/faults.ts";
import type { FaultSettings, Settings } from "../model/world/settings.ts";
import { buildSettings } from "../scenario/build.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { type Branch, PLAINEST } from "./branch.ts";

/** After how many events whoever runs a long branch asks whether the search is over. */
export const LOOK_UP_EVENTS = 4096;

export class Stem {
  /** Branches differ in their choices and kills only, so one world serves them all. */
  readonly world: Simulation;
  readonly #untilUs: number;
  readonly #settings: Settings;
  /** What kills each of the processes that may be killed, at whatever time. */
  readonly #kills: ReadonlyMap<string, FaultSettings>;
  /** Whose run it is; null where the world has gone another way. */
  #branch: Branch | null = null;
  #choices = new ExhaustiveChoices(PLAINEST.choices);
  #itsSettings: Settings;
  /** Where it stopped: after how many events, and the world as it was. */
  #events = 0;
  #saved: SavedWorld;

  constructor(scenario: Scenario, untilUs: number, killable: readonly string[]) {
    this.#settings = buildSettings(scenario);
    this.#itsSettings = this.#settings;
    this.#untilUs = untilUs;
    this.world = new Simulation(this.#settings, this.#choices);
    this.#saved = this.world.save();
    const crashes: Fault[] = killable.map((target) => ({ atMs: 0, act: "crash", target }));
    const { faults } = buildSettings({ ...scenario, faults: crashes });
    this.#kills = new Map(killable.map((target, i) => [target, faults[i]!]));
  }

  /** Brings the world to where a branch leaves its parent, and lets it go on from there as the branch does. Null if the search is over before. */
  enter(branch: Branch, isOver: () => boolean): ExhaustiveChoices | null {
    const { parent, sharedEvents } = branch;
    if (parent === null || sharedEvents < 0) {
      this.#branch = null;
      const choices = new ExhaustiveChoices(branch.choices);
      this.world.begin(choices, this.#settingsOf(branch));
      return choices;
    }
    if (!this.#advance(parent, sharedEvents, isOver)) return null;
    const choices = this.#choices.fork(branch.choices);
    const settings = branch.crashes === parent.crashes ? this.#itsSettings : this.#settingsOf(branch);
    this.world.restore(this.#saved, choices, settings);
    scheduleFaults(this.world, this.#itsSettings.faults.length, settings.faults.length);
    return choices;
  }

  /** Takes a run to where so many of its events have happened. False if the search is over before. */
  #advance(branch: Branch, events: number, isOver: () => boolean): boolean {
    const { world } = this;
    if (this.#branch !== branch) {
      this.#branch = branch;
      this.#choices = new ExhaustiveChoices(branch.choices);
      this.#itsSettings = this.#settingsOf(branch);
      this.#events = 0;
      world.begin(this.#choices, this.#itsSettings);
    } else if (this.#events === events) return true;
    else world.restore(this.#saved, this.#choices, this.#itsSettings);
    for (; this.#events < events; this.#events++) {
      if (this.#events % LOOK_UP_EVENTS === LOOK_UP_EVENTS - 1 && isOver()) return false;
      world.step(this.#untilUs);
    }
    this.#saved = world.save();
    return true;
  }

  /** The scenario's, with a branch's kills. */
  #settingsOf({ crashes }: Branch): Settings {
    if (crashes.length === 0) return this.#settings;
    const kills = crashes.map(
      ({ target, atMs }) => ({ ...this.#kills.get(target), atUs: msToUs(atMs) }) as FaultSettings,
    );
    return { ...this.#settings, faults: [...this.#settings.faults, ...kills] };
  }
}
