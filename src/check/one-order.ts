/**
 * Whether members hear messages in one order: of any two messages that two of them both hear, both hear the same first. It is asked of the
 * listeners of a circle, such as all that are on one server. A listener is one connection of a client's: across reconnects nothing is said.
 */
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import { isDone } from "../run/effects.ts";
import { messageNumber } from "../run/message-number.ts";
import type { Breach, Monitor, Setting } from "./rule.ts";
import { keepsOrder } from "./rules/order.ts";
import { type Scope, ScopeCounter, TASK } from "./scope.ts";

/** One connection of a client's, and what it has heard. */
interface Listener {
  /** Its place among all. */
  readonly number: number;
  readonly client: number;
  readonly server: number;
  readonly heard: number[];
  /** By message: its place in what was heard. */
  readonly places: Map<number, number>;
  /** By listener: the last place there of what this one has heard, too; undefined: nothing of it. */
  readonly furthest: number[];
}

export class OneOrderMonitor implements Monitor {
  readonly sees = [RecordKind.connected, RecordKind.message, RecordKind.delivered, RecordKind.lost] as const;
  readonly #setting: Setting;
  /** Whether two listeners should hear one order. */
  readonly #isOneCircle: (server: number, other: number) => boolean;
  readonly #counter = new ScopeCounter();
  readonly #listeners: Listener[] = [];
  /** By client: its latest connection. */
  readonly #latest = new Map<number, Listener>();
  /** By message: how many of its copies are open. What nobody will hear any more can't be overtaken. */
  readonly #open = new Map<number, number>();

  constructor(setting: Setting, isOneCircle: (server: number, other: number) => boolean) {
    this.#setting = setting;
    this.#isOneCircle = isOneCircle;
  }

  see(trace: Records, row: number): Breach | null {
    switch (trace.kind[row]) {
      case RecordKind.connected:
        this.#connect(trace[at.connected.client][row], trace[at.connected.server][row]);
        return null;
      case RecordKind.message:
        this.#open.set(trace[at.message.message][row], trace[at.message.copies][row]);
        return null;
      case RecordKind.lost:
        this.#close(trace[at.lost.message][row]);
        return null;
      default:
        return this.#deliver(trace, row);
    }
  }

  #connect(client: number, server: number): void {
    const number = this.#listeners.length;
    const listener: Listener = { number, client, server, heard: [], places: new Map(), furthest: [] };
    this.#listeners.push(listener);
    this.#latest.set(client, listener);
  }

  #close(message: number): void {
    const copies = this.#open.get(message)! - 1;
    if (copies > 0) this.#open.set(message, copies);
    else this.#open.delete(message);
  }

  #deliver(trace: Records, row: number): Breach | null {
    const message = trace[at.delivered.message][row];
    this.#close(message);
    const why = this.#exemption(trace, row);
    if (why !== null) {
      this.#counter.exempt(why);
      return null;
    }
    const listener = this.#latest.get(trace[at.delivered.recipient][row])!;
    const ownPlace = listener.heard.push(message) - 1;
    listener.places.set(message, ownPlace);
    let isCompared = false;
    for (const other of this.#listeners) {
      const place = other.places.get(message);
      if (other === listener || place === undefined) continue;
      if (!this.#isOneCircle(listener.server, other.server)) continue;
      isCompared = true;
      if ((listener.furthest[other.number] ?? -1) > place) {
        const overtaken = other.heard.find((one, at) => at > place && listener.places.has(one))!;
        return this.#breach(listener, other, [overtaken, message]);
      }
      listener.furthest[other.number] = place;
      other.furthest[listener.number] = ownPlace;
    }
    if (isCompared) this.#counter.spoke++;
    else this.#counter.exempt("the first of those who should agree to hear it");
    return null;
  }

  /** Why a copy that arrived says nothing of the order; null: it does. */
  #exemption(trace: Records, row: number): string | null {
    if (isDone(trace, row)) return TASK;
    const { clients, groupOf } = this.#setting;
    const recipient = trace[at.delivered.recipient][row];
    if (recipient >= clients || !this.#latest.has(recipient)) return "its recipient holds no connection";
    return keepsOrder(groupOf(recipient)) ? null : "each message has a stream to itself, or is a datagram";
  }

  #breach(listener: Listener, other: Listener, [first, then]: readonly [number, number]): Breach {
    const { nameOf } = this.#setting;
    const who = ({ client, server }: Listener) => `${nameOf(client)} on ${nameOf(server)}`;
    return {
      key: "two-orders",
      text: `${who(listener)} hears message ${messageNumber(first)} before message ${messageNumber(then)}, and ${who(other)} message ${messageNumber(then)} before message ${messageNumber(first)}.`,
      clients: [listener.client, other.client],
      message: then,
    };
  }

  scope(): Scope {
    return this.#counter.scope();
  }

  /** Of what each has heard: what came, with anybody, since a message of which a copy is still open. */
  digest(add: (value: number) => void): void {
    const recent = new Set<number>();
    if (this.#open.size > 0)
      for (const { heard } of this.#listeners) {
        const from = heard.findIndex((message) => this.#open.has(message));
        if (from >= 0) for (let i = from; i < heard.length; i++) recent.add(heard[i]);
      }
    for (const [message, copies] of this.#open) {
      add(message);
      add(copies);
    }
    add(-1);
    for (const listener of this.#listeners) {
      const heard = listener.heard.filter((message) => recent.has(message));
      const isLatest = this.#latest.get(listener.client) === listener;
      // Who is gone and has heard nothing of late is never compared again.
      if (!isLatest && heard.length === 0) continue;
      add(listener.client);
      add(listener.server);
      add(isLatest ? 1 : 0);
      for (const message of heard) add(message);
      add(-1);
    }
  }
}
