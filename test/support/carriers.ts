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
  const { segments, inbox } = world;
  for (let i = 0; i < segments.rows; i++)
    if (segments.where[i]! < READ) frame(segments.code[i]!, segments.x[i]!, segments.y[i]!);
  for (const table of world.tables)
    table.kinds.forEach(({ holds }, column) => {
      if (holds === "nothing") return;
      const heads = table.values(column).subarray(0, table.rows);
      for (const head of heads) list(head, holds === "branches" ? branches : carriers);
    });
  for (let i = 0; i < inbox.rows; i++)
    if (inbox.code[i] === BackplaneEvent.PUBLISH) add(branches, inbox.x[i]!);
  return { carriers, branches };
}
