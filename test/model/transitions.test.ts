/**
 * Model-based tests: every transition that XState's graph tools find in one of the model's machines is taken by a world that a scenario
 * builds, or stands below with the reason why no world can take it. What generated scenarios take often is left to them; for what they
 * take seldom or never, there is an occasion here, with a line on how it comes about.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { MODEL } from "../../src/model/machines.ts";
import { Run } from "../../src/run/run.ts";
import { runLab } from "../support/ground-truth.ts";
import { scenarios } from "../support/scenarios.ts";
import { reachable, taken } from "../support/transitions.ts";

/**
 * What the graph reaches, since it lets guards answer anything, and no world does. If one of these is taken, or is no transition any
 * more, a test says so.
 */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  "connection: open.websocket, CLOSE → closed":
    "A server says close only in the answer to a held GET, and a client that has completed its upgrade has no request open.",
  "connection: open.polling.steady, REFUSED [isSocket] → open.polling.steady":
    "In steady there is no WebSocket: none was opened yet, or forgetProbe has forgotten it on the way here.",
  "connection: open.polling.steady, SOCKET_CLOSED [isSocket] → closed":
    "In steady there is no WebSocket: none was opened yet, or forgetProbe has forgotten it on the way here.",
  "session: open.polling.steady, SOCKET_CLOSED [isSocket] → closed":
    "In steady there is no WebSocket: none was accepted yet, or forgetProbe or refuseProbe has forgotten it on the way here.",
  "session: open.websocket, CLOSE → closed":
    "A client posts its close while it is polling, and then it never sends the upgrade packet that leads here.",
  "session: open.websocket, SOCKET_CLOSED [isHeldPoll] → closed":
    "A client upgrades when its GET was answered, after which the balancer sends no close for that GET, and one sent before finds it answered.",
  "session: open.polling.probing.waiting, UPGRADE → open.websocket":
    "A client sends the upgrade packet after its probe, on the same connection, and the probe leads out of waiting.",
  "session: open.polling.probing.releasing, PROBE → open.polling.probing.releasing":
    "A client opens one WebSocket on trial for a session, and sends one probe on it, when it is told of the switch.",
};

type Lab = Parameters<typeof runLab>[0];
type Faults = NonNullable<Lab["faults"]>;

interface Occasion {
  readonly what: string;
  readonly lab: Lab;
  readonly takes: readonly string[];
}

const latencies = (client: number, server: number, backplane = 1): NonNullable<Lab["network"]> => ({
  client: { latencyMs: client },
  server: { latencyMs: server },
  backplane: { latencyMs: backplane },
});

const cut = (fromMs: number, toMs: number, target: string): Faults => [
  { atMs: fromMs, act: "cut", target },
  { atMs: toMs, act: "heal", target },
];

/** So many clients, one after the other, that each phase of the handshake is somebody's when the fault strikes. */
const crowd = { name: "c", count: 200, startGapMs: 2 };
const jitter = { latencyMs: { distribution: "uniform" as const, minMs: 5, maxMs: 40 } };

const OCCASIONS: readonly Occasion[] = [
  {
    what: "clients give up connecting, after 20 s behind a cut link",
    lab: {
      durationMs: 25_000,
      clients: [
        { name: "p", transport: "polling" },
        { name: "w", transport: "websocket" },
      ],
      faults: [...cut(0, 25_000, "p/balancer"), ...cut(0, 25_000, "w/balancer")],
    },
    takes: [
      "client: online.connecting.engine, after connectTimeout → online.waiting",
      // The connection that is given up says so, which is no news.
      "client: online.waiting, ENGINE_CLOSED → online.waiting",
      "connection: opening.polling, ABORT → closed",
      "connection: opening.websocket, ABORT → closed",
    ],
  },
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
    takes: ["exchange: waiting, ANSWER [isStale] → waiting", "exchange: waiting, SWITCH [isStale] → waiting"],
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
    takes: ["exchange: waiting, REFUSED [isStale] → waiting"],
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
    takes: ["exchange: waiting, SERVER_CLOSED [isStale] → waiting"],
  },
  {
    what: "a server dies while clients are in all phases of the handshake",
    lab: {
      durationMs: 1000,
      network: latencies(20, 1),
      clients: [crowd],
      servers: { count: 1 },
      faults: [
        { atMs: 300, act: "crash", target: "server-1" },
        { atMs: 600, act: "restart", target: "server-1" },
      ],
    },
    takes: [
      "exchange: waiting, SERVER_CLOSED → closed",
      "server: down, RESTART → up",
      "session: open.polling.probing.waiting, CRASH → closed",
      "session: open.polling.probing.releasing, CRASH → closed",
    ],
  },
  {
    what: "a server dies while it holds polls, and there is another",
    lab: {
      durationMs: 1000,
      clients: [{ ...crowd, transport: "polling" }],
      faults: [{ atMs: 300, act: "crash", target: "server-1" }],
    },
    takes: ["exchange: waiting, SERVER_CLOSED [mayTryNext] → waiting"],
  },
  {
    what: "the balancer dies while clients are in all phases of the handshake, and some learn first that their poll is gone",
    lab: {
      durationMs: 1000,
      network: { client: jitter, server: jitter },
      clients: [crowd],
      servers: { count: 1 },
      faults: [{ atMs: 300, act: "crash", target: "balancer" }],
    },
    takes: [
      "connection: open.polling.probing, SOCKET_CLOSED [isRequest] → closed",
      "connection: open.polling.pausing, SOCKET_CLOSED [isRequest] → closed",
      "session: open.polling.probing.waiting, SOCKET_CLOSED [isHeldPoll] → closed",
      "session: open.polling.probing.releasing, SOCKET_CLOSED [isHeldPoll] → closed",
    ],
  },
  {
    what: "heartbeats fail during the handshake, since clients that post all the time post their pongs late",
    lab: {
      durationMs: 2000,
      network: { client: jitter },
      clients: [crowd],
      servers: { count: 1, pingIntervalMs: 60, pingTimeoutMs: 60 },
      workload: [{ from: "c", to: "c-1", everyMs: 20 }],
    },
    takes: [
      "connection: open.polling.probing, CLOSE → closed",
      "connection: open.polling.pausing, CLOSE → closed",
      "connection: open.polling.pausing, WATCHDOG → closed",
      "session: open.polling.probing.waiting, PONG → open.polling.probing.waiting",
      "session: open.polling.probing.waiting, HEARTBEAT_FAILED → closed",
      "session: open.polling.probing.releasing, PONG → open.polling.probing.releasing",
      "session: open.polling.probing.releasing, HEARTBEAT_FAILED → closed",
    ],
  },
  {
    what: "a server accepts a WebSocket, or dies, and word of it comes after the next server's, which the balancer had gone on to",
    lab: {
      durationMs: 2000,
      network: {
        client: { latencyMs: 1 },
        server: { latencyMs: { distribution: "uniform", minMs: 1, maxMs: 140 } },
      },
      clients: [{ ...crowd, transport: "websocket" }],
      balancer: { idleTimeoutMs: 100, failTimeoutMs: 1 },
      servers: { count: 4 },
      faults: [100, 200, 300].map((atMs, i) => ({ atMs, act: "crash" as const, target: `server-${i + 1}` })),
    },
    takes: [
      "exchange: tunnel, DOWN [isStale] → tunnel",
      "exchange: tunnel, SERVER_CLOSED [isStale] → tunnel",
    ],
  },
  {
    what: "the backplane freezes and dies while servers that were restarted connect to it",
    lab: {
      durationMs: 4000,
      network: latencies(1, 1, 50),
      clients: [{ name: "c", count: 4, transport: "websocket", startConnected: true }],
      backplane: { kind: "redis" },
      workload: [{ from: "c", to: "others", everyMs: 20 }],
      faults: [
        { atMs: 500, act: "crash", target: "server-1" },
        // Connects at 650 ms, knows it at 700 ms, and subscribes at 750 ms.
        { atMs: 600, act: "restart", target: "server-1" },
        { atMs: 720, act: "freeze", target: "backplane" },
        { atMs: 900, act: "crash", target: "server-2" },
        { atMs: 1000, act: "restart", target: "server-2" },
        { atMs: 1500, act: "resume", target: "backplane" },
        { atMs: 2000, act: "freeze", target: "backplane" },
        { atMs: 2100, act: "crash", target: "server-2" },
        { atMs: 2200, act: "restart", target: "server-2" },
        { atMs: 2400, act: "crash", target: "backplane" },
        // Servers know it at 2450 ms and try again at once; the refusal comes at 2550 ms, after which server-2 waits for 50 ms.
        { atMs: 2475, act: "crash", target: "server-1" },
        { atMs: 2555, act: "crash", target: "server-2" },
        { atMs: 3000, act: "restart", target: "backplane" },
      ],
    },
    takes: [
      "server: down, PUSH → down",
      "redisClient: off, START → running.connecting",
      "redisClient: running.connecting, ACCEPTED → running.connected",
      "redisClient: running.connecting, SOCKET_CLOSED → running.retrying",
      "redisClient: running.connecting, STOP → off",
      "redisClient: running.retrying, STOP → off",
      "backplane: up, CONNECT → up",
      "backplane: up, SUBSCRIBE → up",
      "backplane: frozen, CONNECT → frozen",
      "backplane: frozen, SUBSCRIBE → frozen",
      "backplane: frozen, DISCONNECT → frozen",
      "backplane: frozen, CRASH → down",
      "backplane: frozen, RESUME → up",
      "backplane: down, PUBLISH → down",
      "backplane: down, RESTART → up",
    ],
  },
  {
    what: "links that lose in bursts are cut, some in a good time and some in a bad one",
    lab: {
      durationMs: 2000,
      network: { client: { loss: { good: 0, bad: 0.5, meanGoodMs: 100, meanBadMs: 100 } } },
      clients: [{ name: "c", count: 50, startConnected: true }],
      faults: Array.from({ length: 50 }, (_, i) => cut(500, 1000, `c-${i + 1}/balancer`)).flat(),
    },
    takes: [
      "link: healthy.good, CUT → cut",
      "link: healthy.bad, CUT → cut",
      "link: cut, HEAL → healthy.steady",
    ],
  },
];

const inAnyGraph = new Set(MODEL.flatMap((model) => [...reachable(model)]));

const missingFrom = (log: ReadonlySet<string>) =>
  [...inAnyGraph].filter((line) => !log.has(line) && IMPOSSIBLE[line] === undefined);

describe("what is seldom is taken when", () => {
  it.each(OCCASIONS.map((occasion) => [occasion.what, occasion] as const))("%s", (_, { lab, takes }) => {
    const log = taken(() => runLab(lab));
    expect(takes.filter((line) => !log.has(line))).toEqual([]);
  });
});

it("a Redis client that is still connecting when the backplane dies is refused: there is no connection that could be closed", () => {
  const log = taken(() =>
    runLab({
      durationMs: 1000,
      network: latencies(1, 1, 50),
      clients: [{ name: "c", transport: "websocket", startConnected: true }],
      backplane: { kind: "redis" },
      faults: [
        { atMs: 100, act: "crash", target: "server-1" },
        // Its connections reach the backplane at 250 ms.
        { atMs: 200, act: "restart", target: "server-1" },
        { atMs: 220, act: "crash", target: "backplane" },
      ],
    }),
  );
  expect(log).toContain("redisClient: running.connecting, REFUSED → running.retrying");
  expect(log).toContain("redisClient: running.connected, SOCKET_CLOSED → running.retrying");
  expect(log).not.toContain("redisClient: running.connecting, SOCKET_CLOSED → running.retrying");
});

describe("of all transitions that the machines' graphs reach", () => {
  let log: Set<string>;
  beforeAll(() => {
    log = taken(() => {
      for (const { lab } of OCCASIONS) runLab(lab);
      for (const scenario of fc.sample(scenarios, { numRuns: 1000, seed: 1 }))
        new Run(scenario, { maxEvents: 1500, trace: false }).finish();
    });
  });

  it("each is taken by some world", () => {
    expect(missingFrom(log)).toEqual([]);
    console.info(`${inAnyGraph.size} transitions, ${Object.keys(IMPOSSIBLE).length} of them impossible`);
  });

  it("those that are said to be impossible exist, and no world takes one", () => {
    for (const line of Object.keys(IMPOSSIBLE)) expect(inAnyGraph).toContain(line);
    for (const line of Object.keys(IMPOSSIBLE)) expect(log).not.toContain(line);
  });

  it("there is none that a world takes and the graph does not know", () => {
    expect([...log].filter((line) => !inAnyGraph.has(line))).toEqual([]);
  });

  it("those that one quiet world does not take are found missing", () => {
    const quiet = taken(() => runLab({ clients: [{ name: "c", transport: "websocket" }] }));
    const missing = missingFrom(quiet);
    // Another branch of an event that it does take; a fault; a timer; an eventless transition.
    expect(quiet).toContain("connection: closed, OPEN_ENGINE [startsWithWebSocket] → opening.websocket");
    expect(missing).toContain("connection: closed, OPEN_ENGINE → opening.polling");
    expect(missing).toContain("server: up, CRASH → down");
    expect(missing).toContain("exchange: tunnel, after idleTimeout [wasActive] → tunnel");
    expect(missing).toContain("link: healthy.steady, always [losesInBursts] → healthy.good");
    expect(missing).not.toContain("exchange: waiting, SWITCH → tunnel");
  });
});
