/**
 * What a promised availability allows, and what it covers. The arithmetic only: whether a vendor keeps it is not said, and what a user sees
 * depends on all that stands in a row, of which the promise is one.
 */
import type { Values } from "./inputs.ts";

const MINUTES_A_DAY = 1440;
/** Pusher counts an outage in pieces of five minutes (pusher.com/legal/channels-sla). */
export const DAYS_A_YEAR = 365;

/** How long something may be away in so many days without breaking a promise of so many percent. Minutes. */
export function allowedMinutes(percent: number, days: number): number {
  // 100 − 99.999 is not exactly 0.001 in floating point.
  return (Math.round((100 - percent) * 1e9) / 1e9 / 100) * days * MINUTES_A_DAY;
}

/** Of things that are all needed: percent of the time in which all are there, if they fail independently. */
export function inSeries(percents: readonly number[]): number {
  return percents.reduce((all, percent) => (all * percent) / 100, 100);
}

/** What a breach gives back, and what the outage has cost. $. */
export interface Compensation {
  readonly credit: number | null;
  readonly loss: number | null;
}

/** A credit is a part of the fee, whatever was lost. */
export function compensation(values: Values, fee: number | null): Compensation {
  const { creditPercent, outageMinutes, lossPerMinute } = values;
  return {
    credit: creditPercent === null || fee === null ? null : (fee * creditPercent) / 100,
    loss: outageMinutes === null || lossPerMinute === null ? null : outageMinutes * lossPerMinute,
  };
}
