import { CONNECT_TIMEOUT_US } from "../../model/client/client.part.ts";
import { Machine, MODEL } from "../../model/parts.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import { at, CLOSE_REASON_NAMES, RecordKind, type Records, readerOf } from "../../model/trace/records.ts";
import { Calm } from "../calm.ts";
import { LostPackets } from "../lost-packets.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { FAILED, type Scope, ScopeCounter } from "../scope.ts";

const clientOf = readerOf("client");

const { states } = MODEL[Machine.connection].chart;
const OPENING = ["opening.polling", "opening.websocket"].map((state) => states.indexOf(state));

const LOST = "a packet had been lost";

/**
 * A client that falls back from one transport to the next within an attempt (tryAllTransports, FACTS §1.4) is connected by
 * it. Long polling needs affinity, which a WebSocket does not: a second transport is one only if the way is fit for it. The rule no
 * longer applies once something has failed or a packet has been lost.
 */
export const fallbackConnects: Rule = {
  name: "fallback-connects",
  kind: "eventually",
  statement: `Whoever falls back to another transport is connected by it within ${CONNECT_TIMEOUT_US / 1_000_000} s, as long as nothing has failed.`,
  subject: ["fallback", "fallbacks"],
  whenNone: "nobody falls back",
  watch: (setting) => new FallbackMonitor(setting),
};

class FallbackMonitor implements Monitor {
  readonly sees: readonly RecordKind[];
  readonly machines = [Machine.connection];
  #nameOf: Setting["nameOf"];
  #lost: LostPackets;
  #calm: Calm;
  #counter = new ScopeCounter();
  /** By client: when it must be connected, µs. In order of time. */
  #due = new Map<number, number>();
  /** By client: why its connection or attempt ended last. Whether the rule breaks does not depend on it. */
  #ends = new Map<number, number>();

  constructor(setting: Setting) {
    this.#nameOf = setting.nameOf;
    this.#lost = new LostPackets(setting);
    this.#calm = new Calm(setting);
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
    this.#lost.see(trace, row);
    if (this.#calm.isOver || this.#lost.any) {
      this.#counter.exempt(this.#calm.isOver ? FAILED : LOST, this.#due.size);
      this.#due.clear();
    }
    switch (trace.kind[row]) {
      case RecordKind.ended:
        this.#ends.set(trace[at.ended.whose][row], trace[at.ended.reason][row]);
        return null;
      case RecordKind.transition:
        this.#seeTransition(trace, row);
        return null;
      case RecordKind.connected:
        if (this.#due.delete(clientOf(trace, row))) this.#counter.spoke++;
        return null;
      case RecordKind.disconnected:
        return this.#seeFailure(trace, row);
      default:
        return null;
    }
  }

  /** From one transport that was to be opened to another. */
  #seeTransition(trace: Records, row: number): void {
    if (trace[at.transition.machine][row] !== Machine.connection) return;
    const [before, after] = [trace[at.transition.before][row], trace[at.transition.after][row]];
    if (before === after || !OPENING.includes(before) || !OPENING.includes(after)) return;
    if (this.#calm.isOver || this.#lost.any) this.#counter.exempt(this.#calm.isOver ? FAILED : LOST);
    else this.#due.set(trace[at.transition.entity][row], trace.timeUs[row] + CONNECT_TIMEOUT_US);
  }

  #seeFailure(trace: Records, row: number): Breach | null {
    const client = clientOf(trace, row);
    if (!this.#due.delete(client)) return null;
    // What ended it says more than what the client was told.
    const end = END_REASONS[this.#ends.get(client) ?? -1];
    const told = CLOSE_REASON_NAMES[trace[at.disconnected.reason][row]];
    return this.#failed(
      client,
      end?.name ?? told.replaceAll(" ", "-"),
      `ends without a connection: ${end?.label ?? told}`,
    );
  }

  #failed(client: number, key: string, text: string): Breach {
    return { key, text: `${this.#nameOf(client)}'s fallback ${text}.`, clients: [client], message: -1 };
  }

  dueUs(): number {
    return this.#due.values().next().value ?? Number.POSITIVE_INFINITY;
  }

  overdue(): Breach {
    return this.#failed(this.#due.keys().next().value!, "hangs", "leads to no connection");
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#due.size };
  }

  digest(add: (value: number) => void): void {
    this.#calm.digest(add);
    this.#lost.digest(add);
    for (const [client, dueUs] of this.#due) {
      add(client);
      add(dueUs);
    }
  }
}
