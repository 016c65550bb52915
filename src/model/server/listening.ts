/** Whether a server's process takes new connections. */
import type { World } from "../world/world.ts";
import { serverPart } from "./server.part.ts";

export function listens(world: World, server: number): boolean {
  return world.isIn(serverPart, server, "up") || world.isIn(serverPart, server, "preStop");
}
