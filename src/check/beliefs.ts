/**
 * Common misconceptions, each as something that can be refuted: under which circumstances it is believed, and
 * the rule that would hold if it were true. Refuting is searching for a run that breaks the rule; none is
 * stored. It grows with the model.
 */
import fc from "fast-check";
import { RecordingChoices } from "../kernel/choices.ts";
import { Cause } from "../model/trace/causes.ts";
import { FrameKind } from "../model/trace/frames.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import { choicesOf } from "../run/run.ts";
import { connectionLimits } from "../scenario/limits.ts";
import type { Scenario } from "../scenario/schema.ts";
import { rarestBeatMs, shortestIdleMs } from "../scenario/timers.ts";
import { isWithin, type ScenarioLimits, scenarios } from "./arbitraries.ts";
import { clientCount, stripped } from "./bounds.ts";
import { type Counterexample, counterexampleOf } from "./counterexample.ts";
import type { Found } from "./exhaustive.ts";
import { refuseSeed } from "./limits.ts";
import { ownRule } from "./own-rules.ts";
import { PLAINER } from "./plainer.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { FAILED_AND_DONE } from "./rules/outcome-is-true.ts";
import { runTrial } from "./trial.ts";
import { newcomerRelieves, waitsSpread } from "./who-comes-back.ts";
import { withChoices } from "./written-choices.ts";

export interface Belief {
  /** As on the command line. */
  readonly name: string;
  /** What people say. */
  readonly belief: string;
  /** What is true instead, with its source. */
  readonly truth: string;
  /** The rule that would hold. */
  readonly rule: Rule;
  /** The circumstances under which it is believed. */
  readonly limits: ScenarioLimits;
  /** What else a scenario must have to be about the belief. By default nothing. */
  readonly isToThePoint?: (scenario: Scenario) => boolean;
}

const WEBSOCKET = ["websocket"] as const;
/** Connections on which there are heartbeats. */
const SOCKET_IO = ["polling-first", "polling", "websocket"] as const;
const CALM = { losses: [false], faults: [false] } as const;
/** Timers that do not strike within a generated scenario's five seconds. */
const PATIENT = { idleTimeoutMs: [60_000], pingIntervalMs: [25_000], pingTimeoutMs: [20_000] } as const;

/** Several servers with Redis between them, whose one trouble is that it fails now and then. */
const FAILING_BACKPLANE: ScenarioLimits = {
  backplanes: ["redis"],
  transports: WEBSOCKET,
  losses: [false],
  faults: [true],
  faultsOf: ["backplane"],
  servers: [2, 3],
  ...PATIENT,
};

/** Clients that send one server something to do, whose one trouble is that it fails now and then. */
const FAILING_SERVERS: ScenarioLimits = {
  transports: WEBSOCKET,
  losses: [false],
  faults: [true],
  faultsOf: ["server"],
  servers: [1, 1],
  ...PATIENT,
};

/** No copy dies for one cause. */
const noneDies = (name: string, statement: string, cause: string): Rule =>
  ownRule(name, { type: "count", statement, of: { event: "lost", cause }, per: "run", atMost: 0 });

/** Half of what `outcome-is-true` says: what timed out is never done. */
const failedIsNotDone: Rule = {
  name: "failed-is-not-done",
  kind: "always",
  statement: "What a client takes for failed because it timed out is never done.",
  watch: (setting) => {
    const monitor = rules["outcome-is-true"].watch(setting);
    return {
      sees: monitor.sees,
      see: (trace, row) => {
        const breach = monitor.see(trace, row);
        return breach?.key === FAILED_AND_DONE ? breach : null;
      },
      digest: (add) => monitor.digest(add),
    };
  },
};

const nothingWaits = ownRule("nothing-waits", {
  type: "count",
  statement: "No request waits in its browser.",
  of: { event: "queued" },
  per: "run",
  atMost: 0,
});

const sentArrives = noneDies(
  "sent-arrives",
  "What was written to a connection arrives.",
  "heartbeat-timed-out",
);
const publishedIsKept = noneDies(
  "published-is-kept",
  "What is published is kept for the subscriber.",
  "not-subscribed",
);
const publishedArrives = noneDies("published-arrives", "What is published arrives.", "backplane-down");

/** A client that was connected before, and will be again, misses nothing in between. */
const nothingIsMissed: Rule = {
  name: "nothing-is-missed",
  kind: "always",
  statement: "A client that was connected before misses nothing while it is away.",
  watch: ({ nameOf }) => {
    const away = new Map<number, boolean>();
    return {
      sees: [RecordKind.connected, RecordKind.disconnected, RecordKind.lost],
      see: (trace, row) => {
        switch (trace.kind[row]) {
          case RecordKind.connected:
            away.set(trace[at.connected.client][row], false);
            return null;
          case RecordKind.disconnected: {
            const client = trace[at.disconnected.client][row];
            if (away.has(client)) away.set(client, true);
            return null;
          }
        }
        const recipient = trace[at.lost.recipient][row];
        const isAway = trace[at.lost.cause][row] === Cause.recipientAway && away.get(recipient) === true;
        if (!isAway) return null;
        return {
          key: "missed",
          text: `${nameOf(recipient)} misses a message while it is away.`,
          clients: [recipient],
          message: trace[at.lost.message][row],
        };
      },
      digest: (add) => {
        for (const [client, is] of away) add(client * 2 + (is ? 1 : 0));
      },
    };
  },
};

/** With as many servers as clients, each gets one. */
const evenSpread: Rule = {
  name: "even-spread",
  kind: "always",
  statement: "No server gets a second client while another has none.",
  watch: ({ nameOf, servers, firstServerNode }) => {
    const first = new Map<number, number>();
    return {
      sees: [RecordKind.connected],
      see: (trace, row) => {
        const client = trace[at.connected.client][row];
        const server = trace[at.connected.server][row];
        const other = first.get(server);
        first.set(server, client);
        const empty = Array.from({ length: servers }, (_, i) => firstServerNode + i).find(
          (node) => !first.has(node),
        );
        if (other === undefined || other === client || empty === undefined) return null;
        return {
          key: "uneven",
          text: `${nameOf(server)} has ${nameOf(other)} and ${nameOf(client)}, and ${nameOf(empty)} nobody.`,
          clients: [other, client],
          message: -1,
        };
      },
      digest: (add) => {
        for (const [server, client] of first) {
          add(server);
          add(client);
        }
      },
    };
  },
};

/** That somebody has come or gone is told by one message. */
const tellingIsCheap: Rule = {
  name: "telling-is-cheap",
  kind: "always",
  statement: "That somebody has come or gone is told by one message.",
  watch: () => {
    const heard = new Map<number, number>();
    return {
      sees: [RecordKind.news, RecordKind.delivered],
      see: (trace, row) => {
        if (trace.kind[row] === RecordKind.news) heard.set(trace[at.news.message][row], 0);
        const message = trace.kind[row] === RecordKind.news ? -1 : trace[at.delivered.message][row];
        const times = heard.get(message);
        if (times === undefined) return null;
        heard.set(message, times + 1);
        if (times === 0) return null;
        const clients = [trace[at.delivered.recipient][row]];
        return { key: "told-more", text: "It is told to a second one.", clients, message };
      },
      digest: (add) => {
        for (const [message, times] of heard) {
          add(message);
          add(times);
        }
      },
    };
  },
};

/** When a packet is dropped, the message in it is lost. */
const lossLoses: Rule = {
  name: "loss-loses",
  kind: "always",
  statement: "A message whose packet is dropped does not arrive.",
  watch: ({ nameOf }) => {
    const dropped = new Set<number>();
    return {
      sees: [RecordKind.frame, RecordKind.delivered],
      see: (trace, row) => {
        if (trace.kind[row] === RecordKind.frame) {
          const isDropped = trace[at.frame.flightUs][row] < 0;
          if (isDropped && trace[at.frame.kind][row] === FrameKind.emit)
            dropped.add(trace[at.frame.subject][row]);
          return null;
        }
        const message = trace[at.delivered.message][row];
        if (!dropped.has(message)) return null;
        const recipient = trace[at.delivered.recipient][row];
        return {
          key: "arrived",
          text: `${nameOf(recipient)} gets the message, although a packet of it was dropped.`,
          clients: [recipient],
          message,
        };
      },
      digest: (add) => {
        for (const message of dropped) add(message);
      },
    };
  },
};

/** When no packet of a message is dropped, nothing holds it up. */
const waitsForNobody: Rule = {
  name: "waits-for-nobody",
  kind: "always",
  statement: "A message of which no packet is dropped is passed on as soon as it arrives.",
  watch: ({ nameOf }) => {
    /** By message: when its packet arrives at the next node; −1: one of its packets was dropped. */
    const dueUs = new Map<number, number>();
    return {
      sees: [RecordKind.frame],
      see: (trace, row) => {
        if (trace[at.frame.kind][row] !== FrameKind.emit) return null;
        const message = trace[at.frame.subject][row];
        const flightUs = trace[at.frame.flightUs][row];
        const timeUs = trace.timeUs[row]!;
        const due = dueUs.get(message);
        if (due === -1) return null;
        dueUs.set(message, flightUs < 0 ? -1 : timeUs + flightUs);
        if (due === undefined || timeUs <= due) return null;
        const from = trace[at.frame.from][row];
        return {
          key: "waits",
          text: `A message waits at ${nameOf(from)} for ${Math.round((timeUs - due) / 1000)} ms, although no packet of it was dropped.`,
          clients: [],
          message,
        };
      },
      digest: (add) => {
        for (const [message, us] of dueUs) {
          add(message);
          add(us);
        }
      },
    };
  },
};

/** A client that can't be reached is known to be away at once. */
const noticedAtOnce = ownRule("noticed-at-once", {
  type: "within",
  statement: "Whoever is cut off knows it within 100 ms.",
  from: { event: "fault" },
  to: { event: "disconnected" },
  per: "run",
  withinMs: 100,
});

/** Whoever has a connection that is dead is told so. */
const deadIsTold = ownRule("dead-is-told", {
  type: "within",
  statement: "When a connection dies, somebody loses it within 3 s.",
  from: { event: "fault" },
  to: { event: "disconnected" },
  per: "run",
  withinMs: 3000,
});

const heartbeatSaves = noneDies(
  "heartbeat-saves",
  "With a heartbeat, what was written to a connection arrives.",
  "heartbeat-timed-out",
);

/** No balancer closes what is silent. */
const staysOpen = ownRule("stays-open", {
  type: "count",
  statement: "No balancer closes a connection that TCP keepalive crosses.",
  of: { event: "idleClosed" },
  per: "run",
  atMost: 0,
});

/** What a vendor has taken or refused, while nothing at all fails. */
const nothingIsLost = ownRule("nothing-is-lost", {
  type: "count",
  statement: "As long as nothing fails, nothing is lost.",
  of: { event: "lost" },
  per: "run",
  atMost: 0,
});

const neverConnects = ownRule("never-connects", {
  type: "count",
  statement: "Without sticky sessions nobody connects.",
  of: { event: "connected" },
  per: "run",
  atMost: 0,
});

const cutOnce = ownRule("cut-once", {
  type: "count",
  statement: "Nobody has to connect more than once again.",
  of: { event: "connected" },
  per: "client",
  atMost: 2,
});

const nobodyIsCut = ownRule("nobody-is-cut", {
  type: "count",
  statement: "Where servers are checked, nobody loses a connection.",
  of: { event: "disconnected" },
  per: "run",
  atMost: 0,
});

/** Who is online is kept in a set, and servers die. */
const SETS: ScenarioLimits = {
  transports: WEBSOCKET,
  losses: [false],
  faults: [true],
  faultsOf: ["server"],
  presences: ["set-connection"],
  idleTimeoutMs: [60_000],
  pingIntervalMs: [700],
  pingTimeoutMs: [500],
};

/** Somebody's line is dead. */
const isCutOff = ({ faults }: Scenario) => faults.some(({ act }) => act === "cut" || act === "mute");

export const BELIEFS: readonly Belief[] = [
  {
    name: "sticky-broadcast",
    belief: "Sticky sessions make broadcasts arrive.",
    truth:
      "They bring the requests of one client to one server. Two clients on two servers stay apart; what joins servers is a backplane. FACTS §1.7, §11.",
    rule: rules.delivery,
    limits: {
      policies: ["sticky-cookie", "ip-hash"],
      backplanes: ["none"],
      cookies: [true],
      transports: WEBSOCKET,
      ...CALM,
    },
  },
  {
    name: "backplane-polling",
    belief: "A backplane makes round robin safe for polling.",
    truth:
      "A backplane carries messages, not sessions: the next request of a handshake still reaches a server that does not know it. FACTS §1.7, §11.",
    rule: rules["handshake-completes"],
    limits: {
      policies: ["round-robin"],
      backplanes: ["redis"],
      transports: ["polling-first", "polling"],
      ...CALM,
    },
  },
  {
    name: "polling-is-safe",
    belief: "Long polling is slow but safe.",
    truth:
      "Between an answer and the next poll nobody asks: what comes then is lost, unless the server keeps it and the poll says with a cursor what its client has. FACTS §4, ground-truth 16.",
    rule: rules.gapless,
    limits: { transports: ["long-polling"], servers: [1, 1], ...CALM, ...PATIENT },
  },
  {
    name: "sse-misses-nothing",
    belief: "SSE never misses an event.",
    truth:
      "An EventSource comes back and says which event it had last; what came meanwhile is there only if the server has kept it. FACTS §4, ground-truth 15.",
    rule: rules.gapless,
    limits: { transports: ["sse"], servers: [1, 1], ...CALM, ...PATIENT },
  },
  {
    name: "reconnected-means-caught-up",
    belief: "Reconnected means caught up.",
    truth:
      "Who is connected again gets what comes from then on. What was sent meanwhile comes only from a server that has kept it, and says so. FACTS §1.5, §1.6, ground-truth 12.",
    rule: rules["caught-up"],
    limits: {
      transports: WEBSOCKET,
      servers: [1, 1],
      losses: [false],
      faults: [true],
      faultsOf: ["balancer"],
      ...PATIENT,
    },
  },
  {
    name: "no-break-no-loss",
    belief: "No connection was lost, so nothing was.",
    truth:
      "What comes after a page has loaded, and before it listens, stands in neither, on the best of lines. A position that is taken with what is loaded brings it. FACTS §13.8.",
    rule: rules["snapshot-continues"],
    limits: { transports: WEBSOCKET, loads: ["snapshot"], servers: [1, 1], ...CALM, ...PATIENT },
  },
  {
    name: "saved-so-told",
    belief: "It is saved and then published: the two go together.",
    truth:
      "They are two steps, and a process can die between them, whichever comes first. Row and event in one transaction, an outbox, and a relay that publishes what lies there, make both come to be; twice, now and then. FACTS §7.",
    rule: rules["told-iff-done"],
    limits: { ...FAILING_SERVERS, publishes: ["after", "before"], asks: false },
  },
  {
    name: "connections-are-free",
    belief: "Connections are free.",
    truth:
      "A browser opens six to one origin over HTTP/1.1, for all tabs together. Streams keep theirs, and the next request waits without an error. FACTS §4, ground-truth 29.",
    rule: nothingWaits,
    limits: { transports: ["sse", "http"], servers: [1, 1], ...CALM, ...PATIENT },
  },
  {
    name: "tcp-never-loses",
    belief: "TCP never loses a message.",
    truth:
      "TCP repairs lost packets as long as the connection lives. What was under way when it ended is gone. FACTS §1.5, §4.",
    rule: sentArrives,
    limits: {
      transports: WEBSOCKET,
      losses: [false],
      faults: [true],
      ...PATIENT,
      pingIntervalMs: [700],
      pingTimeoutMs: [500],
    },
  },
  {
    name: "loss-loses",
    belief: "A lost packet is a lost message.",
    truth:
      "Under TCP it is a late one: it is sent again, and all that comes after it waits. FACTS §4, ground-truth 17.",
    rule: lossLoses,
    limits: { transports: WEBSOCKET, losses: [true], faults: [false], ...PATIENT },
  },
  {
    name: "set-is-enough",
    belief: "A Redis set is enough for presence.",
    truth:
      "What a server has put into a set stays in it when the server dies: ghosts, for ever. Entries that expire unless they are written again have no such end. FACTS §6.",
    rule: rules["no-ghost"],
    limits: SETS,
  },
  {
    name: "filter-knows",
    belief: "A Bloom filter knows who is online.",
    truth:
      "It says «perhaps» of all who ever came, and of some who never did, and «certainly not» of the others. Nobody can be taken out of it, listed or counted. FACTS §6.",
    rule: rules["no-ghost"],
    limits: { ...SETS, faultsOf: ["client"], presences: ["bloom"] },
  },
  {
    name: "presence-is-cheap",
    belief: "Showing who is online costs next to nothing.",
    truth:
      "To tell everybody of everybody takes one message for each member, each time that one comes or goes: 80,400 for 200 members. Or each page asks again and again, or each server keeps all of it. FACTS §6.",
    rule: tellingIsCheap,
    limits: { ...SETS, faults: [false] },
    isToThePoint: ({ presence }) => "tellsEverybody" in presence && presence.tellsEverybody,
  },
  {
    name: "datagrams-arrive",
    belief: "WebTransport's datagrams arrive: it is QUIC, and QUIC is reliable.",
    truth:
      "QUIC repairs its streams. A datagram is sent once, and is gone if its packet is: for what the next one makes outdated. FACTS §4.",
    rule: noneDies("datagrams-arrive", "What is sent by a datagram arrives.", "datagram-lost"),
    limits: {
      transports: ["webtransport"],
      messagesBy: ["datagram"],
      losses: [true],
      faults: [false],
      ...PATIENT,
    },
  },
  {
    name: "delay-is-its-own",
    belief: "A lost packet delays only the message that was in it.",
    truth:
      "TCP hands bytes out in order: all that comes behind it on the same connection waits (head-of-line blocking). FACTS §4, ground-truth 17.",
    rule: waitsForNobody,
    limits: { transports: WEBSOCKET, losses: [true], faults: [false], servers: [1, 1], ...PATIENT },
    isToThePoint: ({ clients, network }) =>
      network.client.loss !== 0 && clients.every(({ ackTimeoutMs }) => ackTimeoutMs === "none"),
  },
  {
    name: "65k",
    belief: "A server has 65,535 ports, so up to 65,535 connections there is room.",
    truth:
      "What comes in takes no port: all connections share the one that is listened on. Room ends earlier or later, with open files, with memory, or with the ports of whoever connects: 28,232 from a balancer to each server. FACTS §5, ground-truth 13, 14.",
    rule: rules["within-limits"],
    limits: { bounded: [true], transports: WEBSOCKET, ...CALM, ...PATIENT },
    isToThePoint: (scenario) => connectionLimits(scenario).length > 0,
  },
  {
    name: "redis-remembers",
    belief: "Redis keeps what was published until the subscriber is back.",
    truth:
      "Pub/Sub remembers nothing: who is not subscribed at that instant misses it. FACTS §1.8, §2, ground-truth 08.",
    rule: publishedIsKept,
    limits: FAILING_BACKPLANE,
  },
  {
    name: "reconnect-catches-up",
    belief: "After a reconnect a client gets what it missed.",
    truth: "Nothing is kept for whoever is away, unless recovery or an offset is built in. FACTS §1.5, §1.6.",
    rule: nothingIsMissed,
    limits: { ...FAILING_BACKPLANE, faultsOf: ["server"] },
  },
  {
    name: "stops-lose-nothing",
    belief: "A graceful stop loses nothing.",
    truth:
      "It closes connections in good order, and what was said before arrives. What is said until clients are back on another server is for nobody, unless something keeps it. FACTS §13.1, ground-truth 20.",
    rule: nothingIsMissed,
    limits: { ...FAILING_BACKPLANE, faultsOf: ["server"] },
    isToThePoint: ({ faults, servers }) =>
      servers.onStop === "close" && faults.length > 0 && faults.every(({ act }) => act === "stop"),
  },
  {
    name: "cut-once",
    belief: "A rolling deployment cuts each client once.",
    truth:
      "Who is cut may land on a server that is still to be replaced: on average 1.25, 1.44 or 1.59 times with 2, 4 or 10 servers. FACTS §13.1, ground-truth 21.",
    rule: cutOnce,
    limits: { ...FAILING_BACKPLANE, policies: ["round-robin"], faultsOf: ["server"] },
    isToThePoint: ({ faults }) => {
      const stopped = faults.filter(({ act }) => act === "crash" || act === "stop");
      return (
        stopped.length === new Set(stopped.map(({ target }) => target)).size &&
        faults.every(({ act }) => act === "crash" || act === "stop" || act === "restart")
      );
    },
  },
  {
    name: "pubsub-keeps-order",
    belief: "Pub/Sub keeps order.",
    truth:
      "It keeps that of one publisher. Of two who publish on two servers, each server hears its own first, so that members on different servers hear two orders; those on one server agree. FACTS §1.8, ground-truth 24.",
    rule: rules["order-everywhere"],
    limits: { backplanes: ["redis"], transports: WEBSOCKET, servers: [2, 2], ...CALM, ...PATIENT },
  },
  {
    name: "adding-relieves",
    belief: "Adding a server relieves the others.",
    truth:
      "Balancers decide when somebody connects. Who has a connection keeps it, so that a server which comes stays empty until others come, or are cut. FACTS §13.1, ground-truth 21.",
    rule: newcomerRelieves,
    limits: { ...FAILING_BACKPLANE, backplanes: ["none"], servers: [2, 2], faultsOf: ["server"] },
    isToThePoint: ({ faults }) => faults.some(({ act }) => act === "restart"),
  },
  {
    name: "backoff-ends-storms",
    belief: "Exponential back-off ends a storm.",
    truth:
      "It makes the next one later. Who was cut at one instant waits by one clock, and comes back at one instant, each time; what sets them apart is jitter. FACTS §8, §14.1.",
    rule: waitsSpread,
    limits: { ...FAILING_SERVERS, faultsOf: ["balancer"], asks: false, jitters: [0] },
  },
  {
    name: "checks-keep-from-cuts",
    belief: "A health check keeps clients from being cut.",
    truth:
      "It keeps the next who connect from a server that is gone. Whoever was connected to it was cut when it died, before any check could fail. FACTS §3, ground-truth 18.",
    rule: nobodyIsCut,
    limits: { transports: WEBSOCKET, losses: [false], faults: [true], faultsOf: ["server"], servers: [2, 3] },
    isToThePoint: ({ balancer, faults, clients }) =>
      "checkIntervalMs" in balancer &&
      balancer.checkIntervalMs !== "none" &&
      faults.some(({ act }) => act === "crash") &&
      clients.every(({ closesAfterMs }) => closesAfterMs === "none"),
  },
  {
    name: "disconnects-show",
    belief: "A dead connection is noticed at once.",
    truth:
      "A link that is cut says nothing. Only a missing heartbeat shows it, up to an interval and a timeout later. FACTS §1.2, ground-truth 10.",
    rule: noticedAtOnce,
    limits: { losses: [false], faults: [true], faultsOf: ["link"] },
    isToThePoint: isCutOff,
  },
  {
    name: "i-would-see-it",
    belief: "I would see it disconnect.",
    truth:
      "An end that expects no heartbeat and only listens sees nothing at all, for as long as it listens: its connection stays open. FACTS §4, ground-truth 22.",
    rule: deadIsTold,
    limits: {
      transports: WEBSOCKET,
      losses: [false],
      faults: [true],
      faultsOf: ["link"],
      idleTimeoutMs: [60_000],
      pingIntervalMs: ["none"],
    },
    isToThePoint: isCutOff,
  },
  {
    name: "heartbeat-saves-all",
    belief: "A heartbeat prevents loss.",
    truth:
      "It bounds how long the loss goes unnoticed. What is written until then is gone. FACTS §1.2, ground-truth 22.",
    rule: heartbeatSaves,
    limits: {
      transports: WEBSOCKET,
      losses: [false],
      faults: [true],
      faultsOf: ["link"],
      idleTimeoutMs: [60_000],
      pingIntervalMs: [700],
      pingTimeoutMs: [500],
    },
  },
  {
    name: "keepalive-keeps-open",
    belief: "TCP keepalive keeps a balancer's connection open.",
    truth:
      "Only where packets are counted: NATs and NLBs hear it. nginx, HAProxy and ALB count the bytes of applications, and a probe has none. FACTS §3, §4.",
    rule: staysOpen,
    limits: {
      ...CALM,
      transports: WEBSOCKET,
      tcpKeepaliveMs: [300],
      idleTimeoutMs: [1500],
      pingIntervalMs: ["none"],
    },
    isToThePoint: ({ clients }) => clients.every(({ tcpKeepaliveMs }) => tcpKeepaliveMs !== "none"),
  },
  {
    name: "heartbeats-keep-open",
    belief: "Heartbeats keep a connection open.",
    truth: "Only if they come more often than the smallest idle timeout on the path. FACTS §1.2, §3, §11.",
    rule: rules["no-idle-cut"],
    limits: {
      ...CALM,
      transports: SOCKET_IO,
      idleTimeoutMs: [400, 1500],
      pingIntervalMs: [700, 2000, 25_000],
    },
  },
  {
    name: "ping-every-30-s",
    belief: "A ping every 30 s is always enough.",
    truth:
      "It is for the 60 s of nginx and ALB. One box on the way that waits for less cuts the line before the first ping. FACTS §3, §11, ground-truth 07b.",
    rule: rules["no-idle-cut"],
    limits: { ...CALM, transports: SOCKET_IO, idleTimeoutMs: [400, 1500], pingIntervalMs: [30_000] },
    isToThePoint: ({ servers }) => servers.pingIntervalMs === 30_000,
  },
  {
    name: "equal-is-fine",
    belief: "A ping just as often as the idle timeout is fine.",
    truth:
      "Equal times race, and who wins once loses the next time: the next ping is counted from the pong. FACTS §1.2, §11, ground-truth 07.",
    rule: rules["no-idle-cut"],
    limits: { ...CALM, transports: SOCKET_IO, idleTimeoutMs: [700, 1500], pingIntervalMs: [700, 1500] },
    isToThePoint: (scenario) => rarestBeatMs(scenario) === shortestIdleMs(scenario),
  },
  {
    name: "cookies-for-all",
    belief: "A sticky cookie makes polling safe for every client.",
    truth: "Only for clients that keep cookies: one in Node does not, unless it is told to. FACTS §1.4, §3.",
    rule: rules.affinity,
    limits: { policies: ["sticky-cookie"], transports: ["polling-first", "polling"], ...CALM, ...PATIENT },
  },
  {
    name: "websocket-needs-sticky",
    belief: "WebSockets need sticky sessions.",
    truth:
      "A WebSocket is one request and then one connection: whichever server gets it keeps it. FACTS §1.7, ground-truth 06.",
    rule: neverConnects,
    limits: {
      policies: ["round-robin", "random", "least-connections"],
      transports: WEBSOCKET,
      servers: [2, 3],
      ...CALM,
      ...PATIENT,
    },
    isToThePoint: startsApart,
  },
  {
    name: "falls-back-by-itself",
    belief: "A client with a second transport falls back by itself.",
    truth:
      "Socket.IO's client tries the first of its transports again and again, unless it is told to try all of them. FACTS §1.4.",
    rule: rules["handshake-completes"],
    limits: {
      policies: ["ip-hash"],
      transports: ["websocket-first"],
      tryAllTransports: [false],
      upgradeHeader: ["drop"],
      ...CALM,
      ...PATIENT,
    },
  },
  {
    name: "ip-hash-spreads",
    belief: "ip_hash spreads clients evenly.",
    truth:
      "It hashes the first three octets: a whole /24, an office or a mobile carrier, lands on one server. FACTS §3, ground-truth 04.",
    rule: evenSpread,
    limits: { policies: ["ip-hash"], transports: WEBSOCKET, servers: [2, 3], ...CALM, ...PATIENT },
    isToThePoint: (scenario) => startsApart(scenario) && clientCount(scenario) <= scenario.servers.count,
  },
  {
    name: "a-vendor-never-loses",
    belief: "A vendor never loses a message.",
    truth:
      "It refuses what is too large, too much in a second, or more than its plan has. Whoever sends hears an error, if anybody listens; whoever waits hears nothing. FACTS §9.",
    rule: nothingIsLost,
    limits: { backplanes: ["vendor"], transports: WEBSOCKET, servers: [1, 2], ...CALM, ...PATIENT },
    isToThePoint: startsTogether,
  },
  {
    name: "buying-needs-no-maintenance",
    belief: "Buying needs no maintenance.",
    truth:
      "A plan that fits today is used up by what grows: somebody has to notice, pay and send again. And products end: of Vonage's, two in eight months. FACTS §9.",
    rule: noneDies("the-plan-fits", "A plan that was bought is never used up.", "over-quota"),
    limits: { backplanes: ["vendor"], transports: WEBSOCKET, servers: [1, 2], ...CALM, ...PATIENT },
    isToThePoint: ({ backplane }) => backplane.kind === "vendor" && backplane.quotaMessages !== "none",
  },
  {
    name: "backplane-delivers",
    belief: "With Redis every message arrives.",
    truth:
      "While the backplane is away, what is published dies, and nobody is told. FACTS §1.8, ground-truth 08.",
    rule: publishedArrives,
    limits: FAILING_BACKPLANE,
  },
  {
    name: "i-know-where-b-is",
    belief: "I know where B is: the registry says so.",
    truth:
      "It says where B was when a server last wrote it down. A server that dies crosses nothing out: until its entry expires, or B is back, what is for B goes to nobody. FACTS §2.1.",
    rule: noneDies(
      "the-entry-is-true",
      "The server that the registry names has the recipient.",
      "stale-owner",
    ),
    limits: {
      backplanes: ["registry"],
      transports: WEBSOCKET,
      losses: [false],
      faults: [true],
      faultsOf: ["server"],
      servers: [2, 3],
      ...PATIENT,
    },
    isToThePoint: startsTogether,
  },
  {
    name: "acks-give-exactly-once",
    belief: "Acknowledgements and retries give exactly once.",
    truth:
      "They give at least once: when the acknowledgement is lost, the message is sent again, and done again, unless the server remembers it. FACTS §7, ground-truth 26.",
    rule: rules["effectively-once"],
    limits: { ...FAILING_SERVERS, deliveries: ["queue", "retry"] },
    isToThePoint: ({ servers }) => servers.seenIds === "none",
  },
  {
    name: "timeout-means-failed",
    belief: "A timeout means that it failed.",
    truth:
      "It means that no acknowledgement came in time. Every message that timed out while the server paused was processed after it. FACTS §7, ground-truth 26.",
    rule: failedIsNotDone,
    limits: { ...FAILING_SERVERS, deliveries: ["ack"] },
  },
  {
    name: "redis-exactly-once",
    belief: "With ids in Redis, each message is done exactly once.",
    truth:
      "An id that is written before the effect loses the message if the process dies in between; one that is written after it lets the message through twice. Only in one transaction with the effect it does neither. FACTS §7, ground-truth 26.",
    rule: rules["effectively-once"],
    limits: { ...FAILING_SERVERS, deliveries: ["queue", "retry"] },
    isToThePoint: ({ servers }) =>
      servers.seenIds === "redis" && servers.marksIds !== "together" && servers.idsKeptMs === "none",
  },
];

/** Everybody begins connected, so that nobody is away. */
function startsTogether({ clients }: Scenario): boolean {
  return clients.every(({ startConnected }) => startConnected);
}

/** Nobody begins connected, so that everybody is routed. */
function startsApart({ clients }: Scenario): boolean {
  return clients.every(({ startConnected }) => !startConnected);
}

export interface Refutation {
  readonly belief: Belief;
  /** Null if no run was found that breaks the rule. */
  readonly counterexample: Counterexample | null;
  /** Scenarios that were run. */
  readonly runs: number;
}

const MAX_RUNS = 20_000;
/**
 * How many refuting runs are collected, and how many of these, the smallest, are shrunk: which shrinks best
 * can't be known beforehand.
 */
const CANDIDATES = 6;
const SHRUNK = 3;
/** How many more runs are made, at most, after the first that refutes the belief, to find others. */
const FURTHER_RUNS = 400;

/**
 * Searches generated scenarios for the shortest run that refutes a belief. The same seed finds the same.
 *
 * @throws RangeError if the seed is no whole number
 */
export function refute(belief: Belief, seed = 1): Refutation {
  refuseSeed(seed);
  const { rule } = belief;
  const candidates: Found[] = [];
  let runs = 0;
  let most = Number.POSITIVE_INFINITY;
  for (const scenario of generated(belief, seed)) {
    if (runs++ === most) break;
    const recording = new RecordingChoices(choicesOf(scenario));
    const [violation] = runTrial(scenario, [rule], { choices: recording }).watch.found;
    if (violation === undefined) continue;
    candidates.push({ violation, scenario: withChoices(stripped(scenario), recording.taken) });
    if (candidates.length === 1) most = runs + FURTHER_RUNS;
    if (candidates.length === CANDIDATES) break;
  }
  const [smallest] = candidates
    .sort((a, b) => weightOf(a.scenario) - weightOf(b.scenario))
    .slice(0, SHRUNK)
    .map((found) =>
      counterexampleOf(found, rule, {
        isAllowed: isAbout(belief),
        // Nobody has written this scenario, so its design may change, and its faults may move.
        kinds: PLAINER,
        written: { ...found.scenario, faults: [] },
      }),
    )
    .sort((a, b) => weightOf(a.scenario) - weightOf(b.scenario));
  return { belief, counterexample: smallest ?? null, runs };
}

function* generated({ limits, isToThePoint = () => true }: Belief, seed: number): Generator<Scenario> {
  const batch = 200;
  for (let first = 0; first < MAX_RUNS; first += batch)
    for (const scenario of fc.sample(scenarios(limits), { numRuns: batch, seed: seed + first }))
      if (isToThePoint(scenario)) yield scenario;
}

/** How much there is to understand in a scenario. */
function weightOf(scenario: Scenario): number {
  const lines = scenario.workload.reduce((sum, { everyMs }) => sum + (everyMs === undefined ? 1 : 5), 0);
  const chances = Object.values(scenario.choices ?? {}).reduce((sum, list) => sum + list.length, 0);
  return (
    4 * clientCount(scenario) +
    4 * scenario.servers.count +
    2 * lines +
    3 * scenario.faults.length +
    chances / 10
  );
}

/**
 * Whether a scenario is still about the belief: shrinking must not take away the belief's circumstances.
 * Timers do not count as circumstances: they may go back to their defaults.
 */
function isAbout({ limits, isToThePoint = () => true }: Belief): (scenario: Scenario) => boolean {
  const { idleTimeoutMs: _, pingIntervalMs: __, pingTimeoutMs: ___, ...circumstances } = limits;
  const isSo = isWithin(circumstances);
  return (scenario) => isSo(scenario) && isToThePoint(scenario);
}
