/** What cost says, by name, for the prose of lessons. */
import type { Estimate } from "./estimate.ts";
import { amount, money, short, span } from "./words.ts";

/** What is not there is «none»; what can't be said is «missing». */
export function costFacts({
  values,
  volume,
  bills,
  cheapest,
  crossings,
  promises,
  inRow,
  compensation,
}: Estimate): Record<string, number | string> {
  const facts: Record<string, number | string> = {
    "cost.connections": amount(values.connections ?? 0),
    "cost.messages": short(volume.messages),
    "cost.perSecond": amount(Math.round(volume.messagesPerSecond)),
    "cost.cheapest": cheapest?.title ?? "missing",
    "cost.crossing": crossings[0] === undefined ? "none" : amount(crossings[0].connections),
    "cost.crossingAt": crossings[0]?.connections ?? 0,
    "cost.crossings": crossings.length,
    "cost.missing": bills.filter(({ total }) => total === null).length,
    "cost.beyond": bills.filter(({ beyond }) => beyond !== null).length,
    "credit.loss": money(compensation.loss),
    "credit.back": money(compensation.credit),
    "credit.covers": (compensation.credit ?? 0) >= (compensation.loss ?? 0) ? "all" : "a part",
    "cost.buildDays": values.buildToMarket ?? "missing",
    "cost.buyDays": values.buyToMarket ?? "missing",
    "cost.row": inRow === null ? "missing" : `${Number(inRow.toPrecision(6))} %`,
    "cost.rowYear": inRow === null ? "missing" : span(((100 - inRow) / 100) * 525_600),
    "cost.rowIsBelow":
      inRow === null
        ? "missing"
        : inRow < Math.min(...promises.flatMap(({ percent }) => percent ?? []))
          ? "all"
          : "some",
  };
  for (const { name, total, fee, beyond } of bills) {
    facts[`cost.${name}`] = money(total);
    facts[`cost.${name}.fee`] = money(fee);
    facts[`cost.${name}.people`] = total === null || fee === null ? "missing" : money(total - fee);
    facts[`cost.${name}.peopleShare`] =
      total === null || fee === null ? "missing" : Math.round((100 * (total - fee)) / total);
    facts[`cost.${name}.isOffered`] = total !== null && beyond === null ? "yes" : "no";
  }
  for (const { name, percent, minutesInTime, minutesAYear } of promises) {
    const key = `promise.${name.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
    facts[key] = percent === null ? "missing" : `${percent} %`;
    facts[`${key}.month`] = minutesInTime === null ? "missing" : span(minutesInTime);
    facts[`${key}.year`] = minutesAYear === null ? "missing" : span(minutesAYear);
    facts[`${key}.minutes`] = minutesAYear === null ? "missing" : Math.round(minutesAYear);
  }
  return facts;
}
