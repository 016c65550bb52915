/**
 * A server's process: it answers HTTP requests with the help of the sessions in its memory, and loses all of them when it dies.
 * FACTS §1.1, §1.3; ground-truth 03, 09-server-crash.
 *
 * Leaves out: time to process a request or a message, limits on descriptors and memory.
 */
import { setup } from "xstate";
import { type Behaviour, forXState, type MachineTypes } from "../statechart/behaviour.ts";
import { receivePush } from "./adapter.ts";
import { Cause } from "./causes.ts";
import { type EVENTS, ExchangeEvent, Machine, packetCode, RedisClientEvent, SessionEvent } from "./codes.ts";
import { END_REASONS } from "./end-reasons.ts";
import { whyOf } from "./ends.ts";
import { endWith, isServedBy, refusalReason, sendFromServer } from "./exchange.ts";
import { FrameKind } from "./frame-kinds.ts";
import { dropPackets } from "./frames.ts";
import { doomCopies, endBranch } from "./oracle.ts";
import { NONE } from "./packets.ts";
import { RequestKind, SESSION_ID_UNKNOWN } from "./records.ts";
import { publisherOf, subscriberOf } from "./redis-client.ts";
import { answer, openSession } from "./session.ts";
import type { World } from "./world.ts";

/** Whether this process holds the session that the request names. */
function holdsSession(world: World, server: number, session: number): boolean {
  return (
    session !== NONE && world.sessions.server[session] === server && world.session.inState(session, "open")
  );
}

/** The request names a session that this process does not hold: what it carried is lost. */
function refuse(world: World, server: number, exchange: number): void {
  const { exchanges } = world;
  const place = world.firstServerNode + server;
  // No other server is asked with a POST.
  const isFinal = exchanges.kind[exchange] === RequestKind.post && isServedBy(world, exchange, server);
  const reason = refusalReason(world, exchange);
  if (isFinal) endWith(world, exchange, reason, place, NONE);
  const why = whyOf(world, exchanges.connection[exchange], END_REASONS[reason]!.cause!);
  dropPackets(world, exchanges.body[exchange], true, why, place);
  exchanges.body[exchange] = NONE;
}

function handle(world: World, server: number, exchange: number): void {
  const { exchanges, packets } = world;
  const kind = exchanges.kind[exchange];
  if (kind === RequestKind.handshake || kind === RequestKind.websocket) {
    const session = openSession(world, exchanges.connection[exchange], server);
    // If the balancer has gone on to another server, nobody learns this session's id.
    const isServed = isServedBy(world, exchange, server);
    if (isServed) exchanges.session[exchange] = session;
    world.send(SessionEvent.ACCEPT, session, exchange, 0);
    // The balancer's close was sent before there was a session: it comes right behind the request.
    if (!isServed) world.send(SessionEvent.SOCKET_CLOSED, session, exchange, 0);
    return;
  }
  const session = exchanges.session[exchange];
  if (!holdsSession(world, server, session)) {
    refuse(world, server, exchange);
    answer(world, server, exchange, 400, SESSION_ID_UNKNOWN, NONE);
    return;
  }
  if (kind === RequestKind.poll) return world.send(SessionEvent.POLL, session, exchange, 0);
  if (kind === RequestKind.upgrade) return world.send(SessionEvent.PROBE_OPENED, session, exchange, 0);
  let list = exchanges.body[exchange];
  exchanges.body[exchange] = NONE;
  while (list !== NONE) {
    const packet = packets.kind[list];
    const subject = packets.subject[list];
    list = packets.shift(list);
    world.send(packetCode(Machine.session, packet), session, exchange, subject);
  }
  answer(world, server, exchange, 200, -1, NONE);
}

const behaviour = {
  actions: {
    handle: (world: World, server: number, exchange: number) => handle(world, server, exchange),
    receivePush: (world: World, server: number, message: number, origin: number) =>
      receivePush(world, server, message, origin),
    /** SIGKILL: the kernel closes every socket; sessions, rooms and queues are gone. */
    die: (world: World, server: number) => {
      const { sessions } = world;
      for (let session = 0; session < sessions.rows; session++)
        if (sessions.server[session] === server) world.send(SessionEvent.CRASH, session, 0, 0);
      if (!world.settings.backplane) return;
      world.send(RedisClientEvent.STOP, publisherOf(server), 0, 0);
      world.send(RedisClientEvent.STOP, subscriberOf(server), 0, 0);
    },
    boot: (world: World, server: number) => {
      if (!world.settings.backplane) return;
      world.send(RedisClientEvent.START, publisherOf(server), 0, 0);
      world.send(RedisClientEvent.START, subscriberOf(server), 0, 0);
    },
    /** Nobody listens: the kernel refuses the connection at once. */
    refuse: (world: World, server: number, exchange: number) => {
      sendFromServer(world, server, exchange, FrameKind.close, exchange, ExchangeEvent.REFUSED, 0, 0);
    },
    losePush: (world: World, server: number, message: number) => {
      const place = world.firstServerNode + server;
      doomCopies(world, message, Cause.serverCrashed, place, (other) => other === server);
      endBranch(world, message, place);
    },
  },
  guards: {},
  delays: {},
} satisfies Behaviour<World>;
export const serverBehaviour: Behaviour<World> = behaviour;

export const serverMachine = setup({
  types: {} as MachineTypes<World, (typeof EVENTS.server)[number]>,
  ...forXState(behaviour),
}).createMachine({
  id: "server",
  initial: "up",
  states: {
    up: {
      on: {
        REQUEST: { actions: "handle" },
        PUSH: { actions: "receivePush" },
        CRASH: { target: "down", actions: "die" },
      },
    },
    down: {
      on: {
        REQUEST: { actions: "refuse" },
        PUSH: { actions: "losePush" },
        RESTART: { target: "up", actions: "boot" },
      },
    },
  },
});
