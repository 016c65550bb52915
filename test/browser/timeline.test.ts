/** A long run has an overview on the timeline: what is in view of it is moved and zoomed with mouse, fingers, wheel and keys. */
import { expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { at, clockUs, drawn, newPage, openStill, page, useBrowser } from "./page.ts";

useBrowser();

/** A minute of chatter, with servers that know nothing of each other: some copies arrive, some are lost. */
const LONG = {
  version: 1,
  name: "long",
  title: "A long run",
  summary: "A minute.",
  durationMs: 60_000,
  clients: [{ name: "A", transport: "websocket", count: 4 }],
  servers: { count: 2 },
  backplane: { kind: "none" },
  workload: [{ from: "A", to: "others", everyMs: { minMs: 2000, maxMs: 4000 } }],
} as ScenarioInput;

async function openLong(options: Parameters<typeof newPage>[0] = {}): Promise<void> {
  await newPage({ reducedMotion: "reduce", ...options });
  await openStill(`#/?file=${await packText(JSON.stringify(LONG))}&t=1000000`);
  await at("overview").waitFor();
}

/** What is in view, in seconds. */
async function inView(): Promise<{ from: number; to: number }> {
  const said = (await at("overview-part").getAttribute("aria-valuetext")) ?? "";
  const [, from, to] = /^from ([\d.]+) s to ([\d.]+) s, of 60\.000 s$/.exec(said) ?? [];
  return { from: Number(from), to: Number(to) };
}

/** Waits until something else is in view, and answers what. */
async function next(before: { from: number; to: number }): Promise<{ from: number; to: number }> {
  await expect.poll(inView).not.toEqual(before);
  return inView();
}

const span = ({ from, to }: { from: number; to: number }) => to - from;

it("marks what is in view; dragging moves it, its ends pull, drawing takes another; the clock stays where it is", async () => {
  await openLong();
  const first = await inView();
  expect(first.from).toBeLessThan(1);
  expect(first.to).toBeGreaterThan(1);
  expect(first.to).toBeLessThan(30);
  const box = (await at("overview").boundingBox())!;
  const y = box.y + box.height / 2;
  const drag = async (fromX: number, toX: number) => {
    await page.mouse.move(fromX, y);
    await page.mouse.down();
    await page.mouse.move(toX, y, { steps: 3 });
    await page.mouse.up();
  };
  await drag(box.x + box.width * 0.5, box.x + box.width * 0.75);
  const drawnAnew = await next(first);
  expect(drawnAnew.from).toBeGreaterThan(20);
  expect(drawnAnew.to).toBeLessThan(50);
  const part = (await at("overview-part").boundingBox())!;
  await drag(part.x + part.width / 2, part.x + part.width / 2 - 100);
  const moved = await next(drawnAnew);
  expect(moved.from).toBeLessThan(drawnAnew.from);
  expect(moved.to).toBeLessThan(drawnAnew.to);
  const there = (await at("overview-part").boundingBox())!;
  await drag(there.x + there.width - 1, there.x + there.width + 60);
  const pulled = await next(moved);
  expect(pulled.to).toBeGreaterThan(moved.to);
  expect(Math.abs(pulled.from - moved.from)).toBeLessThan(0.2);
  expect(await clockUs()).toBe(1_000_000);
});

it("is moved and zoomed by keys, and by the wheel", async () => {
  await openLong();
  await at("overview-part").focus();
  let before = await inView();
  await page.keyboard.press("ArrowRight");
  let after = await next(before);
  expect(after.from).toBeGreaterThan(before.from);
  before = after;
  await page.keyboard.press("+");
  after = await next(before);
  expect(span(after)).toBeLessThan(span(before));
  before = after;
  await page.keyboard.press("End");
  after = await next(before);
  expect(after.to).toBe(60);
  before = after;
  await page.keyboard.press("0");
  after = await next(before);
  expect(after).toEqual({ from: 0, to: 60 });
  const box = (await at("overview").boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 20);
  await page.mouse.wheel(0, -400);
  before = after;
  after = await next(before);
  expect(span(after)).toBeLessThan(span(before));
  expect(await clockUs()).toBe(1_000_000);
});

it("two fingers on the timeline zoom in where they are", async () => {
  await openLong({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await at("timeline").scrollIntoViewIfNeeded();
  await drawn();
  const before = await inView();
  const box = (await at("timeline").boundingBox())!;
  const y = box.y + 60;
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", xs: readonly number[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
  await touch("touchStart", [box.x + 180]);
  await touch("touchStart", [box.x + 180, box.x + 220]);
  await touch("touchMove", [box.x + 140, box.x + 280]);
  await touch("touchEnd", []);
  const after = await next(before);
  expect(span(after)).toBeLessThan(span(before));
});

it("a short run needs none", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/broadcast-across-servers?variant=redis&t=700000");
  await drawn();
  expect(await at("overview").count()).toBe(0);
});
