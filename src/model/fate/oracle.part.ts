/** Messages, their copies, and the count of them all. */

import type { CauseName } from "../trace/causes.ts";
import { row, small, time, untold, whole } from "../world/column.ts";
import { tableOf, untoldTableOf } from "../world/table.ts";

/** What the oracle says by itself, when a message's last branch has ended and nobody had noted a cause. */
export const ORACLE_CAUSES: readonly CauseName[] = ["recipientAway", "handshakeRefused"];

export const Fate = {
  /** Not a copy: a place kept for somebody who is not an intended recipient. */
  none: 0,
  inFlight: 1,
  delivered: 2,
  lost: 3,
} as const;

/** No cause noted yet: stands for «the recipient was away». */
export const NO_CAUSE = 255;

export class Messages extends tableOf({
  sender: row(),
  audience: small(),
  /** Client for `direct`, room for `room`, else −1. */
  target: row(),
  sentUs: untold(time()),
  /** Copies are consecutive, one place for each member of the audience, in the order of membership. */
  firstCopy: row(),
  /** How many they are follows from sender and audience. */
  places: untold(whole()),
  branches: whole(),
  /** Copies that are neither delivered nor lost nor carried: they die with the last branch. */
  waiting: whole(),
}) {}

/**
 * Of settled copies, only that they are, and what still carries them, matters: the rest is told in future.ts, of
 * those in flight.
 */
export class Copies extends tableOf({
  message: untold(row()),
  recipient: untold(row()),
  fate: small(),
  carriers: small(),
  /**
   * Why and where its last carrier or its server's branch went; the cause of its loss, and its root (−1 none), if
   * nothing saves it.
   */
  cause: untold(small(NO_CAUSE)),
  /** No machine and no rule goes by it: ends.ts. */
  root: untold(row()),
  place: untold(row()),
}) {}

/** Running totals, kept so that conservation can be checked after every event. They follow from the fates. */
export class Tally extends untoldTableOf({
  sent: whole(),
  delivered: whole(),
  duplicated: whole(),
  lost: whole(),
}) {
  constructor() {
    super(1);
    this.add();
  }
}
