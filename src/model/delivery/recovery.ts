/**
 * Connection state recovery of Socket.IO. Each socket has a private id, which its client names when it connects again,
 * together with the offset of the latest message that it got. If its server has saved the session, and still has that
 * message, the socket goes on as if it had never gone, and gets all that it missed. In every other case it is a new
 * socket, and what it missed is gone. FACTS §1.6; ground-truth 12-connection-state-recovery.
 *
 * The in-memory adapter keeps sessions, and messages that are not volatile, in its process. It saves a session when it notices that the client
 * has gone, however that shows, and forgets nothing when one is taken back: a client that goes again before its server
 * notices is taken back once more. Messages older than the longest absence are thrown away every 60 s, so that a client
 * to which nobody sent anything for minutes can't be taken back even after a second.
 *
 * A process keeps one list of messages for all; here, each client's part of it is a list of its own (server/mailboxes.ts), from
 * which goes what the client has, and what it can't be given any more.
 *
 * Leaves out: disconnecting on purpose, after which nothing is saved; messages of before a refusal, which a client that got nothing
 * since may be given after the next absence; two private ids of one client at one server, of which it knows the older one;
 * middlewares, and data of the application's that are restored too.
 */
import type { Behaviour } from "../../statechart/behaviour.ts";
import { backplaneOf } from "../backplane/index.ts";
import { subscribes } from "../client/subscriptions.ts";
import { Fate } from "../fate/oracle.part.ts";
import { NONE } from "../network/packets.ts";
import { appendKept, letGo, numberOf, takeNews } from "../server/mailboxes.ts";
import { Cause } from "../trace/causes.ts";
import { RecordKind, RecoveryOutcome } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { RecoveryEvent, recoveryPart } from "./recovery.part.ts";

/** How often the in-memory adapter throws old messages away. FACTS §1.6. */
const PURGE_INTERVAL_MS = 60_000;

function longestAbsenceUs(world: World): number {
  return ofServers(world, recoveryPart).maxDisconnectionDurationUs;
}

/** Whether clients ask to be taken back at all. */
export function asksForRecovery(world: World): boolean {
  return longestAbsenceUs(world) !== Number.POSITIVE_INFINITY;
}

/** Whether servers keep what it takes. */
function keepsSessions(world: World): boolean {
  return asksForRecovery(world) && backplaneOf(world).keepsSessions;
}

/** Each server gets a mailbox for each client, if sessions are kept. */
export function addSessionMailboxes(world: World): void {
  if (!keepsSessions(world)) return;
  const { mailboxes, nodes } = world;
  mailboxes.addMany(nodes.count.client * nodes.count.server);
  for (let mailbox = 0; mailbox < mailboxes.rows; mailbox++)
    mailboxes.server[mailbox] = Math.floor(mailbox / nodes.count.client);
  world.startMany(recoveryPart, mailboxes.rows);
}

/** What a server keeps of a Socket.IO client: a row of Mailboxes. */
function keptAt(world: World, client: number, server: number): number {
  return server * world.nodes.count.client + client;
}

/** Date.now(), by which the adapter goes. */
function nowMs({ queue }: World): number {
  return Math.floor(queue.nowUs / 1000);
}

/** A server hears a message, and keeps it for those of its clients that are connected, or may be taken back. */
export function keepForSessions(world: World, server: number, message: number): void {
  if (!keepsSessions(world)) return;
  const { messages, copies, mailboxes } = world;
  if (messages.isVolatile[message] === 1) return;
  const first = messages.firstCopy[message];
  for (let copy = first; copy < first + messages.places[message]; copy++) {
    const client = copies.recipient[copy];
    if (copies.fate[copy] === Fate.none || subscribes(world, client)) continue;
    const mailbox = keptAt(world, client, server);
    if (mailboxes.holder[mailbox] !== NONE) appendKept(world, mailbox, copy, nowMs(world));
  }
}

/** A socket connects for the first time, or is not taken back: it gets a private id, and begins with what comes next. */
export function beginAnew(world: World, session: number): void {
  if (!asksForRecovery(world)) return;
  const { sessions, mailboxes } = world;
  sessions.privateId[session] = session;
  if (!keepsSessions(world)) return;
  const mailbox = keptAt(world, sessions.client[session], sessions.server[session]);
  letGoAll(world, mailbox, Cause.recoveryRefused);
  mailboxes.privateId[mailbox] = session;
  mailboxes.savedMs[mailbox] = -1;
  hold(world, mailbox, session);
}

function hold(world: World, mailbox: number, session: number): void {
  world.mailboxes.holder[mailbox] = session;
  world.send(RecoveryEvent.OPEN, mailbox, 0, 0);
}

/** A socket connects: either it is taken back, and what it missed is returned as a list of packets, or it begins anew. */
export function connectSocket(world: World, session: number): number {
  if (!asksForRecovery(world)) return NONE;
  const { sessions, clients, mailboxes, nodes } = world;
  const client = sessions.client[session];
  const server = sessions.server[session];
  const privateId = clients.privateId[client];
  if (privateId === NONE) {
    beginAnew(world, session);
    return NONE;
  }
  const mailbox = keptAt(world, client, server);
  const outcome = judge(world, client, server);
  if (outcome !== RecoveryOutcome.recovered) {
    world.record(RecordKind.recovery, client, nodes.first.server + server, outcome, 0, session);
    beginAnew(world, session);
    return NONE;
  }
  const missed = mailboxes.total[mailbox] - clients.cursor[client];
  world.record(RecordKind.recovery, client, nodes.first.server + server, outcome, missed, session);
  sessions.privateId[session] = privateId;
  sessions.upTo[session] = clients.cursor[client];
  hold(world, mailbox, session);
  return takeNews(world, session, mailbox);
}

/** Whether a client that names its private id and its offset is taken back, and if not, why. */
function judge(world: World, client: number, server: number): RecoveryOutcome {
  if (!keepsSessions(world)) return RecoveryOutcome.notSupported;
  const { clients, sessions, mailboxes } = world;
  const mailbox = keptAt(world, client, server);
  const privateId = clients.privateId[client];
  if (clients.cursorOf[client] === NONE) return RecoveryOutcome.noOffset;
  if (sessions.server[privateId] !== server) return RecoveryOutcome.otherServer;
  if (mailboxes.privateId[mailbox] === NONE) return RecoveryOutcome.restarted;
  const savedMs = mailboxes.savedMs[mailbox];
  if (mailboxes.privateId[mailbox] !== privateId || savedMs === -1) return RecoveryOutcome.notSaved;
  if (nowMs(world) - savedMs > longestAbsenceUs(world) / 1000) return RecoveryOutcome.tooLate;
  if (!hasOffset(world, client, mailbox)) return RecoveryOutcome.offsetGone;
  return RecoveryOutcome.recovered;
}

/** Whether the message that a client got last is still kept. */
function hasOffset(world: World, client: number, mailbox: number): boolean {
  const { clients, mailboxes, packets, servers } = world;
  const oldest = mailboxes.total[mailbox] - mailboxes.count[mailbox] + 1;
  if (clients.cursorOf[client] !== mailbox || clients.cursor[client] < oldest) return false;
  // What is older than the offset is not kept here, so that it is the first.
  const emittedMs = packets.subject[mailboxes.times[mailbox]];
  const bootMs = servers.bootUs[mailboxes.server[mailbox]] / 1000;
  const sinceMs = (nowMs(world) - bootMs) % PURGE_INTERVAL_MS;
  return emittedMs >= nowMs(world) - sinceMs - longestAbsenceUs(world) / 1000;
}

/** A server has noticed that a client is gone, other than by dying itself. */
export function saveSession(world: World, session: number): void {
  const { sessions, mailboxes } = world;
  const privateId = sessions.privateId[session];
  if (privateId === NONE || !keepsSessions(world)) return;
  const mailbox = keptAt(world, sessions.client[session], sessions.server[session]);
  if (mailboxes.privateId[mailbox] !== privateId) return;
  mailboxes.savedMs[mailbox] = nowMs(world);
  if (mailboxes.holder[mailbox] === session) world.send(RecoveryEvent.SAVE, mailbox, 0, 0);
}

/** A client is connected, and knows its private id. */
export function learnPrivateId({ clients, sessions }: World, client: number): void {
  clients.privateId[client] = sessions.privateId[clients.session[client]];
}

/** A client gets a message, whose id is its offset from now on. What came before it, and can have been lost as a datagram only, nobody could ask for any more. */
export function noteOffset(world: World, client: number, copy: number): void {
  const { clients, sessions, mailboxes } = world;
  if (clients.privateId[client] === NONE || !keepsSessions(world)) return;
  const mailbox = keptAt(world, client, sessions.server[clients.session[client]]);
  const number = numberOf(world, client, mailbox, copy);
  // It has no offset of its own: an answer.
  if (number === NONE) return;
  clients.cursorOf[client] = mailbox;
  clients.cursor[client] = number;
  while (mailboxes.total[mailbox] - mailboxes.count[mailbox] + 1 < number)
    letGo(world, mailbox, Cause.datagramLost, placeOf(world, mailbox));
}

/** A process died, and with it what it kept of sessions. */
export function forgetSessions(world: World, server: number): void {
  if (!keepsSessions(world)) return;
  const { mailboxes, nodes } = world;
  for (let client = 0; client < nodes.count.client; client++) {
    const mailbox = keptAt(world, client, server);
    if (mailboxes.privateId[mailbox] === NONE) continue;
    letGoAll(world, mailbox, Cause.serverCrashed);
    mailboxes.privateId[mailbox] = NONE;
    mailboxes.savedMs[mailbox] = -1;
    world.send(RecoveryEvent.FORGET, mailbox, 0, 0);
  }
}

function letGoAll(world: World, mailbox: number, cause: number): void {
  while (world.mailboxes.count[mailbox] > 0) letGo(world, mailbox, cause, placeOf(world, mailbox));
}

function placeOf({ nodes, mailboxes }: World, mailbox: number): number {
  return nodes.first.server + mailboxes.server[mailbox];
}

const behaviour = {
  actions: {
    release: (world: World, mailbox: number) => {
      world.mailboxes.holder[mailbox] = NONE;
    },
    giveUp: (world: World, mailbox: number) => {
      world.mailboxes.holder[mailbox] = NONE;
      letGoAll(world, mailbox, Cause.keptInVain);
    },
  },
  guards: {},
  delays: {
    longestAbsence: longestAbsenceUs,
  },
} satisfies Behaviour<World>;

export const recoveryMachine = machineOf(recoveryPart, behaviour, {
  initial: "nothing",
  states: {
    nothing: { on: { OPEN: "connected" } },
    connected: { on: { SAVE: "saved", FORGET: { target: "nothing", actions: "release" } } },
    saved: {
      on: { OPEN: "connected", FORGET: { target: "nothing", actions: "release" } },
      after: { longestAbsence: { target: "nothing", actions: "giveUp" } },
    },
  },
});
