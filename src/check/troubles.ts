/**
 * What kept each client from its connection up to a point of a run, as far as the trace and the scenario's
 * faults show it: `because.ts` reasons from this. The latest of a client's troubles counts, since the effects
 * of those before are over.
 */
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";
import { balancerNames, namesOf, serverName, struckBy, wayOf } from "../scenario/names.ts";
import type { ClientGroup, Fault } from "../scenario/schema.ts";
import { isFailure, strike } from "./calm.ts";
import { Routing, type Stray } from "./routing.ts";

export type Trouble = { readonly timeUs: number } & (
  | /** A request reached a server that does not hold its session. */
  { readonly kind: "stray"; readonly stray: Stray; readonly home: number }
  /** The balancer waited in vain for a byte. */
  | { readonly kind: "idle" }
  /** What its connections went through was killed: every process so far, in order. */
  | { readonly kind: "killed"; readonly targets: readonly string[] }
  /** A link that its connection went over was cut, or its connections went mute. */
  | { readonly kind: "cut"; readonly target: string; readonly isMute: boolean }
  /** Nobody took its request: these processes were down. None if the balancer left out servers that had not answered. */
  | { readonly kind: "nobody there"; readonly down: readonly string[] }
);

/** A connection of a client, from when to when, µs. */
interface Connection {
  readonly server: string;
  readonly sinceUs: number;
}

export class Troubles {
  readonly #run: RunResult;
  readonly #routing: Routing;
  readonly #latest = new Map<number, Trouble>();
  /** Clients whose requests the balancer had waited for too long. */
  readonly #idle = new Set<number>();
  readonly #connections = new Map<number, Connection>();
  /** By client: when it was last connected, or its last attempt ended, µs. */
  readonly #sinceUs = new Map<number, number>();
  readonly #killed = new Map<number, string[]>();
  /** What is failed, and how. */
  readonly #failed = new Map<string, Fault["act"]>();
  /** By node or link: when it failed last, µs. */
  readonly #failedUs = new Map<string, number>();
  /** By node or link: when it was repaired last, µs. */
  readonly #repairedUs = new Map<string, number>();

  /** The troubles up to and including a time. */
  constructor(run: RunResult, untilUs: number) {
    this.#run = run;
    this.#routing = new Routing(run.scenario);
    const { trace } = run;
    for (let row = 0; row < trace.length && trace.timeUs[row] <= untilUs; row++) {
      this.#see(row);
      this.#routing.see(trace, row);
    }
  }

  /** A client's latest trouble, unless it has got over it: it is connected, and has been since before `sinceUs`. */
  of(client: number, sinceUs: number): Trouble | null {
    const trouble = this.#latest.get(client);
    if (trouble === undefined) return null;
    return trouble.timeUs >= sinceUs || !this.#connections.has(client) ? trouble : null;
  }

  /** Whether the balancer had waited too long for a byte from any client, or from this one. */
  wasIdle(client?: number): boolean {
    return client === undefined ? this.#idle.size > 0 : this.#idle.has(client);
  }

  groupOf(client: number): ClientGroup {
    return this.#routing.groupOf(client);
  }

  /** Since when a node or link has been failed, µs; null if it works. */
  failedSinceUs(target: string): number | null {
    return this.#failed.has(target) ? this.#failedUs.get(target)! : null;
  }

  /** Since when a node or link that had failed works again, µs; null if it does not, or never failed. */
  repairedSinceUs(target: string): number | null {
    return this.#failed.has(target) ? null : (this.#repairedUs.get(target) ?? null);
  }

  #see(row: number): void {
    const { trace, nodes } = this.#run;
    const timeUs = trace.timeUs[row];
    switch (trace.kind[row]) {
      case RecordKind.fault:
        this.#fault(trace[at.fault.fault][row], timeUs);
        break;
      case RecordKind.connected: {
        const client = trace[at.connected.client][row];
        const server = nodes[trace[at.connected.server][row]].name;
        this.#connections.set(client, { server, sinceUs: timeUs });
        this.#sinceUs.set(client, timeUs);
        break;
      }
      case RecordKind.disconnected:
        this.#disconnected(trace[at.disconnected.client][row], timeUs);
        break;
      case RecordKind.idleClosed: {
        const client = trace[at.idleClosed.client][row];
        this.#idle.add(client);
        this.#latest.set(client, { timeUs, kind: "idle" });
        break;
      }
      case RecordKind.request: {
        const client = trace[at.request.client][row];
        const server = trace[at.request.server][row];
        const home = this.#routing.homeOf(trace[at.request.session][row]);
        if (home === null || server < 0 || home === server) break;
        const stray = this.#routing.strayOf(client, home, timeUs);
        this.#latest.set(client, { timeUs, kind: "stray", stray, home });
        break;
      }
      case RecordKind.response: {
        const client = trace[at.response.client][row];
        const status = trace[at.response.status][row];
        if (status !== 502 && status !== 503) break;
        // A server whose queue is full is there.
        if (this.#run.nodes[trace[at.response.by][row]]!.kind === "server") break;
        this.#latest.set(client, { timeUs, kind: "nobody there", down: this.#serversDown() });
      }
    }
  }

  #fault(index: number, timeUs: number): void {
    const fault = this.#run.scenario.faults[index];
    const { scenario } = this.#run;
    for (const target of struckBy(scenario, namesOf(scenario), fault.target)) {
      const wasFailed = this.#failed.has(target);
      strike(this.#failed, fault.act, [target]);
      if (isFailure(fault.act)) this.#failedUs.set(target, timeUs);
      else if (wasFailed && !this.#failed.has(target)) this.#repairedUs.set(target, timeUs);
    }
  }

  #disconnected(client: number, timeUs: number): void {
    const connection = this.#connections.get(client);
    this.#connections.delete(client);
    const trouble = this.#failureBehind(client, timeUs, connection);
    const sinceUs = this.#sinceUs.get(client) ?? 0;
    this.#sinceUs.set(client, timeUs);
    if (trouble !== null) this.#latest.set(client, trouble);
    // The end has a reason that the trace does not show: earlier troubles are not the reason.
    else if ((this.#latest.get(client)?.timeUs ?? 0) < sinceUs) this.#latest.delete(client);
  }

  /** Which of the nodes and links of a connection had failed while it was up, or are failed when it can't be had. */
  #failureBehind(client: number, timeUs: number, connection: Connection | undefined): Trouble | null {
    const { scenario, nodes } = this.#run;
    const balancers = balancerNames(scenario);
    if (connection === undefined) {
      const down = balancers.filter((name) => this.#failed.has(name));
      return down.length > 0 ? { timeUs, kind: "nobody there", down } : null;
    }
    const { server, sinceUs } = connection;
    const failedMeanwhile = (target: string) => (this.#failedUs.get(target) ?? -1) >= sinceUs;
    const process = [server, ...balancers].find(failedMeanwhile);
    if (process !== undefined) {
      const targets = [...(this.#killed.get(client) ?? []), process];
      this.#killed.set(client, targets);
      return { timeUs, kind: "killed", targets };
    }
    const link = wayOf(scenario, nodes[client].name, server).find(failedMeanwhile);
    if (link === undefined) return null;
    return { timeUs, kind: "cut", target: link, isMute: this.#failed.get(link) === "mute" };
  }

  #serversDown(): string[] {
    const { count } = this.#run.scenario.servers;
    return Array.from({ length: count }, (_, i) => serverName(i)).filter((server) =>
      this.#failed.has(server),
    );
  }
}
