/**
 * The page in a real browser, built and served as `npm start` does. Files of tests that run in one process share its
 * browser and its window; the page is opened anew for each test.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, CDPSession, Disposable, Locator, Page } from "playwright-core";
import type { Plugin } from "vite";
import { afterEach, beforeAll, beforeEach, expect } from "vitest";
import { builtPage } from "../support/builds.ts";
import { launchChromium } from "./chromium.ts";
import { type PageServer, servePage } from "./page-server.ts";

/** A scenario in which nothing happens. */
export const EMPTY = {
  version: 1,
  name: "empty",
  title: "Empty",
  summary: "Empty.",
  clients: [{ name: "A" }],
};

/** A guard against what hangs: what is waited for comes late on a busy machine. */
const PATIENCE_MS = 120_000;

/** Who looks at the page, and on what. */
interface Reader {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly hasTouch?: boolean;
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
  readonly forcedColors?: "active" | "none";
}

/** The page of the test that runs. */
export let page: Page;
let server: PageServer;
let browser: Browser;
/** What the first file of a process has begun. It ends with the process. */
let begun: Promise<[PageServer, Browser]> | undefined;
/** The windows, by whether they have a touch screen: to open one takes longer than to open the page in it. */
const windows = new Map<boolean, Window>();
/** That of the test that runs. */
let used: Window | undefined;
/** What was added to the page of the test that runs. */
let additions: Disposable[] = [];
/** What no page may do: complain, break, or ask elsewhere. */
let complaints: string[] = [];

interface Window {
  readonly page: Page;
  /** What Chromium does that no page can. */
  readonly chromium: CDPSession;
}

/** Brings a browser for the tests of a file, and sees to it that their pages don't complain. */
export function useBrowser(): void {
  beforeAll(async () => {
    begun ??= Promise.all([
      builtPage().then((folder) => servePage(folder, [slowSearches(folder)])),
      launchChromium(),
    ]);
    [server, browser] = await begun;
  });

  beforeEach(() => {
    complaints = [];
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await closeWindows();
    else if (used) await leavePage(used);
    used = undefined;
    expect(complaints).toEqual([]);
  });
}

/** An empty page that knows nothing of those before. */
export async function newPage(reader: Reader = {}): Promise<void> {
  const { viewport = { width: 1280, height: 800 }, hasTouch = false } = reader;
  const { colorScheme = "light", reducedMotion = "no-preference", forcedColors = "none" } = reader;
  used = windows.get(hasTouch) ?? (await openWindow(hasTouch));
  windows.set(hasTouch, used);
  page = used.page;
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, reducedMotion, forcedColors });
}

async function openWindow(hasTouch: boolean): Promise<Window> {
  const context = await browser.newContext({ hasTouch });
  context.setDefaultTimeout(PATIENCE_MS);
  const opened = watched(await context.newPage());
  return { page: opened, chromium: await context.newCDPSession(opened) };
}

/** Leaves the page, and has the browser forget it: its history, what it has stored, what was added, where the pointer was. */
async function leavePage({ page, chromium }: Window): Promise<void> {
  await page.goto("about:blank");
  await page.mouse.move(0, 0);
  for (const addition of additions) await addition.dispose();
  additions = [];
  await chromium.send("Storage.clearDataForOrigin", { origin: server.url, storageTypes: "all" });
  await chromium.send("Page.resetNavigationHistory");
}

/** A test that failed may have left anything. */
async function closeWindows(): Promise<void> {
  additions = [];
  for (const { page } of windows.values()) await page.context().close();
  windows.clear();
}

/** Has the page run a function before anything else, whenever it is opened. */
export async function atStart(script: (argument: string) => void, argument = ""): Promise<void> {
  additions.push(await page.addInitScript(script, argument));
}

/**
 * A search ends after ten seconds of its clock: this one is slower, so that no search of the tests ends by it on a
 * busy machine. Not much slower: between two looks at its messages, a search works for a while of that clock.
 */
const SLOW_CLOCK = "{ const now = performance.now.bind(performance); performance.now = () => now() / 10; }";

/** Serves the page in a folder with the searches' clock slowed. */
const slowSearches = (folder: string): Plugin => ({
  name: "slow-searches",
  configurePreviewServer: ({ middlewares }) => {
    middlewares.use(async (request, response, next) => {
      if (!request.url?.includes("/check-worker")) return next();
      const worker = await readFile(join(folder, request.url), "utf8");
      response.setHeader("Content-Type", "text/javascript").end(`${SLOW_CLOCK}\n${worker}`);
    });
  },
});

function watched(opened: Page): Page {
  opened.on("console", (m) => {
    if (m.type() === "error" || m.type() === "warning") complaints.push(`${m.type()}: ${m.text()}`);
  });
  opened.on("pageerror", (e) => complaints.push(`page error: ${e.message}`));
  opened.on("request", (r) => {
    if (!/^(data|blob|about):/.test(r.url()) && !r.url().startsWith(server.url))
      complaints.push(`request: ${r.url()}`);
  });
  return opened;
}

/** Opens the address that the page has now as somebody does who was sent it. */
export async function openCold(): Promise<void> {
  const address = page.url();
  await page.goto("about:blank");
  await page.goto(address);
  await shown();
}

/** Opens an address: what stands after the page's own. */
export async function open(path = ""): Promise<void> {
  // From another address of the page it would go there in its own time, and what it shows meanwhile is the former's.
  if (page.url().startsWith(server.url)) await page.goto("about:blank");
  await page.goto(`${server.url}${path}`);
  await shown();
}

/** Waits until the run's result is told, and its state drawn: a busy page draws its nodes before it says how they are. */
async function shown(): Promise<void> {
  await at("fingerprint").waitFor();
  await page.locator("fanout-stage .frame[data-in-flight]").waitFor({ state: "attached" });
}

/** Opens a state and stands still there. */
export async function openStill(path: string): Promise<void> {
  await open(path);
  await expect.poll(() => at("play").getAttribute("aria-label")).toBe("Play");
}

export const at = (testid: string) => page.locator(`[data-testid=${testid}]`);

/** Opens a tab of the panel, and waits until its content has been fetched. */
export async function openTab(name: string): Promise<void> {
  await page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
  await page.locator("[role=tabpanel]:not([hidden]) > *").first().waitFor({ state: "attached" });
}

/** The text of an element, white space evened out. */
export const textOf = async (locator: Locator) =>
  ((await locator.textContent()) ?? "").replace(/\s+/g, " ").trim();
export const text = (testid: string) => textOf(at(testid));
export const clockUs = async () => Number(await at("clock").getAttribute("data-us"));
export const hash = () => page.evaluate(() => location.hash);

/** Whether an element is to be seen without scrolling, all of it or, if it is higher than the window, its beginning. */
export const isInView = (locator: Locator) =>
  locator.evaluate((element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    return top >= 0 && (bottom <= innerHeight || height > innerHeight);
  });

export const scrollTo = (testid: string) =>
  at(testid).evaluate((element) => element.scrollIntoView({ block: "start" }));

/** The width of the page, and of what of it is to be seen without scrolling sideways. */
export const widths = () =>
  page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));

/** The element that has the focus, however deep in shadow roots. */
export const focused = () =>
  page.evaluate(() => {
    let element = document.activeElement as HTMLElement | null;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement as HTMLElement;
    return {
      tag: element?.localName,
      testid: element?.dataset.testid,
      rule: element?.closest("li")?.dataset.rule,
    };
  });

/** Waits until the page was drawn so many times. */
const pictures = (count: number) =>
  page.evaluate(
    (count) =>
      new Promise<void>((done) => {
        const draw = (left: number) =>
          left === 0 ? done() : void requestAnimationFrame(() => draw(left - 1));
        draw(count);
      }),
    count,
  );

/** Waits until what has happened is on screen. */
export const drawn = () => pictures(2);

/** Gives the page the time to do what it must not do: half a second at least, more where pictures come late. */
export const aWhile = () => pictures(30);

/** What is on screen, apart from focus and pointer: the picture's state, as data and as pixels. */
export async function picture(): Promise<unknown> {
  await drawn();
  return page.evaluate(() => {
    const app = document.querySelector("fanout-app")?.shadowRoot as ShadowRoot;
    const stage = app.querySelector("fanout-stage")?.shadowRoot as ShadowRoot;
    /** An element in full, its attributes in alphabetical order: the order in which they were set is no part of the picture. */
    const described = (element: Element): unknown => [
      element.localName,
      ...[...element.attributes].map((a) => `${a.name}=${a.value}`).sort(),
      ...(element.children.length > 0 ? [...element.children].map(described) : [element.textContent]),
    ];
    const canvas = stage.querySelector("canvas") as HTMLCanvasElement;
    const timeline = app
      .querySelector("fanout-timeline")
      ?.shadowRoot?.querySelector(".playhead") as HTMLElement;
    return {
      clock: app
        .querySelector("fanout-transport")
        ?.shadowRoot?.querySelector("[data-testid=clock]")
        ?.getAttribute("data-us"),
      narration: app
        .querySelector("fanout-caption")
        ?.shadowRoot?.querySelector("[data-testid=narration]")
        ?.textContent?.replace(/\s+/g, " "),
      svg: described(stage.querySelector("svg.topology") as Element),
      pixels: canvas.toDataURL(),
      playhead: timeline.style.transform,
      counts: app
        .querySelector("fanout-panel")
        ?.shadowRoot?.querySelector("fanout-summary")
        ?.shadowRoot?.textContent?.replace(/\s+/g, " "),
    };
  });
}

/**
 * Has the page note each text that an element shows, picture by picture. What passes is not missed then, however late
 * the test looks. To be called before the page is opened.
 */
export async function noteTexts(testid: string): Promise<() => Promise<string[]>> {
  await atStart((id) => {
    const noted: Record<string, string[]> = ((window as never as { noted: typeof noted }).noted ??= {});
    const texts: string[] = [];
    noted[id] = texts;
    const find = (root: ParentNode): Element | undefined => {
      const found = root.querySelector(`[data-testid=${id}]`);
      if (found) return found;
      for (const { shadowRoot } of root.querySelectorAll("*")) {
        const inside = shadowRoot ? find(shadowRoot) : undefined;
        if (inside) return inside;
      }
      return undefined;
    };
    let element: Element | undefined;
    const note = () => {
      element = element?.isConnected ? element : find(document);
      const text = element?.textContent?.replace(/\s+/g, " ").trim();
      if (text !== undefined && text !== texts.at(-1)) texts.push(text);
      requestAnimationFrame(note);
    };
    note();
  }, testid);
  return () =>
    page.evaluate((id) => (window as never as { noted: Record<string, string[]> }).noted[id]!, testid);
}
