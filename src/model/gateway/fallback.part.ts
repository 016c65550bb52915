import { NONE } from "../network/packets.ts";
import { flag, owner, row, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf, untoldTableOf } from "../world/table.ts";

/** A copy that the notification service watches. OFFER: it has just heard of it. RECEIPT: x a Heard, y by what. FAILED: x the channel that failed. */
export const fallbackPart = part({
  name: "fallback",
  number: 14,
  home: { column: "node", of: "fallbacks" },
  events: ["OFFER", "RECEIPT", "FAILED"],
  causes: ["budgetSpent"],
});
export const FallbackEvent = fallbackPart.on;

/** One row a copy that is watched. */
export class Fallbacks extends tableOf({
  /** The service's. */
  node: untold(owner()),
  copy: owner(),
  /** Row of Notices. */
  notice: owner(),
  /** The channel that was taken last, −1 none. */
  channel: row(),
  /** The first channel that was not tried yet. */
  next: whole(),
  /** 1: the application on the device has shown it. */
  shown: flag(),
  /** 1: nobody answers it by a channel: it is an answer itself, or has been answered. */
  answered: flag(),
}) {}

/** By copy, as far as the service has heard of any: row of Fallbacks. */
export class FallbackOf extends untoldTableOf({ fallback: row() }) {
  /** Who watches a copy; −1 nobody. */
  of(copy: number): number {
    return copy < this.rows ? this.fallback[copy]! : NONE;
  }
}
