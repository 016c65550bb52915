import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexFrames } from "../../src/view/run/frames.ts";
import { buildWarp, playLength, toPlay, toSim } from "../../src/view/run/warp.ts";
import { check } from "../support/property.ts";
import { sampleRun } from "./sample.ts";

describe("play time", () => {
  const run = sampleRun({ backplane: true });
  const frames = indexFrames(run);
  const warp = buildWarp(run, frames);

  it("is strictly increasing and covers the run", () => {
    for (let i = 1; i < warp.simUs.length; i++) {
      expect(warp.simUs[i]).toBeGreaterThan(warp.simUs[i - 1]);
      expect(warp.playS[i]).toBeGreaterThan(warp.playS[i - 1]);
    }
    expect(warp.simUs[0]).toBe(0);
    expect(warp.simUs.at(-1)).toBe(run.endUs);
  });

  it("goes there and back", () => {
    check(
      fc.double({ min: 0, max: run.endUs, noNaN: true }),
      (t) => expect(toSim(warp, toPlay(warp, t))).toBeCloseTo(t, 2),
      { runs: 100 },
    );
  });

  it("keeps every hop of a message on screen for at least half a second, however short it is", () => {
    for (let i = 0; i < frames.length; i++)
      expect(toPlay(warp, frames.endUs[i]) - toPlay(warp, frames.startUs[i])).toBeGreaterThan(0.5);
  });

  it("shows the first death within ten seconds", () => {
    const broken = sampleRun();
    const w = buildWarp(broken, indexFrames(broken));
    expect(toPlay(w, 1_020_500)).toBeLessThan(10);
  });

  it("stays short for a crowd", () => {
    const crowd = sampleRun({ clients: 60, messages: 200 });
    expect(playLength(buildWarp(crowd, indexFrames(crowd)))).toBeLessThanOrEqual(150.001);
  });

  it("maps an empty run", () => {
    const empty = { ...run, trace: { ...run.trace, length: 0 } };
    const w = buildWarp(empty, indexFrames(empty));
    expect(toSim(w, playLength(w))).toBe(run.endUs);
  });
});
