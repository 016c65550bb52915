/**
 * A server's handler at work on a message: it looks whether it has seen the id, applies the effect, remembers the id, and acknowledges.
 * A message for the server has one copy, which is its effect: delivered when a server has done what was asked, and again for each time that it is
 * done again. Of a message for other clients the effect is that it is handed on, each time anew; whether anybody gets it, the acknowledgement
 * does not say. FACTS §1.5, §7; ground-truth 26.
 *
 * What is done stays done, whatever becomes of the process. What a process had not done when it died it never does. A connection
 * that ends stops no handler: only its acknowledgement finds nobody.
 *
 * Leaves out: handlers that wait for each other (each message is worked on at once), effects that are only half done, and acknowledgements that say no.
 */
import { chance } from "../../kernel/sampling.ts";
import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import { whyOf } from "../fate/ends.ts";
import { endBranch, forgetReasons, loseEmit, noteReasons } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { SessionEvent } from "../server/session.part.ts";
import { Cause } from "../trace/causes.ts";
import { Purpose } from "../trace/purposes.ts";
import { Audience, RecordKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { hasTaskStream } from "./consumer.ts";
import { act } from "./effect.ts";
import { HandlingEvent, handlingPart, Throws } from "./handling.part.ts";
import { forgetIds, isSeen, remember } from "./seen-ids.ts";
import { writeAndTell, writes } from "./writing.ts";

/** A message that a server acts on, or hands on and acknowledges, has arrived over a session. `emit`: which try it is, −1 if nothing is to be acknowledged. */
export function receiveTask(world: World, session: number, message: number, emit: number): void {
  const { handlings } = world;
  const handling = world.add(handlingPart);
  handlings.add();
  handlings.server[handling] = world.sessions.server[session];
  handlings.session[handling] = session;
  handlings.message[handling] = message;
  handlings.emit[handling] = emit;
  handlings.throws[handling] = drawThrows(world);
  world.start(handlingPart, handling);
  world.send(HandlingEvent.BEGIN, handling, 0, 0);
}

function drawThrows(world: World): number {
  const { failsBeforeEffect, failsAfterEffect } = ofServers(world, handlingPart);
  if (chance(world.choices, Purpose.handlerFailure, failsBeforeEffect)) return Throws.beforeEffect;
  return chance(world.choices, Purpose.ackFailure, failsAfterEffect) ? Throws.afterEffect : Throws.never;
}

/** A server's process died: what its handlers were at work on, and what they remembered. */
export function loseHandlings(world: World, server: number): void {
  const { handlings } = world;
  for (let handling = 0; handling < handlings.rows; handling++)
    if (handlings.server[handling] === server) world.send(HandlingEvent.CRASH, handling, 0, 0);
  forgetIds(world, server);
}

function placeOf({ nodes, handlings }: World, handling: number): number {
  return nodes.first.server + handlings.server[handling];
}

/** The delivery whose id a message has, −1 none. */
function deliveryOf({ handlings, emits }: World, handling: number): number {
  const emit = handlings.emit[handling];
  return emit === NONE ? NONE : emits.delivery[emit];
}

function mark(world: World, handling: number): void {
  remember(world, world.handlings.server[handling], deliveryOf(world, handling));
}

/** Whether others are to be told, and nothing is to be done here. */
function isForOthers({ handlings, messages }: World, handling: number): boolean {
  return messages.audience[handlings.message[handling]] !== Audience.task;
}

/** Whether it is left to the worker of some server: then it is appended to a stream, and that is what is acknowledged. */
function isLeft(world: World, handling: number): boolean {
  return hasTaskStream(world) && !isForOthers(world, handling);
}

/** A server hands on what it has got. The emit's branch goes with it. */
function handOn(world: World, handling: number): void {
  const { deliveries, handlings } = world;
  const times = ++deliveries.handedOn[deliveryOf(world, handling)];
  const message = handlings.message[handling];
  world.record(RecordKind.handedOn, message, placeOf(world, handling), times, 0, 0);
  forgetReasons(world, message);
  writeAndTell(world, handlings.server[handling], message);
}

/** Whether nothing was done for this message before, though its id is remembered. */
function isUndone({ deliveries }: World, delivery: number): boolean {
  return deliveries.handedOn[delivery] === 0;
}

/** Nothing will be done for this arrival any more. */
function lose(world: World, handling: number, cause: number): void {
  const { handlings, sessions } = world;
  handlings.isOpen[handling] = 0;
  const why = whyOf(world, sessions.connection[handlings.session[handling]], cause);
  loseEmit(world, handlings.message[handling], why, placeOf(world, handling));
}

const behaviour = {
  actions: {
    /** The handler throws. */
    fail: (world: World, handling: number) => {
      const { handlings } = world;
      handlings.isOpen[handling] = 0;
      loseEmit(world, handlings.message[handling], Cause.handlerFailed, placeOf(world, handling));
    },
    lose: (world: World, handling: number) => lose(world, handling, Cause.serverCrashed),
    mark,
    /** It is known already, so nothing is done. If nothing was done before either, nobody will any more. */
    recognise: (world: World, handling: number) => {
      const { handlings } = world;
      const message = handlings.message[handling];
      const place = placeOf(world, handling);
      handlings.isOpen[handling] = 0;
      world.record(RecordKind.recognised, message, place, 0, 0, 0);
      if (isUndone(world, deliveryOf(world, handling)))
        noteReasons(world, message, Cause.seenNotDone, place, () => true);
      endBranch(world, message, place);
    },
    apply: (world: World, handling: number) => {
      const { handlings } = world;
      handlings.isOpen[handling] = 0;
      if (isLeft(world, handling))
        return APART.consumerGroup.append(world, handlings.message[handling], deliveryOf(world, handling));
      if (ofServers(world, handlingPart).marksIds === "together") mark(world, handling);
      if (isForOthers(world, handling)) handOn(world, handling);
      else act(world, handlings.message[handling], placeOf(world, handling));
    },
    acknowledge: (world: World, handling: number) => {
      const { handlings } = world;
      const emit = handlings.emit[handling];
      if (emit !== NONE) world.send(SessionEvent.WRITE, handlings.session[handling], Packet.ack, emit);
    },
  },
  guards: {
    throwsFirst: ({ handlings }: World, handling: number) =>
      handlings.throws[handling] === Throws.beforeEffect,
    throwsLast: ({ handlings }: World, handling: number) => handlings.throws[handling] === Throws.afterEffect,
    looksFirst: (world: World) => {
      const { seenIds, marksIds } = ofServers(world, handlingPart);
      return seenIds !== "none" && marksIds !== "together";
    },
    marksFirst: (world: World) => ofServers(world, handlingPart).marksIds === "before",
    marksLast: (world: World) => {
      const { seenIds, marksIds } = ofServers(world, handlingPart);
      return seenIds !== "none" && marksIds === "after";
    },
    isSeen: (world: World, handling: number) =>
      isSeen(world, world.handlings.server[handling], deliveryOf(world, handling)),
    /** The transaction that has the effect has the id as well, and fails if it is there. */
    isSeenAtCommit: (world: World, handling: number) =>
      ofServers(world, handlingPart).marksIds === "together" &&
      !isLeft(world, handling) &&
      isSeen(world, world.handlings.server[handling], deliveryOf(world, handling)),
  },
  delays: {
    store: (world: World) => {
      const { seenIds, idStoreUs } = ofServers(world, handlingPart);
      return seenIds === "redis" ? idStoreUs : 0;
    },
    /** What is written before it is handed on takes its time there (writing.ts), as what is left to a worker does (consumer.ts). */
    effect: (world: World, handling: number) =>
      (isForOthers(world, handling) ? writes(world) : hasTaskStream(world))
        ? 0
        : ofServers(world, handlingPart).effectUs,
    ackDelay: (world: World) => ofServers(world, handlingPart).ackDelayUs,
  },
} satisfies Behaviour<World>;

export const handlingMachine = machineOf(handlingPart, behaviour, {
  initial: "called",
  states: {
    called: {
      on: {
        BEGIN: [
          { guard: "throwsFirst", target: "over", actions: "fail" },
          { guard: "looksFirst", target: "looking" },
          { target: "working" },
        ],
      },
    },
    looking: {
      on: { CRASH: { target: "over", actions: "lose" } },
      after: {
        store: [
          { guard: "isSeen", target: "answering", actions: "recognise" },
          { guard: "marksFirst", target: "working", actions: "mark" },
          { target: "working" },
        ],
      },
    },
    working: {
      on: { CRASH: { target: "over", actions: "lose" } },
      after: {
        effect: [
          { guard: "isSeenAtCommit", target: "answering", actions: "recognise" },
          { guard: "marksLast", target: "marking", actions: "apply" },
          { target: "answering", actions: "apply" },
        ],
      },
    },
    marking: {
      on: { CRASH: "over" },
      after: { store: { target: "answering", actions: "mark" } },
    },
    answering: {
      initial: "choosing",
      on: { CRASH: "over" },
      states: {
        choosing: { always: [{ guard: "throwsLast", target: "#handling.over" }, { target: "delaying" }] },
        delaying: { after: { ackDelay: { target: "#handling.over", actions: "acknowledge" } } },
      },
    },
    over: {},
  },
});
