/**
 * How a browser opens WebSockets. As many as one likes, but to one server only one at a time until its handshake is over (RFC 6455
 * §4.1), 10 ms apart; and who opens many at once is slowed down, as is who fails often: with p that are not open yet, s that
 * opened and f that did not, one waits for 1 to 5 s × 2^min(p + f / (s + 1), 16) / 2^16 before it begins. So Chromium does it
 * (websocket_throttler.cc, websocket_endpoint_lock_manager.cc); ground-truth 29, limit-6-eventsources-30-websockets.
 *
 * Leaves out: that Chromium forgets f and s after some minutes, counts by renderer process and not by host name, and refuses
 * the 256th that is not open yet.
 */
import { uniformUs } from "../../kernel/sampling.ts";
import { NONE } from "../network/packets.ts";
import { Purpose } from "../trace/purposes.ts";
import { RequestKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { ClientSocketEvent } from "./client-socket.part.ts";

/** Between the end of one handshake and the next. µs. */
const REST_US = 10_000;
const SHORTEST_MS = 1000;
const LONGEST_MS = 5000;
const DOUBLINGS = 16;

/** The browser that opens this WebSocket; −1: it is none, or a program's. */
function browserOf({ settings, browsers, exchanges }: World, exchange: number): number {
  if (browsers.rows === 0) return NONE;
  const kind = exchanges.kind[exchange];
  if (kind !== RequestKind.websocket && kind !== RequestKind.upgrade) return NONE;
  return settings.clients[exchanges.client[exchange]]!.browser;
}

/** Said of what is opening: nothing is, and nothing may for a moment. */
const RESTS = -2;

/** Whether a WebSocket may begin to open at once. If not, it is told when its turn comes (LEAVE). */
export function mayOpen(world: World, exchange: number): boolean {
  const browser = browserOf(world, exchange);
  if (browser === NONE) return true;
  world.browsers.pending[browser]++;
  const waitUs = delayUs(world, browser);
  if (waitUs === 0) return takesTurn(world, browser, exchange);
  enqueue(world, browser, exchange, 0);
  world.queue.schedule(world.queue.nowUs + waitUs, ClientSocketEvent.LEAVE, exchange, 0, 0);
  return false;
}

/** Who opens a few does not wait: times are whole milliseconds. */
function delayUs({ browsers, choices }: World, browser: number): number {
  const { pending, opened, failed } = browsers;
  const often = pending[browser] + Math.floor(failed[browser] / (opened[browser] + 1));
  const share = 2 ** Math.min(often, DOUBLINGS) / 2 ** DOUBLINGS;
  if (LONGEST_MS * share < 1) return 0;
  const drawnUs = uniformUs(choices, Purpose.socketDelay, SHORTEST_MS * 1000, LONGEST_MS * 1000);
  return Math.floor((drawnUs / 1000) * share) * 1000;
}

/** Whether it is a WebSocket's turn. If not, it waits in line. */
function takesTurn(world: World, browser: number, exchange: number): boolean {
  const { browsers } = world;
  if (browsers.opening[browser] === NONE) browsers.opening[browser] = exchange;
  else enqueue(world, browser, exchange, 1);
  return browsers.opening[browser] === exchange;
}

/** It waits, be it for its turn, or until it may stand in line at all. */
function enqueue(
  { browsers, waitingRequests }: World,
  browser: number,
  exchange: number,
  inLine: 0 | 1,
): void {
  const waiting = waitingRequests.add();
  waitingRequests.exchange[waiting] = exchange;
  waitingRequests.inLine[waiting] = inLine;
  if (browsers.firstSocket[browser] === NONE) browsers.firstSocket[browser] = waiting;
  else waitingRequests.next[browsers.lastSocket[browser]] = waiting;
  browsers.lastSocket[browser] = waiting;
}

/** Takes the one that waits for which `isWanted` holds, the first of them. −1: none does. */
function dequeue(
  { browsers, waitingRequests }: World,
  browser: number,
  isWanted: (waiting: number) => boolean,
): number {
  const { exchange, next } = waitingRequests;
  while (browsers.firstSocket[browser] !== NONE && exchange[browsers.firstSocket[browser]] === NONE)
    browsers.firstSocket[browser] = next[browsers.firstSocket[browser]];
  for (let waiting = browsers.firstSocket[browser]; waiting !== NONE; waiting = next[waiting]) {
    const found = exchange[waiting];
    if (found === NONE || !isWanted(waiting)) continue;
    exchange[waiting] = NONE;
    return found;
  }
  return NONE;
}

/** A WebSocket has waited for long enough; or (`isRested`) the next may open. Returns the one that leaves; −1 none. */
export function leaves(world: World, exchange: number, isRested: boolean): number {
  const browser = browserOf(world, exchange);
  const { browsers, waitingRequests } = world;
  if (isRested) {
    const next = dequeue(world, browser, (waiting) => waitingRequests.inLine[waiting] === 1);
    browsers.opening[browser] = next;
    return next;
  }
  // Its page may have closed it meanwhile.
  const waits = dequeue(world, browser, (waiting) => waitingRequests.exchange[waiting] === exchange) !== NONE;
  return waits && takesTurn(world, browser, exchange) ? exchange : NONE;
}

/**
 * A handshake is over, or its page closes a WebSocket: if it was opening, the next may, in a moment. Returns whether it had not even
 * left its browser.
 */
export function hasOpened(world: World, exchange: number, isOpen: boolean): boolean {
  const browser = browserOf(world, exchange);
  if (browser === NONE) return false;
  const { browsers, queue, waitingRequests } = world;
  const wasOpening = browsers.opening[browser] === exchange;
  const waited =
    !wasOpening &&
    dequeue(world, browser, (waiting) => waitingRequests.exchange[waiting] === exchange) !== NONE;
  if (!wasOpening && !waited) return false;
  browsers.pending[browser]--;
  if (isOpen) browsers.opened[browser]++;
  else browsers.failed[browser]++;
  if (wasOpening) {
    browsers.opening[browser] = RESTS;
    queue.schedule(queue.nowUs + REST_US, ClientSocketEvent.LEAVE, exchange, 1, 0);
  }
  return waited;
}
