/** Policies by their sources and formulas. FACTS §3, §14.4. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenarios } from "../../src/check/arbitraries.ts";
import { makeRing } from "../../src/model/balancer/policies/consistent-hash.ts";
import { crc32 } from "../../src/model/balancer/policies/crc32.ts";
import { goByWeights } from "../../src/model/balancer/policies/turn.ts";
import { Run } from "../../src/run/run.ts";
import { runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];

/** The servers of so many WebSocket clients, one after the other, each from another network. */
function serversOf(count: number, balancer: Lab["balancer"], servers: number): number[] {
  const lab = runLab({
    durationMs: count * 10 + 500,
    clients: [{ name: "c", count, startGapMs: 10, transport: "websocket", address: "10.0.0.1" }],
    servers: { count: servers },
    balancer,
  });
  return Array.from({ length: count }, (_, client) => lab.serverOf(client));
}

describe("turns", () => {
  it("are smooth by weight, as nginx's source has it: a a b a c a a", () => {
    expect(serversOf(14, { servers: { "server-1": { weight: 5 } } }, 3)).toEqual([
      0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0,
    ]);
  });

  it("go around among equals, and so do the counts of least_conn fill up by weight", () => {
    expect(serversOf(6, {}, 3)).toEqual([0, 1, 2, 0, 1, 2]);
    const servers = serversOf(12, { policy: "least-connections", servers: { "server-2": { weight: 3 } } }, 2);
    expect(servers.filter((server) => server === 1)).toHaveLength(9);
  });

  it("are each worker's own", () => {
    const servers = serversOf(60, { workers: 2 } as Lab["balancer"], 3);
    expect(servers).not.toEqual(serversOf(60, {}, 3));
    for (const server of [0, 1, 2])
      expect(servers.filter((s) => s === server).length).toBeGreaterThanOrEqual(19);
  });

  it("are the same whether they go around or are taken by weights", () => {
    const some = scenarios({ policies: ["round-robin"], faultsOf: ["server"], faults: [true] });
    let around = 0;
    for (const scenario of fc.sample(some, { numRuns: 25, seed: 3 })) {
      const [plain, weighed] = [true, false].map((mayGoAround) => {
        const run = new Run(scenario, { maxEvents: 1500 });
        if (run.world.turns.next[0] !== -1) around++;
        // What whose turn it is would be by weights is worked out before every event.
        do if (!mayGoAround) goByWeights(run.world, 0);
        while (run.step());
        return run.result().fingerprint;
      });
      expect(weighed).toBe(plain);
    }
    expect(around).toBeGreaterThan(10);
  });
});

describe("a list of servers", () => {
  it("has who stands by asked only where nobody else can be, and who is down never", () => {
    const servers = { "server-1": { down: true }, "server-2": { backup: true } };
    expect(new Set(serversOf(6, { servers }, 3))).toEqual(new Set([2]));
    expect(new Set(serversOf(6, { servers: { ...servers, "server-3": { down: true } } }, 3))).toEqual(
      new Set([1]),
    );
  });

  it("gets a server when it is added", () => {
    expect(serversOf(8, { servers: { "server-2": { addedMs: 45 } } }, 2).slice(0, 2)).toEqual([0, 0]);
    expect(serversOf(8, { servers: { "server-2": { addedMs: 45 } } }, 2)).toContain(1);
  });

  it("loses a server when it is removed, also one that was added before", () => {
    const gone = { "server-2": { removedMs: 45 } };
    expect(serversOf(8, { servers: gone }, 2)).toEqual([0, 1, 0, 1, 0, 0, 0, 0]);
    const passing = { "server-2": { addedMs: 25, removedMs: 55 } };
    expect(serversOf(8, { servers: passing }, 2).lastIndexOf(1)).toBeLessThan(5);
    expect(serversOf(8, { servers: passing }, 2).slice(1, 5)).toContain(1);
  });
});

/** The share of the ring that each server has. */
function shares({ hashes, servers }: ReturnType<typeof makeRing>, count: number): number[] {
  const all = new Array<number>(count).fill(0);
  // A point has what lies between it and the point before.
  for (const [i, hash] of hashes.entries())
    all[servers[i]!]! += ((hash - hashes.at(i - 1)! + 2 ** 32) % 2 ** 32) / 2 ** 32;
  return all;
}

describe("hashes", () => {
  it("are the CRC-32 of zlib: its check value", () => {
    expect(crc32("123456789")).toBe(0xcbf4_3926);
    expect(crc32("1234", [53, 54], "789")).toBe(0xcbf4_3926);
  });

  it("divide a ring evenly: with 160 points each, shares differ from the mean by about 1/√160 of it", () => {
    const found = shares(makeRing(new Array(100).fill(1)), 100);
    const deviation = Math.sqrt(found.reduce((sum, share) => sum + (100 * share - 1) ** 2, 0) / 100);
    expect(Math.abs(deviation * Math.sqrt(160) - 1)).toBeLessThan(0.15);
  });

  it("divide a ring by weight", () => {
    expect(shares(makeRing([3, 1]), 2)[0]!).toBeCloseTo(0.75, 1);
  });

  it.each([2, 4, 10, 50])(
    "have who joins %i on a ring take about its share from them all, and nothing else moves",
    (count) => {
      const before = shares(makeRing(new Array(count).fill(1)), count);
      const after = shares(makeRing(new Array(count + 1).fill(1)), count + 1);
      expect(Math.abs(after[count]! * (count + 1) - 1)).toBeLessThan(0.2);
      for (const [server, share] of before.entries()) expect(after[server]!).toBeLessThanOrEqual(share);
    },
  );

  it("move about 1/N of clients to who joins on a ring, and nearly all by a plain hash", () => {
    const moved = (policy: "hash" | "consistent-hash") => {
      const [before, after] = [4, 5].map((servers) => serversOf(300, { policy }, servers));
      return after!.filter((server, i) => server !== before![i]);
    };
    const onRing = moved("consistent-hash");
    expect(Math.abs(onRing.length / 300 - 1 / 5)).toBeLessThan(0.06);
    expect(new Set(onRing)).toEqual(new Set([4]));
    expect(Math.abs(moved("hash").length / 300 - 4 / 5)).toBeLessThan(0.06);
  });

  it("move about 1/N of clients from who is taken off a ring, and nearly all by a plain hash", () => {
    const moved = (policy: "hash" | "consistent-hash") => {
      const before = serversOf(300, { policy }, 5);
      const after = serversOf(300, { policy, servers: { "server-3": { removedMs: 0.001 } } }, 5);
      expect(after).not.toContain(2);
      return before.filter((server, i) => server !== after[i]);
    };
    const onRing = moved("consistent-hash");
    expect(Math.abs(onRing.length / 300 - 1 / 5)).toBeLessThan(0.06);
    expect(new Set(onRing)).toEqual(new Set([2]));
    expect(Math.abs(moved("hash").length / 300 - 4 / 5)).toBeLessThan(0.06);
  });

  it("have only who was on a server move that is down, which keeps its place in the division", () => {
    const before = serversOf(300, { policy: "hash" }, 5);
    const after = serversOf(300, { policy: "hash", servers: { "server-3": { down: true } } }, 5);
    expect(new Set(before.filter((server, i) => server !== after[i]))).toEqual(new Set([2]));
  });

  it("are tried 20 times more where a server is down, and then servers take turns, as in nginx's source", () => {
    const down = (numbers: readonly number[]) =>
      Object.fromEntries(numbers.map((number) => [`server-${number}`, { down: true }]));
    const serverOf = (address: string) =>
      runLab({
        durationMs: 500,
        clients: [{ name: "c", transport: "websocket", address }],
        servers: { count: 9 },
        balancer: { policy: "hash", servers: down([3, 4, 5, 6, 7, 8, 9]) },
      }).serverOf(0);
    // By nginx's formula, only the last of its tries comes to a server that is up: the second.
    expect(["10.0.1.101", "10.0.8.85", "10.0.9.221"].map(serverOf)).toEqual([1, 1, 1]);
  });

  it("come to the same whether a server has not been there or is not on the list yet", () => {
    const servers = { "server-4": { addedMs: 100_000 } };
    for (const policy of ["hash", "consistent-hash", "ip-hash"] as const)
      expect(serversOf(60, { policy, servers }, 4)).toEqual(serversOf(60, { policy }, 3));
  });
});

it("is more even with two choices than with one", () => {
  const most = (policy: "random" | "two-choices") => {
    const servers = serversOf(200, { policy }, 10);
    return Math.max(...Array.from({ length: 10 }, (_, i) => servers.filter((one) => one === i).length));
  };
  // 20 each on average; the fullest by chance, and by chance twice.
  expect(most("two-choices")).toBeLessThan(most("random"));
});
