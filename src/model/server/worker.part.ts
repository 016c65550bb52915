import { numbers, packetsDown, row, time, untold, whole } from "../world/column.ts";
import { count, countOrNone, oneOf, waitMs } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf, untoldTableOf } from "../world/table.ts";

/**
 * One of a server's workers, where work takes time. START: it has something to do. REST: it has nothing. PAUSE and GO_ON: its process
 * is frozen, and runs again. CRASH: its process died.
 */
export const workerPart = part({
  name: "worker",
  number: 23,
  home: { column: "server", of: "workers" },
  events: ["START", "REST", "PAUSE", "GO_ON", "CRASH"],
  fields: {
    in: "servers",
    of: {
      serviceMs: waitMs(0, {
        says: "How long a request, or a message over a WebSocket, keeps one of a server's workers busy (service time); others wait meanwhile. What a server only waits for (effectMs) keeps nobody busy. 0: no time",
        source: "FACTS §5",
        tried: [15, 60],
      }),
      serviceTimes: oneOf(["fixed", "exponential"], "fixed", {
        says: "Whether each takes serviceMs, or is drawn with that mean: most shorter, some much longer",
        source: "FACTS §14.10",
      }),
      workers: {
        ...count(1, 64, {
          says: "How many requests or messages a server works on at a time: Node.js runs an application's JavaScript on one thread",
          source: "FACTS §5",
          tried: [2],
        }),
        min: 1,
      },
      queueLength: countOrNone("none", {
        says: "How many requests and messages may wait for a worker before a server answers further requests with 503 at once; messages over a WebSocket wait all the same; none: no limit",
        source: "FACTS §5",
        min: 0,
        max: 1_000_000,
        tried: [0, 1],
      }),
      writeMs: waitMs(0, {
        says: "How long each copy that it writes to one of its clients keeps a worker of a server busy: a broadcast to n costs n of these. 0: no time",
        source: "FACTS §5",
        tried: [4, 25],
      }),
    },
  },
});
export const WorkerEvent = workerPart.on;

/** One row a worker, those of a server together; none where no work takes time. */
export class Workers extends tableOf({
  /** Never changes. */
  server: untold(row()),
  /** What it is at work on, a row of {@link Jobs}, told in future.ts; −1: nothing, or it writes. */
  job: untold(row()),
  /** How long that takes from when it began, or went on. µs. */
  leftUs: time(),
  /** When it will be done, for which a timer stands in the queue. µs. */
  doneUs: untold(time()),
}) {}

/** One row a server, where work takes time. */
export class WorkQueues extends tableOf({
  // Jobs that wait, told in future.ts as they are, wherever they lie.
  first: untold(row()),
  last: untold(row()),
  /** How many of them are requests and messages. */
  waiting: whole(),
  /** Copies that are to be written to its clients, and the session that each is for. */
  copies: packetsDown(),
  sessions: numbers(),
  /** The worker that writes the next of them, −1 none does: one at a time, so that each connection's are in order. */
  writer: row(),
}) {}

/** The row whose `next` heads the list of rows that are free to use again; it is no job itself. */
const FREE = 0;

/** What arrived, as the event that it is for its session or its server, and waits or is being worked on. */
export class Jobs extends untoldTableOf({
  next: row(),
  code: whole(),
  entity: row(),
  x: whole(),
  y: whole(),
  /** When it came. µs. */
  sinceUs: time(),
}) {
  constructor() {
    super();
    this.add();
  }

  take(): number {
    const job = this.next[FREE];
    if (job === -1) return this.add();
    this.next[FREE] = this.next[job];
    this.next[job] = -1;
    return job;
  }

  release(job: number): void {
    this.next[job] = this.next[FREE];
    this.next[FREE] = job;
  }
}
