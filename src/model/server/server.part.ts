import { flag, time, untold, whole } from "../world/column.ts";
import { count, countOrNone, durationMs, durationOr, oneOf, waitMs } from "../world/field.ts";
import { part } from "../world/part.ts";
import { tableOf } from "../world/table.ts";

/**
 * A server's process. REQUEST: x the try that asks. PUSH: x the message, y the server that published it. TICK: x the
 * line of the workload that it sends itself. ANSWER: x a message that a person has sent by a channel, which the notification service passes on.
 * STOP: it is to stop, SIGTERM. LEAVE: a process that stops may be done. DISCONNECT: it disconnects all its clients, and stays.
 * PUBLISHED: x a message of its own that waited for its publish, which is answered or refused. SERVE: as REQUEST, of one that has waited for its turn.
 * TOLD: what the kind of backplane makes of it.
 */
export const serverPart = part({
  name: "server",
  number: 5,
  home: "server",
  events: [
    "REQUEST",
    "PUSH",
    "CRASH",
    "RESTART",
    "TICK",
    "ANSWER",
    "PUBLISHED",
    "STOP",
    "LEAVE",
    "DISCONNECT",
    "SERVE",
    "TOLD",
  ],
  faults: { crash: "CRASH", restart: "RESTART", stop: "STOP", disconnect: "DISCONNECT" },
  undoes: { restart: ["crash", "stop"] },
  fields: {
    in: "servers",
    of: {
      memory: oneOf(["shared", "process"], "shared", {
        says: "Where servers keep what they must know of a client to answer it: in a store that all share (or nowhere, if they need nothing), or in the memory of one process",
        source: "FACTS §4",
      }),
      descriptors: countOrNone("none", {
        says: "How many open files a server may have (ulimit -n): one for each connection, 19 for Node. Without one, connections are closed at once; none: no limit",
        source: "FACTS §5; ground-truth 13",
        min: 20,
        max: 1_048_576,
        tried: [20, 21],
      }),
      memoryMiB: countOrNone("none", {
        says: "How much memory a server has for its connections; with one too many, the kernel kills it; none: no limit",
        source: "FACTS §5",
        min: 1,
        max: 1_048_576,
        tried: [1],
      }),
      compressionWindowBits: countOrNone("none", {
        says: "The window of permessage-deflate: with 15 bits a connection takes 316 KiB, with 12 64 KiB; none: no compression, 14 KiB",
        source: "FACTS §5",
        min: 9,
        max: 15,
        tried: [15],
      }),
      replayEvents: count(0, 1000, {
        says: "How many of the latest messages servers keep for each client with long-polling or sse, which asks for what it does not have with a cursor or Last-Event-ID; 0: nothing is kept",
        source: "FACTS §4",
        tried: [2, 100],
      }),
      loginMs: durationOr(["none"], "none", {
        says: "How long a client's login holds, from the opening of its page; after that, servers refuse what it asks to open: a session, a WebSocket, an event stream, a long poll; none: for ever",
        tried: [800],
      }),
      refusal: oneOf(["401", "403", "204", "500", "html"], "401", {
        says: "What servers answer who is not logged in: a status, or, with 200, a page of HTML to log in. 204 is how an EventSource is told to stop; it stops at any of them",
        source: "ground-truth 29",
      }),
      onStop: oneOf(["close", "disconnect", "exit", "wait"], "close", {
        says: "What a server does when it is told to stop (SIGTERM), besides taking no new connection: close, it closes all it has, as Socket.IO's io.close(); disconnect, it tells its clients to disconnect first (disconnectSockets); exit, its process ends at once (process.exit); wait, it goes on with what it has until that ends (httpServer.close() alone)",
        source: "ground-truth 20",
      }),
      drainMs: waitMs(0, {
        says: "Over how long a server that stops spreads the closing of its connections; 0: all at once",
        source: "ground-truth 20",
        tried: [300],
      }),
      preStopMs: waitMs(0, {
        says: "How long a server goes on as ever when it is to stop, before it is told to (SIGTERM): a preStop hook that sleeps. It counts in graceMs",
        source: "FACTS §13.1",
        tried: [200],
      }),
      graceMs: durationMs(30_000, {
        says: "How long after it was to stop a process is killed, if it is still there: with preStopMs, at least 2 s after it was told",
        source: "FACTS §13.1",
        tried: [400],
      }),
      writes: oneOf(["one-by-one", "at-once"], "one-by-one", {
        says: "How a server hands what it writes in one turn to its kernel, of which a process that exits at the end of that turn loses the rest: one-by-one, the first, and the others once that is written, as Engine.IO does; at-once, as ws does",
        source: "ground-truth 20",
      }),
    },
  },
  causes: [
    "sessionUnknown",
    "cookieMissing",
    "connectionClosed",
    "unknownHere",
    "forgotten",
    "beyondReplay",
    "serverCrashed",
    "volatileDropped",
    "staleOwner",
    "notRegistered",
  ],
  ends: ["sessionUnknown", "cookieMissing", "upgradeRefused", "loggedOut"],
});
export const ServerEvent = serverPart.on;

/** One row a server. */
export class Servers extends tableOf({
  /** Connections that it may have before it runs out of open files, or of memory; ∞: as many as there are. */
  mostByDescriptors: untold(time()),
  mostByMemory: untold(time()),
  /** Connections that it has, counted where one of these is a number. */
  open: whole(),
  /** 1 once its process was told to stop, as long as it goes on. */
  isStopping: flag(),
  /** When its process began, counted where something goes by it. */
  bootUs: time(),
}) {}
