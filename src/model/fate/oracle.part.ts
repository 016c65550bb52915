/** Messages, their copies, and the count of them all. */

import type { CauseName } from "../trace/causes.ts";
import { flag, owner, row, small, time, untold, whole } from "../world/column.ts";
import { tableOf, untoldTableOf } from "../world/table.ts";

/** What the oracle says by itself, when a message's last branch has ended and nobody had noted a cause. */
export const ORACLE_CAUSES: readonly CauseName[] = ["recipientAway", "handshakeRefused", "betweenPolls"];

export const Fate = {
  /** Not a copy: a place kept for somebody who is not an intended recipient. */
  none: 0,
  inFlight: 1,
  delivered: 2,
  lost: 3,
} as const;

/** The id of the event that a message becomes in an event stream: one of its own, none, or an empty one. */
export const EventId = { own: 0, none: 1, empty: 2 } as const;

export class Messages extends tableOf({
  /** Its node. */
  sender: owner(),
  audience: small(),
  /** Client for `direct`, room for `room`, else −1. */
  target: row(),
  sentUs: untold(time()),
  /** Copies are consecutive, one place for each member of the audience, in the order of membership. */
  firstCopy: owner(),
  /** How many they are follows from sender and audience. */
  places: untold(whole()),
  branches: whole(),
  /** 1: what can't be written at once is dropped (delivery/volatile.ts). */
  isVolatile: flag(),
  /** How large it is, if anybody asks; 0: it is not said. */
  bytes: whole(),
  /** Copies that are neither delivered nor lost nor carried: they die with the last branch. */
  waiting: whole(),
  /** An {@link EventId}. */
  eventId: small(),
}) {}

/**
 * Of settled copies, only that they are, and what still carries them, matters: the rest is told in future.ts, of
 * those in flight.
 */
export class Copies extends tableOf({
  message: untold(owner()),
  recipient: untold(owner()),
  fate: small(),
  carriers: small(),
  /** Why it is lost if nothing saves it: a row of {@link Reasons}, or {@link NOT_NOTED}. */
  reason: untold(whole()),
}) {}

/** The reason of copies of which nobody has noted any, which stands for «the recipient was away», and its cause. */
export const NOT_NOTED = 0;
export const NO_CAUSE = 255;

/**
 * Why and where a copy's last carrier or its server's branch went. Few copies have one, so it is no part of Copies:
 * what every copy has is memory that a run has to fill.
 */
export class Reasons extends untoldTableOf({
  /** A {@link Cause}. */
  cause: small(NO_CAUSE),
  /** A row of Ends, −1 none. No machine and no rule goes by it. */
  root: row(),
  /** A node. */
  place: row(),
}) {
  constructor() {
    super();
    this.add();
  }
}

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
