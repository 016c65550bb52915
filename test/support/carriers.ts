/**
 * Counts afresh, from the queue, the buffers and TCP's segments, what holds each copy and each message, so that the oracle's own
 * counts can be held against the world.
 */
import {
  BackplaneEvent,
  ClientSocketEvent,
  EVENT_BITS,
  ExchangeEvent,
  ServerEvent,
  SessionEvent,
  TCP,
} from "../../src/model/codes.ts";
import { VALUE_MASK } from "../../src/model/exchange.ts";
import { Packet } from "../../src/model/packets.ts";
import type { World } from "../../src/model/world.ts";

export interface Holdings {
  /** By copy: frames and buffers that hold it. */
  readonly carriers: Map<number, number>;
  /** By message: emits, publishes and pushes under way or waiting. */
  readonly branches: Map<number, number>;
}

/** TCP segments that were read or abandoned hold nothing: see `Where` in tcp.ts. */
const READ = 3;

export function countHoldings(world: World): Holdings {
  const carriers = new Map<number, number>();
  const branches = new Map<number, number>();
  const add = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1);
  const frame = (code: number, x: number, y: number) => {
    if (code === ExchangeEvent.DOWN && (x & VALUE_MASK) === Packet.message) add(carriers, y);
    else if (code === ClientSocketEvent.MESSAGE) add(carriers, y);
    else if (code === ExchangeEvent.UP && x === Packet.message) add(branches, y);
    else if (code === SessionEvent.MESSAGE) add(branches, y);
    else if (code === BackplaneEvent.PUBLISH || code === ServerEvent.PUSH) add(branches, x);
  };
  const list = (head: number, map: Map<number, number>) => {
    for (let packet = head; packet >= 0; packet = world.packets.next[packet]!)
      if (world.packets.kind[packet] === Packet.message) add(map, world.packets.subject[packet]!);
  };
  world.queue.forEachPending((_at, code, _entity, x, y) => {
    if (code >> EVENT_BITS !== TCP) frame(code, x, y);
  });
  const { segments, sessions, clients, exchanges, redisClients, inbox } = world;
  for (let i = 0; i < segments.rows; i++)
    if (segments.where[i]! < READ) frame(segments.code[i]!, segments.x[i]!, segments.y[i]!);
  for (let i = 0; i < sessions.rows; i++) list(sessions.writeBuffer[i]!, carriers);
  for (let i = 0; i < exchanges.rows; i++) {
    list(exchanges.answer[i]!, carriers);
    list(exchanges.body[i]!, branches);
  }
  for (let i = 0; i < clients.rows; i++) {
    list(clients.sendBuffer[i]!, branches);
    list(clients.writeBuffer[i]!, branches);
  }
  for (let i = 0; i < redisClients.rows; i++) list(redisClients.offlineQueue[i]!, branches);
  for (let i = 0; i < inbox.rows; i++)
    if (inbox.code[i] === BackplaneEvent.PUBLISH) add(branches, inbox.x[i]!);
  return { carriers, branches };
}
