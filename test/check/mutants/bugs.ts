/** Deliberate bugs of the model, by the part of it that has them: every rule has one that breaks it. */
import type { ScenarioLimits } from "../../../src/check/arbitraries.ts";
import type { RuleName } from "../../../src/scenario/rules.ts";
import type { Scenario } from "../../../src/scenario/schema.ts";
import { scenario as withDefaults } from "../exploring.ts";

/** Where the rules hold on the model as it is: routed with affinity, joined by Redis, with patient timers. */
const SOUND: ScenarioLimits = {
  // Most hold a connection. Of those who ask, only what servers keep arrives.
  transports: ["polling-first", "polling", "websocket", "polling-first", "polling", "websocket", "http"],
  policies: ["ip-hash"],
  backplanes: ["redis"],
  // What is sent again arrives again.
  deliveries: ["question", "forget"],
  losses: [false],
  faults: [false],
  idleTimeoutMs: [60_000],
  pingIntervalMs: [25_000],
  pingTimeoutMs: [20_000],
  upgradeTimeoutMs: [10_000],
};
const BEATING: ScenarioLimits = {
  ...SOUND,
  idleTimeoutMs: [1500],
  pingIntervalMs: [700],
  pingTimeoutMs: [500],
};
const COOKIES: ScenarioLimits = { ...SOUND, policies: ["sticky-cookie"], cookies: [true], servers: [2, 3] };
const CUTS: ScenarioLimits = {
  ...SOUND,
  transports: ["polling-first", "polling", "websocket"],
  pingIntervalMs: [700],
  pingTimeoutMs: [500],
  faults: [true],
  faultsOf: ["link"],
};
const FREEZES: ScenarioLimits = { ...CUTS, faultsOf: ["server"] };
/** Everybody holds a connection, and nobody asks a server: all that arrives has come by way of others. */
const TALKING: ScenarioLimits = {
  ...SOUND,
  transports: ["polling-first", "polling", "websocket"],
  asks: false,
};
const WRITING: ScenarioLimits = { ...TALKING, publishes: ["outbox"] };
const READING: ScenarioLimits = { ...TALKING, backplanes: ["streams"], servers: [2, 3] };
const LOOKING_UP: ScenarioLimits = { ...TALKING, servers: [2, 3] };
const RESTARTS: ScenarioLimits = { ...TALKING, faults: [true], faultsOf: ["backplane"] };
const FALLING_BACK: ScenarioLimits = {
  ...SOUND,
  transports: ["websocket-first"],
  tryAllTransports: [true],
  upgradeHeader: ["drop"],
};
const STREAMS: ScenarioLimits = {
  ...SOUND,
  transports: ["webtransport"],
  messagesBy: ["one-stream", "stream-per-sender"],
  losses: [true],
};
const DATAGRAMS: ScenarioLimits = {
  ...SOUND,
  transports: ["webtransport"],
  messagesBy: ["datagram"],
  servers: [1, 1],
  asks: false,
};
/** One of some places in a game is lost on its way to a player, to whom each is news for two of the next. */
const losingOne = (scenario: Scenario): Scenario => {
  const clients = scenario.clients.map(({ link: _, ...group }) => ({
    ...group,
    startConnected: true,
    freshForMs: 95,
  }));
  const [first] = clients;
  return {
    ...scenario,
    durationMs: 1500,
    clients,
    network: {
      ...scenario.network,
      client: { latencyMs: 50, loss: 0 },
      server: { latencyMs: 1, loss: 0 },
    },
    workload: [{ from: "server-1", to: "everyone", everyMs: 20, firstMs: 500, untilMs: 600 }],
    faults: [
      {
        act: "drop",
        target: `${first!.name}${first!.count > 1 ? "-1" : ""}/balancer`,
        direction: "down",
        packet: 3,
      },
    ],
  };
};
/** Who asks, and is not told. */
const ASKING: ScenarioLimits = {
  ...SOUND,
  transports: ["long-polling", "sse"],
  servers: [1, 2],
  asks: false,
};
const PLACED: ScenarioLimits = { ...SOUND, transports: ["websocket"], servers: [2, 3] };
const POLLING: ScenarioLimits = { ...SOUND, transports: ["polling-first"] };

/** A service that every message is told to, and two channels. */
const SERVED: ScenarioLimits = { ...TALKING, channels: [true] };

/** Receipts come, and long before the service's patience ends. */
const heard = (scenario: Scenario): Scenario => ({
  ...scenario,
  gateway: {
    ...scenario.gateway,
    gate: true,
    asksPresence: false,
    fallBackOn: "unread",
    until: "delivered",
    receiptLoss: 0,
    waitMs: 3000,
    channels: scenario.gateway.channels.map((channel) => ({
      ...channel,
      receipts: "delivered",
      latencyMs: 200,
      slowerMs: 0,
    })),
  },
});

/** Everybody is told by everything, as far as the money goes. */
const frugal = (scenario: Scenario): Scenario => ({
  ...scenario,
  gateway: {
    ...scenario.gateway,
    gate: false,
    waitMs: 400,
    budgetUsd: 0.1,
    keepsBudget: true,
    channels: scenario.gateway.channels.map((channel) => ({ ...channel, priceUsd: 0.04 })),
  },
});

/** Who is online is kept in entries that expire, and pages are closed. */
const EXPIRING: ScenarioLimits = {
  ...TALKING,
  pingIntervalMs: [700],
  pingTimeoutMs: [500],
  presences: ["connection-key", "sorted-set"],
  faults: [true],
  faultsOf: ["client"],
};

/** Entries are written again in time, and there is time to see what comes of a page that is closed. */
const expiring = (scenario: Scenario): Scenario => ({
  ...scenario,
  durationMs: 9000,
  workload: [],
  presence: { kind: "connection-key", tellsEverybody: false, observeMs: 20, ttlMs: 400, refreshMs: 150 },
});

/** Users are few, and there are bits enough that nobody's are all set by others. */
const filtered = (scenario: Scenario): Scenario => ({
  ...scenario,
  workload: [],
  presence: { kind: "bloom", tellsEverybody: false, observeMs: 20, bits: 4096, hashes: 5 },
});

/** Servers tell each other who is online, in rounds that are seen within the run. */
const replicated = (scenario: Scenario): Scenario => ({
  ...scenario,
  durationMs: 9000,
  workload: [],
  presence: {
    kind: "replicated",
    observeMs: 20,
    broadcastMs: 150,
    silentPeriods: 2,
    downMs: 700,
    permdownMs: 60_000,
  },
});

/** And no server stands still for so long that the others take it for dead: its users would be missing. */
const awake = (scenario: Scenario): Scenario => ({
  ...replicated(scenario),
  faults: scenario.faults.filter(({ act }) => act !== "freeze" && act !== "resume"),
});

/** Pages ask a database, often. */
const polled = (scenario: Scenario): Scenario => ({
  ...scenario,
  durationMs: 9000,
  workload: [],
  presence: { kind: "database", tellsEverybody: false, pollMs: 150, ttlMs: 500 },
});

const REPLICATED: ScenarioLimits = { ...EXPIRING, presences: ["replicated"], servers: [2, 3] };
const POLLED: ScenarioLimits = { ...EXPIRING, presences: ["database"] };

/** Conversations are kept under a key that lasts. */
const lasting = (scenario: Scenario): Scenario => ({
  ...scenario,
  gateway: { ...scenario.gateway, context: "conversation" },
});

/** Servers keep all that is sent. */
const keeping = (scenario: Scenario): Scenario => ({
  ...scenario,
  servers: { ...scenario.servers, replayEvents: 1000, memory: "shared" },
});

/** Sockets whose connections break, of one server or several that nothing joins. */
const DROPPED: ScenarioLimits = {
  ...SOUND,
  transports: ["polling-first", "polling", "websocket"],
  backplanes: ["none"],
  asks: false,
  faults: [true],
  faultsOf: ["balancer"],
};
const BROKEN_ONCE: ScenarioLimits = {
  ...DROPPED,
  transports: ["websocket"],
  servers: [1, 1],
  faults: [false],
};

/** Servers take clients back for longer than they are ever away, and talk all the time. */
const remembering = (scenario: Scenario): Scenario => ({
  ...scenario,
  servers: { ...scenario.servers, maxDisconnectionDurationMs: 60_000 },
  workload: [{ from: "server-1", to: "everyone", everyMs: 100 }],
});

/** All connections break once, when all have got something. */
const brokenOnce = (scenario: Scenario): Scenario => ({
  ...remembering(scenario),
  faults: [
    { atMs: 2000, act: "crash", target: "balancer" },
    { atMs: 2100, act: "restart", target: "balancer" },
  ],
});

/** Long enough for an attempt to connect to be given up. */
const patient = (scenario: Scenario): Scenario => ({ ...scenario, durationMs: 21_000, workload: [] });

/** Room for all connections that its clients have at a time: a poll, a POST, a probe, and one that is being given up. */
const roomy = (scenario: Scenario): Scenario => {
  const clients = scenario.clients.reduce((sum, { count }) => sum + count, 0);
  return { ...scenario, servers: { ...scenario.servers, descriptors: 19 + 4 * clients } };
};

/** HAProxy has as many places at the servers as there are WebSockets, and passes by who is full; it accepts all of them in one second. */
const placed = (scenario: Scenario): Scenario => {
  const clients = scenario.clients.reduce((sum, { count }) => sum + count, 0);
  const maxconn = Math.ceil(clients / scenario.servers.count);
  const balancer = { kind: "haproxy", policy: "random", maxconn, rateLimitSessions: clients } as const;
  return { ...scenario, balancer: withDefaults({ clients: [{ name: "A" }], balancer }).balancer };
};

/** A Socket.IO client with its own retries, and servers whose handlers fail now and then and store ids together with effects. */
const RETRYING: ScenarioLimits = {
  ...SOUND,
  transports: ["polling-first", "polling", "websocket"],
  deliveries: ["queue"],
};
/** Timeouts are shorter than many a round trip, and tries are never used up. */
const retrying = (scenario: Scenario): Scenario => ({
  ...scenario,
  clients: scenario.clients.map((group) => ({ ...group, ackTimeoutMs: 40, retries: 1000 })),
  servers: {
    ...scenario.servers,
    seenIds: "redis",
    marksIds: "together",
    idsKeptMs: "none",
    failsBeforeEffect: 0.2,
    failsAfterEffect: 0.2,
  },
  workload: [{ from: "g0", to: "server", everyMs: 15, firstMs: 1000, untilMs: 1100 }],
});

/** What is asked of servers lies in a stream, and the first of them dies while its worker has some of it. */
const leftToWorkers = (scenario: Scenario): Scenario => ({
  ...retrying(scenario),
  servers: {
    ...retrying(scenario).servers,
    tasks: "stream",
    acksEntries: "after",
    claimIdleMs: 300,
    effectMs: 40,
    failsBeforeEffect: 0,
  },
  faults: [
    { atMs: 1080, act: "crash", target: "server-1" },
    { atMs: 1090, act: "restart", target: "server-1" },
  ],
});

/** Pages that load what there is while there is more and more, and say where that ended. */
const loadingFirst = (scenario: Scenario): Scenario => ({
  ...scenario,
  clients: scenario.clients.map((group) => ({ ...group, loads: "position-first", startConnected: false })),
  workload: [{ from: "server-1", to: "everyone", everyMs: 20 }],
});

/** Pages that come back to a history which keeps little, and go on if they are told no. */
const comingBack = (scenario: Scenario): Scenario => ({
  ...brokenOnce(scenario),
  backplane: { kind: "history", historySize: 1, historyTtlMs: 300_000 },
  clients: scenario.clients.map((group) => ({ ...group, loads: "position-first", afterGap: "go-on" })),
});

/** Servers with an outbox, one of which dies while it writes, and while its relay publishes. */
const relaying = (scenario: Scenario): Scenario => ({
  ...scenario,
  servers: {
    ...scenario.servers,
    publishes: "outbox",
    effectMs: 20,
    publishDelayMs: 300,
    relayIntervalMs: 50,
    relayMarks: "after",
    relayMarkMs: 300,
  },
  workload: [{ from: "server-1", to: "everyone", everyMs: 50 }],
  faults: [
    { atMs: 1500, act: "crash", target: "server-1" },
    { atMs: 1700, act: "restart", target: "server-1" },
  ],
});

/** A plan that is used up at once, and no more money than the message with which it is may cost. */
const planned = (scenario: Scenario): Scenario => {
  const clients = scenario.clients.reduce((sum, { count }) => sum + count, 0);
  const limits = { quotaMessages: 2, messagesPerSecond: "none", maxMessageBytes: "none" } as const;
  return { ...scenario, backplane: { kind: "vendor", ...limits, budgetMessages: 2 + clients } };
};

/** The last server writes to the first client, by way of a registry, while the first server dies. */
const registered = (scenario: Scenario): Scenario => {
  const [{ name, count }] = scenario.clients as [Scenario["clients"][number]];
  const to = count === 1 ? name : `${name}-1`;
  return {
    ...scenario,
    backplane: {
      kind: "registry",
      client: "node-redis-4",
      reconnectMs: "library",
      reconnectAttempts: "none",
      offlineQueue: true,
      maxRetriesPerRequest: "none",
      resubscribes: true,
      ttlMs: 3000,
      refreshMs: 1000,
      writes: "last-wins",
      lookAgain: 2,
      lookAgainMs: 50,
    },
    workload: [{ from: `server-${scenario.servers.count}`, to, everyMs: 50 }],
    faults: [{ atMs: 1500, act: "crash", target: "server-1" }],
  };
};

/** One message after the other, so quickly that one which is a little late is overtaken. */
const quickly = (scenario: Scenario): Scenario => ({
  ...scenario,
  durationMs: 1500,
  workload: [{ from: "server-1", to: "everyone", everyMs: 2, firstMs: 1000, untilMs: 1010 }],
});

/** Somebody says two things in one turn, and is told to stop at the same instant. */
const stopping = (scenario: Scenario): Scenario => ({
  ...scenario,
  durationMs: 4000,
  servers: { ...scenario.servers, onStop: "close" },
  workload: [
    // Without one that may be dropped, the model does not note when a server writes.
    { from: "server-1", to: "everyone", atMs: 0, volatile: true },
    { from: "server-1", to: "everyone", atMs: 2500 },
    { from: "server-1", to: "everyone", atMs: 2500 },
  ],
  faults: [{ atMs: 2500, act: "stop", target: "server-1" }],
});

/** Two servers speak by turns, so quickly that what one says is on its way while the other speaks. */
const together = (scenario: Scenario): Scenario => ({
  ...quickly(scenario),
  workload: [
    { from: "server-1", to: "everyone", everyMs: 4, firstMs: 1000, untilMs: 1040 },
    { from: "server-2", to: "everyone", everyMs: 4, firstMs: 1002, untilMs: 1042 },
  ],
});

/** The same, and kernels take a message at a time. Redis keeps all that a subscriber has not read. */
const heavy = (scenario: Scenario): Scenario => ({
  ...together(scenario),
  backplane: {
    ...scenario.backplane,
    kernelBuffersKiB: 1,
    outputHardKiB: "none",
    outputSoftKiB: "none",
  } as Scenario["backplane"],
  workload: together(scenario).workload.map((line) => ({ ...line, bytes: 20_000 })),
});

/** Pages that ask often, by a cookie. One server is killed; when it is back, nginx soon asks it again. */
const SHOWN: ScenarioLimits = {
  ...COOKIES,
  transports: ["polling"],
  pingIntervalMs: [700],
  pingTimeoutMs: [5000],
};
const elsewhere = (scenario: Scenario): Scenario => ({
  ...scenario,
  durationMs: 6000,
  balancer: { ...scenario.balancer, failTimeoutMs: 500 },
  workload: [],
  faults: [
    { atMs: 1500, act: "crash", target: "server-1" },
    { atMs: 3500, act: "restart", target: "server-1" },
  ],
});

/** A server that is alone dies once, and its balancer has room for all clients, and for no more. */
const narrow = (scenario: Scenario): Scenario => {
  const clients = scenario.clients.reduce((sum, { count }) => sum + count, 0);
  return {
    ...scenario,
    durationMs: 20_000,
    balancer: { ...scenario.balancer, workerConnections: 2 * clients } as Scenario["balancer"],
    workload: [],
    faults: [
      { atMs: 2000, act: "crash", target: "server-1" },
      { atMs: 2100, act: "restart", target: "server-1" },
    ],
  };
};

export interface Bug {
  readonly bug: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly rule: RuleName;
  readonly limits: ScenarioLimits;
  readonly change?: (scenario: Scenario) => Scenario;
}

export const BUGS = {
  network: [
    {
      // The second of an instant comes before the first. Who waits stands in the right order, so that a saved world goes on as it would have.
      bug: "events of one instant run in the wrong order",
      file: "src/kernel/queue.ts",
      find: "    const entry = index[TICK_FIRST + tick];\n    const next = entries[entry + NEXT];\n    index[TICK_FIRST + tick] = next;\n",
      replace:
        "    const first = index[TICK_FIRST + tick];\n    const second = this.isAlive(first) ? entries[first + NEXT] : 0;\n    const entry = second === 0 ? first : second;\n    let next = entries[first + NEXT];\n    if (second !== 0) {\n      entries[first + NEXT] = entries[second + NEXT];\n      if (entries[second + NEXT] === 0) index[TICK_LAST + tick] = first;\n      next = first;\n    }\n    index[TICK_FIRST + tick] = next;\n",
      rule: "order",
      limits: TALKING,
    },
    {
      bug: "packets overtake each other on one connection",
      file: "src/model/network/tcp.ts",
      find: "    if (arrivalUs < streams.arrivalUs[stream]) arrivalUs = streams.arrivalUs[stream];\n    streams.arrivalUs[stream] = arrivalUs;\n  }\n",
      replace: "    streams.arrivalUs[stream] = arrivalUs;\n  }\n",
      rule: "order",
      limits: TALKING,
      change: quickly,
    },
    {
      bug: "a stream is read past its holes",
      file: "src/model/network/quic.ts",
      find: "if (frames.where[one] === At.held && !isBehind(world, path, one)) return one;",
      replace: "if (frames.where[one] === At.held) return one;\n  void isBehind;",
      rule: "stream-order",
      limits: STREAMS,
      change: quickly,
    },
    {
      bug: "datagrams travel on the session's stream",
      file: "src/model/network/quic.ts",
      find: "return Lane.datagram;",
      replace: "return Lane.session;",
      rule: "newest-wins",
      limits: DATAGRAMS,
      change: losingOne,
    },
    {
      bug: "why a copy is lost is not noted",
      file: "src/model/fate/oracle.ts",
      find: "  reasons.cause[reason] = causeOf(why);\n",
      replace: "",
      rule: "conservation",
      limits: { ...SOUND, backplanes: ["none"], servers: [2, 3] },
    },
    {
      bug: "a mute connection carries what it carried before",
      file: "src/model/network/link.ts",
      find: 'world.isIn(linkPart, link, "cut") || isMute(world, stream)',
      replace: 'world.isIn(linkPart, link, "cut")',
      rule: "half-open-noticed",
      limits: CUTS,
    },
  ],
  client: [
    {
      bug: "the client waits one timeout too long for a ping",
      file: "src/model/client/watchdog.ts",
      find: "return pingIntervalUs + pingTimeoutUs;",
      replace: "return pingIntervalUs + 2 * pingTimeoutUs;",
      rule: "half-open-noticed",
      limits: CUTS,
    },
    {
      bug: "the timers of a process that stands still go on",
      file: "src/model/process/process.ts",
      find: 'world.isIn(processPart, process, "running")',
      replace: '!world.isIn(processPart, process, "throttled")',
      rule: "half-open-noticed",
      limits: FREEZES,
    },
    {
      bug: "what the client has buffered is lost on upgrade",
      file: "src/model/client/connection.ts",
      find: "(packet, subject) => sendUp(world, clients.socket[client], packet, subject)",
      replace: "() => {}",
      rule: "delivery",
      limits: POLLING,
    },
    {
      bug: "who falls back polls without having asked for a session",
      file: "src/model/client/connection.ts",
      find: "openExchange(world, client, RequestKind.handshake, NONE, NONE)",
      replace: "openExchange(world, client, RequestKind.poll, NONE, NONE)",
      rule: "fallback-connects",
      limits: FALLING_BACK,
    },
  ],
  balancer: [
    {
      bug: "a balancer counts each connection that it accepts twice",
      file: "src/model/balancer/accept-queue.ts",
      find: "  balancers.sessions[balancer]++;\n",
      replace: "  balancers.sessions[balancer] += 2;\n",
      rule: "within-limits",
      limits: PLACED,
      change: placed,
    },
    {
      bug: "a balancer does not look whether all places at a server are taken",
      file: "src/model/balancer/listed.ts",
      find: "upstreams.placesTaken[server] >= balancers.mostAtServer[balancers.rows - 1]",
      replace: "upstreams.placesTaken[server] < 0 || balancers.rows < 0",
      rule: "within-limits",
      limits: PLACED,
      change: placed,
    },
    {
      bug: "the client does not keep the affinity cookie",
      file: "src/model/client/client-socket.ts",
      find: "    clients.cookie[client] = exchanges.setCookie[exchange];\n",
      replace: "    void clients;\n",
      rule: "affinity",
      limits: COOKIES,
    },
    {
      bug: "the affinity cookie names the next server",
      file: "src/model/client/client-socket.ts",
      find: "clients.cookie[client] = exchanges.setCookie[exchange];",
      replace: "clients.cookie[client] = (exchanges.setCookie[exchange] + 1) % world.nodes.count.server;",
      rule: "handshake-completes",
      limits: COOKIES,
    },
    {
      bug: "the client keeps its first affinity cookie for good",
      file: "src/model/client/client-socket.ts",
      find: "    clients.cookie[client] = exchanges.setCookie[exchange];\n",
      replace:
        "    if (clients.cookie[client]! < 0) clients.cookie[client] = exchanges.setCookie[exchange]!;\n",
      rule: "affinity-under-failure",
      limits: SHOWN,
      change: elsewhere,
    },
    {
      bug: "a balancer never gives back the socket of whoever asked",
      file: "src/model/balancer/limits.ts",
      find: "  exchanges.holds[exchange] = 0;\n  balancers.open[exchanges.balancer[exchange]]--;\n",
      replace: "  exchanges.holds[exchange] = 0;\n  void balancers;\n",
      rule: "back-in-three",
      limits: BROKEN_ONCE,
      change: narrow,
    },
    {
      bug: "traffic does not move the idle deadline",
      file: "src/model/balancer/exchange.ts",
      find: "  if (nowUs - armedUs[exchange] >= balancers.lazyUs[exchanges.balancer[exchange]]) armedUs[exchange] = nowUs;\n",
      replace: "  void [nowUs, armedUs, balancers, exchange];\n",
      rule: "no-idle-cut",
      limits: BEATING,
    },
  ],
  server: [
    {
      bug: "the server waits one interval too long for a pong",
      file: "src/model/server/heartbeat.ts",
      find: "timeout: (world: World) => ofServers(world, heartbeatPart).pingTimeoutUs",
      replace:
        "timeout: (world: World) => ofServers(world, heartbeatPart).pingTimeoutUs + ofServers(world, heartbeatPart).pingIntervalUs",
      rule: "half-open-noticed",
      limits: CUTS,
    },
    {
      bug: "what the server has buffered is lost on upgrade",
      file: "src/model/server/session.ts",
      find: "(packet, subject) => writeDown(world, session, packet, subject)",
      replace: "() => {}",
      rule: "delivery",
      limits: POLLING,
    },
    {
      bug: "a server that closes its connections keeps back what its library holds",
      file: "src/model/server/session.ts",
      find: 'if (onStop !== "exit" ||',
      replace: 'if (onStop === "wait" ||',
      rule: "said-before-stop",
      limits: TALKING,
      change: stopping,
    },
    {
      bug: "a polling session has no heartbeat",
      file: "src/model/server/session.ts",
      find: "    beginPolling: (world: World, session: number, tried: number) => {\n      beat(world, session);\n",
      replace: "    beginPolling: (world: World, session: number, tried: number) => {\n",
      rule: "no-idle-cut",
      limits: { ...BEATING, transports: ["polling"], pingTimeoutMs: [5000] },
    },
    {
      bug: "the server does not confirm the namespace",
      file: "src/model/server/session.ts",
      find: "      write(world, session, Packet.connect, NONE);\n",
      replace: "",
      rule: "handshake-completes",
      limits: SOUND,
      change: patient,
    },
    {
      bug: "what a connection took is not given back",
      file: "src/model/server/limits.ts",
      find: "  servers.open[server]--;\n",
      replace: "",
      rule: "within-limits",
      limits: POLLING,
      change: roomy,
    },
    {
      bug: "a server writes some copies of a message a little later than others",
      file: "src/model/server/adapter.ts",
      find: "    else world.send(SessionEvent.WRITE, session, Packet.message, copy);\n",
      replace:
        "    else if ((session + message) % 2 === 0)\n      world.queue.schedule(world.queue.nowUs + 5000, SessionEvent.WRITE, session, Packet.message, copy);\n    else world.send(SessionEvent.WRITE, session, Packet.message, copy);\n",
      rule: "order-per-server",
      limits: TALKING,
      change: quickly,
    },
    {
      bug: "nothing is ever handed to a socket",
      file: "src/model/server/adapter.ts",
      find: "    carry(world, copy);\n    if (dropsDown(world, message, copy, session)) continue;\n    if (takesLong) writeLater(world, server, session, copy);\n    else world.send(SessionEvent.WRITE, session, Packet.message, copy);\n",
      replace: "    void [session, copy];\n",
      rule: "something-arrives",
      limits: TALKING,
    },
  ],
  asking: [
    {
      bug: "what comes first of all that was missed is forgotten",
      file: "src/model/server/mailboxes.ts",
      find: "if (++number <= sessions.upTo[session]) continue;",
      replace: "if (++number <= sessions.upTo[session] + 1) continue;",
      rule: "gapless",
      limits: ASKING,
      change: keeping,
    },
    {
      bug: "an EventSource comes back without the id of its latest event",
      file: "src/model/client/connection.ts",
      find: 'actions: ["deliver", "noteEvent"]',
      replace: 'actions: ["deliver"]',
      rule: "gapless",
      limits: ASKING,
      change: keeping,
    },
  ],
  recovery: [
    {
      bug: "what comes first of all that was missed is not sent",
      file: "src/model/delivery/recovery.ts",
      find: "  sessions.upTo[session] = clients.cursor[client];",
      replace: "  sessions.upTo[session] = clients.cursor[client] + 1;",
      rule: "recovered",
      limits: DROPPED,
      change: remembering,
    },
    {
      bug: "what a client has is sent again",
      file: "src/model/delivery/recovery.ts",
      find: "  sessions.upTo[session] = clients.cursor[client];",
      replace: "  sessions.upTo[session] = clients.cursor[client] - 1;",
      rule: "at-most-once",
      limits: DROPPED,
      change: remembering,
    },
    {
      bug: "a process takes back whom it has not kept anything for",
      file: "src/model/delivery/recovery.ts",
      find: "  if (mailboxes.privateId[mailbox] === NONE) return RecoveryOutcome.restarted;\n",
      replace: "  if (mailboxes.privateId[mailbox] === NONE) return RecoveryOutcome.recovered;\n",
      rule: "recovered",
      limits: { ...DROPPED, faultsOf: ["server"] },
      change: remembering,
    },
    {
      bug: "a session is not saved",
      file: "src/model/server/session.ts",
      find: "      uncount(world, tried);\n      saveSession(world, session);\n",
      replace: "      uncount(world, tried);\n",
      rule: "caught-up",
      limits: BROKEN_ONCE,
      change: brokenOnce,
    },
  ],
  gateway: [
    {
      bug: "the service does not heed a receipt",
      file: "src/model/gateway/fallback.ts",
      find: "      if (!gate) return false;\n",
      replace: "      if (gate || !gate) return false;\n",
      rule: "told-once",
      limits: SERVED,
      change: heard,
    },
    {
      bug: "what is under way to a provider is not counted as spent",
      file: "src/model/gateway/fallback.ts",
      find: "      spendings.micros[0] += Math.max(0, priceOf(world, channel));\n",
      replace: "      void spendings;\n",
      rule: "within-budget",
      limits: SERVED,
      change: frugal,
    },
    {
      bug: "a conversation is found by the person's socket, whatever its key",
      file: "src/model/gateway/conversations.ts",
      find: 'ofGateway(world, gatewayPart).context === "conversation"',
      replace: "ofGateway(world, gatewayPart) === null",
      rule: "context-survives",
      limits: { ...SERVED, faults: [true], faultsOf: ["server"] },
      change: lasting,
    },
  ],
  delivery: [
    {
      bug: "what should lie in an outbox is published by its handler, after the row",
      file: "src/model/delivery/writing.ts",
      find: 'guard: "hasOutbox", target: "over", actions: ["write", "leaveToRelay"]',
      replace: 'guard: "hasOutbox", target: "publishing", actions: "write"',
      rule: "told-iff-done",
      limits: WRITING,
      change: relaying,
    },
    {
      bug: "a relay marks first, whatever it is told",
      file: "src/model/delivery/relay.ts",
      find: 'relayMarks === "before"',
      replace: 'relayMarks === "after"',
      rule: "told-iff-done",
      limits: WRITING,
      change: relaying,
    },
    {
      bug: "a history gives back a part, and says that it was all",
      file: "src/model/delivery/position.ts",
      find: "  if (count > limitsOf(world).historySize) return RecoveryOutcome.beyondHistory;\n",
      replace: "",
      rule: "recovered",
      limits: { ...TALKING, backplanes: ["redis"] },
      change: comingBack,
    },
    {
      bug: "a server forgets what came after a snapshot, wherever it ended",
      file: "src/model/delivery/snapshot.ts",
      find: '.loads === "position-first") return list;',
      replace: '.loads === "nothing") return list;',
      rule: "snapshot-continues",
      limits: TALKING,
      change: loadingFirst,
    },
    {
      bug: "the transaction of an effect leaves the id out",
      file: "src/model/delivery/handling.ts",
      find: '      if (ofServers(world, handlingPart).marksIds === "together") mark(world, handling);\n',
      replace: "",
      rule: "effectively-once",
      limits: RETRYING,
      change: retrying,
    },
    {
      bug: "a queue has more than one message outstanding",
      file: "src/model/delivery/delivery.ts",
      find: "if (!isInQueue(world, delivery)) world.send(",
      replace: "if (delivery >= 0) world.send(",
      rule: "order-under-retry",
      limits: RETRYING,
      change: retrying,
    },
    {
      bug: "a handler that throws acknowledges all the same",
      file: "src/model/delivery/handling.ts",
      find: 'guard: "throwsFirst", target: "over", actions: "fail"',
      replace: 'guard: "throwsFirst", target: "over", actions: ["acknowledge", "fail"]',
      rule: "at-least-once",
      limits: RETRYING,
      change: retrying,
    },
    {
      bug: "an entry that is given to a worker is in no list any more",
      file: "src/model/delivery/consumer-group.ts",
      find: 'if (ofServers(world, consumerPart).acksEntries === "before") acknowledge(world, server);\n  else streamEntries.isPending[entry] = 1;',
      replace: "acknowledge(world, server);",
      rule: "at-least-once",
      limits: RETRYING,
      change: leftToWorkers,
    },
    {
      bug: "who does an entry again does not look for its id",
      file: "src/model/delivery/consumer-group.ts",
      find: "if (isTogether && isSeen(world, server, delivery)) {",
      replace: "if (isTogether && delivery < -1) {",
      rule: "effectively-once",
      limits: RETRYING,
      change: (scenario) => {
        const left = leftToWorkers(scenario);
        return { ...left, servers: { ...left.servers, claimIdleMs: 20 } };
      },
    },
    {
      bug: "a client gives up at the first timeout, whatever tries are left",
      file: "src/model/delivery/delivery.ts",
      find: 'return how !== "ack" && world.deliveries.tries[delivery] <= retries;',
      replace: "void [how, retries];\n  return false;",
      rule: "outcome-is-true",
      limits: RETRYING,
      change: retrying,
    },
  ],
  presence: [
    {
      bug: "a session that is over is written again and again",
      file: "src/model/presence/announcer.ts",
      find: 'WITHDRAW: { target: "idle", actions: ["endLooking", "withdraw", "tellLeave"] }, CRASH: "idle" },\n      after',
      replace: 'CRASH: "idle" },\n      after',
      rule: "no-ghost",
      limits: EXPIRING,
      change: expiring,
    },
    {
      bug: "an entry expires although it was written again",
      file: "src/model/presence/entries.ts",
      find: "if (entries.untilUs[entry] > queue.nowUs) lookAgain(world, entry);",
      replace: "if (entries.untilUs[entry] < 0 * queue.nowUs) lookAgain(world, entry);",
      rule: "nobody-missing",
      limits: EXPIRING,
      change: expiring,
    },
    {
      bug: "a member of the filter leaves out one of its bits",
      file: "src/model/presence/bloom.ts",
      find: "for (const bit of bitsOfUser(world, userOf(world, session))) {",
      replace: "for (const bit of bitsOfUser(world, userOf(world, session)).slice(1)) {",
      rule: "filter-denies-nobody",
      limits: { ...EXPIRING, presences: ["bloom"] },
      change: filtered,
    },
    {
      bug: "who has gone is no change that the other servers are told of",
      file: "src/model/presence/replicated.ts",
      find: "tracks.left[session] = ++rounds.clock[sessions.server[session]];",
      replace: "tracks.left[session] = rounds.clock[sessions.server[session]]! + 1;",
      rule: "no-ghost",
      limits: REPLICATED,
      change: replicated,
    },
    {
      bug: "a server that is silent is never taken for dead",
      file: "src/model/presence/replicated.ts",
      find: "replicas.downAtUs[row] < queue.nowUs",
      replace: "replicas.downAtUs[row] < 0",
      rule: "no-ghost",
      limits: { ...REPLICATED, faultsOf: ["client", "server"] },
      change: replicated,
    },
    {
      bug: "a server never asks for what it has missed",
      file: "src/model/presence/replicated.ts",
      find: "    say(world, server, PresenceEvent.ASK, other, server, 0);\n",
      replace: "",
      rule: "nobody-missing",
      limits: { ...REPLICATED, faultsOf: ["server"] },
      change: awake,
    },
    {
      bug: "an answer takes nobody off the list",
      file: "src/model/presence/database.ts",
      find: "      believe(world, server, user, users.entries[user] > 0);",
      replace: "      if (users.entries[user]! > 0) believe(world, server, user, true);",
      rule: "no-ghost",
      limits: POLLED,
      change: polled,
    },
  ],
  backplane: [
    {
      bug: "a server that does not hold the recipient drops what comes, and says nothing",
      file: "src/model/backplane/registry.ts",
      find: "  if (lookUps.again[message] >= lookAgain)",
      replace: "  if (lookUps.again[message] >= 0)",
      rule: "stale-owner-noticed",
      limits: LOOKING_UP,
      change: registered,
    },
    {
      bug: "a server goes on at the end of the stream, not where it was",
      file: "src/model/backplane/stream-log.ts",
      find: "  if (lastRead === NONE) {",
      replace: "  if (lastRead >= NONE) {",
      rule: "stream-replays",
      limits: READING,
    },
    {
      bug: "a server hands out its own before the history has it",
      file: "src/model/server/adapter.ts",
      find: 'if (whenOwn(world, backplane) !== "heard" && backplane.isAwaited !== true)',
      replace: "if (backplane.isAwaited !== true)",
      rule: "order-everywhere",
      limits: { ...TALKING, backplanes: ["history"], servers: [2, 3] },
      change: together,
    },
    {
      bug: "a vendor goes on when its plan is used up",
      file: "src/model/backplane/vendor.ts",
      find: "  if (vendors.billed[0] >= limits.quotaMessages) return Cause.overQuota;\n",
      replace: "",
      rule: "bill-within-budget",
      limits: { ...TALKING, backplanes: ["vendor"] },
      change: planned,
    },
    {
      bug: "what waits in Redis for a slow subscriber is overtaken",
      file: "src/model/backplane/output-buffer.ts",
      find: "packets.append(waiting[server], packets.one(Packet.message, message));",
      replace: "packets.append(packets.one(Packet.message, message), waiting[server]);",
      rule: "order",
      limits: { ...TALKING, servers: [2, 3] },
      change: heavy,
    },
    {
      bug: "a subscriber that is back forgets to subscribe again",
      file: "src/model/backplane/redis-client.ts",
      find: "if (hasSubscribed[redisClient] === 1 && !clientSettings(world).resubscribes) return;",
      replace: "if (hasSubscribed[redisClient] === 1) return;",
      rule: "delivery",
      limits: RESTARTS,
    },
    {
      bug: "the publisher hears itself",
      file: "src/model/server/adapter.ts",
      find: '  if (origin !== server || own !== "at-once") {\n',
      replace: "  if (origin >= 0) {\n",
      rule: "at-most-once",
      limits: SOUND,
    },
    {
      bug: "the backplane forgets the first server",
      file: "src/model/backplane/backplane.ts",
      find: "  for (let server = 0; server < nodes.count.server; server++) {\n    const subscriber",
      replace: "  for (let server = 1; server < nodes.count.server; server++) {\n    const subscriber",
      rule: "delivery",
      limits: SOUND,
    },
  ],
} satisfies Record<string, readonly Bug[]>;
