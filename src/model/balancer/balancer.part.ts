import { amount, flag, small, time, until, untold, whole } from "../world/column.ts";
import { countOrNone, durationOr } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** A balancer's process. RELOAD: a new one takes its place, and the old one keeps what it has. */
export const balancerPart = part({
  name: "balancer",
  number: 4,
  home: "balancer",
  events: ["CRASH", "RESTART", "RELOAD"],
  faults: { crash: "CRASH", restart: "RESTART", reload: "RELOAD" },
  undoes: { restart: ["crash"] },
  fields: {
    in: "balancers",
    of: {
      descriptors: countOrNone("none", {
        says: "How many open files it may have (ulimit -n): two for each connection that it passes on. Without one, connections wait in the accept queue; none: no limit",
        source: "FACTS §3, §5",
        min: 1,
        max: 1_048_576,
        tried: [3],
      }),
      backlog: countOrNone(4096, {
        says: "How many connections the accept queue takes (somaxconn); the next are not heard",
        source: "FACTS §5",
        min: 1,
        max: 65_535,
        tried: [1],
      }),
      shutdownTimeoutMs: durationOr(["none"], "none", {
        says: "How long the process that a reload has replaced keeps its connections, which are then cut: nginx worker_shutdown_timeout, HAProxy hard-stop-after; none: until they end by themselves",
        source: "FACTS §3; ground-truth 19",
        tried: [500],
      }),
    },
  },
});

/** One row a balancer. */
export class Balancers extends tableOf({
  // What its kind and its fields make of a connection (kinds/kind.ts), which never changes. µs.
  answerUs: untold(time()),
  silenceUs: untold(time()),
  lazyUs: untold(time()),
  /** ∞: a WebSocket may get as old as it likes. */
  lifetimeUs: untold(time()),
  /** 1: what was silent for too long is forgotten, and nobody told. */
  forgets: untold(flag()),
  /** Sockets that it may have open, by its open files and by its worker; ∞: as many as there are. */
  mostDescriptors: untold(time()),
  mostConnections: untold(time()),
  /** Its worker processes, each with turns, counts and marks of its own. */
  workers: untold(small(1)),
  /** Sockets that are open, counted where one of these is a number. */
  open: whole(),
  /** 1: there is something that may keep it from accepting. */
  queues: untold(flag()),
  /** Sessions that it accepts in a second; ∞: as many as come. */
  mostSessions: untold(amount()),
  /** Those of the period that began at `periodUs`, and of the one before. */
  sessions: whole(),
  sessionsBefore: whole(),
  periodUs: time(),
  /** Connections in its accept queue. */
  queued: whole(),
  /** Until when it accepts nothing. µs. */
  pausedUntilUs: until(),
  /** 1: who did not take a request is not asked again, and others are. 1: who refused a connection is asked again. */
  asksOther: untold(flag()),
  asksAgain: untold(flag()),
  /** 1: of these, who has just refused is not taken for the next try, if another can be. */
  avoids: untold(flag()),
  /** What it answers when no server took a request; 0: nothing, it closes. */
  inVain: untold(whole()),
  maxFails: untold(small()),
  retries: untold(small()),
  redispatches: untold(flag()),
  /** Of its health checks; ∞: it makes none. µs. */
  checkUs: untold(time()),
  checkTimeoutUs: untold(time()),
  fall: untold(small()),
  rise: untold(small()),
  /** 1: where all servers are marked down, all are asked. */
  failsOpen: untold(flag()),
  /** 1: what is open to a server ends when that is marked down. */
  endsMarked: untold(flag()),
  /** How many may be at a server at a time; ∞: as many as like. */
  mostAtServer: untold(amount()),
  /** How long whoever comes next waits for a place. µs. */
  placeUs: untold(time()),
  /** How many events of a stream wait for each other; 0: none does. */
  bufferEvents: untold(whole()),
}) {}
