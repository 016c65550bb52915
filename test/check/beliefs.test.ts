/** Every misconception of the catalogue is refuted by a run that the search finds; none is stored. */
import { describe, expect, it } from "vitest";
import { BELIEFS, type Belief, refute } from "../../src/check/beliefs.ts";
import { runOf } from "../../src/check/counterexample.ts";
import { smaller } from "../../src/check/shrink.ts";
import { breachOf } from "../../src/check/trial.ts";
import { brief } from "../../src/scenario/brief.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { IS_DEEP, sampled } from "../support/depth.ts";

const known = new Map<Belief, ReturnType<typeof refute>>();

function refuted(belief: Belief): ReturnType<typeof refute> {
  const result = known.get(belief) ?? refute(belief);
  known.set(belief, result);
  return result;
}

describe.each(sampled(BELIEFS, 16))("«$belief»", (belief) => {
  const { counterexample } = refuted(belief);

  it("is refuted by a run that breaks its rule", () => {
    expect(counterexample).not.toBeNull();
    expect(breachOf(counterexample!.scenario, belief.rule)?.breach.key).toBe(counterexample!.key);
  });

  it("by a small one, told in at most ten lines", () => {
    const { size, story } = counterexample!;
    // It takes seven requests at once to be one too many.
    const [clients, messages] = belief.name === "connections-are-free" ? [7, 7] : [4, 3];
    expect(size.clients).toBeLessThanOrEqual(clients);
    expect(size.messages).toBeLessThanOrEqual(messages);
    expect(story.length).toBeGreaterThanOrEqual(2);
    expect(story.length).toBeLessThanOrEqual(10);
  });

  it("that is a scenario like any other", () => {
    const { scenario, fingerprint } = counterexample!;
    const parsed = validateScenario({ ...brief(scenario), rules: [], ownRules: {} });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    expect(runOf(parsed.scenario).fingerprint).toBe(fingerprint);
  });

  it("that is still about the belief, though shrinking would have gone further", () => {
    const { scenario } = counterexample!;
    const limits = belief.limits;
    expect(limits.policies ?? [scenario.balancer.policy]).toContain(scenario.balancer.policy);
    expect(limits.backplanes ?? [scenario.backplane.kind]).toContain(scenario.backplane.kind);
    for (const { transport } of scenario.clients)
      expect(limits.transports ?? [transport]).toContain(transport);
    expect([...smaller(scenario)].length).toBeGreaterThan(0);
  });

  it.runIf(IS_DEEP)("is found from another seed too", () => {
    expect(refute(belief, 2).counterexample).not.toBeNull();
  });
});

it.each<[string, (one: Scenario) => boolean]>([
  ["keepalive-keeps-open", ({ clients }) => clients.every(({ tcpKeepaliveMs }) => tcpKeepaliveMs !== "none")],
  ["disconnects-show", ({ faults }) => faults.some(({ act }) => act === "cut" || act === "mute")],
  ["delay-is-its-own", ({ clients }) => clients.every(({ ackTimeoutMs }) => ackTimeoutMs === "none")],
])("%s is refuted by a run that has what it speaks of", (name, has) => {
  expect(has(refuted(BELIEFS.find((one) => one.name === name)!).counterexample!.scenario)).toBe(true);
});

it("tells of an answer what it answers: of a snapshot nobody learns a session's id, and CONNECT opens no WebSocket", () => {
  const told = (name: string) =>
    refuted(BELIEFS.find((one) => one.name === name)!)
      .counterexample!.story.map(({ text }) => text)
      .join("\n");
  expect(told("no-break-no-loss")).toContain("accepts g0's WebSocket.");
  expect(told("no-break-no-loss")).not.toContain("knows its session's id");
  expect(told("datagrams-arrive")).toContain("accepts g0-1's WebTransport session.");
});

it("finds the same from the same seed", () => {
  const [belief] = BELIEFS as [Belief];
  expect(refute(belief).counterexample!.fingerprint).toBe(refuted(belief).counterexample!.fingerprint);
});
