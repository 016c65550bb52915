import { flag, owner, row, untold, whole } from "../world/column.ts";
import { count, durationOr, oneOf } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * A message that its client keeps until it is acknowledged, or given up. SEND: it is its turn, or its turn again. ACK: x the emit
 * that is acknowledged. DISCONNECTED: the connection that it was sent over has ended. PAGE_CLOSED: its application is gone.
 */
export const deliveryPart = part({
  name: "delivery",
  number: 16,
  home: { column: "client", of: "deliveries" },
  events: ["SEND", "ACK", "DISCONNECTED", "PAGE_CLOSED"],
  fields: {
    in: "clients",
    of: {
      delivery: oneOf(["question", "forget", "ack", "queue", "retry"], "question", {
        says: "What a Socket.IO client does about its messages to the server: question: it waits for an answer, which is a message of its own, for ever; of the others, a server acts on each message. forget: nothing comes back; ack: an acknowledgement is asked for, and nothing is sent again; queue: the client's own retries, one message outstanding and the others waiting behind it; retry: the application sends again what failed, all outstanding at once. With the last three, messages for other clients are acknowledged too: by the server that hands them on, which says nothing of who gets them",
        source: "FACTS §1.5, §7",
      }),
      ackTimeoutMs: durationOr(["none"], "none", {
        says: "With ack, queue and retry: how long the client waits for an acknowledgement, until it takes the message for failed or sends it again; none: for ever, and if the connection ends it never hears",
        source: "FACTS §1.5",
        tried: [40, 300],
      }),
      retries: count(3, 1000, {
        says: "With queue and retry: how often a message is sent again, until its sender is told that it failed",
        source: "FACTS §1.5",
        tried: [1],
      }),
    },
  },
  causes: ["neverSent"],
});
export const DeliveryEvent = deliveryPart.on;

/** One row a message that is acknowledged, or is to be. */
export class Deliveries extends tableOf({
  // Whose and what it is never changes.
  client: untold(row()),
  message: untold(owner()),
  /** How often it was sent. */
  tries: whole(),
  /** How often a server has handed it on, if it is for other clients. */
  handedOn: whole(),
  /** The latest of its emits, −1 before the first: only that one's acknowledgement counts. */
  emit: row(),
  /** 1 while the latest emit waits for a connection, in the send buffer. */
  isBuffered: flag(),
  /** Neighbours among those that its client keeps: in a queue in the order in which they were sent, else of their latest emits. */
  before: row(),
  after: row(),
}) {}

/** One row a try: a message, as it is sent once, with an id of its own for the acknowledgement. */
export class Emits extends tableOf({
  // None of it ever changes.
  delivery: untold(owner()),
  message: untold(owner()),
}) {}

/** One row a client, if any client keeps messages. */
export class Senders extends tableOf({
  /** 1 while it is connected to the namespace. */
  isConnected: flag(),
  /** The messages that it keeps: rows of {@link Deliveries}. Each is a branch of its message. */
  first: row(),
  last: row(),
}) {}
