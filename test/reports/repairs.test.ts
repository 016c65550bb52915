/** Trouble that people reported: the repairs that are offered are the right ones, or there are none. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.ts";
import { claimsOf } from "../../src/check/claims.ts";
import { thresholdWords } from "../../src/check/repair/words.ts";
import type { Repair } from "../../src/check/repair.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import { IS_DEEP } from "../support/depth.ts";

/** In so many runs they are all found; a repair has to stand as many. */
const RUNS = 40;

function repairsIn(file: string): Readonly<Record<string, readonly Repair[]>> {
  const parsed = parseScenario(readFileSync(join(import.meta.dirname, `${file}.json`), "utf8"));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const { verdicts } = check(parsed.scenario, { rules: claimsOf(parsed.scenario), runs: RUNS });
  return Object.fromEntries(
    verdicts.flatMap((verdict) => (verdict.outcome === "broken" ? [[verdict.rule, verdict.repairs]] : [])),
  );
}

const setsOf = (repairs: readonly Repair[] = []) => repairs.map(({ set }) => set);

describe("of trouble that people reported", () => {
  test("min-b: the client has to return the cookie that is to bind it", () => {
    const { affinity } = repairsIn("min-b-cookie-shrunk-away");
    expect(setsOf(affinity)).toEqual([{ "clients.*.cookies": true }]);
    // As many as the search made.
    expect(affinity![0]!.runs).toBe(RUNS);
  });

  test("min-d: nothing keeps people connected once while the balancer dies; that they never come back is no repair", () => {
    expect(repairsIn("min-d-repair-disconnects-all")).toEqual({ once: [] });
  });

  test("n-redis: what was lost with Redis stays lost, whatever is turned", () => {
    expect(repairsIn("n-redis")).toEqual({ quick: [] });
  });

  test("r01: a heartbeat below the 50 s of the balancer, or a timeout above the 55 s of the heartbeat", () => {
    const { "no-idle-cut": repairs } = repairsIn("r01-haproxy-50s-heartbeat-55s");
    const [variant, pings] = repairs!;
    expect(repairs).toHaveLength(2);
    expect(variant).toMatchObject({ variant: "tunnel-60s", set: { "balancer.idleTimeoutMs": 60_000 } });
    expect(thresholdWords(variant!.threshold!)).toMatch(/^any value from 55.\d s that was tried held, /);
    expect(pings!.set).toEqual({ "servers.pingIntervalMs": 49_900 });
    expect(thresholdWords(pings!.threshold!)).toBe("any value up to 49.9 s that was tried held, 50 s broke");
  });

  test("r03: the ping interval, which was given in the wrong unit", () => {
    const { "no-idle-cut": repairs } = repairsIn("r03-notebook-ping-unit");
    const [pings, variant] = repairs!;
    expect(repairs).toHaveLength(2);
    expect(pings!.set).toEqual({ "servers.pingIntervalMs": 59_900 });
    expect(thresholdWords(pings!.threshold!)).toBe("any value up to 59.9 s that was tried held, 60 s broke");
    expect(variant).toMatchObject({
      variant: "fixed",
      set: { "servers.pingIntervalMs": 25_000, "servers.pingTimeoutMs": 10_000 },
    });
  });

  test.runIf(IS_DEEP)(
    "r05: affinity, and a backplane, without which it would keep people apart who met by chance",
    () => {
      const { affinity, "handshake-completes": handshake } = repairsIn("r05-fly-two-machines");
      const joined = ["ip-hash", "sticky-cookie"].map((policy) => ({
        "balancer.policy": policy,
        "backplane.kind": "redis",
      }));
      expect(setsOf(affinity)).toEqual(joined);
      expect(setsOf(handshake)).toEqual([
        { "clients.*.transport": "websocket", "backplane.kind": "redis" },
        ...joined,
      ]);
    },
  );

  test("r10: heartbeats, which notice who is gone; that a ghost is connected for less long is no loss", () => {
    expect(setsOf(repairsIn("r10-ghost-no-ping")["host-gone"])).toEqual([
      { "servers.pingIntervalMs": 25_000 },
    ]);
  });

  test.runIf(IS_DEEP)(
    "r07: the client that refuses the cookie, not the affinity that is there already",
    () => {
      const repairs = repairsIn("r07-sticky-cookie-refused");
      expect(setsOf(repairs.affinity)).toEqual([{ "clients.refuses.cookies": true }]);
      expect(setsOf(repairs["handshake-completes"])).toEqual([
        { "clients.refuses.cookies": true },
        { "clients.*.transport": "websocket" },
      ]);
    },
  );
});
