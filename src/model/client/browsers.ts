/**
 * A browser's six connections to an origin, over HTTP/1.1, which all its pages share: a request takes one until it is
 * answered, a long poll and an event stream for as long as they last. When all are taken, a request waits its turn, and
 * nobody is told. WebSockets have connections of their own. FACTS §4; ground-truth 29.
 *
 * Each host name has six of its own. Over HTTP/2 and HTTP/3 requests share one connection, and none waits here.
 *
 * Leaves out: that HTTP/2 takes some hundred requests at once; event streams and long polls over it; one jar of cookies for all pages.
 */
import { NONE } from "../network/packets.ts";
import { isTunnel, RecordKind, RequestKind } from "../trace/records.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { CONNECTIONS } from "./browser.part.ts";
import { connectionPart } from "./connection.part.ts";

/** Browsers take their place. */
export function addBrowsers({ browsers, browserConnections, settings }: World): void {
  const count = settings.clients.reduce((most, { browser }) => Math.max(most, browser + 1), 0);
  if (count === 0) return;
  browsers.addMany(count);
  browserConnections.addMany(count * CONNECTIONS);
}

/** The browser whose connections a request must have one of; −1: it needs none. */
function browserOf(world: World, exchange: number): number {
  const { settings, browsers, exchanges } = world;
  if (browsers.rows === 0) return NONE;
  const kind = exchanges.kind[exchange];
  const client = exchanges.client[exchange];
  if (isTunnel(kind) || kind === RequestKind.upgrade) return NONE;
  if (kind === RequestKind.plain && ofClient(world, connectionPart, client).httpVersion !== "1.1")
    return NONE;
  return settings.clients[client]!.browser;
}

/** The connection of a browser that an exchange has taken, or, of none, one that is free. −1: there is none. */
function connectionOf({ browserConnections }: World, browser: number, exchange: number): number {
  const first = browser * CONNECTIONS;
  for (let connection = first; connection < first + CONNECTIONS; connection++)
    if (browserConnections.exchange[connection] === exchange) return connection;
  return NONE;
}

/** Whether a request may leave its browser now. If not, it waits until it is {@link freed}. */
export function mayLeave(world: World, exchange: number): boolean {
  const browser = browserOf(world, exchange);
  if (browser === NONE) return true;
  const free = connectionOf(world, browser, NONE);
  if (free !== NONE) {
    world.browserConnections.exchange[free] = exchange;
    return true;
  }
  const { browsers, waitingRequests, exchanges } = world;
  const waiting = waitingRequests.add();
  waitingRequests.exchange[waiting] = exchange;
  if (browsers.first[browser] === NONE) browsers.first[browser] = waiting;
  else waitingRequests.next[browsers.last[browser]] = waiting;
  browsers.last[browser] = waiting;
  world.record(RecordKind.queued, exchange, exchanges.client[exchange], exchanges.kind[exchange], 0, 0);
  return false;
}

/** A request is over. Returns the one that leaves instead, over its connection; −1 none. */
export function freed(world: World, exchange: number): number {
  const browser = browserOf(world, exchange);
  if (browser === NONE) return NONE;
  const connection = connectionOf(world, browser, exchange);
  // It was freed before, when its page closed it.
  if (connection === NONE) return NONE;
  const next = takeFirst(world, browser);
  world.browserConnections.exchange[connection] = next;
  return next;
}

function takeFirst({ browsers, waitingRequests }: World, browser: number): number {
  while (browsers.first[browser] !== NONE) {
    const first = browsers.first[browser];
    browsers.first[browser] = waitingRequests.next[first];
    if (waitingRequests.exchange[first] !== NONE) return waitingRequests.exchange[first];
  }
  return NONE;
}

/** A page does not wait for a request any more. Returns whether the request had not left its browser. */
export function waitsNoMore(world: World, exchange: number): boolean {
  const browser = browserOf(world, exchange);
  if (browser === NONE) return false;
  const { browsers, waitingRequests } = world;
  for (let waiting = browsers.first[browser]; waiting !== NONE; waiting = waitingRequests.next[waiting]) {
    if (waitingRequests.exchange[waiting] !== exchange) continue;
    waitingRequests.exchange[waiting] = NONE;
    return true;
  }
  return false;
}
