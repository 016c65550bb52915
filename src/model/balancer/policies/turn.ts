/**
 * Whose turn it is: nginx's smooth weighted round robin (ngx_http_upstream_get_peer). Every server that may be taken gains its weight, the
 * one that has most is taken, and loses what all have gained. With weights 5, 1, 1 the turn is a a b a c a a; with equal ones
 * it goes around. FACTS §3.
 *
 * Who has failed weighs less: a failure takes a share of its weight (upstreams.ts), of which each turn in which it may be taken
 * brings one back. Each worker has turns of its own.
 *
 * As long as all weigh the same and everybody may be taken, it is enough to know who is next, so that a turn takes no longer among a
 * thousand servers. What the weights would be follows from that.
 *
 * HAProxy's turn (fwrr) is as even; in which order unequal weights come is nginx's here.
 */

import { NONE } from "../../network/packets.ts";
import type { World } from "../../world/world.ts";
import { isLimited, isListed } from "../listed.ts";

type MayTake = (server: number) => boolean;

/** The server whose turn is next, −1 if none may be taken. */
export function nextInTurn({ peers, nodes }: World, worker: number, mayTake: MayTake): number {
  const first = worker * nodes.count.server;
  let best: number = NONE;
  let most = 0;
  for (let server = 0; server < nodes.count.server; server++) {
    if (!mayTake(server)) continue;
    const gained = peers.currentWeight[first + server] + peers.effectiveWeight[first + server];
    if (best >= 0 && gained <= most) continue;
    best = server;
    most = gained;
  }
  return best;
}

/** It takes its turn, by the weights. */
export function takeTurn(world: World, worker: number, mayTake: MayTake): number {
  const { peers, nodes, upstreams } = world;
  goByWeights(world, worker);
  const best = nextInTurn(world, worker, mayTake);
  if (best < 0) return NONE;
  const first = worker * nodes.count.server;
  let total = 0;
  for (let server = 0; server < nodes.count.server; server++) {
    if (!mayTake(server)) continue;
    const peer = first + server;
    peers.currentWeight[peer] += peers.effectiveWeight[peer];
    total += peers.effectiveWeight[peer];
    if (peers.effectiveWeight[peer] < upstreams.weight[server]) peers.effectiveWeight[peer]++;
  }
  peers.currentWeight[first + best] -= total;
  return best;
}

/** It takes its turn, where turns go around. */
export function takeNext({ turns, nodes }: World, worker: number): number {
  const server = turns.next[worker];
  turns.next[worker] = (server + 1) % nodes.count.server;
  return server;
}

/** Whether all servers weigh the same, and may be taken by this request. */
export function isEven({ turns, exchanges, tries }: World, exchange: number): boolean {
  return (
    turns.next[exchanges.worker[exchange]] !== NONE && tries.before[exchanges.current[exchange]] === NONE
  );
}

/** Something is to be said against a server: whose turn it is, the weights say from now on. */
export function goByWeights({ turns, peers, nodes }: World, worker: number): void {
  const next = turns.next[worker];
  if (next === NONE) return;
  turns.next[worker] = NONE;
  const first = worker * nodes.count.server;
  for (let server = 0; server < nodes.count.server; server++)
    peers.currentWeight[first + server] = weightAt(next, server, nodes.count.server);
}

/** Turns go around again, if nothing is to be said against any server, and the weights are as if they always had. */
export function goAround(world: World, worker: number): void {
  const { turns, peers, nodes } = world;
  // Who is full is passed by, which has to be looked at in every turn.
  if (isLimited(world)) return;
  const { server: count } = nodes.count;
  const first = worker * count;
  // The last of them is not taken until the turn begins anew.
  const next = peers.currentWeight[first + count - 1];
  for (let server = 0; server < count; server++)
    if (
      !isPlain(world, first, server) ||
      peers.currentWeight[first + server] !== weightAt(next, server, count)
    )
      return;
  peers.currentWeight.fill(0, first, first + count);
  turns.next[worker] = next;
}

function isPlain(world: World, first: number, server: number): boolean {
  const { upstreams, peers } = world;
  return (
    isListed(world, server) &&
    upstreams.weight[server] === 1 &&
    upstreams.isBackup[server] === 0 &&
    upstreams.isMarkedDown[server] === 0 &&
    peers.fails[first + server] === 0 &&
    peers.effectiveWeight[first + server] === 1
  );
}

/** What a server weighs where turns go around: whoever was taken has lost what all have gained since. */
function weightAt(next: number, server: number, count: number): number {
  return server < next ? next - count : next;
}
