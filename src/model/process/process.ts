/**
 * A client's or a server's process that stands still, or whose timers are late, while its kernel goes on.
 *
 * - Frozen (SIGSTOP, a debugger, an event loop that is blocked, a phone's app in the background): the kernel still acknowledges what
 *   arrives and keeps it; the process reads nothing, and its timers don't fire. No peer can tell it from one that has nothing
 *   to say, but by heartbeats.
 * - When it goes on, overdue timers fire first, in the order in which they ran out, and then it reads, each connection
 *   in the order in which it became ready: so a timeout strikes although the answer lies in the kernel. Ground-truth
 *   31-stopped-process. A client's watchdog comes first of all, as engine.io-client looks at its clock before it sends anything.
 * - Throttled (a tab in the background): it reads and answers as ever, but its timers fire only at certain instants. FACTS §10.
 * - A laptop that is closed is a frozen client behind a cut link.
 *
 * Leaves out: a request that its balancer gave up while it lay in a frozen server's kernel is not carried out later; the kernel's buffers are as large as it takes (a window never closes); a process that is stopped between
 * two of its rounds, or blocked by a timer of its own, reads first (see the experiment); a killed process that had not read a request refuses it,
 * where a kernel would reset it; frozen balancers; browsers that freeze a tab for good, or exempt one that plays sound.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { watchdogPart } from "../client/watchdog.part.ts";
import { addSilence } from "../fate/silence.ts";
import { readPathsOn } from "../network/quic.ts";
import { readOn } from "../network/tcp.ts";
import { noteLooking } from "../presence/looking.ts";
import { noteThere } from "../presence/truth.ts";
import { WorkerEvent } from "../server/worker.part.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { machineOf } from "../world/machine.ts";
import { EVENT_BITS } from "../world/part.ts";
import type { World } from "../world/world.ts";
import { allOverdue, isStillDue, type Overdue, postpone } from "./frozen.ts";
import { processPart } from "./process.part.ts";

function note(world: World, process: number, reason: number): void {
  const { processes } = world;
  const isOver = processes.untilUs[process] !== Number.POSITIVE_INFINITY;
  processes.untilUs[process] = Number.POSITIVE_INFINITY;
  if (isOver || world.ends.reason[processes.silence[process]] !== reason)
    processes.silence[process] = addSilence(world, reason, processes.node[process]);
}

function endPause({ processes, queue }: World, process: number): void {
  processes.untilUs[process] = queue.nowUs;
}

/** Whether a client's process stands still decides whether it is there; whether a server's does, whether anybody can ask it who is. */
function noteWho(world: World, process: number): void {
  const node = world.processes.node[process]!;
  noteThere(world, node);
  noteLooking(world, node - world.nodes.first.server);
}

/** A frozen server does no work, and goes on where it stood. */
function tellWorkers(world: World, process: number, code: number): void {
  const { workers, processes, nodes } = world;
  const server = processes.node[process] - nodes.first.server;
  for (let worker = 0; worker < workers.rows; worker++)
    if (workers.server[worker] === server) world.send(code, worker, 0, 0);
}

/** Its overdue timers fire. */
function fire(world: World, process: number): void {
  const all = allOverdue(world);
  world.overdue.clear();
  for (const one of all)
    if (one.process !== process && isStillDue(world, one))
      postpone(world, world.processes.node[one.process]!, one.code, one.entity, one.x, one.y);
  const isWatchdog = ({ code }: Overdue) => code >> EVENT_BITS === watchdogPart.number;
  const ours = all.filter((one) => one.process === process);
  for (const one of [...ours.filter(isWatchdog), ...ours.filter((one) => !isWatchdog(one))])
    if (isStillDue(world, one)) world.send(one.code, one.entity, one.x, one.y);
}

const behaviour = {
  actions: {
    freeze: (world: World, process: number) => {
      world.processes.isFrozen[process] = 1;
      note(world, process, EndReason.processFrozen);
      noteWho(world, process);
      tellWorkers(world, process, WorkerEvent.PAUSE);
    },
    throttle: (world: World, process: number, alignUs: number) => {
      world.processes.alignUs[process] = alignUs;
      note(world, process, EndReason.timersThrottled);
    },
    fire,
    endPause,
    /** It goes on where it stood. */
    wake: (world: World, process: number) => {
      const { processes } = world;
      processes.isFrozen[process] = 0;
      endPause(world, process);
      noteWho(world, process);
      tellWorkers(world, process, WorkerEvent.GO_ON);
      fire(world, process);
      readOn(world, processes.node[process]);
      readPathsOn(world, processes.node[process]);
    },
  },
  guards: {},
  delays: {
    align: (world: World, process: number) => world.processes.alignUs[process],
  },
} satisfies Behaviour<World>;

export const processMachine = machineOf(processPart, behaviour, {
  initial: "running",
  states: {
    running: {
      on: {
        FREEZE: { target: "frozen", actions: "freeze" },
        THROTTLE: { target: "throttled", actions: "throttle" },
      },
    },
    frozen: {
      on: {
        RESUME: { target: "running", actions: "wake" },
        KILL: { target: "running", actions: "wake" },
      },
    },
    throttled: {
      on: {
        FREEZE: { target: "frozen", actions: "freeze" },
        THROTTLE: { target: "throttled", reenter: true, actions: "throttle" },
        RESUME: { target: "running", actions: ["endPause", "fire"] },
      },
      after: { align: { target: "throttled", reenter: true, actions: "fire" } },
    },
  },
});

/** Keeps an event of a node's own, as a timer is, from a process that can't have it now. Whether it does. */
export function holdBack(
  world: World,
  node: number,
  code: number,
  entity: number,
  x: number,
  y: number,
): boolean {
  const process = world.processes.rowOf[node]!;
  if (process < 0 || world.isIn(processPart, process, "running")) return false;
  postpone(world, node, code, entity, x, y);
  return true;
}
