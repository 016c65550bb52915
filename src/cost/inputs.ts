/**
 * All numbers that cost is computed from: each with its unit, and with who says it and when. A price that nobody was seen to publish is
 * missing (null), never made up; what only the reader can know is said to be an assumption.
 */
import { suggest } from "../scenario/suggest.ts";
import { list, quote } from "../scenario/words.ts";

export interface Input {
  readonly says: string;
  readonly unit: string;
  /** Null: missing. Nobody was seen to publish it, or only the reader can know it. */
  readonly initial: number | null;
  readonly min: number;
  readonly max: number;
  /** Where it was read, or what it is assumed for. */
  readonly source: string;
  /** When it was published or read, as 2026-08-03; empty if it has no date. */
  readonly date: string;
}

const ABLY = "Ably's documents, FACTS §9";
const ABLY_DATE = "2026-08-03";
const PUSHER = "Pusher's list as seen by others, not verified, FACTS §9";
const PUSHER_DATE = "2026-05";
const NOT_SEEN = "missing: not seen in Vonage's public documents, FACTS §9";
const ALB = "AWS's list, us-east-1, as cloud-horizons.com copied it";
const EGRESS = "AWS's list as leanopstech.com copied it";
const YOURS = "an assumption: put in your own";

function load(says: string, unit: string, initial: number, max: number, min = 0): Input {
  return { says, unit, initial, min, max, source: YOURS, date: "" };
}

function price(says: string, unit: string, initial: number | null, source: string, date: string): Input {
  return { says, unit, initial, min: 0, max: 1_000_000_000, source, date };
}

/** By group, as forms and reports show them. */
export const GROUPS = {
  load: {
    connections: load("Connections that are open at a time", "", 10_000, 10_000_000, 1),
    hoursPerDay: load("For how long a day they are open", "h", 12, 24),
    days: load("For how many days", "days", 30, 366, 1),
    sendsPerHour: load("Messages that each connection sends", "an hour", 20, 36_000),
    fanOut: load("To how many others each of them goes", "others", 20, 1_000_000),
    broadcastsPerHour: load("Messages of your servers to all connections", "an hour", 0, 360_000),
    messageBytes: load("Size of a message", "bytes", 200, 1_000_000, 1),
    usersPerConnection: load("Different people a month for each open connection", "people", 4, 1000),
  },
  ably: {
    ablyStandard: price("Standard package", "$ a month", 29, ABLY, ABLY_DATE),
    ablyPro: price("Pro package", "$ a month", 399, ABLY, ABLY_DATE),
    ablyMessages: price("A million messages", "$", 2.5, ABLY, ABLY_DATE),
    ablyConnections: price("A million minutes of connection", "$", 1, ABLY, ABLY_DATE),
    ablyChannels: price("A million minutes of channel", "$", 1, ABLY, ABLY_DATE),
    ablyUser: price("A monthly user, if paid by users", "$", 0.05, ABLY, ABLY_DATE),
    ablyEnterprise: price(
      "Enterprise package",
      "$ a month",
      null,
      "missing: «custom», Ably's documents",
      ABLY_DATE,
    ),
  },
  pusher: {
    pusherStartup: price(
      "500 connections, 1 M messages a day",
      "$ a month",
      49,
      "Ably's founder on Pusher's list, blog.mattheworiordan.com",
      "undated, read 2026-11-26",
    ),
    pusherPro: price("2,000 connections, 4 M messages a day", "$ a month", 99, PUSHER, PUSHER_DATE),
    pusherBusiness: price("5,000 connections, 10 M messages a day", "$ a month", 299, PUSHER, PUSHER_DATE),
    pusherLargest: price("30,000 connections, 90 M messages a day", "$ a month", 1199, PUSHER, PUSHER_DATE),
    pusherCustom: price("Above that, a custom plan", "$ a month", null, "missing: on request", PUSHER_DATE),
  },
  vonage: {
    vonageMonth: price("A month's fee", "$ a month", null, NOT_SEEN, ""),
    vonageMessages: price("A million messages", "$", null, NOT_SEEN, ""),
  },
  build: {
    serverHour: price(
      "A server (m7g.large)",
      "$ an hour",
      0.0816,
      "AWS's list, us-east-1, as factualminds.com copied it",
      "2026-06-17",
    ),
    balancerHour: price("A load balancer (ALB)", "$ an hour", 0.0225, ALB, "2026-05-08"),
    capacityHour: price(
      "Its capacity: 3,000 connections, or 1 GB an hour",
      "$ an hour",
      0.008,
      ALB,
      "2026-05-08",
    ),
    trafficFirst: price("Traffic to the internet, up to 10 TB", "$ a GB", 0.09, EGRESS, "2026-04-27"),
    trafficNext: price("Traffic, the next 40 TB", "$ a GB", 0.085, EGRESS, "2026-04-27"),
    trafficMore: price("Traffic, the next 100 TB", "$ a GB", 0.07, EGRESS, "2026-04-27"),
    trafficMost: price("Traffic above 150 TB", "$ a GB", 0.05, EGRESS, "2026-04-27"),
    connectionsPerServer: load("Connections that one server holds", "connections", 10_000, 10_000_000, 1),
    spareServers: load("Servers more, so that one may fail", "servers", 1, 1000),
    redisServers: load("Servers for Redis, at the same price", "servers", 2, 1000),
  },
  people: {
    wage: price(
      "What a software developer earns on average in the USA",
      "$ a year",
      144_570,
      "BLS, OEWS May 2024, as ler.me copied it",
      "2024-05",
    ),
    benefits: price(
      "What an employer pays on top",
      "% of wages",
      42.5,
      "BLS, Employer Costs June 2025: 29.8 % of costs are benefits, 70.2 % wages",
      "2025-09-12",
    ),
    buildMonths: load("Work to build it", "months of a person", 6, 1000),
    buyMonths: load("Work to put a vendor in", "months of a person", 0.5, 1000),
    spreadMonths: load("Spread over", "months", 36, 240, 1),
    buildUpkeep: load("Updates, security and on call, if you build", "hours a month", 40, 10_000),
    buyUpkeep: load("Updates, quotas and security, if you buy", "hours a month", 8, 10_000),
    buildToMarket: load("Until it is live, if you build", "days", 90, 3650),
    buyToMarket: load("Until it is live, if you buy", "days", 10, 3650),
    budget: {
      ...load("What may be spent", "$ a month", 0, 1_000_000_000),
      initial: null,
      source: "yours; without one nothing is judged",
    },
  },
  promises: {
    ablyUptime: price(
      "Ably",
      "% of the time",
      99.999,
      "Ably's documents; which plan carries it by contract was not seen, FACTS §9",
      ABLY_DATE,
    ),
    pusherUptime: price(
      "Pusher",
      "% of the time",
      99.95,
      "pusher.com/legal/channels-sla: a year, on eligible plans, FACTS §9",
      "undated",
    ),
    vonageUptime: price("Vonage", "% of the time", null, "missing: percentage not seen, FACTS §9", ""),
    ownUptime: {
      ...load("Your own part: what publishes, and who may connect", "% of the time", 0, 100),
      initial: null,
      source: "missing: only you can measure it",
    },
    lastMile: {
      ...load("The last mile: your users' own lines", "% of the time", 0, 100),
      initial: null,
      source: "missing: no promise covers it; measure it at your users",
    },
    creditPercent: {
      ...load("What a breach gives back", "% of the fee", 0, 100),
      initial: null,
      source: "missing: not seen for either vendor",
    },
    outageMinutes: load("An outage of", "minutes", 60, 44_640),
    lossPerMinute: {
      ...load("What a minute of outage costs you", "$", 0, 1_000_000_000),
      initial: null,
      source: "missing: only you can know it",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Input>>>>;

type Groups = typeof GROUPS;
export type GroupName = keyof Groups;
export type InputName = { [G in GroupName]: keyof Groups[G] }[GroupName] & string;
export type Values = Readonly<Record<InputName, number | null>>;

export const GROUP_TITLES: Readonly<Record<GroupName, string>> = {
  load: "The load",
  ably: "Ably",
  pusher: "Pusher",
  vonage: "Vonage",
  build: "Building: machines",
  people: "People and time",
  promises: "Promises, and what they leave out",
};

export const INPUTS = Object.assign({}, ...Object.values(GROUPS)) as Readonly<Record<InputName, Input>>;
export const INPUT_NAMES = Object.keys(INPUTS) as InputName[];

/** What was changed of the inputs: name → value; null takes a number away. */
export type Changes = Readonly<Partial<Record<InputName, number | null>>>;

/** @throws RangeError if an input is out of its limits, or is none */
export function valuesWith(changes: Changes): Values {
  for (const [name, value] of Object.entries(changes)) {
    const problem = problemWith(name, value, String(value));
    if (problem !== null) throw new RangeError(problem);
  }
  const values = Object.fromEntries(INPUT_NAMES.map((name) => [name, INPUTS[name].initial]));
  return { ...values, ...changes } as Values;
}

/** What a person wrote for an input, or what is wrong with it. Nothing, or «missing», takes a number away. */
export function readInput(name: string, text: string): { name: InputName; value: number | null } | string {
  const bare = text.trim();
  const isMissing = bare === "" || bare === "missing";
  const number = /^\d{1,12}(\.\d{1,9})?$/.test(bare) ? Number(bare) : Number.NaN;
  const value = isMissing ? null : number;
  return problemWith(name, value, bare) ?? { name: name as InputName, value };
}

/** What is wrong with an input and its value, which was put so; null if nothing is. Only what a load is made of can't be missing. */
function problemWith(name: string, value: number | null, found: string): string | null {
  if (!Object.hasOwn(INPUTS, name))
    return `there is no input ${quote(name)}; inputs: ${list(INPUT_NAMES, 99)}${suggest(name, INPUT_NAMES)}`;
  const { min, max } = INPUTS[name as InputName];
  const mayMiss = !(name in GROUPS.load);
  if (value === null ? mayMiss : value >= min && value <= max) return null;
  return `${name}: found ${quote(found)}; allowed is a number from ${min} to ${max}${mayMiss ? ", or «missing»" : ""}`;
}

/** Changes as one text, for an address: `connections:5000,vonageMonth:missing`. */
export function writeChanges(changes: Changes): string {
  return Object.entries(changes)
    .map(([name, value]) => `${name}:${value ?? "missing"}`)
    .join(",");
}

/** Longer is no text of ours. */
const MOST_CHARACTERS = 4000;

/** Reads what {@link writeChanges} wrote. Whatever is wrong is left out, and said. Never throws. */
export function readChanges(text: string): { changes: Changes; problems: string[] } {
  const changes: Partial<Record<InputName, number | null>> = {};
  if (text.length > MOST_CHARACTERS)
    return { changes, problems: [`cost: ${text.length} characters; allowed are ${MOST_CHARACTERS} at most`] };
  const problems: string[] = [];
  for (const entry of text.split(",").filter((part) => part !== "")) {
    const colon = entry.indexOf(":");
    const read = readInput(entry.slice(0, Math.max(0, colon)), entry.slice(colon + 1));
    if (typeof read === "string") problems.push(`cost: ${read}`);
    else changes[read.name] = read.value;
  }
  return { changes, problems };
}
