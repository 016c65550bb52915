/**
 * What could be a repair: the scenario's own variants, what the reason points to, and the knobs that the
 * scenario opens. Runs decide whether a candidate is one.
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
  /** The settings to try, in this order, until one mends: several for a number, one for anything else. */
  readonly tries: readonly Settings[];
  /** The number that is turned, if it is one number. */
  readonly dial: Dial | null;
  /** The variant that it is. */
  readonly variant: string | null;
}

/**
 * Candidates that can be set, change something, and take nothing away; those with the fewest settings first.
 * Each is there once.
 */
export function candidatesOf(scenario: Scenario, evidence: Evidence): Candidate[] {
  const known = new Set<string>();
  const isNew = (id: string) => known.size < known.add(id).size;
  const opened = new Set(scenario.knobs.map(fieldOf));
  return [
    ...variantsOf(scenario),
    ...pointedTo(scenario, evidence)
      .filter((pointed) => !pathsOf(pointed).some((path) => opened.has(fieldOf(path))))
      .flatMap((pointed) => turnsOf(scenario, pointed)),
    ...scenario.knobs.flatMap((path) => turnsOf(scenario, { path })),
  ]
    .map((candidate) => ({
      ...candidate,
      tries: candidate.tries.filter((settings) => turnedBy(scenario, settings) !== null),
    }))
    .filter(({ tries, dial }) => tries.length > 0 && isNew(idOf(scenario, tries[0], dial)))
    .sort((a, b) => sizeOf(a) - sizeOf(b));
}

/** What could be added to a turn that mends the rule but loses copies: turns to which the causes of the losses point. */
export function partnersOf(scenario: Scenario, causes: ReadonlySet<string>): Settings[] {
  const evidence: Evidence = { rule: "", key: "", clients: [], causes, signs: new Set() };
  return candidatesOf({ ...scenario, variants: {}, knobs: [] }, evidence).map(({ tries }) => tries[0]);
}

function pathsOf(pointed: Pointed): string[] {
  return "path" in pointed ? [pointed.path] : Object.keys(pointed.set);
}

/** The field that a path means, of whatever client: a knob for it says of which clients it can be turned. */
function fieldOf(path: string): string {
  const keys = path.split(".");
  return `${keys[0]}.${keys.at(-1)}`;
}

/** A key that is equal for candidates with the same effect: they turn the same number, or lead to the same design. */
function idOf(scenario: Scenario, set: Settings, dial: Dial | null): string {
  return dial === null ? JSON.stringify(turnedBy(scenario, set)) : placesOf(scenario, dial.path).join();
}

function sizeOf({ tries }: Candidate): number {
  return Object.keys(tries[0]).length;
}

/** The turns that are pointed to: these settings, each other option of a field, or a number wherever it helps. */
function turnsOf(scenario: Scenario, pointed: Pointed): Candidate[] {
  if ("set" in pointed) return turnTo(scenario, pointed.set);
  const { path } = pointed;
  const resolved = resolvePath(scenario, path);
  if ("problem" in resolved) return [];
  const dial = dialAt(scenario, path);
  if (dial !== null) return [{ tries: triesOf(scenario, dial), dial, variant: null }];
  return optionsAt(resolved.places[0]).flatMap((option) => turnTo(scenario, { [path]: option }));
}

/** The turn to settings, of those that are not there already. */
function turnTo(scenario: Scenario, set: Settings): Candidate[] {
  const news = Object.entries(set).filter(([path, value]) => !hasAt(scenario, path, value));
  return news.length === 0 ? [] : [{ tries: [Object.fromEntries(news)], dial: null, variant: null }];
}

/** The number at a path; null if there is no number, or if it differs between the path's places. */
function dialAt(scenario: Scenario, path: string): Dial | null {
  const resolved = resolvePath(scenario, path);
  if ("problem" in resolved) return null;
  const values = new Set(resolved.places.map((place) => followPath(scenario, place)));
  const [written] = values;
  if (values.size !== 1 || typeof written !== "number") return null;
  return { path, written, ...numberAt(resolved.places[0]) };
}

function variantsOf(scenario: Scenario): Candidate[] {
  return Object.entries(scenario.variants).flatMap(([name, { set }]) =>
    isAlreadySet(scenario, set)
      ? []
      : turnTo(scenario, set).map(({ tries }): Candidate => {
          const [path, ...others] = Object.keys(tries[0]);
          return {
            tries,
            dial: others.length === 0 ? dialAt(scenario, path!) : null,
            variant: isWholeVariant(scenario, set) ? name : null,
          };
        }),
  );
}

/**
 * Whether the scenario with these settings, which are those of one of its variants, is that variant. It is
 * not if the variant that was chosen had set something that this one leaves alone.
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
