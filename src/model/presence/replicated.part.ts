import { durationMs, type NumberField } from "../world/field.ts";
import { OBSERVED } from "./fields.ts";

const silentPeriods: NumberField = {
  kind: "count",
  initial: 10,
  min: 0,
  max: 10_000,
  says: "In how many rounds on end a server may say nothing, if there is nothing to tell",
  source: "FACTS §6",
  tried: [2],
};

const FIELDS = {
  ...OBSERVED,
  broadcastMs: durationMs(1500, {
    says: "How often a server tells the others what has changed of who is online at it",
    source: "FACTS §6",
    tried: [200],
  }),
  silentPeriods,
  downMs: durationMs(30_000, {
    says: "How long nothing may be heard of a server until its users are not listed any more; less than the longest silence, and servers that live are taken for dead",
    source: "FACTS §6",
    tried: [900],
  }),
  permdownMs: durationMs(1_200_000, {
    says: "How long nothing may be heard of a server until it is forgotten",
    source: "FACTS §6",
    tried: [2500],
  }),
};

/** What is known of it before it is needed. */
export const REPLICATED = {
  says: "each server's own list, which the others are told of in rounds, as Phoenix.Tracker does it",
  fields: FIELDS,
  isRefreshed: false,
  isKeptByServers: true,
  isBelievedByServers: true,
} as const;
