import { oneOf } from "../world/field.ts";
import { CLIENT_FIELDS } from "./client-library.part.ts";
import { OUTPUT_FIELDS } from "./output-buffer.part.ts";

const FIELDS = {
  ...CLIENT_FIELDS,
  ...OUTPUT_FIELDS,
  subscriptionMode: oneOf(["dynamic", "static"], "dynamic", {
    says: "Which channels servers are subscribed to: one for all, and with dynamic one more for each room that has a member there",
    source: "FACTS §1.8; ground-truth 24",
  }),
} as const;

/** What is known of it before it is needed. */
export const SHARDED = {
  says: "Pub/Sub with the sharded Socket.IO adapter, which hands out at home only what Redis has answered (FACTS §1.8)",
  fields: FIELDS,
} as const;
