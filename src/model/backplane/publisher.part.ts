import { part } from "../world/part.ts";

/** A publisher. Entity: its number among them. TICK: x the line of the workload. */
export const publisherPart = part({ name: "publisher", number: 52, events: ["TICK"] });
export const PublisherEvent = publisherPart.on;
