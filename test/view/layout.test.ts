import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crowdOf } from "../../src/view/run/crowd.ts";
import { indexFrames } from "../../src/view/run/frames.ts";
import { indexLedger } from "../../src/view/run/ledger-index.ts";
import { indexNodeStates } from "../../src/view/run/node-states.ts";
import { buildWarp } from "../../src/view/run/warp.ts";
import { edgeDistance, layoutStage, pileX, pileY } from "../../src/view/stage/stage-layout.ts";
import { layoutLanes } from "../../src/view/timeline/lanes.ts";
import {
  axisTicks,
  axisTime,
  axisUnit,
  panAxis,
  wholeAxis,
  zoomAxis,
} from "../../src/view/timeline/timeline-axis.ts";
import { check } from "../support/property.ts";
import { sampleRun } from "./sample.ts";

describe("the stage's layout", () => {
  it("keeps every node on the stage and clients, or their cohorts, apart, on phones and on walls", () => {
    check(
      fc.tuple(
        fc.oneof(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 25, max: 800 })),
        fc.integer({ min: 1, max: 64 }),
        fc.constantFrom([320, 272], [360, 410], [390, 304], [619, 410], [660, 225], [870, 336], [1100, 470]),
      ),
      ([clients, servers, [width, height]]) => {
        const run = sampleRun({ clients, servers, backplane: true, messages: 0 });
        const { nodes } = run;
        const crowd = crowdOf(run, indexNodeStates(run), indexLedger(run));
        expect(crowd === null).toBe(clients <= 24);
        const layout = layoutStage(nodes, width, height, crowd);
        const inside = nodes.every(
          ({ node }) =>
            layout.x[node] - layout.halfWidth[node] >= 0 &&
            layout.x[node] + layout.halfWidth[node] <= width &&
            layout.y[node] - layout.halfHeight[node] >= 0 &&
            layout.y[node] + layout.halfHeight[node] <= height,
        );
        expect(inside).toBe(true);
        const drawn =
          crowd?.cohorts.map(({ members }) => members[0]!) ?? nodes.slice(0, clients).map((_, i) => i);
        const apart = (a: number, b: number) =>
          Math.abs(layout.x[a] - layout.x[b]) >= layout.halfWidth[a] + layout.halfWidth[b] ||
          Math.abs(layout.y[a] - layout.y[b]) >= layout.halfHeight[a] + layout.halfHeight[b];
        const all = [...drawn, ...nodes.filter(({ kind }) => kind !== "client").map(({ node }) => node)];
        for (const [i, a] of all.entries())
          for (const b of all.slice(0, i)) expect([a, b, apart(a, b)]).toEqual([a, b, true]);
      },
      { runs: 60 },
    );
  });

  it("has signs of loss where no name stands, also on a phone and where somebody publishes into a backplane", () => {
    const kinds = ["client", "client", "balancer", "server", "server", "backplane", "publisher"] as const;
    const nodes = kinds.map((kind, node) => ({ node, kind, name: `${kind}-${node}` }));
    for (const [width, height] of [
      [390, 304],
      [320, 272],
      [870, 336],
    ] as const) {
      const layout = layoutStage(nodes, width, height);
      for (const place of layout.tall ? [2, 5] : [2, 5, 6]) {
        const [x, y] = [pileX(layout, place), pileY(layout, place)];
        expect(y + 7).toBeLessThanOrEqual(height);
        for (const { node } of nodes) {
          const isApart =
            Math.abs(layout.x[node] - x) >= layout.halfWidth[node] + 7 ||
            Math.abs(layout.y[node] - y) >= layout.halfHeight[node] + 7;
          expect([place, node, isApart]).toEqual([place, node, true]);
        }
      }
    }
  });

  it("has a place for every node in any window, however narrow or low", () => {
    check(
      fc.tuple(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 64 }),
        fc.constantFrom([1, 1], [1, 400], [32, 32], [33, 400], [80, 300], [619, 1], [1280, 1]),
      ),
      ([clients, servers, [width, height]]) => {
        const run = sampleRun({ clients, servers, backplane: true, messages: 0 });
        const crowd = crowdOf(run, indexNodeStates(run), indexLedger(run));
        const { x, y, halfWidth, halfHeight } = layoutStage(run.nodes, width, height, crowd);
        for (const numbers of [x, y]) expect([...numbers].every(Number.isFinite)).toBe(true);
        for (const halves of [halfWidth, halfHeight])
          expect([...halves].every((half) => half > 0)).toBe(true);
      },
      { runs: 60 },
    );
  });

  it("lets packets end at a box’s edge", () => {
    const { nodes } = sampleRun();
    const layout = layoutStage(nodes, 870, 372);
    const server = nodes.findIndex((n) => n.kind === "server");
    expect(edgeDistance(layout, server, 1, 0)).toBe(layout.halfWidth[server] + 2);
    expect(edgeDistance(layout, server, 0, -1)).toBe(layout.halfHeight[server] + 2);
  });
});

describe("the timeline", () => {
  const run = sampleRun();
  const warp = buildWarp(run, indexFrames(run));

  it("gives few clients a lane each, and many a band", () => {
    expect(layoutLanes(sampleRun({ clients: 4 }).nodes, 300).lines).toHaveLength(7);
    const many = layoutLanes(sampleRun({ clients: 200 }).nodes, 200);
    expect(many.band).not.toBeNull();
    expect(many.labels[0].text).toBe("200 clients");
    expect(many.y[199]).toBeLessThan(many.band!.bottom);
  });

  it("lets lanes lie closer where there is less room, but never so close that their names touch", () => {
    const { nodes } = sampleRun({ clients: 8 });
    const heights = [300, 180, 10].map((height) => layoutLanes(nodes, height));
    expect(heights[1]!.height).toBeLessThanOrEqual(180);
    expect(heights[1]!.height).toBeLessThan(heights[0]!.height);
    const [first, second] = heights[2]!.lines;
    expect(second! - first!).toBe(12);
  });

  it.each([true, false])("zooms around a point and never leaves the run (stretched: %s)", (stretched) => {
    const whole = wholeAxis(warp, run.endUs, stretched);
    check(
      fc.array(
        fc.tuple(fc.double({ min: 0.2, max: 5, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
      ),
      (moves) => {
        let axis = whole;
        for (const [factor, share] of moves) {
          const around = axis.from + (axis.to - axis.from) * 0.3;
          axis = panAxis(zoomAxis(axis, whole, factor, around), whole, share);
          expect(axis.from).toBeGreaterThanOrEqual(-1e-9);
          expect(axis.to).toBeLessThanOrEqual(whole.to + 1e-9);
          expect(axis.to - axis.from).toBeGreaterThan(0);
        }
      },
      { runs: 100 },
    );
    expect(axisTime(warp, stretched, axisUnit(warp, stretched, 1_020_000))).toBeCloseTo(1_020_000, 1);
  });

  it.each([true, false])("labels ticks in order, apart from each other (stretched: %s)", (stretched) => {
    const whole = wholeAxis(warp, run.endUs, stretched);
    const gap = whole.to / 10;
    const ticks = axisTicks(warp, whole, gap);
    expect(ticks.length).toBeGreaterThan(3);
    for (let i = 1; i < ticks.length; i++) {
      expect(ticks[i].unit - ticks[i - 1].unit).toBeGreaterThanOrEqual(gap * 0.99);
      expect(ticks[i].timeUs).toBeGreaterThan(ticks[i - 1].timeUs);
    }
  });

  it("where time is stretched, labels round times before others: no tick takes the place of a rounder one", () => {
    const whole = wholeAxis(warp, run.endUs, true);
    for (const share of [1, 0.4, 0.13]) {
      const axis = { ...whole, to: whole.to * share };
      const gap = axis.to / 10;
      const ticks = axisTicks(warp, axis, gap);
      const endUs = axisTime(warp, true, axis.to);
      const seen = (stepUs: number) =>
        Array.from({ length: Math.floor(endUs / stepUs) + 1 }, (_, i) => axisUnit(warp, true, i * stepUs));
      const isNear = (unit: number) => (tick: (typeof ticks)[number]) =>
        Math.abs(tick.unit - unit) < gap * 1.01;
      for (const [stepUs, digits] of [
        [1_000_000, 0],
        [100_000, 1],
      ] as const)
        for (const unit of seen(stepUs)) {
          const near = ticks.filter(isNear(unit));
          if (near.some((tick) => tick.digits > digits))
            expect(near.some((tick) => tick.digits <= digits)).toBe(true);
        }
      for (const unit of seen(1_000_000)) expect(ticks.some(isNear(unit))).toBe(true);
    }
  });

  it.each([-1, -1e-9, 0, 1e-300, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])(
    "draws no more ticks than one can see, whatever the gap: %d",
    (gap) => {
      for (const stretched of [true, false]) {
        const whole = wholeAxis(warp, run.endUs, stretched);
        expect(axisTicks(warp, whole, gap).length).toBeLessThanOrEqual(1001);
        expect(axisTicks(warp, { ...whole, from: Number.NaN, to: Number.NaN }, gap)).toEqual([]);
      }
    },
  );
});
