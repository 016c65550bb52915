/** Who sends what, and when: the lines of the workload, for each of their senders. */
import type { Choices } from "../../kernel/choices.ts";
import { exponentialUs, uniformUs } from "../../kernel/sampling.ts";
import { Purpose } from "../trace/purposes.ts";
import type { GapUs } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import { sendMessage } from "./oracle.ts";

/** How long until a sender sends. Time goes on, however short it is; the plainest is that nothing is sent for long. */
export function drawGapUs(choices: Choices, purpose: number, gap: GapUs): number {
  if (!("meanUs" in gap)) return uniformUs(choices, purpose, gap.minUs, gap.maxUs);
  return Math.max(1, exponentialUs(choices, purpose, gap.meanUs, "longest"));
}

/** Schedules a sender's next time, as an event of its part: `code` and `entity`; x is the line. */
export function scheduleNext(world: World, code: number, entity: number, line: number): void {
  const { every, untilUs } = world.settings.sends[line]!;
  if (every === null) return;
  const atUs = world.queue.nowUs + drawGapUs(world.choices, Purpose.sendGap, every);
  if (atUs <= untilUs) world.queue.schedule(atUs, code, entity, line, 0);
}

/** A sender's application sends what the line says, and will again. Returns the message. */
export function sendLine(world: World, sender: number, code: number, entity: number, line: number): number {
  const { audience, target, eventId, isVolatile, bytes } = world.settings.sends[line]!;
  scheduleNext(world, code, entity, line);
  const message = sendMessage(world, sender, audience, target);
  world.messages.eventId[message] = eventId;
  if (isVolatile) world.messages.isVolatile[message] = 1;
  if (bytes > 0) world.messages.bytes[message] = bytes;
  return message;
}
