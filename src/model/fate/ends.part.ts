/** Connections, and what ended them. */
import { row, small } from "../world/column.ts";
import { untoldTableOf } from "../world/table.ts";

/** One row a connection, from its opening. */
export class Connections extends untoldTableOf({
  /** The client's node, or the server's for a connection to Redis. */
  owner: row(),
  /**
   * The Engine.IO session, from the moment that the handshake's answer passes the balancer; −1 none. Before, another
   * may still answer.
   */
  session: row(),
  /** Row of {@link Ends}, −1 while it is open. */
  end: row(),
  /** The end of its owner's connection before it, −1 none. */
  endBefore: row(),
}) {}

/** What ended a connection, or cut a link; in order of time. */
export class Ends extends untoldTableOf({
  /** An {@link EndReason}. */
  reason: small(),
  /** The end that made it so, −1 none. */
  root: row(),
}) {}
