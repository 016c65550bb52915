/**
 * What arrives for a try that the balancer has given up goes no further: the exchange, which is with another server,
 * does not hear of it.
 */
import { describe, expect, it } from "vitest";
import { exchangePart } from "../../src/model/balancer/exchange.part.ts";
import { upstreamPart } from "../../src/model/balancer/upstream.part.ts";
import { EVENT_BITS, EVENT_MASK } from "../../src/model/world/part.ts";
import { Run } from "../../src/run/run.ts";
import { labScenario, type runLab } from "../support/ground-truth.ts";

interface Occasion {
  readonly what: string;
  readonly lab: Parameters<typeof runLab>[0];
  /** What comes too late. */
  readonly brings: readonly (typeof upstreamPart.events)[number][];
}

const latencies = (client: number, server: number) => ({
  client: { latencyMs: client },
  server: { latencyMs: server },
});

const OCCASIONS: readonly Occasion[] = [
  {
    what: "servers answer after the balancer has gone on to the next",
    lab: {
      durationMs: 1000,
      network: latencies(1, 60),
      clients: [
        { name: "p", transport: "polling" },
        { name: "w", transport: "websocket" },
      ],
      balancer: { idleTimeoutMs: 100 },
      servers: { count: 4 },
    },
    brings: ["ANSWERED", "SWITCHED"],
  },
  {
    what: "a server refuses after the balancer has gone on to the next",
    lab: {
      durationMs: 1000,
      network: latencies(1, 60),
      clients: [{ name: "w", transport: "websocket" }],
      balancer: { idleTimeoutMs: 100 },
      faults: [{ atMs: 0, act: "crash", target: "server-1" }],
    },
    brings: ["REFUSED"],
  },
  {
    what: "a server that held a poll dies, and word of it comes after the balancer has gone on to the next",
    lab: {
      durationMs: 2000,
      network: latencies(1, 60),
      clients: [{ name: "p", transport: "polling" }],
      balancer: { policy: "sticky-cookie", idleTimeoutMs: 1000 },
      // The poll came to the balancer at 245 ms.
      faults: [{ atMs: 1215, act: "crash", target: "server-1" }],
    },
    brings: ["CLOSED"],
  },
  {
    what: "a server accepts a WebSocket, or dies, and word of it comes after the next server's, which the balancer had gone on to",
    lab: {
      durationMs: 2000,
      network: {
        client: { latencyMs: 1 },
        server: { latencyMs: { distribution: "uniform", minMs: 1, maxMs: 140 } },
      },
      clients: [{ name: "c", count: 200, startGapMs: 2, transport: "websocket" }],
      balancer: { idleTimeoutMs: 100, failTimeoutMs: 1 },
      servers: { count: 4 },
      faults: [100, 200, 300].map((atMs, i) => ({ atMs, act: "crash" as const, target: `server-${i + 1}` })),
    },
    brings: ["OPEN", "CLOSED"],
  },
];

/** The events that came for tries which had been given up, and whether the exchange heard of one. */
function lateNews(lab: Occasion["lab"]): { readonly late: ReadonlySet<string>; readonly isHeard: boolean } {
  const scenario = labScenario(lab);
  const { world } = new Run(scenario);
  const { queue, tries, exchanges } = world;
  const states = () =>
    Array.from({ length: exchanges.rows }, (_, i) => world.runners[exchangePart.number]!.state(i));
  const late = new Set<string>();
  let isHeard = false;
  for (;;) {
    const [current, before] = [exchanges.current.slice(0, exchanges.rows), states()];
    if (!world.step(scenario.durationMs * 1000)) return { late, isHeard };
    const exchange = tries.exchange[queue.entity]!;
    if (queue.code >> EVENT_BITS !== upstreamPart.number || current[exchange] === queue.entity) continue;
    late.add(upstreamPart.events[queue.code & EVENT_MASK]!);
    isHeard ||= states()[exchange] !== before[exchange];
  }
}

describe("what comes for a try that was given up goes no further, when", () => {
  it.each(OCCASIONS.map((occasion) => [occasion.what, occasion] as const))("%s", (_, { lab, brings }) => {
    const { late, isHeard } = lateNews(lab);
    expect([...late]).toEqual(expect.arrayContaining([...brings]));
    expect(isHeard).toBe(false);
  });
});
