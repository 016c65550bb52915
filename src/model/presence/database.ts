import { NONE } from "../network/packets.ts";
import { transmit } from "../network/tcp.ts";
import { FrameKind } from "../trace/frames.ts";
import type { World } from "../world/world.ts";
import { DATABASE } from "./database.part.ts";
import { keep, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { believe } from "./looking.ts";
import { PresenceEvent } from "./store.part.ts";

/**
 * A table in a database, and pages that ask: every so often each page's question writes when it was seen last, and reads who was seen a short while ago.
 * Nobody says that a page has gone. So it takes two statements a page and question, whether or not anything has changed, and everybody
 * is wrong for as long as nobody asks: a join is seen within one such time, a leave within one and the rows' age. FACTS §6.
 *
 * The database outlives its process, and stands on the node of the store. A server believes what the latest answer said to one of its pages; a page may be
 * behind that by the time between two questions.
 *
 * Leaves out: indexes, locks and how long a statement takes, connections of a pool, and statements that fail.
 */
export const database = {
  ...DATABASE,
  add: (world: World, session: number) => {
    const { sessions, settings, presenceStreams } = world;
    keep(world, session, userOf(world, session), settings.presence.own.ttlUs as number);
    const server = sessions.server[session];
    const down = presenceStreams.stream[server] + 1;
    transmit(world, down, FrameKind.onlineRows, NONE, PresenceEvent.ANSWERED, server, 0, 0);
  },
  remove: null,
  hear: (world: World, server: number) => {
    const { settings, users, presenceLooks } = world;
    if (presenceLooks.isLooking[server] === 0) return;
    for (let user = 0; user < settings.users.length; user++)
      believe(world, server, user, users.entries[user] > 0);
  },
} satisfies PresenceStore;
