/**
 * Measures how soon the page answers: from a hand's move to the picture of it, when a knob is turned, and when the
 * timeline of a million events is dragged. Run by `npm run bench -- answers`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { packText } from "../../src/run/pack.ts";
import { launchChromium } from "./chromium.ts";
import { crowd } from "./fps.ts";
import { buildPage, servePage } from "./page-server.ts";

const TURNS = 40;
/** Lessons of several sizes, in each of which a slider of many places changes the run. */
const TURNED = ["broadcast-across-servers", "order-or-speed", "transports-in-lockstep"];
const KNOB = "Client latency (ms)";
/** So many seconds of two hundred clients have a little more than a million events. */
const LONG = crowd(200, 24_000);

/** Has the page note, after each move of the pointer, how long it took until this element had another text, and was drawn. */
function noteAnswers(element: Element): void {
  const told = () => `${element.getAttribute("data-us")} ${element.textContent}`;
  const answers: number[] = [];
  (window as never as { answers: number[] }).answers = answers;
  window.addEventListener(
    "pointermove",
    ({ timeStamp, buttons }) => {
      if (buttons === 0) return;
      const before = told();
      const look = () => {
        if (told() === before) return void requestAnimationFrame(look);
        // A message comes after the frame in which it was sent: its picture has been drawn then.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => answers.push(performance.now() - timeStamp);
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    },
    { capture: true },
  );
}

/** Drags from place to place of an element, without its margins, and gives the ms that the page took for each until `told` told of it. */
async function dragged(
  page: Page,
  told: string,
  element: Locator,
  { left = 0, right = 0 } = {},
): Promise<number[]> {
  await page.locator("[data-testid=fingerprint]").waitFor();
  // What is put off until there is time moves what is below it.
  await page.waitForTimeout(1500);
  await page.locator(`[data-testid=${told}]`).evaluate(noteAnswers);
  await element.scrollIntoViewIfNeeded();
  const whole = (await element.boundingBox())!;
  const box = { ...whole, x: whole.x + left, width: whole.width - left - right };
  const to = (i: number) => {
    // All over the element, never twice to the same place.
    const share = 0.12 + 0.8 * ((i * 0.618_034) % 1);
    return page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  };
  await to(0);
  await page.mouse.down();
  for (let i = 1; i <= TURNS; i++) {
    await to(i);
    // The page's policy forbids what Playwright's own waiting would have it do: to make code of text.
    while ((await answered(page)).length < i) await setTimeout(5);
  }
  await page.mouse.up();
  return answered(page);
}

const answered = (page: Page) => page.evaluate(() => (window as never as { answers: number[] }).answers);

async function turned(browser: Browser, url: string): Promise<number[]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  await page.goto(url);
  const answers = await dragged(page, "fingerprint", page.locator(`input[type=range][aria-label="${KNOB}"]`));
  await page.close();
  return answers;
}

async function sought(browser: Browser, url: string): Promise<number[]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  await page.goto(`${url}#/?file=${await packText(JSON.stringify(LONG))}&t=0`);
  const answers = await dragged(page, "clock", page.locator("[data-testid=timeline]"), {
    left: 92,
    right: 14,
  });
  await page.close();
  return answers;
}

/** A table: medians and 95th percentiles. */
export async function measureAnswers(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fanout-page-"));
  await buildPage(folder);
  const server = await servePage(folder);
  const browser = await launchChromium();
  const lines = ["what | picture after, ms: median | 95 of 100", "--- | --- | ---"];
  const add = (what: string, answers: readonly number[]) => {
    const sorted = answers.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(0);
    lines.push([what, at(0.5), at(0.95)].join(" | "));
  };
  try {
    for (const lesson of TURNED)
      add(`${KNOB}, in ${lesson}`, await turned(browser, `${server.url}#/${lesson}?t=700000&tab=knobs`));
    add("a place on the timeline, a million events", await sought(browser, server.url));
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return lines.join("\n");
}
