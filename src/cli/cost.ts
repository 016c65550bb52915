/** What a load costs, as text and as a document. */
import { curvesOf, type Estimate, judgeBudget } from "../cost/estimate.ts";
import {
  GROUP_TITLES,
  GROUPS,
  type GroupName,
  INPUT_NAMES,
  INPUTS,
  type InputName,
  type Values,
} from "../cost/inputs.ts";
import { amount, money, short, span } from "../cost/words.ts";
import { type Style, wrapped } from "./text.ts";

/** Connections for which the table has a column. */
const COLUMNS = [100, 1000, 10_000, 100_000, 1_000_000];

export function costText(all: Estimate, style: Style): string {
  return [
    loadText(all),
    billsText(all, style),
    crossingsText(all, style),
    curvesText(all.values, style),
    timeText(all.values),
    promisesText(all, style),
    missingText(all, style),
  ].join("\n");
}

/** Only what each costs, and where they cross. */
export function costBrief(all: Estimate, style: Style): string {
  const lines = all.bills.map(
    ({ title, total, beyond }) =>
      `${title.padEnd(14)}  ${money(total).padStart(12)}${beyond === null || total === null ? "" : "  not on offer, by list price"}\n`,
  );
  return `${lines.join("")}${crossingsText(all, style)}`;
}

function loadText({ values, volume }: Estimate): string {
  const { connections, hoursPerDay, days, sendsPerHour, fanOut, broadcastsPerHour } = values;
  return `${wrapped(
    `${amount(connections!)} connections for ${hoursPerDay} h a day, ${days} days; each sends ${sendsPerHour} messages an hour to ${fanOut} others; servers send ${broadcastsPerHour} an hour to all: ${short(volume.messages)} messages as vendors count (published and delivered), ${short(volume.connectionMinutes)} minutes of connection.`,
    0,
  )}\n`;
}

function billsText({ bills, values, cheapest }: Estimate, style: Style): string {
  return bills
    .flatMap((bill) => {
      const judged = judgeBudget(bill, values);
      const budget =
        judged === "unknown"
          ? ""
          : judged === "over"
            ? style.bad("  over the budget")
            : style.good("  within the budget");
      const isBest = bill === cheapest ? style.good("  cheapest on offer") : "";
      return [
        `${style.strong(bill.title.padEnd(14))}  ${money(bill.total).padStart(12)}${bill.beyond === null || bill.total === null ? "" : style.bad("  not on offer, by list price")}${isBest}${budget}`,
        ...bill.lines.map(({ says, amount: of, how }) =>
          style.faint(`  ${says.padEnd(26)} ${money(of).padStart(12)}  ${how}`),
        ),
        ...(bill.beyond === null ? [] : [`  ${wrapped(`✕ ${bill.beyond}`, 2)}`]),
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}

function crossingsText({ crossings, bills }: Estimate, style: Style): string {
  const titleOf = (name: string) => bills.find((bill) => bill.name === name)!.title;
  if (crossings.length === 0) return "Building crosses no vendor's curve where its price is published.\n";
  return crossings
    .map(
      ({ connections, from, to, total }) =>
        `${style.strong(`At ${amount(connections)} connections`)} «${titleOf(to)}» becomes cheaper than «${titleOf(from)}»: ${money(total)} to build.\n`,
    )
    .join("");
}

function curvesText(values: Values, style: Style): string {
  const points = COLUMNS.map(
    (connections) => curvesOf(values).find((point) => point.connections >= connections)!,
  );
  const titles = points[0]!.bills.map(({ title }) => title);
  const rows = titles.map((title, i) =>
    [
      title.padEnd(14),
      ...points.map(({ bills }) =>
        `${bills[i]!.beyond === null ? "" : "✕ "}${money(bills[i]!.total)}`.padStart(14),
      ),
    ].join(" "),
  );
  const head = [
    "Connections".padEnd(14),
    ...points.map(({ connections }) => amount(connections).padStart(14)),
  ].join(" ");
  return `${[style.strong(head), ...rows, style.faint("✕: by list price; no plan whose price is published allows so much")].join("\n")}\n`;
}

function timeText({ buildToMarket, buyToMarket, buildUpkeep, buyUpkeep }: Values): string {
  return `Live after ${buildToMarket} days if built, ${buyToMarket} if bought. To keep it up and secure: ${buildUpkeep} h a month if built, ${buyUpkeep} if bought.\n`;
}

export function promisesText({ promises, values, inRow, compensation }: Estimate, style: Style): string {
  const rows = promises.map(({ name, percent, minutesInTime, minutesAYear }) =>
    percent === null
      ? `${name.padEnd(14)} ${"missing".padStart(10)}`
      : `${name.padEnd(14)} ${`${percent} %`.padStart(10)}  may be away ${span(minutesInTime!)} in ${values.days} days, ${span(minutesAYear!)} a year`,
  );
  return [
    style.strong("Promises"),
    ...rows,
    wrapped(
      `The best of these, your own part and the last mile in a row, as far as they are known: ${inRow === null ? "missing" : `${Number(inRow.toPrecision(7))} %`}. A promise covers the vendor's side. It ends before your users' own lines.`,
      0,
    ),
    `An outage of ${values.outageMinutes} min: what it costs you is ${money(compensation.loss)}; what a credit gives back is ${money(compensation.credit)}.`,
    "",
  ].join("\n");
}

function missingText({ bills, values }: Estimate, style: Style): string {
  const prices = INPUT_NAMES.filter((name) => values[name] === null).map(
    (name) => `${name}: ${INPUTS[name].source}`,
  );
  const lines = bills.flatMap(({ title, missing }) => missing.map((what) => `${title}: ${what}`));
  if (lines.length + prices.length === 0) return "";
  return `${style.strong("Missing, and not made up")}\n${[...lines, ...prices].map((line) => `  ${wrapped(line, 2)}\n`).join("")}`;
}

/** All inputs, with who says them. */
export function inputsText(values: Values, style: Style): string {
  return (Object.keys(GROUPS) as GroupName[])
    .map((group) => {
      const rows = (Object.keys(GROUPS[group]) as InputName[]).map((name) => {
        const { says, unit, source, date } = INPUTS[name];
        const value = values[name] === null ? "missing" : String(values[name]);
        return `  ${name.padEnd(20)} ${value.padStart(9)} ${unit}\n    ${style.faint(wrapped(`${says}. ${source}${date === "" ? "" : `, ${date}`}`, 4))}\n`;
      });
      return `${style.strong(GROUP_TITLES[group])}\n${rows.join("")}`;
    })
    .join("\n");
}

/** All of it as one document. */
export function costDocument({ values, ...all }: Estimate) {
  const inputs = Object.fromEntries(
    INPUT_NAMES.map((name) => {
      const { says, unit, source, date } = INPUTS[name];
      return [name, { value: values[name], unit, says, source, date }];
    }),
  );
  return {
    ...all,
    cheapest: all.cheapest?.name ?? null,
    bills: all.bills.map((bill) => ({ ...bill, budget: judgeBudget(bill, values) })),
    curves: curvesOf(values).map(({ connections, bills }) => ({
      connections,
      ...Object.fromEntries(
        bills.map(({ name, total, beyond }) => [
          name,
          { total, isOffered: total !== null && beyond === null },
        ]),
      ),
    })),
    inputs,
  };
}
