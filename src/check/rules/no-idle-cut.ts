import { at, RecordKind, type Records } from "../../model/trace/records.ts";
import { atBeginning, nodeInWords } from "../../run/words.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { patienceOf } from "../../scenario/timers.ts";
import { Calm } from "../calm.ts";
import { LostPackets } from "../lost-packets.ts";
import { Presence } from "../presence.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { FAILED, type Scope, ScopeCounter } from "../scope.ts";

const LOST = "a packet had been lost";

/**
 * Heartbeats keep a connection alive only if they are more frequent than every idle timeout on its path
 * (FACTS §1.2, §3; ground-truth 07). The rule no longer applies once something has failed or a packet has
 * been lost: then there are other reasons for silence. It says nothing about a connection that did not last
 * as long as the idle timeout.
 */
export const noIdleCut: Rule = {
  name: "no-idle-cut",
  kind: "always",
  statement: "No connection is closed for being idle while both its ends are alive and nothing has failed.",
  subject: ["connection", "connections"],
  whenNone: "nobody is ever connected",
  watch: (setting) => new IdleCutMonitor(setting),
};

class IdleCutMonitor implements Monitor {
  readonly sees: readonly RecordKind[];
  readonly machines = Presence.machines;
  #nameOf: Setting["nameOf"];
  #scenario: Scenario;
  #calm: Calm;
  #lost: LostPackets;
  #presence: Presence;
  #counter = new ScopeCounter();
  #idleUs: number;
  /** By client: since when it has the connection that is being watched, µs. */
  #since = new Map<number, number>();

  constructor(setting: Setting) {
    const { clients, nameOf, scenario, shortestIdleUs } = setting;
    this.#nameOf = nameOf;
    this.#scenario = scenario;
    this.#calm = new Calm(setting);
    this.#lost = new LostPackets(setting);
    this.#presence = new Presence(clients);
    this.#idleUs = shortestIdleUs();
    this.sees = [...Calm.sees, ...Presence.sees, ...this.#lost.sees];
  }

  see(trace: Records, row: number): Breach | null {
    this.#calm.see(trace, row);
    const wasWhole = !this.#lost.any;
    this.#lost.see(trace, row);
    if (trace.kind[row] === RecordKind.fault) this.#leaveAll(trace.timeUs[row], FAILED);
    if (this.#lost.any && wasWhole) this.#leaveAll(trace.timeUs[row], LOST);
    const breach = trace.kind[row] === RecordKind.idleClosed ? this.#cutAt(trace, row) : null;
    this.#presence.see(trace, row);
    this.#follow(trace, row);
    return breach;
  }

  /** A balancer closes a connection; a breach if it is one that is being watched. */
  #cutAt(trace: Records, row: number): Breach | null {
    const client = trace[at.idleClosed.client][row];
    if (!this.#presence.isConnected(client) || !this.#since.has(client)) return null;
    const server = this.#nameOf(trace[at.idleClosed.server][row]);
    const name = this.#nameOf(trace[at.idleClosed.by][row]);
    const by = nodeInWords(this.#scenario, name);
    const does = patienceOf(this.#scenario, name).forgets ? "forgets" : "closes";
    return {
      key: "idle-closed",
      text: `${atBeginning(by)} ${does} ${this.#nameOf(client)}'s connection to ${server}, which both ends believe to be open.`,
      clients: [client],
      message: -1,
    };
  }

  #follow(trace: Records, row: number): void {
    const timeUs = trace.timeUs[row];
    if (trace.kind[row] === RecordKind.connected) {
      if (this.#calm.isOver || this.#lost.any) this.#counter.exempt(this.#calm.isOver ? FAILED : LOST);
      else this.#since.set(trace[at.connected.client][row], timeUs);
    } else if (trace.kind[row] === RecordKind.disconnected)
      this.#leave(
        trace[at.disconnected.client][row],
        timeUs,
        "it ended before the idle timeout could strike",
      );
  }

  /** A connection is not watched to its end: it is judged if it lasted long enough to be cut. */
  #leave(client: number, nowUs: number, why: string): void {
    const sinceUs = this.#since.get(client);
    if (sinceUs === undefined) return;
    this.#since.delete(client);
    if (nowUs - sinceUs >= this.#idleUs) this.#counter.spoke++;
    else this.#counter.exempt(why);
  }

  #leaveAll(nowUs: number, why: string): void {
    for (const client of [...this.#since.keys()]) this.#leave(client, nowUs, why);
  }

  end(endUs: number): null {
    const open = [...this.#since.values()].filter((sinceUs) => endUs - sinceUs < this.#idleUs).length;
    this.#counter.open = open;
    this.#counter.spoke += this.#since.size - open;
    return null;
  }

  scope(): Scope {
    return this.#counter.scope();
  }

  digest(add: (value: number) => void): void {
    this.#calm.digest(add);
    this.#lost.digest(add);
    this.#presence.digest(add);
  }
}
