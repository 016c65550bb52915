import { msToUs } from "../../kernel/time.ts";
import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { BACKPLANE } from "../../scenario/names.ts";
import type { Fault } from "../../scenario/schema.ts";
import { clientPatienceMs, serverPatienceMs, timerMs, workTakesTime } from "../../scenario/timers.ts";
import { silencesLinks } from "../calm.ts";
import { LostPackets } from "../lost-packets.ts";
import { isSessionClosed, Presence } from "../presence.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { type Scope, ScopeCounter } from "../scope.ts";

/**
 * A peer that vanished silently looks connected until a heartbeat fails: at the latest one interval and one
 * timeout after the last packet (FACTS §1.2, ground-truth 10-half-open), or after the time that a client of its own
 * waits. What was under way when the link was cut still arrives, so a flight is added; and if only what goes up is
 * gone, a pong may still arrive, and one more ping come down after it; if only what comes down, the pong to the last ping. To an end that expects no heartbeat, nothing is promised, nor to a client that polls
 * when connections go mute: its next request is a new one (ground-truth 22-half-dead).
 *
 * Where servers' work takes time, what they were sent may wait for long, and nothing is promised either.
 *
 * A peer whose process stands still is as silent, though its kernel goes on (31-stopped-process). It notices nothing itself, and neither
 * does one whose timers are held back.
 */
export const halfOpenNoticed: Rule = {
  name: "half-open-noticed",
  kind: "eventually",
  statement:
    "When a link is cut, a connection goes mute, or a process stands still, whoever is at the other end notices within ping interval + ping timeout.",
  subject: ["end of a silent connection", "ends of silent connections"],
  whenNone: "no link of a connection is cut, none goes mute, and nobody at its ends stands still",
  watch: (setting) => new HalfOpenMonitor(setting),
};

const HELD = "an end that stands still, or whose timers are late, notices nothing";

class HalfOpenMonitor implements Monitor {
  readonly sees: readonly RecordKind[];
  readonly machines = Presence.machines;
  #setting: Setting;
  #lost: LostPackets;
  #presence: Presence;
  #counter = new ScopeCounter();
  #flightUs: number;
  /** By group, within which the server's end is to notice, and the client's. µs. */
  #serverUs: readonly number[];
  #clientUs: readonly number[];
  /** Between two pings. µs. */
  #beatUs: number;
  /** By client: the server that it is connected to, as its node, and whether by WebSocket. */
  #serverOf: number[];
  #hasSocket: boolean[];
  #due = new Due();
  /** Clients and servers that stand still, or whose timers are held back, by their names. */
  #held = new Set<string>();

  constructor(setting: Setting) {
    const { client, balancer, server } = setting.links;
    const { scenario } = setting;
    this.#setting = setting;
    this.#lost = new LostPackets(setting);
    this.#presence = new Presence(setting.clients);
    this.#flightUs = client.longestUs + balancer.longestUs + server.longestUs;
    // What a busy server was sent it hears when its turn has come.
    const isBusy = workTakesTime(scenario);
    // Nobody answers on an event stream.
    this.#serverUs = scenario.clients.map(({ transport }) =>
      isBusy || transport === "sse" ? Number.POSITIVE_INFINITY : msToUs(serverPatienceMs(scenario)),
    );
    this.#clientUs = scenario.clients.map((group) =>
      isBusy ? Number.POSITIVE_INFINITY : msToUs(clientPatienceMs(scenario, group)),
    );
    this.#beatUs = msToUs(timerMs(scenario.servers.pingIntervalMs));
    this.#serverOf = new Array<number>(setting.clients).fill(-1);
    this.#hasSocket = new Array<boolean>(setting.clients).fill(false);
    this.sees = [...Presence.sees, RecordKind.upgraded, RecordKind.fault, ...this.#lost.sees];
  }

  see(trace: Records, row: number): null {
    this.#lost.see(trace, row);
    switch (trace.kind[row]) {
      case RecordKind.connected:
        this.#serverOf[trace[at.connected.client][row]] = trace[at.connected.server][row];
        this.#hasSocket[trace[at.connected.client][row]] = trace[at.connected.transport][row] === 1;
        break;
      case RecordKind.upgraded:
        this.#hasSocket[trace[at.upgraded.client][row]] = true;
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
    const struck = new Set(this.#setting.struckBy(fault));
    if (fault.act === "freeze" && !struck.has(BACKPLANE)) return this.#freeze(struck, timeUs);
    if (!silencesLinks(fault.act)) {
      for (const name of struck)
        if (fault.act === "throttle") this.#held.add(name);
        else this.#held.delete(name);
      // If anything else fails or is repaired meanwhile, the rule no longer applies.
      this.#counter.exempt("something else failed or was repaired meanwhile", this.#due.size);
      this.#due.clear();
      // What was lost while a link was cut, TCP sends again now.
      if (fault.act === "heal") this.#lost.any = true;
      return;
    }
    const { clients } = this.#setting;
    for (let client = 0; client < clients; client++) {
      if (!this.#presence.isConnected(client) || !this.#crosses(client, struck)) continue;
      const session = clients + this.#presence.session[client];
      if (this.#due.has(client) || this.#due.has(session)) continue;
      if (this.#lost.any) {
        // What was lost before the cut can come long after it, sent again by TCP.
        this.#counter.exempt("a packet had been lost before the cut", 2);
        continue;
      }
      if (fault.act === "mute" && !this.#hasSocket[client]) {
        this.#counter.exempt("a client that polls sends its next request over a new connection", 2);
        continue;
      }
      const isUpOnly = fault.act === "mute" && fault.direction === "up";
      const isDownOnly = fault.act === "mute" && fault.direction === "down";
      for (const [key, withinUs] of [
        [client, this.#clientUs[this.#groupOf(client)] + (isUpOnly ? this.#beatUs + this.#flightUs : 0)],
        [session, this.#serverUs[this.#groupOf(client)] + (isDownOnly ? this.#flightUs : 0)],
      ] as const)
        this.#expect(key, client, timeUs, withinUs);
    }
  }

  /** Who has this key: a client, or the server of one. */
  #nameOfEnd(key: number, client: number): string {
    const { clients, nameOf } = this.#setting;
    return nameOf(key < clients ? client : this.#serverOf[client]);
  }

  /** An end is to notice, if it can. */
  #expect(key: number, client: number, timeUs: number, withinUs: number): void {
    if (this.#held.has(this.#nameOfEnd(key, client))) this.#counter.exempt(HELD);
    else if (withinUs === Number.POSITIVE_INFINITY)
      this.#counter.exempt("an end that expects no heartbeat notices nothing");
    else this.#due.expect(key, client, timeUs, withinUs + this.#flightUs);
  }

  /** Processes stand still: whoever is at the other end is to notice, and they themselves can't. */
  #freeze(struck: ReadonlySet<string>, timeUs: number): void {
    const { clients, nameOf } = this.#setting;
    for (const name of struck) this.#held.add(name);
    this.#counter.exempt(
      HELD,
      this.#due.deleteAll(({ key, client }) => struck.has(this.#nameOfEnd(key, client))),
    );
    for (let client = 0; client < clients; client++) {
      if (!this.#presence.isConnected(client)) continue;
      const session = clients + this.#presence.session[client];
      const group = this.#groupOf(client);
      const isClientStruck = struck.has(nameOf(client));
      const isServerStruck = struck.has(nameOf(this.#serverOf[client]));
      if (!isClientStruck && !isServerStruck) continue;
      for (const [key, isStruck, withinUs] of [
        [client, isClientStruck, this.#clientUs[group]],
        [session, isServerStruck, this.#serverUs[group]],
      ] as const) {
        if (isStruck || this.#due.has(key)) continue;
        if (this.#lost.any) this.#counter.exempt("a packet had been lost before the cut");
        else this.#expect(key, client, timeUs, withinUs);
      }
    }
  }

  #groupOf(client: number): number {
    const { clients } = this.#setting.scenario;
    let first = 0;
    return clients.findIndex(({ count }) => client < (first += count));
  }

  /** Whether a client's connection crosses one of these links. */
  #crosses(client: number, links: ReadonlySet<string>): boolean {
    return this.#setting.wayOf(client, this.#serverOf[client]).some((link) => links.has(link));
  }

  dueUs(): number {
    return this.#due.first()?.atUs ?? Number.POSITIVE_INFINITY;
  }

  overdue(): Breach {
    const { clients, nameOf } = this.#setting;
    const { key, client } = this.#due.first()!;
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

  #digestHeld(add: (value: number) => void): void {
    const { clients, servers, firstServerNode, nameOf } = this.#setting;
    const isHeld = (node: number) => (this.#held.has(nameOf(node)) ? 1 : 0);
    for (let client = 0; client < clients; client++) add(isHeld(client));
    for (let server = 0; server < servers; server++) add(isHeld(firstServerNode + server));
  }

  digest(add: (value: number) => void): void {
    this.#lost.digest(add);
    this.#presence.digest(add);
    for (const server of this.#serverOf) add(server);
    for (const has of this.#hasSocket) add(has ? 1 : 0);
    add(this.#held.size);
    if (this.#held.size > 0) this.#digestHeld(add);
    this.#due.digest(add);
  }
}

/** An end of a silent connection that has not noticed yet: by client, or clients + session. */
interface Entry {
  readonly key: number;
  readonly client: number;
  /** When it is due. µs. */
  readonly atUs: number;
}

/** What has not been noticed yet. */
class Due {
  /** By how long it may take; so each is in order of time. */
  readonly #queues = new Map<number, Map<number, Entry>>();

  expect(key: number, client: number, nowUs: number, withinUs: number): void {
    let queue = this.#queues.get(withinUs);
    if (queue === undefined) {
      queue = new Map();
      this.#queues.set(withinUs, queue);
    }
    queue.set(key, { key, client, atUs: nowUs + withinUs });
  }

  has(key: number): boolean {
    return [...this.#queues.values()].some((queue) => queue.has(key));
  }

  delete(key: number): boolean {
    return [...this.#queues.values()].some((queue) => queue.delete(key));
  }

  /** How many were deleted of those for which `isGone` holds. */
  deleteAll(isGone: (entry: Entry) => boolean): number {
    const before = this.size;
    for (const queue of this.#queues.values())
      for (const [key, entry] of queue) if (isGone(entry)) queue.delete(key);
    return before - this.size;
  }

  clear(): void {
    this.#queues.clear();
  }

  get size(): number {
    return [...this.#queues.values()].reduce((sum, { size }) => sum + size, 0);
  }

  first(): Entry | undefined {
    let first: Entry | undefined;
    for (const queue of this.#queues.values()) {
      const entry = queue.values().next().value;
      if (entry !== undefined && (first === undefined || entry.atUs < first.atUs)) first = entry;
    }
    return first;
  }

  digest(add: (value: number) => void): void {
    for (const queue of this.#queues.values())
      for (const { key, atUs } of queue.values()) {
        add(key);
        add(atUs);
      }
  }
}
