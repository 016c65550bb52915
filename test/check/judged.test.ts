/** How much a rule has judged is counted exactly: a verdict's worth is read off it. */
import { expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { rules } from "../../src/check/rules/index.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { small } from "../scenario/samples.ts";

function judged(changes: Partial<ScenarioInput>, rule: keyof typeof rules = "handshake-completes") {
  const parsed = parseScenario(small(changes));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return check(parsed.scenario, { rules: [rules[rule]], runs: 1 }).verdicts.map(({ outcome, scope }) => ({
    outcome,
    scope,
  }));
}

const clients = ["A", "B"].map((name) => ({ name, transport: "websocket" as const }));

it("attempts to connect that succeed", () => {
  expect(judged({ clients })).toEqual([{ outcome: "not broken", scope: { spoke: 2, open: 0, exempt: {} } }]);
});

it("attempts to connect that begin after a fault, and are exempt", () => {
  // B is at another server.
  const faults: ScenarioInput["faults"] = [
    { atMs: 500, act: "crash", target: "server-1" },
    { atMs: 510, act: "restart", target: "server-1" },
  ];
  expect(judged({ clients, faults })).toEqual([
    { outcome: "not broken", scope: { spoke: 2, open: 0, exempt: { "something had failed": 1 } } },
  ]);
});

it("messages that a registry was asked about, and those of which nobody was told that they were lost", () => {
  const registry: Partial<ScenarioInput> = {
    durationMs: 2000,
    clients: clients.map((client) => ({ ...client, startConnected: true })),
    servers: { count: 2 },
    backplane: { kind: "registry" },
    workload: [300, 400].map((atMs) => ({ from: "A", to: "B", atMs })),
  };
  expect(judged(registry, "stale-owner-noticed")).toEqual([
    { outcome: "not broken", scope: { spoke: 2, open: 0, exempt: {} } },
  ]);
  // Delivered without a question: they are on one server.
  expect(judged({ ...registry, servers: { count: 1 } }, "stale-owner-noticed")).toMatchObject([
    { outcome: "silent" },
  ]);
});
