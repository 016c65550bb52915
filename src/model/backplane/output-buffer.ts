/**
 * A subscriber that reads slowly, or not at all: what Redis pushes to it is taken by the kernels on the way first (network/window.ts), in
 * silence; what is more waits in Redis's output buffer for that connection. At its hard limit, or above its soft limit for too long, Redis
 * closes the connection and drops what waits. What the kernels hold still arrives. Others don't wait. FACTS §2; ground-truth 11-slow-subscriber.
 *
 * Leaves out: what window.ts does; that Redis looks at soft limits in whole seconds, and writes what came in one round of its loop together;
 * that a message which the kernel has in part is cut off at the close; a server whose process is busy, which reads nothing meanwhile; answers to
 * publishes and reads, for which nothing waits here; and word of what was read that comes when the connection is closed and made again.
 */
import { dropCargo } from "../fate/cargo.ts";
import { endConnection, whyOf } from "../fate/ends.ts";
import { silenceOfSubscriber } from "../fate/silence.ts";
import { NONE, Packet } from "../network/packets.ts";
import { takes } from "../network/window.ts";
import { pushCode } from "../server/reader.ts";
import { Cause } from "../trace/causes.ts";
import { EndReason } from "../trace/end-reasons.ts";
import { FrameKind } from "../trace/frames.ts";
import { RecordKind } from "../trace/records.ts";
import type { SettingsOf } from "../world/field.ts";
import type { World } from "../world/world.ts";
import { backplanePart } from "./backplane.part.ts";
import { toServer, unsubscribe } from "./connections.ts";
import { type OUTPUT_FIELDS, OutputBufferEvent } from "./output-buffer.part.ts";
import { RedisClientEvent } from "./redis-client.part.ts";
import { subscriberOf } from "./redis-client.ts";
import { addReply, forgetReplies, releaseReply } from "./reply-blocks.ts";

const KIB = 1024;

function limitsOf({ settings }: World): SettingsOf<typeof OUTPUT_FIELDS> {
  return settings.backplaneOwn as SettingsOf<typeof OUTPUT_FIELDS>;
}

/** Redis has a push for a server: it comes into the buffer, and goes on as far as there is room. */
export function pushThrough(world: World, server: number, message: number, origin: number): void {
  const { outputs, packets, messages, queue } = world;
  const { waiting, origins, count, waitingSinceUs } = outputs;
  waiting[server] = packets.append(waiting[server], packets.one(Packet.message, message));
  origins[server] = packets.append(origins[server], packets.one(Packet.message, origin));
  if (count[server]++ === 0) waitingSinceUs[server] = queue.nowUs;
  addReply(world, server, messages.bytes[message]);
  if (outputs.counted[server] >= limitsOf(world).outputHardKiB * KIB) return closeSlow(world, server);
  writeOut(world, server);
  if (count[server] > 0) record(world, server);
}

/** What waits goes on, as far as the kernels have room. */
function writeOut(world: World, server: number): void {
  const { outputs, packets, messages } = world;
  const { waiting, origins } = outputs;
  const { kernelBuffersKiB } = limitsOf(world);
  while (waiting[server] !== NONE) {
    const message = packets.subject[waiting[server]];
    const bytes = messages.bytes[message];
    if (!takes(outputs.unread, server, bytes, kernelBuffersKiB)) break;
    const origin = packets.subject[origins[server]];
    waiting[server] = packets.withoutFirst(waiting[server]);
    origins[server] = packets.withoutFirst(origins[server]);
    outputs.count[server]--;
    releaseReply(world, server, bytes);
    toServer(
      world,
      subscriberOf(server),
      FrameKind.push,
      message,
      OutputBufferEvent.PUSH,
      server,
      message,
      origin,
    );
  }
  noteSoft(world, server);
}

/** Whether the buffer is at its soft limit, or above, and since when. */
function noteSoft(world: World, server: number): void {
  const { outputs, queue } = world;
  const { aboveSinceUs, counted } = outputs;
  const { outputSoftKiB, outputSoftUs } = limitsOf(world);
  if (counted[server] < outputSoftKiB * KIB) aboveSinceUs[server] = -1;
  else if (aboveSinceUs[server] < 0) {
    aboveSinceUs[server] = queue.nowUs;
    queue.schedule(queue.nowUs + outputSoftUs, OutputBufferEvent.OVERDUE, server, 0, 0);
  }
}

/** Redis looks how long a buffer has been at its soft limit. */
function look(world: World, server: number): void {
  const sinceUs = world.outputs.aboveSinceUs[server];
  if (sinceUs >= 0 && world.queue.nowUs - sinceUs >= limitsOf(world).outputSoftUs) closeSlow(world, server);
}

/** Too much waits for a subscriber: its connection is closed, behind what the kernels have. */
function closeSlow(world: World, server: number): void {
  const { redisClients, outputs, nodes } = world;
  const redisClient = subscriberOf(server);
  const connection = redisClients.connection[redisClient];
  record(world, server);
  const root = silenceOfSubscriber(world, server, redisClient, outputs.waitingSinceUs[server]);
  endConnection(world, connection, EndReason.outputBufferFull, nodes.first.backplane, root);
  dropOutput(world, server, whyOf(world, connection, Cause.outputBufferFull));
  unsubscribe(world, redisClient);
  toServer(world, redisClient, FrameKind.close, NONE, RedisClientEvent.SOCKET_CLOSED, redisClient, 0, 0);
}

/** A subscriber's connection is over, and what waits for it is lost. */
export function dropOutput(world: World, server: number, why: number): void {
  const { outputs, packets, nodes } = world;
  const { waiting, origins, count } = outputs;
  const [list, had] = [waiting[server], count[server]];
  packets.drain(origins[server], () => {});
  waiting[server] = NONE;
  origins[server] = NONE;
  count[server] = 0;
  outputs.unread[server] = 0;
  outputs.aboveSinceUs[server] = -1;
  forgetReplies(world, server);
  const [from, to] = [nodes.first.backplane, nodes.first.server + server];
  packets.drain(list, (_, message) => dropCargo(world, FrameKind.push, message, why, from, to));
  if (had > 0) record(world, server);
}

/** Redis runs again: it writes where there is room now, and then looks at its limits. */
export function resumeOutputs(world: World): void {
  for (let server = 0; server < world.outputs.rows; server++) {
    writeWaiting(world, server);
    look(world, server);
  }
}

function writeWaiting(world: World, server: number): void {
  if (world.outputs.count[server] === 0) return;
  writeOut(world, server);
  record(world, server);
}

function record(world: World, server: number): void {
  const { outputs, nodes } = world;
  const { count, counted } = outputs;
  world.record(RecordKind.backlog, nodes.first.server + server, count[server], counted[server], 0, 0);
}

/** A server's process reads a push, and word of that goes back to Redis. */
function readPush(world: World, server: number, message: number, origin: number): void {
  const { messages, redisClients, links, queue } = world;
  const bytes = messages.bytes[message];
  if (bytes > 0 && redisClients.accepted[subscriberOf(server)] === 1) {
    const wayUs = links.latencies[links.latency[links.toBackplane(server)]].meanUs;
    queue.schedule(queue.nowUs + wayUs, OutputBufferEvent.ROOM, server, bytes, 0);
  }
  world.send(pushCode(world), server, message, origin);
}

/** The kernels have room again, whether Redis runs or not; if it does, it writes on. */
function hearRoom(world: World, server: number, bytes: number): void {
  const { unread } = world.outputs;
  unread[server] = Math.max(0, unread[server] - bytes);
  if (world.isIn(backplanePart, 0, "up")) writeWaiting(world, server);
}

export function handleOutput(world: World, code: number, server: number, x: number, y: number): void {
  if (code === OutputBufferEvent.PUSH) readPush(world, server, x, y);
  else if (code === OutputBufferEvent.ROOM) hearRoom(world, server, x);
  else if (world.isIn(backplanePart, 0, "up")) look(world, server);
}
