/** Scenarios in which things happen that generated ones show seldom or never, each with the transitions that it takes. */
import type { runLab } from "./ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];
type Faults = NonNullable<Lab["faults"]>;

export interface Occasion {
  readonly what: string;
  readonly lab: Lab;
  readonly takes: readonly string[];
}

export const latencies = (client: number, server: number, backplane = 1): NonNullable<Lab["network"]> => ({
  client: { latencyMs: client },
  server: { latencyMs: server },
  backplane: { latencyMs: backplane },
});

const cut = (fromMs: number, toMs: number, target: string): Faults => [
  { atMs: fromMs, act: "cut", target },
  { atMs: toMs, act: "heal", target },
];

/** A page is closed, and opened again. */
const page = (closedMs: number, openedMs: number): Faults => [
  { atMs: closedMs, act: "crash", target: "c" },
  { atMs: openedMs, act: "restart", target: "c" },
];

/** So many clients, one after the other, that each phase of the handshake is somebody's when the fault strikes. */
const crowd = { name: "c", count: 200, startGapMs: 2 };
const jitter = { latencyMs: { distribution: "uniform" as const, minMs: 5, maxMs: 40 } };

const bursts = { good: 0, bad: 0.5, meanGoodMs: 100, meanBadMs: 100 };

/** How a server's process dies while its handlers are at work on what a client sends every 10 ms. */
const handlersDie = (what: string, servers: Lab["servers"], takes: string): Occasion => ({
  what: `a process dies whose handlers ${what}`,
  lab: {
    durationMs: 2500,
    clients: [{ name: "c", transport: "websocket", delivery: "retry", ackTimeoutMs: 200, retries: 20 }],
    servers: { count: 1, ...servers },
    workload: [{ from: "c", to: "server", firstMs: 400, everyMs: 10, untilMs: 500 }],
    faults: [
      { atMs: 500, act: "crash", target: "server-1" },
      { atMs: 600, act: "restart", target: "server-1" },
    ],
  },
  takes: [takes],
});

/** How a process dies that writes and tells what it says every 10 ms from 100 ms on. */
const writersDie = (what: string, servers: Lab["servers"], takes: string): Occasion => ({
  what: `a process dies ${what}`,
  lab: {
    durationMs: 1000,
    clients: [{ name: "c", transport: "websocket", startConnected: true }],
    servers: { count: 1, effectMs: 15, relayIntervalMs: 50, relayMarkMs: 15, ...servers },
    workload: [{ from: "server-1", to: "everyone", firstMs: 100, everyMs: 10 }],
    faults: [{ atMs: 255, act: "crash", target: "server-1" }],
  },
  takes: [takes],
});

/** A server stops while many clients are in each phase of the handshake. */
function stops(how: string, servers: Lab["servers"], takes: readonly string[]): Occasion {
  return {
    what: `a server stops ${how}`,
    lab: {
      durationMs: 1500,
      network: { client: jitter, server: jitter },
      clients: [{ ...crowd, transport: "polling-first" }],
      servers: { count: 1, ...servers },
      faults: [{ atMs: 300, act: "stop", target: "server-1" }],
    },
    takes,
  };
}

/** A client that stops reading, while much is written to it. */
function unread(transport: "websocket" | "sse", servers: Lab["servers"] = {}): Lab {
  return {
    durationMs: 2000,
    clients: [{ name: "c", transport }],
    servers: { count: 1, kernelBuffersKiB: 2, sendBufferKiB: 2, ...servers },
    workload: [{ from: "server-1", to: "everyone", firstMs: 400, everyMs: 20, untilMs: 900, bytes: 1000 }],
    faults: [{ atMs: 600, act: "freeze", target: "c" }],
  };
}

/** A server that stands still, while Redis pushes much to it. */
function unreadPushes(limits: object): Lab {
  return {
    durationMs: 2000,
    clients: [{ name: "c", count: 2, transport: "websocket" }],
    servers: { count: 2 },
    backplane: { kind: "redis", kernelBuffersKiB: 2, ...limits },
    workload: [
      { from: "server-1", to: "everyone", firstMs: 600, everyMs: 20, untilMs: 700, bytes: 10_000 },
      { from: "server-1", to: "everyone", atMs: 1500, bytes: 10_000 },
    ],
    faults: [
      { atMs: 600, act: "freeze", target: "server-2" },
      { atMs: 1200, act: "resume", target: "server-2" },
    ],
  };
}

/** As such with an event stream, of a server that ends or comments streams. */
const streamUnread = (state: string, servers: Lab["servers"]): Occasion => ({
  what: `a client stops reading an event stream that is ${state}, and its server keeps only so much`,
  lab: unread("sse", servers),
  takes: [
    `session: streaming.${state}, ROOM → streaming.${state}`,
    `session: streaming.${state}, OVERFLOW → closed`,
  ],
});

function streamsLab(servers: Lab["servers"]): Lab {
  return {
    durationMs: 1500,
    clients: [{ name: "s", count: 2, transport: "sse" }],
    servers: { count: 1, ...servers },
  };
}

/** What a client asks of servers, which leave it to the workers of a stream. */
const leftToWorkers = {
  durationMs: 4000,
  network: latencies(1, 1),
  clients: [
    {
      name: "c",
      transport: "websocket" as const,
      startConnected: true,
      delivery: "ack" as const,
      ackTimeoutMs: "none" as const,
    },
  ],
  workload: [{ from: "c", to: "server", firstMs: 500, everyMs: 150, untilMs: 1100 }],
};

/** A server with event streams stops. */
function streamsStop(servers: Lab["servers"], takes: string): Occasion {
  return {
    what: `a server with event streams stops: ${takes}`,
    lab: { ...streamsLab(servers), faults: [{ atMs: 700, act: "stop", target: "server-1" }] },
    takes: [takes],
  };
}

export const OCCASIONS: readonly Occasion[] = [
  {
    what: "a process that is to stop is started anew while its preStop hook sleeps, and another dies meanwhile",
    lab: {
      durationMs: 2000,
      clients: [
        { name: "c", count: 20, startGapMs: 50, transport: "polling" },
        { name: "s", transport: "websocket", startConnected: true },
      ],
      servers: { count: 2, preStopMs: 600 },
      backplane: { kind: "redis" },
      workload: [
        { from: "c", to: "others", firstMs: 500, everyMs: 50 },
        { from: "server-1", to: "everyone", firstMs: 500, everyMs: 50 },
      ],
      faults: [
        { atMs: 400, act: "stop", target: "server-1" },
        { atMs: 450, act: "disconnect", target: "server-1" },
        { atMs: 700, act: "restart", target: "server-1" },
        { atMs: 800, act: "stop", target: "server-2" },
        { atMs: 1000, act: "crash", target: "server-2" },
        { atMs: 1100, act: "stop", target: "server-1" },
      ],
    },
    takes: [
      "server: up, STOP [sleepsFirst] → preStop",
      "server: preStop, RESTART → up",
      "server: preStop, CRASH → down",
      "server: preStop, DISCONNECT → preStop",
      "server: preStop, after preStop → stopping",
    ],
  },
  writersDie("before it has written", { publishes: "after" }, "writing: writing, CRASH → over"),
  writersDie(
    "after it has written, and before it tells",
    { publishes: "after", publishDelayMs: 15 },
    "writing: publishing, CRASH → over",
  ),
  writersDie(
    "whose relay has published, and not marked it",
    { publishes: "outbox" },
    "relay: publishingFirst, CRASH → off",
  ),
  writersDie(
    "whose relay has marked, and not published it",
    { publishes: "outbox", relayMarks: "before" },
    "relay: markingFirst, CRASH → off",
  ),
  writersDie(
    "whose relay waits",
    { publishes: "outbox", relayIntervalMs: 800 },
    "relay: waiting, CRASH → off",
  ),
  stops("while many upgrade", { onStop: "close" }, [
    "session: open.polling.probing.waiting, STOP → closed",
    "session: open.polling.probing.releasing, STOP → closed",
  ]),
  stops("at once, while many upgrade", { onStop: "exit" }, [
    "session: open.polling.probing.waiting, CRASH → closed",
    "session: open.polling.probing.releasing, CRASH → closed",
  ]),
  stops("by telling all to disconnect, while many upgrade", { onStop: "disconnect" }, [
    "connection: open.polling.probing, DISCONNECT → closed",
    "connection: open.polling.pausing, DISCONNECT → closed",
  ]),
  ...(["close", "exit"] as const).flatMap((onStop) => {
    const event = onStop === "close" ? "STOP" : "CRASH";
    return [
      streamsStop({ onStop, streamLifetimeMs: 5000 }, `session: streaming.bounded.quiet, ${event} → closed`),
      streamsStop(
        { onStop, streamLifetimeMs: 5000, commentIntervalMs: 100 },
        `session: streaming.bounded.commenting, ${event} → closed`,
      ),
      streamsStop({ onStop }, `session: streaming.unbounded.quiet, ${event} → closed`),
      streamsStop(
        { onStop, commentIntervalMs: 100 },
        `session: streaming.unbounded.commenting, ${event} → closed`,
      ),
    ];
  }),
  {
    what: "a server that stops hears that what it had said is published",
    lab: {
      durationMs: 2000,
      network: latencies(1, 1, 50),
      clients: [{ name: "c", transport: "websocket", startConnected: true }],
      servers: { count: 1, onStop: "wait" },
      backplane: { kind: "sharded" },
      workload: [{ from: "server-1", to: "everyone", atMs: 700 }],
      faults: [{ atMs: 720, act: "stop", target: "server-1" }],
    },
    takes: ["server: stopping, PUBLISHED → stopping"],
  },
  {
    what: "workers of a stream die while they look for what others had, work, and acknowledge",
    lab: {
      ...leftToWorkers,
      servers: { count: 2, tasks: "stream", effectMs: 60, ackDelayMs: 40, claimIdleMs: 100 },
      faults: [
        { atMs: 690, act: "crash", target: "server-2" },
        { atMs: 700, act: "restart", target: "server-2" },
        { atMs: 1030, act: "crash", target: "server-2" },
        { atMs: 1100, act: "restart", target: "server-2" },
        { atMs: 3000, act: "crash", target: "server-2" },
      ],
    },
    takes: [
      "consumer: idle.looking, CRASH → off",
      "consumer: working, CRASH → off",
      "consumer: acknowledging, CRASH → off",
    ],
  },
  {
    what: "a worker of a stream that looks for nothing, and acknowledges first, dies while it waits",
    lab: {
      ...leftToWorkers,
      servers: { count: 2, tasks: "stream", effectMs: 60, acksEntries: "before" },
      faults: [{ atMs: 3000, act: "crash", target: "server-2" }],
    },
    takes: [
      "consumer: idle.resting, CRASH → off",
      "consumer: idle.resting, TAKE [has] → working",
      "consumer: working, after effect [acksFirst] → idle.resting",
    ],
  },
  {
    what: "HAProxy is reloaded while requests wait for a server that refused them",
    lab: {
      durationMs: 1500,
      clients: [{ ...crowd, count: 8 }],
      balancer: { kind: "haproxy", shutdownTimeoutMs: 200 },
      faults: [
        { atMs: 0, act: "crash", target: "server-1" },
        { atMs: 500, act: "reload", target: "balancer" },
      ],
    },
    takes: ["exchange: retrying, PROCESS_REPLACED → closed"],
  },
  {
    what: "HAProxy marks a server down that takes nothing new, and ends what that has",
    lab: {
      durationMs: 1500,
      clients: [
        { name: "polls", transport: "polling" },
        { name: "socket", transport: "websocket" },
      ],
      servers: { count: 1, onStop: "wait" },
      balancer: { kind: "haproxy", checkIntervalMs: 100, onMarkedDown: "shutdown-sessions" },
      faults: [{ atMs: 500, act: "stop", target: "server-1" }],
    },
    takes: ["exchange: waiting, MARKED_DOWN → closed", "exchange: tunnel, MARKED_DOWN → closed"],
  },
  {
    what: "HAProxy's servers are full, and some who wait get in, some go, some wait in vain",
    lab: {
      durationMs: 2000,
      clients: [
        { ...crowd, count: 8, transport: "websocket" },
        { name: "poll", transport: "polling", startMs: 5 },
      ],
      balancer: { kind: "haproxy", maxconn: 1, queueTimeoutMs: 400 },
      faults: [
        { atMs: 100, act: "crash", target: "c-8" },
        { atMs: 150, act: "crash", target: "c-1" },
      ],
    },
    takes: [
      "exchange: waiting, NO_PLACE → pending",
      "exchange: pending, LET_IN → waiting",
      "exchange: pending, CLIENT_CLOSED → closed",
      "exchange: pending, after placeWait → closed",
    ],
  },
  {
    what: "HAProxy dies, and later is reloaded, while requests wait for a place",
    lab: {
      durationMs: 3000,
      clients: [{ ...crowd, count: 8, transport: "websocket" }],
      balancer: { kind: "haproxy", maxconn: 1, queueTimeoutMs: 1500, shutdownTimeoutMs: 100 },
      faults: [
        { atMs: 250, act: "crash", target: "balancer" },
        { atMs: 260, act: "restart", target: "balancer" },
        { atMs: 2000, act: "reload", target: "balancer" },
      ],
    },
    takes: ["exchange: pending, PROCESS_REPLACED → closed", "exchange: pending, BALANCER_CRASHED → closed"],
  },
  {
    what: "a reload's old process has polls and WebSockets when its time is over",
    lab: {
      durationMs: 1500,
      clients: [
        { name: "polls", transport: "polling" },
        { name: "socket", transport: "websocket" },
      ],
      servers: { count: 1 },
      balancer: { shutdownTimeoutMs: 200 },
      faults: [{ atMs: 500, act: "reload", target: "balancer" }],
    },
    takes: ["exchange: waiting, PROCESS_REPLACED → closed", "exchange: tunnel, PROCESS_REPLACED → closed"],
  },
  {
    what: "HAProxy dies while requests wait for a server that refused them, and others give up",
    lab: {
      durationMs: 3000,
      clients: [{ ...crowd, count: 8 }],
      balancer: { kind: "haproxy" },
      faults: [
        { atMs: 0, act: "crash", target: "server-1" },
        { atMs: 500, act: "crash", target: "c-1" },
        { atMs: 900, act: "crash", target: "balancer" },
      ],
    },
    takes: [
      "exchange: retrying, BALANCER_CRASHED → closed",
      "exchange: retrying, CLIENT_CLOSED → closed",
      "exchange: waiting, REFUSED [asksAgain] → retrying",
    ],
  },
  {
    what: "a health check's first packet is lost, and the balancer starts anew",
    lab: {
      durationMs: 8000,
      clients: [{ name: "c" }],
      balancer: { kind: "haproxy", checkIntervalMs: 2000 },
      faults: [
        ...cut(1900, 2100, "balancer/server-1"),
        ...cut(2900, 5500, "balancer/server-2"),
        { atMs: 6000, act: "crash", target: "balancer" },
        { atMs: 6100, act: "restart", target: "balancer" },
      ],
    },
    takes: [
      "health: running.checking, after patience → running.checking",
      "health: running.checking, after patience [isTimedOut] → running.resting",
      "health: stopped, START → running.beginning",
    ],
  },
  {
    what: "handlers throw, before what they do and after it, and a queue waits for its connection",
    lab: {
      durationMs: 3000,
      clients: [
        { name: "c", transport: "websocket", delivery: "retry", ackTimeoutMs: 100, retries: 3 },
        { name: "q", transport: "websocket", delivery: "queue", ackTimeoutMs: 300, retries: 3 },
      ],
      servers: { count: 1, failsBeforeEffect: 0.3, failsAfterEffect: 0.3 },
      workload: [
        { from: "c", to: "server", firstMs: 400, everyMs: 20, untilMs: 1500 },
        { from: "q", to: "server", firstMs: 400, everyMs: 20, untilMs: 1500 },
      ],
      faults: [
        { atMs: 1000, act: "crash", target: "balancer" },
        { atMs: 1100, act: "restart", target: "balancer" },
      ],
    },
    takes: [
      "delivery: outstanding.timed, DISCONNECTED [waitsForConnection] → kept",
      "handling: called, BEGIN [throwsFirst] → over",
      "handling: answering.choosing, always [throwsLast] → over",
    ],
  },
  {
    what: "a person answers an SMS while no server is up",
    lab: {
      durationMs: 4000,
      clients: [
        { name: "a", transport: "websocket", startConnected: true },
        { name: "c", transport: "websocket" },
      ],
      servers: { count: 1, pingIntervalMs: 200, pingTimeoutMs: 200 },
      gateway: {
        channels: [{ kind: "sms", latencyMs: 300, slowerMs: 0, readMs: 0, loss: 0 }],
        answers: 1,
      },
      workload: [{ from: "a", to: "c", atMs: 1500 }],
      faults: [
        { atMs: 300, act: "cut", target: "c/balancer" },
        { atMs: 1700, act: "crash", target: "server-1" },
      ],
    },
    takes: ["fallback: new, OFFER [isAway] → choosing", "server: up, CRASH → down"],
  },
  {
    what: "a server closes a WebSocket for its age while a message is on its way to it",
    lab: {
      durationMs: 2000,
      network: latencies(1, 40),
      clients: [{ name: "c", transport: "websocket", delivery: "ack" }],
      servers: { count: 1, socketLifetimeMs: 500 },
      workload: [{ from: "c", to: "server", everyMs: 20 }],
    },
    takes: ["session: closed, TASK → closed"],
  },
  {
    what: "a message comes again whose id stands in one transaction with its effect",
    lab: {
      durationMs: 1000,
      clients: [
        { name: "c", transport: "websocket", startConnected: true, delivery: "retry", ackTimeoutMs: 20 },
      ],
      servers: { count: 1, seenIds: "redis", marksIds: "together", ackDelayMs: 50 },
      workload: [{ from: "c", to: "server", atMs: 100 }],
    },
    takes: ["handling: working, after effect [isSeenAtCommit] → answering.choosing"],
  },
  {
    what: "a queue without a timeout loses its connection: nobody tells it, and its head is sent again",
    lab: {
      durationMs: 3000,
      clients: [{ name: "c", transport: "websocket", startConnected: true, delivery: "queue" }],
      servers: { count: 1, ackDelayMs: 20 },
      workload: [{ from: "c", to: "server", everyMs: 50 }],
      faults: [
        { atMs: 310, act: "crash", target: "balancer" },
        { atMs: 400, act: "restart", target: "balancer" },
      ],
    },
    takes: [
      "delivery: outstanding.untimed, DISCONNECTED [isInQueue] → outstanding.untimed",
      "delivery: outstanding.untimed, SEND → outstanding.choosing",
    ],
  },
  handlersDie("look ids up", { seenIds: "redis", idStoreMs: 30 }, "handling: looking, CRASH → over"),
  handlersDie(
    "have marked ids, and done nothing yet",
    { seenIds: "redis", effectMs: 30 },
    "handling: working, CRASH → over",
  ),
  handlersDie(
    "write ids down, after the effect",
    { seenIds: "redis", marksIds: "after", idStoreMs: 30 },
    "handling: marking, CRASH → over",
  ),
  handlersDie("are about to acknowledge", { ackDelayMs: 30 }, "handling: answering.delaying, CRASH → over"),
  {
    what: "clients send what is to be acknowledged while they upgrade, and leave sessions behind",
    lab: {
      durationMs: 2000,
      network: { client: { ...jitter, loss: 0.1 }, server: { latencyMs: 1 } },
      clients: [{ ...crowd, count: 60, startGapMs: 5, delivery: "retry", ackTimeoutMs: 100, retries: 2 }],
      servers: { count: 1 },
      workload: [{ from: "c", to: "server", firstMs: 100, everyMs: 60, untilMs: 600 }],
    },
    takes: [
      "connection: open.polling.probing, ACK → open.polling.probing",
      "connection: open.polling.pausing, ACK → open.polling.pausing",
      "session: open.polling.probing.waiting, TASK → open.polling.probing.waiting",
      "session: open.polling.probing.releasing, TASK → open.polling.probing.releasing",
    ],
  },
  {
    what: "pages are closed while their messages wait for acknowledgements",
    lab: {
      durationMs: 1000,
      clients: [
        { name: "u", transport: "websocket", startConnected: true, delivery: "ack" },
        { name: "q", transport: "websocket", startConnected: true, delivery: "queue", ackTimeoutMs: 500 },
      ],
      servers: { count: 1, ackDelayMs: 300 },
      workload: [
        { from: "u", to: "server", atMs: 100 },
        { from: "q", to: "server", everyMs: 20 },
      ],
      faults: [
        { atMs: 200, act: "crash", target: "u" },
        { atMs: 200, act: "crash", target: "q" },
      ],
    },
    takes: [
      "delivery: kept, PAGE_CLOSED → unheard",
      "delivery: outstanding.untimed, PAGE_CLOSED → unheard",
      "delivery: outstanding.timed, PAGE_CLOSED → unheard",
    ],
  },
  {
    what: "pages are closed in each phase of the handshake",
    lab: {
      durationMs: 1000,
      network: { client: jitter },
      clients: [crowd],
      servers: { count: 1 },
      faults: [{ atMs: 250, act: "crash", target: "c" }],
    },
    takes: [
      "connection: open.polling.probing, KILL → closed",
      "connection: open.polling.pausing, KILL → closed",
    ],
  },
  {
    what: "a process dies that had saved a session, whose client is still away",
    lab: {
      durationMs: 2000,
      clients: [{ name: "c", transport: "websocket", reconnectionDelayMs: 1500 }],
      servers: { count: 1, maxDisconnectionDurationMs: 5000 },
      faults: [
        { atMs: 600, act: "crash", target: "balancer" },
        { atMs: 800, act: "crash", target: "server-1" },
      ],
    },
    takes: ["recovery: saved, FORGET → nothing"],
  },
  {
    what: "a page that will listen to an event stream sends while nobody gives it what there is",
    lab: {
      durationMs: 1000,
      clients: [{ name: "e", transport: "sse", loads: "snapshot", reconnectionDelayMs: 600 }],
      servers: { count: 1 },
      workload: [{ from: "e", atMs: 400 }],
      faults: [{ atMs: 0, act: "crash", target: "balancer" }],
    },
    takes: ["client: loading.waiting, TICK [subscribes] → loading.waiting"],
  },
  {
    what: "a server that runs again asks another who is online at it",
    lab: {
      durationMs: 4000,
      clients: [{ name: "c", transport: "websocket", count: 4, startGapMs: 10 }],
      servers: { count: 2 },
      backplane: { kind: "redis" },
      presence: { kind: "replicated", broadcastMs: 200, silentPeriods: 2 },
      faults: [
        { atMs: 1000, act: "crash", target: "server-1" },
        { atMs: 1200, act: "restart", target: "server-1" },
      ],
    },
    takes: ["rounds: beating, ASKED → beating"],
  },
  {
    what: "a page gets a message and not the one before it, and loads again what there is",
    lab: {
      durationMs: 3000,
      network: { ...latencies(10, 1), backplane: { latencyMs: 20 } },
      backplane: { kind: "history" },
      clients: [{ name: "c", transport: "websocket", loads: "position-first" }],
      servers: { count: 2 },
      workload: [{ from: "server-2", to: "everyone", firstMs: 500, everyMs: 1, untilMs: 1500 }],
      faults: [
        { atMs: 1000, act: "crash", target: "backplane" },
        { atMs: 1010, act: "restart", target: "backplane" },
      ],
    },
    takes: [
      "client: online.connected, RELOAD → online.connected",
      "client: online.connected, LOADED → online.connected",
    ],
  },
  {
    what: "pages load again when the balancer dies, and some hear of that before they hear that they are disconnected",
    lab: {
      durationMs: 3000,
      network: { client: jitter },
      backplane: { kind: "history", historySize: 0 },
      clients: [
        {
          ...crowd,
          transport: "websocket",
          startGapMs: 0,
          loads: "position-first",
          reconnectionDelayMs: 300,
          randomizationFactor: 0,
        },
      ],
      servers: { count: 1 },
      workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 50 }],
      faults: [1000, 1425].flatMap((atMs) => [
        { atMs, act: "crash" as const, target: "balancer" },
        { atMs: atMs + 10, act: "restart" as const, target: "balancer" },
      ]),
    },
    takes: ["client: online.connected, LOAD_FAILED → online.connected"],
  },
  {
    what: "pages are closed while they load what there is",
    lab: {
      durationMs: 2000,
      network: latencies(100, 1),
      clients: [
        { name: "a", transport: "websocket", loads: "snapshot" },
        { name: "w", transport: "sse", loads: "position-first", startMs: 500, reconnectionDelayMs: 900 },
      ],
      servers: { count: 1, replayEvents: 10 },
      workload: [{ from: "server-1", to: "everyone", firstMs: 0, everyMs: 30, untilMs: 450 }],
      faults: [
        { atMs: 150, act: "crash", target: "a" },
        { atMs: 300, act: "restart", target: "a" },
        { atMs: 450, act: "crash", target: "balancer" },
        { atMs: 800, act: "crash", target: "w" },
        { atMs: 1000, act: "restart", target: "w" },
      ],
    },
    takes: [
      "client: loading.asking, CRASH → gone",
      "client: loading.waiting, CRASH → gone",
      "client: gone, RESTART [loads] → loading.asking",
    ],
  },
  {
    what: "a process dies that writes comments into an event stream",
    lab: {
      durationMs: 2000,
      clients: [{ name: "e", transport: "sse", retryMs: 300 }],
      servers: { count: 1, commentIntervalMs: 200 },
      faults: [{ atMs: 900, act: "crash", target: "server-1" }],
    },
    takes: [
      "session: streaming.unbounded.commenting, CRASH → closed",
      "connection: eventSource.connecting, REFUSED [isSocket] → eventSource.givenUp",
    ],
  },
  ...["none" as const, 3000].map(
    (streamLifetimeMs): Occasion => ({
      what: `a process dies with an event stream in which nothing is said, which may last ${streamLifetimeMs === "none" ? "for ever" : "for 3 s"}`,
      lab: {
        durationMs: 2000,
        clients: [{ name: "e", transport: "sse", retryMs: 300 }],
        servers: { count: 1, streamLifetimeMs },
        faults: [{ atMs: 900, act: "crash", target: "server-1" }],
      },
      takes: [
        `session: streaming.${streamLifetimeMs === "none" ? "unbounded" : "bounded"}.quiet, CRASH → closed`,
      ],
    }),
  ),
  {
    what: "a process dies with what it kept for a client between two of its polls",
    lab: {
      durationMs: 4000,
      clients: [{ name: "p", transport: "long-polling", pollPauseMs: 1000, retryMs: 300 }],
      servers: { count: 1, replayEvents: 100, memory: "process", pollHoldMs: 300 },
      workload: [{ from: "server-1", to: "everyone", firstMs: 400, everyMs: 100, untilMs: 1200 }],
      faults: [
        { atMs: 1000, act: "crash", target: "server-1" },
        { atMs: 1600, act: "restart", target: "server-1" },
      ],
    },
    takes: [
      "connection: longPolling.asking, REFUSED [isRequest] → longPolling.failed",
      "connection: longPolling.failed, after retry → longPolling.asking",
    ],
  },
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
    what: "a server refuses a POST that a proxy has given up meanwhile",
    lab: {
      durationMs: 2000,
      network: { client: { latencyMs: 1 }, server: { latencyMs: 120 } },
      clients: [{ name: "p", count: 4, transport: "polling", startGapMs: 10 }],
      proxies: [{ name: "edge", idleTimeoutMs: 300 }],
      servers: { count: 1 },
      workload: [{ from: "p", to: "others", everyMs: 20 }],
      faults: [
        { atMs: 700, act: "slow", target: "balancer/server-1", latencyMs: 400 },
        { atMs: 800, act: "crash", target: "server-1" },
      ],
    },
    takes: ["exchange: closed, REFUSED → closed"],
  },
  {
    what: "servers and the balancer die while clients wait for their upgrade with messages",
    lab: {
      durationMs: 1000,
      network: { client: jitter, server: jitter },
      clients: [{ ...crowd, count: 60 }],
      balancer: { policy: "ip-hash" },
      workload: [{ from: "c", to: "c-1", everyMs: 50 }],
      faults: [
        { atMs: 300, act: "crash", target: "server-1" },
        { atMs: 310, act: "restart", target: "server-1" },
        { atMs: 500, act: "crash", target: "balancer" },
      ],
    },
    takes: ["connection: open.polling.pausing, WRITE → open.polling.pausing"],
  },
  {
    what: "a server dies with messages that wait for the backplane, which is away",
    lab: {
      durationMs: 2000,
      network: { client: jitter, server: jitter },
      clients: [{ ...crowd, count: 24, startGapMs: 20 }],
      servers: { count: 2 },
      balancer: { policy: "ip-hash", failTimeoutMs: 20 },
      backplane: { kind: "redis" },
      workload: [{ from: "c", to: "others", everyMs: 100 }],
      faults: [
        { atMs: 300, act: "crash", target: "server-2" },
        { atMs: 310, act: "restart", target: "server-2" },
        { atMs: 600, act: "crash", target: "backplane" },
        { atMs: 1000, act: "crash", target: "server-1" },
        { atMs: 1010, act: "restart", target: "server-1" },
        { atMs: 1400, act: "crash", target: "balancer" },
      ],
    },
    takes: ["redisClient: running.retrying, PUBLISH [hasQueue] → running.retrying"],
  },
  {
    what: "rooms come and go at servers with a channel each, while Redis stands still, is away, and is given up",
    lab: {
      durationMs: 2500,
      network: latencies(1, 1, 50),
      clients: [
        { name: "c", transport: "websocket", startConnected: true },
        { name: "d", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1 },
      backplane: { kind: "sharded", reconnectAttempts: 4 },
      workload: [{ from: "d", to: "others", everyMs: 20 }],
      faults: [
        { atMs: 300, act: "freeze", target: "backplane" },
        ...page(350, 400),
        { atMs: 600, act: "resume", target: "backplane" },
        ...page(700, 800),
        // Servers know it at 1050 ms, and connect from then on, from 1150, 1300 and 1500 ms, each time for 100 ms.
        { atMs: 1000, act: "crash", target: "backplane" },
        ...page(1100, 1200),
        ...page(1270, 1450),
        ...page(1520, 1700),
        ...page(1800, 1900),
      ],
    },
    takes: [
      "server: up, PUBLISHED → up",
      "backplane: up, UNSUBSCRIBE → up",
      "backplane: frozen, UNSUBSCRIBE → frozen",
      "redisClient: running.connected, ANSWERED → running.connected",
      "redisClient: running.connected, JOIN → running.connected",
      "redisClient: running.connected, LEAVE → running.connected",
      "redisClient: running.connecting, JOIN → running.connecting",
      "redisClient: running.connecting, LEAVE → running.connecting",
      "redisClient: running.retrying, JOIN → running.retrying",
      "redisClient: running.retrying, LEAVE → running.retrying",
      "redisClient: running.givenUp, JOIN → running.givenUp",
      "redisClient: running.givenUp, LEAVE → running.givenUp",
    ],
  },
  {
    what: "a server's own feed goes on while its Redis client, which keeps nothing, waits and connects",
    lab: {
      durationMs: 1500,
      network: latencies(1, 1, 20),
      clients: [{ name: "c", transport: "websocket", startConnected: true }],
      backplane: { kind: "redis", offlineQueue: false },
      workload: [{ from: "server-1", to: "everyone", everyMs: 10 }],
      faults: [{ atMs: 500, act: "crash", target: "backplane" }],
    },
    takes: [
      "redisClient: running.connecting, PUBLISH → running.connecting",
      "redisClient: running.retrying, PUBLISH → running.retrying",
    ],
  },
  {
    what: "servers write into a registry in each of its moods, and their own",
    lab: {
      durationMs: 3000,
      network: latencies(1, 1, 5),
      clients: [{ name: "c", count: 4, transport: "websocket", startConnected: true, startGapMs: 0 }],
      servers: { count: 2, graceMs: 1000 },
      backplane: { kind: "registry", refreshMs: 100, ttlMs: 900 },
      workload: [{ from: "c-1", to: "c-2", everyMs: 20 }],
      faults: [
        { atMs: 500, act: "freeze", target: "backplane" },
        { atMs: 700, act: "resume", target: "backplane" },
        { atMs: 1000, act: "crash", target: "server-2" },
        { atMs: 1500, act: "stop", target: "server-1" },
      ],
    },
    takes: [
      "backplane: up, COMMAND → up",
      "backplane: frozen, COMMAND → frozen",
      "server: up, TOLD → up",
      "server: down, TOLD → down",
      "server: stopping, TOLD → stopping",
    ],
  },
  {
    what: "a publisher looks up, in a registry that has forgotten, and again where nobody hears",
    lab: {
      durationMs: 4000,
      network: latencies(1, 1, 5),
      clients: [{ name: "c", transport: "websocket", startConnected: true }],
      publishers: [{ name: "job" }],
      servers: { count: 2 },
      backplane: { kind: "registry", refreshMs: 3900, ttlMs: 9000, lookAgain: 1, lookAgainMs: 50 },
      workload: [{ from: "job", to: "c", everyMs: 100 }],
      faults: [
        { atMs: 500, act: "crash", target: "server-1" },
        { atMs: 2500, act: "crash", target: "backplane" },
        { atMs: 2550, act: "restart", target: "backplane" },
      ],
    },
    takes: [],
  },
  {
    what: "a page is closed to which messages are on their way, and a registry dies",
    lab: {
      durationMs: 2500,
      network: latencies(1, 1, 20),
      clients: ["A", "B"].map((name) => ({ name, transport: "websocket" as const, startConnected: true })),
      servers: { count: 2 },
      backplane: { kind: "registry", refreshMs: 2400 },
      workload: [
        { from: "A", to: "B", everyMs: 5 },
        { from: "B", to: "A", everyMs: 5 },
      ],
      faults: [
        ...page(500, 600).map((fault) => ({ ...fault, target: "B" })),
        { atMs: 1500, act: "crash", target: "backplane" },
        { atMs: 1550, act: "restart", target: "backplane" },
      ],
    },
    takes: [],
  },
  {
    what: "servers ask a stream for more when Redis has just stopped",
    lab: {
      durationMs: 1500,
      network: latencies(1, 1, 50),
      clients: [{ name: "c", count: 2, transport: "websocket", startConnected: true }],
      servers: { count: 2 },
      backplane: { kind: "streams" },
      workload: [{ from: "c", to: "others", everyMs: 20 }],
      faults: [
        { atMs: 500, act: "freeze", target: "backplane" },
        { atMs: 700, act: "resume", target: "backplane" },
      ],
    },
    takes: [
      "backplane: up, READ → up",
      "backplane: frozen, READ → frozen",
      "redisClient: running.connected, READ → running.connected",
    ],
  },
  {
    what: "Redis clients that keep nothing give up: at once, refused, and while they connect",
    lab: {
      durationMs: 4000,
      network: latencies(1, 1, 50),
      clients: [{ name: "c", count: 4, transport: "websocket", startConnected: true }],
      backplane: { kind: "redis", client: "ioredis", offlineQueue: false, reconnectAttempts: 0 },
      workload: [{ from: "c", to: "others", everyMs: 20 }],
      faults: [
        { atMs: 500, act: "crash", target: "server-1" },
        // Connects at 700 ms at a Redis that stands still and dies.
        { atMs: 650, act: "restart", target: "server-1" },
        { atMs: 680, act: "freeze", target: "backplane" },
        { atMs: 800, act: "crash", target: "backplane" },
        { atMs: 1500, act: "crash", target: "server-2" },
        // Refused.
        { atMs: 1600, act: "restart", target: "server-2" },
      ],
    },
    takes: [
      "redisClient: running.connected, SOCKET_CLOSED [givesUp] → running.givenUp",
      "redisClient: running.connecting, SOCKET_CLOSED [givesUp] → running.givenUp",
      "redisClient: running.connecting, REFUSED [givesUp] → running.givenUp",
      "redisClient: running.givenUp, PUBLISH → running.givenUp",
      "redisClient: running.givenUp, STOP → off",
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
  {
    what: "a WebSocket on trial gets too old while its client waits for its last poll, with messages",
    lab: {
      durationMs: 1000,
      network: { client: jitter, server: latencies(1, 1).server },
      clients: [{ ...crowd, count: 40 }],
      servers: { count: 1 },
      balancer: { maxLifetimeMs: 60 },
      workload: [{ from: "c", to: "c-1", everyMs: 20 }],
    },
    takes: ["connection: open.polling.pausing, SOCKET_CLOSED [isSocket] → closed"],
  },
  {
    what: "a server that knew who asks has died, and its memory with it",
    lab: {
      durationMs: 1000,
      clients: [{ name: "a", transport: "http" }],
      servers: { count: 1, memory: "process" },
      workload: [100, 500].map((atMs) => ({ from: "a", to: "server", atMs })),
      faults: [
        { atMs: 300, act: "crash", target: "server-1" },
        { atMs: 400, act: "restart", target: "server-1" },
      ],
    },
    takes: ["server: down, RESTART → up"],
  },
  {
    what: "a balancer forgets a request before a far server has accepted it, and one that nobody was there to accept",
    lab: {
      durationMs: 1500,
      network: latencies(1, 400),
      clients: [{ name: "c", count: 2, transport: "websocket" }],
      balancer: { kind: "nlb", idleTimeoutMs: 500 },
      faults: [{ atMs: 0, act: "crash", target: "server-2" }],
    },
    takes: ["exchange: forgotten, SWITCH → forgotten", "exchange: forgotten, REFUSED → forgotten"],
  },
  {
    what: "links that lose in bursts are healed, though nothing else is wrong with them, some in a bad time",
    lab: {
      durationMs: 1000,
      clients: [{ name: "c", count: 50, startConnected: true, link: { loss: bursts } }],
      faults: [{ atMs: 500, act: "heal", target: "c/balancer" }],
    },
    takes: ["link: healthy.bad, HEAL → healthy.bad"],
  },
  {
    what: "a session's heartbeat has failed before the answer that names it is past the first proxy",
    lab: {
      durationMs: 2000,
      network: { client: { latencyMs: 1 }, proxy: { latencyMs: 400 } },
      clients: [{ name: "c", transport: "websocket" }],
      proxies: [{ name: "edge" }],
      servers: { count: 1, pingIntervalMs: 200, pingTimeoutMs: 150 },
    },
    takes: ["heartbeat: awaiting, after timeout → idle"],
  },
  {
    what: "a client gives up what a far balancer has just closed for its age, when copies are still on their way to it",
    lab: {
      durationMs: 3000,
      network: { client: { latencyMs: 200 }, proxy: { latencyMs: 100 } },
      clients: [
        { name: "b", transport: "websocket", watchdogMs: 1750 },
        { name: "a", transport: "websocket", watchdogMs: "none", startMs: 500 },
      ],
      proxies: [{ name: "edge" }],
      servers: { count: 1, pingIntervalMs: "none" },
      balancer: { maxLifetimeMs: 2000 },
      workload: [{ from: "a", to: "b", everyMs: 10 }],
    },
    takes: ["exchange: tunnel, after idleTimeout [isTooOld] → closed"],
  },
  {
    what: "the balancer dies while busy clients change from polling to WebSocket",
    lab: {
      durationMs: 1000,
      network: { client: jitter, server: latencies(1, 1).server },
      clients: [{ ...crowd, count: 150 }],
      servers: { count: 1 },
      workload: [{ from: "c", to: "everyone", everyMs: 200 }],
      faults: [{ atMs: 300, act: "crash", target: "balancer" }],
    },
    takes: ["connection: open.polling.pausing, SOCKET_CLOSED [isSocket] → closed"],
  },
  {
    what: "links become slower, and lose packets, some while they are cut, until they heal",
    lab: {
      durationMs: 2000,
      clients: [
        { name: "steady", startConnected: true },
        { name: "c", count: 50, startConnected: true, link: { loss: bursts } },
      ],
      faults: [
        ...["steady", "c"].flatMap((who): Faults => {
          const target = `${who}/balancer`;
          return [
            { atMs: 100, act: "slow", target, latencyMs: 50 },
            { atMs: 200, act: "lose", target, loss: 0.1 },
            { atMs: 300, act: "heal", target },
            ...cut(400, 500, target),
            { atMs: 410, act: "slow", target, latencyMs: 50 },
            { atMs: 420, act: "lose", target, loss: bursts },
            { atMs: 430, act: "mute", target },
            { atMs: 700, act: "mute", target },
            { atMs: 600, act: "lose", target, loss: { ...bursts, bad: 0.6 } },
            { atMs: 900, act: "slow", target, latencyMs: 60 },
            { atMs: 1000, act: "mute", target },
            { atMs: 1200, act: "heal", target },
          ];
        }),
      ],
    },
    takes: [
      "link: healthy.steady, SLOW → healthy.steady",
      "link: healthy.good, SLOW → healthy.good",
      "link: healthy.bad, SLOW → healthy.bad",
      "link: cut, SLOW → cut",
      "link: cut, MUTE → cut",
      "link: healthy.steady, LOSE → healthy.steady",
      "link: healthy.good, LOSE → healthy.steady",
      "link: healthy.bad, LOSE → healthy.steady",
      "link: cut, LOSE → cut",
      "link: healthy.steady, HEAL [hasOtherLoss] → healthy.steady",
      "link: healthy.good, HEAL [hasOtherLoss] → healthy.steady",
      "link: healthy.bad, HEAL [hasOtherLoss] → healthy.steady",
    ],
  },
  {
    what: "TCP gives up, after a quarter of an hour behind a cut link, at either end of each link",
    lab: {
      durationMs: 1_200_000,
      clients: ["A", "B"].map((name) => ({ name, startConnected: true })),
      servers: { count: 2, pingIntervalMs: 3_600_000, pingTimeoutMs: 3_600_000 },
      balancer: { idleTimeoutMs: 3_600_000 },
      backplane: { kind: "redis" },
      workload: [
        { from: "A", to: "B", atMs: 500 },
        { from: "B", to: "A", atMs: 500 },
      ],
      faults: ["A/balancer", "balancer/server-2", "server-1/backplane"].map((target) => ({
        atMs: 400,
        act: "cut",
        target,
      })),
    },
    takes: [],
  },
  {
    what: "connections wait in the accept queue, until others leave, they are given up, or the balancer dies",
    lab: {
      durationMs: 30_000,
      clients: [
        { name: "c", count: 12, transport: "websocket", startGapMs: 8 },
        { name: "late", transport: "websocket", startMs: 3000 },
      ],
      balancer: { descriptors: 20 },
      faults: [
        { atMs: 22_000, act: "cut", target: "c-1/balancer" },
        { atMs: 29_000, act: "crash", target: "balancer" },
      ],
      servers: { pingIntervalMs: 1000, pingTimeoutMs: 500 },
    },
    takes: [
      "exchange: arriving, REQUEST [mustWait] → queued",
      "exchange: queued, after acceptWait [mustWait] → queued",
      "exchange: queued, after acceptWait → waiting",
      "exchange: queued, CLIENT_CLOSED → closed",
      "exchange: queued, BALANCER_CRASHED → closed",
    ],
  },
  {
    what: "a worker has no connection left",
    lab: {
      durationMs: 1000,
      clients: [{ name: "c", count: 3, transport: "websocket" }],
      balancer: { workerConnections: 4 },
    },
    takes: ["exchange: arriving, REQUEST [isTurnedAway] → closed"],
  },
  {
    what: "processes freeze, are put into the background, killed while they are frozen, and go on",
    lab: {
      durationMs: 4000,
      clients: [{ name: "c", count: 3, transport: "websocket" }],
      servers: { count: 2 },
      faults: [
        { atMs: 500, act: "throttle", target: "c-1", everyMs: 100 },
        { atMs: 800, act: "throttle", target: "c", everyMs: 150 },
        { atMs: 1200, act: "freeze", target: "c-1" },
        { atMs: 1500, act: "resume", target: "c" },
        { atMs: 1600, act: "freeze", target: "server-1" },
        { atMs: 1700, act: "crash", target: "server-1" },
        { atMs: 1800, act: "restart", target: "server-1" },
      ],
    },
    takes: [
      "process: running, THROTTLE → throttled",
      "process: throttled, THROTTLE → throttled",
      "process: throttled, FREEZE → frozen",
      "process: throttled, RESUME → running",
      "process: frozen, KILL → running",
    ],
  },
  {
    what: "servers are told to stop, close what they have in slices, are killed, or are started anew before they are done",
    lab: {
      durationMs: 6000,
      clients: [
        { name: "w", count: 9, transport: "websocket" },
        { name: "p", count: 2, transport: "polling" },
        { name: "l", count: 2, transport: "long-polling" },
        { name: "s", count: 2, transport: "sse" },
      ],
      servers: { count: 3, drainMs: 600, graceMs: 300 },
      balancer: { policy: "least-connections" },
      backplane: { kind: "redis" },
      workload: [
        { from: "w", to: "everyone", everyMs: 70 },
        { from: "servers", to: "everyone", everyMs: 110 },
      ],
      faults: [
        { atMs: 1000, act: "stop", target: "server-1" },
        { atMs: 1500, act: "stop", target: "server-2" },
        { atMs: 1600, act: "restart", target: "server-2" },
        { atMs: 2000, act: "stop", target: "server-3" },
        { atMs: 2100, act: "crash", target: "server-3" },
      ],
    },
    takes: [
      "server: up, STOP → stopping",
      "server: stopping, REQUEST → stopping",
      "server: stopping, PUSH → stopping",
      "server: stopping, TICK → stopping",
      "server: stopping, CRASH → down",
      "server: stopping, RESTART → up",
      "server: stopping, after grace → down",
      "session: open.websocket, STOP → closed",
    ],
  },
  {
    what: "servers exit while they write, and with what they hold for clients of all kinds",
    lab: {
      durationMs: 3000,
      clients: [
        { name: "w", count: 2, transport: "websocket" },
        { name: "p", count: 2, transport: "polling" },
        { name: "l", count: 2, transport: "long-polling" },
        { name: "s", count: 2, transport: "sse" },
      ],
      servers: { count: 1, onStop: "exit" },
      workload: [
        { from: "server-1", to: "everyone", atMs: 900 },
        { from: "server-1", to: "everyone", atMs: 900 },
      ],
      faults: [{ atMs: 1000, act: "stop", target: "server-1" }],
    },
    takes: [
      "server: stopping, LEAVE [isDone] → down",
      "session: open.websocket, FLUSH → open.websocket",
      "session: open.websocket, CRASH → closed",
      "session: open.polling.steady, CRASH → closed",
      "session: held, CRASH → closed",
      "session: streaming.unbounded.quiet, CRASH → closed",
    ],
  },
  {
    what: "a server disconnects its clients, of which one connects again, and pages of others are closed",
    lab: {
      durationMs: 4000,
      clients: [
        { name: "w", count: 2, transport: "websocket", connectsAgainAfterMs: 500 },
        { name: "x", count: 2, transport: "websocket" },
        { name: "p", count: 2, transport: "polling" },
      ],
      servers: { count: 1 },
      workload: [
        { from: "w", to: "everyone", everyMs: 70 },
        { from: "x", to: "everyone", everyMs: 90 },
      ],
      faults: [
        { atMs: 1000, act: "disconnect", target: "server-1" },
        { atMs: 1200, act: "crash", target: "w-1" },
        { atMs: 1200, act: "crash", target: "x-1" },
      ],
    },
    takes: [
      "server: up, DISCONNECT → up",
      "connection: open.websocket, DISCONNECT → closed",
      "client: parted.resting, TICK → parted.resting",
      "client: parted.staying, TICK → parted.staying",
      "client: parted.resting, CRASH → gone",
      "client: parted.staying, CRASH → gone",
      "client: parted.resting, after connectsAgain → online.connecting.engine",
    ],
  },
  {
    what: "servers that have work to do are frozen, killed, and told to stop",
    lab: {
      durationMs: 4000,
      clients: [
        { name: "w", count: 3, transport: "websocket", startConnected: true },
        { name: "h", count: 3, transport: "http" },
      ],
      servers: { count: 3, serviceMs: 40, writeMs: 5, onStop: "wait" },
      workload: [
        { from: "w", to: "others", firstMs: 100, everyMs: 30, untilMs: 1500 },
        { from: "h", to: "server", firstMs: 100, everyMs: 70, untilMs: 1500 },
      ],
      faults: [
        { atMs: 500, act: "freeze", target: "server-1" },
        { atMs: 700, act: "resume", target: "server-1" },
        { atMs: 500, act: "freeze", target: "server-2" },
        { atMs: 600, act: "crash", target: "server-2" },
        { atMs: 800, act: "crash", target: "server-1" },
        { atMs: 800, act: "stop", target: "server-3" },
      ],
    },
    takes: [
      "server: stopping, SERVE → stopping",
      "worker: busy, PAUSE → paused",
      "worker: busy, CRASH → free",
      "worker: paused, GO_ON → busy",
    ],
  },
  {
    what: "a server that stops is frozen at work, and another process takes its place",
    lab: {
      durationMs: 2000,
      clients: [{ name: "w", count: 3, transport: "websocket", startConnected: true }],
      servers: { count: 1, serviceMs: 40, onStop: "wait" },
      workload: [{ from: "w", to: "others", firstMs: 100, everyMs: 30 }],
      faults: [
        { atMs: 500, act: "stop", target: "server-1" },
        { atMs: 600, act: "freeze", target: "server-1" },
        { atMs: 700, act: "restart", target: "server-1" },
      ],
    },
    takes: ["worker: paused, CRASH → free"],
  },
  {
    what: "a server has work to do, and no memory for what asks next",
    lab: {
      durationMs: 1000,
      clients: [{ name: "w", count: 5, transport: "websocket" }],
      servers: { count: 1, serviceMs: 40, memoryMiB: 1, compressionWindowBits: 15 },
    },
    takes: ["worker: deciding, CRASH → free"],
  },
  {
    what: "a server refuses, and HAProxy may ask the other one at once",
    lab: {
      durationMs: 1000,
      clients: [{ name: "c", count: 4, transport: "websocket", startMs: 200 }],
      servers: { count: 2 },
      balancer: { kind: "haproxy", policy: "round-robin", redispatch: true },
      faults: [{ atMs: 100, act: "crash", target: "server-1" }],
    },
    takes: ["exchange: waiting, REFUSED [asksAgainNow] → waiting"],
  },
  {
    what: "the page of a client that holds no connection is closed, and opened again",
    lab: { durationMs: 1000, clients: [{ name: "c", transport: "http" }], faults: page(300, 600) },
    takes: ["client: gone, RESTART [holdsNoConnection] → requesting"],
  },
  {
    what: "a server dies that would have kept the session of a client, which is connected",
    lab: {
      durationMs: 2000,
      clients: [{ name: "c", count: 2, transport: "websocket" }],
      servers: { count: 1, maxDisconnectionDurationMs: 5000 },
      workload: [{ from: "c-1", to: "c-2", everyMs: 100 }],
      faults: [{ atMs: 1000, act: "crash", target: "server-1" }],
    },
    takes: ["recovery: connected, FORGET → nothing"],
  },
  {
    what: "a client stops reading, and its server keeps only so much",
    lab: unread("websocket"),
    takes: ["session: open.websocket, ROOM → open.websocket", "session: open.websocket, OVERFLOW → closed"],
  },
  {
    what: "a client stops reading, and its server drops what it does not keep",
    lab: unread("websocket", { whenBufferFull: "drop" }),
    takes: ["session: open.websocket, ROOM → open.websocket"],
  },
  {
    what: "a server stands still, and Redis keeps only so much for it, or so much for so long",
    lab: unreadPushes({ outputHardKiB: 30 }),
    takes: ["redisClient: running.connected, SOCKET_CLOSED → running.retrying"],
  },
  {
    what: "Redis keeps what waits for a server that stands still for so long",
    lab: unreadPushes({ outputSoftKiB: 20, outputSoftMs: 300 }),
    takes: ["redisClient: running.connected, SOCKET_CLOSED → running.retrying"],
  },
  streamUnread("unbounded.quiet", {}),
  streamUnread("unbounded.commenting", { commentIntervalMs: 100 }),
  streamUnread("bounded.quiet", { streamLifetimeMs: 1900 }),
  streamUnread("bounded.commenting", { streamLifetimeMs: 1900, commentIntervalMs: 100 }),
];
