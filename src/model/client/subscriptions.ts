/** Clients that ask a server for messages over plain HTTP, and send by requests of their own: without Engine.IO. */
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { connectionPart } from "./connection.part.ts";

export function subscribes(world: World, client: number): boolean {
  const { transport } = ofClient(world, connectionPart, client);
  return transport === "long-polling" || transport === "sse";
}
