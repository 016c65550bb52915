/** What servers keep for clients that ask for what they missed. */
import { numbers, packetsDown, row, untold, whole } from "../world/column.ts";
import { tableOf } from "../world/table.ts";

/**
 * One row a client, or, if each process keeps its own, a server and a client; none where nothing is kept. Messages in
 * it are numbered from 1: these numbers are what a cursor says. Where Socket.IO's sessions are kept too (delivery/recovery.ts), a
 * server and a client.
 */
export class Mailboxes extends tableOf({
  /** Copies, in the order in which they came. */
  kept: packetsDown(),
  /** How many these are. */
  count: whole(),
  /** How many ever came: the number of the latest. */
  total: whole(),
  // Of a Socket.IO client's session that its server keeps.
  server: untold(row()),
  /** When each came, if that matters: Date.now() in its process, ms. */
  times: numbers(),
  /** The private id of its latest socket there: the first session that had it; −1 none. */
  privateId: row(),
  /** The session that has this id, from its connecting until its absence has been too long; −1 none. */
  holder: row(),
  /** When the session was saved last: Date.now(), ms; −1 never. */
  savedMs: row(),
}) {}
