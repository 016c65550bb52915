/**
 * What the balancer has done with requests up to a point of a run, read off the trace: where each was sent, which server holds which session,
 * and which servers are left out for a while, since they did not answer.
 */
import { msToUs } from "../kernel/time.ts";
import { Machine } from "../model/codes.ts";
import { MODEL } from "../model/machines.ts";
import { RecordKind, type Records } from "../model/records.ts";
import type { ClientGroup, Scenario } from "../scenario/schema.ts";

const SESSION_CREATED = MODEL[Machine.session]!.chart.states.indexOf("created");

/** A request as the balancer sent it on last. */
export interface Routed {
  /** RequestKind. */
  readonly kind: number;
  /** The node that it was sent to; −1 none. */
  readonly server: number;
  /** It has become a WebSocket. */
  readonly isOpen: boolean;
}

/** Why a request was sent to another server than the one that holds its session. */
export type Stray =
  /** The cookie would have named it, and the client returns none. */
  | "no cookie"
  /** The policy would have chosen it, and leaves it out since it did not answer. */
  | "left out"
  /** The policy chooses so. */
  | "policy";

export class Routing {
  readonly #scenario: Scenario;
  readonly #groups: readonly ClientGroup[];
  readonly #routed = new Map<number, Routed>();
  readonly #homes = new Map<number, number>();
  readonly #outUntilUs = new Map<number, number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#groups = scenario.clients.flatMap((group) => new Array<ClientGroup>(group.count).fill(group));
  }

  see(trace: Records, row: number): void {
    const [a, c, d] = [trace.a[row]!, trace.c[row]!, trace.d[row]!];
    switch (trace.kind[row]) {
      case RecordKind.transition:
        if (a === Machine.session && c === SESSION_CREATED) this.#homes.set(trace.b[row]!, trace.e[row]!);
        break;
      case RecordKind.request:
        // Sent on once more: the one before did not take it.
        this.#leaveOut(this.#routed.get(a), trace.timeUs[row]!);
        this.#routed.set(a, { kind: c, server: d, isOpen: false });
        break;
      case RecordKind.response:
        if (c === 101) this.#routed.set(a, { ...this.#routed.get(a)!, isOpen: true });
        else if (c === 502 || c === 504) this.#leaveOut(this.#routed.get(a), trace.timeUs[row]!);
        break;
      case RecordKind.idleClosed:
        if (this.#routed.get(a)?.isOpen === false) this.#leaveOut(this.#routed.get(a), trace.timeUs[row]!);
    }
  }

  /** Where a request was sent; null if nowhere yet, and of a WebSocket that was open from the beginning. */
  routed(exchange: number): Routed | null {
    return this.#routed.get(exchange) ?? null;
  }

  /** The node that holds a session; null if there is none. */
  homeOf(session: number): number | null {
    return this.#homes.get(session) ?? null;
  }

  groupOf(client: number): ClientGroup {
    return this.#groups[client]!;
  }

  /** Why a client's request does not reach the server that holds its session. Expects that it does not. */
  strayOf(client: number, home: number, timeUs: number): Stray {
    const { policy } = this.#scenario.balancer;
    if (policy === "sticky-cookie" && !this.groupOf(client).cookies) return "no cookie";
    const binds = policy === "sticky-cookie" || policy === "ip-hash";
    return binds && timeUs < (this.#outUntilUs.get(home) ?? 0) ? "left out" : "policy";
  }

  #leaveOut(routed: Routed | undefined, timeUs: number): void {
    if (routed === undefined || routed.server < 0) return;
    this.#outUntilUs.set(routed.server, timeUs + msToUs(this.#scenario.balancer.failTimeoutMs));
  }
}
