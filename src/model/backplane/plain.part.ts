import { oneOf, yesOrNo } from "../world/field.ts";
import { CLIENT_FIELDS, SUBSCRIBER_FIELDS } from "./client-library.part.ts";
import { OUTPUT_FIELDS } from "./output-buffer.part.ts";

export const PLAIN_FIELDS = {
  ...CLIENT_FIELDS,
  ...SUBSCRIBER_FIELDS,
  ...OUTPUT_FIELDS,
  ownMessages: oneOf(["heard", "at-once", "twice"], "heard", {
    says: "When a server hands out what its own clients say: when it hears it from Redis like everybody, at once, or both, by mistake",
    source: "FACTS §2.2; ground-truth 32",
  }),
  roomChannels: yesOrNo(false, {
    says: "Whether each room has a channel of its own, to which a server subscribes when the room has its first member there",
    source: "FACTS §2.2; ground-truth 32",
  }),
} as const;

/** What is known of it before it is needed. */
export const PLAIN = {
  says: "Pub/Sub by the code of plain WebSocket servers, each with its own subscription (FACTS §2.2)",
  fields: PLAIN_FIELDS,
} as const;
