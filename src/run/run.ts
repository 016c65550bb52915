/**
 * A run: a world on its way from the beginning of a scenario to its end, which can be stepped, can seek in
 * both directions, and can be forked. Every run is bounded, and says which bound ended it.
 */
import { type Choices, GeneratedChoices, SeededChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { MODEL } from "../model/parts.ts";
import { type SavedWorld, Simulation, type SimulationOptions } from "../model/simulation.ts";
import { PURPOSES, Purpose } from "../model/trace/purposes.ts";
import { scheduleFaults } from "../model/world/faults.ts";
import { buildSettings } from "../scenario/build.ts";
import { BACKPLANE, balancerNames, GATEWAY, hasBackplane, namesOf, serverName } from "../scenario/names.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { refuse, whole } from "./allowed.ts";
import { fingerprint } from "./fingerprint.ts";
import type { EndedBy, NodeInfo, RunResult } from "./result.ts";

/** What a run may use at most, if nothing else is said: about 1 GB of trace. */
export const DEFAULT_BOUNDS = { events: 10_000_000, copies: 2_000_000 } as const;

export interface RunOptions extends Pick<SimulationOptions, "trace" | "reference" | "timers"> {
  /** Instead of the scenario's own. */
  readonly seed?: number;
  /** Simulated time at which to end; by default the scenario's duration. µs. */
  readonly untilUs?: number;
  readonly maxEvents?: number;
  readonly maxCopies?: number;
  /** Asked every few thousand events; true ends the run (`wall clock`). The kernel itself has no clock. */
  readonly isOverdue?: () => boolean;
  /** Where decisions come from, instead of the seed: called once for this run and once for each fork. */
  readonly choices?: () => Choices;
}

/** Faults that a fork added: they enter the run after `afterEvents` events, so that they come behind all that had happened. */
interface LateFaults {
  readonly afterEvents: number;
  readonly count: number;
}

interface Keyframe {
  readonly events: number;
  readonly world: SavedWorld;
}

/** After how many events the bounds that are costly to check are checked. */
const CHECK_EVERY_EVENTS = 4096;
/** A run whose events are large is asked for its time more often. */
const LOOK_UP_COPIES = 100_000;
/** Keyframes are this far apart at first; when there are too many, every other one goes and the distance doubles. */
const KEYFRAME_EVERY_EVENTS = 4 * CHECK_EVERY_EVENTS;
const MAX_KEYFRAMES = 64;

export class Run {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly world: Simulation;
  /** Events executed. */
  events = 0;
  /** What ended the run; null while it can go on. */
  endedBy: Exclude<EndedBy, "stopped"> | null = null;
  readonly #options: RunOptions;
  readonly #late: readonly LateFaults[];
  #keyframes: Keyframe[] = [];
  #keyframeEvery = KEYFRAME_EVERY_EVENTS;

  /**
   * The scenario must have been accepted by the parser, and have its variant and settings applied.
   *
   * @throws RangeError if an option is out of its limits
   */
  constructor(scenario: Scenario, options: RunOptions = {}, late: readonly LateFaults[] = []) {
    // With NaN for a bound, a run would have none.
    for (const name of ["seed", "untilUs", "maxEvents", "maxCopies"] as const)
      whole(name, options[name], [0, Number.MAX_SAFE_INTEGER]);
    this.scenario = scenario;
    this.seed = options.seed ?? scenario.seed;
    this.#options = options;
    this.#late = late;
    const choices = options.choices?.() ?? choicesOf(scenario, { seed: options.seed });
    const lateFaults = late.reduce((sum, { count }) => sum + count, 0);
    this.world = new Simulation(buildSettings(scenario), choices, { ...options, lateFaults });
    this.#admitLateFaults();
    if (options.reference !== true) this.#saveKeyframe();
  }

  /** Simulated time, µs. */
  get nowUs(): number {
    return this.world.queue.nowUs;
  }

  get untilUs(): number {
    return this.#options.untilUs ?? msToUs(this.scenario.durationMs);
  }

  /** When the run ended, or how far it is: µs. */
  get endUs(): number {
    return this.endedBy === "time" ? this.untilUs : this.nowUs;
  }

  /** Executes the next event; false if the run is over, for the reason in `endedBy`. */
  step(): boolean {
    const before = this.events;
    this.endedBy = this.#advance(this.untilUs, before + 1);
    return this.events > before;
  }

  /** Runs to the end, or until a bound strikes. Returns which. */
  finish(): Exclude<EndedBy, "stopped"> {
    this.endedBy = this.#advance(this.untilUs, Number.POSITIVE_INFINITY);
    return this.endedBy!;
  }

  /**
   * Goes to the state after `events` events, forward or back. Returns the number reached, which is smaller if
   * the run ends before.
   */
  seekEvent(events: number): number {
    if (events < this.events) this.#restore((keyframe) => keyframe.events <= events);
    this.endedBy = this.#advance(this.untilUs, events, true);
    return this.events;
  }

  /**
   * Goes to the state in which everything up to and including `timeUs` has happened, forward or back, as far
   * as the bounds allow.
   *
   * @throws RangeError if the time is no number
   */
  seek(timeUs: number): void {
    if (Number.isNaN(timeUs)) refuse("timeUs", timeUs, "a number");
    if (timeUs < this.nowUs) this.#restore((keyframe) => keyframe.world.queue.nowUs <= timeUs);
    const ended = this.#advance(Math.min(timeUs, this.untilUs), Number.POSITIVE_INFINITY, true);
    this.endedBy = ended === "time" && timeUs < this.untilUs ? null : ended;
  }

  /**
   * A run with the same past, at the same event, and these faults added to its future; a fault that is due
   * now comes after everything that has already happened at this time. The past is run again, so the fork
   * shares nothing with this run. Throws a RangeError for a fault in the past.
   */
  fork(faults: readonly Fault[]): Run {
    for (const fault of faults)
      if ("atMs" in fault && msToUs(fault.atMs) < this.nowUs)
        throw new RangeError(`a fault at ${fault.atMs} ms is in the past of ${this.nowUs / 1000} ms`);
    const before = this.scenario.faults;
    const scenario = { ...this.scenario, faults: [...before, ...faults] };
    const late = [...this.#late, { afterEvents: this.events, count: faults.length }];
    const fork = new Run(scenario, this.#options, late);
    fork.seekEvent(this.events);
    fork.#refuseSentPackets(before.length);
    return fork;
  }

  /** A packet that a fork's fault names, one from number `first`, must not have been sent before the fork. */
  #refuseSentPackets(first: number): void {
    const { settings, links } = this.world;
    for (const fault of settings.faults.slice(first)) {
      if (fault.target !== "packet") continue;
      const sent = (fault.up ? links.sentUp : links.sentDown)[fault.link];
      if (sent >= fault.packet)
        throw new RangeError(`packet ${fault.packet} is in the past: ${sent} have been sent`);
    }
  }

  /** The run so far, as plain data. */
  result(variant: string | null = null): RunResult {
    const trace = this.world.trace;
    if (trace === null) throw new Error("this run keeps no trace");
    const columns = trace.columns();
    return {
      scenario: this.scenario,
      variant,
      seed: this.seed,
      nodes: nodesOf(this.scenario),
      machines: MODEL.map(({ name, chart }) => ({ name, states: chart.states })),
      trace: columns,
      fingerprint: fingerprint(columns),
      events: this.events,
      endUs: this.endUs,
      endedBy: this.endedBy ?? "stopped",
    };
  }

  /**
   * Executes events up to a time and a number. Returns what ended the run: the limit of time, or one of the bounds; null if it
   * stopped for the number only. Every way forward goes through here.
   */
  #advance(limitUs: number, limitEvents: number, keepKeyframes = false): Run["endedBy"] {
    const { world } = this;
    const { copies } = world;
    const { isOverdue, maxEvents = DEFAULT_BOUNDS.events, maxCopies = DEFAULT_BOUNDS.copies } = this.#options;
    while (this.events < limitEvents) {
      if (this.events >= maxEvents) return "events";
      const nextCheck = this.events - (this.events % CHECK_EVERY_EVENTS) + CHECK_EVERY_EVENTS;
      const nextLate = this.#late.find(({ afterEvents }) => afterEvents > this.events)?.afterEvents;
      const stopAt = Math.min(limitEvents, maxEvents, nextCheck, nextLate ?? Number.POSITIVE_INFINITY);
      // One event can send to everybody, so copies are counted after each.
      const mostCopies = Math.min(maxCopies, copies.rows + LOOK_UP_COPIES);
      while (this.events < stopAt && copies.rows <= mostCopies && world.step(limitUs)) this.events++;
      if (copies.rows > maxCopies) return "copies";
      if (copies.rows > mostCopies && this.events < stopAt) {
        if (isOverdue?.() === true) return "wall clock";
        continue;
      }
      if (this.events < stopAt) return "time";
      this.#admitLateFaults();
      if (this.events % CHECK_EVERY_EVENTS !== 0) continue;
      if (keepKeyframes && this.events % this.#keyframeEvery === 0) this.#saveKeyframe();
      if (isOverdue?.() === true) return "wall clock";
    }
    return null;
  }

  /** Schedules the faults that a fork added at this event. */
  #admitLateFaults(): void {
    let first = this.scenario.faults.length - this.#late.reduce((sum, { count }) => sum + count, 0);
    for (const { afterEvents, count } of this.#late) {
      if (afterEvents === this.events) scheduleFaults(this.world, first, first + count);
      first += count;
    }
  }

  #saveKeyframe(): void {
    const last = this.#keyframes.at(-1);
    if (last !== undefined && last.events >= this.events) return;
    this.#keyframes.push({ events: this.events, world: this.world.save() });
    if (this.#keyframes.length <= MAX_KEYFRAMES) return;
    this.#keyframeEvery *= 2;
    this.#keyframes = this.#keyframes.filter(({ events }) => events % this.#keyframeEvery === 0);
  }

  /** Goes back to the last keyframe that will do; the first, of the beginning, always does. */
  #restore(willDo: (keyframe: Keyframe) => boolean): void {
    const keyframe = this.#keyframes.findLast(willDo) ?? this.#keyframes[0];
    this.world.restore(keyframe.world);
    this.events = keyframe.events;
  }
}

export interface ChoicesAsked {
  /** Instead of the scenario's own, and of choices that are written down in it. */
  readonly seed?: number | undefined;
  /** Of a seed's choices: as `Choices` has it. A single run leaves the order as it is; a search varies it. Default false. */
  readonly drawsOrder?: boolean;
}

/** A scenario's choices: those that are written down in it, if no other seed is asked for; else those of the seed. */
export function choicesOf(scenario: Scenario, { seed, drawsOrder = false }: ChoicesAsked = {}): Choices {
  const { choices } = scenario;
  if (choices === undefined || seed !== undefined)
    return new SeededChoices(seed ?? scenario.seed, PURPOSES, drawsOrder);
  const lists = PURPOSES.map((purpose) => choices[purpose] ?? []);
  return new GeneratedChoices(lists, lists[Purpose.order]!.length > 0);
}

/** The nodes of a scenario, in the order of their numbers in the trace. */
export function nodesOf(scenario: Scenario): NodeInfo[] {
  const { channels } = scenario.gateway;
  const names = [
    ...[...namesOf(scenario).client.keys()].map((name) => ({ kind: "client" as const, name })),
    ...balancerNames(scenario).map((name) => ({ kind: "balancer" as const, name })),
    ...Array.from({ length: scenario.servers.count }, (_, i) => ({
      kind: "server" as const,
      name: serverName(i),
    })),
    ...(hasBackplane(scenario) ? [{ kind: "backplane" as const, name: BACKPLANE }] : []),
    ...scenario.publishers.map(({ name }) => ({ kind: "publisher" as const, name })),
    ...(channels.length === 0 ? [] : [{ kind: "gateway" as const, name: GATEWAY }]),
    ...channels.map(({ kind: name }) => ({ kind: "channel" as const, name })),
  ];
  return names.map((entry, node) => ({ node, ...entry }));
}
