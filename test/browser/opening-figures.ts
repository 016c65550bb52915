/**
 * Measures how the page opens: what is loaded, when it is ready, and which tasks keep it from answering. Run by
 * `npm run bench -- opening`; a page that was built before, from other sources, is measured beside it if
 * `OPENING_BEFORE` names its folder.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { buildPage, servePage } from "./page-server.ts";

/** A request of the page, its workers' included, and what it weighs on the way. */
interface Fetched {
  readonly path: string;
  readonly gzipBytes: number;
  readonly brotliBytes: number;
}

/** Opens the page in a window that knows nothing of it, and waits until it has loaded all that it loads unasked. */
export async function fetchedByOpening(browser: Browser, url: string): Promise<Fetched[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const bodies = new Map<string, Promise<Buffer>>();
  // Whatever a page or a worker asks for passes here once; a second request for the same is answered by the cache.
  await context.route("**/*", async (route) => {
    const response = await route.fetch();
    bodies.set(route.request().url(), response.body());
    await route.fulfill({ response });
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("[data-testid=fingerprint]").waitFor();
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  await page.waitForLoadState("networkidle");
  await context.unrouteAll({ behavior: "wait" });
  const fetched = await Promise.all(
    [...bodies].map(async ([address, body]) => ({
      path: new URL(address).pathname,
      gzipBytes: gzipSync(await body).length,
      brotliBytes: brotliCompressSync(await body).length,
    })),
  );
  await context.close();
  return fetched.toSorted((one, other) => other.gzipBytes - one.gzipBytes);
}

export const sumOf = (fetched: readonly Fetched[], as: "gzipBytes" | "brotliBytes" = "gzipBytes") =>
  fetched.reduce((sum, one) => sum + one[as], 0);

interface Opening {
  /** From navigation until the run is on screen. */
  readonly readyMs: number;
  /** Tasks of more than 50 ms, each with when it began. */
  readonly longTasks: readonly { readonly beganMs: number; readonly ms: number }[];
}

/** Opens the page once, so many times slower than this machine. */
async function openingOf(browser: Browser, url: string, slowdown: number): Promise<Opening> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  if (slowdown > 1) {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  }
  await page.addInitScript(noteLongTasks);
  await page.goto(url);
  await page.locator("[data-testid=fingerprint]").waitFor();
  const readyMs = await page.evaluate(() => performance.now());
  // What is put off until there is time is part of it.
  await page.waitForTimeout(1500 * slowdown);
  const longTasks = await readLongTasks(page);
  await context.close();
  return { readyMs, longTasks };
}

function noteLongTasks(): void {
  const noted: { beganMs: number; ms: number }[] = [];
  (window as never as { longTasks: typeof noted }).longTasks = noted;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) noted.push({ beganMs: startTime, ms: duration });
  }).observe({ type: "longtask", buffered: true });
}

function readLongTasks(page: Page): Promise<Opening["longTasks"]> {
  return page.evaluate(() => (window as never as { longTasks: Opening["longTasks"] }).longTasks);
}

/** The pages that lessons open with. */
const OPENED = ["#/broadcast-across-servers", "#/polling-handshake?step=2"];

/** A table of the figures: medians of so many openings, those of several pages in turn. */
export async function measureOpening(repeats: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fanout-page-"));
  await buildPage(folder);
  const before = process.env.OPENING_BEFORE;
  const pages = before === undefined ? { page: folder } : { before, now: folder };
  const browser = await launchChromium();
  const lines = ["what | page | kB, gzip | ready, ms | longest task, ms", "--- | --- | --- | --- | ---"];
  try {
    for (const slowdown of [1, 4])
      for (const hash of OPENED) {
        const openings: Record<string, Opening[]> = {};
        const bytes: Record<string, number> = {};
        for (let i = 0; i < repeats; i++)
          for (const [name, built] of Object.entries(pages)) {
            const server = await servePage(built);
            bytes[name] ??= sumOf(await fetchedByOpening(browser, `${server.url}${hash}`));
            (openings[name] ??= []).push(await openingOf(browser, `${server.url}${hash}`, slowdown));
            await server.close();
          }
        for (const [name, all] of Object.entries(openings)) {
          const ready = median(all.map(({ readyMs }) => readyMs));
          const longest = median(all.map(({ longTasks }) => Math.max(0, ...longTasks.map(({ ms }) => ms))));
          const what = `${hash}, CPU ${slowdown} times slower`;
          lines.push(
            [what, name, (bytes[name]! / 1000).toFixed(1), ready.toFixed(0), longest.toFixed(0)].join(" | "),
          );
        }
      }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return lines.join("\n");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
