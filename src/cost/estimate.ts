/** All of it together: bills for a load, how they change with it, where they cross, and what promises allow. */
import type { Bill, OptionName } from "./bill.ts";
import { buildBill } from "./build.ts";
import type { Values } from "./inputs.ts";
import { allowedMinutes, type Compensation, compensation, DAYS_A_YEAR, inSeries } from "./promises.ts";
import { ablyBill, ablyUsersBill, pusherBill, vonageBill } from "./vendors.ts";
import { type Volume, volumeOf } from "./volume.ts";

interface Uptime {
  readonly name: string;
  /** Null: missing. */
  readonly percent: number | null;
  readonly minutesInTime: number | null;
  readonly minutesAYear: number | null;
}

export interface Estimate {
  readonly values: Values;
  readonly volume: Volume;
  readonly bills: readonly Bill[];
  /** The cheapest that is on offer for this load; null: of none the price is known. */
  readonly cheapest: Bill | null;
  readonly crossings: readonly Crossing[];
  readonly promises: readonly Uptime[];
  /** Of the vendor with the best promise, your own part and the last mile: percent in which all are there, of those that are known. */
  readonly inRow: number | null;
  readonly compensation: Compensation;
}

/** As many connections as here, and one costs no more than the other, which was cheaper below. */
interface Crossing {
  readonly connections: number;
  readonly from: OptionName;
  readonly to: OptionName;
  readonly total: number;
}

export function billsOf(values: Values): Bill[] {
  const volume = volumeOf(values);
  return [buildBill, ablyBill, ablyUsersBill, pusherBill, vonageBill].map((bill) => bill(values, volume));
}

export function estimate(values: Values): Estimate {
  const bills = billsOf(values);
  const cheapest = cheapestOf(bills);
  const known = [values.ablyUptime, values.ownUptime, values.lastMile].filter((percent) => percent !== null);
  return {
    values,
    volume: volumeOf(values),
    bills,
    cheapest,
    crossings: crossingsOf(values),
    promises: (
      [
        ["Ably", values.ablyUptime],
        ["Pusher", values.pusherUptime],
        ["Vonage", values.vonageUptime],
        ["Your own part", values.ownUptime],
        ["The last mile", values.lastMile],
      ] as const
    ).map(([name, percent]) => ({
      name,
      percent,
      minutesInTime: percent === null ? null : allowedMinutes(percent, values.days ?? 0),
      minutesAYear: percent === null ? null : allowedMinutes(percent, DAYS_A_YEAR),
    })),
    inRow: known.length === 0 ? null : inSeries(known),
    compensation: compensation(values, bills.find(({ name }) => name === "ably")!.fee),
  };
}

/** What one can have for a known price. */
function isOffered({ total, beyond }: Bill): boolean {
  return total !== null && beyond === null;
}

function cheapestOf(bills: readonly Bill[]): Bill | null {
  return bills
    .filter(isOffered)
    .reduce<Bill | null>((best, bill) => (best === null || bill.total! < best.total! ? bill : best), null);
}

/** From so few connections to so many, each so many times the one before: ten to the power of 1/16. */
const FEWEST = 100;
const MOST = 1_000_000;
const STEP = 1.154_781_984_689_458;

/** For how many connections curves are drawn. */
function loadsOf(): number[] {
  const loads: number[] = [];
  for (let load = FEWEST; load < MOST * 1.01; load *= STEP) loads.push(Math.round(load));
  return loads;
}

interface Point {
  readonly connections: number;
  readonly bills: readonly Bill[];
}

/** Each option's bill over the load, all else as it is. */
export function curvesOf(values: Values): Point[] {
  return loadsOf().map((connections) => ({ connections, bills: billsOf({ ...values, connections }) }));
}

/** Where building begins, or ceases, to be cheaper than what one can buy, to the connection. */
function crossingsOf(values: Values): Crossing[] {
  const points = curvesOf(values);
  const crossings: Crossing[] = [];
  for (let i = 1; i < points.length; i++)
    for (const vendor of points[i]!.bills.slice(1).map(({ name }) => name)) {
      const before = difference(points[i - 1]!.bills, vendor);
      const after = difference(points[i]!.bills, vendor);
      if (before === null || after === null || before > 0 === after > 0) continue;
      const connections = firstWith(points[i - 1]!.connections, points[i]!.connections, (load) => {
        const between = difference(billsOf({ ...values, connections: load }), vendor);
        return between !== null && between > 0 === after > 0;
      });
      const total = billsOf({ ...values, connections }).find(({ name }) => name === "build")!.total!;
      const [from, to] = after > 0 ? (["build", vendor] as const) : ([vendor, "build"] as const);
      crossings.push({ connections, from, to, total });
    }
  return crossings.sort((a, b) => a.connections - b.connections);
}

/** What building costs more than the vendor; null: one of them is not on offer. $. */
function difference(bills: readonly Bill[], vendor: OptionName): number | null {
  const build = bills.find(({ name }) => name === "build")!;
  const bought = bills.find(({ name }) => name === vendor)!;
  return isOffered(build) && isOffered(bought) ? build.total! - bought.total! : null;
}

/** The least whole number above `low`, up to `high`, that has it, if all above the first that does have it. */
function firstWith(low: number, high: number, has: (value: number) => boolean): number {
  let without = low;
  let withIt = high;
  while (withIt - without > 1) {
    const middle = Math.floor((without + withIt) / 2);
    if (has(middle)) withIt = middle;
    else without = middle;
  }
  return withIt;
}

export type BudgetVerdict = "within" | "over" | "unknown";

/** Spending stays within the budget. Without a budget, or without a price, nothing is judged. */
export function judgeBudget({ total }: Bill, { budget, days }: Values): BudgetVerdict {
  if (budget === null || total === null) return "unknown";
  return total <= (budget * (days ?? 0)) / 30 ? "within" : "over";
}
