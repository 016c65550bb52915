/**
 * Every pair of a cause and its root that ROOTS lists comes about: here is a scenario for each, and generated ones
 * bring no other. Whose connection it was, where it ended and when is held for each.
 */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES, Cause, type CauseIndex } from "../../src/model/trace/causes.ts";
import { END_REASONS, EndReason, type EndReasonIndex } from "../../src/model/trace/end-reasons.ts";
import { ROOTS } from "../../src/model/trace/roots.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";

type Lab = Partial<ScenarioInput>;
type Fault = NonNullable<Lab["faults"]>[number];
type Client = NonNullable<Lab["clients"]>[number];

/** A pair of a cause and its root, and how it comes about. */
interface Occasion {
  readonly cause: CauseIndex;
  readonly root: EndReasonIndex | null;
  readonly what: string;
  readonly lab: Lab;
}

const cut = (atMs: number, target: string): Fault => ({ atMs, act: "cut", target });
const crash = (atMs: number, target: string): Fault => ({ atMs, act: "crash", target });
const reload = (atMs: number) => ({ atMs, act: "reload" as const, target: "balancer" });
const restart = (atMs: number, target: string): Fault => ({ atMs, act: "restart", target });

/** A client that comes back after exactly this long. */
const socket = (name: string, more: Partial<Client> = {}): Client => ({
  name,
  transport: "websocket",
  randomizationFactor: 0,
  ...more,
});
const poller = (name: string, more: Partial<Client> = {}): Client => ({
  ...socket(name, more),
  transport: "polling",
});
const listener = (more: Partial<Client> = {}): Client => ({ name: "B", transport: "sse", ...more });
const sends = (from: string, to: string, ...times: number[]) => times.map((atMs) => ({ from, to, atMs }));

/** B's link and the server's are as long as the balancer's patience is short. */
const FAR_SERVER: Lab["network"] = { server: { latencyMs: 50 } };
const REDIS = { kind: "redis" } as const;
const REGISTRY = { kind: "registry" } as const;
/** A writes to B all the time, over a slow way to Redis. */
const TO_WHO_LEAVES: Lab = {
  backplane: REGISTRY,
  network: { backplane: { latencyMs: 20 } },
  workload: [{ from: "A", to: "B", firstMs: 300, everyMs: 5, untilMs: 700 }],
};
const PROCESS = { memory: "process" } as const;
const HEARTBEAT = { pingIntervalMs: 700, pingTimeoutMs: 500 } as const;

/** What is open to a server ends some 300 ms after that is gone. */
const ENDS_MARKED = {
  kind: "haproxy",
  checkIntervalMs: 100,
  fall: 3,
  onMarkedDown: "shutdown-sessions",
} as const;

/** B is silent until it is forgotten; then A comes. */
const FORGOTTEN: Lab = {
  clients: [socket("B"), socket("A", { startMs: 600 })],
  servers: { count: 1 },
  balancer: { kind: "nlb", idleTimeoutMs: 400 },
};

/** B stops reading, while its server writes to it. */
const unread = (whenBufferFull: "close" | "drop"): Lab => ({
  durationMs: 2000,
  clients: [socket("B")],
  servers: { count: 1, kernelBuffersKiB: 2, sendBufferKiB: 2, whenBufferFull },
  workload: [{ from: "server-1", to: "everyone", firstMs: 400, everyMs: 20, untilMs: 900, bytes: 1000 }],
  faults: [{ atMs: 600, act: "freeze", target: "B" }],
});

/** B's server does not read what Redis pushes. */
const unreadPushes = (...faults: NonNullable<Lab["faults"]>): Lab => ({
  durationMs: 2000,
  clients: [socket("A"), socket("B")],
  servers: { count: 2 },
  backplane: { kind: "redis", kernelBuffersKiB: 2, outputHardKiB: 30 },
  workload: [{ from: "server-1", to: "everyone", firstMs: 600, everyMs: 20, untilMs: 900, bytes: 10_000 }],
  faults,
});

/** B polls, and when A and C have come, no worker connection is left for what it posts. */
const FULL: Lab = {
  durationMs: 5000,
  clients: [
    poller("B", { reconnectionDelayMs: 10_000, reconnectionDelayMaxMs: 10_000 }),
    socket("A", { startMs: 500 }),
    socket("C", { startMs: 600 }),
  ],
  servers: { count: 1, pingIntervalMs: 1500, pingTimeoutMs: 500 },
  balancer: { workerConnections: 6 },
  workload: [...sends("B", "A", 1000, 1005), ...sends("A", "B", 1200, 1700, 4500)],
};

/** Both workers of the server are busy with what A and C ask, and no request may wait: B's POST is answered 503. */
const BUSY: Lab = {
  durationMs: 9000,
  clients: [
    poller("B", { reconnectionDelayMs: 10_000, reconnectionDelayMaxMs: 10_000 }),
    socket("A", { startMs: 1500 }),
    socket("C", { startMs: 2000 }),
  ],
  servers: { count: 1, workers: 2, serviceMs: 100, queueLength: 0, pingIntervalMs: 1500, pingTimeoutMs: 500 },
  workload: [
    ...sends("A", "server", 3000),
    ...sends("C", "server", 3000),
    ...sends("B", "A", 3010, 3015),
    ...sends("A", "B", 3500, 8500),
  ],
};

/**
 * Both servers are left out: server-2 is dead, and server-1 let C's poll run into the read timeout. A's session lives
 * on in server-1.
 */
const NOBODY_LEFT: Lab = {
  durationMs: 2500,
  clients: [
    poller("C", { reconnectionDelayMs: 5000 }),
    socket("D", { startMs: 5, reconnectionDelayMs: 5000 }),
    poller("A", { startMs: 290, reconnectionDelayMs: 5000 }),
  ],
  servers: { count: 2, ...HEARTBEAT },
  balancer: { idleTimeoutMs: 400 },
  faults: [crash(0, "server-2")],
};

/** B relies on its WebSocket when its server gives that up. */
const SLOW_UPGRADE: Lab = {
  durationMs: 2000,
  clients: [
    socket("A", { startConnected: true }),
    { ...socket("B", { reconnectionDelayMs: 5000 }), transport: "polling-first" },
  ],
  servers: { count: 1, ...HEARTBEAT, upgradeTimeoutMs: 80 },
};

/** Pollers that are connected by luck, and not for long. */
const astray = (policy: "random" | "sticky-cookie"): Lab => ({
  durationMs: 3000,
  clients: [
    poller("B", { count: 3, startGapMs: 30, cookies: false, reconnectionDelayMs: 200 }),
    socket("A", { startConnected: true }),
  ],
  servers: { count: 2, ...HEARTBEAT },
  balancer: { policy },
  backplane: REDIS,
  network: {
    client: { latencyMs: { distribution: "uniform", minMs: 1, maxMs: 60 } },
    backplane: { latencyMs: 60 },
  },
  workload: [
    { from: "A", to: "others", everyMs: 30 },
    { from: "B", to: "others", everyMs: 70 },
  ],
});

const ASTRAY: readonly Occasion[] = (
  [
    [Cause.recipientAway, "who was refused is back before the last server has heard of a message"],
    [Cause.connectionClosed, "who is refused leaves, with something on its way"],
    [Cause.sessionGivenUp, "who is refused leaves, and the farewell goes astray too"],
  ] as const
).flatMap(([cause, what]) => [
  { cause, root: EndReason.sessionUnknown, what, lab: astray("random") },
  { cause, root: EndReason.cookieMissing, what, lab: astray("sticky-cookie") },
]);

/** Nobody pings, and the balancer waits for ever: a dead path is TCP's to notice. */
const PATIENT: Lab = {
  durationMs: 1_200_000,
  clients: [
    socket("A", { startConnected: true }),
    socket("B", { startConnected: true, reconnectionDelayMs: 5000 }),
  ],
  servers: { count: 1, pingIntervalMs: 3_600_000, pingTimeoutMs: 3_600_000 },
  balancer: { idleTimeoutMs: 3_600_000 },
};

const GIVEN_UP: readonly Occasion[] = [
  {
    cause: Cause.tcpTimedOut,
    root: EndReason.linkCut,
    what: "a quarter of an hour after B's link was cut, with a copy on its way",
    lab: { ...PATIENT, workload: sends("A", "B", 500), faults: [cut(400, "B/balancer")] },
  },
  {
    cause: Cause.tcpTimedOut,
    root: null,
    what: "a quarter of an hour after B's link began to lose everything",
    lab: {
      ...PATIENT,
      workload: sends("B", "A", 500),
      faults: [{ atMs: 400, act: "lose", target: "B/balancer", loss: 1 }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.tcpTimedOut,
    what: "the balancer has given B up when the next message comes",
    lab: { ...PATIENT, workload: sends("A", "B", 500, 1_100_000), faults: [cut(400, "B/balancer")] },
  },
  {
    cause: Cause.notSubscribed,
    root: EndReason.tcpTimedOut,
    what: "the backplane has given up a server behind a cut link when the next message comes",
    lab: {
      ...PATIENT,
      servers: { ...PATIENT.servers, count: 2 },
      backplane: REDIS,
      workload: sends("A", "B", 500, 1_100_000),
      faults: [cut(400, "server-2/backplane")],
    },
  },
  {
    cause: Cause.publishRefused,
    root: EndReason.tcpTimedOut,
    what: "a server has given up its connection to the backplane, behind a cut link, when the next message comes",
    lab: {
      ...PATIENT,
      servers: { ...PATIENT.servers, count: 2 },
      backplane: { ...REDIS, offlineQueue: false },
      workload: sends("A", "B", 500, 1_050_000),
      faults: [cut(400, "server-1/backplane")],
    },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.tcpTimedOut,
    what: "B's POST has not got through for two minutes, and its session waits for a poll that does not come",
    lab: {
      ...PATIENT,
      clients: [socket("A", { startConnected: true }), poller("B", { reconnectionDelayMs: 5000 })],
      workload: [...sends("B", "A", 1000), ...sends("A", "B", 1500, 2000)],
      faults: [cut(900, "B/balancer"), crash(200_000, "server-1")],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.tcpTimedOut,
    what: "the balancer dies with a copy for B, who has given up its own side",
    lab: {
      ...PATIENT,
      workload: [...sends("B", "A", 500), ...sends("A", "B", 1_050_000)],
      faults: [cut(400, "B/balancer"), crash(1_100_000, "balancer")],
    },
  },
];

/** B's QUIC connection gives up after 1.2 s without a word. */
const WEARY = {
  durationMs: 6000,
  clients: [
    socket("A", { startConnected: true }),
    socket("B", {
      transport: "webtransport",
      startConnected: true,
      quicIdleTimeoutMs: 1200,
      reconnectionDelayMs: 5000,
    }),
  ],
  servers: { count: 1, pingIntervalMs: "none" },
} satisfies Lab;

const QUIC_IDLE: readonly Occasion[] = [
  {
    cause: Cause.quicIdle,
    root: EndReason.linkCut,
    what: "B's link was cut, with a copy on its way",
    lab: { ...WEARY, workload: sends("A", "B", 500), faults: [cut(400, "B/balancer")] },
  },
  {
    cause: Cause.quicIdle,
    root: EndReason.connectionMuted,
    what: "B's connection went mute, with a copy on its way",
    lab: {
      ...WEARY,
      workload: sends("A", "B", 500),
      faults: [{ atMs: 400, act: "mute", target: "B/balancer" }],
    },
  },
  {
    cause: Cause.quicIdle,
    root: EndReason.mappingForgotten,
    what: "a copy meets a NAT that has forgotten B's connection",
    lab: {
      ...WEARY,
      clients: WEARY.clients.map((one) => (one.name === "B" ? { ...one, natTimeoutMs: 400 } : one)),
      workload: sends("A", "B", 500),
    },
  },
  {
    cause: Cause.quicIdle,
    root: null,
    what: "B's link began to lose everything, with a copy on its way",
    lab: {
      ...WEARY,
      workload: sends("A", "B", 500),
      faults: [{ atMs: 400, act: "lose", target: "B/balancer", loss: 1 }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.quicIdle,
    what: "the balancer has given B up when the next message comes",
    lab: { ...WEARY, workload: sends("A", "B", 500, 2500), faults: [cut(400, "B/balancer")] },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.quicIdle,
    what: "the balancer dies with a copy for B, who has given up its own side",
    lab: {
      ...WEARY,
      workload: sends("A", "B", 1100, 1300),
      faults: [cut(400, "B/balancer"), crash(1500, "balancer")],
    },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.quicIdle,
    what: "B has given up, and its server, behind a cut link, writes to it before it dies",
    lab: {
      ...WEARY,
      servers: { count: 2, pingIntervalMs: "none" },
      backplane: REDIS,
      workload: sends("A", "B", 600, 1300),
      faults: [cut(400, "B/balancer"), cut(1250, "balancer/server-2"), crash(1500, "server-2")],
    },
  },
];

/** The connections that exist on a link go mute. */
const mute = (atMs: number, target: string): Fault => ({ atMs, act: "mute", target });

const MUTED: readonly Occasion[] = [
  {
    cause: Cause.tcpTimedOut,
    root: EndReason.connectionMuted,
    what: "a quarter of an hour after B's connection went mute, with a copy on its way",
    lab: { ...PATIENT, workload: sends("A", "B", 500), faults: [mute(400, "B/balancer")] },
  },
  {
    cause: Cause.idleClosed,
    root: EndReason.connectionMuted,
    what: "a copy waits on a mute connection until the balancer closes what is silent",
    lab: {
      clients: [socket("B"), socket("A", { startMs: 10 })],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 400 },
      workload: sends("A", "B", 210),
      faults: [mute(200, "B/balancer")],
    },
  },
  {
    cause: Cause.heartbeatTimedOut,
    root: EndReason.connectionMuted,
    what: "a copy waits on a mute connection until the heartbeat fails",
    lab: {
      durationMs: 2000,
      clients: [socket("A"), socket("B")],
      servers: { count: 1, ...HEARTBEAT },
      workload: sends("A", "B", 600),
      faults: [mute(500, "B/balancer")],
    },
  },
  {
    cause: Cause.gatewayTimeout,
    root: EndReason.connectionMuted,
    what: "a copy in the answer to a poll waits on a mute connection until the balancer gives the poll up",
    lab: {
      durationMs: 3000,
      clients: [poller("A"), { name: "B", transport: "http" }],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 1500 },
      workload: sends("B", "A", 900),
      faults: [mute(800, "balancer/server-1")],
    },
  },
  {
    cause: Cause.connectionForgotten,
    root: EndReason.connectionMuted,
    what: "a connection is silent because it is mute, and is forgotten for it",
    lab: {
      ...FORGOTTEN,
      workload: [...sends("A", "B", 1100), ...sends("B", "A", 1200)],
      durationMs: 3000,
      faults: [mute(200, "B/balancer"), { atMs: 900, act: "heal", target: "B/balancer" }],
    },
  },
];

const freeze = (atMs: number, target: string): Fault => ({ atMs, act: "freeze", target });
/** B speaks often, by itself, until it is held back. */
const PAUSED: Lab = {
  ...FORGOTTEN,
  balancer: { kind: "alb", idleTimeoutMs: 400 },
  clients: [socket("B", { pingIntervalMs: 100 }), socket("A", { pingIntervalMs: 100 })],
  servers: { count: 1, pingIntervalMs: "none" },
  network: FAR_SERVER,
};
const PAUSED_AT_NLB: Lab = { ...PAUSED, balancer: { kind: "nlb", idleTimeoutMs: 400 }, network: {} };
const PAUSES: readonly Occasion[] = (
  [
    [EndReason.processFrozen, "freezes", { act: "freeze" }],
    [EndReason.timersThrottled, "is put into the background", { act: "throttle", everyMs: 5000 }],
  ] as const
).flatMap(([root, does, act]): Occasion[] => [
  {
    cause: Cause.idleClosed,
    root,
    what: `a client ${does}, and its balancer closes the silent WebSocket while its server writes to it`,
    lab: {
      ...PAUSED,
      durationMs: 1500,
      workload: sends("A", "B", 880),
      faults: [{ atMs: 450, target: "B", ...act }],
    },
  },
  {
    cause: Cause.connectionForgotten,
    root,
    what: `a client ${does}, and is forgotten for its silence`,
    lab: {
      ...PAUSED_AT_NLB,
      durationMs: 2000,
      workload: sends("A", "B", 1500),
      faults: [{ atMs: 450, target: "B", ...act }],
    },
  },
]);

const FROZEN: readonly Occasion[] = [
  ...PAUSES,
  {
    cause: Cause.heartbeatTimedOut,
    root: EndReason.processFrozen,
    what: "a server freezes while it waits for a pong: its timer strikes before it reads what has come",
    lab: {
      durationMs: 3000,
      clients: [socket("A", { startConnected: true }), socket("B", { startConnected: true })],
      servers: { count: 1, ...HEARTBEAT },
      workload: sends("A", "B", 1000),
      faults: [freeze(701, "server-1"), { atMs: 1700, act: "resume", target: "server-1" }],
    },
  },
  {
    cause: Cause.heartbeatTimedOut,
    root: EndReason.timersThrottled,
    what: "a client in the background pings so late that it takes its server for dead",
    lab: {
      durationMs: 3000,
      clients: [
        socket("B", { pingIntervalMs: 100, watchdogMs: 300 }),
        socket("A", { startConnected: true, watchdogMs: "none" }),
      ],
      servers: { count: 1, pingIntervalMs: "none" },
      workload: [{ from: "A", to: "B", everyMs: 10 }],
      faults: [{ atMs: 500, act: "throttle", target: "B", everyMs: 1000 }],
    },
  },
  {
    cause: Cause.gatewayTimeout,
    root: EndReason.processFrozen,
    what: "a POST waits at a frozen server until the balancer gives it up",
    lab: {
      durationMs: 3000,
      clients: [poller("A"), socket("B")],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 1500 },
      workload: sends("A", "B", 900),
      faults: [freeze(800, "server-1")],
    },
  },
];

/** B is behind a NAT that forgets after 400 ms; A is not. */
const NAT: Lab = {
  durationMs: 4000,
  clients: [socket("B", { natTimeoutMs: 400, reconnectionDelayMs: 5000 }), socket("A")],
  servers: { count: 1 },
};
const RESETTING: Lab = {
  ...NAT,
  clients: [
    socket("B", { natTimeoutMs: 400, natForgets: "with-reset", reconnectionDelayMs: 5000 }),
    socket("A"),
  ],
};
const FORGOTTEN_ON_THE_WAY: readonly Occasion[] = [
  {
    cause: Cause.heartbeatTimedOut,
    root: EndReason.mappingForgotten,
    what: "a copy meets a NAT that has forgotten the connection, and waits until the heartbeat fails",
    lab: { ...NAT, servers: { count: 1, ...HEARTBEAT }, workload: sends("A", "B", 600) },
  },
  {
    cause: Cause.idleClosed,
    root: EndReason.mappingForgotten,
    what: "a copy waits at a NAT that has forgotten the connection, until the balancer closes what is silent",
    lab: { ...NAT, balancer: { kind: "alb", idleTimeoutMs: 600 }, workload: sends("A", "B", 550) },
  },
  {
    cause: Cause.gatewayTimeout,
    root: EndReason.mappingForgotten,
    what: "a NAT has forgotten a held poll; its balancer gives it up with an answer on its way",
    lab: {
      ...NAT,
      clients: [poller("B", { natTimeoutMs: 400, tcpKeepaliveMs: 500 }), { name: "A", transport: "http" }],
      balancer: { idleTimeoutMs: 1500 },
      faults: [mute(1000, "balancer/server-1")],
      workload: sends("A", "B", 1100),
    },
  },
  {
    cause: Cause.tcpTimedOut,
    root: EndReason.mappingForgotten,
    what: "a quarter of an hour after a copy for B met a NAT that had forgotten the connection",
    lab: {
      ...PATIENT,
      clients: [
        socket("A", { startConnected: true }),
        socket("B", { startConnected: true, natTimeoutMs: 400, reconnectionDelayMs: 5000 }),
      ],
      workload: sends("A", "B", 500),
    },
  },
  {
    cause: Cause.connectionForgotten,
    root: EndReason.mappingForgotten,
    what: "a copy meets a NAT that has forgotten the connection, and its sender is reset",
    lab: { ...RESETTING, workload: sends("A", "B", 600) },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.resetOnTheWay,
    what: "the balancer has been reset, and B knows nothing of it",
    lab: { ...RESETTING, workload: sends("A", "B", 600, 1000) },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.resetOnTheWay,
    what: "B has been reset, and its server knows nothing of it",
    lab: {
      ...RESETTING,
      workload: [...sends("B", "A", 600), { from: "servers", to: "everyone", atMs: 1000 }],
      faults: [cut(900, "balancer/server-1"), crash(2000, "server-1")],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.resetOnTheWay,
    what: "B has been reset; what is for it meets a NAT that has forgotten the connection, and the balancer dies",
    lab: {
      ...NAT,
      clients: RESETTING.clients!,
      workload: [...sends("B", "A", 600), ...sends("A", "B", 700)],
      faults: [crash(735, "balancer")],
    },
  },
];

/** B polls, and has much to do between two polls. */
const POLLED: Lab = {
  clients: [socket("A"), { name: "B", transport: "long-polling", pollPauseMs: 400 }],
  servers: { count: 1 },
  workload: sends("A", "B", 300, 400, 500),
};

/** B's connection breaks before it has got anything, and what comes next is kept for so long. */
function absent(client: object, maxDisconnectionDurationMs: number): Lab {
  return {
    durationMs: 3000,
    clients: [socket("A"), { ...socket("B"), ...client, randomizationFactor: 0 }],
    servers: { count: 1, maxDisconnectionDurationMs },
    workload: [{ from: "server-1", to: "everyone", atMs: 800 }],
    faults: [crash(700, "balancer"), { atMs: 701, act: "restart", target: "balancer" }],
  };
}

/** B has no connection, and the service has one channel, which fails in its own way. */
const byChannel = (
  gateway: NonNullable<Lab["gateway"]>,
  faults: readonly Fault[] = [],
  sms: object = {},
): Lab => ({
  durationMs: 5000,
  clients: [socket("A"), socket("B")],
  servers: { count: 1, ...HEARTBEAT },
  gateway: { channels: [{ kind: "sms", ...sms }], waitMs: 1000, ...gateway },
  workload: sends("A", "B", 2500),
  faults: [cut(500, "B/balancer"), ...faults],
});

const BY_CHANNELS: readonly Occasion[] = [
  {
    cause: Cause.bodyTooLong,
    root: null,
    what: "the message is longer than the only channel takes",
    lab: byChannel({ characters: 5000 }),
  },
  {
    cause: Cause.channelDown,
    root: null,
    what: "the only channel's provider is down",
    lab: byChannel({}, [crash(0, "sms")]),
  },
  {
    cause: Cause.lostOnChannel,
    root: null,
    what: "the only channel loses what it took",
    lab: byChannel({}, [], { loss: 1 }),
  },
  {
    cause: Cause.budgetSpent,
    root: null,
    what: "there is a channel, and no money for it",
    lab: byChannel({ budgetUsd: 0, keepsBudget: true }),
  },
  {
    cause: Cause.contextLost,
    root: null,
    what: "a person whose socket is gone answers by SMS, and the conversation was kept under the socket's id",
    lab: byChannel({ context: "socket", answers: 1 }, [], {
      latencyMs: 200,
      slowerMs: 0,
      readMs: 0,
      loss: 0,
    }),
  },
];

const OCCASIONS: readonly Occasion[] = [
  ...GIVEN_UP,
  ...BY_CHANNELS,
  ...FORGOTTEN_ON_THE_WAY,
  ...FROZEN,
  ...MUTED,
  {
    cause: Cause.betweenPolls,
    root: null,
    what: "the first message answers the poll, and others follow",
    lab: POLLED,
  },
  {
    cause: Cause.beyondReplay,
    root: null,
    what: "the third message takes the place that the second one had",
    lab: { ...POLLED, servers: { count: 1, replayEvents: 1 } },
  },
  ...(
    [
      [Cause.overQuota, "its plan has no message left", { quotaMessages: 0 }],
      [Cause.overRate, "it takes one message a second, and this is the second", { messagesPerSecond: 1 }],
      [Cause.tooLarge, "it takes messages of a hundred bytes at most", { maxMessageBytes: 100 }],
    ] as const
  ).map(
    ([cause, what, limits]): Occasion => ({
      cause,
      root: null,
      what: `a vendor refuses a message: ${what}`,
      lab: {
        clients: [socket("A"), socket("B")],
        servers: { count: 1 },
        backplane: { kind: "vendor", ...limits },
        workload: [
          { from: "A", to: "B", atMs: 400, bytes: 200 },
          { from: "A", to: "B", atMs: 450, bytes: 200 },
        ],
      },
    }),
  ),
  {
    cause: Cause.afterSnapshot,
    root: null,
    what: "B loads what there is, and the next message comes before it listens",
    lab: {
      clients: [
        socket("B", { startMs: 100, startConnected: false, loads: "snapshot", link: { latencyMs: 50 } }),
      ],
      servers: { count: 1 },
      workload: [{ from: "server-1", to: "everyone", atMs: 200 }],
    },
  },
  {
    cause: Cause.gapIgnored,
    root: null,
    what: "more comes while B is away than the history keeps, and B goes on as if nothing were missing",
    lab: {
      backplane: { kind: "history", historySize: 1 },
      clients: [
        socket("B", { loads: "position-first", afterGap: "go-on", reconnectionDelayMs: 300, startMs: 0 }),
      ],
      servers: { count: 1 },
      workload: [{ from: "server-1", to: "everyone", firstMs: 400, everyMs: 50, untilMs: 900 }],
      faults: [
        { atMs: 500, act: "crash", target: "balancer" },
        { atMs: 510, act: "restart", target: "balancer" },
      ],
    },
  },
  {
    cause: Cause.volatileDropped,
    root: null,
    what: "two volatile messages are for B at one instant",
    lab: {
      clients: [socket("B")],
      servers: { count: 1 },
      workload: [500, 500].map((atMs) => ({ from: "server-1", to: "everyone", atMs, volatile: true })),
    },
  },
  {
    cause: Cause.sendBufferFull,
    root: null,
    what: "B does not read, and its server drops what it does not keep",
    lab: unread("drop"),
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.sendBufferFull,
    what: "B does not read, and its server closes what too much waits for",
    lab: unread("close"),
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.sendBufferFull,
    what: "and goes on without B, which has not noticed",
    lab: unread("close"),
  },
  ...(
    [
      [EndReason.processFrozen, "server-2 stands still", { act: "freeze", target: "server-2" }],
      [EndReason.linkCut, "its link is cut", { act: "cut", target: "server-2/backplane" }],
    ] as const
  ).map(([root, why, fault]) => ({
    cause: Cause.outputBufferFull,
    root,
    what: `server-2 does not read what Redis pushes, since ${why}`,
    lab: unreadPushes({ atMs: 500, ...fault }),
  })),
  {
    cause: Cause.outputBufferFull,
    root: null,
    what: "one message is more than Redis keeps for anybody",
    lab: {
      ...unreadPushes(),
      workload: [{ from: "server-1", to: "everyone", atMs: 600, bytes: 100_000 }],
    },
  },
  {
    cause: Cause.notSubscribed,
    root: EndReason.outputBufferFull,
    what: "Redis has closed the connection of a server that stands still, and more is published",
    lab: unreadPushes({ atMs: 500, act: "freeze", target: "server-2" }),
  },
  {
    cause: Cause.neverSent,
    root: null,
    what: "A has no connection for longer than it waits for an acknowledgement",
    lab: {
      clients: [socket("A", { delivery: "ack", ackTimeoutMs: 200 })],
      servers: { count: 1 },
      workload: [{ from: "A", to: "server", atMs: 300 }],
      faults: [{ atMs: 0, act: "crash", target: "server-1" }],
    },
  },
  {
    cause: Cause.handlerFailed,
    root: null,
    what: "the server's handler throws at what A asks for, once",
    lab: {
      clients: [socket("A", { delivery: "forget" })],
      servers: { count: 1, failsBeforeEffect: 1 },
      workload: [{ from: "A", to: "server", atMs: 500 }],
    },
  },
  {
    cause: Cause.seenNotDone,
    root: null,
    what: "the server dies between A's id in Redis and the effect, and recognises the id when it comes again",
    lab: {
      durationMs: 4000,
      clients: [socket("A", { delivery: "queue", ackTimeoutMs: 1000 })],
      servers: { count: 1, seenIds: "redis", effectMs: 50 },
      workload: [{ from: "A", to: "server", atMs: 500 }],
      faults: [
        { atMs: 530, act: "crash", target: "server-1" },
        { atMs: 600, act: "restart", target: "server-1" },
      ],
    },
  },
  {
    cause: Cause.eventNeverPublished,
    root: null,
    what: "the server dies after it has written what it says, and before it tells anybody",
    lab: {
      clients: [socket("B")],
      servers: { count: 1, publishes: "after", publishDelayMs: 50 },
      workload: [{ from: "server-1", to: "everyone", atMs: 500 }],
      faults: [{ atMs: 530, act: "crash", target: "server-1" }],
    },
  },
  {
    cause: Cause.keptInVain,
    root: null,
    what: "B is away for longer than its server keeps its session",
    lab: absent({ reconnectionDelayMs: 900 }, 300),
  },
  {
    cause: Cause.recoveryRefused,
    root: null,
    what: "B has got no message, and can't say where it was",
    lab: absent({ reconnectionDelayMs: 300 }, 5000),
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.streamEnded,
    what: "the server has ended B's stream, and B waits before it asks again",
    lab: {
      clients: [socket("A"), listener()],
      servers: { count: 1, streamLifetimeMs: 200 },
      workload: sends("A", "B", 400),
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.streamEnded,
    what: "the server ends B's stream while TCP is about to send a lost event again",
    lab: {
      clients: [socket("A"), listener()],
      servers: { count: 1, streamLifetimeMs: 300 },
      workload: sends("A", "B", 200),
      faults: [{ act: "drop", target: "B/balancer", direction: "down", packet: 2 }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.pageClosed,
    what: "B closes its page while A's message is on its way to the server",
    lab: {
      clients: [socket("A", { link: { latencyMs: 200 } }), listener({ leaveAfterMs: 810 })],
      servers: { count: 1 },
      durationMs: 1500,

      workload: sends("A", "B", 800),
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.pageClosed,
    what: "B closes its page while an event is on its way to it",
    lab: {
      clients: [socket("A"), listener({ leaveAfterMs: 425 })],
      servers: { count: 1 },
      workload: sends("A", "B", 400),
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.socketClosed,
    what: "the server closes B's WebSocket at its age, while A's message is on its way to the server",
    lab: {
      clients: [socket("A", { startMs: 200, link: { latencyMs: 100 } }), socket("B")],
      servers: { count: 1, socketLifetimeMs: 900 },
      durationMs: 1500,
      workload: sends("A", "B", 900),
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.socketClosed,
    what: "the server closes B's WebSocket at its age while TCP is about to send a lost message again",
    lab: {
      clients: [socket("A", { startMs: 100 }), socket("B")],
      servers: { count: 1, socketLifetimeMs: 600 },
      workload: sends("A", "B", 580),
      faults: [{ act: "drop", target: "B/balancer", direction: "down", packet: 4 }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.closedByPage,
    what: "B closes its WebSocket by itself, while A's message is on its way to the server",
    lab: {
      clients: [socket("A", { startMs: 200, link: { latencyMs: 100 } }), socket("B", { closesAfterMs: 900 })],
      servers: { count: 1 },
      durationMs: 1500,
      workload: sends("A", "B", 900),
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.closedByPage,
    what: "B closes its WebSocket by itself, while a message is on its way to it",
    lab: {
      clients: [socket("A", { startMs: 100 }), socket("B", { closesAfterMs: 500 })],
      servers: { count: 1 },
      workload: sends("A", "B", 500),
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.loggedOut,
    what: "B's stream ends when its login is over, and its server lets it in no more",
    lab: {
      clients: [socket("A", { startMs: 600 }), listener({ retryMs: 100 })],
      servers: { count: 1, streamLifetimeMs: 700, loginMs: 750 },
      durationMs: 1500,
      workload: sends("A", "B", 1200),
    },
  },
  {
    cause: Cause.noBackplane,
    root: null,
    what: "two servers, and nothing joins them",
    lab: { clients: [socket("A"), socket("B")], workload: sends("A", "B", 500) },
  },
  {
    cause: Cause.notSubscribed,
    root: null,
    what: "a room's first member at a server has joined, and the server is not subscribed to its channel yet",
    lab: {
      durationMs: 1000,
      clients: [socket("m", { count: 2, startGapMs: 200, roomSize: 2 })],
      backplane: { kind: "sharded" },
      network: { client: { latencyMs: 1 }, server: { latencyMs: 1 }, backplane: { latencyMs: 20 } },
      workload: [{ from: "m-1", to: "room", atMs: 201 }],
    },
  },
  {
    cause: Cause.notSubscribed,
    root: EndReason.backplaneDown,
    what: "what was queued in an outage is published before the other server has subscribed again",
    lab: {
      durationMs: 3000,
      clients: [socket("A"), socket("B")],
      backplane: REDIS,
      workload: sends("A", "B", 1500),
      faults: [crash(1000, "backplane"), restart(2000, "backplane")],
    },
  },
  {
    cause: Cause.notSubscribed,
    root: EndReason.backplaneCrashed,
    what: "a backplane that is back before anybody tries it again",
    lab: {
      durationMs: 2000,
      clients: [socket("A"), socket("B")],
      backplane: REDIS,
      workload: sends("A", "B", 980),
      faults: [crash(1000, "backplane"), restart(1000.1, "backplane")],
    },
  },
  ...[
    { end: EndReason.serverCrashed, onStop: undefined, fault: crash(1000, "server-1"), how: "that crashed" },
    {
      end: EndReason.serverExited,
      onStop: "exit" as const,
      fault: { atMs: 1000, act: "stop" as const, target: "server-1" },
      how: "that exited as it was told to",
    },
  ].flatMap(({ end, onStop, fault, how }) => {
    // A client is back on its restarted server before that is connected to Redis again.
    const back = {
      durationMs: 2000,
      servers: { count: 2, ...(onStop && { onStop }) },
      network: { backplane: { latencyMs: 100 } },
      workload: sends("A", "B", 1100),
      faults: [fault, restart(1001, "server-1")],
    };
    const first = (name: string) => socket(name, { reconnectionDelayMs: 50 });
    const other = (name: string) => socket(name, { startMs: 10 });
    return [
      {
        cause: Cause.notSubscribed,
        root: end,
        what: `a client is back on a server ${how}, before that has subscribed`,
        lab: { ...back, clients: [first("B"), other("A")], backplane: REDIS },
      },
      {
        cause: Cause.publishRefused,
        root: end,
        what: `a client is back on a server ${how}, and sends before that is connected to Redis`,
        lab: { ...back, clients: [first("A"), other("B")], backplane: { ...REDIS, offlineQueue: false } },
      },
    ];
  }),
  ...(
    [
      [
        EndReason.backplaneCrashed,
        "what is published right after the crash, to a client without a queue",
        1020,
      ],
      [EndReason.backplaneDown, "what is published later in the outage, to a client without a queue", 1500],
    ] as const
  ).map(([root, what, atMs]) => ({
    cause: Cause.publishRefused,
    root,
    what,
    lab: {
      durationMs: 2000,
      clients: [socket("A"), socket("B")],
      backplane: { ...REDIS, client: "ioredis" as const, offlineQueue: false },
      workload: sends("A", "B", atMs),
      faults: [crash(1000, "backplane")],
    },
  })),
  {
    cause: Cause.trimmed,
    root: null,
    what: "a server stands still while more is appended to the stream than that keeps",
    lab: {
      durationMs: 3000,
      clients: [socket("A"), socket("B")],
      backplane: { kind: "streams", streamLength: 0 },
      workload: [{ from: "A", to: "B", firstMs: 1000, everyMs: 10, untilMs: 2000 }],
      faults: [
        { atMs: 900, act: "freeze", target: "server-2" },
        { atMs: 2500, act: "resume", target: "server-2" },
      ],
    },
  },
  {
    cause: Cause.staleOwner,
    root: EndReason.serverCrashed,
    what: "the entry of a client outlives its server",
    lab: {
      clients: [socket("A"), socket("B")],
      backplane: REGISTRY,
      workload: sends("A", "B", 700),
      faults: [crash(500, "server-2")],
    },
  },
  {
    cause: Cause.staleOwner,
    root: EndReason.pageClosed,
    what: "a message is on its way to a page's server while the page is closed",
    lab: { ...TO_WHO_LEAVES, clients: [socket("A"), socket("B")], faults: [crash(500, "B")] },
  },
  {
    cause: Cause.staleOwner,
    root: null,
    what: "a message is on its way to a page's server while the page closes its WebSocket",
    lab: { ...TO_WHO_LEAVES, clients: [socket("A"), socket("B", { closesAfterMs: 500 })] },
  },
  {
    cause: Cause.notRegistered,
    root: null,
    what: "the registry has died, and nobody has written the entry again",
    lab: {
      clients: [socket("A"), socket("B")],
      backplane: { ...REGISTRY, refreshMs: 2000 },
      workload: sends("A", "B", 900),
      faults: [crash(500, "backplane"), restart(550, "backplane")],
    },
  },
  {
    cause: Cause.backplaneDown,
    root: null,
    what: "a publish reaches a dead backplane",
    lab: {
      clients: [socket("A"), socket("B")],
      backplane: REDIS,
      workload: sends("A", "B", 479.4),
      faults: [crash(500, "backplane")],
    },
  },
  {
    cause: Cause.serverCrashed,
    root: null,
    what: "a message is on its way to a server that dies",
    lab: {
      clients: [socket("A"), socket("B")],
      servers: { count: 1 },
      workload: sends("A", "B", 490),
      faults: [crash(500, "server-1")],
    },
  },
  {
    cause: Cause.recipientAway,
    root: null,
    what: "nobody has been there yet",
    lab: {
      clients: [socket("A"), socket("B", { startMs: 500 })],
      servers: { count: 1 },
      workload: sends("A", "B", 505),
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.idleClosed,
    what: "the balancer has closed an idle WebSocket",
    lab: {
      clients: [socket("B"), socket("A", { startMs: 300 })],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 400 },
      workload: sends("A", "B", 500),
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.gatewayTimeout,
    what: "the balancer has ended a held poll",
    lab: {
      clients: [poller("B"), socket("A", { startMs: 300 })],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 400 },
      workload: sends("A", "B", 550),
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.badGateway,
    what: "an attempt found no server, and the next is still to come",
    lab: {
      durationMs: 2500,
      clients: [socket("A", { reconnectionDelayMs: 1200 }), socket("B", { reconnectionDelayMs: 500 })],
      servers: { count: 1 },
      workload: sends("A", "B", 2400),
      faults: [crash(1000, "server-1"), restart(2000, "server-1")],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.pingTimeout,
    what: "a link is cut, and the heartbeat has noticed",
    lab: {
      durationMs: 2000,
      clients: [socket("A"), socket("B")],
      servers: { count: 1, ...HEARTBEAT },
      workload: sends("A", "B", 1800),
      faults: [cut(500, "B/balancer")],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.connectTimeout,
    what: "a client behind a cut link has given up connecting",
    lab: {
      durationMs: 21_000,
      clients: [socket("A"), socket("B")],
      servers: { count: 1 },
      workload: sends("A", "B", 20_500),
      faults: [cut(0, "B/balancer")],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.serverStopping,
    what: "its server has stopped, and had closed its connection",
    lab: {
      durationMs: 1500,
      clients: [socket("B"), socket("A")],
      servers: { count: 2 },
      backplane: REDIS,
      workload: sends("A", "B", 1100),
      faults: [{ atMs: 1000, act: "stop", target: "server-1" }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.serverExited,
    what: "its server has exited",
    lab: {
      durationMs: 1500,
      clients: [socket("B"), socket("A")],
      servers: { count: 2, onStop: "exit" },
      backplane: REDIS,
      workload: sends("A", "B", 1100),
      faults: [{ atMs: 1000, act: "stop", target: "server-1" }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.disconnectedByServer,
    what: "its server has told it to disconnect",
    lab: {
      durationMs: 1500,
      clients: [socket("B"), socket("A")],
      servers: { count: 2 },
      backplane: REDIS,
      workload: sends("A", "B", 1100),
      faults: [{ atMs: 1000, act: "disconnect", target: "server-1" }],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.serverStopping,
    what: "a message meets the server that has closed its sender's connection",
    lab: {
      durationMs: 1500,
      clients: [socket("B"), socket("A")],
      servers: { count: 2 },
      backplane: REDIS,
      workload: sends("B", "A", 999.99),
      faults: [{ atMs: 1000, act: "stop", target: "server-1" }],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.serverExited,
    what: "a process that exits has not written the second of what it says",
    lab: {
      durationMs: 1500,
      clients: [socket("B"), socket("A")],
      servers: { count: 2, onStop: "exit" },
      backplane: REDIS,
      workload: sends("server-1", "everyone", 1000, 1000),
      faults: [{ atMs: 1000, act: "stop", target: "server-1" }],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.disconnectedByServer,
    what: "a client that was told to disconnect sends, and does not come back",
    lab: {
      durationMs: 1500,
      clients: [socket("B"), socket("A")],
      servers: { count: 2 },
      backplane: REDIS,
      workload: sends("B", "A", 1100),
      faults: [{ atMs: 1000, act: "disconnect", target: "server-1" }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.serverCrashed,
    what: "its server has died",
    lab: {
      durationMs: 1500,
      clients: [socket("B"), socket("A")],
      workload: sends("A", "B", 1100),
      faults: [crash(1000, "server-1")],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.balancerCrashed,
    what: "the balancer has died, and not everybody is back",
    lab: {
      durationMs: 1500,
      clients: [socket("A", { reconnectionDelayMs: 100 }), socket("B")],
      servers: { count: 1 },
      workload: sends("A", "B", 1300),
      faults: [crash(1000, "balancer"), restart(1010, "balancer")],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.balancerReloaded,
    what: "the process that a reload had replaced has cut its connections, and not everybody is back",
    lab: {
      durationMs: 2000,
      clients: [socket("A", { reconnectionDelayMs: 100 }), socket("B", { startMs: 1050 })],
      servers: { count: 1 },
      balancer: { shutdownTimeoutMs: 200 },
      workload: sends("B", "A", 1350),
      faults: [reload(1000)],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.markedDown,
    what: "checks have found that a server takes nothing new, and what it had has ended",
    lab: {
      durationMs: 1500,
      clients: [socket("A"), socket("B")],
      servers: { count: 2, onStop: "wait" },
      balancer: ENDS_MARKED,
      backplane: REDIS,
      workload: sends("B", "A", 1200),
      faults: [{ atMs: 500, act: "stop", target: "server-1" }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.balancerDown,
    what: "an attempt found the balancer down, and the next is still to come",
    lab: {
      durationMs: 2500,
      clients: [socket("A", { reconnectionDelayMs: 1200 }), socket("B", { reconnectionDelayMs: 500 })],
      servers: { count: 1 },
      workload: sends("A", "B", 2400),
      faults: [crash(1000, "balancer"), restart(2000, "balancer")],
    },
  },
  {
    cause: Cause.idleClosed,
    root: null,
    what: "the balancer closes an idle WebSocket while its server writes to it",
    lab: {
      clients: [socket("B"), socket("A", { startMs: 200 })],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 400 },
      network: FAR_SERVER,
      workload: sends("A", "B", 430),
    },
  },
  {
    cause: Cause.idleClosed,
    root: EndReason.linkCut,
    what: "a copy waits at a cut link until the balancer closes what is silent",
    lab: {
      clients: [socket("B"), socket("A", { startMs: 10 })],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 400 },
      workload: sends("A", "B", 210),
      faults: [cut(200, "B/balancer")],
    },
  },
  {
    cause: Cause.heartbeatTimedOut,
    root: null,
    what: "the way there and back takes longer than the server waits for a pong",
    lab: {
      durationMs: 1500,
      clients: [socket("A"), socket("B")],
      servers: { count: 1, pingIntervalMs: 700, pingTimeoutMs: 150 },
      network: { client: { latencyMs: 100 } },
      workload: sends("A", "B", 900),
    },
  },
  {
    cause: Cause.heartbeatTimedOut,
    root: EndReason.linkCut,
    what: "a copy waits at a cut link until the heartbeat fails",
    lab: {
      durationMs: 2000,
      clients: [socket("A"), socket("B")],
      servers: { count: 1, ...HEARTBEAT },
      workload: sends("A", "B", 600),
      faults: [cut(500, "B/balancer")],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.idleClosed,
    what: "a client behind a cut link writes to a WebSocket that the balancer has closed",
    lab: {
      durationMs: 6000,
      clients: [socket("A"), socket("B")],
      servers: { count: 1, pingIntervalMs: 5000, pingTimeoutMs: 500 },
      balancer: { idleTimeoutMs: 1000 },
      workload: sends("A", "B", 2000),
      faults: [cut(500, "A/balancer")],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.gatewayTimeout,
    what: "a POST is under way when the balancer ends the held poll, and with it the session",
    lab: {
      clients: [poller("A"), socket("B", { startMs: 200 })],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 400 },
      workload: sends("A", "B", 490),
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.badGateway,
    what: "a message waits for a POST that is answered 502",
    lab: { ...NOBODY_LEFT, workload: sends("A", "D", 600, 610) },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.serverCrashed,
    what: "a POST reaches the balancer when its server is dead, and the session with it",
    lab: {
      clients: [poller("A"), socket("B")],
      servers: { count: 1 },
      workload: sends("A", "B", 490),
      faults: [crash(500, "server-1")],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.balancerCrashed,
    what: "a client behind a cut link writes to a WebSocket that has died with the balancer",
    lab: {
      durationMs: 2000,
      clients: [socket("A"), socket("B")],
      servers: { count: 1, ...HEARTBEAT },
      workload: sends("A", "B", 700),
      faults: [cut(500, "A/balancer"), crash(600, "balancer")],
    },
  },
  {
    cause: Cause.balancerCrashed,
    root: null,
    what: "a message is on its way to a balancer that dies",
    lab: {
      clients: [socket("A"), socket("B")],
      servers: { count: 1 },
      workload: sends("A", "B", 490),
      faults: [crash(500, "balancer")],
    },
  },
  {
    cause: Cause.gatewayTimeout,
    root: null,
    what: "the balancer ends a held poll while its server answers it",
    lab: {
      clients: [poller("B"), socket("A", { startMs: 300 })],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 400 },
      network: FAR_SERVER,
      workload: sends("A", "B", 610),
    },
  },
  {
    cause: Cause.gatewayTimeout,
    root: EndReason.linkCut,
    what: "a POST waits at the cut link of its server until the balancer gives it up",
    lab: {
      durationMs: 3000,
      clients: [poller("A"), socket("B")],
      servers: { count: 1 },
      balancer: { idleTimeoutMs: 1500 },
      workload: sends("A", "B", 900),
      faults: [cut(800, "balancer/server-1")],
    },
  },
  {
    cause: Cause.noServerLeft,
    root: null,
    what: "both servers are left out when a POST comes",
    lab: { ...NOBODY_LEFT, workload: sends("A", "D", 600) },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.idleClosed,
    what: "the balancer has closed a WebSocket, and can't tell its server",
    lab: {
      durationMs: 5000,
      clients: [socket("B", { reconnectionDelayMs: 5000 }), socket("A", { startMs: 10 })],
      servers: { count: 2, pingIntervalMs: 3000, pingTimeoutMs: 500 },
      balancer: { idleTimeoutMs: 1000 },
      backplane: REDIS,
      workload: sends("A", "B", 500, 1000, 1500),
      faults: [cut(450, "balancer/server-1")],
    },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.gatewayTimeout,
    what: "the balancer has ended a held poll, and can't tell its server",
    lab: {
      durationMs: 5000,
      clients: [poller("B", { reconnectionDelayMs: 5000 }), socket("A", { startMs: 200 })],
      servers: { count: 2, pingIntervalMs: 3000, pingTimeoutMs: 500 },
      balancer: { policy: "sticky-cookie", idleTimeoutMs: 1000 },
      backplane: REDIS,
      workload: sends("A", "B", 800, 1300, 1500),
      faults: [cut(450, "balancer/server-1")],
    },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.badGateway,
    what: "a client left when it was answered 502, and its farewell found no server either",
    lab: { ...NOBODY_LEFT, workload: [...sends("A", "D", 600), ...sends("D", "A", 350, 640, 660, 700, 800)] },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.balancerCrashed,
    what: "a WebSocket died with the balancer, which could not tell its server",
    lab: {
      durationMs: 3000,
      clients: [
        socket("B", { reconnectionDelayMs: 5000 }),
        socket("A", { startMs: 10, reconnectionDelayMs: 100 }),
      ],
      servers: { count: 2, pingIntervalMs: 2000, pingTimeoutMs: 500 },
      balancer: { idleTimeoutMs: 300 },
      backplane: REDIS,
      workload: sends("A", "B", 1500),
      faults: [cut(200, "balancer/server-1"), crash(210, "balancer"), restart(220, "balancer")],
    },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.balancerDown,
    what: "a poll on its way found the balancer down, and its server knows nothing of that",
    lab: {
      durationMs: 2000,
      clients: [poller("B", { reconnectionDelayMs: 5000 }), socket("A", { startMs: 200 })],
      servers: { count: 1, ...HEARTBEAT },
      workload: sends("A", "B", 300),
      faults: [crash(90, "balancer"), restart(150, "balancer")],
    },
  },
  {
    cause: Cause.sessionGivenUp,
    root: EndReason.upgradeTimeout,
    what: "the server gave up a slow upgrade, and goes on with polling, which its client has left",
    lab: { ...SLOW_UPGRADE, workload: sends("A", "B", 300, 350) },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.upgradeTimeout,
    what: "a client writes to a WebSocket whose upgrade took too long",
    lab: { ...SLOW_UPGRADE, workload: sends("B", "A", 110, 120, 130, 140, 150, 160) },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.upgradeTimeout,
    what: "an upgrade took too long, and the heartbeat has ended what was left of it",
    lab: { ...SLOW_UPGRADE, workload: sends("A", "B", 1800) },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.pingTimeout,
    what: "a polling client took its server for dead, and says so when a copy waits for its next poll",
    lab: {
      clients: [poller("A"), poller("B")],
      servers: { count: 1, pingIntervalMs: 200, pingTimeoutMs: 150 },
      network: FAR_SERVER,
      workload: [{ from: "A", to: "B", everyMs: 20 }],
    },
  },
  {
    cause: Cause.connectionClosed,
    root: EndReason.balancerDown,
    what: "a copy waits for a poll that found the balancer down, when the farewell comes",
    lab: {
      clients: [socket("A", { startConnected: true }), poller("B")],
      servers: { count: 2 },
      balancer: { policy: "sticky-cookie" },
      backplane: REDIS,
      network: { backplane: { latencyMs: 15 } },
      workload: sends("A", "B", 60),
      faults: [crash(90, "balancer"), restart(103, "balancer")],
    },
  },
  {
    cause: Cause.handshakeRefused,
    root: EndReason.sessionUnknown,
    what: "the requests of a handshake go to two servers in turn",
    lab: {
      clients: [socket("A", { startConnected: true }), poller("B")],
      workload: sends("A", "B", 100),
    },
  },
  {
    cause: Cause.handshakeRefused,
    root: EndReason.cookieMissing,
    what: "the requests of a handshake go to two servers in turn, as their client keeps no cookie",
    lab: {
      clients: [socket("A", { startConnected: true }), poller("B", { cookies: false })],
      balancer: { policy: "sticky-cookie" },
      workload: sends("A", "B", 100),
    },
  },
  {
    cause: Cause.sessionUnknown,
    root: null,
    what: "a POST goes to another server than its session's",
    lab: astray("random"),
  },
  {
    cause: Cause.cookieMissing,
    root: null,
    what: "a POST without a cookie goes to another server than its session's",
    lab: astray("sticky-cookie"),
  },
  {
    cause: Cause.unknownHere,
    root: null,
    what: "what one server knows of a client, the next does not",
    lab: {
      clients: [{ name: "A", transport: "http" }],
      servers: PROCESS,
      workload: sends("A", "server", 100, 200),
    },
  },
  {
    cause: Cause.forgotten,
    root: null,
    what: "the only server restarts between two questions",
    lab: {
      clients: [{ name: "A", transport: "http" }],
      servers: { ...PROCESS, count: 1 },
      workload: sends("A", "server", 100, 500),
      faults: [crash(300, "server-1"), restart(400, "server-1")],
    },
  },
  ...ASTRAY,
  {
    cause: Cause.connectionForgotten,
    root: null,
    what: "a server writes to a WebSocket that the balancer has forgotten",
    lab: { ...FORGOTTEN, workload: sends("A", "B", 700) },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.connectionForgotten,
    what: "the server has been reset, and its client knows nothing of it",
    lab: { ...FORGOTTEN, workload: sends("A", "B", 700, 800) },
  },
  {
    cause: Cause.connectionForgotten,
    root: EndReason.linkCut,
    what: "a connection is silent because its link is cut, and is forgotten for it",
    lab: { ...FORGOTTEN, workload: sends("A", "B", 700), faults: [cut(200, "B/balancer")] },
  },
  {
    cause: Cause.lifetimeOver,
    root: null,
    what: "the balancer closes an old WebSocket while its server writes to it",
    lab: {
      clients: [socket("B"), socket("A", { startMs: 300 })],
      servers: { count: 1 },
      balancer: { maxLifetimeMs: 700 },
      network: FAR_SERVER,
      workload: [{ from: "A", to: "B", everyMs: 20 }],
    },
  },
  {
    cause: Cause.recipientAway,
    root: EndReason.lifetimeOver,
    what: "the balancer has closed an old WebSocket",
    lab: {
      clients: [socket("B"), socket("A", { startMs: 300 })],
      servers: { count: 1 },
      balancer: { maxLifetimeMs: 400 },
      workload: sends("A", "B", 550),
    },
  },
  {
    cause: Cause.datagramLost,
    root: null,
    what: "a packet with a datagram in it is lost",
    lab: {
      clients: [socket("B", { transport: "webtransport", messagesBy: "datagram" }), socket("A")],
      servers: { count: 1 },
      workload: sends("A", "B", 500),
      faults: [cut(450, "B/balancer")],
    },
  },
  ...QUIC_IDLE,
  {
    cause: Cause.recipientAway,
    root: EndReason.upgradeRefused,
    what: "a balancer drops the header that asks for a WebSocket, and the client asks for nothing else",
    lab: {
      clients: [socket("B"), { name: "A", transport: "polling", startMs: 50 }],
      servers: { count: 1 },
      balancer: { upgradeHeader: "drop" },
      workload: sends("A", "B", 550),
    },
  },
  ...(
    [
      [EndReason.connectionForgotten, "forgotten", { kind: "nlb", idleTimeoutMs: 1000 }],
      [EndReason.lifetimeOver, "closed for its age", { maxLifetimeMs: 1400 }],
      [EndReason.balancerReloaded, "cut after a reload", { shutdownTimeoutMs: 300 }, reload(1000)],
      [EndReason.markedDown, "ended with its server's mark", ENDS_MARKED, cut(600, "balancer/server-1")],
    ] as const
  ).flatMap(([root, is, balancer, ...faults]): Occasion[] => [
    {
      cause: Cause.connectionClosed,
      root,
      what: `a client behind a cut link writes to a WebSocket that the balancer has ${is}`,
      lab: {
        durationMs: 6000,
        clients: [socket("A"), socket("B")],
        servers: { count: 1, pingIntervalMs: 5000, pingTimeoutMs: 500 },
        balancer,
        workload: sends("A", "B", 2000),
        faults: [cut(500, "A/balancer"), ...faults],
      },
    },
    {
      cause: Cause.sessionGivenUp,
      root,
      what: `the balancer has ${is} a WebSocket, and its server, behind a cut link, writes to it`,
      lab: {
        durationMs: 5000,
        clients: [socket("B", { reconnectionDelayMs: 5000 }), socket("A", { startMs: 300 })],
        servers: { count: 2, pingIntervalMs: 3000, pingTimeoutMs: 500 },
        balancer,
        backplane: REDIS,
        workload: sends("server-2", "B", 600, 1100, 1600),
        faults: [cut(450, "balancer/server-1"), ...faults],
      },
    },
  ]),
  ...(
    [
      [Cause.turnedAway, null, "a POST is turned away"],
      [
        Cause.sessionGivenUp,
        EndReason.turnedAway,
        "its server writes to the session that its client has given up",
      ],
      [Cause.recipientAway, EndReason.turnedAway, "and then has given it up too"],
    ] as const
  ).map(([cause, root, what]): Occasion => ({ cause, root, what, lab: FULL })),
  {
    cause: Cause.connectionClosed,
    root: EndReason.turnedAway,
    what: "a POST is let in, but there is no socket left to pass it on, and what waits for it goes with the connection",
    lab: { ...FULL, balancer: { workerConnections: 7 } },
  },
  ...(
    [
      [Cause.connectionClosed, "what waits for a POST that is answered 503 goes with the connection"],
      [Cause.sessionGivenUp, "a server writes to the session whose client was answered 503, and gave it up"],
      [Cause.recipientAway, "and then has given it up too"],
    ] as const
  ).map(([cause, what]): Occasion => ({ cause, root: EndReason.queueFull, what, lab: BUSY })),
  { cause: Cause.queueFull, root: null, what: "a POST is answered 503", lab: BUSY },
];

function nameOf(cause: CauseIndex, root: EndReasonIndex | null): string {
  return `${CAUSES[cause]!.name}${root === null ? "" : ` since ${END_REASONS[root]!.name}`}`;
}

function losses(lab: Lab) {
  const parsed = validateScenario({
    version: 1,
    name: "s",
    title: "s",
    summary: "s",
    durationMs: 1000,
    clients: [],
    ...lab,
  });
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors));
  return readLedger(simulate(parsed.scenario).trace).copies.filter(({ fate }) => fate === Fate.lost);
}

describe("a cause and its root", () => {
  it.each(OCCASIONS.map((occasion) => ({ ...occasion, pair: nameOf(occasion.cause, occasion.root) })))(
    "$pair: $what",
    ({ cause, root, lab }) => {
      const pairs = losses(lab).map((copy) =>
        nameOf(copy.cause as CauseIndex, (copy.root?.reason ?? null) as EndReasonIndex | null),
      );
      expect(pairs).toContain(nameOf(cause, root));
    },
  );

  it("has its root, too, if a server gives up a WebSocket on trial while what its client wrote there is sent again", () => {
    const both = { transport: "polling-first", randomizationFactor: 0 } as const;
    const lost = losses({
      seed: 439,
      durationMs: 2500,
      clients: [
        { name: "A", ...both },
        { name: "B", ...both },
      ],
      servers: { count: 1, upgradeTimeoutMs: 188, pingIntervalMs: 572, pingTimeoutMs: 284 },
      network: { client: { latencyMs: 19, loss: 0.05 }, server: { latencyMs: 57 } },
      workload: [
        { from: "B", to: "everyone", firstMs: 20, everyMs: 33, untilMs: 1500 },
        { from: "A", to: "everyone", firstMs: 20, everyMs: 43, untilMs: 1500 },
      ],
    });
    const closed = lost.filter(({ cause }) => cause === Cause.connectionClosed);
    expect(closed.length).toBeGreaterThan(0);
    expect(closed.filter(({ root }) => root === null)).toEqual([]);
  });

  /** A page's way is 50 ms long, and there is always something new for it. */
  const READER: Lab = {
    durationMs: 3000,
    network: { client: { latencyMs: 50 }, server: { latencyMs: 0 } },
    servers: { count: 1 },
    workload: [{ from: "server-1", to: "everyone", firstMs: 0, everyMs: 10, untilMs: 2000 }],
  };

  it.each(["websocket", "polling", "sse", "webtransport"] as const)(
    "has its root, too, if a page over %s is closed while its snapshot is on the way",
    (transport) => {
      const page = { name: "B", transport, startMs: 105, loads: "position-first" } as const;
      // The request reaches the server at 155 ms, and the answer would reach the page at 205 ms.
      const lost = losses({ ...READER, clients: [page], faults: [crash(180, "B")] });
      const since = (cause: CauseIndex) =>
        new Set(lost.filter((c) => c.cause === cause && c.sentUs >= 105_000).map(({ root }) => root?.reason));
      expect(since(Cause.connectionClosed)).toEqual(new Set([EndReason.pageClosed]));
      // What was stored for it after that was read, and what was sent when it had gone.
      expect(since(Cause.recipientAway)).toEqual(new Set([EndReason.pageClosed]));
    },
  );

  it("has its root, too, if a page has lost its connection, and then is closed, while it loads again", () => {
    const closed = [];
    // It holds a connection for 170 ms, and is away for 300.
    for (let atMs = 400; atMs < 1400; atMs += 10) {
      const lost = losses({
        ...READER,
        clients: [socket("B", { loads: "position-first", closesAfterMs: 170, reconnectionDelayMs: 300 })],
        backplane: { kind: "history", historySize: 3 },
        faults: [crash(atMs, "B")],
      });
      closed.push(
        ...lost.filter(({ cause }) => cause === Cause.connectionClosed).map((c) => ({ ...c, atMs })),
      );
    }
    expect(closed.length).toBeGreaterThan(0);
    expect(closed.filter(({ root }) => root === null)).toEqual([]);
  });

  it.each([
    ["its time is over", { streamLifetimeMs: 300 }, []],
    ["its server stops", { onStop: "close" }, [{ atMs: 300, act: "stop", target: "server-1" }]],
    [
      "its server keeps no more for it",
      { kernelBuffersKiB: 2, sendBufferKiB: 2, whenBufferFull: "close" },
      [],
    ],
  ] as const)(
    "is no close of a connection that nobody has yet: a stream ends as %s",
    (_, servers, faults) => {
      const lost = losses({
        clients: [listener()],
        proxies: [{ kind: "nginx", name: "edge" }],
        network: { client: { latencyMs: 20 }, proxy: { latencyMs: 20 }, server: { latencyMs: 1 } },
        servers: { count: 1, ...servers },
        workload: [{ from: "server-1", to: "B", firstMs: 100, everyMs: 10, untilMs: 200, bytes: 1000 }],
        // The balancer has the answer, and can't pass it on.
        faults: [{ atMs: 41.5, act: "mute", target: "edge/balancer" }, ...faults],
      });
      const pairs = lost.map(({ cause, root }) =>
        nameOf(cause as CauseIndex, (root?.reason ?? null) as EndReasonIndex | null),
      );
      expect(pairs).toContain("recipient-away");
      expect(pairs).not.toContain("connection-closed");
    },
  );

  it("is no close of a connection that goes on: the balancer asks the next server what one took too long for", () => {
    const lost = losses({
      seed: 44056,
      durationMs: 420,
      clients: [
        { name: "g0", count: 3, address: "10.0.3.1", addressSpread: "networks", transport: "long-polling" },
      ],
      network: {
        client: { latencyMs: 20 },
        server: { latencyMs: { distribution: "normal", meanMs: 9, sdMs: 18 } },
      },
      servers: { count: 2, serviceMs: 60, workers: 2, writeMs: 25 },
      balancer: {
        kind: "nginx",
        policy: "consistent-hash",
        idleTimeoutMs: 400,
        servers: { "server-2": { weight: 3 } },
      },
      // What comes last is to be written when the poll is passed on.
      workload: [{ from: "g0", to: "g0-1", everyMs: { minMs: 87, maxMs: 361 } }],
    });
    const pairs = lost.map(({ cause, root }) =>
      nameOf(cause as CauseIndex, (root?.reason ?? null) as EndReasonIndex | null),
    );
    expect(pairs).toContain("gateway-timeout");
    expect(pairs).not.toContain("connection-closed");
  });

  it("is shown here for every pair on the list", () => {
    const listed = Object.entries(ROOTS).flatMap(([cause, roots]) =>
      roots.map((root) => nameOf(Number(cause) as CauseIndex, root)),
    );
    expect(OCCASIONS.map(({ cause, root }) => nameOf(cause, root)).sort()).toEqual(listed.sort());
  });
});
