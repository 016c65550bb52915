import { connected, endBranch, noteReasons } from "../fate/oracle.ts";
import { Cause } from "../trace/causes.ts";
import type { World } from "../world/world.ts";
import type { Backplane } from "./family.ts";

const nothing = () => {};

/**
 * Servers that nothing joins: each reaches its own sockets and nobody else. FACTS §1.8; ground-truth
 * 01-broadcast-no-backplane.
 */
export const none = {
  says: "nothing joins the servers",
  causes: ["noBackplane"],
  // The in-memory adapter.
  keepsSessions: true,
  begin: nothing,
  publish(world: World, server: number, message: number) {
    const place = world.nodes.first.server + server;
    noteReasons(world, message, Cause.noBackplane, place, (other) => other >= 0 && other !== server);
    endBranch(world, message, place);
  },
  publishFrom(world: World, publisher: number, message: number) {
    const place = world.nodes.first.publisher + publisher;
    noteReasons(world, message, Cause.noBackplane, place, connected);
    endBranch(world, message, place);
  },
  serverDied: nothing,
  serverBooted: nothing,
} satisfies Backplane;
