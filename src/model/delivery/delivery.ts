/**
 * What a client does so that a server does what it was asked: it asks for an acknowledgement, waits for it, and sends again. As
 * socket.io-client 4.8 does (FACTS §1.5; ground-truth 26):
 *
 * - Each emit has an id of its own, and a timer that runs from the emit on, also while the emit waits in the send buffer. An acknowledgement
 *   that comes after its timer has run out, or belongs to an earlier emit of the message, is ignored.
 * - When the connection ends, all that was sent and is not acknowledged fails at once («socket has been disconnected»). Without a timer
 *   the callback is dropped instead, and never called. What waits in the send buffer goes on waiting.
 * - `queue` is the option `retries`: one message outstanding, the others behind it. When it fails it is sent again, 1 + retries times in all,
 *   then it is given up, and the next one's turn comes. Nothing is sent without a connection; on reconnect the head goes first.
 * - `retry` is an application that sends a message again when it fails: at once, whatever else is outstanding.
 *
 * Leaves out: that a message which is to be acknowledged can be volatile too; acknowledgements by the clients that get it in the end; pauses between an application's tries; `retries` without
 * `ackTimeout` of a server that acknowledges with no argument, which socket.io-client takes for an error.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { ConnectionEvent } from "../client/connection.part.ts";
import { addBranch, endBranch, loseEmit } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { Cause } from "../trace/causes.ts";
import { Audience, Outcome, RecordKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { DeliveryEvent, deliveryPart } from "./delivery.part.ts";
import { addId } from "./seen-ids.ts";

/** Every client gets a row, if any keeps messages. */
export function addSenders({ settings, senders }: World): void {
  const keeps = settings.groups.some(({ delivery }) => delivery !== "question" && delivery !== "forget");
  if (keeps) senders.addMany(settings.clients.length);
}

function settingsOf(world: World, delivery: number) {
  return ofClient(world, deliveryPart, world.deliveries.client[delivery]);
}

function isInQueue(world: World, delivery: number): boolean {
  return settingsOf(world, delivery).delivery === "queue";
}

/** Whether a client keeps a message until it is acknowledged. A question has its answer for that. */
export function isKept(world: World, client: number, message: number): boolean {
  const { delivery } = ofClient(world, deliveryPart, client);
  if (delivery === "question" || delivery === "forget") return false;
  return world.messages.audience[message] !== Audience.server;
}

/** A client's application has sent a message that is to be acknowledged. From here on its branch is that it is kept. */
export function accept(world: World, client: number, message: number): void {
  const { deliveries, senders } = world;
  const delivery = world.add(deliveryPart);
  deliveries.add();
  deliveries.client[delivery] = client;
  deliveries.message[delivery] = message;
  addId(world);
  link(world, delivery);
  world.start(deliveryPart, delivery);
  if (!isInQueue(world, delivery)) world.send(DeliveryEvent.SEND, delivery, 0, 0);
  else if (senders.first[client] === delivery) sendNext(world, client);
}

/** Of a queue, the head is sent, if there is a connection. */
function sendNext(world: World, client: number): void {
  const { senders } = world;
  const head = senders.first[client];
  if (head !== NONE && senders.isConnected[client] === 1) world.send(DeliveryEvent.SEND, head, 0, 0);
}

function link({ deliveries, senders }: World, delivery: number): void {
  const client = deliveries.client[delivery];
  const last = senders.last[client];
  deliveries.before[delivery] = last;
  deliveries.after[delivery] = NONE;
  if (last === NONE) senders.first[client] = delivery;
  else deliveries.after[last] = delivery;
  senders.last[client] = delivery;
}

function unlink({ deliveries, senders }: World, delivery: number): void {
  const client = deliveries.client[delivery];
  const { before, after } = deliveries;
  if (before[delivery] === NONE) senders.first[client] = after[delivery];
  else after[before[delivery]] = after[delivery];
  if (after[delivery] === NONE) senders.last[client] = before[delivery];
  else before[after[delivery]] = before[delivery];
}

/** A client is connected, and has sent what was in its send buffer. */
export function resume(world: World, client: number): void {
  if (ofClient(world, deliveryPart, client).delivery === "queue") sendNext(world, client);
}

/** A client's connection has opened, or ended, before anything is sent or given up for it. */
export function noteConnection({ senders }: World, client: number, isConnected: 0 | 1): void {
  if (senders.rows > 0) senders.isConnected[client] = isConnected;
}

/** A client's connection has ended: what is under way fails, in the order in which it was sent. */
export function failOutstanding(world: World, client: number): void {
  const { deliveries, senders } = world;
  if (senders.rows === 0) return;
  const outstanding: number[] = [];
  for (let one = senders.first[client]; one !== NONE; one = deliveries.after[one])
    if (deliveries.isBuffered[one] === 0) outstanding.push(one);
  for (const delivery of outstanding) world.send(DeliveryEvent.DISCONNECTED, delivery, 0, 0);
}

/** A client's page is closed: nothing is sent any more, and nobody hears. */
export function forgetMessages(world: World, client: number): void {
  const { deliveries, senders } = world;
  if (senders.rows === 0) return;
  senders.isConnected[client] = 0;
  const all: number[] = [];
  for (let one = senders.first[client]; one !== NONE; one = deliveries.after[one]) all.push(one);
  for (const delivery of all) world.send(DeliveryEvent.PAGE_CLOSED, delivery, 0, 0);
}

/** An emit leaves its client's send buffer for a connection. */
export function leaveBuffer({ deliveries, emits }: World, emit: number): void {
  deliveries.isBuffered[emits.delivery[emit]] = 0;
}

/** The client has an acknowledgement. */
export function acknowledged(world: World, emit: number): void {
  world.send(DeliveryEvent.ACK, world.emits.delivery[emit], emit, 0);
}

/** The client keeps the message no longer, and its application is told why. */
function settle(world: World, delivery: number, outcome: Outcome): void {
  const { deliveries } = world;
  const client = deliveries.client[delivery];
  const message = deliveries.message[delivery];
  unbuffer(world, delivery);
  unlink(world, delivery);
  world.record(RecordKind.settled, message, client, outcome, deliveries.tries[delivery], 0);
  endBranch(world, message, client);
  resume(world, client);
}

/** What is still in the send buffer is taken out of it, as its timer has run out. */
function unbuffer(world: World, delivery: number): void {
  const { clients, deliveries, packets } = world;
  if (deliveries.isBuffered[delivery] === 0) return;
  const client = deliveries.client[delivery];
  deliveries.isBuffered[delivery] = 0;
  const emit = deliveries.emit[delivery];
  clients.sendBuffer[client] = packets.without(clients.sendBuffer[client], Packet.task, emit);
  loseEmit(world, deliveries.message[delivery], Cause.neverSent, client);
}

const behaviour = {
  actions: {
    emit: (world: World, delivery: number) => {
      const { clients, deliveries, emits, packets, senders } = world;
      const client = deliveries.client[delivery];
      const message = deliveries.message[delivery];
      unbuffer(world, delivery);
      if (!isInQueue(world, delivery)) {
        unlink(world, delivery);
        link(world, delivery);
      }
      const emit = emits.add();
      emits.delivery[emit] = delivery;
      emits.message[emit] = message;
      deliveries.emit[delivery] = emit;
      const tries = ++deliveries.tries[delivery];
      addBranch(world, message);
      world.record(RecordKind.tried, message, client, tries, 0, 0);
      if (senders.isConnected[client] === 1)
        return world.send(ConnectionEvent.WRITE, client, Packet.task, emit);
      deliveries.isBuffered[delivery] = 1;
      clients.sendBuffer[client] = packets.append(clients.sendBuffer[client], packets.one(Packet.task, emit));
    },
    acknowledge: (world: World, delivery: number) => settle(world, delivery, Outcome.acknowledged),
    timeOut: (world: World, delivery: number) => settle(world, delivery, Outcome.timedOut),
    giveUp: (world: World, delivery: number) => settle(world, delivery, Outcome.disconnected),
    forget: (world: World, delivery: number) => settle(world, delivery, Outcome.unheard),
  },
  guards: {
    isLatest: ({ deliveries }: World, delivery: number, emit: number) => deliveries.emit[delivery] === emit,
    isTimed: (world: World, delivery: number) =>
      settingsOf(world, delivery).ackTimeoutUs !== Number.POSITIVE_INFINITY,
    isInQueue,
    waitsForConnection: (world: World, delivery: number) =>
      isInQueue(world, delivery) && hasTriesLeft(world, delivery),
    hasTriesLeft,
  },
  delays: {
    ackTimeout: (world: World, delivery: number) => settingsOf(world, delivery).ackTimeoutUs,
  },
} satisfies Behaviour<World>;

function hasTriesLeft(world: World, delivery: number): boolean {
  const { delivery: how, retries } = settingsOf(world, delivery);
  return how !== "ack" && world.deliveries.tries[delivery] <= retries;
}

export const deliveryMachine = machineOf(deliveryPart, behaviour, {
  initial: "kept",
  states: {
    kept: { on: { SEND: "outstanding", PAGE_CLOSED: { target: "unheard", actions: "forget" } } },
    outstanding: {
      initial: "choosing",
      entry: "emit",
      on: {
        ACK: { guard: "isLatest", target: "acknowledged", actions: "acknowledge" },
        PAGE_CLOSED: { target: "unheard", actions: "forget" },
      },
      states: {
        choosing: { always: [{ guard: "isTimed", target: "timed" }, { target: "untimed" }] },
        untimed: {
          on: {
            // Nobody tells a queue that the try has failed: on reconnect its head is sent again.
            DISCONNECTED: [{ guard: "isInQueue" }, { target: "#delivery.unheard", actions: "forget" }],
            SEND: { target: "#delivery.outstanding", reenter: true },
          },
        },
        timed: {
          on: {
            DISCONNECTED: [
              { guard: "waitsForConnection", target: "#delivery.kept" },
              { guard: "hasTriesLeft", target: "#delivery.outstanding", reenter: true },
              { target: "#delivery.failed", actions: "giveUp" },
            ],
          },
          after: {
            ackTimeout: [
              { guard: "hasTriesLeft", target: "#delivery.outstanding", reenter: true },
              { target: "#delivery.failed", actions: "timeOut" },
            ],
          },
        },
      },
    },
    acknowledged: {},
    failed: {},
    unheard: {},
  },
});
