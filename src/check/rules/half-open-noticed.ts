import { msToUs } from "../../kernel/time.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import type { Fault } from "../../scenario/schema.ts";
import { LostPackets } from "../lost-packets.ts";
import { isSessionClosed, Presence } from "../presence.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/**
 * A peer that vanished silently looks connected until a heartbeat fails: at the latest one interval and one
 * timeout after the last packet (FACTS §1.2, ground-truth 10-half-open). What was under way when the link was
 * cut still arrives, so a flight is added.
 */
export const halfOpenNoticed: Rule = {
  name: "half-open-noticed",
  kind: "eventually",
  statement: "When a link is cut, client and server notice within ping interval + ping timeout.",
  subject: ["end of a cut connection", "ends of cut connections"],
  whenNone: "no link of a connection is cut",
  watch: (setting) => new HalfOpenMonitor(setting),
};

class HalfOpenMonitor implements Monitor {
  readonly sees: readonly RecordKind[];
  #setting: Setting;
  #lost: LostPackets;
  #presence: Presence;
  #counter = new ScopeCounter();
  #limitUs: number;
  /** By client: the server that it is connected to, as its node. */
  #serverOf: number[];
  /** What has not been noticed yet: by client, or clients + session, when it is due. In order of time. */
  #due = new Map<number, readonly [atUs: number, client: number]>();

  constructor(setting: Setting) {
    const { client, balancer, server } = setting.links;
    const { servers } = setting.scenario;
    const flightUs = client.longestUs + balancer.longestUs + server.longestUs;
    this.#setting = setting;
    this.#lost = new LostPackets(setting);
    this.#presence = new Presence(setting.clients);
    this.#limitUs = msToUs(servers.pingIntervalMs) + msToUs(servers.pingTimeoutMs) + flightUs;
    this.#serverOf = new Array<number>(setting.clients).fill(-1);
    this.sees = [...Presence.sees, RecordKind.fault, ...this.#lost.sees];
  }

  see(trace: Records, row: number): null {
    this.#lost.see(trace, row);
    switch (trace.kind[row]) {
      case RecordKind.connected:
        this.#serverOf[trace[at.connected.client][row]] = trace[at.connected.server][row];
        break;
      case RecordKind.disconnected:
        if (this.#due.delete(trace[at.disconnected.client][row])) this.#counter.spoke++;
        break;
      case RecordKind.transition:
        if (
          isSessionClosed(trace, row) &&
          this.#due.delete(this.#setting.clients + trace[at.transition.entity][row])
        )
          this.#counter.spoke++;
        break;
      case RecordKind.fault:
        this.#seeFault(this.#setting.scenario.faults[trace[at.fault.fault][row]], trace.timeUs[row]);
    }
    this.#presence.see(trace, row);
    return null;
  }

  #seeFault(fault: Fault, timeUs: number): void {
    if (fault.act !== "cut") {
      // If anything else fails or is repaired meanwhile, the rule no longer applies.
      this.#counter.exempt("something else failed or was repaired meanwhile", this.#due.size);
      this.#due.clear();
      return;
    }
    const { clients } = this.#setting;
    const cut = new Set(this.#setting.struckBy(fault));
    for (let client = 0; client < clients; client++) {
      if (!this.#presence.isConnected(client) || !this.#crosses(client, cut) || this.#due.has(client))
        continue;
      if (this.#lost.any) {
        // What was lost before the cut can come long after it, sent again by TCP.
        this.#counter.exempt("a packet had been lost before the cut", 2);
        continue;
      }
      const entry = [timeUs + this.#limitUs, client] as const;
      this.#due.set(client, entry);
      this.#due.set(clients + this.#presence.session[client], entry);
    }
  }

  /** Whether a client's connection crosses one of these links. */
  #crosses(client: number, links: ReadonlySet<string>): boolean {
    return this.#setting.wayOf(client, this.#serverOf[client]).some((link) => links.has(link));
  }

  dueUs(): number {
    return this.#due.values().next().value?.[0] ?? Number.POSITIVE_INFINITY;
  }

  overdue(): Breach {
    const { clients, nameOf } = this.#setting;
    const [key, [, client]] = this.#due.entries().next().value!;
    const isClients = key < clients;
    const ends = [nameOf(client), nameOf(this.#serverOf[client])];
    const [who, whom] = isClients ? ends : ends.reverse();
    return {
      key: isClients ? "client" : "server",
      text: `${who} still believes that it is connected to ${whom}.`,
      clients: [client],
      message: -1,
    };
  }

  scope(): Scope {
    return { ...this.#counter.scope(), open: this.#due.size };
  }

  digest(add: (value: number) => void): void {
    this.#lost.digest(add);
    this.#presence.digest(add);
    for (const server of this.#serverOf) add(server);
    for (const [key, [atUs]] of this.#due) {
      add(key);
      add(atUs);
    }
  }
}
