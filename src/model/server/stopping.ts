/**
 * How a server's process stops on purpose: it is told to (SIGTERM), takes no new connection from then on, does with those that it has what
 * its application says, and ends when it has none, or is killed when its grace is over. Ground-truth 20-graceful-stop; FACTS §13.1.
 *
 * - With `preStopMs` it is told so much later, and serves until then, whom its balancer still sends to it as well: Kubernetes runs a preStop hook before it
 *   sends SIGTERM, and takes the time from the grace, of which 2 s are left at least.
 * - What is due at the same instant is done first: those are the last words of a handler that says something and then closes or exits.
 * - `close`: Socket.IO's io.close(), or a server that sends a close frame to each of its connections. A GET that waits is answered.
 * - `disconnect`: a DISCONNECT packet first, after which a client of Socket.IO does not come back by itself.
 * - `exit`: the process ends at once. What its library had not handed to the kernel goes with it (session.ts).
 * - `wait`: httpServer.close() alone. WebSockets go on; a client that polls is refused at its next request.
 *
 * Leaves out: a closing handshake that a client does not answer; connections that are kept for the next request; that Engine.IO does not answer a
 * GET which waits while it closes many (measured: the client is refused at its next request, as one to whom something was just said). What handlers,
 * queues and Redis clients of the process held is lost as when it is killed.
 */
import { NONE } from "../network/packets.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { ServerEvent, serverPart } from "./server.part.ts";
import { SessionEvent, sessionPart } from "./session.part.ts";
import { isIdle } from "./work.ts";

/** What is left of the grace after a hook, at least. µs. */
const LEAST_GRACE_US = 2_000_000;

/** Its sessions that are open, in the order in which they began. */
function sessionsOf(world: World, server: number): number[] {
  const { sessions } = world;
  const open: number[] = [];
  for (let session = 0; session < sessions.rows; session++)
    if (sessions.server[session] === server && !world.isIn(sessionPart, session, "closed"))
      open.push(session);
  return open;
}

/** A server is told to stop: when each of its connections is closed, and when it may be done. */
export function beginStop(world: World, server: number): void {
  const { queue, servers } = world;
  const { onStop, drainUs } = ofServers(world, serverPart);
  servers.isStopping[server] = 1;
  const closes = onStop === "close" || onStop === "disconnect";
  const disconnects = onStop === "disconnect" ? 1 : 0;
  const open = closes ? sessionsOf(world, server) : [];
  for (const [i, session] of open.entries())
    queue.schedule(
      queue.nowUs + Math.floor((drainUs * i) / open.length),
      SessionEvent.STOP,
      session,
      disconnects,
      0,
    );
  queue.schedule(queue.nowUs + (closes ? drainUs : 0), ServerEvent.LEAVE, server, 0, 0);
}

/** A server disconnects all its clients, and stays. */
export function disconnectAll(world: World, server: number): void {
  const { queue } = world;
  for (const session of sessionsOf(world, server))
    if (world.isIn(sessionPart, session, "open"))
      queue.schedule(queue.nowUs, SessionEvent.STOP, session, 1, 0);
}

/** Whether a process that stops is done: it exits whatever it has, or it has no connection any more. */
export function isDone(world: World, server: number): boolean {
  const { poll, socket } = world.sessions;
  if (ofServers(world, serverPart).onStop === "exit") return true;
  if (!isIdle(world, server)) return false;
  return sessionsOf(world, server).every((session) => poll[session] === NONE && socket[session] === NONE);
}

/** How long a server serves on that is to stop. A hook is not waited for longer than the grace. */
export function preStopUs(world: World): number {
  const { preStopUs, graceUs } = ofServers(world, serverPart);
  return Math.min(preStopUs, graceUs);
}

/** How long a process may take that was told to stop. */
export function graceUs(world: World): number {
  const { graceUs, preStopUs } = ofServers(world, serverPart);
  return preStopUs === 0 ? graceUs : Math.max(graceUs - preStopUs, LEAST_GRACE_US);
}
