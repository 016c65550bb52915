/** Repairs as the command line tells them: what to set, what that stood, and how far a number can be turned back. */
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { thresholdWords } from "../../src/check/repair/words.ts";
import type { ReportDocument } from "../../src/cli/check/document.ts";
import { checkReport } from "../../src/cli/check/report.ts";
import { styleOf } from "../../src/cli/text.ts";
import { fanout } from "./support.ts";

/** The balancer closes what is silent for 20 s, and servers ping every 25 s. */
const SILENT = {
  version: 1,
  name: "silent",
  title: "Silence",
  summary: "A heartbeat that is too slow.",
  durationMs: 60_000,
  clients: [{ name: "A", transport: "websocket" }],
  servers: { count: 1 },
  balancer: { idleTimeoutMs: 20_000 },
  variants: { patient: { title: "Patience", set: { "balancer.idleTimeoutMs": 30_000 } } },
  rules: ["no-idle-cut"],
};
const ARGV = ["check", "-", "--runs", "20"];

async function documentOf(scenario: unknown): Promise<ReportDocument> {
  const { out } = await fanout([...ARGV, "--json"], JSON.stringify(scenario));
  return JSON.parse(out) as ReportDocument;
}

const report = (document: ReportDocument) => checkReport(document, styleOf(false));

/** The same report with the broken verdict changed. */
function changed(document: ReportDocument, change: object): ReportDocument {
  return { ...document, verdicts: document.verdicts.map((verdict) => ({ ...verdict, ...change })) };
}

describe("a report", () => {
  test("says what to set, how far it can be turned back, and which variant does it", async () => {
    const { out } = await fanout(ARGV, JSON.stringify(SILENT));
    expect(out).toContain(`
  Repair: --variant patient (--set balancer.idleTimeoutMs=30000; any value from 25.1 s that was
            tried held, 25 s broke; stands in 20 random runs)
      or: --set servers.pingIntervalMs=19900 (any value up to 19.9 s that was tried held, 20 s
            broke; stands in 20 random runs)
`);
  });

  test("as JSON has the same, and what merges it keeps it", async () => {
    const document = await documentOf(SILENT);
    const [{ repairs }] = document.verdicts as [ReportDocument["verdicts"][number]];
    expect(repairs).toEqual([
      {
        set: { "balancer.idleTimeoutMs": 30_000 },
        runs: 20,
        variant: "patient",
        threshold: { path: "balancer.idleTimeoutMs", held: 25_100, broke: 25_000 },
      },
      {
        set: { "servers.pingIntervalMs": 19_900 },
        runs: 20,
        variant: null,
        threshold: { path: "servers.pingIntervalMs", held: 19_900, broke: 20_000 },
      },
    ]);
    const file = join(tmpdir(), `fanout-lab-repairs-${process.pid}.json`);
    afterAll(() => rmSync(file, { force: true }));
    const { out: part } = await fanout([...ARGV, "--shard", "1/1", "--json"], JSON.stringify(SILENT));
    writeFileSync(file, part);
    const merged = await fanout(["merge", file]);
    expect(merged.out).toContain(
      "\n  Repair: --variant patient (--set balancer.idleTimeoutMs=30000; any value",
    );
    const [{ threshold: _, ...without }] = repairs as [NonNullable<typeof repairs>[number]];
    writeFileSync(file, JSON.stringify(changed(JSON.parse(part) as ReportDocument, { repairs: [without] })));
    const refused = await fanout(["merge", file]);
    expect(refused.exit).toBe(2);
    expect(refused.err).toContain("verdicts.0.repairs.0.threshold: found nothing; allowed");
  });

  test("says that there is none, but not before all was tried", async () => {
    const document = await documentOf(SILENT);
    expect(report(changed(document, { repairs: [] }))).toContain(`
  Repair: none was found: no knob or variant of this scenario, and nothing that the reason points
          to, mends it without loss, alone or with another that helps. A turn that leaves the rule
          nothing to judge does not count.
  Open: `);
    const unfinished = report(changed(document, { repairs: [], isUnfinished: true }));
    expect(unfinished).not.toContain("Repair:");
    expect(unfinished).toContain("before all repairs were looked");
  });

  test("says of what has no chance in it that its one run stands", async () => {
    const { out } = await fanout([...ARGV, "--late", "0ms"], JSON.stringify({ ...SILENT, variants: {} }));
    expect(out.replace(/\s+/g, " ")).toMatch(
      /19.9 s that was tried held, [\d.]+ s broke; its one run stands\)/,
    );
  });
});

test.each([
  ["servers.pingIntervalMs", 49_900, 50_000, "any value up to 49.9 s that was tried held, 50 s broke"],
  ["balancer.idleTimeoutMs", 738, 722, "any value from 738 ms that was tried held, 722 ms broke"],
  ["balancer.idleTimeoutMs", 30_100_500, 60_000, "any value from 30,100.5 s that was tried held, 60 s broke"],
  ["clients.*.randomizationFactor", 0.25, 0.5, "any value up to 0.25 that was tried held, 0.5 broke"],
])("a threshold of %s, %d and %d: %s", (path, held, broke, words) => {
  expect(thresholdWords({ path, held, broke })).toBe(words);
});
