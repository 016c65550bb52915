import { until, whole } from "../world/column.ts";
import { countOrNone } from "../world/field.ts";
import { tableOf } from "../world/table.ts";

/** What a vendor allows, and what happens above it. */
export const VENDOR_FIELDS = {
  messagesPerSecond: countOrNone("none", {
    says: "How many messages a second may be published; what is above is refused with an error (Ably: 50 into a channel; 429, code 42911); none: as many as one likes",
    source: "FACTS §9",
    min: 1,
    max: 1_000_000,
    tried: [1, 3],
  }),
  maxMessageBytes: countOrNone("none", {
    says: "How large a message may be; larger ones are refused (Ably: 65536, code 40009; Pusher: 10240); none: as large as one likes",
    source: "FACTS §9",
    min: 1,
    max: 1_000_000,
    tried: [1000],
  }),
  quotaMessages: countOrNone("none", {
    says: "How many messages the plan has in the time of the run, each that is published and each that is delivered; after them publishing is refused (Ably: code 40112; Pusher: 403); none: what is above is billed",
    source: "FACTS §9",
    min: 0,
    max: 1_000_000_000,
    tried: [2, 6],
  }),
  budgetMessages: countOrNone("none", {
    says: "How many messages one wants to pay for in the time of the run, published and delivered. The vendor does not know it: the rule bill-within-budget does; none: nothing is judged",
    min: 0,
    max: 1_000_000_000,
  }),
} as const;

/** What is known of it before it is needed. */
export const VENDOR = {
  says: "a vendor's service: balancer and servers are the vendor's own, publishers are yours; it counts, bills and refuses (FACTS §9)",
  fields: VENDOR_FIELDS,
} as const;

/** What a vendor has counted: one row, if there is one. */
export class Vendors extends tableOf({
  /** Messages that it bills so far: published and delivered. */
  billed: whole(),
  /** Until when the second goes by which it counts the rate, and how many were published in it. */
  secondUntilUs: until(),
  inSecond: whole(),
}) {}
