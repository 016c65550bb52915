import { Cause } from "../../model/trace/causes.ts";
import { EndReason } from "../../model/trace/end-reasons.ts";
import { Audience, at, RecordKind, type Records, TransportKind } from "../../model/trace/records.ts";
import type { Fault } from "../../scenario/schema.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { FAILED, ScopeCounter } from "../scope.ts";

/** So many one-way trips, and an upgrade's tenth of a second twice (FACTS §1.1): by then a server has what a client sent it. */
const TRIPS = 4;
const UPGRADE_US = 200_000;

/** How a server that stops ends the connections that it has. */
const STOPPING: readonly number[] = [
  EndReason.serverStopping,
  EndReason.serverExited,
  EndReason.disconnectedByServer,
];

/** What a fault does to a server on purpose: none of these is a failure that would excuse a loss. */
const ON_PURPOSE: readonly Fault["act"][] = ["stop", "restart", "disconnect"];

interface Owed {
  readonly server: number;
  readonly recipient: number;
  /** When the server had it at the latest, µs. */
  readonly acceptedUs: number;
  /** Whether its server has been told to stop since. */
  isDue: boolean;
}

interface Place {
  readonly server: number;
  /** From when on it is sure to be on a WebSocket, in the view of both ends, µs. */
  sinceUs: number;
}

/**
 * What draining is for (FACTS §8, §13.1; ground-truth 20): a server that is told to stop still hands out what it has, before it closes. Judged is what
 * it says itself, up to the instant at which it is told, and what its clients had sent it by then, as far as it is for clients whose WebSocket it holds. Nothing
 * is promised of what comes later, of what another server said, to clients that poll, nor once anything else has failed.
 */
export const saidBeforeStop: Rule = {
  name: "said-before-stop",
  kind: "always",
  statement: "What a server had for its clients when it was told to stop arrives.",
  subject: ["copy under way when a server is told to stop", "copies under way when a server is told to stop"],
  whenNone: "nothing is under way when a server is told to stop, or none is",
  watch: (setting) => new StopMonitor(setting),
};

class StopMonitor implements Monitor {
  readonly sees = [
    RecordKind.fault,
    RecordKind.message,
    RecordKind.copy,
    RecordKind.delivered,
    RecordKind.lost,
    RecordKind.connected,
    RecordKind.upgraded,
    RecordKind.ended,
  ];
  readonly #setting: Setting;
  readonly #counter = new ScopeCounter();
  /** How long a message may be on its way to the server. µs. */
  readonly #wayUs: number;
  /** By client: its server. */
  readonly #places = new Map<number, Place>();
  /** By copy. */
  readonly #owed = new Map<number, Owed>();
  /** By server: when it was told to stop, µs. */
  readonly #toldUs = new Map<number, number>();
  /** Who has sent the latest message; −1: it is none of this rule's. */
  #sender = -1;

  constructor(setting: Setting) {
    this.#setting = setting;
    const { client, balancer, server } = setting.links;
    const isLossy = client.isLossy || balancer.isLossy || server.isLossy;
    const onceUs = client.longestUs + balancer.longestUs + server.longestUs;
    this.#wayUs = isLossy ? Number.POSITIVE_INFINITY : TRIPS * onceUs + UPGRADE_US;
  }

  see(trace: Records, row: number): Breach | null {
    switch (trace.kind[row]) {
      case RecordKind.fault:
        this.#fault(trace, row);
        return null;
      case RecordKind.message: {
        const isTask = trace[at.message.audience][row] === Audience.task;
        this.#sender = isTask ? -1 : trace[at.message.sender][row];
        return null;
      }
      case RecordKind.copy:
        this.#address(trace, row);
        return null;
      case RecordKind.delivered: {
        const copy = trace[at.delivered.copy][row];
        if (this.#owed.get(copy)?.isDue === true) this.#counter.spoke++;
        this.#owed.delete(copy);
        return null;
      }
      case RecordKind.lost:
        return this.#lost(trace, row);
      case RecordKind.connected: {
        const isSocket = trace[at.connected.transport][row] === TransportKind.websocket;
        const place = { server: trace[at.connected.server][row], sinceUs: isSocket ? 0 : Infinity };
        this.#places.set(trace[at.connected.client][row], place);
        return null;
      }
      case RecordKind.upgraded: {
        const place = this.#places.get(trace[at.upgraded.client][row]);
        if (place !== undefined) place.sinceUs = trace.timeUs[row] + this.#wayUs;
        return null;
      }
      default:
        this.#ended(trace[at.ended.whose][row], trace[at.ended.reason][row]);
        return null;
    }
  }

  #fault(trace: Records, row: number): void {
    const { scenario, struckBy, firstServerNode, servers, nameOf } = this.#setting;
    const fault = scenario.faults[trace[at.fault.fault][row]];
    if (!ON_PURPOSE.includes(fault.act)) return this.#forget(() => true, FAILED);
    if (fault.act !== "stop") return;
    const timeUs = trace.timeUs[row];
    const struck = struckBy(fault);
    for (let server = firstServerNode; server < firstServerNode + servers; server++) {
      if (!struck.includes(nameOf(server))) continue;
      this.#toldUs.set(server, timeUs);
      this.#forget((owed) => owed.server === server && owed.acceptedUs > timeUs, "it was still on its way");
      for (const owed of this.#owed.values()) if (owed.server === server) owed.isDue = true;
    }
  }

  #address(trace: Records, row: number): void {
    const recipient = trace[at.copy.recipient][row];
    const place = this.#places.get(recipient);
    const timeUs = trace.timeUs[row];
    if (place === undefined || place.sinceUs > timeUs) return;
    const { server } = place;
    const sends = this.#places.get(this.#sender);
    const isOwn = this.#sender === server;
    if (!isOwn && (sends?.server !== server || sends.sinceUs > timeUs)) return;
    const toldUs = this.#toldUs.get(server);
    // What is due at the instant at which it is told is done first, whichever stands first in the trace.
    if (toldUs !== undefined && (toldUs < timeUs || !isOwn)) return;
    const acceptedUs = isOwn ? timeUs : timeUs + this.#wayUs;
    const owed = { server, recipient, acceptedUs, isDue: toldUs !== undefined };
    this.#owed.set(trace[at.copy.copy][row], owed);
  }

  #ended(client: number, reason: number): void {
    this.#places.delete(client);
    if (!STOPPING.includes(reason))
      this.#forget(({ recipient }) => recipient === client, "its recipient's connection ended otherwise");
  }

  #forget(isSo: (owed: Owed) => boolean, why: string): void {
    for (const [copy, owed] of this.#owed) {
      if (!isSo(owed)) continue;
      this.#owed.delete(copy);
      this.#counter.exempt(why);
    }
  }

  #lost(trace: Records, row: number): Breach | null {
    const copy = trace[at.lost.copy][row];
    const owed = this.#owed.get(copy);
    this.#owed.delete(copy);
    if (owed?.isDue !== true || trace[at.lost.cause][row] === Cause.volatileDropped) return null;
    const { nameOf } = this.#setting;
    const { server, recipient } = owed;
    return {
      key: "left-behind",
      text: `${nameOf(server)} had a message for ${nameOf(recipient)} when it was told to stop, and the message is lost.`,
      clients: [recipient],
      message: trace[at.lost.message][row],
    };
  }

  scope() {
    const due = [...this.#owed.values()].filter(({ isDue }) => isDue);
    return { ...this.#counter.scope(), open: due.length };
  }

  digest(add: (value: number) => void): void {
    for (const [client, { server, sinceUs }] of this.#places)
      for (const value of [client, server, sinceUs]) add(value);
    add(-1);
    for (const [copy, { acceptedUs, isDue }] of this.#owed)
      for (const value of [copy, isDue ? 0 : acceptedUs]) add(value);
    add(-1);
    for (const [server, toldUs] of this.#toldUs) {
      add(server);
      add(toldUs);
    }
  }
}
