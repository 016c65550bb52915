/**
 * What could be a repair: the scenario's own variants, what the reason points to, and the knobs that the scenario opens. Whether one is, runs
 * decide.
 */
import { numberAt, optionsAt } from "../../scenario/fields.ts";
import { isAlreadySet } from "../../scenario/parse.ts";
import { followPath, hasAt, resolvePath } from "../../scenario/path.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { type Dial, triesOf } from "./dial.ts";
import type { Evidence } from "./evidence.ts";
import { type Pointed, pointedTo } from "./pointers.ts";
import { type Settings, turnedBy } from "./turn.ts";

export interface Candidate {
  /** To be tried in this order until one mends: several of a number, one of all else. */
  readonly tries: readonly Settings[];
  /** The number that is turned, if it is one number. */
  readonly dial: Dial | null;
  /** The variant that it is. */
  readonly variant: string | null;
}

/** Candidates that can be set, change something, and take nothing away; those with the fewest settings first. Each is there once. */
export function candidatesOf(scenario: Scenario, evidence: Evidence): Candidate[] {
  const known = new Set<string>();
  const isNew = (id: string) => known.size < known.add(id).size;
  return [
    ...variantsOf(scenario),
    ...pointedTo(scenario, evidence)
      .filter(({ path }) => !scenario.knobs.some((knob) => fieldOf(knob) === fieldOf(path)))
      .flatMap((pointed) => turnsOf(scenario, pointed)),
    ...scenario.knobs.flatMap((path) => turnsOf(scenario, { path })),
  ]
    .map((candidate) => ({
      ...candidate,
      tries: candidate.tries.filter((settings) => turnedBy(scenario, settings) !== null),
    }))
    .filter(({ tries, dial }) => tries.length > 0 && isNew(idOf(scenario, tries[0]!, dial)))
    .sort((a, b) => sizeOf(a) - sizeOf(b));
}

/** The field that a path means, of whatever client: a knob for it says of which clients it can be turned. */
function fieldOf(path: string): string {
  const keys = path.split(".");
  return `${keys[0]}.${keys.at(-1)}`;
}

/** The same for candidates that come to the same: they turn one number, or make the same design of the scenario. */
function idOf(scenario: Scenario, set: Settings, dial: Dial | null): string {
  return dial === null ? JSON.stringify(turnedBy(scenario, set)) : placesOf(scenario, dial.path).join();
}

function sizeOf({ tries }: Candidate): number {
  return Object.keys(tries[0]!).length;
}

/** The turns of a field: to the value that is pointed to, to each other one, or, of a number, wherever it helps. */
function turnsOf(scenario: Scenario, { path, value }: Pointed): Candidate[] {
  const resolved = resolvePath(scenario, path);
  if ("problem" in resolved) return [];
  const options = value === undefined ? optionsAt(resolved.places[0]!) : [value];
  if (options.length > 0)
    return options
      .filter((option) => !hasAt(scenario, path, option))
      .map((option) => ({ tries: [{ [path]: option }], dial: null, variant: null }));
  const dial = dialAt(scenario, path);
  return dial === null ? [] : [{ tries: triesOf(scenario, dial), dial, variant: null }];
}

/** The number at a path; null if there is none, or not the same at all its places. */
function dialAt(scenario: Scenario, path: string): Dial | null {
  const resolved = resolvePath(scenario, path);
  if ("problem" in resolved) return null;
  const values = new Set(resolved.places.map((place) => followPath(scenario, place)));
  const [written] = values;
  if (values.size !== 1 || typeof written !== "number") return null;
  return { path, written, ...numberAt(resolved.places[0]!) };
}

/** Variants, with those of their settings that are not there already. */
function variantsOf(scenario: Scenario): Candidate[] {
  return Object.entries(scenario.variants).flatMap(([name, { set }]): Candidate[] => {
    if (isAlreadySet(scenario, set)) return [];
    const news = Object.entries(set).filter(([path, value]) => !hasAt(scenario, path, value));
    const [[path]] = news as [[string, unknown]];
    return [
      {
        tries: [Object.fromEntries(news)],
        dial: news.length === 1 ? dialAt(scenario, path) : null,
        variant: isWholeVariant(scenario, set) ? name : null,
      },
    ];
  });
}

/**
 * Whether the scenario with these settings of one of its variants is that variant. It is not if another variant was chosen that set something
 * which this one leaves as it is.
 */
function isWholeVariant(scenario: Scenario, set: Settings): boolean {
  const covered = new Set(Object.keys(set).flatMap((path) => placesOf(scenario, path)));
  return Object.values(scenario.variants)
    .filter((variant) => isAlreadySet(scenario, variant.set))
    .every((variant) =>
      Object.keys(variant.set).every((path) => placesOf(scenario, path).every((place) => covered.has(place))),
    );
}

function placesOf(scenario: Scenario, path: string): string[] {
  const resolved = resolvePath(scenario, path);
  return "places" in resolved ? resolved.places.map((keys) => keys.join(".")) : [];
}
