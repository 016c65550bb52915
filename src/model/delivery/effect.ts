/** What is asked of a server is done. */
import { carry, deliver, endBranch } from "../fate/oracle.ts";
import { RecordKind } from "../trace/records.ts";
import type { World } from "../world/world.ts";

/** A server does what a message asks for. A branch of it ends. */
export function act(world: World, message: number, place: number): void {
  const { messages } = world;
  const copy = messages.firstCopy[message];
  world.record(RecordKind.done, message, place, messages.sender[message], 0, 0);
  carry(world, copy);
  deliver(world, copy);
  endBranch(world, message, place);
}
