/**
 * Work takes time: what a server's process gets waits for a worker, in the order in which it came, and keeps that worker busy for its service time.
 * A queue with c servers, as the theory has it: with Poisson arrivals and exponential times it is M/M/c. FACTS §5, §14.10.
 *
 * - A request, and a message over a WebSocket, takes serviceMs, however much a POST carries. All else that arrives (a packet of Engine.IO's, a close,
 *   a push of the backplane) takes no time, but waits its turn: the loop that would read it is busy. So do heartbeats' answers.
 * - What comes over one connection is done in its order: of several workers, only one is at work on it.
 * - Each copy that is written to one of the server's own clients takes writeMs. Writing goes before what waits, as the turn of the event loop in which
 *   a broadcast began goes on until all is written.
 * - A request that finds the queue full is answered 503 at once. A message over a WebSocket can't be: it lies in the kernel, and waits.
 * - A process that is frozen does no work; it goes on where it stood. One that dies takes with it what waits and what it was at work on.
 *
 * Leaves out: timers of the process, which fire in time though it is busy; the time that a 503 takes, and a push that is not written to anybody;
 * requests that are given up at the balancer's timeout, of which a worker does the work, but to no effect; messages whose connection ends while they
 * wait, which are not worked on; workers that write at the same time; and back-pressure: what waits in a kernel's buffer never stops its sender.
 */
import { exponentialUs } from "../../kernel/sampling.ts";
import { isOver } from "../balancer/closing.ts";
import { dropPackets } from "../fate/cargo.ts";
import { whyOf } from "../fate/ends.ts";
import { dropCopy, endBranch } from "../fate/oracle.ts";
import { NONE, Packet } from "../network/packets.ts";
import type { CauseIndex } from "../trace/causes.ts";
import { Purpose } from "../trace/purposes.ts";
import { RecordKind } from "../trace/records.ts";
import { ofServers } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { closeServerEnd, isServed } from "./answers.ts";
import { mayBeDone } from "./limits.ts";
import { ServerEvent } from "./server.part.ts";
import { SessionEvent } from "./session.part.ts";
import { WorkerEvent, workerPart } from "./worker.part.ts";

/** Servers get their workers, if any work takes time. */
export function addWorkers(world: World): void {
  const { workers: each, serviceUs, writeUs } = ofServers(world, workerPart);
  if (serviceUs === 0 && writeUs === 0) return;
  const { workers, workQueues, nodes } = world;
  workQueues.addMany(nodes.count.server);
  workers.addMany(nodes.count.server * each);
  for (let worker = 0; worker < workers.rows; worker++) workers.server[worker] = Math.floor(worker / each);
  world.startMany(workerPart, workers.rows);
}

/** Whether any work of servers takes time. */
export function takesTime({ workers }: World): boolean {
  return workers.rows > 0;
}

/** The first of a server's workers, which stand together. */
function firstWorker(world: World, server: number): number {
  return server * ofServers(world, workerPart).workers;
}

/** One that has nothing to do; −1: there is none. */
export function freeWorker(world: World, server: number): number {
  const first = firstWorker(world, server);
  const { workers } = ofServers(world, workerPart);
  for (let worker = first; worker < first + workers; worker++)
    if (world.isIn(workerPart, worker, "free")) return worker;
  return NONE;
}

/** Whether what has arrived takes time. */
function takesService(world: World, code: number): boolean {
  const isWork = code === ServerEvent.SERVE || code === SessionEvent.MESSAGE || code === SessionEvent.TASK;
  return isWork && ofServers(world, workerPart).serviceUs > 0;
}

/** Something has arrived for a server, as the event that it is there: it is done now, begun, or waits. */
export function arrive(
  world: World,
  server: number,
  code: number,
  entity: number,
  x: number,
  y: number,
): void {
  const takesLong = takesService(world, code);
  // Who is free has left nothing behind but what is in another's hands.
  const worker = isAtWorkOn(world, server, code, entity) ? NONE : freeWorker(world, server);
  if (worker !== NONE && !takesLong) return perform(world, code, entity, x, y);
  const { jobs, queue } = world;
  const job = jobs.take();
  jobs.code[job] = code;
  jobs.entity[job] = entity;
  jobs.x[job] = x;
  jobs.y[job] = y;
  jobs.sinceUs[job] = queue.nowUs;
  if (worker !== NONE) return serve(world, worker, job);
  enqueue(world, server, job);
  if (takesLong) record(world, server, job, NONE, NONE);
}

function enqueue(world: World, server: number, job: number): void {
  const { jobs, workQueues } = world;
  if (workQueues.first[server] === NONE) workQueues.first[server] = job;
  else jobs.next[workQueues.last[server]] = job;
  workQueues.last[server] = job;
  if (takesService(world, jobs.code[job])) workQueues.waiting[server]++;
}

/** Whether a worker is at work on something that came over the same connection. */
function isAtWorkOn(world: World, server: number, code: number, session: number): boolean {
  if (!isSessions(code)) return false;
  const { workers, jobs } = world;
  const first = firstWorker(world, server);
  for (let worker = first; worker < first + ofServers(world, workerPart).workers; worker++) {
    const job = workers.job[worker];
    if (job !== NONE && isSessions(jobs.code[job]) && jobs.entity[job] === session) return true;
  }
  return false;
}

function isSessions(code: number): boolean {
  return code !== ServerEvent.SERVE && code !== ServerEvent.PUSH;
}

/** The first job that waits, of those whose connection is in no other worker's hands; −1: there is none. */
function nextJob(world: World, server: number): number {
  const { jobs, workQueues } = world;
  let job = workQueues.first[server];
  while (job !== NONE && isAtWorkOn(world, server, jobs.code[job], jobs.entity[job])) job = jobs.next[job];
  return job;
}

/** A job leaves the queue. */
function dequeue(world: World, server: number, job: number): number {
  const { jobs, workQueues } = world;
  let before: number = NONE;
  for (let one = workQueues.first[server]; one !== job; one = jobs.next[one]) before = one;
  if (before === NONE) workQueues.first[server] = jobs.next[job];
  else jobs.next[before] = jobs.next[job];
  if (workQueues.last[server] === job) workQueues.last[server] = before;
  jobs.next[job] = NONE;
  if (takesService(world, jobs.code[job])) workQueues.waiting[server]--;
  return job;
}

/** A worker begins with a job. */
function serve(world: World, worker: number, job: number): void {
  const { workers, jobs, queue } = world;
  const { serviceUs, serviceTimes } = ofServers(world, workerPart);
  const drawn = serviceTimes === "exponential";
  const takesUs = drawn ? exponentialUs(world.choices, Purpose.service, serviceUs) : serviceUs;
  workers.job[worker] = job;
  record(world, workers.server[worker], job, queue.nowUs - jobs.sinceUs[job], takesUs);
  begin(world, worker, takesUs);
}

function begin(world: World, worker: number, takesUs: number): void {
  const { workers, queue } = world;
  workers.leftUs[worker] = takesUs;
  workers.doneUs[worker] = queue.nowUs + takesUs;
  world.send(WorkerEvent.START, worker, 0, 0);
}

/** How many wait, as a job comes or is begun. */
function record(world: World, server: number, job: number, waitedUs: number, takesUs: number): void {
  const { jobs, exchanges, tries, sessions, workQueues, nodes } = world;
  const isRequest = jobs.code[job] === ServerEvent.SERVE;
  const client = isRequest
    ? exchanges.client[tries.exchange[jobs.x[job]]]
    : sessions.client[jobs.entity[job]];
  const waiting = workQueues.waiting[server];
  world.record(RecordKind.work, nodes.first.server + server, waiting, client, waitedUs, takesUs);
}

/** What has arrived has its effect. */
function perform(world: World, code: number, entity: number, x: number, y: number): void {
  // Another server was asked for it meanwhile.
  if (code === ServerEvent.SERVE && !isServed(world, x)) return;
  world.send(code, entity, x, y);
}

/** A worker is done with its job, or has written a copy. */
export function finish(world: World, worker: number): void {
  const { workers } = world;
  const job = workers.job[worker];
  if (job === NONE) return writeNext(world, workers.server[worker]);
  workers.job[worker] = NONE;
  performJob(world, job);
}

function performJob(world: World, job: number): void {
  const { jobs } = world;
  const [code, entity, x, y] = [jobs.code[job], jobs.entity[job], jobs.x[job], jobs.y[job]];
  jobs.release(job);
  perform(world, code, entity, x, y);
}

/** A worker that is done takes what is next: copies that are to be written, then what waits. What takes no time is done on the way. */
export function decide(world: World, worker: number): void {
  const { workers, workQueues, jobs, servers } = world;
  const server = workers.server[worker];
  const canWrite = () => workQueues.copies[server] !== NONE && workQueues.writer[server] === NONE;
  let job = nextJob(world, server);
  for (; !canWrite() && job !== NONE && !takesService(world, jobs.code[job]); job = nextJob(world, server))
    performJob(world, dequeue(world, server, job));
  if (canWrite()) return startWriting(world, worker);
  if (job !== NONE) return serve(world, worker, dequeue(world, server, job));
  world.send(WorkerEvent.REST, worker, 0, 0);
  if (servers.isStopping[server] === 1) mayBeDone(world, server);
}

/** A copy is to be written to a session, in its turn. The copy is carried already. */
export function writeLater(world: World, server: number, session: number, copy: number): void {
  const { workQueues, packets } = world;
  const { copies, sessions } = workQueues;
  copies[server] = packets.append(copies[server], packets.one(Packet.message, copy));
  sessions[server] = packets.append(sessions[server], packets.one(Packet.noop, session));
}

/** Writing begins, unless somebody writes already, or all are busy: who is done next goes on with it. */
export function beginToWrite(world: World, server: number): void {
  const { workQueues } = world;
  if (workQueues.copies[server] === NONE || workQueues.writer[server] !== NONE) return;
  const worker = freeWorker(world, server);
  if (worker !== NONE) startWriting(world, worker);
}

function startWriting(world: World, worker: number): void {
  world.workQueues.writer[world.workers.server[worker]] = worker;
  begin(world, worker, ofServers(world, workerPart).writeUs);
}

/** The next copy is written, unless its session is over, which took it along. */
function writeNext(world: World, server: number): void {
  const { workQueues, packets } = world;
  const { copies, sessions } = workQueues;
  workQueues.writer[server] = NONE;
  const [first, to] = [copies[server], sessions[server]];
  if (first === NONE) return;
  const [copy, session] = [packets.subject[first], packets.subject[to]];
  copies[server] = packets.withoutFirst(first);
  sessions[server] = packets.withoutFirst(to);
  world.send(SessionEvent.WRITE, session, Packet.message, copy);
}

/** A session is over: what was still to be written to it is lost. */
export function dropWrites(world: World, session: number, why: number): void {
  const { workQueues, packets, nodes } = world;
  const server = world.sessions.server[session];
  const { copies, sessions } = workQueues;
  const to: number[] = [];
  const [listOfCopies, listOfSessions] = [copies[server], sessions[server]];
  copies[server] = NONE;
  sessions[server] = NONE;
  packets.drain(listOfSessions, (_kind, one) => to.push(one));
  let i = 0;
  packets.drain(listOfCopies, (_kind, copy) => {
    const one = to[i++]!;
    if (one === session) dropCopy(world, copy, why, nodes.first.server + server);
    else writeLater(world, server, one, copy);
  });
}

/** A server's process died, with all that it was at work on and that waited. Its sessions are over already. */
export function loseWork(world: World, server: number, cause: CauseIndex): void {
  if (!takesTime(world)) return;
  const { workers, workQueues } = world;
  const first = firstWorker(world, server);
  const lost: number[] = [];
  for (let worker = first; worker < first + ofServers(world, workerPart).workers; worker++) {
    if (workers.job[worker] !== NONE) lost.push(workers.job[worker]);
    workers.job[worker] = NONE;
    world.send(WorkerEvent.CRASH, worker, 0, 0);
  }
  while (workQueues.first[server] !== NONE) lost.push(dequeue(world, server, workQueues.first[server]));
  workQueues.writer[server] = NONE;
  for (const job of lost) loseJob(world, server, job, cause);
}

function loseJob(world: World, server: number, job: number, cause: CauseIndex): void {
  const { jobs } = world;
  const [code, entity, x, y] = [jobs.code[job], jobs.entity[job], jobs.x[job], jobs.y[job]];
  jobs.release(job);
  if (code === ServerEvent.SERVE) loseRequest(world, server, x, cause);
  else if (code === ServerEvent.PUSH) endBranch(world, x, world.nodes.first.server + server);
  // A session that is over knows what becomes of it.
  else world.send(code, entity, x, y);
}

function loseRequest(world: World, server: number, tried: number, cause: CauseIndex): void {
  const { exchanges, tries, nodes } = world;
  const exchange = tries.exchange[tried];
  if (!isServed(world, tried)) return;
  if (!isOver(world, exchange)) return closeServerEnd(world, tried, cause);
  // Nobody waits for the answer any more, so nobody else knows what it brought.
  const why = whyOf(world, exchanges.connection[exchange], cause);
  const body = exchanges.body[exchange];
  exchanges.body[exchange] = NONE;
  dropPackets(world, body, true, why, nodes.first.server + server);
}

/** Whether a server has nothing to do. */
export function isIdle(world: World, server: number): boolean {
  if (!takesTime(world)) return true;
  const { workers } = ofServers(world, workerPart);
  const first = firstWorker(world, server);
  for (let worker = first; worker < first + workers; worker++)
    if (!world.isIn(workerPart, worker, "free")) return false;
  return true;
}
