/**
 * Random and mutated input: the parser never throws, always answers soon, and what it accepts can be written down, read again, built and run.
 * FUZZ_RUNS=100000 for the long run; FUZZ_SEED to repeat one.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readLedger } from "../../src/run/ledger.ts";
import { measure } from "../../src/run/metrics.ts";
import { Run } from "../../src/run/run.ts";
import { type ParseResult, parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { anyJson, mutatedScenario, mutatedText } from "./mutations.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 20_000);
const IS_LONG = process.env.FUZZ_RUNS !== undefined;
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** The default run is bounded by time as well: whatever comes first. */
const LIMIT_MS = 3_200;
/** A parser that takes this long for a document hangs: a guard, not a measurement. */
const SLOWEST_MS = 30_000;

const seen = { answered: 0, accepted: 0, ran: 0, events: 0, slowestMs: 0 };

function parse(text: string): ParseResult {
  const beganMs = performance.now();
  const result = parseScenario(text);
  const tookMs = performance.now() - beganMs;
  seen.answered++;
  seen.slowestMs = Math.max(seen.slowestMs, tookMs);
  expect(tookMs).toBeLessThan(SLOWEST_MS);
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

/** Large scenarios are built and run in a test of their own. */
const CLIENTS_MAX = 200;

function run(scenario: Scenario, maxEvents: number): void {
  const clients = scenario.clients.reduce((sum, group) => sum + group.count, 0);
  if (clients > CLIENTS_MAX) return;
  const world = new Run(scenario, { maxEvents, maxCopies: 20_000 });
  world.finish();
  const { trace } = world.result();
  const ledger = readLedger(trace);
  measure(trace, ledger);
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

function check(name: string, share: number, property: fc.IProperty<unknown>) {
  test(
    `${name} (seed ${SEED})`,
    () => {
      fc.assert(property, {
        numRuns: Math.ceil(RUNS * share),
        seed: SEED,
        ...(IS_LONG ? {} : { interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false }),
      });
      console.info(`fuzz, ${name}:`, JSON.stringify(seen));
    },
    IS_LONG ? 3_600_000 : 30_000,
  );
}

check(
  "random text",
  0.25,
  fc.property(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n01eE.-truefalsn/') }),
    ),
    (text) => {
      parse(text);
    },
  ) as fc.IProperty<unknown>,
);

check(
  "random JSON",
  0.25,
  fc.property(anyJson, (document) => {
    const result = parse(JSON.stringify(document));
    if (result.ok) checkAccepted(result.scenario);
  }) as fc.IProperty<unknown>,
);

check(
  "mutated text",
  0.25,
  fc.property(mutatedText, (text) => {
    const result = parse(text);
    if (result.ok) checkAccepted(result.scenario);
  }) as fc.IProperty<unknown>,
);

check(
  "mutated scenarios",
  0.25,
  fc.property(mutatedScenario, (document) => {
    const result = parse(JSON.stringify(document));
    if (result.ok) checkAccepted(result.scenario);
  }) as fc.IProperty<unknown>,
);
