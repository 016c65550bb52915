/** The panel of a node lists the timers that run on it at the moment on stage. */
import { expect, it } from "vitest";
import { at, drawn, newPage, openStill, page, text, useBrowser } from "./page.ts";

useBrowser();

const lines = () => at("timers").locator("li").allTextContents();
/** The share of the bar that is left, of the first timer. */
const left = async () => {
  const bar = at("timers").locator("rect.left").first();
  return Number(await bar.getAttribute("width")) / 120;
};

it("says what waits, since when and until when; the bar runs down, and back again", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/broadcast-across-servers?variant=redis&t=1000000&select=n1");
  await expect.poll(() => at("timers").getAttribute("data-us")).toBe("1000000");
  const [first] = await lines();
  expect(first?.replace(/\s+/g, " ")).toMatch(
    /watchdog: after patience since 0\.\d+ s, fires at 45\.\d+ s, in 44\.\d+ s/,
  );
  const early = await left();
  expect(early).toBeGreaterThan(0.9);
  await page.keyboard.press("End");
  await expect.poll(() => at("timers").getAttribute("data-us")).toBe("3000000");
  expect(await left()).toBeLessThan(early);
  await page.locator("h1").focus();
  await page.keyboard.press("Home");
  await expect.poll(() => at("timers").getAttribute("data-us")).toBe("0");
  expect(await lines()).toEqual(["None runs now."]);
});

it("of a server, each is for a client; a change of the run changes them", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/broadcast-across-servers?variant=redis&t=1000000&select=n3");
  await expect.poll(async () => (await lines()).join(" ")).toMatch(/heartbeat for A: after interval/);
  expect((await lines()).join(" ")).not.toMatch(/ for B/);
  const before = await text("fingerprint");
  await at("selection").getByRole("button", { name: "Crash", exact: true }).click();
  await expect.poll(() => text("fingerprint")).not.toBe(before);
  await drawn();
  await expect.poll(async () => (await lines()).join(" ")).not.toMatch(/heartbeat/);
});
