/**
 * Random and mutated input: the parser never throws, always answers, and what it accepts can be written down, read
 * again, built and run.
 */
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { readLedger } from "../../src/run/ledger.ts";
import { measure } from "../../src/run/metrics.ts";
import { Run } from "../../src/run/run.ts";
import { type ParseResult, parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { check } from "../support/property.ts";
import { anyJson, mutatedScenario, mutatedText } from "./mutations.ts";

const TEXTS = { runs: 1500 } as const;
/** One in four is accepted, and run. */
const SCENARIOS = { runs: 400 } as const;

const seen = { answered: 0, accepted: 0, ran: 0, events: 0 };

function parse(text: string): ParseResult {
  const result = parseScenario(text);
  seen.answered++;
  if (!result.ok) {
    expect(result.errors.length).toBeGreaterThan(0);
    for (const { message } of result.errors) {
      expect(message).toMatch(/\S{2}/);
      expect(message).not.toContain("can't be checked");
    }
  }
  return result;
}

function checkAccepted(scenario: Scenario): void {
  seen.accepted++;
  const again = parseScenario(JSON.stringify(scenario));
  expect(again).toEqual({ ok: true, scenario });
  for (const variant of [null, ...Object.keys(scenario.variants).slice(0, 2)]) {
    const turned = withVariant(scenario, variant);
    if (!turned.ok)
      throw new Error(`the variant ${variant} was accepted with its scenario, but is not valid`);
    run(turned.scenario, variant === null ? 2000 : 300);
  }
}

function parseText(text: string): void {
  const result = parse(text);
  if (result.ok) checkAccepted(result.scenario);
}

function parseDocument(document: unknown): void {
  parseText(JSON.stringify(document));
}

/** Large scenarios are built and run in a test of their own. */
const CLIENTS_MAX = 200;

function run(scenario: Scenario, maxEvents: number): void {
  const clients = scenario.clients.reduce((sum, group) => sum + group.count, 0);
  if (clients > CLIENTS_MAX) return;
  const world = new Run(scenario, { maxEvents, maxCopies: 20_000 });
  world.finish();
  const result = world.result();
  const { trace } = result;
  const ledger = readLedger(trace);
  measure(result, ledger);
  const { tally } = world.world;
  expect(ledger.tally).toMatchObject({
    sent: tally.sent[0],
    delivered: tally.delivered[0],
    lost: tally.lost[0],
  });
  expect(ledger.tally.inFlight).toBeGreaterThanOrEqual(0);
  seen.ran++;
  seen.events += world.events;
}

afterEach(() => console.info("fuzz:", JSON.stringify(seen)));

test("random text", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n01eE.-truefalsn/') }),
  );
  check(text, (one) => void parse(one), TEXTS);
});

test("random JSON", () => {
  check(anyJson, parseDocument, TEXTS);
});

test("mutated text", () => {
  check(mutatedText, parseText, TEXTS);
});

test("mutated scenarios", () => {
  check(mutatedScenario, parseDocument, SCENARIOS);
});
