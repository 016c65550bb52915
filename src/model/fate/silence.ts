/**
 * What keeps the two ends of a connection from hearing each other: a link that is cut, connections that went mute, or that a NAT has
 * forgotten, a process that stands still. What it did to a connection shows later, if at all: when somebody has waited for too long. Then it
 * is the root of that end. So each stands among the ends, as nobody's.
 */
import { pingerPart } from "../client/pinger.part.ts";
import { NONE } from "../network/packets.ts";
import { noteThere } from "../presence/truth.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { RecordKind } from "../trace/records.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { addEnd } from "./ends.ts";

/** Something has become silent at node `place`. Returns its row of Ends. */
export function addSilence(world: World, reason: number, place: number): number {
  const end = addEnd(world, reason, NONE);
  world.record(RecordKind.ended, end, NONE, reason, place, NONE);
  return end;
}

/** A link is cut; `place` is the node at its end that is not the balancer or backplane. */
export function cutLink(world: World, link: number, place: number): void {
  const { links } = world;
  links.cut[link] = addSilence(world, EndReason.linkCut, place);
  links.cutUntilUs[link] = Number.POSITIVE_INFINITY;
  noteThere(world, link);
}

export function healLink(world: World, link: number): void {
  world.links.cutUntilUs[link] = world.queue.nowUs;
  noteThere(world, link);
}

/** The connections that exist on a link go mute; `place` as with a cut. */
export function muteLink(world: World, link: number, place: number): void {
  const { links, streams } = world;
  links.mute[link] = addSilence(world, EndReason.connectionMuted, place);
  links.muteBelow[link] = streams.rows;
  links.muteUntilUs[link] = Number.POSITIVE_INFINITY;
}

/** Of silences that lasted after `sinceUs`, the earliest that a connection of a stream met on its link. −1 none. */
export function silenceOn({ links, streams }: World, stream: number, sinceUs: number): number {
  const link = streams.link[stream];
  const isMuted = stream < links.muteBelow[link] && links.muteUntilUs[link] >= sinceUs;
  const isCut = links.cutUntilUs[link] >= sinceUs;
  const found = earliest(isCut ? links.cut[link] : NONE, isMuted ? links.mute[link] : NONE);
  return earliest(found, streams.forgotten[stream - (stream % 2)]);
}

function earliest(one: number, other: number): number {
  if (one === NONE || other === NONE) return Math.max(one, other);
  return Math.min(one, other);
}

/**
 * Of silences on the way between a client and a server (−1: none is chosen) that lasted after `sinceUs`, the earliest that
 * a request of theirs met (−1: none is under way). −1 none.
 */
export function silenceBetween(
  world: World,
  client: number,
  server: number,
  exchange: number,
  sinceUs: number,
): number {
  const { links, nodes } = world;
  let found: number = NONE;
  const look = (link: number) => {
    if (links.cutUntilUs[link] >= sinceUs) found = earliest(found, links.cut[link]);
  };
  look(client);
  for (let balancer = 0; balancer < nodes.count.balancer - 1; balancer++)
    look(links.toNextBalancer(balancer));
  if (server >= 0) look(links.toServer(server));
  const frozen = (node: number) => pauseOf(world, node, EndReason.processFrozen, sinceUs);
  found = earliest(found, frozen(client));
  if (server >= 0) found = earliest(found, frozen(nodes.first.server + server));
  for (const stream of streamsOf(world, exchange)) found = earliest(found, silenceOn(world, stream, sinceUs));
  return found;
}

/** Of silences that lasted after `sinceUs`, the earliest that kept a server from reading what Redis pushes to it. −1 none. */
export function silenceOfSubscriber(
  world: World,
  server: number,
  redisClient: number,
  sinceUs: number,
): number {
  const pause = pauseOf(world, world.nodes.first.server + server, EndReason.processFrozen, sinceUs);
  return earliest(silenceOn(world, world.redisClients.stream[redisClient] + 1, sinceUs), pause);
}

/** When the process of a node stood still, or was throttled, if that lasted after `sinceUs`. −1 none. */
function pauseOf({ processes, ends }: World, node: number, reason: number, sinceUs: number): number {
  const process = processes.rowOf[node] ?? NONE;
  if (process < 0 || processes.untilUs[process] < sinceUs) return NONE;
  const silence = processes.silence[process]!;
  return silence !== NONE && ends.reason[silence] === reason ? silence : NONE;
}

/**
 * For a silence of this long on a client's connection that nothing else explains: its timers are held back, and without that its
 * own pings would have come in time. −1: no.
 */
export function throttleOf(world: World, client: number, silentUs: number): number {
  if (ofClient(world, pingerPart, client).pingIntervalUs >= silentUs) return NONE;
  return pauseOf(world, client, EndReason.timersThrottled, world.queue.nowUs - silentUs);
}

/** The upward streams of a request's connections, from its client's on. */
function streamsOf({ exchanges, tries }: World, exchange: number): number[] {
  if (exchange === NONE) return [];
  let at = exchange;
  while (exchanges.outer[at] !== NONE) at = tries.exchange[exchanges.outer[at]];
  const streams = [exchanges.stream[at]];
  while (at !== NONE) {
    const tried = exchanges.current[at];
    if (tries.stream[tried] !== NONE) streams.push(tries.stream[tried]);
    at = tries.inner[tried];
  }
  return streams;
}
