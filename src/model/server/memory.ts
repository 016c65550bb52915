/**
 * What servers must know of a client to answer it: who it is, what is in its cart. In a store that all share, any
 * server can answer. In one process's memory only that process can; another asks the client to begin anew, and from
 * then on it is the one that knows it. FACTS §4.
 *
 * Leaves out: the time that a look into the store takes, and stores that fail.
 */
import { carry, noteReasons } from "../fate/oracle.ts";
import { NONE } from "../network/packets.ts";
import { Cause } from "../trace/causes.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { serverPart } from "./server.part.ts";

/** Who knows a client, if not a server. */
const Knows = {
  /** It has asked for nothing yet. */
  nobody: -1,
  /** The process that did is dead. */
  theDead: -2,
} as const;

/** The answer to a client's question, as a copy that is carried from here on; NONE: it can't be answered, and why is noted. */
export function answerTo(world: World, server: number, message: number): number {
  const client = world.messages.sender[message];
  const cause = whyUnknown(world, server, client);
  if (cause !== null) {
    noteReasons(world, message, cause, world.nodes.first.server + server, () => true);
    return NONE;
  }
  // The only one that a question has.
  const copy = world.messages.firstCopy[message];
  carry(world, copy);
  return copy;
}

/** Why a server does not know a client; null if it does, or need not. From now on it does. */
function whyUnknown(world: World, server: number, client: number): number | null {
  if (ofServers(world, serverPart).memory === "shared") return null;
  const { knownBy } = world.clients;
  const known = knownBy[client];
  knownBy[client] = server;
  if (known === server || known === Knows.nobody) return null;
  return known === Knows.theDead ? Cause.forgotten : Cause.unknownHere;
}

/** A server's process died, and with it all that only it knew. */
export function forgetClients({ clients }: World, server: number): void {
  for (let client = 0; client < clients.rows; client++)
    if (clients.knownBy[client] === server) clients.knownBy[client] = Knows.theDead;
}
