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
import type { World } from "../world/world.ts";
import { causeOf, rootOf, whyAway } from "./ends.ts";
import { Fate, NO_CAUSE } from "./oracle.part.ts";

/** A client's application sends: the message and its copies come to be. Returns the message, with one branch: the emit. */
export function sendMessage(world: World, sender: number, audience: number, target: number): number {
  const { messages, clients } = world;
  const message = messages.add();
  messages.sender[message] = sender;
  messages.audience[message] = audience;
  messages.target[message] = audience === Audience.room ? clients.room[sender] : target;
  messages.sentUs[message] = world.queue.nowUs;
  messages.branches[message] = 1;
  let sent = 0;
  if (audience === Audience.direct) {
    messages.places[message] = 1;
    messages.firstCopy[message] = world.copies.addMany(1);
    sent = addressCopy(world, message, 0, target);
  } else if (audience === Audience.room) {
    const room = clients.room[sender];
    const first = world.rooms.firstMember[room];
    const count = world.rooms.firstMember[room + 1] - first;
    messages.places[message] = count;
    messages.firstCopy[message] = world.copies.addMany(count);
    for (let i = 0; i < count; i++) {
      const member = world.rooms.member[first + i];
      if (member !== sender) sent += addressCopy(world, message, i, member);
    }
  } else {
    messages.places[message] = clients.rows;
    messages.firstCopy[message] = world.copies.addMany(clients.rows);
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
  const { copies } = world;
  const copy = world.messages.firstCopy[message] + index;
  copies.message[copy] = message;
  copies.recipient[copy] = recipient;
  if (world.clients.started[recipient] === 0) return 0;
  copies.fate[copy] = Fate.inFlight;
  return 1;
}

/** The copy of a message for one client, or −1 if the client is not an intended recipient. */
export function copyFor(world: World, message: number, client: number): number {
  const { messages, copies } = world;
  let copy = messages.firstCopy[message];
  const audience = messages.audience[message];
  if (audience === Audience.room) {
    if (world.clients.room[client] !== messages.target[message]) return -1;
    copy += world.clients.rank[client];
  } else if (audience !== Audience.direct) copy += client;
  else if (client !== messages.target[message]) return -1;
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

/** A carrier of the copy is gone. The copy is lost with it unless another carrier or a branch may still bring it. */
export function dropCopy(world: World, copy: number, why: number, place: number): void {
  const { copies, messages } = world;
  copies.carriers[copy]--;
  if (copies.fate[copy] !== Fate.inFlight || copies.carriers[copy] > 0) return;
  doomCopy(world, copy, why, place);
  const message = copies.message[copy];
  messages.waiting[message]++;
  if (messages.branches[message] === 0) settle(world, message, copy);
}

/** Notes why a copy will be lost unless something else saves it. */
function doomCopy(world: World, copy: number, why: number, place: number): void {
  world.copies.cause[copy] = causeOf(why);
  world.copies.root[copy] = rootOf(why);
  world.copies.place[copy] = place;
}

/** Notes why the copies of a message that nothing carries will be lost, for recipients that are connected where `whose` says. */
export function doomCopies(
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
    if (whose(clients.server[copies.recipient[copy]])) doomCopy(world, copy, why, place);
  }
}

const everybody = () => true;
/** For {@link doomCopies}: recipients that are connected to some server. */
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
    if (copies.cause[copy] === NO_CAUSE) doomCopy(world, copy, whyAway(world, copies.recipient[copy]), place);
    settle(world, message, copy);
  }
}

/** The emit itself died on its way to a server: all its copies are lost with it. */
export function loseEmit(world: World, message: number, why: number, place: number): void {
  doomCopies(world, message, why, place, everybody);
  endBranch(world, message, place);
}

function settle(world: World, message: number, copy: number): void {
  const { copies } = world;
  copies.fate[copy] = Fate.lost;
  world.messages.waiting[message]--;
  world.tally.lost[0]++;
  const root = copies.root[copy];
  if (root !== NONE) world.record(RecordKind.rooted, copy, root, NONE, 0, 0);
  world.record(
    RecordKind.lost,
    copy,
    message,
    copies.place[copy],
    copies.cause[copy],
    copies.recipient[copy],
  );
}
