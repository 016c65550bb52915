/** What stays on the stage and the timeline as a sign that something failed there: lost copies and refused requests, grouped. */
import { CAUSES } from "../../model/trace/causes.ts";
import type { Loaded } from "../player/player.ts";
import { errorText } from "./requests.ts";

export interface Mark {
  readonly key: string;
  /** The node where it happened. */
  readonly place: number;
  /** Ascending. */
  readonly timesUs: Float64Array;
  /** Whose copy, or whose request: a node for each time. */
  readonly whose: Int32Array;
  /** By time: the copy; of requests none. */
  readonly copies: Int32Array;
  /** A circle stands for a copy, a square for a request. */
  readonly kind: "copy" | "request";
  readonly label: string;
  /** Of copies: its place among the causes; of requests −1. */
  readonly cause: number;
}

/** All marks of a run. */
export function marksOf({ index }: Loaded): Mark[] {
  const copies = index.ledger.losses.map(
    (group): Mark => ({
      key: `copy/${group.place}/${group.cause}`,
      place: group.place,
      timesUs: group.timesUs,
      whose: Int32Array.from(group.copies, (c) => index.ledger.recipient[c]),
      copies: group.copies,
      kind: "copy",
      label: CAUSES[group.cause]?.label ?? "",
      cause: group.cause,
    }),
  );
  const requests = index.requests.refusals.map(
    (group): Mark => ({
      key: `request/${group.place}/${group.status}/${group.error}`,
      place: group.place,
      timesUs: group.timesUs,
      whose: group.clients,
      copies: new Int32Array(0),
      kind: "request",
      label: `${group.status} ${errorText(group.error)}`.trim(),
      cause: -1,
    }),
  );
  return [...copies, ...requests];
}
