/**
 * Presence that is told: a server says to everybody who has the page open that a connection has begun or ended there, by a message like any
 * other (`io.emit`). So it goes to other servers only by the backplane, each member's copy has a fate of its own, and a process that is killed tells
 * nobody. Each join and each leave goes in once and out to each member: with n members that come and go, 2 × n × (1 + n). FACTS §6.
 *
 * Leaves out: servers that first look whether the user has other connections, changes that are told together, and rooms.
 */
import { sendMessage } from "../fate/oracle.ts";
import { NONE } from "../network/packets.ts";
import { fanOut } from "../server/adapter.ts";
import { Audience, RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";
import { userOf } from "./entries.ts";

/** A connection has begun. Those that stand when the run begins are no news. */
export function tellJoin(world: World, session: number): void {
  if (world.queue.nowUs > 0) tell(world, session, 1);
}

/** A connection is over. */
export function tellLeave(world: World, session: number): void {
  tell(world, session, 0);
}

function tell(world: World, session: number, isOnline: number): void {
  const { settings, sessions, nodes } = world;
  if (settings.presence.own.tellsEverybody !== true) return;
  const server = sessions.server[session];
  const place = nodes.first.server + server;
  const message = sendMessage(world, place, Audience.everyone, NONE);
  world.record(RecordKind.news, settings.users[userOf(world, session)]!, isOnline, message, 0, 0);
  fanOut(world, server, message);
}
