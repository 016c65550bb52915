/** Scenarios with links and balancers that differ: phones beside desktops, and an edge proxy before the balancer. */
import type { ScenarioInput } from "../../src/scenario/schema.ts";

const GROUPS = [
  {
    name: "phones",
    count: 3,
    transport: "websocket",
    link: {
      latencyMs: { distribution: "uniform", minMs: 40, maxMs: 90 },
      loss: { good: 0.005, bad: 0.5, meanGoodMs: 800, meanBadMs: 150 },
    },
  },
  { name: "desktops", count: 3, transport: "websocket" },
] as const satisfies ScenarioInput["clients"];

const COMMON = {
  version: 1,
  durationMs: 6000,
  clients: [...GROUPS],
  backplane: { kind: "redis" },
  workload: [
    { from: "phones-1", to: "others", everyMs: 300 },
    { from: "desktops-2", to: "others", everyMs: 500 },
  ],
  rules: ["delivery", "order"],
} as const satisfies Partial<ScenarioInput>;

/** Phones on a link with bursts of loss, desktops on a clean one; then that is slow, and a server's link lossy. */
export const PHONES: ScenarioInput = {
  ...COMMON,
  clients: [...COMMON.clients],
  workload: [...COMMON.workload],
  rules: [...COMMON.rules],
  name: "phones-and-desktops",
  title: "Phones and desktops",
  summary: "Phones on a link with bursts of loss, desktops on a clean one.",
  faults: [
    { atMs: 2000, act: "slow", target: "desktops/balancer", latencyMs: 200 },
    { atMs: 2500, act: "lose", target: "balancer/server-1", loss: 0.2 },
    { atMs: 3000, act: "heal", target: "desktops/balancer" },
    { atMs: 3500, act: "heal", target: "balancer/server-1" },
    { act: "delay", target: "desktops-2/balancer", direction: "up", packet: 6, byMs: 250 },
  ],
  knobs: ["clients.desktops.count", "network.client.latencyMs"],
};

/**
 * An edge proxy that closes what is idle. The balancer behind it crashes and comes back, then the proxy; then the
 * clients are cut off.
 */
export const TWO_BALANCERS: ScenarioInput = {
  version: 1,
  name: "two-balancers",
  title: "Two balancers in a row",
  summary: "An edge proxy in front of the balancer.",
  durationMs: 12_000,
  clients: [{ name: "A" }, { name: "B", transport: "websocket" }],
  proxies: [{ name: "edge", idleTimeoutMs: 1500 }],
  balancer: { policy: "ip-hash" },
  backplane: { kind: "redis" },
  workload: [{ from: "A", to: "others", everyMs: 700, untilMs: 1500 }],
  faults: [
    { act: "drop", target: "B/edge", direction: "down", packet: 2 },
    { atMs: 500, act: "lose", target: "edge/balancer", loss: 0.001 },
    { atMs: 600, act: "heal", target: "edge/balancer" },
    { atMs: 5000, act: "crash", target: "balancer" },
    { atMs: 6500, act: "restart", target: "balancer" },
    { atMs: 10_000, act: "crash", target: "edge" },
    { atMs: 10_500, act: "restart", target: "edge" },
    { atMs: 11_000, act: "cut", target: "*/edge" },
  ],
  rules: ["delivery"],
  knobs: ["proxies.edge.idleTimeoutMs", "network.proxy.latencyMs"],
};
