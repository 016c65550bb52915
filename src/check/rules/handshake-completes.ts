import { CONNECT_TIMEOUT_US } from "../../model/client/client.part.ts";
import { Machine, MODEL } from "../../model/parts.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import { at, CLOSE_REASON_NAMES, RecordKind, type Records, readerOf } from "../../model/trace/records.ts";
import { Calm } from "../calm.ts";
import { LostPackets } from "../lost-packets.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { FAILED, type Scope, ScopeCounter } from "../scope.ts";

const clientOf = readerOf("client");

const LOST = "a packet had been lost";

const ATTEMPTING = MODEL[Machine.client].chart.states.indexOf("online.connecting.engine");

/**
 * A handshake that begins completes (FACTS §1.1, §1.4): no attempt to connect is refused or given up. The
 * rule no longer applies once something has failed or a packet has been lost, since either can make an
 * attempt run out of time.
 */
export const handshakeCompletes: Rule = {
  name: "handshake-completes",
  kind: "eventually",
  statement: `Every attempt to connect succeeds within ${CONNECT_TIMEOUT_US / 1_000_000} s, as long as nothing has failed.`,
  subject: ["attempt to connect", "attempts to connect"],
  whenNone: "nobody tries to connect",
  watch: (setting) => new HandshakeMonitor(setting),
};

class HandshakeMonitor implements Monitor {
  readonly sees: readonly RecordKind[];
  readonly machines = [Machine.client];
  #nameOf: Setting["nameOf"];
  #lost: LostPackets;
  #calm: Calm;
  #counter = new ScopeCounter();
  /** By client. */
  #isConnected: boolean[];
  /** By client: when its attempt must have succeeded, µs. In order of time. */
  #due = new Map<number, number>();
  /**
   * By client: why its connection or attempt ended last; −1 if none has. Whether the rule breaks does not
   * depend on it, so it is not in the digest.
   */
  #ends: number[];

  constructor(setting: Setting) {
    const { clients, nameOf } = setting;
    this.#nameOf = nameOf;
    this.#lost = new LostPackets(setting);
    this.#calm = new Calm(setting);
    this.#isConnected = new Array<boolean>(clients).fill(false);
    this.#ends = new Array<number>(clients).fill(-1);
    this.sees = [
      ...Calm.sees,
      RecordKind.transition,
      RecordKind.connected,
      RecordKind.disconnected,
      RecordKind.ended,
      ...this.#lost.sees,
    ];
  }

  see(trace: Records, row: number): Breach | null {
    this.#calm.see(trace, row);
    const wasWhole = !this.#lost.any;
    this.#lost.see(trace, row);
    if (this.#lost.any && wasWhole) this.#exemptAll(LOST);
    switch (trace.kind[row]) {
      case RecordKind.ended: {
        const whose = trace[at.ended.whose][row];
        if (whose >= 0 && whose < this.#ends.length) this.#ends[whose] = trace[at.ended.reason][row];
        return null;
      }
      case RecordKind.fault:
        this.#exemptAll(FAILED);
        return null;
      case RecordKind.transition:
        this.#seeTransition(trace, row);
        return null;
      case RecordKind.connected:
      case RecordKind.disconnected:
        return this.#seeOutcome(trace, row);
      default:
        return null;
    }
  }

  #exemptAll(why: string): void {
    this.#counter.exempt(why, this.#due.size);
    this.#due.clear();
  }

  /** An attempt begins. */
  #seeTransition(trace: Records, row: number): void {
    if (trace[at.transition.machine][row] !== Machine.client) return;
    if (trace[at.transition.after][row] !== ATTEMPTING) return;
    if (this.#calm.isOver || this.#lost.any) this.#counter.exempt(this.#calm.isOver ? FAILED : LOST);
    else this.#due.set(trace[at.transition.entity][row], trace.timeUs[row] + CONNECT_TIMEOUT_US);
  }

  /** An attempt succeeds or fails, or a connection ends. */
  #seeOutcome(trace: Records, row: number): Breach | null {
    const client = clientOf(trace, row);
    const wasConnected = this.#isConnected[client];
    const isConnected = trace.kind[row] === RecordKind.connected;
    this.#isConnected[client] = isConnected;
    const wasDue = this.#due.delete(client);
    if (isConnected || wasConnected || !wasDue) {
      if (wasDue) this.#counter.spoke++;
      return null;
    }
    // What ended it says more than what the client was told.
    const end = END_REASONS[this.#ends[client]];
    const told = CLOSE_REASON_NAMES[trace[at.disconnected.reason][row]];
    return this.#failed(client, end?.name ?? told.replaceAll(" ", "-"), `fails: ${end?.label ?? told}`);
  }

  #failed(client: number, key: string, text: string): Breach {
    return {
      key,
      text: `${this.#nameOf(client)}'s attempt to connect ${text}.`,
      clients: [client],
      message: -1,
    };
  }

  dueUs(): number {
    return this.#due.values().next().value ?? Number.POSITIVE_INFINITY;
  }

  overdue(): Breach {
    return this.#failed(this.#due.keys().next().value!, "hangs", "neither succeeds nor fails");
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#due.size };
  }

  digest(add: (value: number) => void): void {
    this.#calm.digest(add);
    this.#lost.digest(add);
    for (const is of this.#isConnected) add(is ? 1 : 0);
    for (const [client, dueUs] of this.#due) {
      add(client);
      add(dueUs);
    }
  }
}
