/** That branches are run before their turn, and by others, makes no difference to what a search finds, and to no number. */
import { describe, expect, it } from "vitest";
import { type Bounds, DEFAULT_BOUNDS, stripped } from "../../src/check/bounds.ts";
import type { ExhaustiveOptions } from "../../src/check/branch-run.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { Coverage } from "../../src/check/coverage.ts";
import { type Exploration, explore, type Found } from "../../src/check/exhaustive.ts";
import type { Rule } from "../../src/check/rule.ts";
import { Scopes } from "../../src/check/scope.ts";
import { type Order, Scout, type Scouting, type Sighting } from "../../src/check/scout.ts";
import { packed, unpacked } from "../../src/cli/check/sightings.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";
import { loadMutant } from "../support/mutant.ts";
import type { Explore } from "./exploring.ts";

interface Case {
  readonly scenario: Scenario;
  readonly rules: readonly Rule[];
  readonly options: ExhaustiveOptions;
}

/** Does all that it is sent to do at once, when nothing is known yet of what lies between; sometimes not all of it, and sometimes it is away. */
class NearScout implements Scouting {
  believed = 0;
  readonly #scout: Scout;
  readonly #answers: Sighting[][] = [];
  #orders = 0;
  #asked = 0;

  constructor({ scenario, rules, options }: Case) {
    this.#scout = new Scout(scenario, rules, options);
  }

  get isThere(): boolean {
    return this.#orders % 7 !== 3 || this.#answers.length === 0;
  }

  send({ branches, known }: Order): void {
    this.#orders++;
    // As between threads: a copy, but for what is shared. What is known changes later, so that this scout takes what it is now.
    const seen = this.#scout.look({ branches: structuredClone(branches), known: known.slice() });
    this.#answers.push(unpacked(structuredClone(packed(seen))));
  }

  receive(): Sighting[] | null {
    // Sometimes late, by more branches than it was sent for.
    if (this.#orders % 11 === 5 && ++this.#asked % 200 !== 0) return null;
    const answer = this.#answers.shift()!;
    const heard = this.#orders % 5 === 0 ? answer.slice(0, 50) : answer;
    this.believed += heard.length;
    return heard;
  }
}

/** All that a search tells while it goes on, and at its end. */
function told(how: Explore, { scenario, rules, options }: Case, scouts: readonly Scouting[]) {
  const found: Found[] = [];
  const books = { scopes: new Scopes(), coverage: new Coverage() };
  const steps: Exploration[] = [];
  for (const step of how(scenario, rules, options, (one) => found.push(one), books, scouts))
    steps.push({ ...step });
  return { found, steps, scopes: books.scopes.data(), coverage: books.coverage.report() };
}

function lesson(
  name: string,
  variant: string,
  bounds: Partial<Bounds>,
  depth: number | null,
  maxEvents = 100_000,
): Case {
  const one = LESSON_VARIANTS.find((other) => other.name === name && other.variant === variant)!;
  return {
    scenario: stripped(one.scenario),
    rules: claimsOf(one.scenario),
    options: { bounds: { ...DEFAULT_BOUNDS, ...bounds }, depth, maxEvents },
  };
}

/** With a rule besides that breaks where the first who is connected is later than in the plainest run. */
function somebodyLate(one: Case): Case {
  const plain = new Run(one.scenario);
  plain.finish();
  const { kind, timeUs, rows } = plain.world.trace!;
  const row = kind.subarray(0, rows).indexOf(RecordKind.connected);
  const onTimeUs = timeUs[row]!;
  const onTime: Rule = {
    name: "on time",
    kind: "always",
    statement: "-",
    watch: () => {
      let isSeen = false;
      return {
        sees: [RecordKind.connected],
        see: (trace, at) => {
          const isLate = !isSeen && trace.timeUs[at]! > onTimeUs;
          isSeen = true;
          return isLate ? { key: "late", text: "-", clients: [], message: -1 } : null;
        },
        digest: (add) => add(isSeen ? 1 : 0),
      };
    },
  };
  return { ...one, rules: [...one.rules, onTime] };
}

describe("scouts", () => {
  it.each([
    ["all runs with few departures", lesson("polling-handshake", "cookie", {}, 4)],
    ["what breaks in some runs", somebodyLate(lesson("polling-handshake", "cookie", {}, 4))],
    ["losses", lesson("broadcast-across-servers", "redis", { losses: 1 }, 2)],
    ["runs that are cut", lesson("polling-handshake", "cookie", {}, 3, 60)],
    ["kills, and what breaks", lesson("broadcast-across-servers", "no-backplane", { crashes: 1 }, 2)],
  ])("change nothing: %s", (_, one) => {
    const alone = told(explore, one, []);
    for (const count of [1, 3]) {
      const scouts = Array.from({ length: count }, () => new NearScout(one));
      const helped = told(explore, one, scouts);
      for (const { believed } of scouts) expect(believed).toBeGreaterThan(0);
      expect(helped).toEqual(alone);
    }
  });

  it("would change the numbers if they were believed without being compared", async () => {
    const mutant = await loadMutant<{ explore: Explore }>(
      "src/check/exhaustive.ts",
      "if (seen.has(states[i], states[i + 1])) return false;",
      "void seen;",
    );
    const one = lesson("polling-handshake", "cookie", {}, 3);
    expect(told(mutant.explore, one, [new NearScout(one)])).not.toEqual(told(explore, one, []));
  });
});
