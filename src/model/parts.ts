/**
 * All parts of the model: what runs, what the interface draws, and what tests explore. A new part is a declaration, what it does, and a
 * line here.
 */
import { backplaneMachine } from "./backplane/backplane.ts";
import { redisClientMachine } from "./backplane/redis-client.ts";
import { balancerMachine } from "./balancer/balancer.ts";
import { exchangeMachine } from "./balancer/exchange.ts";
import { upstreamPart } from "./balancer/upstream.part.ts";
import { upstreamEvent } from "./balancer/upstream.ts";
import { clientMachine } from "./client/client.ts";
import { clientSocketPart } from "./client/client-socket.part.ts";
import { clientSocketEvent } from "./client/client-socket.ts";
import { connectionMachine } from "./client/connection.ts";
import { watchdogMachine } from "./client/watchdog.ts";
import { linkMachine } from "./network/link.ts";
import { tcpPart } from "./network/tcp.part.ts";
import { tcpEvent } from "./network/tcp.ts";
import { heartbeatMachine } from "./server/heartbeat.ts";
import { serverMachine } from "./server/server.ts";
import { sessionMachine } from "./server/session.ts";
import { scriptPart } from "./world/faults.part.ts";
import { strike } from "./world/faults.ts";
import { FIRST_HANDLER, type Part } from "./world/part.ts";

/** The statecharts. */
export const MODEL = numbered([
  clientMachine,
  connectionMachine,
  watchdogMachine,
  exchangeMachine,
  balancerMachine,
  serverMachine,
  sessionMachine,
  heartbeatMachine,
  redisClientMachine,
  backplaneMachine,
  linkMachine,
]);

/** What is no statechart handles its events by a function, which is given their codes. */
export const HANDLERS = numbered(
  [
    { part: clientSocketPart, handle: clientSocketEvent },
    { part: upstreamPart, handle: upstreamEvent },
    { part: tcpPart, handle: tcpEvent },
    { part: scriptPart, handle: strike },
  ],
  FIRST_HANDLER,
);

export const PARTS: readonly Part[] = [...MODEL, ...HANDLERS].map(({ part }) => part);

type MachineName = (typeof MODEL)[number]["name"];

/** The numbers of machines, by their names. */
export const Machine = Object.fromEntries(MODEL.map(({ name }, number) => [name, number])) as {
  readonly [Name in MachineName]: number;
};

/** Readers keep tables by number. */
function numbered<const List extends readonly { readonly part: Part }[]>(list: List, first = 0): List {
  for (const [i, { part }] of list.entries())
    if (part.number !== first + i)
      throw new Error(`part "${part.name}" has the number ${part.number}; its place is that of ${first + i}`);
  return list;
}
