/** Ground truth 03 to 06: what becomes of a handshake behind each balancing policy. */
import { describe, expect, it } from "vitest";
import { RecordKind, RequestKind, TransportKind } from "../../src/model/trace/records.ts";
import { attempts, casesOf, expectNear, observed, runLab } from "../support/ground-truth.ts";
import { ksLimit, twoSampleKs } from "../support/statistics.ts";

const { handshake, poll, post, upgrade, websocket } = RequestKind;

describe("experiment 03: polling first behind round robin", () => {
  it.each([
    ["single-client-k2-default-reconnect", 2],
    ["single-client-k3-default-reconnect", 3],
    ["single-client-k2-fast-reconnect", 2],
    ["single-client-k3-fast-reconnect", 3],
  ])("%s", (id, servers) => {
    const { setup, observed: seen } = observed("03", id);
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const lab = runLab(
        {
          durationMs: setup.observeMs,
          clients: [
            {
              name: "c",
              reconnectionDelayMs: setup.reconnectionDelayMs,
              reconnectionDelayMaxMs: setup.reconnectionDelayMaxMs,
            },
          ],
          servers: { count: servers },
        },
        { seed },
      );
      expect(lab.records(RecordKind.connected)).toHaveLength(0);
      const tries = attempts(lab.requests(0));
      const counts = seen.attemptsPerRun as number[];
      expect(tries.length).toBeGreaterThanOrEqual(Math.min(...counts) - 2);
      expect(tries.length).toBeLessThanOrEqual(Math.max(...counts) + 2);
      // The last attempt may be cut short by the end of the run.
      for (const requests of tries.slice(0, -1)) {
        const first = requests[0]!.server;
        const pattern = requests.map(({ kind, server, status }) => [
          kind,
          (server - first + servers) % servers,
          status,
        ]);
        expect(pattern).toEqual(
          servers === 2
            ? [
                [handshake, 0, 200],
                [post, 1, 400],
                [upgrade, 0, 101],
                [poll, 1, 400],
                [post, 0, 200],
              ]
            : [
                [handshake, 0, 200],
                [post, 1, 400],
                [upgrade, 2, 400],
                [poll, 0, null],
                [post, 1, 400],
              ],
        );
      }
      // Every 400 is «Session ID unknown».
      const refused = lab.records(RecordKind.response).filter((row) => row[3] === 400);
      expect(new Set(refused.map((row) => row[5]))).toEqual(new Set([seen.serverErrorsPerAttempt.code]));
    }
  });

  it("draws its retry delays from the measured bands, without growth", () => {
    const { observed: seen } = observed("03", "retry-delay-default");
    const delays: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const lab = runLab({ durationMs: 12_000, clients: [{ name: "c" }], servers: { count: 2 } }, { seed });
      const closed = lab.records(RecordKind.disconnected).map((row) => row[0]!);
      const starts = lab
        .requests(0)
        .filter((request) => request.kind === handshake)
        .map((request) => request.atMs);
      starts.slice(1).forEach((at, i) => delays.push(at - closed[i]!));
    }
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(550);
    expect(Math.max(...delays)).toBeLessThanOrEqual(1520);
    expectNear(twoSampleKs(delays, seen.sortedMs), [0], ksLimit(delays.length, seen.sortedMs.length), "KS");
  });

  it("retry-delay-fast", () => {
    const { observed: seen } = observed("03", "retry-delay-fast");
    const quantiles = seen.delayFromEngineCloseToNextAttemptMs as Record<string, number>;
    const clients = [{ name: "c", reconnectionDelayMs: 200, reconnectionDelayMaxMs: 1000 }];
    const delays: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const lab = runLab({ durationMs: 8000, clients, servers: { count: 2 } }, { seed });
      const closed = lab.records(RecordKind.disconnected).map((row) => row[0]!);
      const starts = lab.requests(0).filter((request) => request.kind === handshake);
      delays.push(...starts.slice(1).map((request, i) => request.atMs - closed[i]!));
    }
    delays.sort((a, b) => a - b);
    expect(delays[0]).toBeGreaterThanOrEqual(108);
    expect(delays.at(-1)).toBeLessThanOrEqual(310);
    for (const [name, share] of [
      ["p10", 0.1],
      ["p25", 0.25],
      ["p50", 0.5],
      ["p75", 0.75],
      ["p90", 0.9],
    ] as const)
      expect(Math.abs(delays[Math.ceil(share * delays.length) - 1]! / quantiles[name]! - 1)).toBeLessThan(
        0.12,
      );
  });

  it.each(["control-k1-single", "control-k1-eight-clients"])("%s", (id) => {
    const { setup, observed: seen } = observed("03", id);
    const lab = runLab({
      durationMs: setup.observeMs,
      clients: [{ name: "c", count: setup.clients }],
      servers: { count: 1 },
    });
    expect(lab.records(RecordKind.connected)).toHaveLength(seen.connected[0]);
    expect(lab.records(RecordKind.upgraded)).toHaveLength(setup.clients);
    expect(lab.records(RecordKind.disconnected)).toHaveLength(0);
    const kinds = lab.requests(0).map(({ kind, status }) => [kind, status]);
    expect(kinds.slice(0, 4)).toEqual([
      [handshake, 200],
      [post, 200],
      [upgrade, 101],
      [poll, 200],
    ]);
    // 0 or 1 extra long polls.
    expect(kinds.length).toBeLessThanOrEqual(5);
  });

  it("websocket-first-k2", () => {
    const lab = runLab({ clients: [{ name: "c", transport: "websocket" }], servers: { count: 2 } });
    expect(lab.requests(0).map(({ kind, status }) => [kind, status])).toEqual([[websocket, 101]]);
    const { connected } = observed("03", "websocket-first-k2").observed;
    expect(lab.records(RecordKind.connected)).toHaveLength(connected[0]);
  });
});

describe("experiment 04: nginx ip_hash", () => {
  it.each(casesOf("04").filter((entry) => entry.observed.mapping))(
    "$id: every address to its server",
    ({ observed: seen }) => {
      const clients = (seen.mapping as [string, number, number][]).map(([address], i) => ({
        name: `c${i}`,
        address,
      }));
      const lab = runLab({
        durationMs: 2000,
        clients,
        servers: { count: 2 },
        balancer: { policy: "ip-hash" },
      });
      expect(clients.map((_, i) => lab.serverOf(i))).toEqual(
        seen.mapping.map((row: [string, number, number]) => row[2]),
      );
      expect(lab.records(RecordKind.upgraded)).toHaveLength(clients.length);
      expect(lab.records(RecordKind.disconnected)).toHaveLength(0);
    },
  );

  it("all-from-one-address-k2", () => {
    const clients = [{ name: "c", count: 12, address: "127.0.0.1", addressSpread: "shared" as const }];
    const lab = runLab({ durationMs: 2000, clients, servers: { count: 2 }, balancer: { policy: "ip-hash" } });
    const { serverOfAll } = observed("04", "all-from-one-address-k2").observed;
    for (let client = 0; client < 12; client++) expect(lab.serverOf(client)).toBe(serverOfAll);
  });
});

describe("experiment 05: cookie affinity", () => {
  it.each([
    ["jar-k2", 2],
    ["jar-k3", 3],
  ])("%s", (id, servers) => {
    const { setup, observed: seen } = observed("05", id);
    const lab = runLab({
      durationMs: setup.observeMs,
      // The laboratory's clients began within the same instant, but their handshakes were answered one by one.
      clients: [{ name: "c", count: setup.clients, startGapMs: 5, cookies: true }],
      servers: { count: servers },
      balancer: { policy: "sticky-cookie" },
    });
    expect(lab.records(RecordKind.connected)).toHaveLength(setup.clients);
    expect(lab.records(RecordKind.upgraded)).toHaveLength(setup.clients);
    const perServer = new Array(servers).fill(0);
    for (let client = 0; client < setup.clients; client++) {
      perServer[lab.serverOf(client)]++;
      expect(new Set(lab.requests(client).map((request) => request.server)).size).toBe(1);
    }
    expect(perServer).toEqual(seen.clientsPerServer[0]);
  });

  it.each([
    ["no-jar-k2", 2],
    ["no-jar-k3", 3],
  ])("%s", (id, servers) => {
    const { setup, observed: seen } = observed("05", id);
    const lab = runLab({
      durationMs: setup.observeMs,
      clients: [{ name: "c", cookies: false, reconnectionDelayMs: 200, reconnectionDelayMaxMs: 1000 }],
      servers: { count: servers },
      balancer: { policy: "sticky-cookie" },
    });
    expect(lab.records(RecordKind.connected)).toHaveLength(0);
    const tries = attempts(lab.requests(0)).length;
    expect(tries).toBeGreaterThanOrEqual(Math.min(...seen.attemptsPerRun) - 3);
    expect(tries).toBeLessThanOrEqual(Math.max(...seen.attemptsPerRun) + 3);
  });
});

it("experiment 05, websocket-only-no-cookie-k2: needs no affinity", () => {
  const { setup, observed: seen } = observed("05", "websocket-only-no-cookie-k2");
  const lab = runLab({
    durationMs: setup.observeMs,
    clients: [{ name: "c", count: setup.clients, transport: "websocket", cookies: false }],
    balancer: { policy: "sticky-cookie" },
  });
  expect(lab.records(RecordKind.connected)).toHaveLength(seen.connected[0]);
  const perServer = [0, 0];
  for (let client = 0; client < setup.clients; client++) {
    expect(lab.requests(client).map(({ kind, status }) => [kind, status])).toEqual([[websocket, 101]]);
    perServer[lab.serverOf(client)]!++;
  }
  expect(perServer).toEqual(seen.clientsPerServer[0]);
});

describe("experiment 06: WebSocket only behind round robin", () => {
  it.each(casesOf("06"))("$id", ({ setup, observed: seen }) => {
    const lab = runLab({
      durationMs: 2000,
      clients: [{ name: "c", count: setup.clients, transport: "websocket" }],
      servers: { count: setup.servers },
    });
    expect(lab.records(RecordKind.connected)).toHaveLength(seen.connected[0]);
    const perServer = new Array(setup.servers).fill(0);
    for (let client = 0; client < setup.clients; client++) {
      expect(lab.requests(client).map(({ kind, status }) => [kind, status])).toEqual([
        [websocket, seen.status],
      ]);
      perServer[lab.serverOf(client)]++;
    }
    expect(perServer).toEqual(seen.clientsPerServer[0]);
  });
});

describe("what a client is connected over", () => {
  it.each([
    ["polling-first", TransportKind.polling],
    ["polling", TransportKind.polling],
    ["websocket", TransportKind.websocket],
    ["websocket-first", TransportKind.websocket],
    ["webtransport", TransportKind.webtransport],
  ] as const)("%s: a WebSocket that is only tried is none yet", (transport, expected) => {
    const lab = runLab({ durationMs: 2000, clients: [{ name: "c", transport }], servers: { count: 1 } });
    expect(lab.records(RecordKind.connected).map(([, , , over]) => over)).toEqual([expected]);
    expect(lab.records(RecordKind.upgraded)).toHaveLength(transport === "polling-first" ? 1 : 0);
  });
});
