/** Runs that take long: they can be cancelled, those that were cut say so, and go on. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { IS_DEEP } from "../support/depth.ts";
import {
  at,
  aWhile,
  hash,
  newPage,
  open,
  openStill,
  openTab,
  page,
  picture,
  text,
  textOf,
  useBrowser,
} from "./page.ts";

useBrowser();

const STORM = readFileSync(new URL("../reports/n-storm.json", import.meta.url), "utf8");
const LESSON = "#/broadcast-across-servers?variant=redis&t=700000";

/** Opens a file as a reader does. */
const openFile = (content: string) =>
  page
    .locator("#file")
    .setInputFiles({ name: "own.json", mimeType: "application/json", buffer: Buffer.from(content) });

/**
 * The worker's clock goes on by so many ms whenever it is looked at, and not otherwise: a run is then cut after the same number
 * of events on every machine.
 */
async function clockOfWorker(stepMs: number): Promise<void> {
  await page.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const clock = `{ let now = 0; performance.now = () => (now += ${stepMs}); }`;
    await route.fulfill({ response, body: `${clock}\n${await response.text()}` });
  });
}

it("a run that is being computed is cancelled at once, and leaves the page as it was", async () => {
  await newPage({ reducedMotion: "reduce" });
  // With a clock that stands still nothing cuts the run: it ends by being cancelled, or after millions of events.
  await clockOfWorker(0);
  await openStill(LESSON);
  const before = await picture();
  const [print, address] = [await text("fingerprint"), await hash()];
  await openFile(STORM.replace('"durationMs": 60000', '"durationMs": 3600000'));
  const busy = page.locator(".busy");
  await busy.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(() => text("problems")).toContain("It was cancelled");
  expect(await busy.count()).toBe(0);
  expect(await text("fingerprint")).toBe(print);
  await aWhile();
  expect(await hash()).toBe(address);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect.poll(picture).toEqual(before);
  // And it is alive: another run is computed.
  await openTab("Knobs");
  await page.locator("[data-knob='network.client.latencyMs']").fill("35");
  await page.locator("[data-knob='network.client.latencyMs']").blur();
  await expect.poll(() => text("fingerprint")).not.toBe(print);
});

it("a run that was cut says so on clock and timeline, goes on as far as the page goes, and says how far", async () => {
  await newPage({ reducedMotion: "reduce" });
  await clockOfWorker(1000);
  await open();
  await openFile(STORM);
  await at("cut").waitFor();
  const facts = page.locator("fanout-run-facts dl");
  const cutAtS = async () => Number(/^cut at ([\d.]+) s of 60 s$/.exec(await text("cut"))?.[1]);
  const first = await cutAtS();
  expect(first).toBeGreaterThan(0);
  expect(await text("clock")).toContain("cut: it would go on to 60 s");
  expect(await textOf(facts)).toContain("cut short by the limit on wall clock");
  const print = await text("fingerprint");
  await at("go-on").click();
  await expect.poll(() => text("fingerprint")).not.toBe(print);
  // A new run's timeline follows its stage by a task.
  await expect.poll(cutAtS).toBeGreaterThan(first);
  expect(await cutAtS()).toBeLessThan(60);
  // That is as far as the page goes.
  await expect.poll(() => at("go-on").count()).toBe(0);
});

it.runIf(IS_DEEP)("a run that was cut and goes on to its end says no more of it", async () => {
  await newPage({ reducedMotion: "reduce" });
  await clockOfWorker(300);
  await open();
  await openFile(STORM.replace('"durationMs": 60000', '"durationMs": 8000'));
  await at("cut").waitFor();
  await at("go-on").click();
  await expect.poll(() => at("cut").count()).toBe(0);
  expect(await text("clock")).toContain("s of 8");
  expect(await at("go-on").count()).toBe(0);
});
