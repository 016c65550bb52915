import { until, whole } from "../world/column.ts";
import { durationMs } from "../world/field.ts";
import { ASKER_EVENTS, part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * A balancer's end of a connection to a server, or to the next balancer. Entity: the try. Packets bring its exchange
 * along as x. PORT_FREE: a port is free again; entity: the destination.
 */
export const upstreamPart = part({
  name: "upstream",
  number: 49,
  events: [...ASKER_EVENTS, "REFUSED", "PORT_FREE"],
  fields: {
    in: "balancer",
    of: {
      failTimeoutMs: durationMs(10_000, {
        says: "How long a server that refused a connection is left out: nginx fail_timeout",
        source: "FACTS §3",
        tried: [500],
      }),
    },
  },
});
export const UpstreamEvent = upstreamPart.on;

/** What the last balancer knows of each server: one row each. */
export class Upstreams extends tableOf({
  /** Until when it is left out, because it refused a connection. µs. */
  failedUntilUs: until(),
  /** Exchanges that it is serving now. */
  active: whole(),
}) {}
