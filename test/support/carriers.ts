/**
 * Counts afresh, from the queue, the buffers and TCP's segments, what holds each copy and each message, so that the oracle's own
 * counts can be held against the world.
 */

import { BackplaneEvent } from "../../src/model/backplane/backplane.part.ts";
import { OutputBufferEvent } from "../../src/model/backplane/output-buffer.part.ts";
import { Told } from "../../src/model/backplane/registry.part.ts";
import { ExchangeEvent } from "../../src/model/balancer/exchange.part.ts";
import { UpstreamEvent } from "../../src/model/balancer/upstream.part.ts";
import { ClientSocketEvent } from "../../src/model/client/client-socket.part.ts";
import { writingPart } from "../../src/model/delivery/writing.part.ts";
import { ChannelEvent } from "../../src/model/gateway/channel.part.ts";
import { GatewayEvent } from "../../src/model/gateway/gateway.part.ts";
import { Packet } from "../../src/model/network/packets.ts";
import { At, quicPart } from "../../src/model/network/quic.part.ts";
import { tcpPart, Where } from "../../src/model/network/tcp.part.ts";
import { IntakeEvent } from "../../src/model/server/intake.part.ts";
import { ServerEvent } from "../../src/model/server/server.part.ts";
import { SessionEvent } from "../../src/model/server/session.part.ts";
import type { Simulation } from "../../src/model/simulation.ts";
import { EVENT_BITS } from "../../src/model/world/part.ts";

export interface Holdings {
  /** By copy: frames and buffers that hold it. */
  readonly carriers: Map<number, number>;
  /** By message: emits, publishes and pushes under way or waiting. */
  readonly branches: Map<number, number>;
}

export function countHoldings(world: Simulation): Holdings {
  const carriers = new Map<number, number>();
  const branches = new Map<number, number>();
  const add = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1);
  const frame = (code: number, x: number, y: number) => {
    if (code === UpstreamEvent.MESSAGE || code === ClientSocketEvent.MESSAGE) add(carriers, y);
    else if (code === ChannelEvent.SEND || code === GatewayEvent.ARRIVED) add(carriers, y);
    else if (code === GatewayEvent.ANSWERED) add(branches, y);
    else if (code === ExchangeEvent.UP && x === Packet.message) add(branches, y);
    else if (code === ExchangeEvent.UP && x === Packet.task) add(branches, world.emits.message[y]!);
    else if (code === SessionEvent.MESSAGE) add(branches, y);
    else if (code === SessionEvent.TASK) add(branches, world.emits.message[y]!);
    else if (code === IntakeEvent.MESSAGE) add(branches, y);
    else if (code === IntakeEvent.TASK) add(branches, world.emits.message[y]!);
    else if (code === OutputBufferEvent.PUSH) add(branches, x);
    else if (code === BackplaneEvent.PUBLISH || code === ServerEvent.PUSH || code === IntakeEvent.PUSH)
      add(branches, x);
    else if (code === ServerEvent.TOLD && y >= Told.nobodyHears) add(branches, x);
  };
  const list = (head: number, map: Map<number, number>) => {
    for (let packet = head; packet >= 0; packet = world.packets.next[packet]!) {
      const subject = world.packets.subject[packet]!;
      if (world.packets.kind[packet] === Packet.message) add(map, subject);
      if (world.packets.kind[packet] === Packet.task) add(map, world.emits.message[subject]!);
    }
  };
  world.queue.forEachPending((_at, code, _entity, x, y) => {
    if (code >> EVENT_BITS !== tcpPart.number && code >> EVENT_BITS !== quicPart.number) frame(code, x, y);
  });
  const { segments, inbox, quicFrames } = world;
  for (let i = 0; i < quicFrames.rows; i++)
    if (quicFrames.where[i]! < At.read) frame(quicFrames.code[i]!, quicFrames.x[i]!, quicFrames.y[i]!);
  for (let i = 0; i < segments.rows; i++)
    if (segments.where[i]! < Where.read) frame(segments.code[i]!, segments.x[i]!, segments.y[i]!);
  for (const table of world.tables.all)
    table.store.layout.kinds.forEach(({ holds }, column) => {
      if (holds === "nothing") return;
      const heads = table.store.values[column]!.subarray(0, table.rows);
      for (const head of heads) list(head, holds === "branches" ? branches : carriers);
    });
  const { workers, workQueues, jobs } = world;
  const job = (one: number) => frame(jobs.code[one]!, jobs.x[one]!, jobs.y[one]!);
  for (let i = 0; i < workers.rows; i++) if (workers.job[i]! >= 0) job(workers.job[i]!);
  for (let i = 0; i < workQueues.rows; i++)
    for (let one = workQueues.first[i]!; one >= 0; one = jobs.next[one]!) job(one);
  const { notices } = world;
  for (let i = 0; i < notices.rows; i++) if (notices.open[i]! > 0) add(branches, notices.message[i]!);
  for (let i = 0; i < inbox.rows; i++)
    if (inbox.code[i] === BackplaneEvent.PUBLISH) add(branches, inbox.x[i]!);
  const { deliveries, handlings, senders } = world;
  for (let sender = 0; sender < senders.rows; sender++)
    for (let one = senders.first[sender]!; one >= 0; one = deliveries.after[one]!)
      add(branches, deliveries.message[one]!);
  for (let i = 0; i < handlings.rows; i++)
    if (handlings.isOpen[i] === 1) add(branches, handlings.message[i]!);
  const { writings } = world;
  for (let i = 0; i < writings.rows; i++)
    if (!world.isIn(writingPart, i, "over")) add(branches, writings.message[i]!);
  return { carriers, branches };
}
