/** What servers keep for clients that ask for what they missed. */
import { packetsDown, whole } from "../world/column.ts";
import { tableOf } from "../world/table.ts";

/**
 * One row a client, or, if each process keeps its own, a server and a client; none where nothing is kept. Messages in
 * it are numbered from 1: these numbers are what a cursor says.
 */
export class Mailboxes extends tableOf({
  /** Copies, in the order in which they came. */
  kept: packetsDown(),
  /** How many these are. */
  count: whole(),
  /** How many ever came: the number of the latest. */
  total: whole(),
}) {}
