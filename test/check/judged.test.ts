/** How much a rule has judged is counted exactly: a verdict's worth is read off it. */
import { expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { handshakeCompletes } from "../../src/check/rules/handshake-completes.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { small } from "../scenario/samples.ts";

function judged(changes: Partial<ScenarioInput>) {
  const parsed = parseScenario(small(changes));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return check(parsed.scenario, { rules: [handshakeCompletes], runs: 1 }).verdicts.map(
    ({ outcome, scope }) => ({ outcome, scope }),
  );
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
