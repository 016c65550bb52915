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

/** A kind of balancer, by its timeouts: the same for each kind. */
export interface BalancerKind {
  /** What it is, in a few words. */
  readonly says: string;
  /** Fields of its own. */
  readonly fields: Readonly<Record<string, Field>>;
  /** What its fields make of a connection. */
  readonly timeouts: (own: PartSettings) => Timeouts;
  /** How many sockets one worker may have open, both sides counted. By default as many as it likes. */
  readonly connections?: (own: PartSettings) => number;
  /** Bytes so soon after the timer of a silence was armed do not move it. µs. */
  readonly lazyUs: number;
  /**
   * What becomes of a connection that was silent for too long: `closes` tells both ends; `forgets` tells nobody, and resets
   * whoever writes next.
   */
  readonly afterSilence: "closes" | "forgets";
  /** Whether TCP keepalive counts as something that crosses: it does where packets are passed on, and not the bytes in them. */
  readonly hearsKeepalive?: boolean;
  /** How many events of a stream it holds back to pass them on together; it passes each on by itself if this is not said. */
  readonly buffers?: (own: PartSettings) => number;
}

type Declared<F extends BalancerKind["fields"]> = Omit<
  BalancerKind,
  "fields" | "timeouts" | "connections" | "buffers"
> & {
  readonly fields: F;
  readonly timeouts: (own: SettingsOf<F>) => Timeouts;
  readonly connections?: (own: SettingsOf<F>) => number;
  readonly buffers?: (own: SettingsOf<F>) => number;
};

/** A member of the family. Its own fields are typed as they are declared. */
export function balancerKind<const F extends BalancerKind["fields"]>(
  declared: Declared<F>,
): Omit<BalancerKind, "fields"> & { readonly fields: F } {
  return declared as Declared<F> & Pick<BalancerKind, "timeouts" | "connections" | "buffers">;
}

/** One idle timeout for all. */
export function idle({ idleTimeoutUs }: { readonly idleTimeoutUs: number }): Timeouts {
  const limit = { us: idleTimeoutUs, by: "idleTimeoutMs" };
  return { answer: limit, silence: limit };
}
