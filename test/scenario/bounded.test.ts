/**
 * Documents made to be slow: an answer comes whatever is asked, before Vitest loses its patience. Each stays within
 * the format's own limits on size.
 */
import { expect, test } from "vitest";
import { Run } from "../../src/run/run.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import { IS_DEEP } from "../support/depth.ts";
import { small } from "./samples.ts";

const many = <T>(length: number, entry: (i: number) => T) => Array.from({ length }, (_, i) => entry(i));
const record = <T>(length: number, entry: (i: number) => [string, T]) =>
  Object.fromEntries(many(length, entry));

const SLOW: readonly (readonly [string, string])[] = [
  ["nothing but brackets", "[".repeat(1_000_000)],
  ["nothing but blanks", " ".repeat(1_000_000)],
  ["one long number", "1".repeat(1_000_000)],
  ["one long text that is not closed", `"${"\\\\".repeat(500_000)}`],
  ["a long list of nothing", `[${"0,".repeat(500_000)}0]`],
  ["unknown fields", JSON.stringify(record(60_000, (i) => [`field${i}`, i]))],
  ["unknown fields with long names", JSON.stringify(record(100, (i) => [`${"x".repeat(10_000)}${i}`, i]))],
  [
    "names that are nearly right",
    small({
      clients: many(100, (i) => ({ name: `n${"x".repeat(50)}${i}`, count: 1000 })),
      workload: many(1000, (i) => ({
        from: `m${"x".repeat(50)}${i}`,
        to: `m${"x".repeat(50)}${i}`,
        atMs: 1,
      })),
    }),
  ],
  [
    "faults on nothing",
    small({
      clients: [{ name: "A", count: 100_000 }],
      faults: many(1000, (i) => ({ atMs: 1, act: "cut", target: `${"A".repeat(100)}${i}` })),
      workload: [],
    }),
  ],
  [
    "variants of 100,000 clients",
    small({
      clients: many(100, (i) => ({ name: `g${i}`, count: 1000 })),
      variants: record(50, (i) => [
        `v${i}`,
        { title: "V", set: record(100, (k) => [`clients.g${k}.startMs`, i]) },
      ]),
    }),
  ],
  [
    "variants that are wrong everywhere",
    small({
      clients: many(100, (i) => ({ name: `g${i}` })),
      workload: [],
      variants: record(50, (i) => [
        `v${i}`,
        { title: "V", set: { "clients.*.transport": "carrier-pigeon" } },
      ]),
    }),
  ],
  [
    "variants of a long workload",
    small({
      workload: many(1000, () => ({ from: "A", atMs: 1 })),
      faults: many(1000, () => ({ atMs: 1, act: "crash", target: "server-1" })),
      variants: record(50, (i) => [
        `v${i}`,
        { title: "V", set: { "workload.*.atMs": i, "faults.*.atMs": i } },
      ]),
    }),
  ],
  [
    "choices by the ten thousand",
    small({ choices: { loss: many(50_000, () => 4_294_967_295), balancing: many(50_000, (i) => i) } }),
  ],
  ["choices that are all wrong", small({ choices: { loss: many(50_000, () => -1) } })],
  [
    "rules about nobody in variants without them",
    small({
      clients: many(100, (i) => ({ name: `g${i}`, count: 1000 })),
      workload: [],
      rules: many(50, (i) => `r${i}`),
      ownRules: record(50, (i) => [
        `r${i}`,
        {
          type: "within",
          statement: "S.",
          from: { event: "message", client: `g${i}-1000` },
          to: { event: "delivered", client: `g${i}-999` },
          withinMs: 1,
        },
      ]),
      variants: record(50, (i) => [
        `v${i}`,
        { title: "V", set: { clients: [{ name: "A" }] }, breaks: many(50, (k) => `r${k}`) },
      ]),
    }),
  ],
  [
    "variants that write what the next setting writes over",
    small({
      workload: many(1000, () => ({ from: "A", atMs: 1 })),
      variants: record(50, (i) => [
        `v${i}`,
        {
          title: "V",
          set: { "workload.*.to": many(100, () => 0), "workload.*": { from: "A", atMs: 1 } },
        },
      ]),
    }),
  ],
  ["rules that are nearly right", small({ rules: many(50, (i) => `${"delivery".repeat(6)}-${i}`) })],
];

test.each(SLOW)("%s", (_, text) => {
  expect(() => parseScenario(text)).not.toThrow();
});

test.runIf(IS_DEEP)("100,000 clients build and run", () => {
  const result = parseScenario(
    small({
      clients: [{ name: "A", count: 100_000, startConnected: true }],
      workload: many(5, () => ({ from: "A", to: "room", atMs: 1 })),
    }),
  );
  if (!result.ok) throw new Error(result.errors[0]!.message);
  const run = new Run(result.scenario, { maxEvents: 2000, maxCopies: 1_000_000 });
  expect(run.finish()).toBe("copies");
});
