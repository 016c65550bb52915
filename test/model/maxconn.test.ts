/** HAProxy's maxconn of a server: who finds no place waits at the balancer. Ground-truth 33-haproxy-maxconn. */
import { describe, expect, it } from "vitest";
import { Holds } from "../../src/model/balancer/exchange.part.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, expectNear, labScenario, observed, runLab } from "../support/ground-truth.ts";

type Lab = ReturnType<typeof runLab>;
type Balancer = NonNullable<ScenarioInput["balancer"]>;

const places = (more: object) => ({ kind: "haproxy", maxconn: 2, ...more }) as Balancer;

/** Clients of one connection each, that come at these times, and do not come again. */
const comers = (comesMs: readonly number[]): Parameters<typeof runLab>[0]["clients"] =>
  comesMs.map((ms, i) => ({
    name: `c${i}`,
    startMs: ms,
    transport: "websocket",
    reconnectionDelayMs: 60_000,
    reconnectionDelayMaxMs: 60_000,
  }));

/** Of each client: when its first request that was answered had its answer, which, and by which server. */
function answers(lab: Lab, count: number): (readonly [number, number, string | null] | null)[] {
  const [responses, requests] = [lab.records(RecordKind.response), lab.records(RecordKind.request)];
  return Array.from({ length: count }, (_, i) => {
    const answer = responses.find((row) => row[2] === lab.node(`c${i}`));
    if (answer === undefined) return null;
    const [ms, exchange, , status] = answer as number[];
    const asked = requests.filter((row) => row[1] === exchange && row[4]! >= lab.node("server-1")).at(-1);
    return [ms!, status!, asked === undefined ? null : `s${asked[4]! - lab.node("server-1")}`];
  });
}

describe("experiment 33: HAProxy's maxconn of a server", () => {
  const cases = casesOf("33").filter(({ setup }) => setup.kind === "websocket" && setup.cookie === false);
  it.each(cases)("$id", ({ setup, observed: seen }) => {
    const lab = runLab({
      durationMs: 8000,
      clients: comers(setup.comesMs),
      servers: { count: setup.servers },
      balancer: places(setup.queueTimeoutMs === "not set" ? {} : { queueTimeoutMs: setup.queueTimeoutMs }),
      faults: setup.closes.map(({ which, atMs }: { which: number; atMs: number }) => ({
        atMs,
        act: "crash",
        target: `c${which}`,
      })),
    });
    const all = answers(lab, setup.comesMs.length);
    expect(all.map((one) => one!.slice(1))).toEqual(seen.rows.map((row: unknown[]) => row.slice(1)));
    const taken = lab.records(RecordKind.open).filter((row) => row[3] === lab.node("balancer"));
    expect(Math.max(...taken.map((row) => row[2]!))).toBe(2);
    for (const [i, one] of all.entries())
      expectNear(one![0] - setup.comesMs[i], [seen.rows[i][0], seen.rows[i][0]], 60, "ms");
  });

  it("bound-by-a-cookie: who is bound to a full server waits for it, also where another has room", () => {
    const { setup, observed: seen } = observed("33", "bound-by-a-cookie");
    const lab = runLab({
      durationMs: 8000,
      // c0 is closed, c2 takes its place at s1, and c0 is back with its cookie; then c1 leaves s2.
      clients: comers([0, 100, 200]),
      servers: { count: 2 },
      balancer: places({ maxconn: 1, policy: "sticky-cookie", queueTimeoutMs: setup.queueTimeoutMs }),
      faults: [
        { atMs: 1000, act: "crash", target: "c0" },
        { atMs: 1500, act: "restart", target: "c0" },
        { atMs: 3000, act: "crash", target: "c1" },
      ],
    });
    const of = (kind: number, column: number) =>
      lab.records(kind).filter((row) => row[column] === lab.node("c0"));
    const [opened, answer] = of(RecordKind.response, 2);
    const [waits] = of(RecordKind.turnedAway, 4);
    const [waitMs, status] = seen.rows.at(-1);
    expect([opened![3], answer![3]]).toEqual([101, status]);
    expectNear(answer![0]! - waits![0]!, [waitMs, waitMs], 60, "ms");
    expect(of(RecordKind.request, 2)).toHaveLength(1);
  });
});

describe("places at a server", () => {
  it("are taken at once by as many of those who wait as it has, when it is there again", () => {
    const lab = runLab({
      durationMs: 9000,
      clients: comers([3000, 3010, 3020, 3030, 3040]),
      servers: { count: 2 },
      balancer: places({ checkIntervalMs: 200 }),
      faults: [
        { atMs: 500, act: "crash", target: "server-2" },
        { atMs: 5000, act: "restart", target: "server-2" },
      ],
    });
    const marked = lab.records(RecordKind.marked).at(-1)![0]!;
    const all = answers(lab, 5);
    expect(all.map((one) => one?.[2] ?? null)).toEqual(["s0", "s0", "s1", "s1", null]);
    for (const one of all.slice(2, 4)) expectNear(one![0] - marked, [0, 0], 2, "ms");
  });

  it("are never more than maxconn, and each is given back once, whatever ends", () => {
    const maxconn = 2;
    const run = new Run(
      labScenario({
        durationMs: 9000,
        clients: [
          { name: "poll", count: 4, transport: "polling", startGapMs: 30, reconnectionDelayMs: 300 },
          { name: "tab", count: 6, transport: "polling-first", startGapMs: 40, reconnectionDelayMs: 300 },
        ],
        servers: { count: 3, pingIntervalMs: 500, pingTimeoutMs: 400 },
        balancer: places({
          maxconn,
          queueTimeoutMs: 300,
          checkIntervalMs: 200,
          onMarkedDown: "shutdown-sessions",
        }),
        faults: [
          { atMs: 1000, act: "crash", target: "server-1" },
          { atMs: 2000, act: "restart", target: "server-1" },
          { atMs: 3000, act: "cut", target: "balancer/server-2" },
          { atMs: 4000, act: "heal", target: "balancer/server-2" },
          { atMs: 5000, act: "reload", target: "balancer" },
          { atMs: 6000, act: "crash", target: "balancer" },
          { atMs: 6200, act: "restart", target: "balancer" },
        ],
      }),
    );
    const { world } = run;
    let most = 0;
    while (run.step()) {
      const { exchanges, tries, upstreams } = world;
      const held = [0, 0, 0];
      for (let exchange = 0; exchange < exchanges.rows; exchange++)
        if ((exchanges.holds[exchange]! & Holds.place) !== 0)
          held[tries.server[exchanges.current[exchange]!]!]!++;
      expect([...upstreams.placesTaken.subarray(0, 3)]).toEqual(held);
      most = Math.max(most, ...held);
    }
    expect(most).toBe(maxconn);
  });
});
