import { part } from "../world/part.ts";

/** A publisher. Entity: its number among them. TICK: x the line of the workload. TOLD: of message x, what the registry says of its recipient, y. */
export const publisherPart = part({
  name: "publisher",
  number: 52,
  events: ["TICK", "TOLD"],
  causes: ["notRegistered", "staleOwner"],
});
export const PublisherEvent = publisherPart.on;
