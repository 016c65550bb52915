/**
 * The relay of an outbox. What is written with its event in one transaction (writing.ts) lies in the outbox until a relay has published it and
 * marked it as done. Each server has a relay, which looks every so often; one at a time is at work, so that the order in which events were
 * written holds. If its process dies between publishing an event and marking it, the next relay publishes it again: at least once. A relay that marks first
 * publishes at most once. So does every consumer of a log that commits its position after or before it does the work. FACTS §7.
 *
 * A relay locks the outbox while it is at work (an advisory lock: it ends with the process, but not while the process is stopped). It hands out as a
 * server does, and hears nothing of what becomes of it: what the backplane loses is lost, as Pub/Sub has nothing to tell.
 *
 * Leaves out: relays that read the database's log instead of asking, a limit on how much is taken at once, and the time that looking takes.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { addBranch, endBranch, loseEmit } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { announce } from "../server/adapter.ts";
import { Cause } from "../trace/causes.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { RelayEvent, relayPart } from "./relay.part.ts";
import { writingPart } from "./writing.part.ts";

/** There is one outbox, however many rows it gets. */
const OUTBOX = 0;

/** An outbox comes to be, if servers write into one, and relays begin to look. */
export function addOutbox(world: World): void {
  if (ofServers(world, writingPart).publishes !== "outbox") return;
  world.outboxes.add();
  for (let server = 0; server < world.nodes.count.server; server++) startRelay(world, server);
}

/** A server's process runs. */
export function startRelay(world: World, server: number): void {
  if (world.outboxes.rows > 0) world.send(RelayEvent.START, server, 0, 0);
}

/** A server's process died. */
export function stopRelay(world: World, server: number): void {
  if (world.outboxes.rows > 0) world.send(RelayEvent.CRASH, server, 0, 0);
}

/** An event is written with its row. A branch of its message stays here until it is marked as done. */
export function putIntoOutbox(world: World, message: number): void {
  const { outboxes, packets } = world;
  outboxes.due[OUTBOX] = packets.append(outboxes.due[OUTBOX], packets.one(Packet.message, message));
}

/** The oldest event is no longer due. Returns its message. */
function takeOldest({ outboxes, packets }: World): number {
  const oldest = outboxes.due[OUTBOX];
  const message = packets.subject[oldest];
  outboxes.due[OUTBOX] = packets.withoutFirst(oldest);
  outboxes.published[OUTBOX] = 0;
  return message;
}

const behaviour = {
  actions: {
    lock: ({ outboxes }: World, server: number) => {
      outboxes.lockedBy[OUTBOX] = server;
    },
    unlock: ({ outboxes }: World) => {
      outboxes.lockedBy[OUTBOX] = NONE;
    },
    publishOldest: (world: World, server: number) => {
      const { outboxes, packets } = world;
      const message = packets.subject[outboxes.due[OUTBOX]];
      addBranch(world, message);
      announce(world, server, message, ++outboxes.published[OUTBOX]);
    },
    mark: (world: World, server: number) => {
      endBranch(world, takeOldest(world), world.nodes.first.server + server);
    },
    markOldest: (world: World) => {
      const { outboxes, packets } = world;
      outboxes.taken[OUTBOX] = packets.one(Packet.message, takeOldest(world));
    },
    publishTaken: (world: World, server: number) => {
      const { outboxes, packets } = world;
      const taken = outboxes.taken[OUTBOX];
      outboxes.taken[OUTBOX] = NONE;
      packets.drain(taken, (_, message) => announce(world, server, message, 1));
    },
    /** It is marked as done, so no relay will find it. */
    loseTaken: (world: World, server: number) => {
      const { nodes, outboxes, packets } = world;
      const taken = outboxes.taken[OUTBOX];
      outboxes.taken[OUTBOX] = NONE;
      packets.drain(taken, (_, message) =>
        loseEmit(world, message, Cause.eventNeverPublished, nodes.first.server + server),
      );
    },
  },
  guards: {
    marksFirst: (world: World) => ofServers(world, relayPart).relayMarks === "before" && mayWork(world),
    mayWork,
    hasMore: ({ outboxes }: World) => outboxes.due[OUTBOX] !== NONE,
    hasNext: ({ outboxes, packets }: World) => packets.next[outboxes.due[OUTBOX]] !== NONE,
  },
  delays: {
    interval: (world: World) => ofServers(world, relayPart).relayIntervalUs,
    marking: (world: World) => ofServers(world, relayPart).relayMarkUs,
  },
} satisfies Behaviour<World>;

/** Whether something is due, and no other relay is at work. */
function mayWork({ outboxes }: World): boolean {
  return outboxes.due[OUTBOX] !== NONE && outboxes.lockedBy[OUTBOX] === NONE;
}

export const relayMachine = machineOf(relayPart, behaviour, {
  initial: "off",
  states: {
    off: { on: { START: "waiting" } },
    waiting: {
      on: { CRASH: "off" },
      after: {
        interval: [
          { guard: "marksFirst", target: "markingFirst", actions: "lock" },
          { guard: "mayWork", target: "publishingFirst", actions: "lock" },
          { target: "waiting", reenter: true },
        ],
      },
    },
    publishingFirst: {
      entry: "publishOldest",
      on: { CRASH: { target: "off", actions: "unlock" } },
      after: {
        marking: [
          { guard: "hasNext", target: "publishingFirst", reenter: true, actions: "mark" },
          { target: "waiting", actions: ["mark", "unlock"] },
        ],
      },
    },
    markingFirst: {
      entry: "markOldest",
      on: { CRASH: { target: "off", actions: ["loseTaken", "unlock"] } },
      after: {
        marking: [
          { guard: "hasMore", target: "markingFirst", reenter: true, actions: "publishTaken" },
          { target: "waiting", actions: ["publishTaken", "unlock"] },
        ],
      },
    },
  },
});
