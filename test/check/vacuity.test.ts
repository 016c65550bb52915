/**
 * Nothing green that was not earned: of each rule a scenario in which it is silent, and one whose runs are cut before
 * it can speak, as the command line, its JSON, its JUnit file, the library and the page say it.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import { check } from "../../src/check/check.ts";
import { claimsOf } from "../../src/check/claims.ts";
import type { ReportDocument } from "../../src/cli/check/document.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import { RULE_NAMES, type RuleName } from "../../src/scenario/rules.ts";
import type { Scenario, ScenarioInput } from "../../src/scenario/schema.ts";
import { findingWords, verdictWords } from "../../src/view/rules/rule-words.ts";
import { findingsOf } from "../../src/view/run/findings.ts";
import { resultOf } from "../../src/view/search/checker.ts";
import { fanout } from "../cli/support.ts";
import { small } from "../scenario/samples.ts";
import { sampled } from "../support/depth.ts";

const ws = (name: string, more: object = {}) => ({ name, transport: "websocket" as const, ...more });
const pair = [ws("A"), ws("B", { startMs: 50 })];
const joined = { kind: "redis" as const };
const OWN = {
  type: "within",
  statement: "Whoever loses its connection is back within a second.",
  from: { event: "disconnected" },
  to: { event: "connected" },
  per: "client",
  withinMs: 1000,
} as const;

/** By rule: a scenario in which it judges nothing, and why; and why in five runs, where two servers' clients of Redis begin at once, in whatever order. */
const SILENT: Readonly<
  Record<string, readonly [scenario: Partial<ScenarioInput>, why: string, whyInFive?: string]>
> = {
  conservation: [{ clients: pair, workload: [] }, "nothing is sent"],
  "at-most-once": [{ clients: pair, workload: [{ from: "A", atMs: 500 }] }, "no copy arrives"],
  delivery: [
    {
      clients: [ws("A"), ws("B", { startMs: 495 })],
      backplane: joined,
      workload: [{ from: "A", atMs: 500 }],
    },
    "1 of 1 copy exempt, recipient away",
    "5 of 5 copies exempt, recipient away",
  ],
  order: [
    { clients: pair, backplane: joined, workload: [{ from: "A", atMs: 500 }] },
    "1 of 1 copy that arrived exempt, the first from its sender over this connection",
    "5 of 5 copies that arrived exempt, the first from its sender over this connection",
  ],
  affinity: [{ clients: pair }, "no request names a session"],
  "handshake-completes": [{ clients: [ws("A", { startConnected: true })] }, "nobody tries to connect"],
  "no-idle-cut": [{ clients: pair }, "2 of 2 connections not due before the end of the run"],
  "within-limits": [{ clients: [{ name: "A" }] }, "no limit is set"],
  "bill-within-budget": [{ clients: [{ name: "A" }] }, "there is no budget"],
  "half-open-noticed": [
    { clients: pair, faults: [{ atMs: 500, act: "cut", target: "A/balancer" }] },
    "2 of 2 ends of silent connections not due before the end of the run",
  ],
  "fallback-connects": [{ clients: pair }, "nobody falls back"],
  "stream-order": [{ clients: pair, workload: [] }, "no copy arrives"],
  "said-before-stop": [
    { clients: pair, workload: [{ from: "A", atMs: 500 }] },
    "nothing is under way when a server is told to stop, or none is",
  ],
  "affinity-under-failure": [{ clients: pair }, "no request names a session"],
  "order-per-server": [
    { clients: pair, backplane: joined, workload: [{ from: "A", atMs: 500 }] },
    "1 of 1 copy that arrived exempt, the first of those who should agree to hear it",
    "5 of 5 copies that arrived exempt, the first of those who should agree to hear it",
  ],
  "back-in-three": [{ clients: pair }, "nobody who was connected tries to connect again"],
  "order-everywhere": [{ clients: pair, workload: [] }, "no copy arrives"],
  "told-once": [
    { clients: pair, backplane: joined, workload: [{ from: "A", atMs: 500 }] },
    "nothing comes by a channel",
  ],
  "within-budget": [
    { clients: pair, workload: [{ from: "A", atMs: 500 }] },
    "no budget is set, or no channel takes a message",
  ],
  "filter-denies-nobody": [{ clients: pair }, "nobody comes, or no Bloom filter is asked"],
  "no-ghost": [{ clients: pair }, "nobody is listed who has left"],
  "nobody-missing": [{ clients: pair }, "nobody keeps who is online, or nobody comes"],
  "context-survives": [
    { clients: pair, workload: [{ from: "A", atMs: 500 }] },
    "there is no notification service, or it says nothing twice to anybody",
  ],
  "told-iff-done": [
    { clients: pair },
    "servers write nothing into a database (servers.publishes is at-once)",
  ],
  "stale-owner-noticed": [{ clients: pair }, "no registry is asked"],
  "stream-replays": [{ clients: pair }, "no stream joins the servers, or nothing is sent"],
  "snapshot-continues": [{ clients: pair }, "nobody loads a snapshot, or nothing is sent to who does"],
  gapless: [
    { clients: pair, workload: [{ from: "A", atMs: 500 }] },
    "nobody polls or listens to an event stream, or nothing is sent to them",
  ],
  "caught-up": [{ clients: pair, workload: [] }, "nothing is sent to anybody who has been connected"],
  recovered: [{ clients: pair, workload: [] }, "nothing is sent to anybody who has been connected"],
  "at-least-once": [
    { clients: pair, workload: [{ from: "A", atMs: 500 }] },
    "no client sends a server something to do",
  ],
  "effectively-once": [
    { clients: pair, workload: [{ from: "A", atMs: 500 }] },
    "no client sends a server something to do",
  ],
  "outcome-is-true": [
    { clients: [ws("A", { delivery: "forget" })], workload: [{ from: "A", to: "server", atMs: 500 }] },
    "no client asks for an acknowledgement",
  ],
  "order-under-retry": [
    { clients: [ws("A", { delivery: "ack" })], workload: [{ from: "A", to: "server", atMs: 500 }] },
    "1 of 1 message that was done exempt, the first from its sender",
  ],
  "newest-wins": [
    { clients: pair, workload: [{ from: "A", atMs: 500 }] },
    "no client says for how long a message is news to it (freshForMs), or nothing is sent to one",
  ],
  own: [{ clients: pair, ownRules: { own: OWN } }, "nothing starts its clock: there is no disconnected"],
};

const folder = mkdtempSync(join(tmpdir(), "fanout-vacuity-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scenarioOf(input: Partial<ScenarioInput>, rule: string): Scenario {
  const parsed = parseScenario(small({ durationMs: 1000, ...input, rules: [rule] }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.scenario;
}

/** What `fanout check` says of a scenario in all its forms. */
async function said(scenario: Scenario, ...options: string[]) {
  const text = JSON.stringify(scenario);
  const junitFile = join(folder, "junit.xml");
  const argv = ["check", "-", "--runs", "5", "--workers", "1", ...options];
  const plain = await fanout([...argv, "--junit", junitFile], text);
  const json = await fanout([...argv, "--json"], text);
  const allowed = await fanout([...argv, "--allow-unfinished", "--junit", `${junitFile}.allowed`], text);
  return {
    exit: plain.exit,
    exitAllowed: allowed.exit,
    text: plain.out.replace(/\s+/g, " "),
    allowedText: allowed.out.replace(/\s+/g, " "),
    document: JSON.parse(json.out) as ReportDocument,
    junit: readFileSync(junitFile, "utf8"),
    junitAllowed: readFileSync(`${junitFile}.allowed`, "utf8"),
  };
}

describe("a rule that judges nothing", () => {
  it("can be any of those that ask for something in every run", () => {
    const names = RULE_NAMES.filter((name) => name !== "something-arrives");
    expect(Object.keys(SILENT).sort()).toEqual([...names, "own"].sort());
  });

  test.each(Object.entries(SILENT))("%s is silent", async (rule, [input, whyInOne, why = whyInOne]) => {
    const scenario = scenarioOf(input, rule);
    // With nothing left to chance, one run stands for all.
    const cli = await said(scenario, "--late", "0ms");
    expect(cli.exit).toBe(3);
    expect(cli.text).toContain(`– ${rule} silent: ${why}.`);
    expect(cli.text).toContain(`Nothing is known of ${rule}`);
    expect(cli.document.verdicts).toMatchObject([{ rule, outcome: "silent", why, covered: why }]);
    expect(cli.junit).toContain('failures="0" errors="1" skipped="0"');
    expect(cli.junit).toContain(`<error type="silent" message="silent: ${why}">`);
    expect(cli.exitAllowed).toBe(0);
    expect(cli.allowedText).toContain("the exit code does not count this");
    expect(cli.junitAllowed).toContain(`<skipped message="silent: ${why}"/>`);

    const report = check(scenario, { runs: 5, bounds: { lateMs: 0 } });
    expect(report.verdicts).toMatchObject([{ outcome: "silent", why }]);
    const result = resultOf(report);
    expect(verdictWords(result.verdicts[0]!, result)).toMatchObject({
      sign: "–",
      text: `search: silent, it judged nothing: ${why}`,
    });
    const [finding] = findingsOf(simulate(scenario), claimsOf(scenario));
    expect(findingWords(finding!)).toMatchObject({
      sign: "–",
      text: `silent in this run, it judged nothing: ${whyInOne}`,
    });
  });

  test.each(Object.entries(SILENT))("%s is silent in all runs, too", (rule, [input, why]) => {
    const report = check(scenarioOf(input, rule), { exhaustive: true, depth: 0 });
    expect(report.verdicts).toMatchObject([{ outcome: "silent", why }]);
  });
});

describe("a rule whose runs are cut", () => {
  const names: readonly string[] = [...RULE_NAMES, "own"];

  test.each(names)("%s is unfinished", async (rule) => {
    const scenario = scenarioOf(
      {
        clients: pair,
        ...(rule === "own" ? { ownRules: { own: OWN } } : {}),
        workload: [{ from: "A", atMs: 500 }],
      },
      rule,
    );
    const cli = await said(scenario, "--max-events", "10");
    const why = "all 5 runs were cut at 10 events";
    expect(cli.exit).toBe(3);
    // What was cut stands in the first lines, before any verdict.
    expect(cli.text.indexOf("! All 5 runs were cut at 10 events.")).toBeLessThan(
      cli.text.indexOf(`? ${rule}`),
    );
    expect(cli.text).toContain(`? ${rule} unfinished: ${why}.`);
    expect(cli.document.verdicts).toMatchObject([{ rule, outcome: "unfinished", why }]);
    expect(cli.document.search).toMatchObject({ cut: 5, maxEvents: 10 });
    expect(cli.junit).toContain(`<error type="unfinished" message="unfinished: ${why}">`);
    expect(cli.exitAllowed).toBe(0);
    expect(cli.junitAllowed).toContain(`<skipped message="unfinished: ${why}"/>`);

    const result = resultOf(check(scenario, { runs: 5, maxEvents: 10 }));
    expect(verdictWords(result.verdicts[0]!, result)).toMatchObject({
      sign: "○",
      text: `search: unfinished, ${why}`,
    });
    const [finding] = findingsOf(simulate(scenario, { maxEvents: 10 }), claimsOf(scenario));
    expect(findingWords(finding!)).toMatchObject({
      sign: "○",
      text: "unfinished: the run was cut after 10 events, and what comes after is not known",
    });
  });

  it("is unfinished even if some runs were not cut: it may be those that break it", () => {
    // Each attempt that lands on the wrong server makes a run longer.
    const scenario = scenarioOf(
      { clients: [{ name: "A" }], balancer: { policy: "random" }, durationMs: 5000 },
      "conservation",
    );
    const sent = { ...scenario, workload: [{ from: "A", to: "everyone", atMs: 4900 }] } as Scenario;
    const report = check(sent, { runs: 100, maxEvents: 100 });
    expect(report.search.cut).toBeGreaterThan(0);
    expect(report.search.cut).toBeLessThan(100);
    expect(report.verdicts).toMatchObject([{ outcome: "unfinished" }]);
  });
});

describe("a rule that ought to be seen", () => {
  it("is unfinished if random runs do not show it, and broken if none within the bounds does", async () => {
    const scenario = scenarioOf({ clients: pair, workload: [{ from: "A", atMs: 500 }] }, "something-arrives");
    expect(check(scenario, { runs: 5 }).verdicts).toMatchObject([
      { outcome: "unfinished", why: "not seen in 5 runs" },
    ]);
    const all = await fanout(["check", "-", "--exhaustive"], JSON.stringify(scenario));
    expect(all.exit).toBe(1);
    expect(all.out).toContain("never seen within these bounds");
  });
});

describe("a search without a finished run", () => {
  it("has tried nothing, at random or exhaustively", () => {
    const scenario = scenarioOf({ clients: pair, workload: [{ from: "A", atMs: 500 }] }, "conservation");
    const report = check(scenario, { shard: [9, 9], runs: 100 });
    expect(report.verdicts).toMatchObject([{ outcome: "not tried" }]);
    const all = check(scenario, { exhaustive: true, isOver: () => "time" });
    expect(all.verdicts).toMatchObject([{ outcome: "unfinished" }]);
  });
});

describe("rules that nobody claims", () => {
  it("may be silent, unless all of them are", async () => {
    const bare = small({ clients: pair, durationMs: 1000, backplane: joined });
    const { exit, out } = await fanout(["check", "-", "--runs", "5"], bare);
    expect({ exit, isSilent: out.includes("– affinity") }).toEqual({ exit: 0, isSilent: true });
  });
});

describe("what stays a breach", () => {
  const names: readonly RuleName[] = ["affinity", "handshake-completes"];
  it.each(sampled(names, 2))(
    "%s breaks also where the search may lose packets, and its run replays alike",
    (rule) => {
      const scenario = scenarioOf({ clients: [{ name: "A" }], balancer: { policy: "round-robin" } }, rule);
      const report = check(scenario, { runs: 50, bounds: { losses: 1 } });
      expect(report.verdicts).toMatchObject([{ outcome: "broken" }]);
      const exhaustive = check(scenario, { exhaustive: true, depth: 1, bounds: { losses: 1 } });
      expect(exhaustive.verdicts).toMatchObject([{ outcome: "broken" }]);
    },
  );
});
