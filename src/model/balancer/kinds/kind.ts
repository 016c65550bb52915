import type { Field, SettingsOf } from "../../world/field.ts";
import type { PartSettings } from "../../world/settings.ts";

/** How long something may last, and which field of the balancer says so. */
export interface Limit {
  readonly us: number;
  readonly by: string;
}

export interface Timeouts {
  /** Of a request without its answer. */
  readonly answer: Limit;
  /** Of the silence on an open WebSocket. */
  readonly silence: Limit;
}

/** What follows when a server does not take a request, or does not answer it in time. */
export interface FailureHandling {
  /** `other`: another server is asked at once, each once at most. `again`: who refused is asked again (retry.ts). `nobody`. */
  readonly asks: "other" | "again" | "nobody";
  /** What is answered when no server took the request; `closes`: nothing is, the connection ends. */
  readonly inVain: 502 | 503 | "closes";
  /** After so many failures a server is left out for a while, 0: never. Only where others are asked. */
  readonly maxFails: number;
  /** How often a connection is tried once more, and whether at the last of these with another server. */
  readonly retries: number;
  readonly redispatches: boolean;
}

/** Connections to a server that are tried only to see whether it is there. */
export interface HealthChecks {
  /** From one to the next; ∞: there are none. */
  readonly intervalUs: number;
  readonly timeoutUs: number;
  /** So many in a row that fail mark a server down, so many that succeed mark it up. */
  readonly fall: number;
  readonly rise: number;
  /** Whether servers are asked all the same where all are marked down. */
  readonly failsOpen: boolean;
  /** Whether what is open to a server ends when that is marked down. */
  readonly endsMarked: boolean;
}

/** A kind of balancer: its timeouts, and what it does about servers that fail. */
export interface BalancerKind {
  /** What it is, in a few words. */
  readonly says: string;
  /** Fields of its own. */
  readonly fields: Readonly<Record<string, Field>>;
  /** What its fields make of a connection. */
  readonly timeouts: (own: PartSettings) => Timeouts;
  /** What its fields make of a server that fails. */
  readonly failures: (own: PartSettings) => FailureHandling;
  /** By default it checks nothing. */
  readonly checks?: (own: PartSettings) => HealthChecks;
  /** How many sockets one worker may have open, both sides counted. By default as many as it likes. */
  readonly connections?: (own: PartSettings) => number;
  /** How many connections it accepts in a second. By default as many as come. */
  readonly sessionsPerS?: (own: PartSettings) => number;
  /** How many may be at one server at a time, and how long whoever comes next waits for a place. By default as many as like. */
  readonly places?: (own: PartSettings) => { readonly most: number; readonly waitUs: number };
  /** How many worker processes have turns, counts and marks of their own. By default one. */
  readonly workers?: (own: PartSettings) => number;
  /** Bytes so soon after the timer of a silence was armed do not move it. µs. */
  readonly lazyUs: number;
  /**
   * What becomes of a connection that was silent for too long: `closes` tells both ends; `forgets` tells nobody, and resets
   * whoever writes next.
   */
  readonly afterSilence: "closes" | "forgets";
  /** How long after a reload the old process is told to shut down, since the new one has to be there first. By default it is at once. µs. */
  readonly handoverUs?: number;
  /** Whether TCP keepalive counts as something that crosses: it does where packets are passed on, and not the bytes in them. */
  readonly hearsKeepalive?: boolean;
  /** How many events of a stream it holds back to pass them on together; it passes each on by itself if this is not said. */
  readonly buffers?: (own: PartSettings) => number;
}

type Declared<F extends BalancerKind["fields"]> = Omit<
  BalancerKind,
  | "fields"
  | "timeouts"
  | "failures"
  | "checks"
  | "connections"
  | "sessionsPerS"
  | "places"
  | "workers"
  | "buffers"
> & {
  readonly fields: F;
  readonly timeouts: (own: SettingsOf<F>) => Timeouts;
  readonly failures: (own: SettingsOf<F>) => FailureHandling;
  readonly checks?: (own: SettingsOf<F>) => HealthChecks;
  readonly connections?: (own: SettingsOf<F>) => number;
  readonly sessionsPerS?: (own: SettingsOf<F>) => number;
  readonly places?: (own: SettingsOf<F>) => { readonly most: number; readonly waitUs: number };
  readonly workers?: (own: SettingsOf<F>) => number;
  readonly buffers?: (own: SettingsOf<F>) => number;
};

/** A member of the family. Its own fields are typed as they are declared. */
export function balancerKind<const F extends BalancerKind["fields"]>(
  declared: Declared<F>,
): Omit<BalancerKind, "fields"> & { readonly fields: F } {
  return declared as Declared<F> &
    Pick<
      BalancerKind,
      "timeouts" | "failures" | "checks" | "connections" | "sessionsPerS" | "places" | "workers" | "buffers"
    >;
}

/** Of a kind that asks one server, once. */
export function asksOnce(inVain: FailureHandling["inVain"]): () => FailureHandling {
  return () => ({ asks: "nobody", inVain, maxFails: 0, retries: 0, redispatches: false });
}

/** One idle timeout for all. */
export function idle({ idleTimeoutUs }: { readonly idleTimeoutUs: number }): Timeouts {
  const limit = { us: idleTimeoutUs, by: "idleTimeoutMs" };
  return { answer: limit, silence: limit };
}
