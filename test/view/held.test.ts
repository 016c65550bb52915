/** Requests that wait at a server, as the stage shows them. */
import { expect, it } from "vitest";
import { simulate } from "../../src/run/simulate.ts";
import { indexFrames } from "../../src/view/run/frames.ts";
import { heldAt, indexHeld } from "../../src/view/run/held.ts";
import { indexRequests } from "../../src/view/run/requests.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";

const { scenario } = LESSON_VARIANTS.find(
  ({ name, variant }) => name === "long-polling-gaps" && variant === "no-cursor",
)!;

function heldIn(run: ReturnType<typeof simulate>) {
  return indexHeld(indexRequests(run), indexFrames(run));
}

it("a long poll waits from its arrival until it is answered, and nobody waits in between", () => {
  const held = heldIn(simulate(scenario));
  const isHeld = (ms: number) => heldAt(held, ms * 1000).length === 1;
  expect(heldAt(held, 500_000)).toMatchObject([{ client: 0, untilUs: 1_000_000 }]);
  // It is under way before; the message at 1 s is its answer; and A pauses before it asks again.
  expect([10, 500, 999, 1000, 1250].map(isHeld)).toEqual([false, true, true, false, false]);
  for (const { fromUs, untilUs } of held.all) expect(fromUs).toBeLessThan(untilUs);
  expect(held.changesUs.length).toBe(2 * held.all.length);
});

it("what is never answered waits until its client asks again, if it ever does", () => {
  const crash = { atMs: 1500, act: "crash" as const, target: "balancer" };
  const held = heldIn(simulate({ ...scenario, faults: [crash] as never }));
  const last = held.all.at(-1)!;
  expect(last.untilUs).toBe(Number.POSITIVE_INFINITY);
});
