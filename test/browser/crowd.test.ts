/** Crowds: named groups to 200 clients, fields by server above; what moves is summed up as flows, losses open into lists. */
import { expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import { IS_DEEP } from "../support/depth.ts";
import { at, drawn, newPage, openCold, openStill, page, text, textOf, useBrowser } from "./page.ts";

useBrowser();

const base = {
  version: 1,
  name: "crowd",
  title: "A crowd",
  summary: "A crowd.",
  durationMs: 4000,
  backplane: { kind: "redis" },
  workload: [{ from: "first", to: "others", atMs: 1500 }],
};
const group = (name: string, count: number) => ({
  name,
  count,
  transport: "websocket",
  startConnected: true,
});
const open = async (scenario: object, timeUs: number) =>
  openStill(`#/?file=${await packText(JSON.stringify({ ...base, ...scenario }))}&t=${timeUs}`);

/** What the stage writes on its canvas in the next picture. */
const written = () =>
  at("stage").evaluate(async (stage) => {
    const canvas = stage.querySelector("canvas")!;
    const words = new Set<string>();
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (...args) {
      if (this.canvas === canvas) words.add(args[0]);
      fillText.apply(this, args);
    };
    dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
    CanvasRenderingContext2D.prototype.fillText = fillText;
    return [...words];
  });
const cohort = (name: string) => textOf(page.locator(`[data-cohort="${name}"]`));

it("two dozen stand by themselves, in columns, with their names whole", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/fan-out-bill?step=6");
  const names = await page.locator("g.node.client text.name").allTextContents();
  expect(names).toEqual(Array.from({ length: 24 }, (_, i) => `fan-${i + 1}`));
});

it("to 200 clients stand in the groups that the scenario names, with what each got", async () => {
  await newPage({ reducedMotion: "reduce" });
  const clients = [group("first", 1), group("phones", 120), group("desktops", 79)];
  await open({ servers: { count: 4 }, clients }, 1_530_000);
  expect(await page.locator("g.cohort").count()).toBe(3);
  expect(await page.locator("g.node.client").count()).toBe(0);
  expect(await cohort("phones")).toContain("phones, 120 clients, all connected");
  // 199 copies are under way: as counts, and no packet for each.
  expect(await at("stage").getAttribute("data-in-flight")).toBe("199");
  expect(await written()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^120/), expect.stringMatching(/^79/)]),
  );
  await page.keyboard.press("End");
  await expect.poll(() => cohort("phones")).toContain("✓ 120");
  await expect.poll(() => cohort("desktops")).toContain("✓ 79");
});

it("more are fields by server; a count of losses opens into their list by cause, and each into its autopsy", async () => {
  await newPage({ reducedMotion: "reduce" });
  const clients = [group("first", 1), group("crowd", 1999)];
  await open({ servers: { count: 4 }, clients, backplane: { kind: "none" } }, 1_520_500);
  expect(await page.locator("g.cohort").count()).toBe(4);
  expect(await cohort("server-2")).toContain("✕ 500");
  await page.locator("g.loss").first().press("Enter");
  await expect.poll(() => text("lost-count")).toMatch(/^1,500 copies lost by now\./);
  expect(await text("lost-places")).toBe("1,500 at server-1.");
  expect(await at("opened").locator("li").count()).toBe(40);
  await openCold();
  await expect.poll(() => text("lost-count")).toMatch(/^1,500 copies/);
  await at("opened").getByRole("button").first().click();
  await expect.poll(() => text("autopsy")).toContain("no local socket, no backplane");
  await page.locator('[data-cohort="server-3"]').press("Enter");
  await expect
    .poll(() => text("cohort"))
    .toMatch(/500 of 500 clients connected\. Of the copies for them, 0 arrived and 500 were lost/);
});

it.runIf(IS_DEEP)(
  "from the seventh server on a colour comes with another pattern; more than twelve have none, but their names",
  async () => {
    await newPage({ reducedMotion: "reduce" });
    const looks = () =>
      page.locator("g.node.server").evaluateAll((servers) =>
        servers.map((server) => {
          const { stroke, strokeDasharray } = getComputedStyle(server.querySelector(".body")!);
          return `${stroke} ${strokeDasharray}`;
        }),
      );
    await open({ servers: { count: 12 }, clients: [group("first", 1), group("crowd", 12)] }, 1_000_000);
    expect(new Set(await looks()).size).toBe(12);
    await newPage({ reducedMotion: "reduce" });
    await open({ servers: { count: 64 }, clients: [group("first", 1), group("crowd", 63)] }, 1_000_000);
    await expect.poll(async () => new Set(await looks()).size).toBe(1);
    for (const [width, height] of [
      [1440, 900],
      [1024, 700],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      await drawn();
      const names = await page.locator("g.node.server .name").allTextContents();
      expect(new Set(names).size).toBe(64);
      expect(names).not.toContain("");
    }
  },
);
