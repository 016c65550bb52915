/** Whether settings would change anything: what is there already is no variant to offer. */
import { expect, test } from "vitest";
import { isAlreadySet, validateScenario } from "../../src/scenario/parse.ts";

const parsed = validateScenario({
  version: 1,
  name: "a",
  title: "a",
  summary: "a",
  clients: [{ name: "A", transport: "websocket" }, { name: "B" }],
  balancer: { policy: "ip-hash" },
  workload: [{ from: "A", atMs: 5 }],
});
if (!parsed.ok) throw new Error("the scenario is none");
const { scenario } = parsed;

test.each([
  [true, {}],
  [true, { "balancer.policy": "ip-hash" }],
  [true, { "balancer.policy": "ip-hash", "servers.count": 2 }],
  [false, { "balancer.policy": "ip-hash", "servers.count": 3 }],
  [true, { "clients.A.transport": "websocket" }],
  [false, { "clients.*.transport": "websocket" }],
  [true, { "clients.*.cookies": true }],
  // What an object leaves out has its default.
  [true, { balancer: { policy: "ip-hash" } }],
  [false, { balancer: { idleTimeoutMs: 60_000 } }],
  [true, { workload: [{ from: "A", to: "others", atMs: 5 }] }],
  [true, { workload: [{ atMs: 5, from: "A" }] }],
  [false, { workload: [] }],
  [false, { "no.such": 1 }],
  [false, { balancer: { policy: "none of them" } }],
])("%s: %j", (is, settings) => {
  expect(isAlreadySet(scenario, settings)).toBe(is);
});
