import { flag, time, untold, whole } from "../world/column.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/** A balancer's process. */
export const balancerPart = part({
  name: "balancer",
  number: 4,
  home: "balancer",
  events: ["CRASH", "RESTART"],
  faults: { crash: "CRASH", restart: "RESTART" },
});

/** One row a balancer. */
export class Balancers extends tableOf({
  /** The server that round robin gives the next request to. */
  nextServer: whole(),
  // What its kind and its fields make of a connection (kinds/kind.ts), which never changes. µs.
  answerUs: untold(time()),
  silenceUs: untold(time()),
  lazyUs: untold(time()),
  /** ∞: a WebSocket may get as old as it likes. */
  lifetimeUs: untold(time()),
  /** 1: what was silent for too long is forgotten, and nobody told. */
  forgets: untold(flag()),
}) {}
