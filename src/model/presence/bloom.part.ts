import type { NumberField } from "../world/field.ts";
import { STORED } from "./fields.ts";

const bits: NumberField = {
  kind: "count",
  initial: 1024,
  min: 8,
  max: 16_777_216,
  says: "How many bits the filter has",
  source: "FACTS §6",
  tried: [8, 16],
};

const hashes: NumberField = {
  kind: "count",
  initial: 7,
  min: 1,
  max: 30,
  says: "How many of them a user sets at most",
  source: "FACTS §6",
  tried: [2],
};

/** What is known of it before it is needed. */
export const BLOOM = {
  says: "a Bloom filter of users, which can't forget anybody",
  fields: { ...STORED, bits, hashes },
  isRefreshed: false,
} as const;
