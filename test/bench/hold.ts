/**
 * The hold model: n events pending; each, when it fires, schedules itself again after a uniform delay of 0 to
 * 1e6 µs. Here on our queue; the same on C++'s is hold.cc, on SIM.JS hold-simjs.cjs.
 */
import { EventQueue } from "../../src/kernel/queue.ts";
import type { Measured } from "./harness.ts";

/** Xorshift32 as in rooms.cc: uniform in [0, 1). */
export function xorshift32(): () => number {
  let state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

export function hold(pending: number, events: number): Measured {
  const uniform = xorshift32();
  const queue = new EventQueue();
  for (let i = 0; i < pending; i++) queue.schedule(Math.floor(uniform() * 1e6), 0, i, 0, 0);
  let sum = 0;
  const run = (count: number) => {
    // Local, as it is in a register in C++: a captured variable that outgrows 31 bits is allocated at each change.
    let entities = 0;
    for (let i = 0; i < count; i++) {
      queue.pop(Number.POSITIVE_INFINITY);
      entities += queue.entity;
      queue.schedule(queue.nowUs + Math.floor(uniform() * 1e6), 0, queue.entity, 0, 0);
    }
    sum += entities;
  };
  run(Math.floor(events / 4)); // warms up the compiler, and mixes the queue
  const start = performance.now();
  run(events);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, events, check: `${queue.nowUs}/${sum}` };
}

/**
 * What heartbeats do: of n timers of 25 s, one at random is re-armed (cancelled and scheduled anew), every 10 µs.
 * An event is one re-arming. Almost none fires.
 */
export function rearm(pending: number, events: number): Measured {
  const uniform = xorshift32();
  const queue = new EventQueue();
  const timers = new Float64Array(pending);
  const TICK = 1;
  for (let i = 0; i < pending; i++) timers[i] = queue.schedule(25_000_000 + i, 0, i, 0, 0);
  let fired = 0;
  const run = (count: number) => {
    queue.schedule(queue.nowUs, TICK, 0, 0, 0);
    let left = count;
    while (left > 0 && queue.pop(Number.POSITIVE_INFINITY)) {
      if (queue.code !== TICK) {
        fired++;
        continue;
      }
      const who = Math.floor(uniform() * pending);
      queue.cancel(timers[who]);
      timers[who] = queue.schedule(queue.nowUs + 25_000_000, 0, who, 0, 0);
      if (--left > 0) queue.schedule(queue.nowUs + 10, TICK, 0, 0, 0);
    }
  };
  run(Math.floor(events / 4));
  const start = performance.now();
  run(events);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, events, check: `${queue.nowUs}/${fired}` };
}
