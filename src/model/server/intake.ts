/**
 * Where a server's process takes time for its work: what arrives for it goes by here, and not straight to its sessions (work.ts). A process that is
 * dead, or stops, takes no request; nobody waits at a session that is over.
 */
import { endWith } from "../balancer/closing.ts";
import { dropPackets } from "../fate/cargo.ts";
import { whyOf } from "../fate/ends.ts";
import { NONE } from "../network/packets.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { LimitKind, RecordKind } from "../trace/records.ts";
import type { Handler } from "../world/handler.ts";
import { ofServers } from "../world/own-settings.ts";
import { EVENT_MASK, packetCode } from "../world/part.ts";
import type { World } from "../world/world.ts";
import { answer, isServed } from "./answers.ts";
import { IntakeEvent, intakePart } from "./intake.part.ts";
import { listens } from "./listening.ts";
import { ServerEvent, serverPart } from "./server.part.ts";
import { SessionEvent, sessionPart } from "./session.part.ts";
import { arrive, freeWorker } from "./work.ts";
import { workerPart } from "./worker.part.ts";

/** Something arrived; `code` is one of IntakeEvent. */
function take(world: World, code: number, entity: number, x: number, y: number): void {
  if (code === IntakeEvent.REQUEST) return takeRequest(world, entity, x);
  if (code === IntakeEvent.PUSH) {
    if (world.isIn(serverPart, entity, "down")) return world.send(ServerEvent.PUSH, entity, x, y);
    return arrive(world, entity, ServerEvent.PUSH, entity, x, y);
  }
  const isClose = code === IntakeEvent.SOCKET_CLOSED;
  const event = isClose ? SessionEvent.SOCKET_CLOSED : packetCode(sessionPart, code & EVENT_MASK);
  if (world.isIn(sessionPart, entity, "closed")) return world.send(event, entity, x, y);
  arrive(world, world.sessions.server[entity], event, entity, x, y);
}

function takeRequest(world: World, server: number, tried: number): void {
  if (!listens(world, server)) return world.send(ServerEvent.REQUEST, server, tried, 0);
  if (isFull(world, server)) return turnAway(world, server, tried);
  arrive(world, server, ServerEvent.SERVE, server, tried, 0);
}

function isFull(world: World, server: number): boolean {
  if (world.workQueues.waiting[server] < ofServers(world, workerPart).queueLength) return false;
  return freeWorker(world, server) === NONE;
}

/** 503: the queue is full. */
function turnAway(world: World, server: number, tried: number): void {
  const { exchanges, tries, nodes } = world;
  const exchange = tries.exchange[tried];
  const place = nodes.first.server + server;
  world.record(RecordKind.turnedAway, place, LimitKind.queue, exchange, exchanges.client[exchange], 0);
  if (!isServed(world, tried)) return;
  endWith(world, exchange, EndReason.queueFull, place);
  const body = exchanges.body[exchange];
  exchanges.body[exchange] = NONE;
  dropPackets(world, body, true, whyOf(world, exchanges.connection[exchange], Cause.queueFull), place);
  answer(world, tried, 503, -1, NONE);
}

class Intake implements Handler<typeof intakePart> {
  readonly part = intakePart;

  handle(world: World, code: number, entity: number, x: number, y: number): void {
    take(world, code, entity, x, y);
  }

  nodeOf({ nodes, sessions }: World, code: number, entity: number): number {
    const isOfServer = code === IntakeEvent.REQUEST || code === IntakeEvent.PUSH;
    return nodes.first.server + (isOfServer ? entity : sessions.server[entity]);
  }
}

export const intake = new Intake();
