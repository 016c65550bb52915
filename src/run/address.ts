/**
 * The address: everything after # is the state of the page, and opens exactly that.
 *
 *     #/broadcast-across-servers?variant=redis&set=servers.count%3D3&seed=7&t=1020500&pace=follow&select=m3
 *
 * Nothing here touches the DOM. A broken address yields problems in words, and whatever state is left.
 */

import { isDeeper } from "../scenario/depth.ts";

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Selection {
  /**
   * Requests and packets are numbered by their records in the trace, losses by their cause, groups of a crowd as they stand, all
   * others among their kind.
   */
  readonly kind: "message" | "copy" | "node" | "request" | "link" | "packet" | "group" | "losses";
  readonly id: number;
}

export interface PageState {
  /** Name of the lesson; null: the scenario is in {@link file}, or none is named. */
  readonly lesson: string | null;
  /** A scenario of one's own, packed (see pack.ts). */
  readonly file: string | null;
  readonly variant: string | null;
  /** Number of the lesson's step, from 1; null: none. */
  readonly step: number | null;
  /** Knob values: path → value. */
  readonly set: Readonly<Record<string, Json>>;
  /** null: the scenario's own. */
  readonly seed: number | null;
  /** Simulated time in µs; null: from the beginning. */
  readonly timeUs: number | null;
  readonly pace: string;
  readonly selection: Selection | null;
  /** Whether the view goes along with what is chosen. */
  readonly isFollowed: boolean;
  readonly tab: TabName;
  /** What was changed of the inputs of cost, as src/cost writes it; empty: nothing. */
  readonly cost: string;
}

/** What the panel beside the stage can show. */
export const TABS = ["story", "knobs", "messages", "requests", "rules", "cost"] as const;
export type TabName = (typeof TABS)[number];

export interface Pace {
  readonly name: string;
  readonly label: string;
  /** Seconds of play, or of simulated time, for each second. */
  readonly rate: number;
  readonly follow: boolean;
}

/** The speeds, as the bar lists them. */
export const PACES: readonly Pace[] = [
  { name: "follow-half", label: "Follow, ½×", rate: 0.5, follow: true },
  { name: "follow", label: "Follow the action", rate: 1, follow: true },
  { name: "follow-2", label: "Follow, 2×", rate: 2, follow: true },
  { name: "follow-5", label: "Follow, 5×", rate: 5, follow: true },
  { name: "slow-100", label: "1⁄100 of real time", rate: 0.01, follow: false },
  { name: "slow-10", label: "1⁄10 of real time", rate: 0.1, follow: false },
  { name: "real", label: "Real time", rate: 1, follow: false },
  { name: "fast-10", label: "10× real time", rate: 10, follow: false },
];
export const DEFAULT_PACE = "follow";

export const EMPTY_STATE: PageState = {
  lesson: null,
  file: null,
  variant: null,
  step: null,
  set: {},
  seed: null,
  timeUs: null,
  pace: DEFAULT_PACE,
  selection: null,
  isFollowed: false,
  tab: "story",
  cost: "",
};

/** An address longer than this is refused: it is not ours. */
const MAX_LINK = 1_500_000;
/** As in the format's LIMITS, which the page does without: they come with all of the schema. */
const MAX_SETTINGS = 100;
const MAX_PATH = 200;
const MAX_DEPTH = 20;
const MAX_COST = 4000;
const MAX_SEED = 4_294_967_295;
const MAX_TIME_US = 86_400_000_000;
const SELECTION_LETTERS = {
  message: "m",
  copy: "c",
  node: "n",
  request: "r",
  link: "l",
  packet: "p",
  group: "g",
  losses: "x",
} as const;

/** The part of the address after the #, without it. */
export function encodeLink(state: PageState): string {
  const query = new URLSearchParams();
  if (state.file !== null) query.set("file", state.file);
  if (state.variant !== null) query.set("variant", state.variant);
  if (state.step !== null) query.set("step", String(state.step));
  for (const path of Object.keys(state.set).sort())
    query.append("set", `${path}=${JSON.stringify(state.set[path])}`);
  if (state.seed !== null) query.set("seed", String(state.seed));
  if (state.timeUs !== null) query.set("t", String(Math.round(state.timeUs * 1000) / 1000));
  if (state.pace !== DEFAULT_PACE) query.set("pace", state.pace);
  if (state.selection) query.set("select", SELECTION_LETTERS[state.selection.kind] + state.selection.id);
  if (state.isFollowed) query.set("follow", "1");
  if (state.tab !== EMPTY_STATE.tab) query.set("tab", state.tab);
  if (state.cost !== "") query.set("cost", state.cost);
  const text = query.toString();
  return `/${state.file !== null ? "" : encodeURIComponent(state.lesson ?? "")}${text ? `?${text}` : ""}`;
}

/** Reads what {@link encodeLink} wrote. Never throws. */
export function decodeLink(hash: string): { state: PageState; problems: string[] } {
  const text = hash.replace(/^#/, "");
  if (text === "" || text === "/") return { state: EMPTY_STATE, problems: [] };
  const refused = whyRefused(text);
  if (refused !== null) return { state: EMPTY_STATE, problems: [refused] };
  const mark = text.indexOf("?");
  const name = mark < 0 ? text.slice(1) : text.slice(1, mark);
  const draft: Draft = { ...EMPTY_STATE, set: {}, leftOut: 0 };
  const problems: string[] = [];
  try {
    draft.lesson = decodeURIComponent(name) || null;
  } catch {
    problems.push(`The lesson’s name «${clip(name)}» is not readable.`);
  }
  for (const [key, value] of new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1))) {
    const read: Reader = Object.hasOwn(READERS, key) ? READERS[key as keyof typeof READERS] : readUnknown;
    const problem = read(draft, value, key);
    if (problem !== null) problems.push(problem);
  }
  const { leftOut, ...state } = draft;
  if (leftOut > 0)
    problems.push(`set: found ${MAX_SETTINGS + leftOut} fields to set; allowed are ${MAX_SETTINGS} at most.`);
  return { state, problems };
}

/** A state while it is read, and how many settings are too many for it. */
type Draft = { -readonly [K in keyof PageState]: PageState[K] } & {
  set: Record<string, Json>;
  leftOut: number;
};

/** Reads one part of an address into the state; says what is wrong with it, or null. */
type Reader = (state: Draft, value: string, key: string) => string | null;

function whyRefused(text: string): string | null {
  if (text.length > MAX_LINK)
    return `The address is ${text.length} characters long; at most ${MAX_LINK} are read.`;
  if (!text.startsWith("/"))
    return `«#${clip(text)}» is not an address of this page: after # comes / and the name of a lesson.`;
  return null;
}

const READERS = {
  file: (state, value) => {
    state.file = value;
    state.lesson = null;
    return null;
  },
  variant: (state, value) => {
    state.variant = value;
    return null;
  },
  step: (state, value) => {
    if (!/^[1-9]\d?$/.test(value)) return `step: found «${clip(value)}»; allowed is a number from 1 to 99.`;
    state.step = Number(value);
    return null;
  },
  set: (state, value) => {
    const setting = readSetting(value);
    if (typeof setting === "string") return `set: ${setting}.`;
    if (Object.keys(state.set).length < MAX_SETTINGS) state.set[setting.path] = setting.value;
    else state.leftOut++;
    return null;
  },
  seed: (state, value) => {
    if (!/^\d{1,10}$/.test(value) || Number(value) > MAX_SEED)
      return `seed: found «${clip(value)}»; allowed is a whole number from 0 to ${MAX_SEED}.`;
    state.seed = Number(value);
    return null;
  },
  t: (state, value) => {
    if (!/^\d{1,11}(\.\d{1,3})?$/.test(value) || Number(value) > MAX_TIME_US)
      return `t: found «${clip(value)}»; allowed is a time in µs, from 0 to ${MAX_TIME_US}.`;
    state.timeUs = Number(value);
    return null;
  },
  pace: (state, value) => {
    if (!PACES.some(({ name }) => name === value))
      return `pace: found «${clip(value)}»; allowed are ${PACES.map(({ name }) => name).join(", ")}.`;
    state.pace = value;
    return null;
  },
  select: (state, value) => {
    const [, letter, id] = /^([mcnrlpgx])(\d{1,9})$/.exec(value) ?? [];
    const kinds = Object.keys(SELECTION_LETTERS) as (keyof typeof SELECTION_LETTERS)[];
    const kind = kinds.find((one) => SELECTION_LETTERS[one] === letter);
    if (kind === undefined)
      return `select: found «${clip(value)}»; allowed is m, c, n, r, l, p, g or x and a number.`;
    state.selection = { kind, id: Number(id) };
    return null;
  },
  follow: (state, value) => {
    if (value !== "1") return `follow: found «${clip(value)}»; allowed is 1.`;
    state.isFollowed = true;
    return null;
  },
  tab: (state, value) => {
    const tab = TABS.find((one) => one === value);
    if (tab === undefined) return `tab: found «${clip(value)}»; allowed are ${TABS.join(", ")}.`;
    state.tab = tab;
    return null;
  },
  // Read by who shows it: what it knows is not fetched before.
  cost: (state, value) => {
    state.cost = value.slice(0, MAX_COST);
    return null;
  },
} as const satisfies Readonly<Record<string, Reader>>;

function readUnknown(_state: Draft, _value: string, key: string): string {
  return `«${clip(key)}» is not part of an address; allowed are variant, step, set, seed, t, pace, select, follow, tab, cost, file.`;
}

/** One `path=value`, or what is wrong with it. */
function readSetting(text: string): { path: string; value: Json } | string {
  const equals = text.indexOf("=");
  const path = text.slice(0, equals);
  try {
    if (equals < 1 || path === "__proto__") throw new Error("not a path");
    if (path.length > MAX_PATH)
      return `«${clip(path)}» is a path of ${path.length} characters; allowed are ${MAX_PATH} at most`;
    const value = JSON.parse(text.slice(equals + 1)) as Json;
    if (isDeeper(value, MAX_DEPTH))
      return `the value of «${clip(path)}» is nested deeper than ${MAX_DEPTH} levels; a scenario needs eight`;
    return { path, value };
  } catch {
    return `«${clip(text)}» is not of the form path=value`;
  }
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
