/** Beside the knobs stands the ladder of timeouts: it says which pair breaks, and follows the knobs. */
import { expect, it } from "vitest";
import { IS_DEEP } from "../support/depth.ts";
import { at, newPage, openStill, openTab, page, textOf, useBrowser, widths } from "./page.ts";

useBrowser();

const rungs = async () =>
  (await at("ladder").locator("li").allTextContents()).map((line) => line.replace(/\s+/g, " ").trim());
const verdict = () => textOf(at("ladder").locator(".verdict"));

it("has the shortest time at the bottom, with the pair that breaks, until a knob mends it", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/timeout-ladder?variant=ping-30s");
  await openTab("Knobs");
  await expect
    .poll(rungs)
    .toEqual([
      "TCP gives up what nobody acknowledges924.6 s",
      "balancer closes what is silent60 s",
      "the client gives up a server that is silent50 s",
      "the server gives up a client that answers no ping50 s",
      "the server pings30 s",
      "✕ breaks: edge closes what is silent20 s",
    ]);
  expect(await verdict()).toContain("before the first ping, which comes after 30 s");
  const field = page.getByRole("spinbutton", { name: /ping interval/ });
  await field.fill("10000");
  await field.press("Enter");
  await expect.poll(verdict).toBe("nothing strikes as long as pings come.");
  await expect.poll(async () => (await rungs()).at(-1)).toBe("the server pings10 s");
});

it.runIf(IS_DEEP)("fits a phone", async () => {
  await newPage({ viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
  await openStill("#/timeout-ladder?variant=ping-30s");
  await openTab("Knobs");
  await expect.poll(async () => (await rungs()).length).toBe(6);
  const { page: wide, window } = await widths();
  expect(wide).toBeLessThanOrEqual(window);
});

it("has below it what the scenario says in vain", async () => {
  await newPage({ reducedMotion: "reduce" });
  const late = encodeURIComponent('workload=[{"from":"A","to":"server","atMs":200000}]');
  await openStill(`#/timeout-ladder?variant=ping-30s&set=${late}`);
  await openTab("Knobs");
  await expect.poll(() => textOf(at("notes"))).toContain("A sends at 200000 ms, after the end, at 100000 ms");
  await openStill("#/timeout-ladder?variant=ping-30s");
  await openTab("Knobs");
  await expect.poll(rungs).toHaveLength(6);
  expect(await at("notes").count()).toBe(0);
});
