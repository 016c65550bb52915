import { APART } from "../apart.ts";
import type { Handler } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import { outputBufferPart } from "./output-buffer.part.ts";

/** Redis's output buffers; what they do is in output-buffer.ts. */
function handle(world: World, code: number, server: number, x: number, y: number): void {
  APART.outputBuffer.handleOutput(world, code, server, x, y);
}

export const outputBuffer = { part: outputBufferPart, handle } satisfies Handler;
