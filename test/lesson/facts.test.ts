/** Facts of a run, for prose: what is late, by how much, and what came in which order. */
import { describe, expect, it } from "vitest";
import { factsOf } from "../../src/lesson/facts.ts";
import { timeOf } from "../../src/lesson/moments.ts";
import { simulate } from "../../src/run/simulate.ts";
import { labScenario } from "../support/ground-truth.ts";

const far = { latencyMs: 50 };

/** A counts to ten, one every 20 ms; the packet with five is lost. */
const count = (loses: boolean) =>
  simulate(
    labScenario({
      durationMs: 3000,
      clients: [
        { name: "A", transport: "websocket", startConnected: true, link: far },
        { name: "B", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1 },
      workload: [{ from: "A", to: "B", everyMs: 20, firstMs: 500, untilMs: 680 }],
      faults: loses ? [{ act: "drop", target: "A/balancer", direction: "up", packet: 5 }] : [],
    }),
  );

/** Requests of their own, on a line that now takes long and now does not. */
const requests = (maxMs: number) =>
  simulate(
    labScenario({
      durationMs: 3000,
      clients: [
        {
          name: "shop",
          transport: "http",
          link: { latencyMs: { distribution: "uniform", minMs: 1, maxMs } },
        },
        { name: "B", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1 },
      workload: [{ from: "shop", to: "B", everyMs: 20, firstMs: 500, untilMs: 1500 }],
    }),
  );

describe("what is late", () => {
  it("is nothing where all take the same time", () => {
    const facts = factsOf(count(false));
    expect(["count", "maxMs", "atOnce", "overtaken"].map((name) => facts.get(`late.${name}`))).toEqual([
      0, 0, 1, 0,
    ]);
    expect([facts.get("packets.lost"), facts.get("packets.resent")]).toEqual([0, 0]);
  });

  it("is what waited for a lost packet: the sixth of those that waited was held up for 36 ms", () => {
    const facts = factsOf(count(true));
    expect(["count", "maxMs", "atOnce", "overtaken"].map((name) => facts.get(`late.${name}`))).toEqual([
      6, 136, 6, 0,
    ]);
    expect([facts.get("packets.lost"), facts.get("packets.resent")]).toEqual([1, 1]);
    // By client: nothing was sent to A.
    expect([facts.get("A.lateMs"), facts.get("B.lateMs")]).toEqual([0, 136]);
  });

  it("is overtaken where each message goes its own way", () => {
    expect(factsOf(requests(19)).get("late.overtaken")).toBe(0);
    expect(factsOf(requests(200)).get("late.overtaken")).toBeGreaterThan(10);
  });
});

describe("moments of packets", () => {
  it("are when one is lost, and when one is sent again; in a run without losses there are none", () => {
    const lossy = count(true);
    expect(timeOf(lossy, { event: "first lost packet", offsetMs: 0 })).toBe(580_000);
    expect(timeOf(lossy, { event: "first retransmission", offsetMs: 1 })).toBe(717_000);
    expect(timeOf(count(false), { event: "first lost packet", offsetMs: 0 })).toBeNull();
  });
});

it("takes nobody for told twice whose request a server has done twice", () => {
  const run = simulate(
    labScenario({
      durationMs: 3000,
      clients: [
        { name: "A", transport: "websocket", startConnected: true, delivery: "queue", ackTimeoutMs: 200 },
      ],
      servers: { count: 1, ackDelayMs: 300 },
      workload: [{ from: "A", to: "server", atMs: 500 }],
    }),
  );
  const facts = factsOf(run);
  expect(facts.get("tasks.duplicates")).toBeGreaterThan(0);
  expect([facts.get("told.twice"), facts.get("A.doubled")]).toEqual([0, 0]);
});

describe("how clients are spread when the run ends", () => {
  const spread = (faults: { atMs: number; act: "crash"; target: string }[]) =>
    factsOf(
      simulate(
        labScenario({
          durationMs: 2000,
          clients: [{ name: "A", transport: "websocket", count: 5, startConnected: true }],
          servers: { count: 2 },
          faults,
        }),
      ),
    );

  it("is counted for each server, and of the fullest and the emptiest", () => {
    const facts = spread([]);
    expect(
      ["server-1.clients", "server-2.clients", "spread.most", "spread.least"].map((name) => facts.get(name)),
    ).toEqual([3, 2, 3, 2]);
  });

  it("counts who has come back where it is now, and who has gone nowhere", () => {
    const facts = spread([
      { atMs: 100, act: "crash", target: "server-2" },
      { atMs: 1900, act: "crash", target: "A-1" },
    ]);
    expect(["server-1.clients", "server-2.clients", "spread.least"].map((name) => facts.get(name))).toEqual([
      4, 0, 0,
    ]);
  });
});

describe("how often one is cut", () => {
  const facts = factsOf(
    simulate(
      labScenario({
        durationMs: 5000,
        clients: [{ name: "page", count: 4, transport: "websocket", startConnected: true }],
        servers: { count: 2 },
        balancer: { policy: "round-robin" },
        faults: [
          { atMs: 1000, act: "crash", target: "server-1" },
          { atMs: 1000, act: "restart", target: "server-1" },
          { atMs: 3000, act: "crash", target: "server-2" },
          { atMs: 3000, act: "restart", target: "server-2" },
        ],
      }),
    ),
  );

  it("is told on average and at most, and so is what the law says for so many servers", () => {
    // Of the two on server-1 one lands on server-2, where three are cut.
    expect(["mean", "most", "law"].map((name) => facts.get(`cuts.${name}`))).toEqual([1.25, 2, 1.25]);
  });
});

describe("what handing out came to", () => {
  const pair = (backplane: object) =>
    factsOf(
      simulate(
        labScenario({
          durationMs: 1000,
          clients: [{ name: "c", count: 8, transport: "websocket", startConnected: true, roomSize: 2 }],
          servers: { count: 4 },
          backplane,
          workload: [{ from: "c-1", to: "room", atMs: 300 }],
        }),
      ),
    );

  it("is a push to each server with one channel for all, of which one has somebody to tell", () => {
    const facts = pair({ kind: "redis" });
    const counts = ["published", "pushed", "idle", "written"].map((name) => facts.get(`fanout.${name}`));
    expect(counts).toEqual([1, 4, 3, 1]);
  });

  it("is a push to the two that have somebody in the room, where each room has a channel", () => {
    const facts = pair({ kind: "sharded" });
    const counts = ["published", "pushed", "idle", "written"].map((name) => facts.get(`fanout.${name}`));
    expect(counts).toEqual([1, 2, 1, 1]);
  });
});

describe("what a rule that asks for a share finds late", () => {
  const withRule = (share: number | undefined) =>
    factsOf(
      simulate(
        labScenario({
          durationMs: 2000,
          clients: [
            { name: "A", transport: "websocket", startConnected: true },
            { name: "c", count: 4, transport: "websocket", startConnected: true },
          ],
          servers: { count: 1 },
          workload: [{ from: "A", to: "others", atMs: 300 }],
          faults: [{ act: "cut", target: "c-4/balancer", atMs: 200 }],
          rules: ["soon"],
          ownRules: {
            soon: {
              type: "within",
              statement: "Soon.",
              from: { event: "copy" },
              to: { event: "delivered" },
              per: "copy",
              withinMs: 500,
              share,
            },
          },
        }),
      ),
    );

  it("is told in percent, and counts what never came", () => {
    expect(withRule(0.5).get("clocks.late")).toBe(25);
    expect(withRule(undefined).get("clocks.late")).toBe("none");
  });
});
