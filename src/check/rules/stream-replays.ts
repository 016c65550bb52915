import { Cause } from "../../model/trace/causes.ts";
import { EndReason } from "../../model/trace/end-reasons.ts";
import { FrameKind } from "../../model/trace/frames.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { missed } from "../missed.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/** What a stream can lose between itself and a server that reads it. */
const ON_THE_WAY: readonly number[] = [Cause.trimmed, Cause.notSubscribed];

/**
 * A server that reads a stream in Redis (FACTS §1.8, §2) reads on from the last entry that it has, however long it was away: nothing that
 * was appended is lost on its way to it. Nothing is promised of a server that has read nothing yet since its process began, and of what is
 * lost elsewhere, as with a Redis that dies.
 */
export const streamReplays: Rule = {
  name: "stream-replays",
  kind: "always",
  statement: "A server that was away, or stood still, reads all that was appended to the stream meanwhile.",
  subject: ["copy over a stream", "copies over a stream"],
  whenNone: "no stream joins the servers, or nothing is sent",
  watch: (setting) => new StreamMonitor(setting),
};

class StreamMonitor implements Monitor {
  readonly sees = [
    RecordKind.frame,
    RecordKind.connected,
    RecordKind.ended,
    RecordKind.delivered,
    RecordKind.lost,
  ];
  readonly #nameOf: Setting["nameOf"];
  readonly #hasStream: boolean;
  readonly #counter = new ScopeCounter();
  /** Nodes of servers that were sent an entry, and of those that have asked for more since: they have a place in the stream. */
  readonly #given = new Set<number>();
  readonly #reading = new Set<number>();
  /** By client: the node of the server that it was connected to last. */
  readonly #serverOf = new Map<number, number>();

  constructor({ nameOf, scenario }: Setting) {
    this.#nameOf = nameOf;
    this.#hasStream = scenario.backplane.kind === "streams";
  }

  see(trace: Records, row: number): Breach | null {
    if (!this.#hasStream) return null;
    switch (trace.kind[row]) {
      case RecordKind.frame:
        this.#seeFrame(trace, row);
        return null;
      case RecordKind.connected:
        this.#serverOf.set(trace[at.connected.client][row], trace[at.connected.server][row]);
        return null;
      case RecordKind.ended:
        this.#seeEnd(trace[at.ended.reason][row], trace[at.ended.place][row]);
        return null;
      case RecordKind.delivered:
        this.#counter.spoke++;
        return null;
      default:
        return this.#seeLoss(trace, row);
    }
  }

  #seeFrame(trace: Records, row: number): void {
    const kind = trace[at.frame.kind][row];
    const from = trace[at.frame.from][row];
    if (kind === FrameKind.push) this.#given.add(trace[at.frame.to][row]);
    else if (kind === FrameKind.read && this.#given.has(from)) this.#reading.add(from);
  }

  #seeEnd(reason: number, place: number): void {
    // What Redis had sent may not have come.
    if (reason === EndReason.backplaneCrashed || reason === EndReason.tcpTimedOut) this.#given.clear();
    if (reason !== EndReason.serverCrashed) return;
    this.#given.delete(place);
    this.#reading.delete(place);
  }

  #seeLoss(trace: Records, row: number): Breach | null {
    const cause = trace[at.lost.cause][row];
    const recipient = trace[at.lost.recipient][row];
    if (!ON_THE_WAY.includes(cause)) {
      this.#counter.exempt("it was lost elsewhere");
      return null;
    }
    if (!this.#reading.has(this.#serverOf.get(recipient) ?? -1)) {
      this.#counter.exempt("its server had read nothing yet");
      return null;
    }
    return missed(this.#nameOf, recipient, trace[at.lost.message][row], cause);
  }

  scope(): Scope {
    return this.#counter.scope();
  }

  digest(add: (value: number) => void): void {
    for (const server of this.#given) add(server);
    add(-1);
    for (const server of this.#reading) add(server);
    add(-1);
    for (const [client, server] of this.#serverOf) {
      add(client);
      add(server);
    }
  }
}
