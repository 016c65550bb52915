/** What the parser lets through, and what it makes of it. */
import { describe, expect, test } from "vitest";
import { claimsOf, ruleNamed } from "../../src/check/claims.ts";
import { Run } from "../../src/run/run.ts";
import { namesOf } from "../../src/scenario/names.ts";
import { formatErrors, parseScenario, withSettings, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { everything } from "./mutations.ts";
import { small } from "./samples.ts";

function accepted(text: string): Scenario {
  const result = parseScenario(text);
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

function turned(scenario: Scenario, settings: Record<string, unknown>): Scenario {
  const result = withSettings(scenario, settings);
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

describe("accepted scenarios", () => {
  test("one with every field of the format, unchanged", () => {
    expect(accepted(JSON.stringify(everything))).toMatchObject(everything);
  });

  test("a byte order mark, Windows line ends", () => {
    const text = `\ufeff${JSON.stringify(JSON.parse(small({})), null, 2).replaceAll("\n", "\r\n")}`;
    expect(accepted(text)).toEqual(accepted(small({})));
  });

  test("defaults are filled in, and filled in once", () => {
    const scenario = accepted(small({}));
    expect(scenario.balancer).toEqual({
      kind: "nginx",
      policy: "round-robin",
      servers: {},
      descriptors: "none",
      backlog: 4096,
      maxLifetimeMs: "none",
      ports: "none",
      timeWaitMs: 60_000,
      shutdownTimeoutMs: "none",
      upgradeHeader: "pass",
      idleTimeoutMs: 60_000,
      workerConnections: "none",
      workers: 1,
      bufferEvents: 0,
      failTimeoutMs: 10_000,
      endpointsLagMs: "none",
      maxFails: 1,
    });
    expect(accepted(JSON.stringify(scenario))).toEqual(scenario);
  });

  test("−0 is 0", () => {
    const scenario = accepted(small({}).replace('"atMs":500', '"atMs":-0').replace('"seed":1', '"seed":-0'));
    expect(scenario.seed).toBe(0);
    expect(scenario.workload[0]!.atMs).toBe(0);
  });

  test("names that JavaScript knows are names like others", () => {
    const scenario = accepted(
      small({
        clients: [{ name: "A" }, { name: "constructor" }, { name: "toString" }],
        variants: { constructor: { title: "C", set: { seed: 2 } }, length: { title: "L", set: {} } },
      }),
    );
    expect(withVariant(scenario, "constructor")).toMatchObject({ ok: true, scenario: { seed: 2 } });
    expect(withVariant(scenario, "toString")).toMatchObject({ ok: false });
    expect(withVariant(scenario, "hasOwnProperty")).toMatchObject({ ok: false });
    expect(namesOf(scenario).client.get("toString")).toBe(2);
    expect(namesOf(scenario).client.get("valueOf")).toBeUndefined();
  });

  test("rules of one's own that are called as JavaScript's own, and as what the schema library asks for", () => {
    const rule = { type: "count", statement: "None is lost.", of: { event: "lost" }, atMost: 0 };
    const names = ["constructor", "toString", "hasOwnProperty", "length", "size"];
    const scenario = accepted(
      small({
        rules: [...names].reverse(),
        ownRules: Object.fromEntries(names.map((name) => [name, rule])),
        variants: { v: { title: "V", set: {}, breaks: ["size", "constructor"] } },
      }),
    );
    expect(claimsOf(scenario).map(({ name, statement }) => [name, statement])).toEqual(
      [...names].reverse().map((name) => [name, "None is lost."]),
    );
    expect(["valueOf", "__proto__", "isPrototypeOf"].map((name) => ruleNamed(scenario, name))).toEqual([
      null,
      null,
      null,
    ]);
  });

  test("rules, own rules and choices stay with a variant", () => {
    const scenario = accepted(JSON.stringify(everything));
    const turned = withVariant(scenario, "plain");
    if (!turned.ok) throw new Error(formatErrors(turned.errors));
    const { rules, ownRules, choices } = scenario;
    expect(turned.scenario).toMatchObject({ rules, ownRules, choices });
    expect(rules.length).toBeGreaterThan(3);
  });

  test("a room larger than its group is one room", () => {
    const scenario = accepted(small({ clients: [{ name: "A", count: 3, roomSize: 10 }] }));
    expect(new Run(scenario).world.settings.rooms).toBe(1);
  });

  test("groups whose names only look alike", () => {
    const scenario = accepted(
      small({
        clients: [{ name: "a", count: 12 }, { name: "a-13" }, { name: "a-01" }, { name: "server" }],
        workload: [],
      }),
    );
    const { client } = namesOf(scenario);
    expect([...client.keys()]).toHaveLength(15);
    for (const [index, name] of [...client.keys()].entries()) expect(client.get(name)).toBe(index);
    expect([client.get("a"), client.get("a-0"), client.get("a-012"), client.get("a-1")]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
    expect(namesOf(scenario).senders("a")).toHaveLength(12);
  });

  test("a backplane's fault in a variant without a backplane", () => {
    accepted(
      small({
        backplane: { kind: "redis" },
        faults: [{ atMs: 1, act: "crash", target: "backplane" }],
        variants: { v: { title: "V", set: { "backplane.kind": "none" } } },
      }),
    );
  });
});

describe("settings", () => {
  const scenario = accepted(JSON.stringify(everything));

  test("by name, by number, for all", () => {
    expect(
      turned(scenario, { "clients.A.transport": "polling" }).clients.map((group) => group.transport),
    ).toEqual(["polling", "polling-first", "polling-first"]);
    expect(turned(scenario, { "clients.1.transport": "polling" }).clients[1]!.transport).toBe("polling");
    expect(turned(scenario, { "clients.*.cookies": false }).clients.map((group) => group.cookies)).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("a field that the document leaves out", () => {
    expect(turned(scenario, { "clients.A.roomSize": 1 }).clients[0]!.roomSize).toBe(1);
    expect(turned(scenario, { "workload.2.untilMs": 100 }).workload[2]!.untilMs).toBe(100);
  });

  test("another kind, which leaves behind what only the one before has, and its defaults", () => {
    const plain = accepted(
      small({
        balancer: { maxFails: 2 },
        proxies: [{ name: "edge", kind: "haproxy", retries: 1 }],
        backplane: { kind: "redis", client: "ioredis", offlineQueue: false },
        presence: { kind: "bloom", bits: 64 },
      }),
    );
    expect(plain.balancer).toMatchObject({ idleTimeoutMs: 60_000, maxFails: 2 });
    const another = turned(plain, {
      "balancer.kind": "nlb",
      "proxies.edge.kind": "alb",
      "backplane.kind": "sharded",
      "presence.kind": "set-user",
    });
    expect(another.balancer).toMatchObject({ kind: "nlb", idleTimeoutMs: 350_000 });
    expect(another.proxies[0]).toMatchObject({ kind: "alb", idleTimeoutMs: 60_000 });
    expect(another.backplane).toMatchObject({ kind: "sharded", client: "ioredis", offlineQueue: false });
    expect(another.presence.kind).toBe("set-user");
    expect(
      turned(turned(plain, { "balancer.idleTimeoutMs": 7 }), { "balancer.kind": "nlb" }).balancer,
    ).toMatchObject({
      idleTimeoutMs: 7,
    });
  });

  test("a whole object or list", () => {
    expect(
      turned(scenario, {
        servers: { count: 5 },
        "network.client.latencyMs": { distribution: "uniform", minMs: 1, maxMs: 2 },
        faults: [],
      }).servers,
    ).toEqual({
      count: 5,
      kernelBuffersKiB: "none",
      sendBufferKiB: "none",
      whenBufferFull: "close",
      pingIntervalMs: 25_000,
      pingTimeoutMs: 20_000,
      memory: "shared",
      tasks: "at-once",
      acksEntries: "after",
      claimIdleMs: "none",
      publishes: "at-once",
      publishDelayMs: 0,
      relayIntervalMs: 500,
      relayMarks: "after",
      relayMarkMs: 0,
      serviceMs: 0,
      serviceTimes: "fixed",
      workers: 1,
      queueLength: "none",
      writeMs: 0,
      descriptors: "none",
      memoryMiB: "none",
      compressionWindowBits: "none",
      upgradeTimeoutMs: 10_000,
      replayEvents: 0,
      pollHoldMs: 10_000,
      commentIntervalMs: "none",
      streamLifetimeMs: "none",
      socketLifetimeMs: "none",
      closesWith: "close-frame",
      closeCode: "none",
      loginMs: "none",
      refusal: "401",
      onStop: "close",
      drainMs: 0,
      preStopMs: 0,
      graceMs: 30_000,
      writes: "one-by-one",
      maxDisconnectionDurationMs: "none",
      effectMs: 0,
      ackDelayMs: 0,
      seenIds: "none",
      marksIds: "before",
      idsKeptMs: "none",
      idStoreMs: 0,
      failsBeforeEffect: 0,
      failsAfterEffect: 0,
    });
  });

  test("one value set in several places is not shared", () => {
    const loss = { good: 0, bad: 1, meanGoodMs: 1, meanBadMs: 1 };
    const changed = turned(scenario, { "network.client.loss": loss, "network.server.loss": loss });
    expect(changed.network.client.loss).not.toBe(changed.network.server.loss);
  });

  test("the scenario itself is left alone, and so is Object", () => {
    const before = structuredClone(scenario);
    withSettings(scenario, { "servers.count": 9 });
    withSettings(
      scenario,
      JSON.parse(
        '{"__proto__.x": 1, "constructor.prototype.x": 1, "clients.__proto__.x": 1, "clients.0.__proto__": {"x": 1}}',
      ),
    );
    expect(scenario).toEqual(before);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test("variants stay, even where a setting would break them", () => {
    const two = accepted(
      small({
        clients: [{ name: "A" }, { name: "B" }],
        variants: { v: { title: "V", set: { "clients.B.cookies": false } } },
      }),
    );
    expect(turned(two, { clients: [{ name: "A" }] }).variants).toEqual(two.variants);
  });
});
