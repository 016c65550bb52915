/**
 * What a server gets is written into a database, and told to others: two steps, by one handler, in one order or the other. A process that dies
 * between them has done one without the other, and nobody makes up for it: told of what never happened, or never told of what did. With
 * an outbox both are one step, as the event is a row too, in the same transaction; telling is left to a relay (relay.ts). FACTS §7.
 *
 * What pages load as a snapshot is what is written. The database itself stays up, and takes every row.
 *
 * Leaves out: transactions that fail or wait for each other, rows that are taken back, and that the answer to a request waits for the row.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { addBranch, endBranch, loseEmit } from "../fate/oracle.ts";
import { announce, fanOut } from "../server/adapter.ts";
import { Cause } from "../trace/causes.ts";
import { RecordKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { handlingPart } from "./handling.part.ts";
import { putIntoOutbox } from "./relay.ts";
import { storeForLoaders } from "./snapshot.ts";
import { WritingEvent, writingPart } from "./writing.part.ts";

function howItPublishes(world: World) {
  return ofServers(world, writingPart).publishes;
}

/** Whether servers write into a database what they tell. */
export function writes(world: World): boolean {
  return howItPublishes(world) !== "at-once";
}

/** A server has got a message that is for others: from its sender, or as the sender. */
export function writeAndTell(world: World, server: number, message: number): void {
  if (!writes(world)) return fanOut(world, server, message);
  const { writings } = world;
  const writing = world.add(writingPart);
  writings.add();
  writings.server[writing] = server;
  writings.message[writing] = message;
  world.start(writingPart, writing);
  world.send(WritingEvent.BEGIN, writing, 0, 0);
}

/** A server's process died: what its handlers were at work on. */
export function loseWritings(world: World, server: number): void {
  const { writings } = world;
  for (let writing = 0; writing < writings.rows; writing++)
    if (writings.server[writing] === server) world.send(WritingEvent.CRASH, writing, 0, 0);
}

function placeOf({ nodes, writings }: World, writing: number): number {
  return nodes.first.server + writings.server[writing];
}

/** Others are told; a branch of the message goes with it. */
function publish(world: World, writing: number): void {
  const { writings } = world;
  announce(world, writings.server[writing], writings.message[writing], 1);
}

const behaviour = {
  actions: {
    /** The handler keeps a branch of its own, as pages may still load what it writes. */
    publishFirst: (world: World, writing: number) => {
      addBranch(world, world.writings.message[writing]);
      publish(world, writing);
    },
    write: (world: World, writing: number) => {
      const message = world.writings.message[writing];
      const withEvent = howItPublishes(world) === "outbox" ? 1 : 0;
      world.record(RecordKind.written, message, placeOf(world, writing), withEvent, 0, 0);
      storeForLoaders(world, message);
    },
    end: (world: World, writing: number) => {
      endBranch(world, world.writings.message[writing], placeOf(world, writing));
    },
    /** In the transaction that writes the row. */
    leaveToRelay: (world: World, writing: number) => putIntoOutbox(world, world.writings.message[writing]),
    publishLast: publish,
    /** The process died before the row was there. */
    giveUp: (world: World, writing: number) => {
      const message = world.writings.message[writing];
      const place = placeOf(world, writing);
      world.record(RecordKind.neverWritten, message, place, 0, 0, 0);
      if (howItPublishes(world) === "before") endBranch(world, message, place);
      else loseEmit(world, message, Cause.serverCrashed, place);
    },
    /** The process died with the row written, and nobody told. */
    tellNobody: (world: World, writing: number) =>
      loseEmit(world, world.writings.message[writing], Cause.eventNeverPublished, placeOf(world, writing)),
  },
  guards: {
    publishesFirst: (world: World) => howItPublishes(world) === "before",
    hasOutbox: (world: World) => howItPublishes(world) === "outbox",
  },
  delays: {
    effect: (world: World) => ofServers(world, handlingPart).effectUs,
    publishDelay: (world: World) => ofServers(world, writingPart).publishDelayUs,
  },
} satisfies Behaviour<World>;

export const writingMachine = machineOf(writingPart, behaviour, {
  initial: "called",
  states: {
    called: {
      on: {
        BEGIN: [
          { guard: "publishesFirst", target: "writing", actions: "publishFirst" },
          { target: "writing" },
        ],
      },
    },
    writing: {
      on: { CRASH: { target: "over", actions: "giveUp" } },
      after: {
        effect: [
          { guard: "publishesFirst", target: "over", actions: ["write", "end"] },
          { guard: "hasOutbox", target: "over", actions: ["write", "leaveToRelay"] },
          { target: "publishing", actions: "write" },
        ],
      },
    },
    publishing: {
      on: { CRASH: { target: "over", actions: "tellNobody" } },
      after: { publishDelay: { target: "over", actions: "publishLast" } },
    },
    over: {},
  },
});
