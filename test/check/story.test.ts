/**
 * Stories tell what decided it, when it happened, of everybody who takes part, and with what the scenario's design
 * has to do with it.
 */
import { describe, expect, it } from "vitest";
import { ruleNamed } from "../../src/check/claims.ts";
import { runOf } from "../../src/check/counterexample.ts";
import { tell } from "../../src/check/story.ts";
import { type Happening, storyLines } from "../../src/check/story-lines.ts";
import { breachOf } from "../../src/check/trial.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import { small } from "../scenario/samples.ts";

/** The story of how a scenario breaks its one rule, as «20 ms: …». */
function storyOf(changes: Readonly<Record<string, unknown>>): string[] {
  const parsed = parseScenario(small({ workload: [], ...changes }));
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  const { scenario } = parsed;
  const rule = ruleNamed(scenario, scenario.rules[0]!)!;
  const violation = breachOf(scenario, rule);
  if (violation === null) throw new Error(`${rule.name} is not broken`);
  return tell(runOf(scenario), rule, violation).map(({ timeUs, text }) => `${timeUs / 1000} ms: ${text}`);
}

/** A rule of the scenario's own, that counts something. */
function counting(of: Readonly<Record<string, unknown>>, atMost: number, per = "run") {
  const mine = { type: "count", statement: "S.", of, per, atMost };
  return { rules: ["mine"], ownRules: { mine } };
}

const A = { name: "A", transport: "websocket" } as const;
const B = { name: "B", transport: "websocket" } as const;
const BROKEN = "So this is broken: «S.»";

describe("what decided it", () => {
  const crash = (atMs: number, server: number) => ({ atMs, act: "crash", target: `server-${server}` });

  it("stands at its own time, also if the like had happened before", () => {
    const story = storyOf({
      durationMs: 60_000,
      clients: [A],
      faults: [crash(10_000, 1), crash(20_000, 2)],
      ...counting({ event: "disconnected" }, 1, "client"),
    });
    const ends = story.filter((line) => line.includes("no connection any more"));
    expect(ends).toEqual([
      "10020.5 ms: A has no connection any more: server-1 had crashed, and A's session with it. It will try again.",
      "20020.5 ms: A has no connection any more: server-2 had crashed, and A's session with it. It will try again.",
    ]);
    expect(story.at(-1)).toBe(`20020.5 ms: ${BROKEN}`);
    // And it hops from server to server.
    expect(story.filter((line) => line.includes("A is connected"))).toEqual([
      "82 ms: A is connected, over WebSocket, to server-1.",
      expect.stringMatching(/ms: A is connected, over WebSocket, to server-2\.$/),
    ]);
  });

  it("stands at its own time after many of the like, which are put together", () => {
    const faults = Array.from({ length: 6 }, (_, i) => crash(5000 * (i + 1), 1));
    const story = storyOf({
      durationMs: 60_000,
      clients: [A],
      servers: { count: 1 },
      faults: faults.flatMap((fault) => [fault, { ...fault, atMs: fault.atMs + 100, act: "restart" }]),
      ...counting({ event: "disconnected" }, 5, "client"),
    });
    const ends = story.filter((line) => line.includes("no connection any more"));
    expect(ends).toHaveLength(3);
    expect(ends[0]).toMatch(
      /^5020\.5 ms: A has no connection any more: server-1 had crashed, and A's session with it\. It will try again\.$/,
    );
    expect(ends[1]).toMatch(/^25020\.5 ms: .* \(4 times in all\)$/);
    expect(ends[2]).toMatch(
      /^30020\.5 ms: A has no connection any more: server-1 had crashed, and A's session with it\. It will try again\.$/,
    );
    expect(story.length).toBeLessThanOrEqual(10);
  });

  it("is what came last before it, where the like came before: the second idle close, not the first", () => {
    const story = storyOf({
      durationMs: 10_000,
      clients: [{ ...A, transport: "polling-first" }],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 1000 },
      ...counting({ event: "disconnected" }, 2, "client"),
    });
    const closes = story.filter((line) => line.includes("no byte crossed it for 1 s"));
    const ends = story.filter((line) => line.includes("no connection any more"));
    expect(closes).toHaveLength(3);
    expect(Number.parseFloat(ends.at(-1)!) - Number.parseFloat(closes.at(-1)!)).toBe(20);
  });
});

describe("everybody who takes part", () => {
  const crowd = { name: "user", count: 20, transport: "websocket", startGapMs: 1 } as const;

  it("is named: of many the first few, and how many more", () => {
    const story = storyOf({
      clients: [crowd, { ...A, startMs: 100 }],
      servers: { count: 2 },
      workload: [{ from: "A", to: "others", atMs: 1000 }],
      ...counting({ event: "lost" }, 9),
    });
    expect(story).toContain("1000 ms: A sends a message to user-1, user-2, user-3 and 17 more.");
    expect(story).toContain(
      "1020.5 ms: The copies for user-2, user-4, user-6 and 7 more die at server-1. The recipient was connected to another server, and no backplane joins the servers.",
    );
  });

  it("is introduced, one by one, or by server, or all at once", () => {
    const introductions = (servers: number, atMost: number) =>
      storyOf({
        clients: [{ ...A }, { ...crowd, startMs: 10 }],
        servers: { count: servers },
        workload: [{ from: "A", to: "others", atMs: 1000 }],
        ...counting({ event: "lost" }, atMost),
      })
        .filter((line) => line.includes(" connected, "))
        .map((line) => line.replace(/^.*ms: /, ""));
    expect(introductions(2, 1)).toEqual([
      "A is connected, over WebSocket, to server-1.",
      "user-1 is connected, over WebSocket, to server-2, while A is on server-1.",
      "user-3 is connected, over WebSocket, to server-2, while A is on server-1.",
    ]);
    expect(introductions(3, 7)).toEqual([
      "A is connected, over WebSocket, to server-1.",
      "user-1, user-4, user-7 and user-10 are connected, over WebSocket, to server-2.",
      "user-2, user-5, user-8 and user-11 are connected, over WebSocket, to server-3.",
    ]);
    expect(introductions(8, 9)).toEqual(["A, user-1, user-2 and 8 more are connected, to 8 servers."]);
  });

  it("stays in a story of all, whatever else there is to tell", () => {
    const story = storyOf({
      durationMs: 60_000,
      clients: [crowd],
      faults: Array.from({ length: 30 }, (_, i) => ({
        atMs: 100 + i,
        act: i % 2 === 0 ? "crash" : "restart",
        target: "server-2",
      })),
      ...counting({ event: "delivered" }, 0),
      workload: [{ from: "user-1", to: "user-2", atMs: 10_000 }],
      backplane: { kind: "redis" },
    });
    expect(story.length).toBeLessThanOrEqual(10);
    expect(story.filter((line) => line.includes("is connected, "))).toHaveLength(2);
    expect(story).toContain("10000 ms: user-1 sends a message to user-2.");
    expect(story.at(-2)).toMatch(/user-2 gets the message\.$/);
  });
});

describe("a request that opens a connection", () => {
  it("creates the session at the server that takes it, and at none that is dead", () => {
    const story = storyOf({
      durationMs: 10_000,
      clients: [{ ...A, startMs: 100 }],
      servers: { count: 2 },
      balancer: { kind: "haproxy", retries: 1, redispatch: true },
      faults: [{ atMs: 0, act: "crash", target: "server-1" }],
      ...counting({ event: "connected" }, 0),
    });
    const sent = story.filter((line) => line.includes("sends A's"));
    expect(sent.map((line) => line.replace(/^.*A's /, ""))).toEqual([
      "GET websocket handshake to server-1.",
      "GET websocket handshake to server-2, which creates the session.",
    ]);
  });
});

describe("what the design has to do with it", () => {
  it("the transport, as written", () => {
    const opens = (transport: string) =>
      storyOf({ clients: [{ name: "A", transport }], ...counting({ event: "connected" }, 0) })[0];
    expect(opens("websocket")).toBe("0 ms: A opens a WebSocket: its GET upgrade leaves for the balancer.");
    const one = { servers: { count: 1 } };
    const polls = (transport: string) =>
      storyOf({ ...one, clients: [{ name: "A", transport }], ...counting({ event: "connected" }, 0) })[0];
    expect(polls("polling")).toBe(
      "0 ms: A opens a connection over long polling: its GET handshake leaves for the balancer.",
    );
    expect(polls("polling-first")).toBe(
      "0 ms: A opens a connection, with long polling first: its GET handshake leaves for the balancer.",
    );
  });

  it("the policy, and why it did not bind", () => {
    const story = storyOf({
      clients: [{ name: "A", cookies: false }],
      balancer: { policy: "sticky-cookie" },
      rules: ["affinity"],
    });
    expect(story).toContain(
      "61 ms: A returns no cookie, so the balancer (sticky-cookie) takes the next in turn: A's POST polling goes to server-2, but the session is on server-1.",
    );
    expect(storyOf({ clients: [{ name: "A" }], rules: ["affinity"] })).toContain(
      "61 ms: The balancer (round-robin) sends A's POST polling to server-2, but the session is on server-1.",
    );
  });

  it("a long poll that is held for longer than the balancer waits: with no other server it ends with 504", () => {
    const story = storyOf({
      durationMs: 30_000,
      clients: [{ name: "A", transport: "polling" }],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 20_000 },
      ...counting({ event: "response", status: 504 }, 0),
    });
    expect(story.slice(-2)).toEqual([
      "20102 ms: The balancer has waited 20 s for an answer to A's long poll and gives up: 504.",
      `20102 ms: ${BROKEN}`,
    ]);
  });

  it("with another server, that one is tried, and knows nothing", () => {
    const story = storyOf({
      durationMs: 30_000,
      clients: [{ name: "A", transport: "polling" }],
      balancer: { idleTimeoutMs: 20_000, policy: "ip-hash" },
      ...counting({ event: "disconnected" }, 0),
    });
    expect(story).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /The balancer has waited 20 s for server-\d to answer A's long poll, and gives it up\.$/,
        ),
        expect.stringMatching(
          /server-(\d) did not answer: the balancer \(ip-hash\) sends A's GET polling to server-\d, but the session is on server-\1\.$/,
        ),
        expect.stringMatching(/server-\d refuses A: 400, «Session ID unknown»\./),
      ]),
    );
  });

  it("the backplane, by its name", () => {
    const story = storyOf({
      durationMs: 5000,
      clients: [A, B],
      backplane: { kind: "redis" },
      workload: [{ from: "A", to: "B", atMs: 1000 }],
      faults: [
        { atMs: 900, act: "freeze", target: "backplane" },
        { atMs: 2000, act: "crash", target: "backplane" },
      ],
      ...counting({ event: "lost" }, 0),
    });
    expect(story).toEqual(
      expect.arrayContaining([
        "900 ms: Redis freezes: it answers nothing, and breaks no connection.",
        "1020.5 ms: server-1 hands it to its own clients, and publishes it to Redis for the others.",
        "2000 ms: Redis is killed: what it had in memory is gone, and so are its connections.",
        "2000 ms: B's copy dies at Redis. The publish reached a backplane that was down.",
      ]),
    );
  });

  it("a server that hands out only what the backplane brings: it publishes, and nothing else", () => {
    const story = storyOf({
      durationMs: 5000,
      clients: [A, B],
      backplane: { kind: "plain" },
      workload: [{ from: "A", to: "B", atMs: 1000 }],
      faults: [
        { atMs: 900, act: "freeze", target: "backplane" },
        { atMs: 2000, act: "crash", target: "backplane" },
      ],
      ...counting({ event: "lost" }, 0),
    });
    expect(story).toContain("1020.5 ms: server-1 publishes it to Redis.");
  });

  it("who is not there: an attempt that fails is no connection that ends", () => {
    const story = storyOf({
      durationMs: 5000,
      clients: [A, { ...B, startMs: 100 }],
      servers: { count: 1 },
      faults: [{ atMs: 90, act: "crash", target: "server-1" }],
      ...counting({ event: "disconnected" }, 1),
    });
    expect(story).toContain(
      "110.5 ms: A has no connection any more: server-1 had crashed, and A's session with it. It will try again.",
    );
    expect(story).toContain("121 ms: The balancer gets no answer to B's GET websocket handshake: 502.");
    expect(story).toContain(
      "141 ms: B's attempt to connect fails: the balancer found no server that took B's request. It will try again.",
    );
  });
});

describe("lines", () => {
  const happening = (row: number, weight: number, kind = `kind ${row}`): Happening => ({
    timeUs: row,
    row,
    kind,
    what: kind,
    clients: [0],
    weight,
    text: () => `${kind} at ${row}`,
  });
  const told = (happenings: readonly Happening[], breachRow = -1) =>
    storyLines(happenings, breachRow, () => "crowd").map(({ text }) => text);

  it("are nine at most: the lightest go, of details the later, of what matters the earlier", () => {
    const details = Array.from({ length: 6 }, (_, i) => happening(i, 2));
    const weighty = Array.from({ length: 6 }, (_, i) => happening(6 + i, 8));
    expect(told([...details, ...weighty])).toEqual(
      [0, 1, 2, 6, 7, 8, 9, 10, 11].map((row) => `kind ${row} at ${row}`),
    );
    const more = Array.from({ length: 12 }, (_, i) => happening(12 + i, 8));
    expect(told([...details, ...weighty, ...more])).toEqual(
      [15, 16, 17, 18, 19, 20, 21, 22, 23].map((row) => `kind ${row} at ${row}`),
    );
  });

  it("never lose what the rule counted, however light it is", () => {
    const weighty = Array.from({ length: 12 }, (_, i) => happening(1 + i, 8));
    const lines = told([happening(0, 0, "counted"), ...weighty, happening(13, 0, "counted")], 13);
    expect(lines).toHaveLength(9);
    expect([lines[0], lines.at(-1)]).toEqual(["counted at 0", "counted at 13"]);
  });
});

describe("what strikes, and what mends", () => {
  /** What the story says of one fault, and of what takes it back, a second later each. */
  const told = (act: string, target: string, back: string, more: object = {}) => {
    const faults = [
      { atMs: 1000, act, target, ...more },
      ...(back === "" ? [] : [{ atMs: 2000, act: back, target }]),
      { atMs: 50_000, act: "crash", target: "server-1" },
      { atMs: 51_000, act: "crash", target: "server-2" },
    ];
    const story = storyOf({
      durationMs: 60_000,
      clients: [A],
      faults,
      ...counting({ event: "disconnected" }, 0, "client"),
    });
    return story.filter((line) => /^[12]000 ms: /.test(line)).map((line) => line.slice("1000 ms: ".length));
  };

  it.each([
    [
      ["freeze", "server-1", "resume"],
      ["server-1 freezes: it answers nothing, and breaks no connection.", "server-1 goes on where it froze."],
    ],
    [
      ["throttle", "A", "resume"],
      ["A is put into the background: its timers fire late.", "A goes on as usual."],
    ],
    [
      ["cut", "A/balancer", "heal"],
      [
        "The link A/balancer is cut: every packet on it is dropped, and neither end is told.",
        "The link A/balancer works again.",
      ],
    ],
    [
      ["mute", "A/balancer", "heal"],
      [
        "The connections on the link A/balancer go mute: new ones work, and nobody is told.",
        "The link A/balancer works again.",
      ],
    ],
    [
      ["slow", "A/balancer", "heal", { latencyMs: 100 }],
      ["The link A/balancer becomes slower.", "The link A/balancer works again."],
    ],
    [
      ["lose", "A/balancer", "heal", { loss: 0.5 }],
      [
        "The link A/balancer begins to lose packets; TCP sends them again.",
        "The link A/balancer works again.",
      ],
    ],
    [
      ["reload", "balancer", ""],
      [
        "The balancer is reloaded: a new process takes what comes, the old one keeps what it has for a while.",
      ],
    ],
    [
      ["stop", "server-1", ""],
      ["server-1 is told to stop.", "server-1 exits."],
    ],
    [["disconnect", "server-1", ""], ["server-1 disconnects its clients."]],
    [
      ["crash", "A", ""],
      [
        "The page of A is closed, and its connections with it.",
        "A has no connection any more: A had closed its page. It will try again.",
        BROKEN,
      ],
    ],
  ] as const)("is told: %j", ([act, target, back, more], lines) => {
    expect(told(act, target, back, more)).toEqual(lines);
  });

  it("is noticed by health checks, which say so each time", () => {
    const story = storyOf({
      durationMs: 30_000,
      clients: [A],
      servers: { count: 2 },
      balancer: { kind: "haproxy", checkIntervalMs: 1000 },
      faults: [
        { atMs: 5000, act: "crash", target: "server-1" },
        { atMs: 9000, act: "restart", target: "server-1" },
        { atMs: 15_000, act: "crash", target: "server-2" },
      ],
      ...counting({ event: "disconnected" }, 1, "client"),
    });
    expect(story).toEqual(
      expect.arrayContaining([
        "5000 ms: server-1 is killed: what it had in memory is gone, and so are its connections.",
        "7001 ms: The balancer marks server-1 down: its health checks fail.",
        "9000 ms: server-1 starts again, with an empty memory.",
        "10001 ms: The balancer marks server-1 up: its health checks succeed.",
      ]),
    );
  });
});
