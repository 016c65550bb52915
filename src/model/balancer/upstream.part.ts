import { flag, row, small, until, untold, whole } from "../world/column.ts";
import { durationMs, durationOr } from "../world/field.ts";
import { ASKER_EVENTS, part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * A balancer's end of a connection to a server, or to the next balancer. Entity: the try. Packets bring its exchange
 * along as x. PORT_FREE: a port is free again; entity: the destination. LISTED, UNLISTED: the server, which is the entity, is on the list or is not.
 */
export const upstreamPart = part({
  name: "upstream",
  number: 49,
  events: [...ASKER_EVENTS, "REFUSED", "PORT_FREE", "LISTED", "UNLISTED"],
  fields: {
    in: "balancer",
    of: {
      failTimeoutMs: {
        ...durationMs(10_000, {
          says: "nginx fail_timeout: how long a server that has failed maxFails times is left out; 0: the next request asks it again; other kinds leave nobody out for a failure",
          source: "FACTS §3",
          tried: [500],
        }),
        min: 0,
      },
      endpointsLagMs: durationOr(["none"], "none", {
        says: "How long after a server is to stop, or dies, the balancer takes it off its list, and after its process has begun puts it there: Kubernetes' endpoints; none: the list does not go by that",
        source: "FACTS §13.1",
        tried: [300],
      }),
    },
  },
});
export const UpstreamEvent = upstreamPart.on;

/** The last balancer's list of servers: one row each. */
export class Upstreams extends tableOf({
  /** What its configuration says of each, which never changes. */
  weight: untold(whole()),
  isBackup: untold(flag()),
  isDown: untold(flag()),
  /** 1: it is on the list now. */
  isListed: flag(1),
  /** 1: health checks have found that it is not there. */
  isMarkedDown: flag(),
  /** How many are at it, where there is a limit of them. */
  placesTaken: whole(),
}) {}

/** What each worker of the last balancer knows of each server: all servers of the first worker, then of the next. */
export class Peers extends tableOf({
  /** How often it has failed, and until when that counts: with `maxFails` it is left out until then. µs. */
  fails: small(),
  failedUntilUs: until(),
  /** 1: that time was over, and a request went to it, which will show whether it is back. */
  isOnTrial: flag(),
  /** Exchanges that it is serving now. */
  active: whole(),
  /** Of its turns: policies/turn.ts. */
  currentWeight: whole(),
  effectiveWeight: whole(),
}) {}

/** Turns of each worker of the last balancer. */
export class Turns extends tableOf({
  /** Whose turn is next, as long as turns just go around; −1: the weights of peers say (policies/turn.ts). */
  next: row(),
}) {}
