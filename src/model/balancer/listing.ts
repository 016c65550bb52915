/** How a balancer begins, and begins anew: with its list of servers as it is configured, and nothing to be said against any of them. */
import type { World } from "../world/world.ts";
import { goAround } from "./policies/turn.ts";

/** The list of servers as it is configured. */
export function addUpstreams(world: World, workers: number): void {
  const { upstreams, peers, turns, nodes, settings } = world;
  upstreams.addMany(nodes.count.server);
  settings.upstreams.forEach(({ weight, isBackup, isDown, listedUs }, server) => {
    upstreams.weight[server] = weight;
    upstreams.isBackup[server] = isBackup ? 1 : 0;
    upstreams.isDown[server] = isDown ? 1 : 0;
    upstreams.listedUs[server] = listedUs;
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
