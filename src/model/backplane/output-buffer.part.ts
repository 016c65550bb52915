import { numbers, packetsUp, time, untold, whole } from "../world/column.ts";
import { countOrNone, durationMs } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** What a Redis of one's own does for a subscriber that does not read. */
export const OUTPUT_FIELDS = {
  kernelBuffersKiB: countOrNone("none", {
    says: "How much the kernels on the way to a server take of what Redis pushes and it has not read; what is more waits in Redis. Linux on one machine: 4,000. Messages weigh what bytes of the workload says; none: they take all",
    source: "ground-truth 11, 28",
    min: 1,
    max: 1_048_576,
    tried: [1],
  }),
  outputHardKiB: countOrNone(32_768, {
    says: "With so much in its output buffer for one subscriber, Redis closes that connection (client-output-buffer-limit pubsub, the first number); none: it keeps all",
    source: "FACTS §2",
    min: 1,
    max: 1_048_576,
    tried: [24],
  }),
  outputSoftKiB: countOrNone(8192, {
    says: "Or with so much for as long as outputSoftMs says (the second number); none: there is no such limit",
    source: "FACTS §2",
    min: 1,
    max: 1_048_576,
    tried: [16],
  }),
  outputSoftMs: durationMs(60_000, {
    says: "How long a subscriber's output buffer may stay at outputSoftKiB or above (the third number)",
    source: "FACTS §2",
    tried: [300],
  }),
} as const;

/**
 * What Redis pushes to a server where kernels take only so much; entity: the server. PUSH: its process reads a push, as of serverPart. ROOM: Redis
 * hears that x bytes more are read. OVERDUE: its buffer may have been above the soft limit for too long.
 */
export const outputBufferPart = part({
  name: "outputBuffer",
  number: 57,
  events: ["PUSH", "ROOM", "OVERDUE"],
  causes: ["outputBufferFull"],
  ends: ["outputBufferFull"],
});
export const OutputBufferEvent = outputBufferPart.on;

/** Redis's output buffers: one row a server, where kernels take only so much. */
export class OutputBuffers extends tableOf({
  /** What the kernels hold. Bytes. */
  unread: whole(),
  /** Pushes that wait in Redis, in order, and whose each is: its node less the first server's. */
  waiting: packetsUp(),
  origins: numbers(),
  /** How many they are. */
  count: untold(whole()),
  /** Where their bytes lie (reply-blocks.ts): how many in the fixed buffer; the sizes of the blocks; how many the last block has room for. */
  fixed: whole(),
  blocks: numbers(),
  room: whole(),
  /** Of what lies first, how many bytes the kernels have already. */
  sent: whole(),
  /** What Redis counts for the blocks. Bytes. */
  counted: untold(whole()),
  /** Since when that is at the soft limit or above; −1: it is not. µs. */
  aboveSinceUs: time(-1),
  /** When something began to wait. µs. */
  waitingSinceUs: untold(time()),
}) {}
