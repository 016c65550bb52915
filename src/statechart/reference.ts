/**
 * Runs entities as real XState actors on the simulated clock: slow, and right by definition. Tests hold the
 * compiled runner against it.
 */
import { type Actor, type AnyStateMachine, createActor, createMachine, type StateValue } from "xstate";
import { type Chart, EVENT_COLUMNS, leafIsIn, UNKNOWN_EVENT } from "./chart.ts";
import type { OnTransition, Runner } from "./runner.ts";
import type { Timers } from "./timers.ts";

/** Event number of the clock: x is the callback to run. */
const CLOCK_EVENT = EVENT_COLUMNS - 1;

export class ReferenceRunner<W> implements Runner<W> {
  readonly chart: Chart<W>;

  private readonly machine: AnyStateMachine;
  private readonly world: W;
  private readonly timers: Timers;
  private readonly codeBase: number;
  private readonly onTransition: OnTransition | undefined;

  // By entity.
  private readonly actors: (Actor<AnyStateMachine> | null)[] = [];
  private readonly leaves: number[] = [];
  private readonly early: (() => void)[][] = [];

  private readonly callbacks = new Map<number, () => void>();
  private callbackCount = 0;
  /** What an actor reported: XState swallows errors, so it is thrown again at the next way out. */
  private failure: { error: unknown } | null = null;

  constructor(
    machine: AnyStateMachine,
    chart: Chart<W>,
    world: W,
    timers: Timers,
    codeBase: number,
    onTransition?: OnTransition,
  ) {
    this.chart = chart;
    this.world = world;
    this.timers = timers;
    this.codeBase = codeBase;
    this.onTransition = onTransition;
    // The same machine, with the context that forXState expects.
    const config = {
      ...machine.config,
      context: ({ input }: { input: unknown }) => input,
      options: { maxIterations: chart.microstepsMax },
    };
    this.machine = createMachine(config as never, machine.implementations as never) as AnyStateMachine;
  }

  get size(): number {
    return this.actors.length;
  }

  reserve(): void {}

  add(): number {
    this.leaves.push(-1);
    this.early.push([]);
    return this.actors.push(null) - 1;
  }

  start(id: number): void {
    if (this.actors[id] !== null) {
      const why = id < this.size ? "it was started before" : "there is no such entity";
      throw new Error(`machine "${this.chart.id}": entity ${id} can't be started: ${why}`);
    }
    const actor = createActor(this.machine, {
      id: `${this.chart.id}-${id}`,
      input: { world: this.world, id },
      clock: this.clock(id),
    } as never) as Actor<AnyStateMachine>;
    this.actors[id] = actor;
    actor.subscribe({
      next: (snapshot) => this.observe(id, snapshot.value),
      error: (error: unknown) => {
        this.failure = { error };
      },
    });
    for (const send of this.early[id]) send();
    actor.start();
    this.rethrow();
  }

  send(id: number, event: number, x: number, y: number): void {
    if (event >>> 0 >= EVENT_COLUMNS || !(id < this.size)) {
      throw new RangeError(`machine "${this.chart.id}": no event ${event} or no entity ${id}`);
    }
    if (event === CLOCK_EVENT && this.callbacks.has(x)) {
      this.callBack(x);
    } else if (this.actors[id] === null) {
      this.early[id].push(() => this.deliver(id, event, x, y));
    } else {
      this.deliver(id, event, x, y);
    }
    this.rethrow();
  }

  state(id: number): number {
    return this.leaves[id];
  }

  inState(id: number, path: string): boolean {
    return leafIsIn(this.chart, this.leaves[id], path);
  }

  /** A callback that was taken back is not called: see {@link send}. */
  timerOf(): number {
    return -1;
  }

  private deliver(id: number, event: number, x: number, y: number): void {
    const actor = this.actors[id]!;
    // XState ignores this too, with a warning on the console.
    if (actor.getSnapshot().status !== "active") return;
    actor.send({ type: this.chart.events[event] ?? UNKNOWN_EVENT, x, y });
  }

  /** XState's clock, in ms, over the queue, in µs. */
  private clock(id: number) {
    return {
      setTimeout: (callback: () => void, delayMs: number) => {
        const atUs = this.timers.nowUs + Math.round(delayMs * 1000);
        const number = this.callbackCount++;
        this.callbacks.set(number, callback);
        return { number, handle: this.timers.schedule(atUs, this.codeBase + CLOCK_EVENT, id, number, 0) };
      },
      clearTimeout: ({ number, handle }: { number: number; handle: number }) => {
        this.callbacks.delete(number);
        this.timers.cancel(handle);
      },
    };
  }

  private callBack(number: number): void {
    const callback = this.callbacks.get(number)!;
    this.callbacks.delete(number);
    callback();
  }

  private observe(id: number, value: StateValue): void {
    const from = this.leaves[id];
    const to = this.chart.states.indexOf(leafPath(value) || this.chart.id);
    if (to === from) return;
    this.leaves[id] = to;
    try {
      this.onTransition?.(id, from, to);
    } catch (error) {
      this.failure = { error };
    }
  }

  private rethrow(): void {
    if (this.failure === null) return;
    const { error } = this.failure;
    this.failure = null;
    throw error;
  }
}

/** { open: { polling: {} } } and { open: "polling" } are "open.polling". */
function leafPath(value: StateValue): string {
  if (typeof value === "string") return value;
  const [entry] = Object.entries(value);
  return entry === undefined ? "" : [entry[0], leafPath(entry[1]!)].filter(Boolean).join(".");
}
