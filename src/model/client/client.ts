/**
 * A Socket.IO client: the person's application, and the manager that keeps it connected. What it sends while disconnected
 * is buffered and sent after the connect. FACTS §1.4, §1.5; ground-truth 09-server-crash.
 *
 * Leaves out: acknowledgements and retries, volatile messages, joining and leaving rooms during a run, giving up.
 */

import { uniformUs } from "../../kernel/sampling.ts";
import type { Behaviour } from "../../statechart/behaviour.ts";
import { sendMessage } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import { Purpose } from "../trace/purposes.ts";
import { CloseReason, RecordKind } from "../trace/records.ts";
import { machineOf } from "../world/machine.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ClientEvent, CONNECT_TIMEOUT_US, clientPart } from "./client.part.ts";
import { ConnectionEvent } from "./connection.part.ts";

/**
 * backo2's delay before attempt n+1, in µs: base × 2ⁿ, jittered, and only then cut at the maximum, so that in a long
 * outage all waits are equal. FACTS §1.4, ground-truth 09 retry-delays-by-attempt.
 */
export function backoffUs(
  attempt: number,
  baseUs: number,
  maxUs: number,
  jitter: number,
  random: number,
): number {
  // Far beyond any maximum, and short of Infinity.
  const ms = (baseUs / 1000) * 2 ** Math.min(attempt, 60);
  const deviation = Math.floor(random * jitter * ms);
  const jittered = Math.floor(random * 10) % 2 === 0 ? ms - deviation : ms + deviation;
  return Math.round(Math.min(jittered, maxUs / 1000) * 1000);
}

/** Schedules the next time of this line of the workload. */
function scheduleNext(world: World, client: number, line: number): void {
  const { every, untilUs } = world.settings.sends[line]!;
  if (every === null) return;
  const atUs = world.queue.nowUs + uniformUs(world.choices, Purpose.sendGap, every.minUs, every.maxUs);
  if (atUs <= untilUs) world.queue.schedule(atUs, ClientEvent.TICK, client, line, 0);
}

/** The application sends what this line of the workload says. Returns the message. */
function nextMessage(world: World, client: number, line: number): number {
  const send = world.settings.sends[line]!;
  scheduleNext(world, client, line);
  return sendMessage(world, client, send.audience, send.target);
}

const behaviour = {
  actions: {
    join: (world: World, client: number) => {
      world.clients.started[client] = 1;
    },
    openEngine: (world: World, client: number) => world.send(ConnectionEvent.OPEN_ENGINE, client, 0, 0),
    giveUp: (world: World, client: number) => world.send(ConnectionEvent.ABORT, client, 0, 0),
    resetBackoff: (world: World, client: number) => {
      world.clients.attempts[client] = 0;
    },
    countAttempt: (world: World, client: number) => {
      world.clients.attempts[client]++;
    },
    noteConnected: (world: World, client: number) => {
      const { clients } = world;
      const session = clients.session[client];
      world.record(
        RecordKind.connected,
        client,
        world.nodes.first.server + world.sessions.server[session],
        clients.socket[client] === NONE ? 0 : 1,
        session,
        0,
      );
    },
    noteClosed: (world: World, client: number, reason: number) => {
      world.record(RecordKind.disconnected, client, reason, 0, 0, 0);
    },
    noteTimeout: (world: World, client: number) => {
      world.record(RecordKind.disconnected, client, CloseReason.connectTimeout, 0, 0, 0);
    },
    /** Nobody is there to send. */
    skip: (world: World, client: number, line: number) => scheduleNext(world, client, line),
    sendNow: (world: World, client: number, line: number) => {
      world.send(ConnectionEvent.WRITE, client, Packet.message, nextMessage(world, client, line));
    },
    sendLater: (world: World, client: number, line: number) => {
      const { clients, packets } = world;
      const packet = packets.one(Packet.message, nextMessage(world, client, line));
      clients.sendBuffer[client] = packets.append(clients.sendBuffer[client], packet);
    },
    flushSendBuffer: (world: World, client: number) => {
      const { clients, packets } = world;
      const list = clients.sendBuffer[client];
      clients.sendBuffer[client] = NONE;
      packets.drain(list, (packet, message) => world.send(ConnectionEvent.WRITE, client, packet, message));
    },
  },
  guards: {},
  delays: {
    connectTimeout: () => CONNECT_TIMEOUT_US,
    reconnectionDelay: (world: World, client: number) => {
      const { clients } = world;
      const group = ofClient(world, clientPart, client);
      const random = world.choices.draw(Purpose.reconnectionDelay, 1_000_000) / 1_000_000;
      const attempt = clients.attempts[client];
      return backoffUs(
        attempt,
        group.reconnectionDelayUs,
        group.reconnectionDelayMaxUs,
        group.randomizationFactor,
        random,
      );
    },
  },
} satisfies Behaviour<World>;

export const clientMachine = machineOf(clientPart, behaviour, {
  initial: "away",
  states: {
    away: {
      on: {
        START: { target: "online", actions: "join" },
        ADOPT: { target: "online.connected", actions: ["join", "noteConnected"] },
        TICK: { actions: "skip" },
      },
    },
    online: {
      initial: "connecting",
      on: {
        TICK: { actions: "sendLater" },
        ENGINE_CLOSED: { target: ".waiting", actions: "noteClosed" },
      },
      states: {
        connecting: {
          initial: "engine",
          states: {
            engine: {
              entry: "openEngine",
              on: { ENGINE_OPEN: { target: "namespace", actions: "resetBackoff" } },
              after: {
                connectTimeout: { target: "#client.online.waiting", actions: ["noteTimeout", "giveUp"] },
              },
            },
            namespace: {
              on: { CONNECTED: { target: "#client.online.connected", actions: "noteConnected" } },
            },
          },
        },
        connected: {
          entry: "flushSendBuffer",
          on: { TICK: { actions: "sendNow" } },
        },
        waiting: {
          // The delay is computed on entry, before this attempt is counted.
          exit: "countAttempt",
          on: { ENGINE_CLOSED: {} },
          after: { reconnectionDelay: "connecting" },
        },
      },
    },
  },
});
