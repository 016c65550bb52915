/**
 * How a balancer begins, and begins anew: with its list of servers as it is configured, and nothing to be said against any of them. And how
 * its list changes: at times that are configured, or, with `endpointsLagMs`, behind the servers. As Kubernetes' endpoints do: a pod that is
 * to stop, or whose process dies, is taken out of the endpoints while its own end goes its way, and neither waits for the other; so for a
 * while whoever goes by the list still sends to it, and sends nothing yet to one that is ready. FACTS §13.1.
 *
 * Leaves out: that each proxy hears at a time of its own, and the lag of each change; readiness probes (a process is ready when it begins);
 * endpoints that are terminating and still serve, which are asked where no other is left; that a new pod has a new address: one that starts in
 * the place of another before the list has changed gets what was meant for that.
 */
import { RecordKind } from "../trace/records.ts";
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { goAround, goByWeights } from "./policies/turn.ts";
import { UpstreamEvent, upstreamPart } from "./upstream.part.ts";

/** The list of servers as it is configured. */
export function addUpstreams(world: World, workers: number): void {
  const { upstreams, peers, turns, nodes, settings, queue } = world;
  upstreams.addMany(nodes.count.server);
  settings.upstreams.forEach(({ weight, isBackup, isDown, listedUs, removedUs }, server) => {
    upstreams.weight[server] = weight;
    upstreams.isBackup[server] = isBackup ? 1 : 0;
    upstreams.isDown[server] = isDown ? 1 : 0;
    if (removedUs < Number.POSITIVE_INFINITY) queue.schedule(removedUs, UpstreamEvent.UNLISTED, server, 0, 0);
    if (listedUs === 0) return;
    upstreams.isListed[server] = 0;
    queue.schedule(listedUs, UpstreamEvent.LISTED, server, 0, 0);
  });
  peers.addMany(nodes.count.server * workers);
  turns.addMany(workers);
  forgetServers(world);
}

/** To the balancer, every server is there, and the first is the next in turn. */
export function forgetServers(world: World): void {
  const { upstreams, peers, turns } = world;
  for (let server = 0; server < upstreams.rows; server++) upstreams.isMarkedDown[server] = 0;
  for (let peer = 0; peer < peers.rows; peer++) {
    peers.fails[peer] = 0;
    peers.isOnTrial[peer] = 0;
    peers.currentWeight[peer] = 0;
    peers.effectiveWeight[peer] = upstreams.weight[peer % upstreams.rows];
  }
  for (let worker = 0; worker < turns.rows; worker++) goAround(world, worker);
}

/** A server is on the list from now on, or is not. */
export function list(world: World, server: number, isListed: boolean): void {
  const { upstreams, nodes, balancers } = world;
  const now = isListed ? 1 : 0;
  if (upstreams.isListed[server] !== now) {
    const place = nodes.first.balancer + balancers.rows - 1;
    world.record(RecordKind.relisted, nodes.first.server + server, now, place, 0, 0);
  }
  upstreams.isListed[server] = now;
  for (let worker = 0; worker < world.turns.rows; worker++) goByWeights(world, worker);
}

/** A server is there, or is to stop: the list learns of it in its time, if it ever does. What was taken off for good is not put there again. */
export function tellList(world: World, server: number, isThere: boolean): void {
  const { queue, balancers, settings } = world;
  const atUs = queue.nowUs + ofBalancer(world, upstreamPart, balancers.rows - 1).endpointsLagUs;
  if (atUs === Number.POSITIVE_INFINITY || (isThere && atUs > settings.upstreams[server].removedUs)) return;
  queue.schedule(atUs, isThere ? UpstreamEvent.LISTED : UpstreamEvent.UNLISTED, server, 0, 0);
}
