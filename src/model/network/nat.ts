/**
 * A middlebox on a client's way that keeps a table of connections, as a NAT or a stateful firewall does: what is silent for
 * too long is taken off the table, and nobody is told. The next packet decides: it is dropped, and so is all that comes after it,
 * from either side; or whoever sent it is answered with a reset, while the other end goes on waiting. Only a new connection
 * makes a new entry. RFC 5382; ground-truth 22-half-dead, `idle-*`.
 *
 * Any packet counts, an acknowledgement and a TCP keepalive too.
 *
 * Leaves out: that it forgets more when its table is full or when it starts anew (a fault `mute` does that); timeouts that
 * differ by the state of a connection; UDP.
 */
import { addSilence } from "../fate/silence.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { TcpEvent, tcpPart } from "./tcp.part.ts";

/** A packet of a stream comes by on its client's link: whether the table has no entry for it any more. */
export function isForgottenBy(world: World, client: number, stream: number): boolean {
  const { queue, streams } = world;
  const up = stream - (stream % 2);
  const { natTimeoutUs, tcpKeepaliveUs } = ofClient(world, tcpPart, client);
  // Where nobody asks when a packet last came by, it is not noted.
  if (Math.min(natTimeoutUs, tcpKeepaliveUs) === Number.POSITIVE_INFINITY) return false;
  const isNew = streams.isOpening[up] === 1;
  if (!isNew && streams.isForgotten[up] === 0 && queue.nowUs - streams.seenUs[up] >= natTimeoutUs) {
    world.send(TcpEvent.FORGET, up, client, 0);
  }
  if (streams.isForgotten[up] === 1) return true;
  streams.seenUs[up] = queue.nowUs;
  return false;
}

/** The connection of an upward stream is off the table. */
export function forget(world: World, up: number, client: number): void {
  const { streams } = world;
  streams.isForgotten[up] = 1;
  streams.forgotten[up] = addSilence(world, EndReason.mappingForgotten, client);
}

/** Whether senders of what is forgotten are told. */
export function isToldBy(world: World, client: number): boolean {
  return ofClient(world, tcpPart, client).natForgets === "with-reset";
}
