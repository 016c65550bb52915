/**
 * What clients missed by the time that they are connected again: the memory of rules about coming back. Only what a server
 * handed out counts: what never came so far, no way of coming back could bring.
 */

import { Cause } from "../model/trace/causes.ts";
import { FrameKind } from "../model/trace/frames.ts";
import { at, RecordKind, type Records, RecoveryOutcome } from "../model/trace/records.ts";
import { BETWEEN_SERVERS, missed } from "./missed.ts";
import type { Breach, Monitor, Setting } from "./rule.ts";
import { type Scope, ScopeCounter } from "./scope.ts";

/** What is lost for these was lost between servers, or refused by a vendor before any handed it out; or its sender had said that it may be. */
const ELSEWHERE: readonly number[] = [
  ...BETWEEN_SERVERS,
  Cause.overQuota,
  Cause.overRate,
  Cause.tooLarge,
  Cause.volatileDropped,
];
/** What a client's message can be lost for only after a server has handed it out. */
const HANDED_OUT: readonly number[] = [
  Cause.recipientAway,
  Cause.beyondReplay,
  Cause.keptInVain,
  Cause.recoveryRefused,
  Cause.gapIgnored,
];

interface Owed {
  readonly recipient: number;
  /** How many connections its recipient had had when it was sent. */
  readonly after: number;
  /** Whether a server had it by then. */
  isHandedOut: boolean;
}

interface Client {
  /** How many connections it has had. */
  connections: number;
  isConnected: boolean;
  /** What was sent before its connection of this number is not promised. */
  owedFrom: number;
  /** What it has missed since it was connected last. */
  missed: { readonly message: number; readonly cause: number } | null;
}

/** Whether what a client missed is promised to it when it is connected again: always, or only if it is told that it was taken back. */
type Promised = "always" | "if taken back";

export class AbsenceMonitor implements Monitor {
  readonly sees = [
    RecordKind.message,
    RecordKind.copy,
    RecordKind.frame,
    RecordKind.delivered,
    RecordKind.lost,
    RecordKind.recovery,
    RecordKind.connected,
    RecordKind.disconnected,
  ];
  #nameOf: Setting["nameOf"];
  #isServer: (node: number) => boolean;
  #promised: Promised;
  #counter = new ScopeCounter();
  #clients = new Map<number, Client>();
  #owed = new Map<number, Owed>();
  /** Sessions of clients that were taken back and do not know it yet. */
  #takenBack = new Set<number>();
  #sender = -1;

  constructor({ nameOf, servers, firstServerNode }: Setting, promised: Promised) {
    this.#nameOf = nameOf;
    this.#isServer = (node) => node >= firstServerNode && node < firstServerNode + servers;
    this.#promised = promised;
  }

  see(trace: Records, row: number): Breach | null {
    switch (trace.kind[row]) {
      case RecordKind.message:
        this.#sender = trace[at.message.sender][row];
        return null;
      case RecordKind.copy:
        this.#address(trace[at.copy.copy][row], trace[at.copy.recipient][row]);
        return null;
      case RecordKind.frame: {
        if (trace[at.frame.kind][row] !== FrameKind.deliver) return null;
        const owed = this.#owed.get(trace[at.frame.subject][row]);
        if (owed !== undefined) owed.isHandedOut = true;
        return null;
      }
      case RecordKind.delivered:
        if (this.#owed.delete(trace[at.delivered.copy][row])) this.#counter.spoke++;
        return null;
      case RecordKind.recovery:
        if (trace[at.recovery.outcome][row] === RecoveryOutcome.recovered)
          this.#takenBack.add(trace[at.recovery.session][row]);
        return null;
      case RecordKind.connected:
        return this.#connected(trace[at.connected.client][row], trace[at.connected.session][row]);
      case RecordKind.disconnected: {
        const client = this.#clients.get(trace[at.disconnected.client][row]);
        if (client !== undefined) client.isConnected = false;
        return null;
      }
      default:
        return this.#lost(trace, row);
    }
  }

  #address(copy: number, recipient: number): void {
    const client = this.#clients.get(recipient);
    if (client === undefined) return;
    const isHandedOut = this.#isServer(this.#sender);
    this.#owed.set(copy, { recipient, after: client.connections, isHandedOut });
  }

  #connected(node: number, session: number): Breach | null {
    const known = this.#clients.get(node);
    const isTakenBack = this.#takenBack.delete(session);
    if (known === undefined) {
      this.#clients.set(node, { connections: 1, isConnected: true, owedFrom: 1, missed: null });
      return null;
    }
    known.connections++;
    known.isConnected = true;
    const { missed } = known;
    known.missed = null;
    if (this.#promised === "always" || isTakenBack)
      return missed === null ? null : this.#breach(node, missed.message, missed.cause);
    if (missed !== null) this.#counter.exempt("it was told that it was not taken back");
    known.owedFrom = known.connections;
    return null;
  }

  #lost(trace: Records, row: number): Breach | null {
    const copy = trace[at.lost.copy][row];
    const owed = this.#owed.get(copy);
    if (owed === undefined) return null;
    this.#owed.delete(copy);
    const cause = trace[at.lost.cause][row];
    const isOurs = owed.isHandedOut ? !ELSEWHERE.includes(cause) : HANDED_OUT.includes(cause);
    const client = this.#clients.get(owed.recipient)!;
    if (!isOurs || owed.after < client.owedFrom) {
      this.#counter.exempt(isOurs ? "it was told that it was not taken back" : "it never came so far");
      return null;
    }
    const message = trace[at.lost.message][row];
    if (client.isConnected && owed.after < client.connections)
      return this.#breach(owed.recipient, message, cause);
    client.missed ??= { message, cause };
    return null;
  }

  #breach(client: number, message: number, cause: number): Breach {
    return missed(this.#nameOf, client, message, cause, "is connected again, and misses");
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#owed.size };
  }

  digest(add: (value: number) => void): void {
    for (const [node, { connections, isConnected, owedFrom, missed }] of this.#clients) {
      add(node);
      add(connections - owedFrom);
      add(isConnected ? 1 : 0);
      add(missed === null ? -1 : missed.cause);
    }
    add(-1);
    for (const [copy, { recipient, after, isHandedOut }] of this.#owed) {
      add(copy);
      add(this.#clients.get(recipient)!.connections - after);
      add(isHandedOut ? 1 : 0);
    }
    add(-1);
    for (const session of this.#takenBack) add(session);
  }
}
