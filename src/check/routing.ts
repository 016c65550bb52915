/**
 * What the balancer has done with requests up to a point of a run, read off the trace: where each was sent,
 * which server holds which session, and which servers are left out for a while, since they did not answer.
 */
import { msToUs } from "../kernel/time.ts";
import { POLICIES } from "../model/balancer/policies/index.ts";
import type { Policy } from "../model/balancer/policies/policy.ts";
import { Machine, MODEL } from "../model/parts.ts";
import { at, REQUEST_NAMES, RecordKind, type Records } from "../model/trace/records.ts";
import type { ClientGroup, Scenario } from "../scenario/schema.ts";
import type { Breach, Setting } from "./rule.ts";

const SESSION_CREATED = MODEL[Machine.session].chart.states.indexOf("created");

/** Whether a transition is the first of a session: it runs on the node that created it. */
export function isSessionCreated(trace: Records, row: number): boolean {
  return (
    trace[at.transition.machine][row] === Machine.session &&
    trace[at.transition.before][row] === SESSION_CREATED
  );
}

/** A request has gone to another server than the one that holds its session. */
export function goesElsewhere(
  nameOf: Setting["nameOf"],
  trace: Records,
  row: number,
  holder: number,
): Breach {
  const client = trace[at.request.client][row];
  const [kind, server] = [REQUEST_NAMES[trace[at.request.kind][row]], trace[at.request.server][row]];
  return {
    key: "elsewhere",
    text: `${nameOf(client)}'s ${kind} goes to ${nameOf(server)}, and its session is on ${nameOf(holder)}.`,
    clients: [client],
    message: -1,
  };
}

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
  /** The cookie would have named that server, but the client returns no cookie. */
  | "no cookie"
  /** The policy would have chosen that server, but leaves it out since it did not answer. */
  | "left out"
  /** The policy would have chosen that server, but health checks have marked it down. */
  | "marked down"
  /** The policy chose another server. */
  | "policy";

/** Whether a policy means to send all requests of a client to one server: by a cookie, or by its address. */
export function bindsSessions(name: Scenario["balancer"]["policy"]): boolean {
  const policy: Policy = POLICIES[name];
  return policy.hashes === true || policy.setsCookie === true;
}

export class Routing {
  readonly #scenario: Scenario;
  readonly #groups: readonly ClientGroup[];
  readonly #routed = new Map<number, Routed>();
  readonly #homes = new Map<number, number>();
  readonly #fails = new Map<number, number>();
  readonly #outUntilUs = new Map<number, number>();
  readonly #markedDown = new Set<number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#groups = scenario.clients.flatMap((group) => new Array<ClientGroup>(group.count).fill(group));
  }

  see(trace: Records, row: number): void {
    switch (trace.kind[row]) {
      case RecordKind.transition:
        if (isSessionCreated(trace, row))
          this.#homes.set(trace[at.transition.entity][row], trace[at.transition.node][row]);
        break;
      case RecordKind.request: {
        const exchange = trace[at.request.exchange][row];
        // The request is sent on once more: the server before did not take it.
        this.#leaveOut(this.#routed.get(exchange), trace.timeUs[row]);
        const kind = trace[at.request.kind][row];
        const server = trace[at.request.server][row];
        this.#routed.set(exchange, { kind, server, isOpen: false });
        break;
      }
      case RecordKind.response: {
        const exchange = trace[at.response.exchange][row];
        const status = trace[at.response.status][row];
        const routed = this.#routed.get(exchange);
        if (status === 101) this.#routed.set(exchange, { ...routed!, isOpen: true });
        else if (status === 502 || status === 504) this.#leaveOut(routed, trace.timeUs[row]);
        break;
      }
      case RecordKind.marked: {
        const server = trace[at.marked.server][row];
        if (trace[at.marked.isUp][row] === 1) this.#markedDown.delete(server);
        else this.#markedDown.add(server);
        break;
      }
      case RecordKind.idleClosed: {
        const routed = this.#routed.get(trace[at.idleClosed.exchange][row]);
        if (routed?.isOpen === false) this.#leaveOut(routed, trace.timeUs[row]);
      }
    }
  }

  /** Where a request was sent; null if it has not been sent yet, or if its WebSocket was open from the beginning. */
  routed(exchange: number): Routed | null {
    return this.#routed.get(exchange) ?? null;
  }

  /** The node that holds a session; null if no node does. */
  homeOf(session: number): number | null {
    return this.#homes.get(session) ?? null;
  }

  groupOf(client: number): ClientGroup {
    return this.#groups[client];
  }

  /** Why a client's request did not reach the server that holds its session. Call it only for such a request. */
  strayOf(client: number, home: number, timeUs: number): Stray {
    const { policy } = this.#scenario.balancer;
    if (policy === "sticky-cookie" && !this.groupOf(client).cookies) return "no cookie";
    const binds = bindsSessions(policy);
    if (binds && this.#markedDown.has(home)) return "marked down";
    return binds && timeUs < (this.#outUntilUs.get(home) ?? 0) ? "left out" : "policy";
  }

  #leaveOut(routed: Routed | undefined, timeUs: number): void {
    const { balancer } = this.#scenario;
    // Other kinds leave nobody out for what becomes of a request.
    if (routed === undefined || routed.server < 0 || balancer.kind !== "nginx") return;
    const fails = (this.#fails.get(routed.server) ?? 0) + 1;
    this.#fails.set(routed.server, fails);
    if (balancer.maxFails === 0 || fails < balancer.maxFails) return;
    this.#outUntilUs.set(routed.server, timeUs + msToUs(balancer.failTimeoutMs));
  }
}
