/**
 * Redis with a history, as Centrifugo uses it: each message is numbered and kept before any server hands it out, so that the order of numbers
 * is that in which all servers hear it. A history has an epoch: killed, Redis forgets it, and another begins. Who comes back with a
 * position (an epoch and an offset) is given all that came after it, or is told that it can't be: delivery/position.ts. FACTS §13.8.
 *
 * Leaves out: persistence of Redis, a limit on how much is given back at a time (Centrifugo: 300), the time that reading takes, a history
 * in the memory of one process (it would die with the server), and several channels: what is for a client is its channel.
 */
import { store } from "../delivery/snapshot.ts";
import type { World } from "../world/world.ts";
import type { Backplane } from "./family.ts";
import { HISTORY } from "./history.part.ts";
import { redis } from "./redis.ts";

export const history = {
  ...redis,
  ...HISTORY,
  ownMessages: () => "heard",
  begin(world: World) {
    redis.begin(world);
    world.positions.addMany(world.nodes.count.client);
  },
  forget: loseHistory,
} satisfies Backplane;

/** A message comes into the history, if there is one. */
export function keepInHistory(world: World, message: number): void {
  if (world.positions.rows > 0) store(world, message);
}

/** What was kept is gone: no position of before means anything any more. */
function loseHistory({ positions }: World): void {
  for (let client = 0; client < positions.rows; client++) {
    positions.isStale[client] = 1;
    positions.isSnapshotStale[client] = 1;
  }
}
