import { countOrNone, durationOr, oneOf, yesOrNo } from "../world/field.ts";

/** Of a backplane that is a Redis of one's own: how the servers' processes, and publishers, are connected to it. */
export const CLIENT_FIELDS = {
  client: oneOf(["node-redis-4", "node-redis-5", "ioredis"], "node-redis-4", {
    says: "The library that talks to Redis. It says when a connection that broke is tried again (node-redis 4: at once, then after 0, 50, 100 ms and so on up to 500; node-redis 5: at once, then after 50, 100, 200 ms and so on up to 2 s, and 0 to 200 ms more; ioredis: after 50, 100, 150 ms and so on up to 2 s), and whether what was not answered is sent again (ioredis)",
    source: "FACTS §1.8; ground-truth 23",
  }),
  reconnectMs: durationOr(["library"], "library", {
    says: "How long it waits before each attempt to connect again (reconnectStrategy, retryStrategy); library: as the library does by itself",
    source: "ground-truth 23",
    tried: [60],
  }),
  reconnectAttempts: countOrNone("none", {
    says: "How many attempts it makes until it gives up for good, and refuses each command from then on; none: as many as it takes",
    source: "ground-truth 23",
    min: 0,
    max: 1000,
    tried: [0, 2],
  }),
  offlineQueue: yesOrNo(true, {
    says: "Whether what is published without a connection waits for one; else it is refused at once",
    source: "FACTS §1.8; ground-truth 23",
  }),
  maxRetriesPerRequest: countOrNone(20, {
    says: "With ioredis: after how many failed attempts all that waits is refused; none: never",
    source: "FACTS §1.8; ground-truth 23",
    min: 0,
    max: 1000,
    tried: [2],
  }),
} as const;

/** Whether a subscription is made again, where the library may be told not to. */
export const SUBSCRIBER_FIELDS = {
  resubscribes: yesOrNo(true, {
    says: "Whether a connection that was made again is subscribed again (ioredis: autoResubscribe); else it is open, answers pings, and hears nothing",
    source: "FACTS §1.8",
  }),
} as const;

export type ClientName = (typeof CLIENT_FIELDS)["client"]["options"][number];

/** How long each library waits at most. ms. */
const LONGEST_WAIT_MS: Readonly<Record<ClientName, number>> = {
  "node-redis-4": 500,
  "node-redis-5": 2200,
  ioredis: 2000,
};

/** How long a Redis client of a scenario waits at most before it tries again, as the scenario says it. ms. */
export function longestWaitMs(written: {
  readonly kind: string;
  readonly client?: ClientName;
  readonly reconnectMs?: number | string;
}): number {
  const { client = "node-redis-4", reconnectMs = "library" } = written;
  return typeof reconnectMs === "number" ? reconnectMs : LONGEST_WAIT_MS[client];
}
