/**
 * What the service knows of its conversation with a person: how far it is, and under which key it finds
 * that again. A durable key is the person's own. The id of a socket is a key that ends with the socket: after a reconnect, or when
 * the person answers by another channel, nothing is found under it. FACTS §9.1.
 *
 * A person who has read what came by a channel may answer by it. The answer goes to the service, which passes it to a server, if it knows
 * what it is an answer to.
 *
 * Leaves out: several conversations with one person, answers on the page (those are messages like any other), and a store that fails.
 */
import { chance, exponentialUs } from "../../kernel/sampling.ts";
import { loseEmit, sendMessage } from "../fate/oracle.ts";
import { NONE } from "../network/packets.ts";
import { listens } from "../server/listening.ts";
import { ServerEvent } from "../server/server.part.ts";
import { Cause } from "../trace/causes.ts";
import { FrameKind } from "../trace/frames.ts";
import { Purpose } from "../trace/purposes.ts";
import { Audience, RecordKind } from "../trace/records.ts";
import { ofGateway } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { GatewayEvent, gatewayPart, PAGE } from "./gateway.part.ts";
import { ofChannel } from "./providers.ts";

/**
 * Something more is said in a person's conversation, by a channel or on the page. Whether the service finds it, with all that was
 * said before; if not, it begins a new one.
 */
export function continueConversation(world: World, client: number, message: number, by: number): boolean {
  const { conversations, clients, nodes } = world;
  const isNew = conversations.sequence[client] === 0;
  const isKept =
    isNew || ofGateway(world, gatewayPart).context === "conversation" || hasSocket(world, client);
  if (!isKept) conversations.sequence[client] = 0;
  if (isNew || !isKept) conversations.socket[client] = clients.session[client];
  const sequence = ++conversations.sequence[client];
  const channel = by === PAGE ? NONE : nodes.first.channel + by;
  world.record(RecordKind.context, client, message, sequence, channel, isKept ? 1 : 0);
  return isKept;
}

/** Whether the socket under which the conversation is kept is still the person's. */
function hasSocket({ conversations, clients }: World, client: number): boolean {
  const socket = conversations.socket[client];
  return socket !== NONE && clients.session[client] === socket;
}

/** A person who has read a copy answers its sender, by the channel by which it came; or not. */
export function mayAnswer(world: World, fallback: number, channel: number): void {
  const { queue, choices, copies, fallbacks, messages, clients, conversations, nodes } = world;
  const copy = fallbacks.copy[fallback];
  const sender = messages.sender[copies.message[copy]];
  // Only a client can be answered, and an answer is not answered again.
  if (sender >= clients.rows || fallbacks.answered[fallback] === 1) return;
  if (!chance(choices, Purpose.answers, ofGateway(world, gatewayPart).answers)) return;
  const client = copies.recipient[copy];
  if (conversations.answer[client] !== NONE) return;
  const answer = sendMessage(world, client, Audience.direct, sender);
  conversations.answer[client] = answer;
  fallbacks.answered[fallback] = 1;
  const { latencyUs, slowerUs } = ofChannel(world, channel);
  const flightUs = latencyUs + exponentialUs(choices, Purpose.channelLatency, slowerUs);
  world.record(RecordKind.frame, FrameKind.answer, client, nodes.first.channel + channel, answer, flightUs);
  queue.schedule(queue.nowUs + flightUs, GatewayEvent.ANSWERED, fallback, channel, answer);
}

/** An answer has come by a channel. */
export function hearAnswer(world: World, fallback: number, channel: number, answer: number): void {
  const { copies, fallbacks, conversations } = world;
  const client = copies.recipient[fallbacks.copy[fallback]];
  const isKept = continueConversation(world, client, answer, channel);
  if (isKept) passOn(world, answer);
  else loseEmit(world, answer, Cause.contextLost, world.nodes.first.gateway);
  conversations.answer[client] = NONE;
}

/** Hands an answer to the first server that is up. */
function passOn(world: World, answer: number): void {
  const { nodes } = world;
  const place = nodes.first.gateway;
  for (let server = 0; server < nodes.count.server; server++) {
    if (!listens(world, server)) continue;
    world.record(RecordKind.frame, FrameKind.answer, place, nodes.first.server + server, answer, 0);
    return world.send(ServerEvent.ANSWER, server, answer, 0);
  }
  loseEmit(world, answer, Cause.noServerLeft, place);
}
