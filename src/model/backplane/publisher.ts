/**
 * A process without clients that publishes: a job, a worker, an emitter. It hands its messages to the backplane, over a
 * connection of its own, and each server that hears one hands it out to its own sockets. Ground-truth
 * 25-external-publisher.
 *
 * Leaves out: what stops it, and confirmation.
 */
import { sendLine } from "../fate/workload.ts";
import type { Handler } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import { backplaneOf } from "./index.ts";
import { PublisherEvent, publisherPart } from "./publisher.part.ts";

function handle(world: World, code: number, publisher: number, x: number, y: number): void {
  if (code === PublisherEvent.TICK) publish(world, publisher, x);
  else backplaneOf(world).hear?.(world, world.nodes.count.server + publisher, x, y);
}

function publish(world: World, publisher: number, line: number): void {
  const node = world.nodes.first.publisher + publisher;
  const message = sendLine(world, node, PublisherEvent.TICK, publisher, line);
  backplaneOf(world).publishFrom(world, publisher, message);
}

function nodeOf({ nodes }: World, _: number, publisher: number): number {
  return nodes.first.publisher + publisher;
}

export const publisher = { part: publisherPart, handle, nodeOf } satisfies Handler;
