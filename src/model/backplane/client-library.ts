/**
 * The library by which a process talks to Redis: how long it waits before it tries a connection that broke again, what becomes of
 * commands meanwhile, and of those that Redis had not answered. FACTS §1.8; ground-truth 23.
 *
 * - node-redis 4 tries at once, then after min(n · 50, 500) ms, n = 0, 1, 2 …; node-redis 5 at once, then after min(2ⁿ · 50, 2000) ms and
 *   up to 200 ms more, drawn anew each time for each connection; ioredis after min(n · 50, 2000) ms, n = 1, 2, 3 …
 * - Commands wait in the offline queue, or are refused at once if it is off. ioredis refuses all that wait when so many attempts have
 *   failed, and again after as many more.
 * - Of what was sent and not answered when the connection broke, node-redis tells its caller that it failed; ioredis sends it again.
 *
 * Leaves out: connect timeouts (5 s, 10 s), a process that a failed command ends because nobody looks after it, and that a queue of more
 * than 16 KiB is written in several pieces.
 */
import type { Choices } from "../../kernel/choices.ts";
import { Purpose } from "../trace/purposes.ts";
import type { SettingsOf } from "../world/field.ts";
import type { World } from "../world/world.ts";
import type { CLIENT_FIELDS, ClientName, SUBSCRIBER_FIELDS } from "./client-library.part.ts";

interface Library {
  /** It tries once at once when a connection breaks, and waits from then on. */
  readonly triesAtOnce: boolean;
  /** How long it waits after so many waits, from 0. µs. */
  readonly waitUs: (choices: Choices, waits: number) => number;
  /** It sends again what was not answered, and refuses what waits for too long. */
  readonly resends: boolean;
}

const STEP_US = 50_000;

const LIBRARIES: Readonly<Record<ClientName, Library>> = {
  "node-redis-4": {
    triesAtOnce: true,
    waitUs: (_, waits) => Math.min(waits * STEP_US, 500_000),
    resends: false,
  },
  "node-redis-5": {
    triesAtOnce: true,
    waitUs: (choices, waits) =>
      Math.min(2 ** Math.min(waits, 10) * STEP_US, 2_000_000) +
      1000 * choices.draw(Purpose.redisReconnection, 200),
    resends: false,
  },
  ioredis: {
    triesAtOnce: false,
    waitUs: (_, waits) => Math.min((waits + 1) * STEP_US, 2_000_000),
    resends: true,
  },
};

type ClientSettings = SettingsOf<typeof CLIENT_FIELDS & typeof SUBSCRIBER_FIELDS>;

/** What a backplane does not say: as node-redis 4 does. */
const OTHERS: ClientSettings = {
  client: "node-redis-4",
  reconnectUs: "library",
  reconnectAttempts: Number.POSITIVE_INFINITY,
  offlineQueue: true,
  maxRetriesPerRequest: Number.POSITIVE_INFINITY,
  resubscribes: true,
};

/** By what a backplane says: that, and the rest. Asked for at each attempt to connect. */
const whole = new WeakMap<object, ClientSettings>();

/** What the scenario says of its processes' connections to Redis. */
export function clientSettings({ settings: { backplaneOwn } }: World): ClientSettings {
  let settings = whole.get(backplaneOwn);
  if (settings === undefined) {
    settings = { ...OTHERS, ...backplaneOwn };
    whole.set(backplaneOwn, settings);
  }
  return settings;
}

export function libraryOf(world: World): Library {
  return LIBRARIES[clientSettings(world).client];
}

/** How long a client waits that has made so many attempts since its connection broke. µs. */
export function waitUs(world: World, attempts: number): number {
  const library = libraryOf(world);
  const waits = library.triesAtOnce ? attempts - 1 : attempts;
  if (waits < 0) return 0;
  const { reconnectUs } = clientSettings(world);
  return reconnectUs === "library" ? library.waitUs(world.choices, waits) : reconnectUs;
}

/** Whether all that waits is refused now: a connection has broken, and so many attempts have failed since. */
export function isTooLong(world: World, attempts: number): boolean {
  if (!libraryOf(world).resends) return false;
  const { maxRetriesPerRequest } = clientSettings(world);
  return (attempts + 1) % (maxRetriesPerRequest + 1) === 0;
}
