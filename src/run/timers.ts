/**
 * The timers of statecharts that run at an instant. The trace does not hold them: the scenario is run again up to that instant,
 * and what waits in its queue then is read. So they are those of the run, and no run takes longer for them.
 *
 * Leaves out: what TCP waits for, and when a client sends next.
 */
import { type Handle, NO_HANDLE } from "../kernel/queue.ts";
import { MODEL } from "../model/parts.ts";
import { EVENT_BITS, EVENT_MASK } from "../model/world/part.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Timers } from "../statechart/timers.ts";
import { Run } from "./run.ts";

export interface Timer {
  /** Number of the machine, and of its entity. */
  readonly machine: number;
  readonly entity: number;
  /** The client that the entity is for, if it is for one: its node; else −1. */
  readonly client: number;
  /** The delay’s name, as the statechart has it. */
  readonly name: string;
  /** When it was set, and when it fires unless it is cancelled before. µs. */
  readonly sinceUs: number;
  readonly firesUs: number;
}

/** A run of a scenario that is followed to one instant after the other. */
export class TimerWatch {
  readonly #scenario: Scenario;
  readonly #seed: number;
  #run!: Run;
  /** By handle: when it was set. Of timers that are over, some are still in it. */
  #sinceUs = new Map<Handle, number>();
  /** Everything up to here has happened. */
  #atUs = -1;

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    this.#seed = seed;
    this.#begin();
  }

  #begin(): void {
    const sinceUs = new Map<Handle, number>();
    const timers = (queue: Timers) => new NotedTimers(queue, sinceUs);
    this.#sinceUs = sinceUs;
    const isOwn = this.#seed === this.#scenario.seed;
    this.#run = new Run(this.#scenario, { ...(isOwn ? {} : { seed: this.#seed }), trace: false, timers });
    this.#atUs = -1;
  }

  /** Goes towards an instant, by so many events at most; true when it is there. Back means to begin again. */
  advance(timeUs: number, events: number): boolean {
    if (timeUs < this.#atUs) this.#begin();
    const { queue } = this.#run.world;
    for (let n = 0; n < events; n++) {
      if (queue.peekTimeUs() > timeUs || !this.#run.step()) {
        this.#atUs = timeUs;
        return true;
      }
    }
    this.#atUs = this.#run.nowUs;
    return false;
  }

  /** Those that run at a node now, the next to fire first. */
  timersAt(node: number): Timer[] {
    const { world } = this.#run;
    const found: Timer[] = [];
    const living = new Map<Handle, number>();
    world.queue.forEachPending((firesUs, code, entity, _x, _y, handle) => {
      const sinceUs = this.#sinceUs.get(handle);
      if (sinceUs === undefined) return;
      living.set(handle, sinceUs);
      const machine = code >> EVENT_BITS;
      const { part, chart } = MODEL[machine]!;
      if (world.nodesOf(part.home)(entity) !== node) return;
      const [, name = ""] = /^xstate\.after\.([^.]+)/.exec(chart.events[code & EVENT_MASK]!) ?? [];
      found.push({ machine, entity, client: this.#clientOf(machine, entity), name, sinceUs, firesUs });
    });
    this.#sinceUs.clear();
    for (const [handle, sinceUs] of living) this.#sinceUs.set(handle, sinceUs);
    return found;
  }

  /** Sessions and exchanges are each for one client. */
  #clientOf(machine: number, entity: number): number {
    const { home } = MODEL[machine]!.part;
    if (typeof home === "string" || home.of === "redisClients") return -1;
    const { sessions, exchanges, nodes } = this.#run.world;
    const table = home.of === "sessions" ? sessions : exchanges;
    return nodes.first.client + table.client[entity]!;
  }
}

/** The queue, with a note of when each timer was set. */
class NotedTimers implements Timers {
  readonly #queue: Timers;
  readonly #sinceUs: Map<Handle, number>;

  constructor(queue: Timers, sinceUs: Map<Handle, number>) {
    this.#queue = queue;
    this.#sinceUs = sinceUs;
  }

  get nowUs(): number {
    return this.#queue.nowUs;
  }

  schedule(atUs: number, code: number, entity: number, x: number, y: number): Handle {
    const handle = this.#queue.schedule(atUs, code, entity, x, y);
    this.#sinceUs.set(handle, this.nowUs);
    return handle;
  }

  cancel(handle: Handle): boolean {
    if (handle !== NO_HANDLE) this.#sinceUs.delete(handle);
    return this.#queue.cancel(handle);
  }
}
