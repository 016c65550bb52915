/** People differ: keyboards, small screens, less motion, dark colours, and crowds. */
import { describe, expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import { IS_DEEP, sampled } from "../support/depth.ts";
import { crowd } from "./fps.ts";
import {
  at,
  aWhile,
  clockUs,
  drawn,
  EMPTY,
  newPage,
  open,
  openStill,
  page,
  picture,
  text,
  useBrowser,
  widths,
} from "./page.ts";

useBrowser();

describe("people differ", () => {
  it("who use the keyboard see where they are on the stage", async () => {
    await newPage();
    await openStill("#/broadcast-across-servers?variant=redis&t=1000000");
    const accent = await page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement("i"));
      probe.style.color = "var(--accent)";
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    });
    const look = (kind: string) =>
      page
        .locator(`g.node.${kind} .body`)
        .first()
        .evaluate((body) => {
          const { stroke, strokeWidth, fill } = getComputedStyle(body);
          return { stroke, strokeWidth, fill };
        });
    for (const kind of ["client", "balancer", "server", "backplane"]) {
      const without = await look(kind);
      // The keyboard was used last, so that the focus is to be seen.
      await page.keyboard.press("Shift");
      await page.locator(`g.node.${kind}`).first().focus();
      const focused = await look(kind);
      expect(focused).toMatchObject({ stroke: accent, strokeWidth: "4px" });
      expect(focused.strokeWidth).not.toBe(without.strokeWidth);
      if (kind !== "backplane") expect(focused.fill).not.toBe(without.fill);
      await page.keyboard.press("Enter");
      expect(await look(kind)).toMatchObject({ stroke: accent, strokeWidth: "4px" });
    }
  });

  it.each(sampled([320, 360, 390, 768], 4))(
    "a screen %i px wide has no sideways scrolling",
    async (screen) => {
      await newPage({ viewport: { width: screen, height: 800 }, hasTouch: true });
      for (const path of [
        "#/broadcast-across-servers?variant=no-backplane&t=2999999",
        "#/polling-handshake?variant=round-robin&t=11999999",
      ]) {
        await page.goto("about:blank");
        await openStill(path);
        const width = await widths();
        expect(width.page).toBeLessThanOrEqual(width.window);
        expect(await at("next-variant").isVisible()).toBe(true);
      }
    },
  );

  it.each(
    sampled(
      [
        ["#/broadcast-across-servers?variant=no-backplane", 520_500],
        ["a crowd", 5_000_000],
      ] as const,
      2,
    ),
  )("a window of next to no width is survived, and forgotten (%s)", async (lesson, timeUs) => {
    const path =
      lesson === "a crowd" ? `#/?file=${await packText(JSON.stringify(crowd(200, 20_000)))}` : lesson;
    await newPage();
    await openStill(`${path}&t=${timeUs}`);
    await at("timeline").press("0");
    const before = await picture();
    for (const width of [320, 120, 80, 40, 1]) {
      await page.setViewportSize({ width, height: 800 });
      await drawn();
      expect(await page.evaluate(() => innerWidth)).toBe(width);
      await at("timeline").dispatchEvent("wheel", { deltaY: -100, ctrlKey: true, clientX: 76 });
      for (const key of ["+", "0"]) await at("timeline").press(key);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(picture).toEqual(before);
  });

  it.each(sampled([320, 390], 2))(
    "on a phone of %i px read the speed, and reach all buttons of the clock",
    async (width) => {
      await newPage({ viewport: { width, height: 844 }, hasTouch: true, reducedMotion: "reduce" });
      await openStill("#/broadcast-across-servers?t=520500");
      const isWhole = () =>
        at("short-pace").evaluate(
          ({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth <= clientWidth,
        );
      for (const [pace, short] of [
        ["slow-100", "1⁄100"],
        ["follow", "auto"],
      ]) {
        await at("pace").selectOption(pace!);
        await expect.poll(() => text("short-pace")).toBe(short);
        expect(await isWhole()).toBe(true);
      }
      const ends = await page
        .locator("fanout-transport button:visible")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
      expect(ends.length).toBeGreaterThan(4);
      expect(Math.max(...ends)).toBeLessThanOrEqual(width);
    },
  );

  it("read names in one piece, and copy them as they are", async () => {
    await newPage({ reducedMotion: "reduce" });
    await openStill("#/broadcast-across-servers?t=520500&variant=no-backplane");
    const names = at("narration").locator(".name");
    expect(await names.first().textContent()).toBe("server-1");
    for (let width = 300; width < 420; width += 12) {
      await page.setViewportSize({ width, height: 800 });
      await drawn();
      const lines = await names.evaluateAll((all) => all.map((name) => name.getClientRects().length));
      expect([...new Set(lines)]).toEqual([1]);
    }
    expect(await text("narration")).toContain("dies at server-1.");
  });

  it("who prefer less motion get a still picture of the death, and steps", async () => {
    await newPage({ reducedMotion: "reduce" });
    await openStill("");
    expect(await clockUs()).toBe(520_500);
    expect(await text("narration")).toContain("dies at server-1");
    await aWhile();
    expect(await clockUs()).toBe(520_500);
    await at("next-variant").click();
    await expect.poll(() => text("narration")).toContain("arrives at B");
    expect(await at("play").getAttribute("aria-label")).toBe("Play");
  });

  it("who like it dark get it dark", async () => {
    await newPage({ colorScheme: "dark" });
    await openStill("#/broadcast-across-servers?t=0");
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await paper();
    await page.getByRole("button", { name: "Light colours" }).click();
    expect(await paper()).not.toBe(dark);
  });

  it.runIf(IS_DEEP)("with two hundred clients still get a page that answers", async () => {
    await newPage();
    await open(`#/?file=${await packText(JSON.stringify(crowd(200, 20_000)))}&pace=slow-10&t=5000000`);
    await expect.poll(() => page.locator("g.cohort").count()).toBe(1);
    expect(await page.locator("g.cohort").first().getAttribute("aria-label")).toContain("200");
    await at("play").click();
    const before = await clockUs();
    await expect.poll(clockUs).toBeGreaterThan(before + 50_000);
    await page.keyboard.press("k");
  });
});

const WRONG = { ...EMPTY, clients: ["one", "two", "three"].map((name) => ({ name: `client ${name}` })) };

it.each([
  ["who is online", async () => "#/ghosts?step=3"],
  ["a banner", async () => `#/?file=${await packText(JSON.stringify(WRONG))}`],
])("on a low screen with %s, nothing of the stage is covered, and all can be reached", async (_, address) => {
  await newPage({ viewport: { width: 1024, height: 700 }, reducedMotion: "reduce" });
  await openStill(await address());
  await drawn();
  const seen = await page.evaluate(() => {
    const app = document.querySelector("fanout-app")!.shadowRoot!;
    return ["caption", "transport"].flatMap((part) => {
      const { left, top, bottom } = app.querySelector(`fanout-${part}`)!.getBoundingClientRect();
      return [top + 6, bottom - 6].map((y) => app.elementFromPoint(left + 30, y)?.localName);
    });
  });
  expect(seen).toEqual(["fanout-caption", "fanout-caption", "fanout-transport", "fanout-transport"]);
  await page.getByText("stretch time where packets fly").scrollIntoViewIfNeeded();
  await expect(
    page.getByText("stretch time where packets fly").click({ trial: true }),
  ).resolves.toBeUndefined();
});
