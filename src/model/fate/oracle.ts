/**
 * The oracle stands outside the modelled servers. When a message is sent it decides who should receive it, and it
 * follows every copy until its fate is settled: delivered, or lost with one cause, place and time.
 *
 * Invariant, at every step: copies sent = delivered + lost + in flight.
 *
 * A message is alive while a *branch* of it is: the emit on its way to the server, a publish, a push. A copy is alive
 * while its message has a branch, or while it has a *carrier*: a frame or a buffer that holds it. Copies are lost
 * when the last of these is gone, for the reason that the last one went. The reason (`why`) is a cause, with its root
 * if it has one (ends.ts).
 */

import { NONE } from "../network/packets.ts";
import { Audience, RecordKind } from "../trace/records.ts";
import type { GapUs } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import { causeOf, rootOf, whyAway } from "./ends.ts";
import { Fate, NOT_NOTED } from "./oracle.part.ts";

/** Room is made beforehand for so many messages, and for so many copies, at most. */
const MOST_EXPECTED = 5_000_000;

/**
 * Makes room for what the workload is likely to send in the whole run, and a little more, so that tables need not
 * move while they grow. Room that nobody uses costs nothing.
 */
export function expectSends(world: World): void {
  const { settings } = world;
  let messages = 0;
  let copies = 0;
  for (const { senders, audience, every, untilUs } of settings.sends) {
    const times = every === null ? 1 : 1 + untilUs / meanGapUs(every);
    for (const sender of senders) {
      messages += times;
      copies += times * placesFor(world, audience, settings.clients[sender]?.room ?? NONE);
    }
  }
  const most = (expected: number) => Math.min(Math.ceil(1.05 * expected), MOST_EXPECTED);
  world.messages.reserve(most(messages));
  world.copies.reserve(most(copies));
}

function meanGapUs(gap: GapUs): number {
  return Math.max(0.5, "meanUs" in gap ? gap.meanUs : (gap.minUs + gap.maxUs) / 2);
}

/** Whether the server that gets a message is the one that it is for. */
function isForServer(audience: number): boolean {
  return audience === Audience.server || audience === Audience.task;
}

/** How many places for copies a message has. */
function placesFor({ settings, rooms }: World, audience: number, room: number): number {
  if (audience === Audience.direct || isForServer(audience)) return 1;
  return audience === Audience.room ? rooms.size(room) : settings.clients.length;
}

/** An application sends, on a node: the message and its copies come to be. Returns the message, with one branch: the emit. */
export function sendMessage(world: World, sender: number, audience: number, target: number): number {
  const { messages, clients } = world;
  const message = messages.add();
  // Only clients are in rooms.
  const room = sender < clients.rows ? clients.room[sender] : NONE;
  messages.sender[message] = sender;
  messages.audience[message] = audience;
  messages.target[message] = audience === Audience.room ? room : target;
  messages.sentUs[message] = world.queue.nowUs;
  messages.branches[message] = 1;
  const places = placesFor(world, audience, room);
  messages.places[message] = places;
  messages.firstCopy[message] = world.copies.addMany(places);
  let sent = 0;
  if (audience === Audience.direct) {
    sent = addressCopy(world, message, 0, target);
  } else if (isForServer(audience)) {
    sent = addCopy(world, message, 0, sender);
  } else if (audience === Audience.room) {
    const first = world.rooms.firstMember[room];
    for (let i = 0; i < places; i++) {
      const member = world.rooms.member[first + i];
      if (member !== sender) sent += addressCopy(world, message, i, member);
    }
  } else {
    for (let member = 0; member < clients.rows; member++) {
      if (member !== sender || audience === Audience.everyone)
        sent += addressCopy(world, message, member, member);
    }
  }
  messages.waiting[message] = sent;
  world.tally.sent[0] += sent;
  if (world.trace !== null) {
    world.record(RecordKind.message, message, sender, audience, messages.target[message], sent);
    const first = messages.firstCopy[message];
    for (let copy = first; copy < first + messages.places[message]; copy++) {
      if (world.copies.fate[copy] !== Fate.none)
        world.record(RecordKind.copy, copy, message, world.copies.recipient[copy], 0, 0);
    }
  }
  return message;
}

/** Who is a member: everybody who has opened the page, connected or not. */
function addressCopy(world: World, message: number, index: number, recipient: number): number {
  if (world.clients.started[recipient] === 1) return addCopy(world, message, index, recipient);
  const copy = world.messages.firstCopy[message] + index;
  world.copies.message[copy] = message;
  world.copies.recipient[copy] = recipient;
  return 0;
}

function addCopy(world: World, message: number, index: number, recipient: number): number {
  const { copies } = world;
  const copy = world.messages.firstCopy[message] + index;
  copies.message[copy] = message;
  copies.recipient[copy] = recipient;
  copies.fate[copy] = Fate.inFlight;
  return 1;
}

/** The copy of a message for a session's client, who is in its room if it is for one, or −1 if it is not for this client. */
export function copyFor(world: World, message: number, session: number): number {
  const { messages, copies, sessions } = world;
  let copy = messages.firstCopy[message];
  const audience = messages.audience[message];
  if (audience === Audience.room) copy += sessions.rank[session];
  else if (audience !== Audience.direct) copy += sessions.client[session];
  else if (sessions.client[session] !== messages.target[message]) return -1;
  return copies.fate[copy] === Fate.none ? -1 : copy;
}

/** A frame or a buffer now holds the copy. */
export function carry(world: World, copy: number): void {
  const { copies } = world;
  if (copies.carriers[copy]++ === 0 && copies.fate[copy] === Fate.inFlight)
    world.messages.waiting[copies.message[copy]]--;
}

/** The copy reached its recipient's application. */
export function deliver(world: World, copy: number): void {
  const { copies, tally } = world;
  copies.carriers[copy]--;
  const isFirst = copies.fate[copy] !== Fate.delivered;
  copies.fate[copy] = Fate.delivered;
  if (isFirst) tally.delivered[0]++;
  else tally.duplicated[0]++;
  // Looked up only for the trace: with many clients, each column that an event reads is memory to wait for.
  if (world.trace === null) return;
  const kind = isFirst ? RecordKind.delivered : RecordKind.duplicated;
  world.record(kind, copy, copies.message[copy], copies.recipient[copy], 0, 0);
}

/** A carrier of a copy is gone that was delivered before: nobody is told of it again. */
export function letGo({ copies }: World, copy: number): void {
  copies.carriers[copy]--;
}

/** A carrier of the copy is gone. The copy is lost with it unless another carrier or a branch may still bring it. */
export function dropCopy(world: World, copy: number, why: number, place: number): void {
  const { copies, messages } = world;
  copies.carriers[copy]--;
  if (copies.fate[copy] !== Fate.inFlight || copies.carriers[copy] > 0) return;
  noteReason(world, copy, why, place);
  const message = copies.message[copy];
  messages.waiting[message]++;
  if (messages.branches[message] === 0) settle(world, message, copy);
}

/** Notes why a copy will be lost unless something else saves it. */
export function noteReason({ copies, reasons }: World, copy: number, why: number, place: number): void {
  if (copies.reason[copy] === NOT_NOTED) copies.reason[copy] = reasons.add();
  const reason = copies.reason[copy];
  reasons.cause[reason] = causeOf(why);
  reasons.root[reason] = rootOf(why);
  reasons.place[reason] = place;
}

/** Notes why the copies of a message that nothing carries will be lost, for recipients that are connected where `whose` says. */
export function noteReasons(
  world: World,
  message: number,
  why: number,
  place: number,
  whose: (server: number) => boolean,
): void {
  const { messages, copies, clients } = world;
  if (messages.waiting[message] === 0) return;
  const first = messages.firstCopy[message];
  for (let copy = first; copy < first + messages.places[message]; copy++) {
    if (copies.fate[copy] !== Fate.inFlight || copies.carriers[copy] > 0) continue;
    if (whose(clients.server[copies.recipient[copy]])) noteReason(world, copy, why, place);
  }
}

/** Something new is under way for the copies that nothing carries: what was noted of them before no longer stands. */
export function forgetReasons({ messages, copies }: World, message: number): void {
  const first = messages.firstCopy[message];
  for (let copy = first; copy < first + messages.places[message]; copy++)
    if (copies.carriers[copy] === 0) copies.reason[copy] = NOT_NOTED;
}

const everybody = () => true;
/** For {@link noteReasons}: recipients that are connected to some server. */
export const connected = (server: number) => server >= 0;

export function addBranch(world: World, message: number): void {
  world.messages.branches[message]++;
}

/** A branch of the message has done its work, or is gone. With the last, the copies that nothing carries are lost at `place`. */
export function endBranch(world: World, message: number, place: number): void {
  const { messages, copies } = world;
  if (--messages.branches[message] > 0 || messages.waiting[message] === 0) return;
  const first = messages.firstCopy[message];
  for (let copy = first; copy < first + messages.places[message]; copy++) {
    if (copies.fate[copy] !== Fate.inFlight || copies.carriers[copy] > 0) continue;
    loseWaiting(world, message, copy, place);
  }
}

/** Of a message's last branch but this, which others of its copies wait for still: a copy that nothing else holds is lost at `place`. */
export function giveUp(world: World, copy: number, place: number): void {
  const { messages, copies } = world;
  const message = copies.message[copy];
  if (messages.branches[message] > 1 || copies.carriers[copy] > 0) return;
  if (copies.fate[copy] === Fate.inFlight) loseWaiting(world, message, copy, place);
}

function loseWaiting(world: World, message: number, copy: number, place: number): void {
  const { copies } = world;
  if (copies.reason[copy] === NOT_NOTED)
    noteReason(world, copy, whyAway(world, copies.recipient[copy]), place);
  settle(world, message, copy);
}

/** The emit itself died on its way to a server: all its copies are lost with it. */
export function loseEmit(world: World, message: number, why: number, place: number): void {
  noteReasons(world, message, why, place, everybody);
  endBranch(world, message, place);
}

function settle(world: World, message: number, copy: number): void {
  const { copies, reasons } = world;
  const reason = copies.reason[copy];
  copies.fate[copy] = Fate.lost;
  world.messages.waiting[message]--;
  world.tally.lost[0]++;
  const root = reasons.root[reason];
  if (root !== NONE) world.record(RecordKind.rooted, copy, root, NONE, 0, 0);
  world.record(
    RecordKind.lost,
    copy,
    message,
    reasons.place[reason],
    reasons.cause[reason],
    copies.recipient[copy],
  );
}
