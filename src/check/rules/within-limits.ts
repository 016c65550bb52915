import { at, LIMIT_NAMES, type LimitKind, RecordKind, type Records } from "../../model/trace/records.ts";
import { atBeginning, limitText, nodeInWords } from "../../run/words.ts";
import { connectionsOf, placesOf, portsOf, sessionsPerSOf, socketsOf } from "../../scenario/limits.ts";
import type { Breach, Monitor, Rule, Setting } from "../rule.ts";
import { ScopeCounter } from "../scope.ts";

/**
 * Nobody ever has more than its limits allow (open files, ports for each destination, worker connections, memory, places at a server, connections accepted in a second), and nobody
 * has to be turned away for it, or to wait for a place (FACTS §3, §5; ground-truth 13, 14, 33, 35). Where no limit is set there is nothing to judge.
 */
export const withinLimits: Rule = {
  name: "within-limits",
  kind: "always",
  statement: "No connection is turned away, or kept waiting, at a limit of a server or a balancer.",
  subject: ["count", "counts"],
  whenNone: "no limit is set",
  watch: (setting) => new LimitMonitor(setting),
};

class LimitMonitor implements Monitor {
  readonly sees = [RecordKind.open, RecordKind.turnedAway];
  readonly #setting: Setting;
  readonly #counter = new ScopeCounter();

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  see(trace: Records, row: number): Breach | null {
    return trace.kind[row] === RecordKind.open ? this.#counted(trace, row) : this.#turnedAway(trace, row);
  }

  #counted(trace: Records, row: number): Breach | null {
    const { nameOf, scenario } = this.#setting;
    const place = trace[at.open.place][row];
    const count = trace[at.open.count][row];
    const to = trace[at.open.to][row];
    const most = this.#most(place, to);
    if (count <= most) {
      this.#counter.spoke++;
      return null;
    }
    const who = atBeginning(nodeInWords(scenario, nameOf(place)));
    return {
      key: "exceeded",
      text: `${who} has ${this.#inWords(place, to, count)} ${most}.`,
      clients: [],
      message: -1,
    };
  }

  #inWords(place: number, to: number, count: number): string {
    if (to === place) return `accepted ${count} connections in a second, and rate-limit sessions allows`;
    if (to >= 0 && this.#isServer(place))
      return `${count} requests and WebSockets at a time, and maxconn allows`;
    return `${count} connections open, and its limits allow`;
  }

  #isServer(place: number): boolean {
    const { firstServerNode, servers } = this.#setting;
    return place >= firstServerNode && place < firstServerNode + servers;
  }

  /** What the scenario allows. */
  #most(place: number, to: number): number {
    const { nameOf, scenario } = this.#setting;
    const isServer = this.#isServer(place);
    if (to === place) return sessionsPerSOf(scenario, nameOf(place));
    if (to >= 0) return isServer ? placesOf(scenario, nameOf(to)) : portsOf(scenario, nameOf(place));
    const limits = isServer ? connectionsOf(scenario) : socketsOf(scenario, nameOf(place));
    return Math.min(...Object.values(limits));
  }

  #turnedAway(trace: Records, row: number): Breach {
    const { nameOf, scenario } = this.#setting;
    const limit = trace[at.turnedAway.limit][row] as LimitKind;
    const client = trace[at.turnedAway.client][row];
    const place = trace[at.turnedAway.place][row];
    const where = nodeInWords(scenario, nameOf(place));
    return {
      key: LIMIT_NAMES[limit]!,
      text: limitText(where, `${nameOf(client)}'s request`, limit, this.#isServer(place)),
      clients: [client],
      message: -1,
    };
  }

  scope() {
    return this.#counter.scope();
  }

  /** It remembers nothing: each count is judged by itself. */
  digest(): void {}
}
