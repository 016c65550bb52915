/** What things cost, held to published schemes and to arithmetic; and each formula, bent, is caught. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMPUTED_BELIEFS } from "../../src/cost/beliefs.ts";
import * as real from "../../src/cost/estimate.ts";
import {
  INPUT_NAMES,
  INPUTS,
  type InputName,
  readChanges,
  readInput,
  valuesWith,
  writeChanges,
} from "../../src/cost/inputs.ts";
import { allowedMinutes, inSeries } from "../../src/cost/promises.ts";
import { ablyBill } from "../../src/cost/vendors.ts";
import { volumeOf } from "../../src/cost/volume.ts";
import { loadMutant } from "../support/mutant.ts";
import { check } from "../support/property.ts";

type Estimates = typeof real;

const RUNS = { runs: 100 };

const near = (found: number | null | undefined, expected: number) =>
  typeof found === "number" && Math.abs(found - expected) < 0.005;

/** 10,000 connections for 30 days, and one message a second to all of them. */
const BROADCAST = valuesWith({ hoursPerDay: 24, sendsPerHour: 0, broadcastsPerHour: 3600 });

/** Formulas, each as a claim about whatever computes them. */
const FORMULAS: Readonly<Record<string, (cost: Estimates) => boolean>> = {
  "a promise in minutes": ({ estimate }) => {
    const [ably, pusher] = estimate(valuesWith({})).promises;
    return (
      near(ably!.minutesAYear, 5.256) &&
      near(ably!.minutesInTime, 0.432) &&
      near(pusher!.minutesAYear, 262.8) &&
      near(pusher!.minutesInTime, 21.6)
    );
  },
  "a vendor's bill for 10,000 connections and 30 days": ({ billsOf }) => {
    const ably = billsOf(BROADCAST).find(({ name }) => name === "ably")!;
    const of = (says: string) => ably.lines.find((line) => line.says === says)!.amount;
    return near(of("Minutes of connection"), 432) && near(of("Messages"), 64_807.5) && ably.beyond !== null;
  },
  "where two curves cross": ({ billsOf, estimate }) => {
    const values = valuesWith({});
    const { crossings } = estimate(values);
    return (
      crossings.length === 1 &&
      // With so few messages the curves would cross where no plan is on offer.
      estimate(valuesWith({ sendsPerHour: 2 })).crossings.length === 0 &&
      crossings.every(({ connections, from, to }) => {
        const at = (load: number, name: string) =>
          billsOf({ ...values, connections: load }).find((bill) => bill.name === name)!.total!;
        return (
          at(connections - 1, from) < at(connections - 1, to) && at(connections, to) <= at(connections, from)
        );
      })
    );
  },
  "spending within the budget": ({ billsOf, judgeBudget }) => {
    const bill = billsOf(valuesWith({}))[0]!;
    const judged = (budget: number | null) => judgeBudget(bill, valuesWith({ budget }));
    return (
      judged(bill.total!) === "within" && judged(bill.total! - 0.01) === "over" && judged(null) === "unknown"
    );
  },
};

describe.each(Object.entries(FORMULAS))("%s", (_, holds) => {
  it("holds", () => expect(holds(real)).toBe(true));
});

it("every bill with people in it says so if what an employer pays on top is missing", () => {
  for (const { missing } of real.billsOf(valuesWith({ benefits: null })))
    expect(missing).toContain("what an employer pays on top of wages");
});

describe("a bent model fails:", () => {
  it.each([
    [
      "a promise in minutes",
      "a month of hours",
      "src/cost/promises.ts",
      "const MINUTES_A_DAY = 1440;",
      "const MINUTES_A_DAY = 24;",
    ],
    [
      "a promise in minutes",
      "a year of 360 days",
      "src/cost/promises.ts",
      "DAYS_A_YEAR = 365",
      "DAYS_A_YEAR = 360",
    ],
    [
      "a vendor's bill for 10,000 connections and 30 days",
      "only what is published counts",
      "src/cost/volume.ts",
      "const messages = published + delivered;",
      "const messages = published;",
    ],
    [
      "a vendor's bill for 10,000 connections and 30 days",
      "a million that is begun is free",
      "src/cost/vendors.ts",
      "Math.ceil(count / MILLION)",
      "Math.floor(count / MILLION)",
    ],
    [
      "a vendor's bill for 10,000 connections and 30 days",
      "no plan's rate is looked at",
      "src/cost/vendors.ts",
      "      volume.messagesPerSecond <= one.messagesPerSecond &&\n",
      "",
    ],
    [
      "where two curves cross",
      "one connection late",
      "src/cost/estimate.ts",
      "  return withIt;",
      "  return withIt + 1;",
    ],
    [
      "where two curves cross",
      "also where nothing is on offer",
      "src/cost/estimate.ts",
      "return total !== null && beyond === null;",
      "return total !== null;",
    ],
    [
      "spending within the budget",
      "to the cent",
      "src/cost/estimate.ts",
      "total <= (budget",
      "total < (budget",
    ],
  ])("%s, %s", async (formula, _, file, find, replace) => {
    const bent = await loadMutant<Estimates>(file, find, replace, "src/cost/estimate.ts");
    expect(FORMULAS[formula]!(bent)).toBe(false);
  });
});

it("computes Ably's own example, $378", () => {
  const volume = {
    ...volumeOf(valuesWith({})),
    messages: 147_600_000,
    connectionMinutes: 2_400_000,
    channelMinutes: 4_800_000,
  };
  const [fee, ...usage] = ablyBill(valuesWith({}), volume).lines.filter(
    ({ says }) => !says.startsWith("People"),
  );
  expect(fee!.amount).toBe(29);
  expect(usage.map(({ amount }) => amount)).toEqual([370, 3, 5]);
});

it("multiplies what stands in a row, and never promises more than the weakest", () => {
  expect(inSeries([99.999, 99.95, 99.5])).toBeCloseTo(99.449_3, 4);
  const percent = fc.double({ min: 0, max: 100, noNaN: true });
  check(
    fc.array(percent, { minLength: 1, maxLength: 5 }),
    (percents) => {
      expect(inSeries(percents)).toBeLessThanOrEqual(Math.min(...percents) + 1e-9);
      expect(allowedMinutes(percents[0]!, 30)).toBeLessThanOrEqual(43_200);
    },
    RUNS,
  );
});

describe("inputs", () => {
  it("have a source and a day if they are prices, and are missing otherwise", () => {
    for (const name of INPUT_NAMES) {
      const { initial, source, date } = INPUTS[name];
      expect(source, name).not.toBe("");
      if (initial === null) expect(source, name).toMatch(/^(missing|yours)/);
      else
        expect([name, date === "" ? source : date]).toEqual([
          name,
          expect.stringMatching(/^\d{4}-|^undated|^an assumption/),
        ]);
    }
  });

  it("that are missing are never made up: what needs them has no total", () => {
    const without = (name: InputName, bill: string) =>
      real.billsOf(valuesWith({ [name]: null })).find((one) => one.name === bill)!;
    expect(without("vonageMessages", "vonage").total).toBeNull();
    for (const name of ["serverHour", "balancerHour", "capacityHour", "trafficFirst", "wage"] as const)
      expect([name, without(name, "build").total]).toEqual([name, null]);
    for (const name of ["ablyStandard", "ablyMessages", "ablyConnections", "ablyChannels", "wage"] as const)
      expect([name, without(name, "ably").total]).toEqual([name, null]);
    expect(without("pusherLargest", "pusher").total).toBeNull();
    const known = valuesWith({ vonageMonth: 100, vonageMessages: 1 });
    expect(real.billsOf(known).find(({ name }) => name === "vonage")!.total).not.toBeNull();
  });

  it("survive the way through an address, and whatever else stands there is refused", () => {
    check(
      fc.subarray(INPUT_NAMES),
      (names) => {
        const changes = Object.fromEntries(names.map((name) => [name, INPUTS[name].max]));
        expect(readChanges(writeChanges(changes))).toEqual({ changes, problems: [] });
      },
      RUNS,
    );
    expect(readChanges("budget:missing,connections:5")).toEqual({
      changes: { budget: null, connections: 5 },
      problems: [],
    });
    check(
      fc.string({ unit: "binary" }),
      (text) => {
        const { changes } = readChanges(text);
        for (const name of Object.keys(changes)) expect(INPUT_NAMES).toContain(name);
      },
      RUNS,
    );
    for (const [name, text] of [
      ["connections", "0"],
      ["connections", "1e3"],
      ["connections", ""],
      ["__proto__", "1"],
      ["ablyUptime", "-1"],
    ])
      expect([name, typeof readInput(name!, text!)]).toEqual([name, "string"]);
    expect(readChanges("x".repeat(5000)).problems).toHaveLength(1);
  });

  it("give finite bills over all that they may be", () => {
    const value = (name: InputName) =>
      fc.constantFrom(INPUTS[name].min, INPUTS[name].max, INPUTS[name].initial);
    const some = fc.record(Object.fromEntries(INPUT_NAMES.map((name) => [name, value(name)])));
    check(
      some,
      (changes) => {
        for (const { total } of real.billsOf(valuesWith(changes)))
          if (total !== null) expect(Number.isFinite(total) && total >= 0).toBe(true);
      },
      RUNS,
    );
  });
});

describe.each(COMPUTED_BELIEFS)("«$belief»", ({ refute }) => {
  it("is refuted by arithmetic", () => {
    const { isRefuted, says } = refute();
    expect(isRefuted).toBe(true);
    expect(says.length).toBeGreaterThan(0);
    expect(says.length).toBeLessThanOrEqual(10);
  });
});
