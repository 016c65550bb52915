import { flag, row, time, timer, untold, whole } from "../world/column.ts";
import type { Nodes } from "../world/nodes.ts";
import { part } from "../world/part.ts";
import type { Settings } from "../world/settings.ts";
import { tableOf } from "../world/table.ts";

/**
 * A client's or a server's process that some fault freezes or slows down. THROTTLE: x the time between the instants at which
 * its timers may fire, µs. KILL: it dies, frozen or not.
 */
export const processPart = part({
  name: "process",
  number: 12,
  home: { column: "node", of: "processes" },
  events: ["FREEZE", "RESUME", "THROTTLE", "KILL"],
  faults: { freeze: "FREEZE", resume: "RESUME", throttle: "THROTTLE" },
  undoes: { resume: ["freeze", "throttle"] },
  ends: ["processFrozen", "timersThrottled"],
});

/** One row for each process that a fault of the scenario strikes; of others there is nothing to keep. */
export class Processes extends tableOf({
  /** Never changes. */
  node: untold(row()),
  /** 1 while it is frozen. */
  isFrozen: flag(),
  /** Time between the instants at which timers of a throttled one fire. µs. */
  alignUs: time(),
  /** Its latest silence, a row of Ends (−1 none), and until when that lasted (Infinity: it does). No machine goes by it. µs. */
  silence: untold(row()),
  untilUs: untold(time()),
}) {
  /** By node: its row, −1 none. Empty where no process is ever struck. */
  readonly rowOf: Int32Array;

  constructor(nodes: Nodes, { faults }: Settings) {
    super();
    const struck = new Set(faults.flatMap((fault) => (fault.target === "process" ? fault.nodes : [])));
    this.rowOf = new Int32Array(struck.size === 0 ? 0 : nodes.total).fill(-1);
    for (const node of struck) {
      const process = this.add();
      this.node[process] = node;
      this.rowOf[node] = process;
    }
  }
}

/** Timers of processes that are frozen or throttled: they have run out, and nobody has looked. In the order in which they did. */
export class Overdue extends tableOf({
  process: row(),
  code: whole(),
  entity: row(),
  x: whole(),
  y: whole(),
  /** The timer that it was, to know whether it is still to fire (frozen.ts); −1 it is none. */
  timer: timer(),
}) {}
