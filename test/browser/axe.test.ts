/** axe finds nothing to object to: in the views of a lesson and of a run, in both colours, on wide and narrow windows. */
import axe from "axe-core";
import { expect, it } from "vitest";
import { DEPTH, sampled } from "../support/depth.ts";
import { at, drawn, newPage, open, openStill, openTab, page, text, useBrowser } from "./page.ts";

useBrowser();

/**
 * What axe finds, in few words. The names of nodes on the stage are looked at below: axe takes their tooltips for
 * text, and their lines of text for one word.
 */
async function violations(only: readonly string[] = []): Promise<string[]> {
  return page.evaluate(async (only) => {
    const { axe: found } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await found.run(document, {
      ...(only.length > 0
        ? { runOnly: { type: "rule", values: [...only] } }
        : { rules: { "label-content-name-mismatch": { enabled: true } } }),
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .map(({ html }) => `${id}: ${html}`)
        .filter((one) => !one.startsWith('label-content-name-mismatch: <g class="node')),
    );
  }, only);
}

/** Nodes whose spoken name does not begin with what is written on them. */
const namedOtherwise = () =>
  page.locator("g.nodes > g.node").evaluateAll((nodes) =>
    nodes
      .map((node) => ({
        name: node.getAttribute("aria-label") ?? "",
        written: [...node.querySelectorAll("text")]
          .map((text) => text.textContent ?? "")
          .filter((text) => text !== ""),
      }))
      .filter(({ name, written }) => !name.startsWith(written.join(" "))),
  );

const LESSON = "#/broadcast-across-servers";

/** 320 px is what a window of 1280 px has at a zoom of 400 %. The two between are looked at in the deep run. */
const WIDTHS = DEPTH > 1 ? [1440, 1024, 390, 320] : [1440, 320];

const VIEWS: Readonly<Record<string, () => Promise<void>>> = {
  cover: () => openStill(`${LESSON}?variant=no-backplane&t=700000`),
  "open question": () => openStill(`${LESSON}?step=4`),
  "answered question, with an entry of the glossary": async () => {
    await open(`${LESSON}?step=3`);
    await at("lesson-step").getByRole("radio").first().check();
    await at("reply").waitFor();
    await at("lesson-step").locator("button.term-link").first().click();
    await at("term").waitFor();
  },
  playground: () => openStill(`${LESSON}?step=7`),
  knobs: () => openStill(`${LESSON}?variant=redis&t=700000&tab=knobs&set=servers.count%3D3`),
  "messages, and the autopsy of one": async () => {
    await openStill(`${LESSON}?variant=no-backplane&t=700000&tab=messages`);
    await page.locator("g.loss").first().press("Enter");
    await at("autopsy").waitFor();
  },
  "rules, and a node": () => openStill(`${LESSON}?variant=no-backplane&t=700000&tab=rules&select=n3`),
  "requests, and a link": () =>
    openStill("#/polling-handshake?variant=round-robin&t=1000000&tab=requests&select=l1"),
  cost: () => openStill(`${LESSON}?variant=redis&tab=cost&cost=budget:3000`),
  "refused requests": () => openStill("#/polling-handshake?variant=round-robin&t=1000000"),
};

it.each(sampled(Object.keys(VIEWS), 8))("%s", async (view) => {
  await newPage({ reducedMotion: "reduce" });
  await VIEWS[view]!();
  await page.evaluate(axe.source);
  const found: Record<string, readonly unknown[]> = {};
  // Of the other theme only the colours are different, on a narrow window as on a wide one.
  for (const [i, width] of WIDTHS.entries())
    for (const colorScheme of i === 0 || DEPTH > 1 ? (["light", "dark"] as const) : (["light"] as const)) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      await drawn();
      const wrong =
        colorScheme === "light"
          ? [...(await violations()), ...(await namedOtherwise())]
          : await violations(["color-contrast", "link-in-text-block"]);
      if (wrong.length > 0) found[`${colorScheme}, ${width} px`] = wrong;
    }
  expect(found).toEqual({});
});

/** How an element is told apart, as the browser has it. */
const look = (selector: string, pseudo?: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((element, pseudo) => {
      const style = getComputedStyle(element, pseudo);
      const {
        backgroundColor,
        color,
        borderBottomColor,
        borderBottomWidth,
        borderLeftWidth,
        borderLeftColor,
      } = style;
      const { outlineStyle, outlineWidth, textDecorationLine, fontWeight } = style;
      return {
        backgroundColor,
        color,
        bottom: `${borderBottomWidth} ${borderBottomColor}`,
        left: `${borderLeftWidth} ${borderLeftColor}`,
        outline: outlineStyle === "none" ? "none" : outlineWidth,
        textDecorationLine,
        fontWeight,
      };
    }, pseudo);

it("with forced colours what is on, chosen, lost or focused is still told apart", async () => {
  await newPage({ reducedMotion: "reduce", forcedColors: "active" });
  await openStill(`${LESSON}?variant=no-backplane&t=700000&tab=knobs&select=n3`);
  await at("selection").waitFor();
  expect(await page.evaluate(() => matchMedia("(forced-colors: active)").matches)).toBe(true);
  // By colour and not by weight alone: the browser has taken away all colours of ours.
  const tab = (isOn: boolean) => look(`fanout-panel [role=tab][aria-selected=${isOn}]`);
  expect((await tab(true)).bottom).not.toBe((await tab(false)).bottom);
  const lesson = (isOn: boolean) =>
    look(`fanout-course a${isOn ? "[aria-current]" : ":not([aria-current])"}`);
  expect((await lesson(true)).left).not.toBe((await lesson(false)).left);
  const node = (isOn: boolean) =>
    page
      .locator(`g.nodes > g.node${isOn ? ".selected" : ":not(.selected)"} .body`)
      .first()
      .evaluate((body) => {
        const { stroke, strokeWidth, strokeDasharray } = getComputedStyle(body);
        return [stroke, strokeWidth, strokeDasharray].join(" ");
      });
  expect(await node(true)).not.toBe(await node(false));
  // Lost and arrived have signs of their own, and words.
  expect(await page.locator("g.loss .why").first().textContent()).toContain("no local socket");
  await openTab("Messages");
  await at("end-lost").waitFor();
  await expect.poll(() => text("messages")).toMatch(/✕/);
  const play = at("play");
  const outline = () => play.evaluate((button) => getComputedStyle(button).outlineStyle);
  expect(await outline()).toBe("none");
  await page.keyboard.press("Tab");
  await play.focus();
  expect(await outline()).not.toBe("none");
  await page.evaluate(axe.source);
  expect(await violations()).toEqual([]);
});

/** How many pixels of a canvas have exactly a colour, as the page would write it. */
const pixelsOf = (canvas: string, colour: string) =>
  page.locator(canvas).evaluate((element, colour) => {
    const probe = document.body.appendChild(document.createElement("p"));
    probe.style.forcedColorAdjust = "none";
    probe.style.color = colour;
    const [red, green, blue] = getComputedStyle(probe).color.match(/\d+/g)!.map(Number);
    probe.remove();
    // A copy: to be read is not what the canvas is for, and the browser would say so.
    const { width, height } = element as HTMLCanvasElement;
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
    copy.drawImage(element as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) found++;
    return found;
  }, colour);

it("with forced colours the canvases are drawn in them, as soon as they are", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${LESSON}?variant=no-backplane&t=519000`);
  const [stage, timeline] = ["fanout-stage canvas", "fanout-timeline .plot canvas"] as const;
  // A message in flight, a copy that is lost.
  const own = () => Promise.all([pixelsOf(stage, "#2b57c4"), pixelsOf(timeline, "#b8331a")]);
  for (const pixels of await own()) expect(pixels).toBeGreaterThan(0);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ reducedMotion: "reduce", forcedColors: "active", colorScheme });
    await drawn();
    expect(await own(), colorScheme).toEqual([0, 0]);
    for (const [canvas, colour] of [
      [stage, "LinkText"],
      [timeline, "Canvas"],
      [timeline, "CanvasText"],
    ] as const)
      expect(await pixelsOf(canvas, colour), `${colour}, ${colorScheme}`).toBeGreaterThan(0);
  }
});

it("text at 200 % is not cut", async () => {
  await newPage({ reducedMotion: "reduce", viewport: { width: 1280, height: 800 } });
  for (const tab of sampled(["knobs", "story", "messages", "rules", "cost"], 2)) {
    await openStill(`${LESSON}?variant=no-backplane&t=700000&tab=${tab}`);
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await drawn();
    expect(await cutTexts()).toEqual([]);
  }
});

/** Texts of the page, without the stage's and those meant for screen readers only, that do not fit into what clips them. */
const cutTexts = () =>
  page.evaluate(() => {
    const cut: string[] = [];
    const visit = (root: Element | ShadowRoot) => {
      for (const element of root.querySelectorAll<HTMLElement>("*")) {
        if (element.shadowRoot) visit(element.shadowRoot);
        if (element.closest("svg, .visually-hidden, option, [hidden]") || element.clientWidth === 0) continue;
        const { overflowX, overflowY, textOverflow } = getComputedStyle(element);
        const clips = [overflowX, overflowY].some((one) => one === "hidden" || one === "clip");
        const isText = [...element.childNodes].some(
          (node) => node.nodeType === 3 && node.textContent!.trim() !== "",
        );
        const isOver =
          element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
        if (isText && isOver && (clips || textOverflow === "ellipsis"))
          cut.push(`${element.localName}.${element.className}: ${element.textContent!.trim().slice(0, 60)}`);
      }
    };
    visit(document.body);
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
      cut.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    return cut;
  });
