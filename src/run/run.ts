/**
 * A run: a world on its way from the beginning of a scenario to its end, which can be stepped, sought in both
 * directions, and forked. Every run is bounded, and says which bound ended it.
 */
import { type Choices, SeededChoices } from "../kernel/choices.ts";
import { msToUs } from "../kernel/time.ts";
import { MODEL } from "../model/machines.ts";
import { PURPOSES } from "../model/purposes.ts";
import { type SavedWorld, World, type WorldOptions } from "../model/world.ts";
import { buildSettings } from "../scenario/build.ts";
import { BACKPLANE, BALANCER, namesOf, serverName } from "../scenario/names.ts";
import type { Fault, Scenario } from "../scenario/schema.ts";
import { fingerprint } from "./fingerprint.ts";
import type { EndedBy, NodeInfo, RunResult } from "./result.ts";

/** What a run may use at most, if nothing else is said: about 1 GB of trace. */
export const DEFAULT_BOUNDS = { events: 10_000_000, copies: 2_000_000 } as const;

export interface RunOptions extends WorldOptions {
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

interface Keyframe {
  readonly events: number;
  readonly traceRows: number;
  readonly world: SavedWorld;
}

/** How often bounds that cost something to look at are looked at. */
const CHECK_EVERY_EVENTS = 4096;
const KEYFRAME_EVERY_EVENTS = 20_000;

export class Run {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly world: World;
  /** Events executed. */
  events = 0;
  /** What ended the run, or stopped it last. */
  endedBy: EndedBy | null = null;
  readonly #options: RunOptions;
  readonly #keyframes: Keyframe[] = [];

  /** Expects a scenario that the parser has let through, with its variant and settings applied. */
  constructor(scenario: Scenario, options: RunOptions = {}) {
    this.scenario = scenario;
    this.seed = options.seed ?? scenario.seed;
    this.#options = options;
    const choices = options.choices?.() ?? new SeededChoices(this.seed, PURPOSES);
    this.world = new World(buildSettings(scenario), choices, options);
    if (options.reference !== true) this.#saveKeyframe();
  }

  /** Simulated time, µs. */
  get nowUs(): number {
    return this.world.queue.nowUs;
  }

  get untilUs(): number {
    return this.#options.untilUs ?? msToUs(this.scenario.durationMs);
  }

  /** Executes the next event; false if the run is over. */
  step(): boolean {
    if (!this.world.step(this.untilUs)) {
      this.endedBy = "time";
      return false;
    }
    this.events++;
    return true;
  }

  /** Runs to the end, or until a bound strikes. Returns which. */
  finish(): EndedBy {
    const { world, untilUs } = this;
    const { copies } = world;
    const { isOverdue, maxEvents = DEFAULT_BOUNDS.events, maxCopies = DEFAULT_BOUNDS.copies } = this.#options;
    for (;;) {
      const stopAt = Math.min(maxEvents, this.events + CHECK_EVERY_EVENTS);
      // One event can send to everybody, so copies are counted after each.
      while (this.events < stopAt && copies.rows <= maxCopies && world.step(untilUs)) this.events++;
      if (copies.rows > maxCopies) return (this.endedBy = "copies");
      if (this.events < stopAt) return (this.endedBy = "time");
      if (this.events >= maxEvents) return (this.endedBy = "events");
      if (isOverdue?.() === true) return (this.endedBy = "wall clock");
    }
  }

  /** Goes to the state after `events` events, forth or back. Returns the number reached, which is smaller if the run ends before. */
  seekEvent(events: number): number {
    if (events < this.events) this.#restoreBefore(events);
    while (this.events < events && this.step()) {
      if (this.events % KEYFRAME_EVERY_EVENTS === 0) this.#saveKeyframe();
    }
    return this.events;
  }

  /** Goes to the state in which everything up to and including `timeUs` has happened, forth or back. */
  seek(timeUs: number): void {
    if (timeUs < this.nowUs) {
      const keyframe = this.#keyframes.findLast((frame) => frame.world.queue.nowUs <= timeUs);
      this.#restore(keyframe ?? this.#keyframes[0]!);
    }
    const limitUs = Math.min(timeUs, this.untilUs);
    while (this.world.step(limitUs)) {
      this.events++;
      if (this.events % KEYFRAME_EVERY_EVENTS === 0) this.#saveKeyframe();
    }
  }

  /**
   * A run with the same past, at the same event, and these faults added to its future. The past is run
   * again, so the fork shares nothing with this run. Throws a RangeError for a fault in the past.
   */
  fork(faults: readonly Fault[]): Run {
    const past = faults.find((fault) => msToUs(fault.atMs) < this.nowUs);
    if (past !== undefined)
      throw new RangeError(`a fault at ${past.atMs} ms is in the past of ${this.nowUs / 1000} ms`);
    const scenario = { ...this.scenario, faults: [...this.scenario.faults, ...faults] };
    const fork = new Run(scenario, this.#options);
    fork.seekEvent(this.events);
    return fork;
  }

  /** The run so far, as plain data. */
  result(variant: string | null = null): RunResult {
    const trace = this.world.trace;
    if (trace === null) throw new Error("this run keeps no trace, so there is nothing to show");
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
      endUs: this.endedBy === "time" ? this.untilUs : this.nowUs,
      endedBy: this.endedBy ?? "time",
    };
  }

  #saveKeyframe(): void {
    const last = this.#keyframes.at(-1);
    if (last !== undefined && last.events >= this.events) return;
    this.#keyframes.push({
      events: this.events,
      traceRows: this.world.trace?.rows ?? 0,
      world: this.world.save(),
    });
  }

  #restoreBefore(events: number): void {
    this.#restore(this.#keyframes.findLast((keyframe) => keyframe.events <= events)!);
  }

  #restore(keyframe: Keyframe): void {
    this.world.restore(keyframe.world);
    if (this.world.trace !== null) this.world.trace.rows = keyframe.traceRows;
    this.events = keyframe.events;
    this.endedBy = null;
  }
}

/** The nodes of a scenario, in the order of their numbers in the trace. */
export function nodesOf(scenario: Scenario): NodeInfo[] {
  const names = [
    ...[...namesOf(scenario).client.keys()].map((name) => ({ kind: "client" as const, name })),
    { kind: "balancer" as const, name: BALANCER },
    ...Array.from({ length: scenario.servers.count }, (_, i) => ({
      kind: "server" as const,
      name: serverName(i),
    })),
    ...(scenario.backplane.kind === "none" ? [] : [{ kind: "backplane" as const, name: BACKPLANE }]),
  ];
  return names.map((entry, node) => ({ node, ...entry }));
}
