/** A packet that is chosen on stage is named so that a fault strikes it, and no other. */
import { describe, expect, it } from "vitest";
import type { RunResult } from "../../src/run/result.ts";
import { simulate } from "../../src/run/simulate.ts";
import { withSettings } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { type FrameIndex, indexFrames } from "../../src/view/run/frames.ts";
import { hopsOf, packetName } from "../../src/view/run/hops.ts";
import { lesson, opened } from "./lessons.ts";

/** The same frame in another run, dropped: it leaves at the same time, between the same nodes. */
const isDroppedIn = (run: RunResult, frames: FrameIndex, frame: number) => {
  const other = indexFrames(run);
  return other.startUs.some(
    (startUs, i) =>
      startUs === frames.startUs[frame] &&
      other.from[i] === frames.from[frame] &&
      other.to[i] === frames.to[frame] &&
      other.kind[i] === frames.kind[frame] &&
      other.dropped[i] === 1,
  );
};

const runWith = (scenario: Scenario, named: ReturnType<typeof packetName>) =>
  simulate(
    opened(withSettings(scenario, { faults: [...scenario.faults, { act: "drop", ...named }] as never })),
  );

describe("the name of a packet", () => {
  it.each([
    ["WebSocket and Redis", lesson("broadcast-across-servers", "redis")],
    ["long polling", lesson("polling-handshake", "cookie")],
    ["a lossy link", lesson("broadcast-across-servers", "redis", { "network.client.loss": 0.2 })],
  ])("is that of the packet which a fault then drops: %s", (_what, scenario) => {
    const run = simulate(scenario);
    const frames = indexFrames(run);
    let others = 0;
    for (let frame = 0; frame < Math.min(frames.length, 40); frame++) {
      if (frames.dropped[frame] === 1) continue;
      const name = packetName(run, frames, frame);
      expect(isDroppedIn(runWith(scenario, name), frames, frame), JSON.stringify(name)).toBe(true);
      // Another number is another packet.
      if (!isDroppedIn(runWith(scenario, { ...name, packet: name.packet + 1 }), frames, frame)) others++;
    }
    expect(others).toBeGreaterThan(0);
  });
});

it("the way of a message is told packet by packet, that of a copy only where it leads to its recipient", () => {
  const run = simulate(lesson("broadcast-across-servers", "redis"));
  const frames = indexFrames(run);
  const [, b] = run.nodes;
  expect(hopsOf(run, frames, 0, b!.node).map(({ words }) => words)).toEqual([
    "message from A to balancer",
    "message from balancer to server-1",
    "publish from server-1 to backplane",
    "push from backplane to server-1",
    "push from backplane to server-2",
    "copy from server-2 to balancer",
    "copy from balancer to B",
  ]);
});
