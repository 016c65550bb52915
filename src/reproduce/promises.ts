/** What a promise of so many percent allows, and what a vendor's published scheme makes of a load. */
import { billsOf } from "../cost/estimate.ts";
import { valuesWith } from "../cost/inputs.ts";
import { allowedMinutes, DAYS_A_YEAR } from "../cost/promises.ts";
import { figures, type PublishedResult } from "./result.ts";

/** 10,000 connections for 30 days, and one message a second to all of them. */
const BROADCAST = valuesWith({
  connections: 10_000,
  hoursPerDay: 24,
  days: 30,
  sendsPerHour: 0,
  broadcastsPerHour: 3600,
});

/** What a line of Ably's bill comes to. $. */
function ablys(line: string): number {
  const ably = billsOf(BROADCAST).find(({ name }) => name === "ably")!;
  return ably.lines.find(({ says }) => says === line)!.amount ?? Number.NaN;
}

export const promises: PublishedResult = {
  name: "promises",
  says: "99.999 % allow five minutes a year, 99.95 % more than four hours; a message a second to 10,000 costs 64,800 dollars a month",
  source: "FACTS §9",
  how: "the arithmetic of fanout cost",
  figures: () =>
    figures(0.001, [
      ["99.999 %: minutes a year", 5.26, allowedMinutes(99.999, DAYS_A_YEAR)],
      ["99.95 %: hours a year", 4.38, allowedMinutes(99.95, DAYS_A_YEAR) / 60],
      [
        "10,000 connections, 30 days: $ for minutes of connection at Ably",
        432,
        ablys("Minutes of connection"),
      ],
      ["one message a second to all of them: $ for messages at Ably", 64_800, ablys("Messages")],
    ]),
};
