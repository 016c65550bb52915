/** What streams are, whoever repairs them: where they lead, how long packets take there, and how that is written down. */
import { RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import type { Latency } from "./latency.ts";
import { isUpward } from "./tcp.part.ts";

/** The nodes that a stream leads from and to. */
export function endsOf({ links, streams }: World, stream: number): [from: number, to: number] {
  const link = streams.link[stream];
  return isUpward(stream) ? [links.from[link], links.to[link]] : [links.to[link], links.from[link]];
}

export function recordFrame(
  world: World,
  stream: number,
  frame: number,
  subject: number,
  flightUs: number,
): void {
  if (world.trace === null) return;
  const [from, to] = endsOf(world, stream);
  world.record(RecordKind.frame, frame, from, to, subject, flightUs);
}

/** The latency of a stream's link now. */
export function latencyOf({ links, streams }: World, stream: number): Latency {
  return links.latencies[links.latency[streams.link[stream]]];
}

/** What a sender expects of a round trip. µs. */
export function roundTripUs(world: World, stream: number): number {
  return 2 * latencyOf(world, stream).meanUs;
}
