/**
 * An Engine.IO session in a server's memory, with the Socket.IO socket on top of it. Only the process that holds it
 * knows its id. FACTS §1.1, §1.2, §1.5; ground-truth 03, 10.
 *
 * Polling: packets wait in the write buffer until a GET is there to answer. A WebSocket on trial is probed beside it;
 * every 100 ms a held GET is released with a noop, so that the client's pause completes; polling stays in use until
 * the client's `upgrade` packet.
 *
 * Leaves out: that two GETs or two POSTs at once close the session (a client has one of each under way, and a
 * balancer tries no server twice), that a polling client is told to disconnect by its next GET if none waits (here it is not told, and comes
 * back), that a reset also destroys what was under way, a limit on the time until CONNECT (Socket.IO's connectTimeout), maxHttpBufferSize,
 * binary packets, namespaces other than «/».
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import { endWith, whyClosed } from "../balancer/closing.ts";
import { receiveTask } from "../delivery/handling.ts";
import { beginAnew, connectSocket, saveSession } from "../delivery/recovery.ts";
import { takeSinceSnapshot } from "../delivery/snapshot.ts";
import { writeAndTell } from "../delivery/writing.ts";
import { dropPackets } from "../fate/cargo.ts";
import { endConnection, hasEnded, isGivenUp, whyAway, whyOf } from "../fate/ends.ts";
import { dropCopy, endBranch, loseEmit } from "../fate/oracle.ts";
import { silenceBetween } from "../fate/silence.ts";
import { NONE, Packet } from "../network/packets.ts";
import { AnnouncerEvent, announcerPart } from "../presence/announcer.part.ts";
import { keepsPresence } from "../presence/kept.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { Audience, isTunnel, RequestKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { answer, closeServerEnd, switchProtocols } from "./answers.ts";
import { HeartbeatEvent, heartbeatPart } from "./heartbeat.part.ts";
import { uncount } from "./limits.ts";
import { joinRooms, leaveRooms } from "./local-rooms.ts";
import { hasNews, hearCursor, isNext, mailboxOf, takeNews } from "./mailboxes.ts";
import { answerTo } from "./memory.ts";
import { serverPart } from "./server.part.ts";
import { SessionEvent, sessionPart } from "./session.part.ts";
import { dropWrites, takesTime } from "./work.ts";
import { addSendBuffer, writeDown } from "./writing-down.ts";

/** How often engine.io looks for a GET to release while it upgrades. FACTS §1.1. */
const NOOP_INTERVAL_US = 100_000;

/** A turn of the event loop ends, and the kernel has what was written in it. */
const TURN_US = 1;

/** A new session in a server's memory, for a client's connection. */
export function openSession(world: World, connection: number, server: number): number {
  const { sessions, connections } = world;
  const session = world.add(sessionPart);
  world.start(heartbeatPart, world.add(heartbeatPart));
  if (keepsPresence(world)) world.start(announcerPart, world.add(announcerPart));
  sessions.add();
  addSendBuffer(world);
  world.memberships.addMany(2);
  const client = connections.owner[connection];
  sessions.client[session] = client;
  sessions.rank[session] = world.rooms.rankOf(client);
  sessions.connection[session] = connection;
  sessions.server[session] = server;
  world.start(sessionPart, session);
  return session;
}

/** The session's heartbeat begins, if the server has one. */
function beat(world: World, session: number): void {
  if (ofServers(world, heartbeatPart).pingIntervalUs !== Number.POSITIVE_INFINITY)
    world.send(HeartbeatEvent.START, session, 0, 0);
}

/** The socket joins its rooms, and who keeps who is online is told. */
function join(world: World, session: number): void {
  joinRooms(world, session);
  if (keepsPresence(world)) world.send(AnnouncerEvent.ANNOUNCE, session, 0, 0);
}

/** Writes a packet to the session's WebSocket. */
function write(world: World, session: number, packet: number, subject: number): void {
  if (world.settings.notesWrites && isHeldBack(world, session)) {
    const { sessions, packets, queue } = world;
    const waits = sessions.writeBuffer[session];
    if (waits === NONE) queue.schedule(queue.nowUs + TURN_US, SessionEvent.FLUSH, session, 0, 0);
    sessions.writeBuffer[session] = packets.append(waits, packets.one(packet as Packet, subject));
    return;
  }
  writeDown(world, session, packet, subject);
}

/**
 * Whether a packet waits for the one that was written before it in this turn of the event loop, as Engine.IO's do. Only a process that ends
 * within a turn shows it.
 */
function isHeldBack(world: World, session: number): boolean {
  const { onStop, writes } = ofServers(world, serverPart);
  if (onStop !== "exit" || writes !== "one-by-one") return false;
  const { sessions, queue } = world;
  return sessions.writeBuffer[session] !== NONE || sessions.writtenUs[session] === queue.nowUs;
}

/** Hands all that waits to the kernel. */
function flushToSocket(world: World, session: number): void {
  const { sessions, packets } = world;
  const list = sessions.writeBuffer[session];
  sessions.writeBuffer[session] = NONE;
  packets.drain(list, (packet, subject) => writeDown(world, session, packet, subject));
}

/** Answers the held GET with all that waits, if there is both. */
function flushToPoll(world: World, session: number): void {
  const { sessions } = world;
  if (sessions.poll[session] === NONE || sessions.writeBuffer[session] === NONE) return;
  const list = sessions.writeBuffer[session];
  const poll = sessions.poll[session];
  sessions.writeBuffer[session] = NONE;
  sessions.poll[session] = NONE;
  answer(world, poll, 200, -1, list);
}

/** The server ends the session, which ends its client's connection, if it is that one's. */
function endHere(world: World, session: number, reason: number, root: number): void {
  const { sessions } = world;
  const place = world.nodes.first.server + sessions.server[session];
  if (isHeardOf(world, session)) endConnection(world, sessions.connection[session], reason, place, root);
  else sessions.unheardEnd[session] = reason;
}

/** Whether a session is its client's connection: one that its client has not heard of is none yet, and can't be closed. */
function isHeardOf({ sessions, connections }: World, session: number): boolean {
  return connections.session[sessions.connection[session]] === session;
}

/**
 * Why what is on its way is lost when a server closes a session that may be an event stream's: with the connection, if its recipient has one by
 * then. Nothing is on its way to a client of Engine.IO that has not heard of its session.
 */
function causeOfClosing(world: World, session: number): number {
  return isHeardOf(world, session) ? Cause.connectionClosed : Cause.recipientAway;
}

/** The socket leaves its rooms, and what waited for the transport is lost. */
function end(world: World, session: number, cause: number, causeOfUnwritten = cause): void {
  const { sessions } = world;
  const place = world.nodes.first.server + sessions.server[session];
  leaveRooms(world, session);
  if (keepsPresence(world)) world.send(AnnouncerEvent.WITHDRAW, session, 0, 0);
  const why = whyOf(world, sessions.connection[session], cause);
  dropPackets(world, sessions.writeBuffer[session], false, why, place);
  sessions.writeBuffer[session] = NONE;
  if (world.sendBuffers.rows > 0) APART.sendBuffer.dropSendBuffer(world, session, why);
  if (takesTime(world))
    dropWrites(world, session, whyOf(world, sessions.connection[session], causeOfUnwritten));
  world.send(HeartbeatEvent.STOP, session, 0, 0);
}

/**
 * Closes what is open. A GET that is held is answered with a farewell, so that the balancer sees a healthy server: a noop if
 * the client knows that the session is over, a close packet if it does not. A process that is dead answers nothing (NONE).
 */
function closeExchanges(world: World, session: number, cause: number, farewell: Packet | typeof NONE): void {
  const { sessions, packets } = world;
  if (sessions.socket[session] !== NONE) closeServerEnd(world, sessions.socket[session], cause);
  if (sessions.poll[session] !== NONE) {
    if (farewell === NONE) closeServerEnd(world, sessions.poll[session], cause);
    else answer(world, sessions.poll[session], 200, -1, packets.one(farewell, NONE));
  }
  sessions.socket[session] = NONE;
  sessions.poll[session] = NONE;
}

const behaviour = {
  actions: {
    beginPolling: (world: World, session: number, tried: number) => {
      beat(world, session);
      answer(world, tried, 200, -1, world.packets.one(Packet.open, NONE));
    },
    beginSocket: (world: World, session: number, tried: number) => {
      world.sessions.socket[session] = tried;
      beat(world, session);
      switchProtocols(world, tried);
      write(world, session, Packet.open, NONE);
    },
    adopt: (world: World, session: number, tried: number) => {
      world.sessions.socket[session] = tried;
      beat(world, session);
      join(world, session);
      beginAnew(world, session);
    },
    /** Socket.IO CONNECT to the namespace: the socket joins its rooms and is told so, after what it missed. */
    connectByPoll: (world: World, session: number) => {
      join(world, session);
      const missed = world.packets.append(takeSinceSnapshot(world, session), connectSocket(world, session));
      world.packets.drain(missed, (packet, copy) => writeToPoll(world, session, packet, copy));
      writeToPoll(world, session, Packet.connect, NONE);
    },
    connectBySocket: (world: World, session: number) => {
      join(world, session);
      const missed = world.packets.append(takeSinceSnapshot(world, session), connectSocket(world, session));
      world.packets.drain(missed, (packet, copy) => write(world, session, packet, copy));
      write(world, session, Packet.connect, NONE);
    },
    receive: (world: World, session: number, _tried: number, message: number) => {
      const server = world.sessions.server[session];
      const audience = world.messages.audience[message];
      if (audience === Audience.task) return receiveTask(world, session, message, NONE);
      if (audience !== Audience.server) return writeAndTell(world, server, message);
      const copy = answerTo(world, server, message);
      if (copy !== NONE) world.send(SessionEvent.WRITE, session, Packet.message, copy);
      endBranch(world, message, world.nodes.first.server + server);
    },
    receiveTask: (world: World, session: number, _tried: number, emit: number) =>
      receiveTask(world, session, world.emits.message[emit], emit),
    pong: (world: World, session: number) => world.send(HeartbeatEvent.PONG, session, 0, 0),
    answerPing: (world: World, session: number) => write(world, session, Packet.pong, NONE),
    hold: (world: World, session: number, tried: number) => {
      world.sessions.poll[session] = tried;
      flushToPoll(world, session);
    },
    writeToPoll,
    writeToSocket: (world: World, session: number, packet: number, subject: number) =>
      write(world, session, packet, subject),
    acceptProbe: (world: World, session: number, tried: number) => {
      world.sessions.socket[session] = tried;
      switchProtocols(world, tried);
    },
    answerProbe: (world: World, session: number) => write(world, session, Packet.probe, NONE),
    releasePoll: (world: World, session: number) => {
      if (world.sessions.poll[session] !== NONE) writeToPoll(world, session, Packet.noop, NONE);
    },
    forgetProbe: (world: World, session: number, tried: number) => {
      uncount(world, tried);
      world.sessions.socket[session] = NONE;
    },
    refuseProbe: (world: World, session: number) => {
      const { sessions, tries } = world;
      const socket = sessions.socket[session];
      const place = world.nodes.first.server + sessions.server[session];
      endWith(world, tries.exchange[socket], EndReason.upgradeTimeout, place);
      closeServerEnd(world, socket, Cause.connectionClosed);
      sessions.socket[session] = NONE;
    },
    startClock: (world: World, session: number) => {
      const { socketLifetimeUs } = ofServers(world, sessionPart);
      if (socketLifetimeUs === Number.POSITIVE_INFINITY) return;
      world.queue.schedule(world.queue.nowUs + socketLifetimeUs, SessionEvent.EXPIRE, session, 0, 0);
    },
    flushToSocket,
    /** The client said so, or its transport went. */
    endClosed: (world: World, session: number, tried: number) => {
      const cause = world.exchanges.cause[world.tries.exchange[tried]];
      const { sessions } = world;
      uncount(world, tried);
      saveSession(world, session);
      // A request that its balancer passes on to the next server has ended no connection.
      const isEnded = hasEnded(world, sessions.connection[session]);
      end(world, session, cause, isEnded ? Cause.connectionClosed : cause);
      // The request that brought the news is closed already.
      if (sessions.socket[session] === tried) sessions.socket[session] = NONE;
      if (sessions.poll[session] === tried) sessions.poll[session] = NONE;
      closeExchanges(world, session, cause, Packet.noop);
    },
    endSilent: (world: World, session: number) => {
      const { sessions, queue } = world;
      const cause = isGivenUp(world, session) ? Cause.sessionGivenUp : Cause.heartbeatTimedOut;
      const { pingIntervalUs, pingTimeoutUs } = ofServers(world, heartbeatPart);
      const sinceUs = queue.nowUs - pingIntervalUs - pingTimeoutUs;
      const held = Math.max(sessions.poll[session], sessions.socket[session]);
      const exchange = held === NONE ? NONE : world.tries.exchange[held];
      const { client, server } = sessions;
      const root = silenceBetween(world, client[session], server[session], exchange, sinceUs);
      endHere(world, session, EndReason.pingTimeout, root);
      saveSession(world, session);
      end(world, session, cause);
      closeExchanges(world, session, cause, Packet.close);
    },
    endCrashed: (world: World, session: number, wasToldTo: number) => {
      const cause = isGivenUp(world, session) ? Cause.sessionGivenUp : Cause.serverCrashed;
      // A process that was killed says nothing more.
      if (keepsPresence(world)) world.send(AnnouncerEvent.CRASH, session, 0, 0);
      if (wasToldTo === 1) return endOnPurpose(world, session, EndReason.serverExited);
      endHere(world, session, EndReason.serverCrashed, NONE);
      end(world, session, cause);
      closeExchanges(world, session, cause, NONE);
    },
    endStopped: (world: World, session: number, disconnects: number) => {
      if (disconnects === 1) return endDisconnected(world, session);
      endHere(world, session, EndReason.serverStopping, NONE);
      saveSession(world, session);
      end(world, session, Cause.connectionClosed);
      closeExchanges(world, session, Cause.connectionClosed, Packet.close);
    },
    stopStream: (world: World, session: number) => endOnPurpose(world, session, EndReason.serverStopping),
    /** A long poll: what its client has not is the answer. */
    answerNews: (world: World, session: number, tried: number) => {
      hearCursor(world, session);
      answer(world, tried, 200, -1, takeNewsOf(world, session));
    },
    /** A long poll for which there is nothing yet. */
    holdLongPoll: (world: World, session: number, tried: number) => {
      hearCursor(world, session);
      world.sessions.poll[session] = tried;
      joinRooms(world, session);
    },
    answerLongPoll: (world: World, session: number, packet: number, copy: number) => {
      const { packets, sessions } = world;
      const isKept = mailboxOf(world, sessions.client[session], sessions.server[session]) !== NONE;
      release(world, session, isKept ? takeNewsOf(world, session) : packets.one(packet as Packet, copy));
      // What is kept stands in the answer already.
      if (isKept) leaveToMailbox(world, session, copy);
    },
    /** An event stream: what its client has missed comes first, if it says what it has. */
    openStream: (world: World, session: number, tried: number) => {
      hearCursor(world, session);
      world.sessions.socket[session] = tried;
      switchProtocols(world, tried);
      joinRooms(world, session);
      world.packets.drain(takeSinceSnapshot(world, session), (packet, copy) =>
        write(world, session, packet, copy),
      );
      writeNews(world, session);
    },
    writeEvent: (world: World, session: number, packet: number, copy: number) => {
      const { sessions, mailboxes } = world;
      const mailbox = mailboxOf(world, sessions.client[session], sessions.server[session]);
      if (mailbox === NONE) return write(world, session, packet, copy);
      if (isNext(world, session, mailbox, copy)) {
        sessions.upTo[session] = mailboxes.total[mailbox];
        return write(world, session, packet, copy);
      }
      // Others have kept something before it that this process was not told of yet; or it was among that.
      writeNews(world, session);
      leaveToMailbox(world, session, copy);
    },
    comment: (world: World, session: number) => write(world, session, Packet.noop, NONE),
    endStream: (world: World, session: number) => endOnPurpose(world, session, EndReason.streamEnded),
    endSocket: (world: World, session: number) => {
      saveSession(world, session);
      endOnPurpose(world, session, EndReason.socketClosed);
    },
    writeOn: (world: World, session: number, read: number) => APART.sendBuffer.writeOn(world, session, read),
    /** Its client does not read, and the server keeps no more for it. */
    endFull: (world: World, session: number) => {
      endHere(world, session, EndReason.sendBufferFull, APART.sendBuffer.whyUnread(world, session));
      end(world, session, isHeardOf(world, session) ? Cause.connectionClosed : Cause.sendBufferFull);
      closeExchanges(world, session, causeOfClosing(world, session), NONE);
    },
    answerNothing: (world: World, session: number) => release(world, session, NONE),
    loseMessage,
    loseTask: (world: World, session: number, tried: number, emit: number) =>
      loseMessage(world, session, tried, world.emits.message[emit]),
  },
  guards: {
    isLongPoll: (world: World, _session: number, tried: number) =>
      world.exchanges.kind[world.tries.exchange[tried]] === RequestKind.longPoll,
    isEventStream: (world: World, _session: number, tried: number) =>
      world.exchanges.kind[world.tries.exchange[tried]] === RequestKind.events,
    endsStreams: (world: World) =>
      ofServers(world, sessionPart).streamLifetimeUs !== Number.POSITIVE_INFINITY,
    comments: (world: World) => ofServers(world, sessionPart).commentIntervalUs !== Number.POSITIVE_INFINITY,
    bringsNews: (world: World, session: number, tried: number) =>
      world.exchanges.kind[world.tries.exchange[tried]] === RequestKind.longPoll && hasNews(world, session),
    isHeldPoll: (world: World, session: number, tried: number) => world.sessions.poll[session] === tried,
    isSocket: (world: World, session: number, tried: number) => world.sessions.socket[session] === tried,
    isTunnelRequest: (world: World, _session: number, tried: number) =>
      isTunnel(world.exchanges.kind[world.tries.exchange[tried]]),
  },
  delays: {
    /** engine.io's upgradeTimeout. FACTS §1.1. */
    upgradeTimeout: (world: World) => ofServers(world, sessionPart).upgradeTimeoutUs,
    noopInterval: () => NOOP_INTERVAL_US,
    commentInterval: (world: World) => ofServers(world, sessionPart).commentIntervalUs,
    streamLifetime: (world: World) => ofServers(world, sessionPart).streamLifetimeUs,
    pollHold: (world: World) => ofServers(world, sessionPart).pollHoldUs,
  },
} satisfies Behaviour<World>;

function loseMessage(world: World, session: number, tried: number, message: number): void {
  const place = world.nodes.first.server + world.sessions.server[session];
  loseEmit(world, message, whyClosed(world, world.tries.exchange[tried]), place);
}

function writeToPoll(world: World, session: number, packet: number, subject: number): void {
  const { sessions, packets } = world;
  sessions.writeBuffer[session] = packets.append(
    sessions.writeBuffer[session],
    packets.one(packet as Packet, subject),
  );
  flushToPoll(world, session);
}

/** A copy has been sent from the mailbox, or will be; unless it is no longer kept there, or was not, as its client has gone. */
function leaveToMailbox(world: World, session: number, copy: number): void {
  const { sessions, nodes } = world;
  const why = whyOf(world, sessions.connection[session], Cause.beyondReplay);
  dropCopy(world, copy, why, nodes.first.server + sessions.server[session]);
}

/** What is kept for a client that asks and was not sent to it. */
function takeNewsOf(world: World, session: number): number {
  const mailbox = mailboxOf(world, world.sessions.client[session], world.sessions.server[session]);
  return mailbox === NONE ? NONE : takeNews(world, session, mailbox);
}

/** Writes what is kept for the client and was not sent to it. */
function writeNews(world: World, session: number): void {
  world.packets.drain(takeNewsOf(world, session), (packet, copy) => write(world, session, packet, copy));
}

/** The client is told to disconnect, and its connection is closed without a close packet. */
function endDisconnected(world: World, session: number): void {
  if (world.isIn(sessionPart, session, "open.websocket")) {
    flushToSocket(world, session);
    writeDown(world, session, Packet.disconnect, NONE);
  } else writeToPoll(world, session, Packet.disconnect, NONE);
  endHere(world, session, EndReason.disconnectedByServer, NONE);
  end(world, session, Cause.connectionClosed);
  closeExchanges(world, session, Cause.connectionClosed, Packet.noop);
}

/** The server ends what it holds, in good health. */
function endOnPurpose(world: World, session: number, reason: number, root = NONE): void {
  endHere(world, session, reason, root);
  const cause = causeOfClosing(world, session);
  end(world, session, cause);
  closeExchanges(world, session, cause, NONE);
}

/** A held long poll is answered, and nobody waits here any more. */
function release(world: World, session: number, list: number): void {
  const { sessions } = world;
  const poll = sessions.poll[session];
  sessions.poll[session] = NONE;
  leaveRooms(world, session);
  if (takesTime(world)) dropWrites(world, session, whyNotSent(world, session));
  answer(world, poll, 200, -1, list);
}

/** Why a copy is lost that its long poll was answered without: what is kept the next one asks for. */
function whyNotSent(world: World, session: number): number {
  const client = world.sessions.client[session];
  const isKept = mailboxOf(world, client, world.sessions.server[session]) !== NONE;
  return isKept
    ? whyOf(world, world.sessions.connection[session], Cause.beyondReplay)
    : whyAway(world, client);
}

export const sessionMachine = machineOf(sessionPart, behaviour, {
  initial: "created",
  states: {
    created: {
      on: {
        ACCEPT: [
          { guard: "isTunnelRequest", target: "open.websocket", actions: "beginSocket" },
          { guard: "bringsNews", target: "closed", actions: "answerNews" },
          { guard: "isLongPoll", target: "held", actions: "holdLongPoll" },
          { guard: "isEventStream", target: "streaming", actions: "openStream" },
          { target: "open.polling", actions: "beginPolling" },
        ],
        ADOPT: { target: "open.websocket", actions: "adopt" },
      },
    },
    open: {
      initial: "polling",
      on: {
        MESSAGE: { actions: "receive" },
        TASK: { actions: "receiveTask" },
        PONG: { actions: "pong" },
        CLOSE: { target: "closed", actions: "endClosed" },
        HEARTBEAT_FAILED: { target: "closed", actions: "endSilent" },
        CRASH: { target: "closed", actions: "endCrashed" },
        STOP: { target: "closed", actions: "endStopped" },
        SOCKET_CLOSED: [
          { guard: "isSocket", target: "closed", actions: "endClosed" },
          { guard: "isHeldPoll", target: "closed", actions: "endClosed" },
        ],
      },
      states: {
        polling: {
          initial: "steady",
          on: {
            CONNECT: { actions: "connectByPoll" },
            POLL: { actions: "hold" },
            WRITE: { actions: "writeToPoll" },
          },
          states: {
            steady: { on: { PROBE_OPENED: { target: "probing", actions: "acceptProbe" } } },
            probing: {
              initial: "waiting",
              on: {
                PROBE: { target: ".releasing", actions: "answerProbe" },
                UPGRADE: "#session.open.websocket",
                SOCKET_CLOSED: { guard: "isSocket", target: "steady", actions: "forgetProbe" },
              },
              after: { upgradeTimeout: { target: "steady", actions: "refuseProbe" } },
              states: {
                waiting: {},
                releasing: {
                  after: { noopInterval: { target: "releasing", reenter: true, actions: "releasePoll" } },
                },
              },
            },
          },
        },
        websocket: {
          entry: ["flushToSocket", "startClock"],
          on: {
            EXPIRE: { target: "#session.closed", actions: ["flushToSocket", "endSocket"] },
            FLUSH: { actions: "flushToSocket" },
            ROOM: { actions: "writeOn" },
            OVERFLOW: { target: "#session.closed", actions: "endFull" },
            CONNECT: { actions: "connectBySocket" },
            PING: { actions: "answerPing" },
            WRITE: { actions: "writeToSocket" },
          },
        },
      },
    },
    closed: {
      on: {
        MESSAGE: { actions: "loseMessage" },
        TASK: { actions: "loseTask" },
      },
    },
    /** A long poll of an application's own, which is no more than one request. */
    held: {
      on: {
        WRITE: { target: "closed", actions: "answerLongPoll" },
        SOCKET_CLOSED: { target: "closed", actions: "endClosed" },
        CRASH: { target: "closed", actions: "endCrashed" },
        STOP: { target: "closed", actions: "answerNothing" },
      },
      after: { pollHold: { target: "closed", actions: "answerNothing" } },
    },
    /** An event stream. */
    streaming: {
      initial: "choosing",
      on: {
        WRITE: { actions: "writeEvent" },
        ROOM: { actions: "writeOn" },
        OVERFLOW: { target: "closed", actions: "endFull" },
        SOCKET_CLOSED: { target: "closed", actions: "endClosed" },
        CRASH: { target: "closed", actions: "endCrashed" },
        STOP: { target: "closed", actions: "stopStream" },
      },
      states: {
        choosing: { always: [{ guard: "endsStreams", target: "bounded" }, { target: "unbounded" }] },
        unbounded: {
          initial: "choosing",
          states: {
            choosing: { always: [{ guard: "comments", target: "commenting" }, { target: "quiet" }] },
            quiet: {},
            commenting: {
              after: { commentInterval: { target: "commenting", reenter: true, actions: "comment" } },
            },
          },
        },
        bounded: {
          initial: "choosing",
          after: { streamLifetime: { target: "#session.closed", actions: "endStream" } },
          states: {
            choosing: { always: [{ guard: "comments", target: "commenting" }, { target: "quiet" }] },
            quiet: {},
            commenting: {
              after: { commentInterval: { target: "commenting", reenter: true, actions: "comment" } },
            },
          },
        },
      },
    },
  },
});
