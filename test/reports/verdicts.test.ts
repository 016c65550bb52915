/** What `fanout check` may say of reported trouble: verdicts and exit codes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stripped } from "../../src/check/bounds.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { eventBoundOf, runTrial } from "../../src/check/trial.ts";
import type { ReportDocument } from "../../src/cli/check/document.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { fanout } from "../cli/support.ts";
import { IS_DEEP } from "../support/depth.ts";

async function checked(file: string, ...options: string[]) {
  const path = join(import.meta.dirname, `${file}.json`);
  const { exit, out } = await fanout(["check", path, "--json", "--workers", "1", ...options]);
  const { verdicts, search } = JSON.parse(out) as ReportDocument;
  return { exit, search, said: Object.fromEntries(verdicts.map((one) => [one.rule, one])) };
}

/** A report, as it is written. */
function varied(file: string, variant?: string) {
  const parsed = parseScenario(readFileSync(join(import.meta.dirname, `${file}.json`), "utf8"));
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors));
  const one = variant === undefined ? parsed : withVariant(parsed.scenario, variant);
  if (!one.ok) throw new Error(`${file} has no ${variant}`);
  return one;
}

/** The rules that one run of a report breaks. */
function brokenIn(file: string, variant?: string): string[] {
  const { scenario } = varied(file, variant);
  const maxEvents = eventBoundOf(scenario);
  const { watch } = runTrial(stripped(scenario), claimsOf(scenario), { maxEvents });
  return watch.found.map(({ rule }) => rule);
}

describe.runIf(IS_DEEP)("a storm of clients that come back late", () => {
  it("breaks «back soon», in runs that are long enough to see it", () => {
    const text = readFileSync(join(import.meta.dirname, "n-storm.json"), "utf8");
    const parsed = parseScenario(text);
    if (!parsed.ok) throw new Error("the report is no scenario");
    // All 5,000 clients, and no time spent on making the run smaller.
    const scenario = stripped(parsed.scenario);
    const maxEvents = eventBoundOf(scenario);
    expect(maxEvents).toBeGreaterThan(200_000);
    const { watch, endedBy } = runTrial(scenario, claimsOf(parsed.scenario), { maxEvents });
    expect(endedBy).toBe("finished");
    expect(watch.found.map(({ rule }) => rule)).toEqual(["back-soon"]);
  });

  it("is unfinished where runs are cut at 200,000 events", async () => {
    const { exit, said } = await checked("n-storm", "--max-events", "200000", "--runs", "2");
    expect(exit).toBe(3);
    for (const { outcome } of Object.values(said)) expect(outcome).toBe("unfinished");
  });
});

describe.runIf(IS_DEEP)("a rolling restart of four servers", () => {
  it("makes somebody reconnect twice", async () => {
    const { exit, said } = await checked("n-rolling", "--runs", "5", "--rule", "never-twice");
    expect(exit).toBe(1);
    expect(said["never-twice"]).toMatchObject({ outcome: "broken" });
  });

  it("is never green in a search of all runs that had no time", async () => {
    const { exit } = await checked("n-rolling", "--exhaustive", "--time", "200ms");
    expect([1, 3]).toContain(exit);
  });
});

describe("rules that never applied", () => {
  it("min-e: a cut that nobody notices before the run ends", async () => {
    for (const options of [[], ["--exhaustive"]]) {
      const { exit, said } = await checked("min-e-vacuous-half-open", ...options);
      expect(exit).toBe(3);
      expect(said["half-open-noticed"]).toMatchObject({
        outcome: "silent",
        covered: expect.stringContaining("not due before the end of the run"),
      });
    }
  });

  it("min-g: every copy is for somebody who was just cut off", async () => {
    const { exit, said } = await checked("min-g-delivery-holds-91-percent-lost", "--runs", "100");
    expect(exit).toBe(3);
    expect(said.delivery).toMatchObject({
      outcome: "silent",
      why: "100 of 100 copies exempt, recipient away",
    });
  });
});

describe("public reports that were told rightly stay so", () => {
  it("r01: cut after 50 s of silence, since the heartbeat comes at 55 s; a tunnel timeout of 60 s mends it", async () => {
    const { exit, said } = await checked("r01-haproxy-50s-heartbeat-55s", "--runs", "20");
    expect(exit).toBe(1);
    expect(said["no-idle-cut"]).toMatchObject({ outcome: "broken", counterexample: { key: "idle-closed" } });
    const mended = await checked("r01-haproxy-50s-heartbeat-55s", "--runs", "20", "--variant", "tunnel-60s");
    expect(mended.said["no-idle-cut"]!.outcome).toBe("not broken");
  });

  it("r02: 30 s of silence are too many for a heartbeat of 45 s, and 15 s as well; 1800 s are not", async () => {
    const cases = { "tunnel-15s": "broken", "tunnel-1800s": "silent" } as const;
    const { said } = await checked("r02-harp-tunnel-30s", "--runs", "20");
    expect(said["no-idle-cut"]).toMatchObject({ outcome: "broken", counterexample: { key: "idle-closed" } });
    expect(said["no-idle-cut"]!.counterexample!.because).toBe(
      "Pings come every 45 s, and balancer.clientTimeoutMs is 30 s.",
    );
    for (const [variant, outcome] of Object.entries(cases)) {
      const { said } = await checked("r02-harp-tunnel-30s", "--runs", "20", "--variant", variant);
      // In 130 s a timeout of half an hour can't strike: that it does not is no merit.
      expect(said["no-idle-cut"]!.outcome).toBe(outcome);
    }
  });

  it("r08: polling never connects over four workers, WebSocket does", async () => {
    const { exit, said } = await checked("r08-workers-polling-only", "--runs", "20");
    expect(exit).toBe(1);
    for (const rule of ["affinity", "handshake-completes"]) expect(said[rule]!.outcome).toBe("broken");
    const { counterexample } = said["handshake-completes"]!;
    expect(counterexample!.text).toMatch(/^poller's attempt/);
  });

  it("r10: who left without a word is still there for the others, since nobody pings", async () => {
    const { exit, said } = await checked("r10-ghost-no-ping", "--runs", "20");
    expect(exit).toBe(1);
    expect(said["host-gone"]!.outcome).toBe("broken");
    // Nobody expects a heartbeat, so that nobody was promised to notice.
    expect(said["half-open-noticed"]!.outcome).toBe("silent");
  });

  it.runIf(IS_DEEP)(
    "r14: every WebSocket is killed, whoever asks for it; what helps is long polling, and nothing else",
    async () => {
      for (const variant of [[], ["--variant", "polling-first"], ["--variant", "try-all"]]) {
        const { exit, said } = await checked("r14-middlebox-kills-upgrade", "--runs", "5", ...variant);
        expect(exit).toBe(1);
        expect(said.stays!.outcome).toBe("broken");
        const { counterexample, repairs = [] } = said.stays!;
        expect(JSON.stringify(counterexample)).toContain("middlebox had closed");
        expect(repairs.map(({ set }) => set)).toEqual([{ "clients.*.transport": "polling" }]);
      }
      const polling = await checked("r14-middlebox-kills-upgrade", "--runs", "5", "--variant", "polling");
      expect(polling.exit).toBe(0);
      expect(polling.said.delivery!.outcome).toBe("not broken");
    },
  );

  it.runIf(IS_DEEP)(
    "r04: a Redis client that gives up, or does not subscribe again, leaves its server deaf for good; one that goes on does not",
    async () => {
      for (const [variant, cause] of [
        [[], "publish-refused"],
        [["--variant", "forgets"], "not-subscribed"],
      ] as const) {
        const { exit, said } = await checked("r04-cable-redis-restart", "--runs", "5", ...variant);
        expect(exit).toBe(1);
        expect(said.delivery!.outcome).toBe("broken");
        expect(said.delivery!.counterexample!.key).toBe(cause);
      }
      const forever = await checked("r04-cable-redis-restart", "--runs", "5", "--variant", "forever");
      expect(forever.said.delivery!.outcome).toBe("not broken");
    },
  );

  it("r16: a reload cuts everybody when the old process's time is over, and nobody where it has no limit", () => {
    const text = readFileSync(join(import.meta.dirname, "r16-balancer-reload.json"), "utf8");
    const parsed = parseScenario(text);
    if (!parsed.ok) throw new Error("the report is no scenario");
    const cutIn = (scenario: Scenario) => {
      const { watch } = runTrial(stripped(scenario), claimsOf(scenario), {
        maxEvents: eventBoundOf(scenario),
      });
      return watch.found.map(({ rule, timeUs }) => [rule, Math.floor(timeUs / 1e6)]);
    };
    const varied = (name: string) => {
      const result = withVariant(parsed.scenario, name);
      if (!result.ok) throw new Error(name);
      return result.scenario;
    };
    // The reload is at 20 s, and the old process may go on for ten: its clients are back a second or so after that.
    expect(cutIn(parsed.scenario)).toEqual([["one-connect", 30]]);
    expect(cutIn(varied("restarted"))).toEqual([["one-connect", 20]]);
    expect(cutIn(varied("no-limit"))).toEqual([]);
  });

  it("c1: HAProxy's checks and cookie bring all back within 15 s; where the server is back sooner than its mark, who polls meets the wrong one", () => {
    expect(brokenIn("c1-haproxy-cookie-four-nodes")).toEqual([]);
    expect(brokenIn("c1-haproxy-cookie-four-nodes", "short-stop")).toEqual(["affinity-under-failure"]);
  });

  it("c1: who is at a node that is cut off has another soon after the mark; without shutdown-sessions nobody is told for half a minute", () => {
    const timesOf = (variant: string) => {
      const { scenario } = varied("c1-haproxy-cookie-four-nodes", variant);
      const { trace } = simulate(scenario);
      const cut: number[] = [];
      for (let row = 0; row < trace.length; row++)
        if (trace.kind[row] === RecordKind.disconnected) cut.push(trace.timeUs[row]! / 1e6);
      return cut;
    };
    const told = timesOf("cut-off");
    expect(told).toHaveLength(3);
    for (const seconds of told) expect(seconds).toBeLessThan(44);
    expect(timesOf("cut-off-kept").filter((seconds) => seconds < 55)).toEqual([]);
  });

  it("c2: with comments and pings nothing is cut; without them nginx cuts every listener after 60 s", () => {
    expect(brokenIn("c2-nginx-streaming-60s")).toEqual([]);
    expect(brokenIn("c2-nginx-streaming-60s", "silent")).toContain("no-idle-cut");
    expect(brokenIn("c2-nginx-streaming-60s", "restarted")).toEqual([]);
  });

  it("r22: about half of what is published by HTTP reaches the tab, and all if the servers are joined", async () => {
    const { exit, said } = await checked("r22-publish-by-http", "--runs", "20");
    expect(exit).toBe(1);
    expect(said.delivery!.outcome).toBe("broken");
    expect(said.delivery!.counterexample!.key).toBe("no-backplane");
    const joined = await checked("r22-publish-by-http", "--runs", "20", "--variant", "joined");
    expect(joined.said.delivery!.outcome).toBe("not broken");
  });

  it.runIf(IS_DEEP)(
    "r24: forgotten after 350 s, which the listener never learns; a ping every 300 s keeps it in mind",
    async () => {
      const { exit, said } = await checked("r24-nlb-silent-drop", "--runs", "20");
      expect(exit).toBe(1);
      expect(said["no-idle-cut"]!.outcome).toBe("broken");
      expect(said["no-idle-cut"]!.counterexample!.text).toMatch(
        /^The balancer forgets listener's connection/,
      );
      expect(said["listener-told"]!.outcome).toBe("broken");
      const pings = await checked("r24-nlb-silent-drop", "--runs", "20", "--variant", "ping-300s");
      expect(pings.said["no-idle-cut"]!.outcome).toBe("not broken");
    },
  );
});
