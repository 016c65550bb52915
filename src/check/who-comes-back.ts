/** Rules that would hold if what people believe of those who come back were true: that a server which comes draws them, and that waiting longer sets them apart. */
import { Machine, MODEL } from "../model/parts.ts";
import { at, RecordKind, type Records } from "../model/trace/records.ts";
import type { Breach, Monitor, Rule, Setting } from "./rule.ts";

/** A server that comes should have somebody so soon. µs. */
const RELIEF_US = 2_000_000;

/** A server that is there anew gets somebody soon, as long as others have somebody to spare. */
export const newcomerRelieves: Rule = {
  name: "newcomer-relieves",
  kind: "always",
  statement: "A server that comes has somebody within 2 s, if another has two or more.",
  watch: (setting) => new NewcomerMonitor(setting),
};

class NewcomerMonitor implements Monitor {
  readonly sees = [RecordKind.connected, RecordKind.disconnected, RecordKind.fault] as const;
  readonly #setting: Setting;
  /** By name: the nodes of servers. */
  readonly #nodes: ReadonlyMap<string, number>;
  /** By client: the server that it is connected to. */
  readonly #serverOf = new Map<number, number>();
  readonly #down = new Set<number>();
  /** By node of a server that has come and has nobody yet: when it should have. In order of time, µs. */
  readonly #due = new Map<number, number>();

  constructor(setting: Setting) {
    this.#setting = setting;
    const { servers, firstServerNode, nameOf } = setting;
    const nodes = Array.from({ length: servers }, (_, i) => firstServerNode + i);
    this.#nodes = new Map(nodes.map((node) => [nameOf(node), node]));
  }

  see(trace: Records, row: number): null {
    if (trace.kind[row] === RecordKind.connected) {
      const server = trace[at.connected.server][row];
      this.#serverOf.set(trace[at.connected.client][row], server);
      this.#due.delete(server);
    } else if (trace.kind[row] === RecordKind.disconnected) {
      this.#serverOf.delete(trace[at.disconnected.client][row]);
    } else this.#seeFault(trace[at.fault.fault][row], trace.timeUs[row]);
    return null;
  }

  #seeFault(fault: number, timeUs: number): void {
    const { act, target } = this.#setting.scenario.faults[fault]!;
    const node = this.#nodes.get(target);
    if (node === undefined) return;
    if (act === "restart" && this.#down.delete(node)) this.#due.set(node, timeUs + RELIEF_US);
    if (act !== "crash" && act !== "stop") return;
    this.#down.add(node);
    this.#due.delete(node);
  }

  /** The clients of a server that has two or more. */
  #crowd(): number[] {
    const all = [...this.#serverOf];
    return (
      [...this.#nodes.values()]
        .map((node) => all.filter(([, server]) => server === node).map(([client]) => client))
        .find((clients) => clients.length > 1) ?? []
    );
  }

  dueUs(): number {
    const dueUs = this.#due.values().next().value;
    return dueUs === undefined || this.#crowd().length === 0 ? Number.POSITIVE_INFINITY : dueUs;
  }

  overdue(): Breach {
    const { nameOf } = this.#setting;
    const clients = this.#crowd();
    const newcomer = nameOf(this.#due.keys().next().value!);
    const full = nameOf(this.#serverOf.get(clients[0]!)!);
    return {
      key: "stays-empty",
      text: `${newcomer} has come and has nobody, and ${full} still has ${clients.map(nameOf).join(" and ")}.`,
      clients,
      message: -1,
    };
  }

  digest(add: (value: number) => void): void {
    for (const map of [this.#serverOf, this.#due]) {
      for (const [key, value] of map) {
        add(key);
        add(value);
      }
      add(-1);
    }
    for (const node of this.#down) add(node);
  }
}

const ATTEMPTING = MODEL[Machine.client].chart.states.indexOf("online.connecting.engine");

/** Whether a transition is that of a client which begins to connect. */
function isAttempt(trace: Records, row: number): boolean {
  return (
    trace[at.transition.machine][row] === Machine.client && trace[at.transition.after][row] === ATTEMPTING
  );
}

/** Clients that were cut at one instant do not come back at one instant for the second time. */
export const waitsSpread: Rule = {
  name: "waits-spread",
  kind: "always",
  statement: "Whoever waits longer each time comes back apart from the others.",
  watch: ({ nameOf, groupOf }) => {
    /** By client: how many attempts it has made since it was connected last. */
    const tries = new Map<number, number>();
    let now = { us: -1, clients: [] as number[] };
    return {
      sees: [RecordKind.transition, RecordKind.connected],
      machines: [Machine.client],
      see: (trace, row) => {
        if (trace.kind[row] === RecordKind.connected) {
          tries.set(trace[at.connected.client][row], 0);
          return null;
        }
        if (!isAttempt(trace, row)) return null;
        const client = trace[at.transition.entity][row];
        const times = tries.get(client);
        if (times === undefined || groupOf(client).backoff !== "socket.io") return null;
        tries.set(client, times + 1);
        if (times < 1) return null;
        if (now.us !== trace.timeUs[row]) now = { us: trace.timeUs[row], clients: [] };
        now.clients.push(client);
        if (now.clients.length < 2) return null;
        return {
          key: "together",
          text: `${now.clients.map(nameOf).join(" and ")} come back at one instant once more, although each has waited twice as long as before.`,
          clients: now.clients,
          message: -1,
        };
      },
      digest: (add) => {
        for (const [client, times] of tries) {
          add(client);
          add(Math.min(times, 1));
        }
        for (const client of now.clients) add(client);
      },
    };
  },
};
