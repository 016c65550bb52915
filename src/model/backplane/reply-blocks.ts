/**
 * How Redis keeps what it has not written to a client yet, and what it counts for that: the first bytes in a fixed buffer of 16 KiB, which
 * counts for nothing; then in blocks of at least 16 KiB, each filled before the next begins. A block is as large as the allocator makes it, so
 * one of 16 KiB counts 20,504 bytes. Ground-truth 11-slow-subscriber; _addReplyProtoToList and getClientOutputBufferMemoryUsage of Redis 7.0.
 *
 * Leaves out: that the fixed buffer of a client which is idle for long shrinks, and what protocol and channel's name add to a message.
 */
import { NONE, Packet } from "../network/packets.ts";
import type { World } from "../world/world.ts";

/** PROTO_REPLY_CHUNK_BYTES. */
const CHUNK = 16 * 1024;
/** A block's own size and fill, clientReplyBlock. */
const HEADER = 16;
/** What a block counts beside its bytes: that, and its place in the list. */
const LISTED = HEADER + 24;

/** What jemalloc gives for so many bytes: from 16 KiB on there are four sizes up to each power of two. */
export function allocated(bytes: number): number {
  const step = 2 ** (29 - Math.clz32(bytes - 1));
  return Math.ceil(bytes / step) * step;
}

/** So many bytes more are to be written to a server. */
export function addReply({ outputs, packets }: World, server: number, bytes: number): void {
  const { fixed, blocks, room, counted } = outputs;
  const inFixed = blocks[server] === NONE ? Math.min(bytes, CHUNK - fixed[server]) : 0;
  const inLast = Math.min(bytes - inFixed, room[server]);
  const left = bytes - inFixed - inLast;
  fixed[server] += inFixed;
  room[server] -= inLast;
  if (left === 0) return;
  const size = allocated(Math.max(left, CHUNK) + HEADER) - HEADER;
  blocks[server] = packets.append(blocks[server], packets.one(Packet.message, size));
  room[server] = size - left;
  counted[server] += size + LISTED;
}

/** The first so many bytes are with the kernel. A block goes when all in it has gone, and the fixed buffer is empty only then, too. */
export function releaseReply({ outputs, packets }: World, server: number, bytes: number): void {
  const { fixed, blocks, room, sent, counted } = outputs;
  sent[server] += bytes;
  if (sent[server] < fixed[server]) return;
  sent[server] -= fixed[server];
  fixed[server] = 0;
  for (let block = blocks[server]; block !== NONE; block = blocks[server]) {
    const size = packets.subject[block];
    const isLast = packets.next[block] === NONE;
    const used = isLast ? size - room[server] : size;
    if (sent[server] < used) return;
    sent[server] -= used;
    counted[server] -= size + LISTED;
    if (isLast) room[server] = 0;
    blocks[server] = packets.withoutFirst(block);
  }
}

/** All of it is gone. */
export function forgetReplies({ outputs, packets }: World, server: number): void {
  packets.drain(outputs.blocks[server], () => {});
  outputs.blocks[server] = NONE;
  for (const column of ["fixed", "room", "sent", "counted"] as const) outputs[column][server] = 0;
}
