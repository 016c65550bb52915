/** A packet, a copy or a message is followed: the view goes along, the caption says where it is, and playing stops where it ends. */
import { expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import { IS_DEEP } from "../support/depth.ts";
import {
  at,
  clockUs,
  drawn,
  hash,
  newPage,
  noteTexts,
  openCold,
  openStill,
  page,
  text,
  useBrowser,
} from "./page.ts";

useBrowser();

const isPlaying = async () => (await at("play").getAttribute("aria-label")) === "Pause";
/** The part of the stage that is shown: x, y, width, height. */
const shown = async () =>
  (await page.locator("svg.topology").getAttribute("viewBox"))!.split(" ").map(Number) as [
    number,
    number,
    number,
    number,
  ];

it("goes on hop by hop, says where it is, and stops where it arrives", async () => {
  await newPage();
  const said = await noteTexts("narration");
  const spoken = await noteTexts("spoken");
  await openStill("#/broadcast-across-servers?variant=redis&t=505000&select=c0");
  await at("follow").click();
  await expect.poll(async () => (await isPlaying()) || (await clockUs()) > 505_000).toBe(true);
  await expect.poll(() => text("narration"), { timeout: 30_000 }).toMatch(/arrives at B: 6 hops/);
  await expect.poll(isPlaying).toBe(false);
  const sentences = (await said()).map((one) => /B’s copy .*$/.exec(one)?.[0]);
  for (const hop of [
    "B’s copy of A’s message is on its way from A to the balancer: hop 1.",
    "B’s copy of A’s message is on its way from the backplane to server-2: hop 4.",
    "B’s copy of A’s message is on its way from the balancer to B: hop 6.",
  ])
    expect(sentences).toContain(hop);
  // Who does not see it hears the same.
  expect(await spoken()).toContain(
    "B’s copy of A’s message is on its way from the backplane to server-2: hop 4.",
  );
  // Where it ended is where the clock stands.
  const arrivedUs = await clockUs();
  expect(await text("narration")).toContain(`Following ${arrivedUs / 1e6} s`);
  await expect.poll(hash).toContain(`t=${arrivedUs}&select=c0&follow=1`);
  await openCold();
  await expect.poll(() => text("narration")).toMatch(/^Following .* arrives at B: 6 hops/);
  await at("unfollow").click();
  await expect.poll(() => text("narration")).not.toMatch(/Following/);
  await expect.poll(hash).not.toContain("follow");
});

it("by key, and says why it died; who wants no motion steps", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/broadcast-across-servers?variant=no-backplane&t=100000&select=m0");
  await page.keyboard.press("f");
  await expect.poll(() => text("narration")).toContain("from A to the balancer: hop 1.");
  expect(await isPlaying()).toBe(false);
  const [, , whole] = await shown();
  for (let i = 0; i < 4 && !(await text("narration")).includes("dies"); i++) {
    await page.keyboard.press("ArrowRight");
    await drawn();
    expect((await shown())[2]).toBe(whole);
  }
  expect(await text("narration")).toMatch(
    /✕ B’s copy of A’s message dies at server-1: no local socket, no backplane\./,
  );
  await page.keyboard.press("f");
  await expect.poll(() => text("narration")).not.toMatch(/^Following/);
});

it("another run is followed too; choosing something else ends it", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/broadcast-across-servers?variant=redis&t=505000&select=c0&follow=1");
  await expect.poll(() => text("narration")).toMatch(/^Following .*hop 1\.$/);
  await page.locator('[data-node="server-2"]').click();
  await expect.poll(() => text("narration")).not.toMatch(/^Following/);
});

const crowd = async () =>
  packText(
    JSON.stringify({
      version: 1,
      name: "crowd",
      title: "A crowd",
      summary: "A crowd.",
      durationMs: 4000,
      servers: { count: 3 },
      backplane: { kind: "redis" },
      clients: [
        { name: "first", transport: "websocket" },
        { name: "crowd", count: 120, transport: "websocket", startMs: 100 },
      ],
      workload: [{ from: "first", to: "others", atMs: 1500 }],
    }),
  );

const PLACES: readonly (readonly [where: string, width: number, address: () => Promise<string>])[] = [
  ["on a phone", 390, async () => "#/broadcast-across-servers?variant=redis&t=505000&select=c0"],
  ["in a crowd", 1280, async () => `#/?file=${await crowd()}&t=1505000&select=c100`],
];

it.runIf(IS_DEEP).each(PLACES)(
  "%s the stage comes near, and what is followed stays in view",
  async (_where, width, address) => {
    await newPage({ viewport: { width, height: 844 } });
    await openStill(await address());
    const [, , whole] = await shown();
    await at("follow").click();
    // What was seen in each picture: how much of the stage, and whether the ring was in it.
    const seen = await at("stage").evaluate(async (stage) => {
      const canvas = stage.querySelector("canvas")!;
      const rings: { width: number; inside: boolean }[] = [];
      const { arc, clearRect } = CanvasRenderingContext2D.prototype;
      let ring: { x: number; y: number } | null = null;
      CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (this.canvas === canvas) ring = null;
        clearRect.apply(this, box);
      };
      CanvasRenderingContext2D.prototype.arc = function (...circle) {
        if (this.canvas === canvas && this.lineWidth === 3) {
          const { a, d, e, f } = this.getTransform();
          ring = { x: a * circle[0] + e, y: d * circle[1] + f };
        }
        arc.apply(this, circle);
      };
      const play = () => document.querySelector("fanout-app")!.shadowRoot!.querySelector("fanout-transport")!;
      const label = () => play().shadowRoot!.querySelector("[data-testid=play]")!.getAttribute("aria-label");
      for (let i = 0; i < 600 && !(i > 20 && label() === "Play"); i++) {
        await new Promise(requestAnimationFrame);
        const at = ring as { x: number; y: number } | null;
        if (at === null) continue;
        const inside = at.x >= 0 && at.y >= 0 && at.x <= canvas.width && at.y <= canvas.height;
        rings.push({
          width: Number(stage.querySelector("svg.topology")!.getAttribute("viewBox")!.split(" ")[2]),
          inside,
        });
      }
      return rings;
    });
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.filter(({ inside }) => !inside)).toEqual([]);
    expect(Math.min(...seen.map((one) => one.width))).toBeLessThan(0.7 * whole);
  },
);
