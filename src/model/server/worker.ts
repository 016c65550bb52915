/** One of a server's workers (work.ts): it has something to do, or not. */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { machineOf } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { decide, finish } from "./work.ts";
import { workerPart } from "./worker.part.ts";

const behaviour = {
  actions: {
    finish,
    decide,
    pause: ({ workers, queue }: World, worker: number) => {
      workers.leftUs[worker] = workers.doneUs[worker] - queue.nowUs;
    },
    goOn: ({ workers, queue }: World, worker: number) => {
      workers.doneUs[worker] = queue.nowUs + workers.leftUs[worker];
    },
  },
  guards: {},
  delays: { work: ({ workers }: World, worker: number) => workers.leftUs[worker] },
} satisfies Behaviour<World>;

export const workerMachine = machineOf(workerPart, behaviour, {
  initial: "free",
  states: {
    free: { on: { START: "busy" } },
    busy: {
      on: { PAUSE: { target: "paused", actions: "pause" }, CRASH: "free" },
      after: { work: { target: "deciding", actions: "finish" } },
    },
    /** Between one thing and the next: no time passes. */
    deciding: { entry: "decide", on: { START: "busy", REST: "free", CRASH: "free" } },
    /** Its process is frozen. */
    paused: { on: { GO_ON: { target: "busy", actions: "goOn" }, CRASH: "free" } },
  },
});
