import { msToUs } from "../../kernel/time.ts";
import { Cause } from "../../model/trace/causes.ts";
import { at, RecordKind, type Records, RequestKind } from "../../model/trace/records.ts";
import { namesOf } from "../../scenario/names.ts";
import { timerMs } from "../../scenario/timers.ts";
import { BETWEEN_SERVERS, missed } from "../missed.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/** What a client's message can be lost for only after a server has handed it out. */
const HANDED_OUT: readonly number[] = [Cause.recipientAway, Cause.betweenPolls, Cause.beyondReplay];

const LEFT = "its page was closed";

/**
 * What replay is for (FACTS §4; ground-truth 15, 16): whatever ends a poll or a stream, what a server hands out
 * meanwhile is brought later. It is promised to a client that polls from its first poll on, and to an EventSource from its first
 * event on: before, it has no id to name. Nothing is promised of what no server has handed out.
 */
export const gapless: Rule = {
  name: "gapless",
  kind: "always",
  statement: "Who polls, or listens to an event stream, misses nothing in between.",
  subject: ["copy for those who ask", "copies for those who ask"],
  whenNone: "nobody polls or listens to an event stream, or nothing is sent to them",
  watch: (setting) => new GapMonitor(setting),
};

class GapMonitor implements Monitor {
  readonly sees = [
    RecordKind.message,
    RecordKind.request,
    RecordKind.copy,
    RecordKind.delivered,
    RecordKind.lost,
  ];
  #nameOf: Setting["nameOf"];
  #isServer: (node: number) => boolean;
  #counter = new ScopeCounter();
  /** Clients that ask, and whether they have begun to. */
  #begun = new Map<number, boolean>();
  /** By client that asks: when its page is closed, µs. */
  #leavesUs = new Map<number, number>();
  /** By copy that is promised: whether a server sent it. */
  #owed = new Map<number, boolean>();
  #sender = -1;

  constructor({ scenario, nameOf, servers, firstServerNode }: Setting) {
    this.#nameOf = nameOf;
    this.#isServer = (node) => node >= firstServerNode && node < firstServerNode + servers;
    const { client } = namesOf(scenario);
    for (const { name, transport, startConnected, startMs, startGapMs, leaveAfterMs } of scenario.clients) {
      if (transport !== "long-polling" && transport !== "sse") continue;
      for (const [i, member] of client.members(name).entries()) {
        this.#begun.set(member, false);
        const startUs = startConnected ? 0 : msToUs(startMs + i * startGapMs);
        this.#leavesUs.set(member, startUs + msToUs(timerMs(leaveAfterMs)));
      }
    }
  }

  see(trace: Records, row: number): Breach | null {
    switch (trace.kind[row]) {
      case RecordKind.message:
        this.#sender = trace[at.message.sender][row];
        return null;
      case RecordKind.request:
        if (trace[at.request.kind][row] === RequestKind.longPoll) this.#begin(trace[at.request.client][row]);
        return null;
      case RecordKind.copy:
        if (this.#begun.get(trace[at.copy.recipient][row]) === true)
          this.#owed.set(trace[at.copy.copy][row], this.#isServer(this.#sender));
        return null;
      case RecordKind.delivered:
        if (this.#owed.delete(trace[at.delivered.copy][row])) this.#counter.spoke++;
        this.#begin(trace[at.delivered.recipient][row]);
        return null;
      default:
        return this.#seeLoss(trace, row);
    }
  }

  #begin(client: number): void {
    if (this.#begun.has(client)) this.#begun.set(client, true);
  }

  #seeLoss(trace: Records, row: number): Breach | null {
    const copy = trace[at.lost.copy][row];
    const isServers = this.#owed.get(copy);
    this.#owed.delete(copy);
    if (isServers === undefined) return null;
    const cause = trace[at.lost.cause][row];
    const recipient = trace[at.lost.recipient][row];
    if (trace.timeUs[row] >= this.#leavesUs.get(recipient)!) {
      this.#counter.exempt(LEFT);
      return null;
    }
    if (isServers ? BETWEEN_SERVERS.includes(cause) : !HANDED_OUT.includes(cause)) {
      this.#counter.exempt("it never came so far");
      return null;
    }
    return missed(this.#nameOf, recipient, trace[at.lost.message][row], cause);
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#owed.size };
  }

  digest(add: (value: number) => void): void {
    for (const [client, begun] of this.#begun) {
      add(client);
      add(begun ? 1 : 0);
    }
    add(-1);
    for (const [copy, isServers] of this.#owed) {
      add(copy);
      add(isServers ? 1 : 0);
    }
  }
}
