/**
 * Making a scenario that breaks a rule smaller, as long as it breaks it in the same way. What is taken away
 * is load (load.ts) and decisions of chance; the design stays as it is (design.ts). When no single thing can
 * be taken away any more, the scenario is *locally minimal*.
 */
import type { Scenario } from "../scenario/schema.ts";
import { clientCount } from "./bounds.ts";
import { cuts, fewerClients, type Kind, LOAD, onlyConcerned, type ShrinkStep } from "./load.ts";

export interface ShrinkOptions {
  /** The scenario that was asked about, if something was added to it. */
  readonly written?: Scenario;
  /** The clients that the breach is about, by name: in a crowd, the first step tried is to keep only these. */
  readonly concerned?: readonly string[];
  /** What is taken away; by default load. */
  readonly kinds?: readonly Kind[];
  /** Whether to end with what has been reached; asked before every trial. */
  readonly isOver?: () => boolean;
  /** Told of each accepted step. */
  readonly onStep?: (step: ShrinkStep) => void;
}

/**
 * The smallest scenario that greedy removal leads to. `isSame` says whether a smaller one still breaks the rule in the same way.
 */
export function shrink(
  scenario: Scenario,
  isSame: (smaller: Scenario) => boolean,
  options: ShrinkOptions = {},
): Scenario {
  const { written = scenario, concerned = [], kinds = LOAD, isOver = () => false, onStep } = options;
  const origin = { written, longestMs: scenario.durationMs };
  let smallest = scenario;
  const refused = new Refused();
  const accepts = (step: ShrinkStep): boolean => {
    const text = JSON.stringify(step.scenario);
    if (isOver() || refused.has(text)) return false;
    if (!isSame(step.scenario)) {
      refused.add(text);
      return false;
    }
    smallest = step.scenario;
    onStep?.(step);
    return true;
  };
  const takeAway = (kind: Kind): boolean => {
    let isSmaller = false;
    while (firstAccepted(kind(smallest, origin), accepts, isOver)) isSmaller = true;
    return isSmaller;
  };
  // A crowd makes every trial slow, and most of it is rarely needed.
  if (clientCount(scenario) > CROWD) {
    firstAccepted(onlyConcerned(scenario, concerned), accepts, isOver);
    takeAway(fewerClients);
  }
  // One kind after the other, each as far as it goes; what one takes away may let another go further.
  for (let isSmaller = true; isSmaller && !isOver(); ) {
    isSmaller = kinds.map(takeAway).includes(true);
    for (const purpose of Object.keys(smallest.choices ?? {}) as Purpose[])
      if (calm(() => smallest, purpose, accepts, isOver)) isSmaller = true;
  }
  return smallest;
}

/** What was tried in vain: the last round, in which nothing can be taken away any more, tries most of it a second time. */
class Refused {
  readonly #texts = new Set<string>();
  #length = 0;

  has(text: string): boolean {
    return this.#texts.has(text);
  }

  add(text: string): void {
    this.#length += text.length;
    if (this.#length > MOST_REFUSED_CHARACTERS) {
      this.#texts.clear();
      this.#length = text.length;
    }
    this.#texts.add(text);
  }
}

/** Scenarios with lists of thousands are many characters, and forgotten sooner. */
const MOST_REFUSED_CHARACTERS = 10_000_000;

/** With more clients than this, clients are taken away first. */
const CROWD = 30;

function firstAccepted(
  steps: Iterable<ShrinkStep>,
  accepts: (step: ShrinkStep) => boolean,
  isOver: () => boolean,
): boolean {
  for (const step of steps) {
    if (accepts(step)) return true;
    if (isOver()) return false;
  }
  return false;
}

/**
 * Sets the choices for one purpose to the plainest, in ever smaller parts: with a list of thousands it would
 * take too long to begin again after each part that can be spared.
 */
function calm(
  current: () => Scenario,
  purpose: Purpose,
  accepts: (step: ShrinkStep) => boolean,
  isOver: () => boolean,
): boolean {
  const listed = () => current().choices?.[purpose] ?? [];
  let isSmaller = firstAccepted(shorterChoices(current(), purpose), accepts, isOver);
  for (let size = Math.ceil(unusualIn(listed()).length / 2); size >= 1; ) {
    let isSpared = false;
    // From the end: what comes first decides what comes later.
    for (let end = unusualIn(listed()).length; end > 0 && !isOver(); end -= size) {
      const places = unusualIn(listed()).slice(Math.max(0, end - size), end);
      if (places.length > 0 && accepts(withPlain(current(), purpose, places))) isSpared = true;
    }
    isSmaller ||= isSpared;
    if (isOver()) break;
    if (size > 1) size = Math.ceil(size / 2);
    else if (!isSpared) break;
  }
  return isSmaller;
}

/** Every scenario that is one step smaller, of these kinds and in its decisions of chance. All are valid if the scenario is. */
export function* smaller(
  scenario: Scenario,
  { written = scenario, kinds = LOAD }: Pick<ShrinkOptions, "written" | "kinds"> = {},
): Generator<ShrinkStep> {
  for (const kind of kinds) yield* kind(scenario, { written, longestMs: scenario.durationMs });
  for (const purpose of Object.keys(scenario.choices ?? {}) as Purpose[]) {
    yield* shorterChoices(scenario, purpose);
    for (const i of unusualIn(scenario.choices![purpose]!)) yield withPlain(scenario, purpose, [i]);
  }
}

type Purpose = keyof NonNullable<Scenario["choices"]>;

/** The scenario without the choices for a purpose, or without the last of them. */
function* shorterChoices(scenario: Scenario, purpose: Purpose): Generator<ShrinkStep> {
  const list = scenario.choices?.[purpose] ?? [];
  if (list.length === 0) return;
  yield { what: `chance in ${purpose}`, scenario: withList(scenario, purpose, []) };
  for (const cut of cuts(list.length, 1))
    yield {
      what: `the last ${cut} of ${purpose}`,
      scenario: withList(scenario, purpose, list.slice(0, -cut)),
    };
}

/** Places of the choices that are not the plainest. */
function unusualIn(list: readonly number[]): number[] {
  return list.flatMap((value, i) => (value === 0 ? [] : [i]));
}

/** The scenario with some of the choices for a purpose set to the plainest. */
function withPlain(scenario: Scenario, purpose: Purpose, places: readonly number[]): ShrinkStep {
  const plain = new Set(places);
  const list = (scenario.choices?.[purpose] ?? []).map((value, i) => (plain.has(i) ? 0 : value));
  return {
    what:
      places.length === 1
        ? `choice ${places[0] + 1} of ${purpose}`
        : `${places.length} choices of ${purpose}`,
    scenario: withList(scenario, purpose, list),
  };
}

/** The scenario with these choices for a purpose; zeros at the end have no effect. */
function withList(scenario: Scenario, purpose: Purpose, list: readonly number[]): Scenario {
  const { [purpose]: _, ...others } = scenario.choices ?? {};
  const shorter = trimmed(list);
  return { ...scenario, choices: shorter.length === 0 ? others : { ...others, [purpose]: [...shorter] } };
}

/** The list without the zeros at its end, which have no effect. */
function trimmed(list: readonly number[]): readonly number[] {
  return list.slice(0, list.findLastIndex((value) => value !== 0) + 1);
}

/** How large a scenario is, for people. */
export function sizeOf(scenario: Scenario) {
  return {
    clients: clientCount(scenario),
    servers: scenario.servers.count,
    messages: scenario.workload.length,
    faults: scenario.faults.length,
    durationMs: scenario.durationMs,
  };
}
