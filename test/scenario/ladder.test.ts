/** The ladder of timeouts says which pair breaks, and runs agree. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordKind } from "../../src/model/trace/records.ts";
import { breakOf, type Ladder, laddersOf } from "../../src/scenario/ladder.ts";
import { withVariant } from "../../src/scenario/parse.ts";
import { labScenario, runLab } from "../support/ground-truth.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";
import { check } from "../support/property.ts";

type Lab = Parameters<typeof runLab>[0];

const only = (lab: Omit<Lab, "durationMs">): Ladder => laddersOf(labScenario(lab))[0]!;
const told = ({ rungs }: Ladder) => rungs.map(({ ms, says, breaks }) => `${ms} ${says}${breaks ? " ✕" : ""}`);
const one = [{ name: "c", transport: "websocket" as const, startConnected: true }];

describe("a ladder", () => {
  it("has every ping and timeout of the way, the shortest first", () => {
    const { scenario } = LESSON_VARIANTS.find(
      ({ name, variant }) => name === "timeout-ladder" && variant === "ping-30s",
    )!;
    const [ladder] = laddersOf(scenario);
    expect(told(ladder!)).toEqual([
      "20000 edge closes what is silent ✕",
      "30000 the server pings",
      "50000 the server gives up a client that answers no ping",
      "50000 the client gives up a server that is silent",
      "60000 balancer closes what is silent",
      "924600 TCP gives up what nobody acknowledges",
    ]);
    expect(ladder!.rungs[0]!.field).toBe("proxies.edge.clientTimeoutMs");
    expect(breakOf(ladder!)).toBe(
      "edge closes what is silent, after 20 s, before the first ping, which comes after 30 s",
    );
    const better = withVariant(scenario, "ping-10s");
    expect(better.ok && breakOf(laddersOf(better.scenario)[0]!)).toBeNull();
  });

  it("breaks where times are equal, where nobody pings, and where a client waits for less than a ping", () => {
    expect(breakOf(only({ clients: one, servers: { pingIntervalMs: 60_000 } }))).toContain("a race");
    expect(breakOf(only({ clients: one, servers: { pingIntervalMs: "none" } }))).toContain("nobody pings");
    const impatient = only({ clients: [{ ...one[0]!, watchdogMs: 9000 }] });
    expect(breakOf(impatient)).toContain("the client gives up a server that is silent, after 9 s");
  });

  it("is one for all groups that it is the same for; who holds no connection has none", () => {
    const scenario = labScenario({
      clients: [
        { name: "a" },
        { name: "b" },
        { name: "slow", watchdogMs: 100_000 },
        { name: "shop", transport: "http" },
        { name: "asks", transport: "long-polling" },
      ],
    });
    expect(laddersOf(scenario).map(({ groups }) => groups)).toEqual([["a", "b"], ["slow"]]);
  });

  it("of an event stream has its comments and no ping; of WebTransport, QUIC's patience and not TCP's", () => {
    const stream = { name: "s", transport: "sse" as const };
    expect(told(only({ clients: [stream], servers: { commentIntervalMs: 15_000 } }))).toEqual([
      "15000 the server writes a comment",
      "60000 balancer closes what is silent",
      "924600 TCP gives up what nobody acknowledges",
    ]);
    expect(breakOf(only({ clients: [stream], servers: { commentIntervalMs: "none" } }))).toContain(
      "nobody pings",
    );
    const says = told(only({ clients: [{ name: "w", transport: "webtransport" }] }));
    expect(says).toContain("30000 QUIC gives up a path on which nothing is heard");
    expect(says.join()).not.toContain("TCP");
  });

  it("of a balancer that forgets and one with a lifetime says so", () => {
    const text = told(
      only({
        clients: one,
        proxies: [{ name: "edge", kind: "nlb" }],
        balancer: { kind: "api-gateway" },
      }),
    );
    expect(text).toContain("350000 edge forgets what is silent");
    expect(text).toContain("7200000 balancer closes what is older, however busy");
  });
});

/** Whether some balancer cuts the one client in this run. */
const isCut = (lab: Lab) => runLab(lab).records(RecordKind.idleClosed).length > 0;

const designs = fc.record({
  beatMs: fc.constantFrom(120, 250, 350, 700, 1500, 2600),
  byClient: fc.boolean(),
  edge: fc.constantFrom(
    { kind: "nginx" as const, idleTimeoutMs: 1000 },
    { kind: "haproxy" as const, clientTimeoutMs: 500, serverTimeoutMs: 900 },
    { kind: "haproxy" as const, clientTimeoutMs: 500, tunnelTimeoutMs: 2000 },
    { kind: "nlb" as const, idleTimeoutMs: 1800 },
  ),
  idleTimeoutMs: fc.constantFrom(410, 600, 1200, 2200, 5000),
});

type Design = typeof designs extends fc.Arbitrary<infer T> ? T : never;

function labOf({ beatMs, byClient, edge, idleTimeoutMs }: Design): Lab {
  return {
    durationMs: 9000,
    clients: [{ ...one[0]!, ...(byClient ? { pingIntervalMs: beatMs } : {}), watchdogMs: "none" }],
    proxies: [{ name: "edge", ...edge }],
    balancer: { idleTimeoutMs },
    servers: { count: 1, pingIntervalMs: byClient ? "none" : beatMs },
  };
}

const isBroken = (design: Design) => breakOf(only(labOf(design))) !== null;

describe("runs agree", () => {
  it("a balancer cuts the line if, and only if, the ladder breaks at one", () => {
    check(designs, (design) => expect(isCut(labOf(design))).toBe(isBroken(design)), { runs: 150 });
  });

  // The property may end early on a busy machine; what it draws from is what must have both.
  it("of which some break and some don't", () => {
    const broken = fc.sample(designs, { numRuns: 60, seed: 1 }).filter(isBroken).length;
    expect(Math.min(broken, 60 - broken)).toBeGreaterThan(10);
  });

  it("which a ladder without nginx's lazy timer would not: a ping every 250 ms, and a timeout of 410", () => {
    const lab = labOf({
      beatMs: 250,
      byClient: false,
      edge: { kind: "nlb", idleTimeoutMs: 1800 },
      idleTimeoutMs: 410,
    });
    expect(isCut(lab)).toBe(true);
    expect(only(lab).rungs.filter(({ breaks }) => breaks)).toHaveLength(1);
  });
});
