/**
 * The notification service. It hears of every message that a server gets from its sender, watches each copy (fallback.ts), and learns from
 * receipts what became of it. A receipt of the page is a request of its own, which needs the client's link; a receipt of
 * a channel comes from its provider. A lost receipt is all it takes for a person to be told twice: the service can't tell it from
 * a message that did not arrive. FACTS §9.1.
 *
 * The service stands beside the servers, hears from them at once, and keeps what it knows in a store that does not fail.
 *
 * Leaves out: what publishers publish, of which it does not hear; a service that fails; receipts by the socket's own
 * acknowledgements; receipts that are lost because a page closes.
 */
import { chance, exponentialUs } from "../../kernel/sampling.ts";
import { Fate } from "../fate/oracle.part.ts";
import { addBranch, deliver, letGo } from "../fate/oracle.ts";
import { drawLatencyUs } from "../network/latency.ts";
import { linkPart } from "../network/link.part.ts";
import { NONE } from "../network/packets.ts";
import { FrameKind } from "../trace/frames.ts";
import { Purpose } from "../trace/purposes.ts";
import { Audience, RecordKind } from "../trace/records.ts";
import { ofGateway } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { continueConversation, hearAnswer, mayAnswer } from "./conversations.ts";
import { FallbackEvent, fallbackPart } from "./fallback.part.ts";
import { GatewayEvent, gatewayPart, Heard, PAGE } from "./gateway.part.ts";
import { kindOf, ofChannel, REQUEST_US } from "./providers.ts";

/** While a device has no connection, what waits for it is offered again so often: an assumption. µs. */
const OFFERED_AGAIN_US = 1_000_000;

/** A server has got a message from its sender: the service watches its copies from now on. */
export function watch(world: World, message: number): void {
  const { messages, copies, notices, fallbacks, fallbackOf, clients, conversations } = world;
  if (messages.audience[message] === Audience.server) return;
  const first = messages.firstCopy[message];
  const end = first + messages.places[message];
  const watched: number[] = [];
  for (let copy = first; copy < end; copy++)
    if (copies.fate[copy] === Fate.inFlight && fallbackOf.of(copy) === NONE) watched.push(copy);
  if (watched.length === 0) return;
  const notice = notices.add();
  notices.message[notice] = message;
  notices.open[notice] = watched.length;
  addBranch(world, message);
  const sender = messages.sender[message];
  const isAnswer = sender < clients.rows && conversations.answer[sender] === message;
  for (const fallback of watched.map((copy) => addFallback(world, copy, notice))) {
    if (isAnswer) fallbacks.answered[fallback] = 1;
    continueConversation(world, copies.recipient[fallbacks.copy[fallback]], message, PAGE);
    world.send(FallbackEvent.OFFER, fallback, 0, 0);
  }
}

function addFallback(world: World, copy: number, notice: number): number {
  const { fallbacks, fallbackOf, nodes } = world;
  const fallback = world.add(fallbackPart);
  fallbacks.add();
  fallbacks.node[fallback] = nodes.first.gateway;
  fallbacks.copy[fallback] = copy;
  fallbacks.notice[fallback] = notice;
  if (fallbackOf.rows <= copy) fallbackOf.addMany(copy + 1 - fallbackOf.rows);
  fallbackOf.fallback[copy] = fallback;
  world.start(fallbackPart, fallback);
  return fallback;
}

/** A copy that is watched reaches its recipient's page. */
export function deliverWatched(world: World, copy: number, fallback: number): void {
  const { fallbacks } = world;
  if (isKnownToApp(world, fallback)) letGo(world, copy);
  else deliver(world, copy);
  fallbacks.shown[fallback] = 1;
  world.send(GatewayEvent.REPORT, fallback, Heard.delivered, 0);
  const { readUs } = ofGateway(world, gatewayPart);
  scheduleReading(world, fallback, PAGE, readUs);
}

/** Whether the application has shown it before, and can know that. */
function isKnownToApp(world: World, fallback: number): boolean {
  return ofGateway(world, gatewayPart).sharedIds && world.fallbacks.shown[fallback] === 1;
}

function scheduleReading({ queue, choices }: World, fallback: number, by: number, meanUs: number): void {
  const afterUs = exponentialUs(choices, Purpose.reading, meanUs);
  queue.schedule(queue.nowUs + afterUs, GatewayEvent.READ, fallback, by, 0);
}

/** A copy that went by a channel reaches the person's device. */
function arrive(world: World, fallback: number, channel: number, copy: number): void {
  const { queue, copies, fallbacks, nodes } = world;
  const recipient = copies.recipient[copy];
  const { needsData, inApp } = kindOf(world, channel);
  if (needsData && world.isIn(linkPart, recipient, "cut")) {
    queue.schedule(queue.nowUs + OFFERED_AGAIN_US, GatewayEvent.ARRIVED, fallback, channel, copy);
    return;
  }
  const isKnown = inApp && isKnownToApp(world, fallback);
  const place = nodes.first.channel + channel;
  world.record(RecordKind.channelArrived, copy, copies.message[copy], recipient, place, isKnown ? 1 : 0);
  if (isKnown) letGo(world, copy);
  else deliver(world, copy);
  if (inApp) fallbacks.shown[fallback] = 1;
  const { receipts, readUs } = ofChannel(world, channel);
  if (receipts !== "none") sendReceipt(world, fallback, Heard.delivered, channel);
  if (!isKnown) scheduleReading(world, fallback, channel, readUs);
}

/** The person reads it. */
function read(world: World, fallback: number, by: number): void {
  const { copies, fallbacks } = world;
  const copy = fallbacks.copy[fallback];
  world.record(RecordKind.read, copy, copies.message[copy], copies.recipient[copy], nodeOf(world, by), 0);
  if (by === PAGE) return report(world, fallback, Heard.read);
  if (ofChannel(world, by).receipts === "read") sendReceipt(world, fallback, Heard.read, by);
  mayAnswer(world, fallback, by);
}

/** The page tells the service, which takes a way to it; if there is none, it may try again. */
function report(world: World, fallback: number, heard: number): void {
  const { queue, copies, fallbacks, choices, links, nodes } = world;
  const { receiptLoss, receiptRetryUs } = ofGateway(world, gatewayPart);
  const client = copies.recipient[fallbacks.copy[fallback]];
  const isLost = world.isIn(linkPart, client, "cut") || chance(choices, Purpose.receiptLoss, receiptLoss);
  const flightUs = isLost
    ? -1
    : drawLatencyUs(choices, links.latencies[links.latency[client]]!, Purpose.receipt);
  world.record(RecordKind.frame, FrameKind.receipt, client, nodes.first.gateway, -1, flightUs);
  if (!isLost) queue.schedule(queue.nowUs + flightUs, GatewayEvent.RECEIPT, fallback, heard, PAGE);
  else if ((receiptRetryUs as number) < Number.POSITIVE_INFINITY)
    queue.schedule(queue.nowUs + (receiptRetryUs as number), GatewayEvent.REPORT, fallback, heard, 0);
}

/** A provider tells the service what became of a message. */
function sendReceipt(world: World, fallback: number, heard: number, channel: number): void {
  const { queue, choices, nodes } = world;
  const isLost = chance(choices, Purpose.receiptLoss, ofGateway(world, gatewayPart).receiptLoss);
  const place = nodes.first.channel + channel;
  const flightUs = isLost ? -1 : REQUEST_US;
  world.record(RecordKind.frame, FrameKind.receipt, place, nodes.first.gateway, -1, flightUs);
  if (!isLost) queue.schedule(queue.nowUs + REQUEST_US, GatewayEvent.RECEIPT, fallback, heard, channel);
}

/** Word of a message reaches the service. */
function hear(world: World, fallback: number, heard: number, by: number): void {
  const { copies, fallbacks } = world;
  const copy = fallbacks.copy[fallback];
  world.record(
    RecordKind.receipt,
    copy,
    copies.message[copy],
    copies.recipient[copy],
    nodeOf(world, by),
    heard,
  );
  world.send(FallbackEvent.RECEIPT, fallback, heard, by);
}

/** The node of a channel; of the page, none. */
function nodeOf({ nodes }: World, by: number): number {
  return by === PAGE ? NONE : nodes.first.channel + by;
}

export function handleGateway(world: World, code: number, fallback: number, x: number, y: number): void {
  switch (code) {
    case GatewayEvent.ARRIVED:
      return arrive(world, fallback, x, y);
    case GatewayEvent.READ:
      return read(world, fallback, x);
    case GatewayEvent.REPORT:
      return report(world, fallback, x);
    case GatewayEvent.RECEIPT:
      return hear(world, fallback, x, y);
    case GatewayEvent.ANSWERED:
      return hearAnswer(world, fallback, x, y);
  }
}
