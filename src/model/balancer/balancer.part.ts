import { whole } from "../world/column.ts";
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
}) {}
