/**
 * What a world's future depends on, as a stream of numbers: two worlds with equal streams go on alike, whatever
 * happened to them before. The exhaustive search takes such worlds for one state. What is left out can't matter any
 * more: what was decided about settled copies and when, events that lie beyond the end, rows that are free, closed or
 * unlinked, times that are past, and what the roots of losses are (ends.ts): no machine and no rule goes by them. Of
 * connections, only whether they have ended, and what depends on how.
 *
 * Columns say by their kind how they are told (column.ts). Here is the rest: what is told of a row only under some
 * condition, or by what it belongs to. Lists are written out packet by packet and the queue event by event: which
 * rows they occupy makes no difference.
 */

import { NO_HANDLE } from "../kernel/queue.ts";
import type { Runner } from "../statechart/runner.ts";
import { isOver } from "./balancer/closing.ts";
import { handlingPart } from "./delivery/handling.part.ts";
import { writingPart } from "./delivery/writing.part.ts";
import { hasEnded, isGivenUp, isRefused } from "./fate/ends.ts";
import { Fate } from "./fate/oracle.part.ts";
import { NONE } from "./network/packets.ts";
import { TcpEvent, Where } from "./network/tcp.part.ts";
import { allOverdue, isStillDue } from "./process/frozen.ts";
import { sessionPart } from "./server/session.part.ts";
import type { Simulation } from "./simulation.ts";
import { Told } from "./world/column.ts";
import type { ColumnStore } from "./world/column-store.ts";
import type { World } from "./world/world.ts";

type Add = (value: number) => void;

/** Who is told: number by number, or whole columns at once, as words of 32 bits that lie in memory one after the other. */
export interface Listener {
  readonly add: Add;
  addWords(words: Int32Array, first: number, count: number): void;
}

/** Tells a listener everything that the world's future up to `untilUs` depends on. Only between two events. */
export function tellFuture(world: Simulation, untilUs: number, listener: Listener): void {
  const { add } = listener;
  const nextUs = tellQueue(world, untilUs, listener);
  // A machine that has ended still has its last state, so states say all of the runners but their timers, which are in the queue.
  for (let i = 0; i < world.runners.length; i++) {
    const runner = world.runners[i]!;
    // Most machines of most worlds have no entity.
    if (runner.size === 0) continue;
    add(i);
    add(runner.size);
    tellStates(runner, add);
  }
  add(-1);
  const { stores } = world.tables;
  for (let i = 0; i < stores.length; i++) {
    const store = stores[i]!;
    if (store.rows > 0 && store !== world.streams.store) tellTable(world, store, i, nextUs, listener);
  }
  add(-1);
  const count = listOpen(world);
  tellConnections(world, count, add);
  tellIdleTimers(world, count, untilUs, add);
  tellRooms(world, add);
  tellStreams(world, nextUs, add);
  tellHandlers(world, add);
  tellWork(world, add);
  tellCopies(world, add);
  if (world.overdue.rows > 0) for (const one of allOverdue(world)) add(isStillDue(world, one) ? 1 : 0);
}

/** So many bits hold the number of a machine's state, −1 included: no chart has a thousand. Three of them are told as one number. */
const STATE_BITS = 10;
const STATE_MASK = 2 ** STATE_BITS - 1;

/** In which states the machines of a kind are. */
function tellStates(runner: Runner<World>, add: Add): void {
  let three = 0;
  for (let id = 0; id < runner.size; id++) {
    three = (three << STATE_BITS) | (runner.state(id) & STATE_MASK);
    if (id % 3 < 2) continue;
    add(three);
    three = 0;
  }
  add(three);
}

/** What is pending in the state that is told now, event by event. */
let pendingWords = new Int32Array(6 * 64);

/** Everything pending up to the end, in order. Returns the time of the first. */
function tellQueue({ queue, streams }: Simulation, untilUs: number, listener: Listener): number {
  if (pendingWords.length < 6 * queue.size) pendingWords = new Int32Array(2 * 6 * queue.size);
  const words = pendingWords;
  let firstUs = Number.POSITIVE_INFINITY;
  let count = 0;
  queue.forEachPending((atUs, code, entity, x, y) => {
    if (atUs > untilUs) return;
    if (count === 0) firstUs = atUs;
    words[count] = atUs;
    words[count + 1] = Math.floor(atUs / 2 ** 32);
    words[count + 2] = code;
    words[count + 3] = entity;
    // Which segment of its stream, counted from the first that is not read.
    words[count + 4] = code === TcpEvent.ARRIVED ? x - streams.read[entity]! : x;
    words[count + 5] = y;
    count += 6;
  });
  listener.add(count);
  listener.addWords(words, 0, count);
  return firstUs;
}

/** All that its columns tell. Which table it is, and how many rows it has, is told, too, or two tables could run into each other. */
function tellTable(
  world: Simulation,
  store: ColumnStore,
  number: number,
  nextUs: number,
  listener: Listener,
): void {
  const { rows } = store;
  const { toldWhole, toldByCell } = store.layout;
  if (toldWhole.length + toldByCell.length === 0) return;
  listener.add(number);
  listener.add(rows);
  for (let i = 0; i < toldWhole.length; i++) {
    const column = toldWhole[i]!;
    listener.addWords(store.words, store.begins[column]!, store.wordsOf(column, rows));
  }
  for (let i = 0; i < toldByCell.length; i++) {
    const { told } = store.layout.kinds[toldByCell[i]!]!;
    const values = store.values[toldByCell[i]!]!;
    for (let row = 0; row < rows; row++) tellCell(world, told, values[row]!, nextUs, listener.add);
  }
}

/** One value of a column that is not told as it is in memory. */
function tellCell(world: Simulation, told: Told, value: number, nextUs: number, add: Add): void {
  // Nothing happens before `nextUs`.
  if (told === Told.ahead) add(Math.max(value, nextUs) - nextUs);
  else if (told === Told.list) tellList(world, value, add);
}

function tellList(world: Simulation, list: number, add: Add): void {
  const { next, kind, subject } = world.packets;
  for (let packet = list; packet !== NONE; packet = next[packet]!) {
    add(kind[packet]!);
    add(subject[packet]!);
  }
  add(-1);
}

/** The exchanges that are not over, in the state that is told now. */
let openExchanges = new Int32Array(64);

/** Lists the exchanges that are not over. Returns how many. */
function listOpen(world: Simulation): number {
  const { rows } = world.exchanges;
  if (openExchanges.length < rows) openExchanges = new Int32Array(2 * rows);
  let count = 0;
  for (let i = 0; i < rows; i++) if (!isOver(world, i)) openExchanges[count++] = i;
  return count;
}

/** Whether connections are open, and what depends on how they ended, wherever somebody may still go by it. */
function tellConnections(world: Simulation, count: number, add: Add): void {
  const { clients, connections, exchanges, redisClients, sessions } = world;
  const isOpen = (connection: number) => (hasEnded(world, connection) ? 0 : 1);
  for (let i = 0; i < clients.rows; i++) add(isOpen(clients.connection[i]!) + (isRefused(world, i) ? 2 : 0));
  for (let i = 0; i < count; i++) add(isOpen(exchanges.connection[openExchanges[i]!]!));
  for (let i = 0; i < sessions.rows; i++) {
    const connection = sessions.connection[i]!;
    const isOurs = connections.session[connection] === i;
    if (!world.isIn(sessionPart, i, "closed"))
      add((isOurs ? 1 : 0) + 2 * isOpen(connection) + (isGivenUp(world, i) ? 4 : 0));
    // A handshake's answer may still make it its client's, which hears of its end then.
    else if (!isOurs && isOpen(connection) === 1) add(sessions.unheardEnd[i]!);
  }
  // Refused, and not told yet.
  for (let i = 0; i < redisClients.rows; i++) add(isOpen(redisClients.connection[i]!));
}

/** When an exchange's idle timer was armed, and when a WebSocket was opened, matters only where a timer can still strike. */
function tellIdleTimers(world: Simulation, count: number, untilUs: number, add: Add): void {
  const { answerUs, silenceUs, lifetimeUs, rows: balancers } = world.balancers;
  const canStrike = (limitUs: Float64Array) => {
    for (let i = 0; i < balancers; i++) if (limitUs[i]! <= untilUs) return true;
    return false;
  };
  const { armedUs, openedUs } = world.exchanges;
  if (canStrike(answerUs) || canStrike(silenceUs))
    for (let i = 0; i < count; i++) add(armedUs[openExchanges[i]!]!);
  if (canStrike(lifetimeUs)) for (let i = 0; i < count; i++) add(openedUs[openExchanges[i]!]!);
}

/** Servers' lists of local sockets. `before` and `last` are the same lists backwards. */
function tellRooms({ localRooms, memberships }: Simulation, add: Add): void {
  for (let list = 0; list < localRooms.rows; list++) {
    for (let member = localRooms.first[list]!; member !== NONE; member = memberships.after[member]!)
      add(member);
    add(-1);
  }
}

/**
 * Streams, by the connection whose they are: in which rows matters only where something is kept back, since segments
 * and timers name them. Most of them are of what is over, and have in most columns what they had at first, or a time that is past: only what
 * differs from that is told, with its place.
 */
function tellStreams(world: Simulation, nextUs: number, add: Add): void {
  const { streams } = world;
  const { store } = streams;
  for (let i = 0; i < streams.rows; i++) {
    if (streams.head[i] === NONE) continue;
    add(i);
    tellSegments(world, i, nextUs, add);
  }
  add(-1);
  const count = listStreams(world);
  add(count);
  const { toldWhole, toldByCell, kinds } = store.layout;
  for (const column of toldWhole) {
    const { first } = kinds[column]!;
    if (first === 0 && isBlank(store, column, streams.rows)) continue;
    const values = store.values[column]!;
    add(column);
    for (let place = 0; place < count; place++) {
      const value = values[toldStreams[place]!]!;
      if (value === first) continue;
      add(place);
      add(value);
    }
    add(-1);
  }
  for (const column of toldByCell) {
    const { told } = kinds[column]!;
    const values = store.values[column]!;
    add(column);
    for (let place = 0; place < count; place++) {
      const value = values[toldStreams[place]!]!;
      if (told === Told.ahead && value <= nextUs) continue;
      add(place);
      tellCell(world, told, value, nextUs, add);
    }
    add(-1);
  }
}

/** Whether so many rows of a column are all 0. */
function isBlank(store: ColumnStore, column: number, rows: number): boolean {
  const { words } = store;
  const first = store.begins[column]!;
  const end = first + store.wordsOf(column, rows);
  for (let word = first; word < end; word++) if (words[word] !== 0) return false;
  return true;
}

/** The streams that are told, in the order in which they are: of the state that is told now. */
let toldStreams = new Int32Array(64);

/**
 * Lists the streams of connections, and those of others in which something is kept back. Those of tries that were given up are nobody's.
 * Returns how many.
 */
function listStreams(world: Simulation): number {
  const { exchanges, presenceStreams, redisClients, streams, tries } = world;
  const most = 4 * exchanges.rows + 2 * (redisClients.rows + presenceStreams.rows) + streams.rows;
  if (toldStreams.length < most) toldStreams = new Int32Array(2 * most);
  let count = 0;
  for (let i = 0; i < exchanges.rows; i++) {
    // Between two balancers, it is the stream of the outer one's try.
    if (exchanges.outer[i] === NONE) count = listBoth(exchanges.stream[i]!, count);
    count = listBoth(tries.stream[exchanges.current[i]!]!, count);
  }
  for (let i = 0; i < redisClients.rows; i++) count = listBoth(redisClients.stream[i]!, count);
  for (let i = 0; i < presenceStreams.rows; i++) count = listBoth(presenceStreams.stream[i]!, count);
  for (let i = 0; i < streams.rows; i++) if (streams.head[i] !== NONE) toldStreams[count++] = i;
  return count;
}

/** A connection's two, if it has them. */
function listBoth(first: number, count: number): number {
  if (first === NONE) return count;
  toldStreams[count] = first;
  toldStreams[count + 1] = first + 1;
  return count + 2;
}

/** What a stream has not handed over, or its sender does not know to have arrived, in order. */
function tellSegments({ streams, segments }: Simulation, stream: number, nextUs: number, add: Add): void {
  let segment = streams.head[stream]!;
  const isKnown = (one: number) => segments.where[one] === Where.read && segments.ackUs[one]! <= nextUs;
  while (segment !== NONE && isKnown(segment)) segment = segments.next[segment]!;
  for (; segment !== NONE; segment = segments.next[segment]!) {
    const { where, ackUs, sentUs, timer, frame, subject, code, entity, x, y } = segments;
    const ackInUs = ackUs[segment] === Number.POSITIVE_INFINITY ? -1 : Math.max(0, ackUs[segment]! - nextUs);
    add(segments.number[segment]! - streams.read[stream]!);
    add(where[segment]!);
    add(ackInUs);
    add(sentUs[segment]!);
    // An event names it by its row.
    add(timer[segment] === NO_HANDLE ? -1 : segment);
    if (where[segment] === Where.read) continue;
    add(frame[segment]!);
    add(subject[segment]!);
    add(code[segment]!);
    add(entity[segment]!);
    add(x[segment]!);
    add(y[segment]!);
  }
  add(streams.timeouts[stream] === 0 ? -1 : streams.retriedUs[stream]!);
}

/** What handlers are at work on: in which order it came is not to be seen from anything else. */
function tellHandlers(world: Simulation, add: Add): void {
  const { handlings, writings } = world;
  for (let i = 0; i < handlings.rows; i++) {
    if (world.isIn(handlingPart, i, "over")) continue;
    add(handlings.server[i]!);
    add(handlings.session[i]!);
    add(handlings.message[i]!);
    add(handlings.emit[i]!);
  }
  for (let i = 0; i < writings.rows; i++) {
    if (world.isIn(writingPart, i, "over")) continue;
    add(writings.server[i]!);
    add(writings.message[i]!);
  }
}

/** What servers' workers are at work on, and what waits for one, in order. */
function tellWork({ workers, workQueues, jobs }: Simulation, add: Add): void {
  const tell = (job: number) => {
    add(jobs.code[job]!);
    add(jobs.entity[job]!);
    add(jobs.x[job]!);
    add(jobs.y[job]!);
  };
  for (let worker = 0; worker < workers.rows; worker++)
    if (workers.job[worker] === NONE) add(-1);
    else tell(workers.job[worker]!);
  for (let server = 0; server < workQueues.rows; server++) {
    for (let job = workQueues.first[server]!; job !== NONE; job = jobs.next[job]!) tell(job);
    add(-1);
  }
}

/** Of copies, what is still open; message, recipient and places of others are history. What the tally counts is in the fates. */
function tellCopies({ copies, reasons }: Simulation, add: Add): void {
  const { message, recipient, reason } = copies;
  for (let i = 0; i < copies.rows; i++) {
    if (copies.fate[i] !== Fate.inFlight) continue;
    add(message[i]!);
    add(recipient[i]!);
    add(reasons.cause[reason[i]!]!);
    add(reasons.place[reason[i]!]!);
  }
}
