import { APART } from "../apart.ts";
import type { Handler } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import { OutputBufferEvent, outputBufferPart } from "./output-buffer.part.ts";

/** Redis's output buffers; what they do is in output-buffer.ts. */
function handle(world: World, code: number, server: number, x: number, y: number): void {
  APART.outputBuffer.handleOutput(world, code, server, x, y);
}

/** Its process reads what is pushed; all else is Redis's. */
function nodeOf({ nodes }: World, code: number, server: number): number {
  return code === OutputBufferEvent.PUSH ? nodes.first.server + server : nodes.first.backplane;
}

export const outputBuffer = { part: outputBufferPart, handle, nodeOf } satisfies Handler;
