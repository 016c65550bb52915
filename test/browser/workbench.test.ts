/** One screen: what belongs together stands together, on any window; the course; keys; what is heard. */
import { expect, it } from "vitest";
import { sampled } from "../support/depth.ts";
import {
  at,
  clockUs,
  drawn,
  focused,
  hash,
  newPage,
  openStill,
  openTab,
  page,
  text,
  textOf,
  useBrowser,
} from "./page.ts";

useBrowser();

const BROKEN = "#/broadcast-across-servers?variant=no-backplane";

it.each(
  sampled(
    [
      [1024, 700],
      [1440, 900],
      [1920, 1080],
    ] as const,
    3,
  ),
)(
  "on %i × %i stage, timeline and panel are on one screen, and nothing scrolls the page",
  async (width, height) => {
    await newPage({ viewport: { width, height }, reducedMotion: "reduce" });
    await openStill(`${BROKEN}&t=700000`);
    for (const tab of ["Story", "Knobs", "Messages", "Requests", "Rules", "Cost"]) {
      await openTab(tab);
      await drawn();
      const sizes = await page.evaluate(() => ({
        height: document.documentElement.scrollHeight,
        width: document.documentElement.scrollWidth,
      }));
      expect(sizes).toEqual({ height, width });
      for (const part of [
        "fanout-stage",
        "fanout-caption",
        "fanout-transport",
        "fanout-timeline",
        "fanout-panel",
      ]) {
        const box = (await page.locator(part).boundingBox())!;
        expect(box.y + box.height, `${part} at ${tab}`).toBeLessThanOrEqual(height);
        expect(box.x + box.width, `${part} at ${tab}`).toBeLessThanOrEqual(width);
      }
      expect((await page.locator("fanout-stage").boundingBox())!.height).toBeGreaterThanOrEqual(190);
    }
  },
);

it.each([
  [1024, 700],
  [1280, 720],
])("on %i × %i nothing of a run with many lanes covers anything else", async (width, height) => {
  await newPage({ viewport: { width, height }, reducedMotion: "reduce" });
  await openStill("#/who-publishes?variant=twice&t=7000000");
  const parts = [
    "fanout-stage .frame",
    "fanout-legend",
    "fanout-caption",
    "fanout-transport",
    "fanout-timeline",
  ];
  const boxes = await Promise.all(parts.map(async (part) => (await page.locator(part).boundingBox())!));
  let belowPrevious = 0;
  for (const [i, { y, height: own }] of boxes.entries()) {
    expect(y, parts[i]).toBeGreaterThanOrEqual(belowPrevious - 1);
    belowPrevious = y + own;
  }
  expect(belowPrevious).toBeLessThanOrEqual(height);
});

it("on a phone the stage stays in view while one reads", async () => {
  await newPage({ viewport: { width: 390, height: 844 }, hasTouch: true, reducedMotion: "reduce" });
  await openStill(`${BROKEN}&t=700000&tab=rules`);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await drawn();
  const stage = (await at("stage").boundingBox())!;
  expect(stage.y).toBeGreaterThanOrEqual(0);
  expect(stage.y + stage.height).toBeLessThan(500);
  const targets = await page
    .locator("fanout-transport button:visible, fanout-panel [role=tab]")
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
  expect(Math.min(...targets)).toBeGreaterThanOrEqual(44);
});

it("a knob acts while it is dragged, and all of a drag is one change", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${BROKEN}&t=700000&tab=knobs`);
  const before = await text("fingerprint");
  const slider = page.locator('input[type=range][aria-label="Client latency (ms)"]');
  const box = (await slider.boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  // The hand has not let go.
  await expect.poll(() => text("fingerprint")).not.toBe(before);
  const during = await text("fingerprint");
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 });
  await expect.poll(() => text("fingerprint")).not.toBe(during);
  await page.mouse.up();
  await at("undo").click();
  await expect.poll(() => text("fingerprint")).toBe(before);
  expect(await at("undo").isDisabled()).toBe(true);
});

it("a knob whose value can be a word can be turned to it, and back to a number", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/ping-race?tab=knobs");
  const words = page.locator("[data-words='servers.pingIntervalMs']");
  const number = page.locator("input[data-knob='servers.pingIntervalMs']");
  expect(await number.inputValue()).toBe("20000");
  await words.selectOption("none");
  await expect.poll(hash).toContain("set=servers.pingIntervalMs%3D%22none%22");
  await expect.poll(() => number.isDisabled()).toBe(true);
  expect(await number.inputValue()).toBe("");
  await words.selectOption("a number");
  await expect.poll(() => number.inputValue()).toBe("20000");
  await expect.poll(hash).not.toContain("none");
});

it("what is done while a run is computed is not lost: a tab that is opened, a second change", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${BROKEN}&t=700000&tab=knobs`);
  await page.locator("fanout-panel").evaluate((panel) => {
    const root = panel.shadowRoot!;
    const settings = root.querySelector("fanout-settings")!.shadowRoot!;
    const knobs = settings.querySelector("fanout-knobs")!.shadowRoot!;
    // All in one task: no run can end between these.
    const policy = knobs.querySelector<HTMLSelectElement>("select[data-knob='balancer.policy']")!;
    policy.selectedIndex = 1;
    policy.dispatchEvent(new Event("change"));
    const latency = knobs.querySelector<HTMLInputElement>("input[data-knob='network.client.latencyMs']")!;
    latency.value = "35";
    latency.dispatchEvent(new Event("change"));
    root.querySelector<HTMLElement>("#tab-messages")!.click();
  });
  await expect.poll(hash).toMatch(/set=balancer.policy.*set=network.client.latencyMs%3D35/);
  await expect
    .poll(() => page.getByRole("tab", { name: /^Messages/ }).getAttribute("aria-selected"))
    .toBe("true");
});

it("knobs and acts are no entries of the history", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${BROKEN}&t=700000`);
  const entries = () => page.evaluate(() => history.length);
  const before = await entries();
  await page.locator('[data-node="server-1"]').click();
  await at("selection").getByRole("button", { name: "Crash" }).click();
  await expect.poll(hash).toContain("set=faults");
  await openTab("Knobs");
  expect(await entries()).toBe(before);
});

it("the course finds lessons, and what was done is exported and imported", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(BROKEN);
  const lessons = at("course").getByRole("link");
  expect(await lessons.count()).toBe(65);
  await page.getByRole("searchbox", { name: "Search the lessons" }).fill("handshake");
  await expect.poll(() => lessons.count()).toBe(1);
  await page.getByRole("searchbox", { name: "Search the lessons" }).fill("kafka");
  await expect.poll(() => lessons.count()).toBe(0);
  await page.getByRole("searchbox", { name: "Search the lessons" }).fill("");
  const file = page.locator("#progress");
  const upload = (content: string) =>
    file.setInputFiles({ name: "p.json", mimeType: "application/json", buffer: Buffer.from(content) });
  await upload('{"fanoutLab":"progress","done":["polling-handshake","../etc",7]}');
  await expect.poll(() => textOf(at("course"))).toContain("✓ done");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export progress" }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({
    fanoutLab: "progress",
    done: ["polling-handshake"],
  });
  await upload("[]");
  await expect
    .poll(() => page.locator("fanout-course .problem").textContent())
    .toContain("no file of progress");
});

it("keys that are letters can be switched off", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${BROKEN}&t=700000`);
  await page.locator("h1").focus();
  await page.keyboard.press("?");
  await at("letters").uncheck();
  await page.keyboard.press("Escape");
  await page.locator("h1").focus();
  await page.keyboard.press("n");
  await page.keyboard.press("Home");
  await expect.poll(clockUs).toBe(0);
  expect(await hash()).toContain("variant=no-backplane");
});

it("tabs are one stop, and arrow keys go from one to the next", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${BROKEN}&t=700000`);
  await page.getByRole("tab", { name: "Story" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect
    .poll(() => page.getByRole("tab", { name: "Knobs" }).getAttribute("aria-selected"))
    .toBe("true");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => page.getByRole("tab", { name: "Cost" }).getAttribute("aria-selected")).toBe("true");
  expect((await focused()).tag).toBe("button");
  await expect.poll(hash).toContain("tab=cost");
});

it("who hears instead of seeing hears each loss while it plays, the end, and how a change turns out", async () => {
  await newPage();
  await openStill(`${BROKEN}&t=519000`);
  await at("pace").selectOption("slow-10");
  await at("play").click();
  await expect.poll(() => text("spoken")).toContain("B’s copy dies at server-1");
  await page.keyboard.press("End");
  await expect
    .poll(() => text("spoken"))
    .toBe("The run is over. At its end, of 3 copies: 0 delivered, 3 lost.");
  // The other run plays from its beginning.
  await at("pace").selectOption("fast-10");
  await openTab("Knobs");
  await page.locator("input[type=radio][value=redis]").last().check();
  await expect.poll(() => text("spoken")).toContain("of 3 copies: 3 delivered, 0 lost.");
});

it("the story can be skipped to", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${BROKEN}&step=1`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await focused()).tag).toBe("h2");
});
