/**
 * What a world's future depends on, as a stream of numbers: two worlds with equal streams go on alike, whatever happened to them
 * before. The exhaustive search takes such worlds for one state. What is left out can't matter any more: what was decided about
 * settled copies and when, events that lie beyond the end, rows that are free, closed or unlinked, times that are past, and what the roots
 * of losses are (ends.ts): no machine and no rule goes by them. Of connections, only whether they have ended, and what depends on how.
 *
 * Lists are written out packet by packet and the queue event by event, so that it is no difference in which rows they lie.
 */
import { isGivenUp, isRefused } from "./ends.ts";
import { Fate } from "./oracle.ts";
import { NONE } from "./packets.ts";
import type { World } from "./world.ts";

/** Tells `add` everything that the world's future up to `untilUs` depends on. Only between two events. */
export function tellFuture(world: World, untilUs: number, add: (value: number) => void): void {
  const nextUs = tellQueue(world, untilUs, add);
  // A machine that has ended still has its last state, so states say all of the runners but their timers, which are in the queue.
  for (const runner of world.runners) {
    add(runner.size);
    for (let id = 0; id < runner.size; id++) add(runner.state(id));
  }
  tellEnds(world, untilUs, nextUs, add);
  tellServers(world, nextUs, add);
  tellTcp(world, nextUs, add);
  tellMessages(world, add);
}

/** Everything pending up to the end, in order. Returns the time of the first. */
function tellQueue(world: World, untilUs: number, add: (value: number) => void): number {
  let firstUs = Number.POSITIVE_INFINITY;
  world.queue.forEachPending((atUs, code, entity, x, y) => {
    if (atUs > untilUs) return;
    if (firstUs === Number.POSITIVE_INFINITY) firstUs = atUs;
    for (const value of [atUs, code, entity, x, y]) add(value);
  });
  add(-1);
  return firstUs;
}

function tellList(world: World, list: number, add: (value: number) => void): void {
  const { next, kind, subject } = world.packets;
  for (let packet = list; packet !== NONE; packet = next[packet]!) {
    add(kind[packet]!);
    add(subject[packet]!);
  }
  add(-1);
}

/** Clients, exchanges and sessions. Who a client is (group, room, rank, address) never changes. */
function tellEnds(world: World, untilUs: number, nextUs: number, add: (value: number) => void): void {
  const { clients, connections, exchanges, tries, sessions, settings } = world;
  const isOpen = (connection: number) =>
    connection !== NONE && connections.end[connection] === NONE ? 1 : 0;
  for (let i = 0; i < clients.rows; i++) {
    for (const column of [clients.started, clients.attempts, clients.server, clients.cookie]) add(column[i]!);
    add(isOpen(clients.connection[i]!) + (isRefused(world, i) ? 2 : 0));
    for (const column of [clients.session, clients.poll, clients.post, clients.socket]) add(column[i]!);
    tellList(world, clients.sendBuffer[i]!, add);
    tellList(world, clients.writeBuffer[i]!, add);
  }
  // When a timer was armed matters only where it can still strike.
  const canIdle = settings.idleTimeoutUs <= untilUs;
  for (let i = 0; i < exchanges.rows; i++) {
    for (const column of [
      exchanges.client,
      exchanges.kind,
      exchanges.server,
      exchanges.session,
      exchanges.cookie,
    ])
      add(column[i]!);
    add(exchanges.clientOpen[i]!);
    add(exchanges.cause[i]!);
    tellConnection(world, exchanges.clientStream[i]!, nextUs, add);
    tellConnection(world, exchanges.serverStream[i]!, nextUs, add);
    for (let row = exchanges.tried[i]!; row !== NONE; row = tries.before[row]!) add(tries.server[row]!);
    add(-1);
    if (!world.exchange.inState(i, "closed")) {
      add(isOpen(exchanges.connection[i]!));
      if (canIdle) add(exchanges.armedUs[i]!);
    }
    tellList(world, exchanges.body[i]!, add);
    tellList(world, exchanges.answer[i]!, add);
  }
  for (let i = 0; i < sessions.rows; i++) {
    for (const column of [sessions.client, sessions.server, sessions.poll, sessions.socket, sessions.joined])
      add(column[i]!);
    tellList(world, sessions.writeBuffer[i]!, add);
    const connection = sessions.connection[i]!;
    const isOurs = connections.session[connection] === i;
    if (!world.session.inState(i, "closed"))
      add((isOurs ? 1 : 0) + 2 * isOpen(connection) + (isGivenUp(world, i) ? 4 : 0));
    // A handshake's answer may still make it its client's, which hears of its end then.
    else if (!isOurs && isOpen(connection) === 1) add(sessions.unheardEnd[i]!);
  }
}

/** What servers, the balancer and the backplane keep. */
function tellServers(world: World, nextUs: number, add: (value: number) => void): void {
  const { connections, localRooms, memberships, upstreams, redisClients, inbox, registers } = world;
  for (let list = 0; list < localRooms.rows; list++) {
    // `before` and `last` are the same list backwards.
    for (let member = localRooms.first[list]!; member !== NONE; member = memberships.after[member]!)
      add(member);
    add(-1);
  }
  for (let i = 0; i < upstreams.rows; i++) {
    add(Math.max(upstreams.failedUntilUs[i]!, nextUs) - nextUs);
    add(upstreams.active[i]!);
  }
  for (let i = 0; i < redisClients.rows; i++) {
    add(redisClients.retries[i]!);
    // Refused, and not told yet.
    add(connections.end[redisClients.connection[i]!] === NONE ? 1 : 0);
    add(redisClients.accepted[i]!);
    add(redisClients.subscribed[i]!);
    tellList(world, redisClients.offlineQueue[i]!, add);
  }
  for (let i = 0; i < inbox.rows; i++) for (const column of [inbox.code, inbox.x, inbox.y]) add(column[i]!);
  add(registers.nextServer[0]!);
}

function tellStream({ streams }: World, stream: number, nextUs: number, add: (value: number) => void): void {
  // Whoever sends next, sends at `nextUs` at the earliest, and overtakes nothing that has arrived by then.
  add(Math.max(streams.arrivalUs[stream]!, nextUs) - nextUs);
  // Whether a timer runs stands in the queue, and the list's tail is its last segment.
  add(streams.head[stream]!);
  add(streams.measured[stream]!);
  add(streams.timeouts[stream]!);
}

/** Both streams of a TCP connection, if there is one. Which rows they are matters only where something is kept back. */
function tellConnection(world: World, first: number, nextUs: number, add: (value: number) => void): void {
  if (first === NONE) return;
  tellStream(world, first, nextUs, add);
  tellStream(world, first + 1, nextUs, add);
}

/** Redis connections' streams; and, by their rows, which segments and timers name, streams on which something was lost. */
function tellTcp(world: World, nextUs: number, add: (value: number) => void): void {
  const { streams, segments, redisClients } = world;
  for (let i = 0; i < 2 * redisClients.rows; i++) tellStream(world, i, nextUs, add);
  for (let i = 0; i < streams.rows; i++) {
    if (streams.head[i] === 0) continue;
    add(i);
    tellStream(world, i, nextUs, add);
  }
  for (let i = 0; i < segments.rows; i++) {
    for (const column of [segments.stream, segments.link, segments.purpose, segments.next, segments.where])
      add(column[i]!);
    for (const column of [segments.frame, segments.from, segments.to, segments.subject, segments.code])
      add(column[i]!);
    for (const column of [segments.entity, segments.x, segments.y]) add(column[i]!);
    add(segments.sentUs[i]!);
  }
}

/** Messages by their number, which says sender, audience and copies (target, sentUs, places); of copies, what is still open. */
function tellMessages(world: World, add: (value: number) => void): void {
  const { messages, copies } = world;
  for (let i = 0; i < messages.rows; i++) {
    for (const column of [
      messages.sender,
      messages.audience,
      messages.firstCopy,
      messages.branches,
      messages.waiting,
    ])
      add(column[i]!);
  }
  for (let i = 0; i < copies.rows; i++) {
    const fate = copies.fate[i]!;
    add(fate);
    add(copies.carriers[i]!);
    if (fate !== Fate.inFlight) continue;
    // What the tally counts is in the fates; when a copy was settled (settledUs) is history.
    for (const column of [copies.message, copies.recipient, copies.cause, copies.place]) add(column[i]!);
  }
}
