/**
 * Replicated presence, as Phoenix.Tracker keeps it: no store. Each server knows its own connections at once, and tells the others in its rounds what has
 * changed; each has the whole of it in its memory. The parts of different servers can't contradict each other, since each is changed by its own server
 * alone: so they can be put together in any order (a CRDT). FACTS §6.
 *
 * - A round is due every `broadcastMs`. With changes, they are told; without any, nothing is, but an empty word in every so-many-th round.
 * - Of whom nothing was heard for `downMs`, that server is down: its users are not listed any more. They are again when something is heard of it. After
 *   `permdownMs` it is forgotten.
 * - A process that runs again begins with nothing, and says in its first word that what it had before is over.
 * - Who hears from a word that it has missed an earlier one asks for all of it, in every second round.
 *
 * What servers say goes through the Redis that joins them, or would (Phoenix's adapter for Redis): who is not subscribed misses it.
 *
 * Leaves out: Erlang's own distribution, by which servers speak with each other directly; that the first round is up to a quarter of one late; several shards; what a word says
 * of third servers; `permdown_on_shutdown`.
 */
import { NONE } from "../network/packets.ts";
import { transmit } from "../network/tcp.ts";
import { FrameKind } from "../trace/frames.ts";
import type { World } from "../world/world.ts";
import { changed, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { beliefRow } from "./looking.ts";
import { REPLICATED } from "./replicated.part.ts";
import { Replica, RoundsEvent, roundsPart } from "./rounds.part.ts";
import { PresenceEvent } from "./store.part.ts";

/** Something for the other servers, or for one of them. */
function say(world: World, server: number, code: number, entity: number, x: number, y: number): void {
  const up = world.presenceStreams.stream[server];
  transmit(world, up, FrameKind.gossip, NONE, code, entity, x, y);
}

/** A server's round: what it has to tell, what it lacks, and of whom it has heard nothing. */
export function beat(world: World, server: number): void {
  const { presenceRounds: rounds, settings } = world;
  const clock = rounds.clock[server];
  const isNews = clock > rounds.toldUpTo[server];
  if (isNews || rounds.silent[server] >= (settings.presence.own.silentPeriods as number)) {
    say(world, server, PresenceEvent.SPREAD, server, isNews ? rounds.toldUpTo[server] : clock, clock);
    rounds.toldUpTo[server] = clock;
    rounds.silent[server] = 0;
  } else rounds.silent[server]++;
  if (rounds.asks[server] === 1) askForMissed(world, server);
  rounds.asks[server] = 1 - rounds.asks[server];
  noticeSilence(world, server);
}

function askForMissed(world: World, server: number): void {
  const { presenceReplicas: replicas, nodes } = world;
  for (let other = 0; other < nodes.count.server; other++) {
    const row = server * nodes.count.server + other;
    if (replicas.lacks[row] === 0) continue;
    replicas.lacks[row] = 0;
    say(world, server, PresenceEvent.ASK, other, server, 0);
  }
}

function noticeSilence(world: World, server: number): void {
  const { presenceReplicas: replicas, nodes, queue } = world;
  let isNews = false;
  for (let other = 0; other < nodes.count.server; other++) {
    const row = server * nodes.count.server + other;
    if (replicas.is[row] === Replica.up && replicas.downAtUs[row] < queue.nowUs) {
      replicas.is[row] = Replica.down;
      isNews = true;
    }
    if (replicas.is[row] === Replica.down && replicas.goneAtUs[row] < queue.nowUs) {
      replicas.is[row] = Replica.unknown;
      replicas.heard[row] = 0;
    }
  }
  if (isNews) listAgain(world, server);
  // What came up while it stood still.
  for (let user = 0; user < world.settings.users.length; user++)
    changed(world, beliefRow(world, server, user));
}

/** A server asks for all that this one knows of its own. */
export function answerAll(world: World, server: number, asker: number): void {
  say(world, server, PresenceEvent.STATE, asker, server, world.presenceRounds.clock[server]);
}

/** Another server's word has come. */
export function hear(world: World, server: number, x: number, to: number): void {
  const { presenceReplicas: replicas, nodes, queue, settings } = world;
  const { downUs, permdownUs } = settings.presence.own;
  const servers = nodes.count.server;
  const row = server * servers + (x % servers);
  const from = Math.floor(x / servers);
  const wasUp = replicas.is[row] === Replica.up;
  const before = replicas.heard[row];
  replicas.is[row] = Replica.up;
  replicas.downAtUs[row] = queue.nowUs + (downUs as number);
  replicas.goneAtUs[row] = queue.nowUs + (permdownUs as number);
  if (from > before) replicas.lacks[row] = 1;
  else replicas.heard[row] = Math.max(before, to);
  if (!wasUp || replicas.heard[row] !== before) listAgain(world, server);
}

/** Who is online as far as a server knows, all counted anew. */
function listAgain(world: World, server: number): void {
  const { settings, users, presenceTracks: tracks } = world;
  const counts = new Int32Array(settings.users.length);
  for (let session = 0; session < tracks.rows; session++)
    if (isKnown(world, server, session)) counts[userOf(world, session)]!++;
  for (const [user, count] of counts.entries()) {
    const row = beliefRow(world, server, user);
    users.entries[row] = count;
    changed(world, row);
  }
}

/** Whether a session stands, as far as a server knows. */
function isKnown(world: World, server: number, session: number): boolean {
  const { sessions, presenceTracks: tracks, presenceReplicas: replicas, nodes } = world;
  const joined = tracks.joined[session];
  const left = tracks.left[session];
  const at = sessions.server[session];
  if (joined === 0) return false;
  if (at === server) return left === 0;
  const row = server * nodes.count.server + at;
  const heard = replicas.heard[row];
  return replicas.is[row] === Replica.up && joined <= heard && (left === 0 || left > heard);
}

/** A server knows of its own connections at once. */
function countOwn(world: World, session: number, by: 1 | -1): void {
  const row = beliefRow(world, world.sessions.server[session], userOf(world, session));
  world.users.entries[row] += by;
  changed(world, row);
}

/** Replicated presence. */
export const replicated = {
  ...REPLICATED,
  begin: (world: World) => {
    const { presenceRounds: rounds, presenceReplicas, nodes } = world;
    const servers = nodes.count.server;
    presenceReplicas.addMany(servers * servers);
    for (let server = 0; server < servers; server++) {
      const row = rounds.add();
      rounds.server[row] = server;
      rounds.silent[row] = world.settings.presence.own.silentPeriods as number;
      world.start(roundsPart, world.add(roundsPart));
      // Behind the connections that stand when the run begins, so that the others know of them.
      world.queue.schedule(0, RoundsEvent.START, server, 0, 0);
    }
  },
  add: (world: World, session: number) => {
    const { presenceTracks: tracks, presenceRounds: rounds, sessions } = world;
    while (tracks.rows <= session) tracks.add();
    tracks.joined[session] = ++rounds.clock[sessions.server[session]];
    countOwn(world, session, 1);
  },
  remove: (world: World, session: number) => {
    const { presenceTracks: tracks, presenceRounds: rounds, sessions } = world;
    tracks.left[session] = ++rounds.clock[sessions.server[session]];
    countOwn(world, session, -1);
  },
  serverDied: (world: World, server: number) => {
    const { presenceReplicas: replicas, nodes } = world;
    world.send(RoundsEvent.STOP, server, 0, 0);
    for (let other = 0; other < nodes.count.server; other++) {
      const row = server * nodes.count.server + other;
      replicas.is[row] = Replica.unknown;
      replicas.heard[row] = 0;
      replicas.lacks[row] = 0;
    }
  },
  serverBooted: (world: World, server: number) => {
    const { presenceRounds: rounds, presenceTracks: tracks, sessions, settings } = world;
    const clock = ++rounds.clock[server];
    for (let session = 0; session < tracks.rows; session++)
      if (sessions.server[session] === server && tracks.joined[session] > 0 && tracks.left[session] === 0)
        tracks.left[session] = clock;
    rounds.toldUpTo[server] = 0;
    rounds.silent[server] = settings.presence.own.silentPeriods as number;
    rounds.asks[server] = 0;
    world.send(RoundsEvent.START, server, 0, 0);
  },
} satisfies PresenceStore;
