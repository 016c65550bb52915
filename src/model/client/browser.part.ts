/** Browsers: what the clients in one of them share. */
import { flag, row, whole } from "../world/column.ts";
import { tableOf } from "../world/table.ts";

/** One row a browser: its requests that wait for a connection, first in, first out. */
export class Browsers extends tableOf({
  /** Rows of {@link WaitingRequests}; −1 none. */
  first: row(),
  last: row(),
  /** WebSockets that wait for their turn to open: rows of {@link WaitingRequests}; −1 none. */
  firstSocket: row(),
  lastSocket: row(),
  /** The exchange of the WebSocket that is opening, −1 none. */
  opening: row(),
  /** How many WebSockets are not open yet, and how many have opened, or failed to, so far. */
  pending: whole(),
  opened: whole(),
  failed: whole(),
}) {}

/** A browser's connections to the origin: {@link CONNECTIONS} consecutive rows each. */
export class BrowserConnections extends tableOf({
  /** The exchange that it is taken by, −1 none. */
  exchange: row(),
}) {}

export class WaitingRequests extends tableOf({
  /** −1: its page does not wait for it any more. */
  exchange: row(),
  next: row(),
  /** Of a WebSocket: 1 if it waits for others, 0 if it may not begin yet. */
  inLine: flag(),
}) {}

/** How many connections a browser opens to one origin over HTTP/1.1. FACTS §4; ground-truth 29. */
export const CONNECTIONS = 6;
