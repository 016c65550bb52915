import type { Part } from "./part.ts";
import type { World } from "./world.ts";

/** No node. */
export const NOWHERE = -1;

/**
 * A part that is no statechart: a method handles its events, which is given their codes. Each is an object of a class of its own:
 * then the engine can tell from the class which method is called, and compile it into its caller.
 */
export interface Handler<P extends Part = Part> {
  readonly part: P;
  handle(world: World, code: number, entity: number, x: number, y: number): void;
  /** On which node an event happens; {@link NOWHERE}, or no such method: on none, or on no one node. */
  nodeOf?(world: World, code: number, entity: number): number;
}
