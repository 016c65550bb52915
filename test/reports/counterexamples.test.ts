/**
 * Trouble that people reported, as scenarios: the counterexample is of the architecture that they asked about, and
 * its story says what went on there.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import type { Counterexample } from "../../src/check/counterexample.ts";
import { designChanges } from "../../src/check/design.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { sampled } from "../support/depth.ts";

/** The scenario of a report. What a report does not claim itself is claimed for it. */
function reported(name: string, variant: string | null = null, more: object = {}): Scenario {
  const text = readFileSync(new URL(`${name}.json`, import.meta.url), "utf8");
  const parsed = parseScenario(JSON.stringify({ ...JSON.parse(text), ...more }));
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  const chosen = withVariant(parsed.scenario, variant);
  if (!chosen.ok) throw new Error(chosen.errors[0]!.message);
  return chosen.scenario;
}

/** The counterexamples of the rules that are broken, by rule. */
function brokenIn(scenario: Scenario, runs = 2): Map<string, Counterexample> {
  const { verdicts } = check(scenario, { runs });
  return new Map(
    verdicts.flatMap((verdict) =>
      verdict.outcome === "broken" ? [[verdict.rule, verdict.counterexample] as const] : [],
    ),
  );
}

const textOf = ({ story }: Counterexample) => story.map(({ text }) => text).join("\n");
const faultsOf = ({ scenario }: Counterexample) =>
  scenario.faults.map((fault) => `${"atMs" in fault ? fault.atMs : ""} ${fault.act} ${fault.target}`);

describe("n-rolling: four servers are replaced one by one", () => {
  it.each(sampled(["rr", null], 2))("the story hops from server to server (variant %s)", (variant) => {
    const scenario = reported("n-rolling", variant);
    const began = performance.now();
    const counterexample = brokenIn(scenario).get("never-twice")!;
    console.info(`${Math.round(performance.now() - began)} ms`);
    expect(designChanges(scenario, counterexample.scenario)).toEqual([]);
    expect(counterexample.size).toMatchObject({ clients: 1, messages: 0, faults: 3 });
    const who = counterexample.scenario.clients[0]!.name;
    expect(who).toMatch(/^(bot|user-\d+)$/);
    // Nobody is refused in the real run: its servers go one after the other.
    expect(textOf(counterexample)).not.toMatch(/50\d|40\d/);
    const homes = [...textOf(counterexample).matchAll(/is connected, over WebSocket, to (server-\d)/g)].map(
      ([, server]) => server!,
    );
    expect(new Set(homes).size).toBe(2);
    expect(faultsOf(counterexample).map((fault) => fault.replace(/^\d+ /, ""))).toEqual([
      `crash ${homes[0]}`,
      `restart ${homes[0]}`,
      `crash ${homes[1]}`,
    ]);
    expect(counterexample.because).toBe(
      `${homes.join(" and ")} were killed one after the other, and ${who} was connected to each in turn.`,
    );
    const ends = counterexample.story.filter(({ text }) =>
      text.startsWith(`${who} has no connection any more`),
    );
    expect(ends).toHaveLength(2);
    expect(ends[1]!.timeUs).toBe(counterexample.timeUs);
  });
});

describe("n-redis: Redis is away for three seconds", () => {
  it.each([
    ["crash", "crash"],
    ["freeze", "freeze"],
  ])("the counterexample has Redis and its outage (variant %s)", (variant, act) => {
    const scenario = reported("n-redis", variant);
    const broken = brokenIn(scenario, 100);
    expect([...broken.keys()]).toContain("quick");
    for (const counterexample of broken.values()) {
      expect(designChanges(scenario, counterexample.scenario)).toEqual([]);
      expect(counterexample.scenario).toMatchObject({ backplane: { kind: "redis" }, servers: { count: 2 } });
      expect(faultsOf(counterexample)).toContain(`4000 ${act} backplane`);
      expect(textOf(counterexample)).toContain(act === "crash" ? "Redis is killed" : "Redis freezes");
      expect(textOf(counterexample)).not.toContain("no backplane");
      expect(counterexample.because).toBe(
        "Redis is the only way from one server to another, and it is down from 4 s on.",
      );
    }
  });
});

describe("min-b: a client that returns no cookie", () => {
  it("is told of with the policy that cannot bind it", () => {
    const scenario = reported("min-b-cookie-shrunk-away");
    const counterexample = brokenIn(scenario).get("affinity")!;
    expect(designChanges(scenario, counterexample.scenario)).toEqual([]);
    expect(counterexample.scenario).toMatchObject({
      balancer: { policy: "sticky-cookie" },
      clients: [{ name: "B", cookies: false, transport: "polling-first" }],
      servers: { count: 2 },
    });
    expect(textOf(counterexample)).toContain("B returns no cookie, so the balancer (sticky-cookie)");
    expect(textOf(counterexample)).not.toContain("round-robin");
    expect(counterexample.because).toContain("returns no cookie");
  });
});

describe("min-a: long polls that outlive the proxy", () => {
  const gave504 = {
    type: "count",
    statement: "No poll ends with 504.",
    of: { event: "response", status: 504 },
    atMost: 0,
  };
  const scenario = reported("min-a-polling-504", null, {
    rules: ["no-idle-cut", "no-504", "stays"],
    ownRules: {
      "no-504": gave504,
      stays: { ...gave504, statement: "A stays connected.", of: { event: "disconnected" } },
    },
  });
  const broken = brokenIn(scenario);

  it("is told over long polling, at one server, with the time that the balancer waits", () => {
    expect([...broken.keys()]).toEqual(["no-idle-cut", "no-504", "stays"]);
    for (const counterexample of broken.values()) {
      expect(designChanges(scenario, counterexample.scenario)).toEqual([]);
      expect(textOf(counterexample)).toContain("A is connected, over long polling, to server-1.");
      expect(textOf(counterexample)).not.toContain("WebSocket");
      expect(counterexample.because).toBe("Pings come every 25 s, and balancer.idleTimeoutMs is 20 s.");
    }
    for (const rule of ["no-504", "stays"])
      expect(textOf(broken.get(rule)!)).toContain(
        "The balancer has waited 20 s for an answer to A's long poll and gives up: 504.",
      );
  });
});
