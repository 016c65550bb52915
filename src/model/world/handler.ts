import type { Part } from "./part.ts";
import type { World } from "./world.ts";

/** A part that is no statechart: a function handles its events, which is given their codes. */
export interface Handler<P extends Part = Part> {
  readonly part: P;
  readonly handle: (world: World, code: number, entity: number, x: number, y: number) => void;
}
