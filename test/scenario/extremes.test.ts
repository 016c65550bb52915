/** Scenarios whose every number stands at an end of what the format allows: accepted, built, run, and read, without an error. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readLedger } from "../../src/run/ledger.ts";
import { measure } from "../../src/run/metrics.ts";
import { Run } from "../../src/run/run.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import { LIMITS, POLICY_NAMES, TRANSPORTS } from "../../src/scenario/schema.ts";
import { check } from "../support/property.ts";

const duration = fc.constantFrom(0, 0.001, 1, 500, LIMITS.durationMs);
const positive = fc.constantFrom(0.001, 0.5, 20, 3000, LIMITS.durationMs);
const delay = fc.constantFrom(0, 0.001, 5, LIMITS.latencyMs);
const share = fc.constantFrom(0, 0.01, 0.5, 1);
const ordered = (value: fc.Arbitrary<number>) =>
  fc.tuple(value, value).map(([a, b]) => ({ minMs: Math.min(a, b), maxMs: Math.max(a, b) }));
const latencyMs = fc.oneof(
  delay,
  ordered(delay).map((range) => ({ distribution: "uniform", ...range })),
  fc.record({ distribution: fc.constant("normal"), meanMs: delay, sdMs: delay }),
  fc.record({ distribution: fc.constant("exponential"), minMs: delay, meanMs: delay }),
);
const loss = fc.oneof(
  share,
  fc.record({ good: share, bad: share, meanGoodMs: positive, meanBadMs: positive }),
);
const link = fc.record({ latencyMs, loss });
const near = (range: { minMs: number; maxMs: number }) => ({
  ...range,
  maxMs: Math.min(range.maxMs, range.minMs + LIMITS.rangeMs),
});

const group = fc.record({
  count: fc.constantFrom(1, 2, 30),
  transport: fc.constantFrom(...TRANSPORTS),
  startMs: duration,
  startGapMs: duration,
  startConnected: fc.boolean(),
  roomSize: fc.constantFrom(1, 2, LIMITS.clients),
  address: fc.constantFrom("0.0.0.0", "255.255.255.255", "10.0.0.1"),
  addressSpread: fc.constantFrom("networks", "hosts", "shared"),
  cookies: fc.boolean(),
  reconnectionDelayMs: positive,
  reconnectionDelayMaxMs: positive,
  randomizationFactor: share,
});

const extreme = fc.record({
  version: fc.constant(1),
  name: fc.constant("extreme"),
  title: fc.constant("Extreme"),
  summary: fc.constant("Extreme."),
  seed: fc.constantFrom(0, 1, 2 ** 32 - 1),
  durationMs: fc.constantFrom(0.001, 4000, LIMITS.durationMs),
  clients: fc.tuple(group, group).map(([a, b]) => [
    { ...a, name: "A", count: 1 },
    { ...b, name: "b" },
  ]),
  balancer: fc.record({
    policy: fc.constantFrom(...POLICY_NAMES),
    idleTimeoutMs: positive,
    failTimeoutMs: positive,
  }),
  servers: fc.record({
    count: fc.constantFrom(1, 2, LIMITS.servers),
    pingIntervalMs: positive,
    pingTimeoutMs: positive,
    upgradeTimeoutMs: positive,
  }),
  backplane: fc.record({ kind: fc.constantFrom("none", "redis") }),
  network: fc.record({ client: link, server: link, backplane: link }),
  workload: fc.array(
    fc.oneof(
      fc.record({
        from: fc.constantFrom("A", "b"),
        to: fc.constantFrom("others", "everyone", "room", "A"),
        atMs: duration,
      }),
      fc.record({
        from: fc.constantFrom("A", "b"),
        to: fc.constantFrom("others", "room"),
        everyMs: fc.oneof(positive, ordered(positive).map(near)),
        firstMs: fc.oneof(duration, ordered(duration).map(near)),
      }),
    ),
    { maxLength: 4 },
  ),
  faults: fc.array(
    fc.record({
      atMs: duration,
      act: fc.constantFrom("crash", "restart"),
      target: fc.constantFrom("server-1", "balancer", "backplane"),
    }),
    { maxLength: 4 },
  ),
});

test("all at their ends", () => {
  check(
    extreme,
    (document) => {
      const result = validateScenario(document);
      if (!result.ok) throw new Error(formatErrors(result.errors));
      const run = new Run(result.scenario, { maxEvents: 2000, maxCopies: 20_000 });
      run.finish();
      const ran = run.result();
      const { trace } = ran;
      const ledger = readLedger(trace);
      measure(ran, ledger);
      expect(ledger.tally.inFlight).toBeGreaterThanOrEqual(0);
      let lastUs = 0;
      for (let i = 0; i < trace.length; i++) {
        expect(trace.timeUs[i]! >= lastUs, "time goes forward").toBe(true);
        lastUs = trace.timeUs[i]!;
      }
    },
    { runs: 70 },
  );
});
