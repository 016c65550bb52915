/**
 * Redis Streams, with Socket.IO's adapter: each server appends what its clients send, and reads what all have appended, from the last entry
 * that it has (stream-log.ts). FACTS §1.8, §2; ground-truth 24-sharded-and-streams.
 *
 * - XADD is awaited, as the sharded adapter's publish is: in an outage a server's own sockets wait for its connection, too.
 * - Whoever was away, or stood still, reads on where it was. What was trimmed meanwhile it misses, and is not told.
 * - A Redis that dies forgets its stream. What was appended to the next one while a reader was away, that reads as well: ids go on.
 * - A process that starts reads only what is new.
 *
 * Leaves out: that a read waits for 5 s at most; the time that reading takes; entries of other sizes; heartbeats between servers, which are
 * entries as well; what is not broadcast (fetchSockets, acknowledgements), which goes by Pub/Sub; connection state recovery from the stream;
 * and that a client library which refuses a read at once, as with its offline queue off, lets the loop that reads block its whole process.
 */
import { APART } from "../apart.ts";
import type { World } from "../world/world.ts";
import type { Backplane } from "./family.ts";
import { awaitAnswers, redis } from "./redis.ts";
import { STREAMS } from "./streams.part.ts";

export const streams = {
  ...redis,
  ...STREAMS,
  isAwaited: true,
  begin(world: World) {
    redis.begin(world);
    awaitAnswers(world);
    world.streamLogs.addMany(1);
    const { readers, nodes } = world;
    readers.addMany(nodes.count.server);
    readers.hasBegun.fill(1, 0, nodes.count.server);
    readers.isWaiting.fill(1, 0, nodes.count.server);
  },
  forget: (world: World) => APART.streamLog.loseStream(world),
  serverDied(world: World, server: number, wasToldTo: 0 | 1) {
    redis.serverDied(world, server, wasToldTo);
    APART.streamLog.forgetReader(world, server);
  },
} satisfies Backplane;
