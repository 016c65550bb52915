/**
 * Connections that a balancer does not accept yet wait in the kernel's accept queue, where their clients believe them open. When the queue is full, the
 * kernel does not hear what more come, and their clients' kernels knock again after 1, 1, 1, 1, 1, 2, 4 … s. FACTS §5. It accepts nothing
 *
 * - for half a second after it has found no open file left (EMFILE), as nginx does;
 * - while as many sessions have come as HAProxy's `rate-limit sessions` allows. HAProxy counts them in periods of a second, which begin with the first: those
 *   of this period, and of those of the period before the share that a second back from now would still hold, if they had come evenly. So after a
 *   burst one is let in each 1/N s. FACTS §3; ground-truth 35-haproxy-rate-limit.
 *
 * Leaves out: that several threads may each let one in at the same instant.
 */
import { LINEAR_SYN_TIMEOUTS, SYN_TIMEOUT_US } from "../network/tcp.part.ts";
import { LimitKind, RecordKind } from "../trace/records.ts";
import { ofBalancer } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { balancerPart } from "./balancer.part.ts";
import { reached, recordTurnedAway } from "./capacity.ts";

/** nginx's accept_mutex_delay, for which it accepts nothing after EMFILE (ngx_event_accept). µs. */
const ACCEPT_PAUSE_US = 500_000;

/** What HAProxy counts sessions by. µs. */
const PERIOD_US = 1_000_000;
const TICK_US = 1000;

/** A connection that arrives has to wait: something keeps the balancer from accepting it, or did, a moment ago. */
export function mustWait(world: World, exchange: number): boolean {
  const { balancers, queue, exchanges } = world;
  const balancer = exchanges.balancer[exchange];
  return queue.nowUs < balancers.pausedUntilUs[balancer] || whatKeeps(world, balancer) !== null;
}

function whatKeeps(world: World, balancer: number): LimitKind | null {
  if (reached(world, balancer) === LimitKind.descriptors) return LimitKind.descriptors;
  return countSessions(world, balancer) >= world.balancers.mostSessions[balancer]
    ? LimitKind.rateLimitSessions
    : null;
}

/** Sessions in the last second, as HAProxy estimates them. */
function countSessions({ balancers, queue }: World, balancer: number): number {
  const overUs = queue.nowUs - balancers.periodUs[balancer];
  if (overUs >= PERIOD_US) {
    const isNext = overUs < 2 * PERIOD_US;
    balancers.sessionsBefore[balancer] = isNext ? balancers.sessions[balancer] : 0;
    balancers.sessions[balancer] = 0;
    balancers.periodUs[balancer] = isNext ? balancers.periodUs[balancer] + PERIOD_US : queue.nowUs;
  }
  const leftUs = balancers.periodUs[balancer] + PERIOD_US - queue.nowUs;
  const before = Math.floor((balancers.sessionsBefore[balancer] * leftUs) / PERIOD_US);
  return balancers.sessions[balancer] + before;
}

/** A session begins, where they are counted. */
export function countSession(world: World, balancer: number): void {
  const { balancers, nodes } = world;
  const count = countSessions(world, balancer) + 1;
  balancers.sessions[balancer]++;
  const node = nodes.first.balancer + balancer;
  world.record(RecordKind.open, node, count, node, 0, 0);
}

/** Until one more session may begin. µs. */
function paceUs({ balancers, queue }: World, balancer: number): number {
  const room = balancers.mostSessions[balancer] - balancers.sessions[balancer];
  const endUs = balancers.periodUs[balancer] + PERIOD_US;
  // Of the period that follows, the first instant at which it may.
  if (room <= 0) return endUs + TICK_US - queue.nowUs;
  const leftUs =
    Math.ceil((room * PERIOD_US) / TICK_US / balancers.sessionsBefore[balancer]) * TICK_US - TICK_US;
  return endUs - leftUs - queue.nowUs;
}

/** It waits in the accept queue, or, where that is full, before it. */
export function enqueue(world: World, exchange: number): void {
  const { balancers, exchanges, queue } = world;
  const balancer = exchanges.balancer[exchange];
  if (balancers.queued[balancer] >= ofBalancer(world, balancerPart, balancer).backlog) {
    exchanges.knocks[exchange] = Math.min(exchanges.knocks[exchange] + 1, 255);
    return recordTurnedAway(world, exchange, LimitKind.backlog);
  }
  exchanges.knocks[exchange] = 0;
  balancers.queued[balancer]++;
  const keeps = whatKeeps(world, balancer);
  if (balancers.pausedUntilUs[balancer] <= queue.nowUs)
    balancers.pausedUntilUs[balancer] =
      queue.nowUs + (keeps === LimitKind.rateLimitSessions ? paceUs(world, balancer) : ACCEPT_PAUSE_US);
  recordTurnedAway(world, exchange, keeps ?? LimitKind.descriptors);
}

export function dequeue({ balancers, exchanges }: World, exchange: number): void {
  if (exchanges.knocks[exchange] === 0) balancers.queued[exchanges.balancer[exchange]]--;
}

/** Until the balancer accepts again, or the client knocks again. µs. */
export function acceptWaitUs({ balancers, exchanges, queue }: World, exchange: number): number {
  const knocks = exchanges.knocks[exchange];
  if (knocks > 0) return SYN_TIMEOUT_US * 2 ** Math.max(0, knocks - 1 - LINEAR_SYN_TIMEOUTS);
  return balancers.pausedUntilUs[exchanges.balancer[exchange]] - queue.nowUs;
}
