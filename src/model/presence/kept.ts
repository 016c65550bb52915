import type { World } from "../world/world.ts";

/** Whether anybody keeps who is online. */
export function keepsPresence({ users }: World): boolean {
  return users.rows > 0;
}
