/**
 * Whether a packet between a client and a server has been lost so far. TCP sends it again, but perhaps later
 * than any limit that a rule could state, so some rules ask for nothing from then on. Read off the trace, and
 * only where links can lose something.
 */
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import type { Setting } from "./rule.ts";

export class LostPackets {
  /** Kinds of records to be shown. */
  readonly sees: readonly RecordKind[];
  /** Whether one has been lost. */
  any = false;
  readonly #backplaneNode: number;

  constructor({ links, backplaneNode }: Setting) {
    this.#backplaneNode = backplaneNode;
    const isLossy = links.client.isLossy || links.balancer.isLossy || links.server.isLossy;
    this.sees = isLossy ? [RecordKind.frame] : [];
  }

  see(trace: Records, row: number): void {
    if (trace.kind[row] !== RecordKind.frame || trace[at.frame.flightUs][row] >= 0) return;
    const [from, to] = [trace[at.frame.from][row], trace[at.frame.to][row]];
    if (from !== this.#backplaneNode && to !== this.#backplaneNode) this.any = true;
  }

  digest(add: (value: number) => void): void {
    add(this.any ? 1 : 0);
  }
}
