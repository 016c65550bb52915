/** The notification service: what it is told to do, and what it hears. */
import { amount, row, whole } from "../world/column.ts";
import { count, durationMs, durationOr, oneOf, priceOr, share, waitMs, yesOrNo } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * Entity: a copy that it watches, a row of Fallbacks. ARRIVED: a channel's (x) copy (y) reaches the device. READ: the
 * person reads what came by x. REPORT: the page says so, x a {@link Heard}. RECEIPT: word of it reaches the service, x a
 * {@link Heard}, y by what. ANSWERED: the person's answer (y) reaches the service by x.
 */
export const gatewayPart = part({
  name: "gateway",
  number: 54,
  events: ["ARRIVED", "READ", "REPORT", "RECEIPT", "ANSWERED"],
  fields: {
    in: "gateway",
    of: {
      fallBackOn: oneOf(["unread", "failure"], "unread", {
        says: "What makes the service take the next channel: unread, that it has heard nothing for waitMs; failure, only that a channel failed and said so",
        source: "FACTS §9.1",
      }),
      waitMs: durationMs(60_000, {
        says: "How long the service waits for a receipt, from the page and from each channel, before it takes the next one",
        source: "FACTS §9.1",
        tried: [400, 1200],
      }),
      until: oneOf(["read", "delivered"], "read", {
        says: "Which receipt is enough: that the person has read it, or that the device has it; of a channel that can't tell of reading, that the device has it",
        source: "FACTS §9.1",
      }),
      gate: yesOrNo(true, {
        says: "Whether a receipt keeps the service from sending the message once more; if not, all channels get it, one after the other",
        source: "FACTS §9.1",
      }),
      asksPresence: yesOrNo(true, {
        says: "Whether a recipient without any connection counts as a failure of the page, so that the first channel is taken at once",
        source: "FACTS §9.1",
      }),
      sharedIds: yesOrNo(true, {
        says: "Whether a message has one id on all channels, by which the application knows what it has shown already; an SMS shows itself",
        source: "FACTS §9.1",
      }),
      receiptLoss: share(0, {
        says: "Share of receipts that get lost on their way to the service; an assumption",
        tried: [0.3],
      }),
      receiptRetryMs: durationOr(["none"], "none", {
        says: "How long the page waits before it sends a receipt again that did not get through; none: it sends each once; an assumption",
        tried: [500],
      }),
      readMs: waitMs(5000, {
        says: "How long it takes in the mean until a person has read what the page shows, exponentially distributed; an assumption",
        source: "FACTS §9.1",
        tried: [0, 300],
      }),
      characters: count(100, 10_000, {
        says: "How many characters a message has; an assumption",
        tried: [200],
      }),
      budgetUsd: priceOr("none", "none", {
        says: "What the channels may cost in the whole run, in US dollars; none: anything; no budget is an assumption",
        max: 1_000_000,
        tried: [0.1],
      }),
      keepsBudget: yesOrNo(false, {
        says: "Whether the service takes no channel that would cost more than what is left of the budget; that it does not look is an assumption",
      }),
      context: oneOf(["conversation", "socket"], "conversation", {
        says: "Under which key the service finds its conversation with a person: one that lasts, or the id of the person's socket, which ends with it",
        source: "FACTS §9.1",
      }),
      answers: share(0, {
        says: "Share of those who, having read what came by a channel, answer the sender by it; that nobody does is an assumption",
        tried: [0, 1],
      }),
    },
  },
  causes: ["contextLost", "noServerLeft"],
});
export const GatewayEvent = gatewayPart.on;

/** What a receipt says. */
export const Heard = { delivered: 0, read: 1 } as const;

/** In place of a channel's number: the page. */
export const PAGE = -1;

/** One row a message that the service has heard of. While something of it is watched, that is a branch. */
export class Notices extends tableOf({
  message: row(),
  /** Copies that are still watched. */
  open: whole(),
}) {}

/** One row a client, where there is a service: how its conversation with that person stands. */
export class Conversations extends tableOf({
  /** How many messages are in it, the person's answers among them. */
  sequence: whole(),
  /** The session of the person's socket when it began; −1 none. Goes by it only who finds it by a socket's id. */
  socket: row(),
  /** The person's answer that is on its way to the service, −1 none. */
  answer: row(),
}) {}

/** One row a service: what it has spent, in millionths of a US dollar. */
export class Spendings extends tableOf({ micros: amount() }) {}
