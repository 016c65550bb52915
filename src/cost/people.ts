/** What people cost. Wages and benefits are those of the Bureau of Labor Statistics (FACTS §9); how long the work takes is an assumption. */
import { type People, times } from "./bill.ts";
import type { Values } from "./inputs.ts";
import { money } from "./words.ts";

/** As the Bureau of Labor Statistics counts: a year's wage is 2,080 hours'. */
const HOURS_A_YEAR = 2080;

/** With what an employer pays on top; without it, if that is missing. $. */
function hourOf({ wage, benefits }: Values): number | null {
  return times(wage, 1 / HOURS_A_YEAR, 1 + (benefits ?? 0) / 100);
}

/** What it takes to make it work, spread over time, and to keep it working. */
export function peopleOf(values: Values, is: "build" | "buy"): People {
  const { days, spreadMonths } = values;
  const work = is === "build" ? values.buildMonths : values.buyMonths;
  const upkeep = is === "build" ? values.buildUpkeep : values.buyUpkeep;
  const hour = hourOf(values);
  const months = (days ?? 0) / 30;
  const lines = [
    {
      says: is === "build" ? "People: building it" : "People: putting it in",
      amount: times(work, HOURS_A_YEAR / 12, hour, months, spreadMonths === null ? null : 1 / spreadMonths),
      how: `${work ?? "?"} months of a person at ${money(hour)} an hour, spread over ${spreadMonths ?? "?"} months`,
    },
    {
      says: "People: keeping it up",
      amount: times(upkeep, hour, months),
      how: `${upkeep ?? "?"} hours a month at ${money(hour)}`,
    },
  ];
  return { lines, missing: values.benefits === null ? ["what an employer pays on top of wages"] : [] };
}
