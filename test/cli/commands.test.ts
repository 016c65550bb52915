/** What the commands print when all is well. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolvedSettings } from "../../src/cli/settings.ts";
import { jsonLines } from "../../src/cli/trace/jsonl.ts";
import { escapeText, MERMAID_RECORDS_MAX, mermaid } from "../../src/cli/trace/mermaid.ts";
import { perfetto } from "../../src/cli/trace/perfetto.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario, withSettings } from "../../src/scenario/parse.ts";
import { everything } from "../scenario/mutations.ts";
import { small } from "../scenario/samples.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";
import { fanout, interrupted } from "./support.ts";

const LESSON = "broadcast-across-servers";

async function ok(argv: readonly string[], input = ""): Promise<string> {
  const { exit, out, err } = await fanout(argv, input);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  return out;
}

/** Numbers that change whenever the model becomes finer; lessons' fingerprints are pinned in test/run. */
const timeless = (text: string) =>
  text.replace(/(?<=fingerprint +)[0-9a-f]{16}/, "…").replace(/after \d+ events/, "after … events");

test("run tells who is turned away at a limit from who only has to wait there", async () => {
  const away = await ok(["run", "sixty-five-thousand", "--variant", "one-server"]);
  expect(away).toContain("turned away  42 clients, by ports\n");
  expect(away).not.toContain("had to wait");
  const waiting = await ok(["run", "reconnect-storm", "--variant", "paced"]);
  expect(waiting).toContain("had to wait  30 clients, by rateLimitSessions\n");
  expect(waiting).not.toContain("turned away");
});

test("run says what senders believe of what servers were to do, and what was done", async () => {
  const out = await ok(["run", "the-lost-ack", "--variant", "again"]);
  expect(out).toContain(`
outcomes     5 sent          not done      once     again
             told «done»            –         4         1
             1 × done again
`);
  const { outcomes } = JSON.parse(await ok(["run", "dedupe-window", "--variant", "before", "--json"]));
  expect(outcomes).toMatchObject({ acknowledged: 54, notDone: 4, acknowledgedNotDone: 4, recognised: 8 });
});

test("run shows what --set turned in the workload, and of a proxy what is not as usual", async () => {
  expect(await ok(["run", "broadcast-across-servers", "--set", "workload.0.atMs=700"])).toMatch(
    /workload\.0\.atMs +700\n/,
  );
  const out = await ok(["run", "timeout-ladder"]);
  expect(out).toMatch(/proxies\.edge\.kind +haproxy\n/);
  expect(out).not.toContain("maxLifetimeMs");
});

test("run says as JSON whom a limit met, and what observers believed", async () => {
  const limited = JSON.parse(await ok(["run", "sixty-five-thousand", "--variant", "one-server", "--json"]));
  expect(limited).toMatchObject({
    limits: [{ place: "balancer", field: "ports", connections: 28 }],
    limitsMet: [{ limit: "ports", turnedAway: 42, hadToWait: 0 }],
  });
  expect(JSON.parse(await ok(["run", "ghosts", "--json"])).presence).toMatchObject({ ghosts: 3, missing: 4 });
});

test("a trace that a bound has cut says so", async () => {
  const whole = await fanout(["trace", "half-open", "--format", "jsonl"]);
  const cut = await fanout(["trace", "half-open", "--format", "jsonl", "--max-events", "5"]);
  expect([whole.err, cut.exit]).toEqual(["", 0]);
  expect(cut.err).toBe(
    "The run was cut: the bound on events was reached (--max-events). The trace ends there.\n",
  );
});

describe("a balancer of a row that closes idle connections", () => {
  const row = small({
    durationMs: 8000,
    clients: [{ name: "A", transport: "websocket", startConnected: true }],
    proxies: [{ name: "edge", idleTimeoutMs: 5000 }],
    workload: [],
    rules: ["no-idle-cut"],
  });

  test("has its name in the story of a counterexample", async () => {
    const { exit, out } = await fanout(["check", "-"], row);
    expect(exit).toBe(1);
    expect(out).toContain("edge closes A's connection: no byte crossed it for 5 s.");
  });

  test("and in a sequence diagram", async () => {
    const out = await ok(["trace", "-", "--format", "mermaid"], row);
    const [, participant] = /participant (\S+) as edge/.exec(out)!;
    expect(out).toMatch(new RegExp(`Note over ${participant}: 5000 ms +closes A: idle`));
  });
});

describe("fanout list", () => {
  test("lessons and their variants", async () => {
    expect(await ok(["list"])).toContain(`broadcast-across-servers: A message to the other server
  one-server    One server
  no-backplane  Two servers
  redis         Two servers and Redis
`);
  });

  test("in the order of the course", async () => {
    const lessons = (await ok(["list"])).match(/^\S+(?=: )/gm);
    expect(lessons).toEqual((await ok(["lesson"])).match(/^\S+(?= {2}part)/gm));
    const listed = JSON.parse(await ok(["list", "--json"])) as {
      name: string;
      variants: { name: string }[];
    }[];
    expect(listed.map(({ name }) => name)).toEqual(lessons);
    expect(listed[0]!.variants.map(({ name }) => name)).toContain("redis");
  });
});

describe("fanout run", () => {
  test("the message that dies", async () => {
    expect(
      timeless(await ok(["run", LESSON, "--variant", "no-backplane"])),
    ).toBe(`A message to the other server
scenario     broadcast-across-servers
variant      no-backplane: Two servers
seed         1
ended        at 3 s, after … events: its time was over
settings     durationMs                3000
             clients.B.startMs         40
             clients.A.address         203.0.113.7
             clients.B.address         198.51.100.7
             clients.*.transport       websocket
             servers.count             2
             backplane.kind            none
             balancer.policy           round-robin
             network.client.latencyMs  20

0.500 s  A → others: 1 copy; B: lost at server-1: no local socket, no backplane
1.200 s  B → others: 1 copy; A: lost at server-2: no local socket, no backplane
1.900 s  A → others: 1 copy; B: lost at server-1: no local socket, no backplane

sent         3 messages, 3 copies
delivered    0
lost         3 (all)
             3 × no local socket, no backplane (no-backplane)
                 The recipient was connected to another server, and no backplane joins the servers.
                 Remedy: Join the servers with a backplane, so that each hears what the others broadcast.
latency      none: nothing was delivered
connections  2 of 2 clients connected at some time, 2 at the end, 2 at most; 0 disconnects or failed attempts, 0 upgrades
servers      server-1  1 client at the end, 1 at most
             server-2  1 client at the end, 1 at most
responses    101 × 2
fingerprint  …
`);
  });

  test("whose clients all stand behind one address shows that one server has them", async () => {
    const clients = [{ name: "office", count: 40, address: "198.51.100.7", addressSpread: "shared" }];
    const servers = { count: 12 };
    const all = small({ clients, servers, balancer: { policy: "ip-hash" }, workload: [] });
    const lines = (await ok(["run", "-"], all)).split("\n");
    const at = lines.findIndex((line) => line.startsWith("servers "));
    expect(lines[at]).toMatch(/^servers {6}server-\d+ +40 clients at the end, 40 at most$/);
    expect(lines[at + 1]).toMatch(/ 0 clients at the end, 0 at most$/);
    expect(lines[at + 8]).toBe("             … and 4 servers with fewer at most");
  });

  test("tells over time what was lost and what failed; spans in which nothing happens are one", async () => {
    const out = await ok(["run", "reconnect-storm", "--variant", "doubled"]);
    const rows = [...out.matchAll(/^(?:over time| {9}) {4} *([\d.]+) s((?: +\d+)+)$/gm)].map(
      ([, until, cells]) => [Number(until), ...cells!.trim().split(/ +/).map(Number)],
    );
    expect(out).toMatch(/^over time +until +connected +lost +failed +server-1 +server-2$/m);
    expect(rows.at(-1)![0]).toBe(Number(/^ended +at (\d+) s/m.exec(out)![1]));
    expect(rows.length).toBeLessThan(10);
    for (const [, connected, , , one, two] of rows) expect(one! + two!).toBe(connected);
    const { overTime, connections, servers } = JSON.parse(
      await ok(["run", "reconnect-storm", "--variant", "doubled", "--json"]),
    ) as {
      overTime: { untilMs: number; lost: number; failed: number; byServer: number[] }[];
      connections: { disconnects: number };
      servers: { server: string; atEnd: number; most: number }[];
    };
    expect(overTime.reduce((sum, { lost, failed }) => sum + lost + failed, 0)).toBe(connections.disconnects);
    expect(servers.map(({ atEnd }) => atEnd)).toEqual(overTime.at(-1)!.byServer);
  });

  test("--messages lists all, those that lost a copy, or the first", async () => {
    const listed = async (which: string) => {
      const out = await ok(["run", "proxy-reload", "--messages", which]);
      return { lines: out.match(/^\d+\.\d{3} s {2}.* → .*$/gm) ?? [], out };
    };
    const [all, lost, two] = [await listed("all"), await listed("lost"), await listed("2")];
    expect(lost.lines).toEqual(all.lines.filter((line) => line.includes("lost at")));
    expect(lost.lines.length).toBeGreaterThan(0);
    expect(lost.out).toContain(`\n${all.lines.length - lost.lines.length} messages lost no copy\n`);
    expect(two.lines).toEqual(all.lines.slice(0, 2));
    expect(two.out).toContain(`\n… and ${all.lines.length - 2} more\n`);
    const { exit, err } = await fanout(["run", LESSON, "--messages", "some"]);
    expect(exit).toBe(2);
    expect(err).toContain("It must be all, lost, or how many of the first, as 50.");
  });

  test("--json is one document of the agreed shape", async () => {
    const document = JSON.parse(await ok(["run", LESSON, "--variant", "no-backplane", "--json"])) as Record<
      string,
      unknown
    >;
    expect(document).toMatchObject({
      scenario: LESSON,
      variant: "no-backplane",
      seed: 1,
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      events: expect.any(Number) as number,
      endedBy: "time",
      messages: 3,
      copies: { sent: 3, delivered: 0, duplicated: 0, lost: 3, inFlight: 0 },
      causes: { "no-backplane": 3 },
      latencyMs: { p50: null, p95: null, p99: null, max: null },
      connections: { everConnected: 2, connectedAtEnd: 2, peak: 2, disconnects: 0 },
    });
    const redis = JSON.parse(await ok(["run", LESSON, "--variant", "redis", "--json"])) as Record<
      string,
      unknown
    >;
    expect(redis).toMatchObject({
      copies: { sent: 3, delivered: 3, duplicated: 0, lost: 0, inFlight: 0 },
      causes: {},
    });
    expect((redis.latencyMs as { p50: number }).p50).toBeGreaterThan(40);
  });

  test("the polling handshake fails with round robin, and only with it", async () => {
    for (const [variant, connected] of [
      ["round-robin", 0],
      ["ip-hash", 2],
      ["cookie", 2],
      ["websocket", 2],
    ] as const) {
      const document = JSON.parse(await ok(["run", "polling-handshake", "--variant", variant, "--json"])) as {
        connections: { everConnected: number; responses: Record<string, number> };
      };
      expect(document.connections.everConnected).toBe(connected);
      expect(document.connections.responses["400"] ?? 0)[connected === 0 ? "toBeGreaterThan" : "toBe"](0);
    }
  });

  test("--set, --seed, --until and --max-events do what they say", async () => {
    const document = async (...options: string[]) =>
      JSON.parse(await ok(["run", LESSON, "--json", ...options])) as Record<string, unknown>;
    expect(await document("--set", "servers.count=1")).toMatchObject({
      copies: { delivered: 3 },
      settings: { "servers.count": 1 },
    });
    expect(await document("--variant", "no-backplane", "--set", "backplane.kind=redis")).toMatchObject({
      copies: { delivered: 3 },
    });
    expect(
      await document(
        "--set",
        'network.client.latencyMs={"distribution":"uniform","minMs":1,"maxMs":2}',
        "--seed",
        "9",
      ),
    ).toMatchObject({ seed: 9 });
    expect(await document("--until", "600ms")).toMatchObject({ messages: 1, endMs: 600 });
    expect(await document("--max-events", "5")).toMatchObject({ events: 5, endedBy: "events" });
    expect(await document("--set", "servers.count=1", "--set", "servers.count=2")).toMatchObject({
      settings: { "servers.count": 2 },
    });
  });

  test("a file, a lesson's folder, standard input: the same run", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fanout-"));
    const text = readFileSync(new URL(`../../simulations/${LESSON}/scenario.json`, import.meta.url), "utf8");
    writeFileSync(join(folder, "scenario.json"), `\ufeff${text}`);
    const lesson = await ok(["run", LESSON]);
    expect(await ok(["run", join(folder, "scenario.json")])).toBe(lesson);
    expect(await ok(["run", folder])).toBe(lesson);
    expect(await ok(["run", "-"], text)).toBe(lesson);
  });

  test("a file that is too large is refused before it is read", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "fanout-")), "large.json");
    writeFileSync(file, " ".repeat(3 * 1024 * 1024));
    expect(await fanout(["run", file])).toEqual({
      exit: 2,
      out: "",
      err: `error: ${file} is too large: found 3 MiB; allowed: at most 1 MiB. Describe clients in groups, not one by one\n`,
    });
  });

  test("nothing that a terminal would obey comes through", async () => {
    const out = await ok(["run", "-"], small({ title: "\u202egnp.exe\u2066" }));
    expect(out).toContain("\\u202egnp.exe\\u2066");
  });

  test("of a message whose copies all fare differently, fifty fates are listed", async () => {
    const clients = [{ name: "c", count: 200, startConnected: true, transport: "websocket" }];
    const latencyMs = { distribution: "uniform", minMs: 5, maxMs: 500 };
    const out = await ok(
      ["run", "-"],
      small({
        clients,
        servers: { count: 1 },
        network: { client: { latencyMs } },
        workload: [{ from: "c-1", to: "others", atMs: 100 }],
      }),
    );
    expect(out.match(/delivered after/g)).toHaveLength(50);
    expect(out).toMatch(/; and \d+ more fates\n/);
  });

  test("large runs list no messages, and no more than 30 settings", async () => {
    const clients = Array.from({ length: 40 }, (_, i) => ({ name: `c${i}`, startMs: i + 1 }));
    const out = await ok(["run", "-"], small({ clients, workload: [{ from: "c0", everyMs: 100 }] }));
    expect(out).toContain("… and 10 more");
    expect(out).not.toContain("→");
  });
});

describe("resolved settings", () => {
  const scenario = () => {
    const result = parseScenario(JSON.stringify(everything));
    if (!result.ok) throw new Error();
    return result.scenario;
  };

  test("can be given back with --set: applied to the bare scenario, they make the same one", () => {
    const full = scenario();
    const bare = parseScenario(
      JSON.stringify({
        ...everything,
        durationMs: undefined,
        clients: everything.clients.map(({ name, count }) => ({ name, count })),
        balancer: {},
        backplane: {},
        network: {},
        servers: { count: 3 },
      }),
    );
    if (!bare.ok) throw new Error(bare.errors[0]!.message);
    const again = withSettings(bare.scenario, Object.fromEntries(resolvedSettings(full)));
    expect(again).toEqual({ ok: true, scenario: full });
  });
});

describe("fanout trace", () => {
  test("jsonl: names instead of numbers, one object a line", async () => {
    const out = await ok(["trace", LESSON, "--variant", "no-backplane", "--format", "jsonl"]);
    const records = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.filter(({ record }) => record === "message" || record === "lost").slice(0, 2)).toEqual([
      { timeMs: 500, record: "message", message: 0, from: "A", audience: "others", copies: 1 },
      {
        timeMs: 520.5,
        record: "lost",
        copy: expect.any(Number) as number,
        message: 0,
        to: "B",
        at: "server-1",
        cause: "no-backplane",
      },
    ]);
    expect(records).toContainEqual({
      timeMs: 500,
      record: "frame",
      frame: "message",
      from: "A",
      to: "balancer",
      message: 0,
      flightMs: 20,
    });
  });

  test("mermaid: the message's way", async () => {
    const out = await ok([
      "trace",
      LESSON,
      "--variant",
      "no-backplane",
      "--until",
      "600ms",
      "--format",
      "mermaid",
    ]);
    expect(out.split("\n").slice(0, 7)).toEqual([
      "sequenceDiagram",
      "  %% A message to the other server: broadcast-across-servers, variant no-backplane, seed 1",
      "  participant n0 as A",
      "  participant n1 as B",
      "  participant n2 as balancer",
      "  participant n3 as server-1",
      "  participant n4 as server-2",
    ]);
    expect(out).toContain(
      "  n0->>n2: 500 ms message 1\n  n2->>n3: 520 ms message 1\n  Note over n3: 520.5 ms message 1 for B lost: no local socket, no backplane\n",
    );
  });

  test("all formats tell how connections ended, and of what losses that is the root", async () => {
    const file = join(import.meta.dirname, "../reports/min-g-delivery-holds-91-percent-lost.json");
    const trace = (format: string) => ok(["trace", file, "--until", "11s", "--format", format]);
    const lines = (await trace("jsonl"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ record }) => ["ended", "rooted", "lost"].includes(record))).toEqual([
      {
        timeMs: 10_021,
        record: "ended",
        end: 0,
        whose: "B",
        reason: "idle-closed",
        at: "balancer",
        session: 0,
      },
      { timeMs: 10_520.5, record: "rooted", copy: 0, since: 0 },
      {
        timeMs: 10_520.5,
        record: "lost",
        copy: 0,
        message: 0,
        to: "B",
        at: "server-1",
        cause: "recipient-away",
      },
    ]);
    const diagram = await trace("mermaid");
    expect(diagram).toContain("10021 ms closes B: idle\n");
    expect(diagram).toContain(
      "lost: recipient away, since the balancer had closed B's connection after 10 s",
    );
    const { traceEvents } = JSON.parse(await trace("perfetto")) as { traceEvents: Record<string, unknown>[] };
    expect(traceEvents).toContainEqual(
      expect.objectContaining({
        name: "B's connection ends: idle timeout",
        args: { end: 0, reason: "idle-closed" },
      }),
    );
    expect(traceEvents).toContainEqual(
      expect.objectContaining({ args: { copy: 0, for: "B", cause: "recipient-away", since: 0 } }),
    );
  });

  test("balancers in a row are called by their names, and faults told with all that they are", async () => {
    const scenario = small({
      clients: [{ name: "A", transport: "websocket" }],
      proxies: [{ name: "edge", idleTimeoutMs: 1000 }],
      workload: [],
      faults: [
        { atMs: 100, act: "slow", target: "A/edge", latencyMs: 30 },
        { atMs: 200, act: "lose", target: "edge/balancer", loss: 0 },
        { act: "delay", target: "A/edge", direction: "up", packet: 1, byMs: 5 },
      ],
      rules: [],
      durationMs: 2000,
    });
    const trace = (format: string) => ok(["trace", "-", "--format", format], scenario);
    const records = (await trace("jsonl"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.filter(({ record }) => record === "fault").map(({ timeMs, ...fault }) => fault)).toEqual([
      { record: "fault", fault: 2, act: "delay", target: "A/edge", direction: "up", packet: 1, byMs: 5 },
      { record: "fault", fault: 0, act: "slow", target: "A/edge", latencyMs: 30 },
      { record: "fault", fault: 1, act: "lose", target: "edge/balancer", loss: 0 },
    ]);
    const diagram = await trace("mermaid");
    expect(diagram).toContain("participant n1 as edge\n  participant n2 as balancer\n");
    expect(diagram).toMatch(/Note over n1: [\d.]+ ms closes A: idle\n/);
    expect(diagram).toContain("delay A/edge, direction up, packet 1, byMs 5\n");
    const { traceEvents } = JSON.parse(await trace("perfetto")) as { traceEvents: Record<string, unknown>[] };
    const names = traceEvents.map(({ name, args }) => [name, (args as { name?: string } | undefined)?.name]);
    expect(names).toContainEqual(["process_name", "balancers"]);
    expect(names).toContainEqual(["thread_name", "edge"]);
    expect(names).toContainEqual(["slow A/edge, latencyMs 30", undefined]);
    const report = await ok(["run", "-"], scenario);
    expect(report).toContain("ended at edge: idle timeout");
    expect(report).not.toMatch(/the balancer/i);
  });

  test("mermaid: long runs are cut, and say so", async () => {
    const out = await ok(["trace", "polling-handshake", "--variant", "round-robin", "--format", "mermaid"]);
    const lines = out.trimEnd().split("\n");
    expect(lines.at(-1)).toMatch(/^ {2}Note over n\d+: cut here: [\d,]+ of [\d,]+ records are left out$/);
    expect(lines.filter((line) => /^ {2}(n\d|Note)/.test(line))).toHaveLength(MERMAID_RECORDS_MAX + 1);
  });

  test("mermaid: what it would read as its own is escaped", () => {
    expect(escapeText("a;b#c<d>\nend")).toBe("a#59;b#35;c#60;d#62; #101;nd");
    expect(escapeText("No end. The-end, ending")).toBe("No #101;nd. The-#101;nd, ending");
  });

  test("-o writes a file, and replaces what was there", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "fanout-")), "trace.json");
    writeFileSync(file, "x".repeat(1_000_000));
    expect(await ok(["trace", LESSON, "--format", "perfetto", "-o", file])).toBe("");
    expect(readFileSync(file, "utf8")).toBe(await ok(["trace", LESSON, "--format", "perfetto"]));
  });

  test("-o leaves a file alone when the scenario is wrong", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "fanout-")), "trace.json");
    writeFileSync(file, "precious");
    expect(await fanout(["trace", LESSON, "--variant", "x", "--format", "jsonl", "-o", file])).toMatchObject({
      exit: 2,
    });
    expect(readFileSync(file, "utf8")).toBe("precious");
  });

  test("all formats, over generated runs: every line is JSON, slices on a thread do not overlap, every begin has its end", () => {
    check(
      scenarios,
      (scenario) => {
        const run = simulate(scenario, { maxEvents: 1500 });
        let lines = 0;
        for (const line of jsonLines(run)) {
          expect(line).not.toMatch(/undefined/);
          JSON.parse(line);
          lines++;
        }
        expect(lines).toBe(run.trace.length);
        for (const line of mermaid(run)) expect(line).not.toMatch(/undefined|null/);
        checkPerfetto([...perfetto(run)].join(""));
      },
      { runs: 40 },
    );
  });
});

interface TraceEvent {
  readonly ph: string;
  readonly id?: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
}

function checkPerfetto(text: string): void {
  const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] };
  const open = new Map<string, number>();
  const busyUntil = new Map<string, number>();
  for (const { ph, id, ts, dur = 0, pid, tid, name } of traceEvents) {
    expect(name).not.toMatch(/undefined/);
    if (ph === "b") open.set(id!, (open.get(id!) ?? 0) + 1);
    if (ph === "e") open.set(id!, (open.get(id!) ?? 0) - 1);
    if (ph !== "X") continue;
    const thread = `${pid}/${tid}`;
    expect(ts).toBeGreaterThanOrEqual(busyUntil.get(thread) ?? 0);
    busyUntil.set(thread, ts + dur);
  }
  for (const depth of open.values()) expect(depth).toBe(0);
}

describe("terminals", () => {
  test("colour only repeats what the words say", async () => {
    const plain = await ok(["run", LESSON, "--variant", "redis"]);
    const { out } = await fanout(["run", LESSON, "--variant", "redis"], "", { color: true });
    expect(out).toContain("\u001b[1mA message to the other server\u001b[22m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken away
    expect(out.replace(/\u001b\[\d+m/g, "")).toBe(plain);
  });

  test("after a second, progress is shown, and taken away; Ctrl-C ends the run", async () => {
    const long = small({
      durationMs: 86_400_000,
      clients: [{ name: "A", count: 2, startConnected: true }],
      workload: [{ from: "A", everyMs: 10 }],
    });
    const { exit, out, err } = await interrupted(["run", "-"], long, /% of simulated time/);
    expect(exit).toBe(130);
    expect(err).toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the beginning of the line is cleared
      /^\r\u001b\[K\d+ % of simulated time \([\d.]+ s\), [\d,]+ events; Ctrl-C ends the run/,
    );
    expect(err.endsWith("\r\u001b[K")).toBe(true);
    expect(out).toContain("interrupted: all of this is what was known until then");
  });
});

describe("help", () => {
  test.each(["list", "run", "trace", "schema"])("fanout %s --help has examples", async (command) => {
    const out = await ok([command, "--help"]);
    expect(out).toContain("Examples:\n  $ fanout ");
    expect(await ok(["help", command])).toBe(out);
  });

  test("the version", async () => {
    expect(await ok(["--version"])).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("the schema is what stands in the repository", async () => {
    expect(await ok(["schema"])).toBe(
      readFileSync(new URL("../../simulations/scenario.schema.json", import.meta.url), "utf8"),
    );
  });
});

describe("reproduce", () => {
  test("prints what was published beside what comes out, and where it was published", async () => {
    const { exit, out, err } = await fanout(["reproduce", "cluster-slots"]);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(out).toMatch(/^✓ cluster-slots {2}/);
    expect(out).toContain("centrifugal.dev");
    expect(out).toMatch(/6 nodes: tags at node 1 +27 +27\n/);
    expect(out).toMatch(/1 of 1 published result reproduced\.\n$/);
  });

  test("as JSON, each number with how far it may be off", async () => {
    const { exit, out } = await fanout(["reproduce", "promises", "--json"]);
    expect(exit).toBe(0);
    const [{ name, figures }] = JSON.parse(out);
    expect(name).toBe("promises");
    expect(figures[0]).toMatchObject({ published: 5.26, tolerance: 0.001, isWithin: true });
  });
});
