/**
 * TCP keepalive: a client's kernel probes a connection that has been silent for some time, by itself, and the kernel at the other
 * end answers. It is off unless the application asks for it. FACTS §4.
 *
 * - What counts packets hears it: a NAT, and a balancer that passes on TCP (an NLB). What counts bytes of the application does
 *   not: nginx, HAProxy, ALB. FACTS §3.
 * - It goes to the next box that ends a TCP connection, and no further: it says nothing of the server behind a balancer,
 *   nor of a process that is frozen.
 * - If nothing answers, it is sent again each 75 s (tcp_keepalive_intvl); after 9 in vain (tcp_keepalive_probes) the
 *   connection is given up.
 *
 * Leaves out: keepalive of servers and balancers; the time that an answer takes; TCP_USER_TIMEOUT; HTTP/2's PING.
 */

import { exchangePart } from "../balancer/exchange.part.ts";
import { BALANCER_KINDS, type BalancerKindName } from "../balancer/kinds/index.ts";
import type { BalancerKind } from "../balancer/kinds/kind.ts";
import { silenceOn } from "../fate/silence.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { FrameKind } from "../trace/frames.ts";
import { RecordKind } from "../trace/records.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { dropsAck, dropsPacket } from "./link.ts";
import { NONE } from "./packets.ts";
import { TcpEvent, tcpPart } from "./tcp.part.ts";

const PROBE_AGAIN_US = 75_000_000;
const MAX_PROBES = 9;

/** A client has opened a connection: its kernel watches it from now on, if it was asked to. */
export function keepAlive(world: World, exchange: number): void {
  const { tcpKeepaliveUs } = ofClient(world, tcpPart, world.exchanges.client[exchange]);
  if (tcpKeepaliveUs === Number.POSITIVE_INFINITY) return;
  world.queue.schedule(world.queue.nowUs + tcpKeepaliveUs, TcpEvent.KEEPALIVE, exchange, 0, 0);
}

/**
 * It may be time for a probe. Returns why the connection is given up, or null: `giveUp` is TCP's to do.
 */
export function probe(
  world: World,
  exchange: number,
): { reason: number; cause: number; root: number } | null {
  const { exchanges, queue, streams } = world;
  if (exchanges.clientOpen[exchange] === 0) return null;
  const up = exchanges.stream[exchange];
  const { tcpKeepaliveUs } = ofClient(world, tcpPart, exchanges.client[exchange]);
  const again = (atUs: number) => queue.schedule(atUs, TcpEvent.KEEPALIVE, exchange, 0, 0);
  const dueUs = streams.seenUs[up] + tcpKeepaliveUs;
  // While something is unacknowledged, TCP's own clock runs.
  const isBusy = streams.head[up] !== NONE && streams.timeouts[up] > 0;
  if (streams.probes[up] === 0 && (dueUs > queue.nowUs || isBusy)) {
    again(isBusy ? queue.nowUs + tcpKeepaliveUs : dueUs);
    return null;
  }
  if (streams.probes[up] === MAX_PROBES) {
    const root = silenceOn(world, up, queue.nowUs - MAX_PROBES * PROBE_AGAIN_US - tcpKeepaliveUs);
    return { reason: EndReason.tcpTimedOut, cause: Cause.tcpTimedOut, root };
  }
  const lost = dropsPacket(world, up) || dropsAck(world, up + 1);
  const link = streams.link[up];
  const flightUs = lost ? -1 : world.links.latencies[world.links.latency[link]]!.meanUs;
  const { from, to } = world.links;
  world.record(RecordKind.frame, FrameKind.keepalive, from[link], to[link], exchange, flightUs);
  if (!lost) return answered(world, exchange, () => again(queue.nowUs + tcpKeepaliveUs));
  streams.probes[up]++;
  again(queue.nowUs + PROBE_AGAIN_US);
  return null;
}

/** The kernel at the other end answers, if it still knows the connection. */
function answered(
  world: World,
  exchange: number,
  again: () => void,
): { reason: number; cause: number; root: number } | null {
  const { exchanges, queue, settings, streams } = world;
  const up = exchanges.stream[exchange];
  streams.probes[up] = 0;
  streams.seenUs[up] = queue.nowUs;
  if (world.isIn(exchangePart, exchange, "forgotten"))
    return { reason: EndReason.connectionForgotten, cause: Cause.connectionForgotten, root: NONE };
  const { kind } = settings.balancers[exchanges.balancer[exchange]]!;
  const { hearsKeepalive }: BalancerKind = BALANCER_KINDS[kind as BalancerKindName];
  if (hearsKeepalive) exchanges.armedUs[exchange] = queue.nowUs;
  again();
  return null;
}
