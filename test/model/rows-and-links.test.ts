/** Balancers in a row, links of their own, and faults of links and of single packets. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { RecordKind, RequestKind } from "../../src/model/trace/records.ts";
import { type Lab, runLab } from "../support/ground-truth.ts";

type Input = Parameters<typeof runLab>[0];

const FRAME = RecordKind.frame;

/** By copy, how long it took from its message to its recipient; null if it did not arrive. ms. */
function latenciesOf({ ledger }: Lab): (number | null)[] {
  return ledger.copies.map(({ fate, sentUs, settledUs }) =>
    fate === Fate.delivered ? (settledUs! - sentUs) / 1000 : null,
  );
}

const pair: Input["clients"] = [
  { name: "A", transport: "websocket", startConnected: true },
  { name: "B", transport: "websocket", startConnected: true },
];

describe("two balancers in a row", () => {
  const row: Input = {
    durationMs: 5000,
    network: {
      client: { latencyMs: 10 },
      proxy: { latencyMs: 3 },
      server: { latencyMs: 1 },
      backplane: { latencyMs: 0.5 },
    },
    clients: pair,
    proxies: [{ name: "edge" }],
    backplane: { kind: "redis" },
    workload: [{ from: "A", to: "others", atMs: 1000 }],
  };

  it("are crossed both ways: each link adds its latency", () => {
    // Up 10 + 3 + 1, over the backplane 0.5 + 0.5, down 1 + 3 + 10.
    expect(latenciesOf(runLab(row))).toEqual([29]);
  });

  it("pass on a handshake from long polling to WebSocket, with the requests recorded once, by the last", () => {
    const polling: Input = { ...row, clients: [{ name: "A" }, { name: "B" }], servers: { count: 1 } };
    const requests = (input: Input) =>
      runLab(input)
        .requests(0)
        .map(({ kind, status }) => [kind, status]);
    const lab = runLab(polling);
    expect(requests(polling)).toEqual(requests({ ...polling, proxies: [] }));
    expect(requests(polling)).toContainEqual([RequestKind.upgrade, 101]);
    expect(latenciesOf(lab)).toHaveLength(1);
    expect(latenciesOf(lab)[0]).not.toBeNull();
  });

  it("collapse ip-hash: behind another balancer, everybody has that one's address", () => {
    const crowd: Input["clients"] = [{ name: "c", count: 12, transport: "websocket" }];
    const servers = (proxies: Input["proxies"]) => {
      const lab = runLab({
        ...row,
        clients: crowd,
        workload: [],
        servers: { count: 4 },
        balancer: { policy: "ip-hash" },
        proxies,
      });
      return new Set(Array.from({ length: 12 }, (_, client) => lab.serverOf(client))).size;
    };
    expect(servers([])).toBeGreaterThan(1);
    expect(servers([{ name: "edge" }])).toBe(1);
  });

  it("let the shorter idle timeout cut, at whichever balancer it is", () => {
    const timers = { pingIntervalMs: 25_000 };
    const cutAt = (edgeMs: number, balancerMs: number) => {
      const lab = runLab({
        ...row,
        workload: [],
        servers: timers,
        proxies: [{ name: "edge", idleTimeoutMs: edgeMs }],
        balancer: { idleTimeoutMs: balancerMs },
      });
      const [ended] = lab.records(RecordKind.ended);
      return [ended![0], lab.result.nodes[ended![4]!]!.name];
    };
    expect(cutAt(2000, 60_000)).toEqual([2000, "edge"]);
    expect(cutAt(60_000, 3000)).toEqual([3000, "balancer"]);
  });

  it("answer 502 when the next one is down, and 504 when it does not answer in time", () => {
    const statuses = (input: Partial<Input>) => {
      const lab = runLab({
        ...row,
        clients: [{ name: "A", transport: "polling" }],
        workload: [],
        durationMs: 900,
        ...input,
      });
      return lab
        .records(RecordKind.response)
        .map(([, , , status, by]) => [status, lab.result.nodes[by!]!.name]);
    };
    expect(statuses({ faults: [{ atMs: 0, act: "crash", target: "balancer" }] })[0]).toEqual([502, "edge"]);
    expect(
      statuses({
        proxies: [{ name: "edge", idleTimeoutMs: 200 }],
        network: { server: { latencyMs: 300 } },
      })[0],
    ).toEqual([504, "edge"]);
  });

  it("answer once: what comes from behind a 504 is neither passed on nor counted as given up", () => {
    // The edge gives up after 200 ms; the answer comes back to the balancer behind it after 600.
    const lab = runLab({
      ...row,
      clients: [{ name: "A", transport: "polling" }],
      workload: [],
      durationMs: 900,
      proxies: [{ name: "edge", idleTimeoutMs: 200 }],
      network: { client: { latencyMs: 10 }, proxy: { latencyMs: 3 }, server: { latencyMs: 300 } },
    });
    const nameOf = (node: number | undefined) => lab.result.nodes[node!]!.name;
    const responses = lab.records(RecordKind.response).map(([, , , status, by]) => [status, nameOf(by)]);
    expect(responses.map(([status]) => status)).not.toContain(499);
    expect(responses[0]).toEqual([504, "edge"]);
    // One answer for each request that reached the edge and was answered in this time.
    const answers = lab
      .records(FRAME)
      .filter(
        ([, kind, from, to]) => kind === FrameKind.httpError && [from, to].map(nameOf).join() === "edge,A",
      );
    expect(answers).toHaveLength(responses.filter(([, by]) => by === "edge").length);
  });

  it("keep a late request to its own connection, though its client has another by then", () => {
    // The POST with the namespace's CONNECT comes 8 s late. By then its session has died for want of a pong, and a
    // refusal must not end the connection that came after.
    const lab = runLab({
      ...row,
      clients: [{ name: "A", transport: "polling" }],
      servers: { count: 1, pingIntervalMs: 1000, pingTimeoutMs: 1000 },
      workload: [],
      durationMs: 20_000,
      faults: [{ act: "delay", target: "A/edge", direction: "up", packet: 2, byMs: 8000 }],
    });
    expect(lab.records(RecordKind.response).map(([, , , status]) => status)).toContain(400);
    expect(lab.records(RecordKind.ended).map(([atMs]) => atMs! < 3000)).toEqual([true]);
    expect(lab.records(RecordKind.connected)).toHaveLength(1);
  });

  it("pass back what the next one answers by itself", () => {
    const lab = runLab({
      ...row,
      clients: [{ name: "A", transport: "websocket" }],
      workload: [],
      durationMs: 500,
      faults: [1, 2].map((server) => ({ atMs: 0, act: "crash", target: `server-${server}` })),
    });
    const [response, ...more] = lab.records(RecordKind.response);
    expect([response![3], lab.result.nodes[response![4]!]!.name]).toEqual([502, "balancer"]);
    expect(more).toEqual([]);
    const ended = lab.records(RecordKind.ended).find(([, , whose]) => whose === 0);
    expect(lab.result.nodes[ended![4]!]!.name).toBe("balancer");
  });

  it("lose what they carry when one of them dies, with that as its cause", () => {
    const lab = runLab({ ...row, faults: [{ atMs: 1012, act: "crash", target: "edge" }] });
    expect(lab.ledger.copies.map(({ cause }) => CAUSES[cause!]!.name)).toEqual(["balancer-crashed"]);
  });
});

describe("a group's own links", () => {
  it("are its members' alone", () => {
    const lab = runLab({
      durationMs: 3000,
      network: { client: { latencyMs: 5 }, server: { latencyMs: 0 }, backplane: { latencyMs: 0 } },
      clients: [
        { name: "phone", transport: "websocket", startConnected: true, link: { latencyMs: 80 } },
        { name: "desktop", transport: "websocket", startConnected: true },
        { name: "tablet", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1 },
      workload: [{ from: "desktop", to: "others", atMs: 1000 }],
    });
    expect(latenciesOf(lab)).toEqual([85, 10]);
  });

  it("lose packets in bursts while others lose none, and TCP brings every message", () => {
    const lab = runLab({
      durationMs: 60_000,
      clients: [
        {
          name: "phones",
          count: 3,
          transport: "websocket",
          startConnected: true,
          link: { latencyMs: 40, loss: { good: 0, bad: 0.5, meanGoodMs: 1000, meanBadMs: 200 } },
        },
        { name: "desktops", count: 3, transport: "websocket", startConnected: true },
      ],
      backplane: { kind: "redis" },
      workload: [{ from: "desktops-1", to: "others", everyMs: 250, untilMs: 40_000 }],
    });
    const dropped = lab.records(FRAME).filter(([, , , , , flightUs]) => flightUs === -1);
    const phones = new Set([0, 1, 2]);
    expect(dropped.length).toBeGreaterThan(20);
    expect(dropped.every(([, , from, to]) => phones.has(from!) || phones.has(to!))).toBe(true);
    expect(latenciesOf(lab)).not.toContain(null);
  });

  it("may be said of many at once: what is said of fewer has the last word, and the rest stays", () => {
    const latencies = (links: NonNullable<Input["network"]>["links"]) =>
      latenciesOf(
        runLab({
          durationMs: 3000,
          network: { client: { latencyMs: 10 }, server: { latencyMs: 0 }, links },
          clients: pair,
          servers: { count: 1 },
          workload: [{ from: "A", to: "others", atMs: 1000 }],
        }),
      );
    expect(latencies({ "*/balancer": { latencyMs: 30 }, "A/balancer": { latencyMs: 5 } })).toEqual([35]);
    expect(latencies({ "A/balancer": { latencyMs: 5 }, "*/balancer": { latencyMs: 30 } })).toEqual([35]);
    expect(latencies({ "A/balancer": { loss: 0 }, "*/balancer": { latencyMs: 30 } })).toEqual([60]);
  });

  it("give way to what is said of one link alone", () => {
    const lab = runLab({
      durationMs: 3000,
      network: { server: { latencyMs: 1 }, links: { "balancer/server-2": { latencyMs: 50 } } },
      clients: pair,
      backplane: { kind: "redis" },
      workload: [{ from: "A", to: "others", atMs: 1000 }],
    });
    // A is on server-1 and B on server-2: up 20 + 1, over the backplane 0.3 + 0.3, down 50 + 20.
    expect(latenciesOf(lab)).toEqual([91.6]);
  });
});

describe("faults of links", () => {
  const slowed: Input = {
    durationMs: 10_000,
    network: { client: { latencyMs: 10 }, server: { latencyMs: 0 } },
    clients: pair,
    servers: { count: 1 },
    workload: [1000, 2000, 3000].map((atMs) => ({ from: "A", to: "others", atMs })),
  };

  it("slow a link, or all of a class, until it heals", () => {
    const faults = (target: string): Input["faults"] => [
      { atMs: 1500, act: "slow", target, latencyMs: 100 },
      { atMs: 2500, act: "heal", target },
    ];
    expect(latenciesOf(runLab({ ...slowed, faults: faults("B/balancer") }))).toEqual([20, 110, 20]);
    expect(latenciesOf(runLab({ ...slowed, faults: faults("*/balancer") }))).toEqual([20, 200, 20]);
  });

  it("make a link lossy until it heals: what is dropped then comes late, and nothing is lost", () => {
    const lab = runLab({
      ...slowed,
      faults: [
        { atMs: 1500, act: "lose", target: "B/balancer", loss: 1 },
        { atMs: 2100, act: "heal", target: "B/balancer" },
      ],
    });
    const [before, during, after] = latenciesOf(lab);
    expect([before, after]).toEqual([20, 20]);
    expect(during).toBeGreaterThan(200);
  });

  it("drop one packet, which costs a retransmission and never the message", () => {
    const lab = runLab({
      ...slowed,
      faults: [{ act: "drop", target: "B/balancer", direction: "down", packet: 2 }],
    });
    const dropped = lab.records(FRAME).filter(([, , , , , flightUs]) => flightUs === -1);
    expect(dropped.map(([atMs, frame, , to]) => [atMs, frame, to])).toEqual([[2010, FrameKind.deliver, 1]]);
    const [first, second, third] = latenciesOf(lab);
    // The retransmission timeout: round trip + 200 ms.
    expect([first, second, third]).toEqual([20, 240, 20]);
    expect(lab.records(RecordKind.fault)).toHaveLength(1);
  });

  it("hold one packet back, and all that come after it wait", () => {
    const lab = runLab({
      ...slowed,
      faults: [{ act: "delay", target: "A/balancer", direction: "up", packet: 1, byMs: 1500 }],
    });
    // The first arrives 1.5 s late; the second, a second after it, waits for it.
    expect(latenciesOf(lab)).toEqual([1520, 520, 20]);
  });
});
