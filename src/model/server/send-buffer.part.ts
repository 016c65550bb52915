import { packetsDown, time, untold, whole } from "../world/column.ts";
import { countOrNone, oneOf } from "../world/field.ts";
import { tableOf } from "../world/table.ts";

/** What servers do for a client that does not read: fields of sessions. */
export const SEND_BUFFER_FIELDS = {
  kernelBuffersKiB: countOrNone("none", {
    says: "How much the kernels on the way to a client take of what its server writes and it has not read; what is more waits in the server's process. Linux on one machine: 4,000. Messages weigh what bytes of the workload says; none: they take all",
    source: "ground-truth 28",
    min: 1,
    max: 1_048_576,
    tried: [1],
  }),
  sendBufferKiB: countOrNone("none", {
    says: "With more than that for one client waiting in its process, a server does what whenBufferFull says at the next message; none: it keeps all, as ws and Socket.IO do",
    source: "ground-truth 28",
    min: 1,
    max: 1_048_576,
    tried: [1],
  }),
  whenBufferFull: oneOf(["close", "drop"], "close", {
    says: "What a server does then: close the connection, or drop messages until less waits",
    source: "ground-truth 28",
  }),
} as const;

/** What is written to a session and not read: one row a session, where kernels take only so much. */
export class SendBuffers extends tableOf({
  /** What the kernels hold. Bytes. */
  unread: whole(),
  /** What waits in the process, in order. */
  waiting: packetsDown(),
  /** How many packets that are, and how many bytes. */
  packets: untold(whole()),
  bytes: untold(whole()),
  /** When something began to wait. µs. */
  sinceUs: untold(time()),
}) {}
