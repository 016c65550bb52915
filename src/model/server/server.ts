/**
 * A server's process: it answers HTTP requests with the help of the sessions in its memory, and loses all of them when it dies.
 * FACTS §1.1, §1.3; ground-truth 03, 09-server-crash.
 *
 * What a process sends by itself, it sends at the times of the workload, also after a restart.
 *
 * What it can run out of is in limits.ts. How it stops on purpose is in stopping.ts. That its work takes time is in work.ts.
 */

import type { Behaviour } from "../../statechart/behaviour.ts";
import { APART } from "../apart.ts";
import { backplaneOf } from "../backplane/index.ts";
import { dropsUpgrade } from "../balancer/balancers.ts";
import { endWith, refusalReason } from "../balancer/closing.ts";
import { tellList } from "../balancer/listing.ts";
import { startConsumer, stopConsumer } from "../delivery/consumer.ts";
import { loseHandlings } from "../delivery/handling.ts";
import { asksForRecovery, forgetSessions } from "../delivery/recovery.ts";
import { startRelay, stopRelay } from "../delivery/relay.ts";
import { readSnapshot } from "../delivery/snapshot.ts";
import { loseWritings, writeAndTell } from "../delivery/writing.ts";
import { dropPackets } from "../fate/cargo.ts";
import { whyOf } from "../fate/ends.ts";
import { endBranch } from "../fate/oracle.ts";
import { scheduleNext, sendLine } from "../fate/workload.ts";
import { NONE, type Packet } from "../network/packets.ts";
import { presenceServerBooted, presenceServerDied } from "../presence/store.ts";
import { Cause } from "../trace/causes.ts";
import { END_REASONS, EndReason } from "../trace/end-reasons.ts";
import {
  Audience,
  BAD_REQUEST,
  FORBIDDEN,
  isTunnel,
  RecordKind,
  RequestKind,
  SESSION_ID_UNKNOWN,
} from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofServers } from "../world/own-settings.ts";
import { packetCode } from "../world/part.ts";
import type { World } from "../world/world.ts";
import { handOutPublished, receivePush } from "./adapter.ts";
import { answer, closeServerEnd, isServed, refuseConnection } from "./answers.ts";
import { admits } from "./limits.ts";
import { loseMailboxes } from "./mailboxes.ts";
import { answerTo, forgetClients } from "./memory.ts";
import { ServerEvent, serverPart } from "./server.part.ts";
import { SessionEvent, sessionPart } from "./session.part.ts";
import { openSession } from "./session.ts";
import { loseWork } from "./work.ts";

/** Whether this process holds the session that the request names. */
function holdsSession(world: World, server: number, session: number): boolean {
  return (
    session !== NONE && world.sessions.server[session] === server && world.isIn(sessionPart, session, "open")
  );
}

/** The request names a session that this process does not hold: what it carried is lost. */
function refuse(world: World, server: number, tried: number): void {
  const { exchanges } = world;
  const exchange = world.tries.exchange[tried];
  const place = world.nodes.first.server + server;
  // No other server is asked with a POST.
  const isFinal = exchanges.kind[exchange] === RequestKind.post && isServed(world, tried);
  const reason = refusalReason(world, exchange);
  if (isFinal) endWith(world, exchange, reason, place, NONE);
  const why = whyOf(world, exchanges.connection[exchange], END_REASONS[reason]!.cause!);
  dropPackets(world, exchanges.body[exchange], true, why, place);
  exchanges.body[exchange] = NONE;
}

/** A request of the application's: what it brings is handed out, or answered. */
function handlePlain(world: World, server: number, tried: number): void {
  const { exchanges, tries, packets, messages } = world;
  const exchange = tries.exchange[tried];
  const list = exchanges.body[exchange];
  let answers = NONE;
  exchanges.body[exchange] = NONE;
  packets.drain(list, (packet, message) => {
    if (messages.audience[message] !== Audience.server) return writeAndTell(world, server, message);
    const copy = answerTo(world, server, message);
    if (copy !== NONE) answers = packets.append(answers, packets.one(packet as Packet, copy));
    endBranch(world, message, world.nodes.first.server + server);
  });
  answer(world, tried, 200, -1, answers);
}

/** A request for a WebSocket that does not ask for an upgrade any more. */
function refuseUpgrade(world: World, tried: number): void {
  const place = world.nodes.first.balancer + dropsUpgrade(world);
  if (isServed(world, tried)) endWith(world, world.tries.exchange[tried], EndReason.upgradeRefused, place);
  answer(world, tried, 400, BAD_REQUEST, NONE);
}

/** Whether a client's login has expired. It logged in when it opened its page. */
function isLoggedOut({ settings, queue, exchanges, tries }: World, tried: number, loginUs: number): boolean {
  const client = settings.clients[exchanges.client[tries.exchange[tried]]]!;
  return queue.nowUs >= client.startUs + loginUs;
}

/** The client is not logged in: it gets a status, or a page where it wants none. */
function refuseLogin(world: World, server: number, tried: number): void {
  const place = world.nodes.first.server + server;
  const { refusal } = ofServers(world, serverPart);
  if (isServed(world, tried)) endWith(world, world.tries.exchange[tried], EndReason.loggedOut, place);
  answer(world, tried, refusal === "html" ? 200 : Number(refusal), FORBIDDEN, NONE);
}

/** Whether a request is for a session of its own. An application's polls and streams are told like one. */
function beginsSession(kind: number): boolean {
  return (
    kind === RequestKind.handshake ||
    isTunnel(kind) ||
    kind === RequestKind.longPoll ||
    kind === RequestKind.events
  );
}

function handle(world: World, server: number, tried: number): void {
  const { exchanges, tries, packets } = world;
  const exchange = tries.exchange[tried];
  const kind = exchanges.kind[exchange];
  const { loginUs } = ofServers(world, serverPart);
  if (!admits(world, server, tried)) return closeServerEnd(world, tried, Cause.connectionClosed);
  if (kind === RequestKind.plain) return handlePlain(world, server, tried);
  if (kind === RequestKind.snapshot)
    return answer(world, tried, 200, -1, readSnapshot(world, exchanges.client[exchange]));
  if (loginUs !== Number.POSITIVE_INFINITY && beginsSession(kind) && isLoggedOut(world, tried, loginUs))
    return refuseLogin(world, server, tried);
  if (kind === RequestKind.websocket && dropsUpgrade(world) !== NONE) return refuseUpgrade(world, tried);
  if (beginsSession(kind)) {
    const session = openSession(world, exchanges.connection[exchange], server);
    // If the balancer has gone on to another server, nobody learns this session's id.
    const isAwaited = isServed(world, tried);
    if (isAwaited) exchanges.session[exchange] = session;
    world.send(SessionEvent.ACCEPT, session, tried, 0);
    // The balancer's close was sent before there was a session: it comes right behind the request.
    if (!isAwaited) world.send(SessionEvent.SOCKET_CLOSED, session, tried, 0);
    return;
  }
  const session = exchanges.session[exchange];
  if (!holdsSession(world, server, session)) {
    refuse(world, server, tried);
    answer(world, tried, 400, SESSION_ID_UNKNOWN, NONE);
    return;
  }
  if (kind === RequestKind.poll) return world.send(SessionEvent.POLL, session, tried, 0);
  if (kind === RequestKind.upgrade && dropsUpgrade(world) !== NONE) return refuseUpgrade(world, tried);
  if (kind === RequestKind.upgrade) return world.send(SessionEvent.PROBE_OPENED, session, tried, 0);
  const list = exchanges.body[exchange];
  exchanges.body[exchange] = NONE;
  packets.drain(list, (packet, subject) =>
    world.send(packetCode(sessionPart, packet), session, tried, subject),
  );
  answer(world, tried, 200, -1, NONE);
}

/** The process ends: the kernel closes every socket; sessions, rooms and queues are gone. */
function die(world: World, server: number, wasToldTo: 0 | 1): void {
  const { sessions, servers } = world;
  servers.isStopping[server] = 0;
  backplaneOf(world).serverDies?.(world, server, wasToldTo);
  for (let session = 0; session < sessions.rows; session++)
    if (sessions.server[session] === server) world.send(SessionEvent.CRASH, session, wasToldTo, 0);
  loseWork(world, server, wasToldTo === 1 ? Cause.connectionClosed : Cause.serverCrashed);
  loseHandlings(world, server);
  loseWritings(world, server);
  stopRelay(world, server);
  stopConsumer(world, server);
  forgetClients(world, server);
  loseMailboxes(world, server);
  forgetSessions(world, server);
  backplaneOf(world).serverDied(world, server, wasToldTo);
  presenceServerDied(world, server);
}

/** A process that was told to stop ends, by itself or as it is killed for it. */
function exit(world: World, server: number, isKilled: 0 | 1): void {
  world.record(RecordKind.exited, world.nodes.first.server + server, isKilled, 0, 0, 0);
  die(world, server, 1);
}

const behaviour = {
  actions: {
    handle,
    receivePush,
    handOutPublished,
    hear: (world: World, server: number, x: number, y: number) =>
      backplaneOf(world).hear?.(world, server, x, y),
    /** SIGKILL: the kernel closes every socket; sessions, rooms and queues are gone. */
    die: (world: World, server: number) => {
      die(world, server, 0);
      tellList(world, server, false);
    },
    unlist: (world: World, server: number) => tellList(world, server, false),
    beginStop: (world: World, server: number) => APART.stopping.beginStop(world, server),
    disconnectAll: (world: World, server: number) => APART.stopping.disconnectAll(world, server),
    leave: (world: World, server: number) => exit(world, server, 0),
    outlastGrace: (world: World, server: number) => exit(world, server, 1),
    endForNext: (world: World, server: number) => die(world, server, 1),
    boot: (world: World, server: number) => {
      if (asksForRecovery(world)) world.servers.bootUs[server] = world.queue.nowUs;
      backplaneOf(world).serverBooted(world, server);
      startRelay(world, server);
      startConsumer(world, server);
      presenceServerBooted(world, server);
      tellList(world, server, true);
    },
    refuse: (world: World, _server: number, tried: number) => refuseConnection(world, tried),
    /** The process's own timer: a job, a feed. */
    emit: (world: World, server: number, line: number) => {
      const node = world.nodes.first.server + server;
      writeAndTell(world, server, sendLine(world, node, ServerEvent.TICK, server, line));
    },
    passOn: (world: World, server: number, message: number) => writeAndTell(world, server, message),
    skip: (world: World, server: number, line: number) => scheduleNext(world, ServerEvent.TICK, server, line),
    losePush: (world: World, server: number, message: number) => {
      // Its clients' connections have ended with it, and say why what was for them is lost.
      endBranch(world, message, world.nodes.first.server + server);
    },
  },
  guards: {
    isDone: (world: World, server: number) => APART.stopping.isDone(world, server),
    sleepsFirst: (world: World) => ofServers(world, serverPart).preStopUs > 0,
  },
  delays: {
    preStop: (world: World) => APART.stopping.preStopUs(world),
    grace: (world: World) => APART.stopping.graceUs(world),
  },
} satisfies Behaviour<World>;

/** What a process does that has not been told to stop. */
const SERVES = {
  REQUEST: { actions: "handle" },
  SERVE: { actions: "handle" },
  PUSH: { actions: "receivePush" },
  PUBLISHED: { actions: "handOutPublished" },
  TOLD: { actions: "hear" },
  TICK: { actions: "emit" },
  ANSWER: { actions: "passOn" },
  CRASH: { target: "down", actions: "die" },
  DISCONNECT: { actions: "disconnectAll" },
} as const;

export const serverMachine = machineOf(serverPart, behaviour, {
  initial: "up",
  states: {
    up: {
      on: {
        ...SERVES,
        STOP: [
          { guard: "sleepsFirst", target: "preStop", actions: "unlist" },
          { target: "stopping", actions: ["unlist", "beginStop"] },
        ],
      },
    },
    down: {
      on: {
        REQUEST: { actions: "refuse" },
        PUSH: { actions: "losePush" },
        TOLD: { actions: "hear" },
        TICK: { actions: "skip" },
        RESTART: { target: "up", actions: "boot" },
      },
    },
    // It listens no more, and goes on with what it has.
    stopping: {
      on: {
        REQUEST: { actions: "refuse" },
        SERVE: { actions: "handle" },
        PUSH: { actions: "receivePush" },
        PUBLISHED: { actions: "handOutPublished" },
        TOLD: { actions: "hear" },
        TICK: { actions: "emit" },
        LEAVE: { guard: "isDone", target: "down", actions: "leave" },
        CRASH: { target: "down", actions: "die" },
        // Who starts it anew does not wait for the process before.
        RESTART: { target: "up", actions: ["endForNext", "boot"] },
      },
      after: { grace: { target: "down", actions: "outlastGrace" } },
    },
    // It is to stop, and nobody has told it.
    preStop: {
      on: { ...SERVES, RESTART: { target: "up", actions: ["endForNext", "boot"] } },
      after: { preStop: { target: "stopping", actions: "beginStop" } },
    },
  },
});
