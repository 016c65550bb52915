/** The page in a real browser, built and served as `npm start` does. */
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { packText } from "../../src/run/pack.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import { launchChromium } from "./chromium.ts";
import { type PageServer, servePage } from "./page-server.ts";
import { takeSearcher } from "./searcher.ts";

const SLOW = 60_000;
/** A scenario in which nothing happens. */
const EMPTY = { version: 1, name: "empty", title: "Empty", summary: "Empty.", clients: [{ name: "A" }] };
let server: PageServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What no page may do: complain, break, or ask elsewhere. */
let complaints: string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([servePage(), launchChromium()]);
}, SLOW);

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function newPage(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
  await context?.close();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  return watch(await context.newPage());
}

function watch(opened: Page): Page {
  opened.on("console", (m) => {
    if (m.type() === "error" || m.type() === "warning") complaints.push(`${m.type()}: ${m.text()}`);
  });
  opened.on("pageerror", (e) => complaints.push(`page error: ${e.message}`));
  opened.on("request", (r) => {
    if (!r.url().startsWith(server.url) && !r.url().startsWith("data:") && !r.url().startsWith("blob:"))
      complaints.push(`request: ${r.url()}`);
  });
  return opened;
}

beforeEach(() => {
  complaints = [];
});

afterEach(async () => {
  await context?.close();
  expect(complaints).toEqual([]);
});

const at = (testid: string) => page.locator(`[data-testid=${testid}]`);
/** The text of an element, white space evened out. */
const textOf = async (locator: Locator) => ((await locator.textContent()) ?? "").replace(/\s+/g, " ").trim();
const text = (testid: string) => textOf(at(testid));
const clockUs = async () => Number(await at("clock").getAttribute("data-us"));
/** Whether an element is to be seen without scrolling, all of it or, if it is higher than the window, its beginning. */
const isInView = (locator: Locator) =>
  locator.evaluate((element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    return top >= 0 && (bottom <= innerHeight || height > innerHeight);
  });
const scrollTo = (testid: string) =>
  at(testid).evaluate((element) => element.scrollIntoView({ block: "start" }));
/** The element that has the focus, however deep in shadow roots. */
const focused = () =>
  page.evaluate(() => {
    let element = document.activeElement as HTMLElement | null;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement as HTMLElement;
    return {
      tag: element?.localName,
      testid: element?.dataset.testid,
      rule: element?.closest("li")?.dataset.rule,
    };
  });
const hash = () => page.evaluate(() => location.hash);

async function open(path = ""): Promise<void> {
  await page.goto(`${server.url}${path}`);
  await at("fingerprint").waitFor();
}

/** Opens a state and stands still there. */
async function openStill(path: string): Promise<void> {
  await open(path);
  await expect.poll(() => at("play").getAttribute("aria-label")).toBe("Play");
}

/** Waits until what has happened is on screen. */
const drawn = () =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** What is on screen, apart from focus and pointer: the picture's state, as data and as pixels. */
async function picture(): Promise<unknown> {
  await drawn();
  await page.waitForTimeout(150);
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
      narration: app.querySelector("[data-testid=narration]")?.textContent?.replace(/\s+/g, " "),
      svg: described(stage.querySelector("svg.topology") as Element),
      pixels: canvas.toDataURL(),
      playhead: timeline.style.transform,
      counts: app.querySelector("fanout-summary")?.shadowRoot?.textContent?.replace(/\s+/g, " "),
    };
  });
}

/**
 * Has the page note each text that an element shows, picture by picture. What passes is not missed then, however late the test looks.
 * To be called before the page is opened.
 */
async function noteTexts(testid: string): Promise<() => Promise<string[]>> {
  await page.addInitScript((id) => {
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

describe("the first impression", () => {
  it(
    "shows A’s message die within ten seconds, with the cause, and arrive after one click",
    async () => {
      page = await newPage();
      const told = await noteTexts("narration");
      await open();
      const loss = page.locator("g.loss .why");
      await loss.first().waitFor({ timeout: 10_000 });
      expect(await loss.first().textContent()).toBe("no local socket, no backplane");
      await expect
        .poll(told)
        .toContainEqual(expect.stringContaining("A’s message: B’s copy dies at server-1") as string);
      expect(await text("now-lost")).not.toBe("0");
      const button = at("next-variant");
      expect(await textOf(button)).toBe("Add a Redis backplane");
      await button.click();
      await expect.poll(hash).toContain("variant=redis");
      await expect.poll(() => text("now-delivered")).not.toBe("0");
      expect(await text("end-lost")).toBe("0");
      expect(await page.locator("g.loss").count()).toBe(0);
      expect(await page.locator('g.node[data-node="B"] .tally').textContent()).toContain("✓");
    },
    SLOW,
  );

  it(
    "shows the same fingerprint as Node for every lesson and variant",
    async () => {
      page = await newPage();
      for (const lesson of ["broadcast-across-servers", "polling-handshake"]) {
        const parsed = parseScenario(readFileSync(`simulations/${lesson}/scenario.json`, "utf8"));
        if (!parsed.ok) throw new Error("does not parse");
        for (const variant of Object.keys(parsed.scenario.variants)) {
          const chosen = withVariant(parsed.scenario, variant);
          if (!chosen.ok) throw new Error("no variant");
          await page.goto("about:blank");
          await open(`#/${lesson}?variant=${variant}&t=0`);
          expect(await text("fingerprint")).toBe(simulate(chosen.scenario, { variant }).fingerprint);
        }
      }
    },
    SLOW,
  );
});

describe("time", () => {
  beforeEach(async () => {
    page = await newPage();
    await openStill("#/broadcast-across-servers?variant=no-backplane&t=400000");
  }, SLOW);

  it("plays and pauses", async () => {
    const before = await clockUs();
    await at("play").click();
    await expect.poll(clockUs).toBeGreaterThan(before);
    await at("play").click();
    await drawn();
    const paused = await clockUs();
    await page.waitForTimeout(300);
    expect(await clockUs()).toBe(paused);
  });

  it("steps forth, and back to the identical picture", async () => {
    const pictures: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      await page.getByRole("button", { name: "Step", exact: true }).click();
      pictures.push(await picture());
    }
    const times = pictures.map((p) => Number((p as { clock: string }).clock));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(6);
    for (let i = 4; i >= 0; i--) {
      await page.getByRole("button", { name: "Step back" }).click();
      expect(await picture()).toEqual(pictures[i]);
    }
  });

  it("scrubs both ways, to the identical picture", async () => {
    await page.keyboard.press("End");
    const box = (await at("timeline").boundingBox())!;
    const to = async (share: number) => {
      await page.mouse.move(box.x + 92 + (box.width - 106) * share, box.y + 60);
    };
    await to(0.3);
    await page.mouse.down();
    await to(0.45);
    const first = await picture();
    await to(0.9);
    const late = await picture();
    await to(0.1);
    await to(0.45);
    expect(await picture()).toEqual(first);
    await to(0.9);
    expect(await picture()).toEqual(late);
    await page.mouse.up();
    expect(late).not.toEqual(first);
    expect(await at("timeline").getAttribute("aria-valuetext")).toMatch(/^\d+\.\d+ s\. /);
  });

  it("obeys the keyboard", async () => {
    await page.keyboard.press("Home");
    await expect.poll(clockUs).toBe(0);
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(clockUs).toBe(520_500);
    await expect.poll(() => text("narration")).toContain("dies at server-1");
    await page.keyboard.press("ArrowRight");
    await expect.poll(clockUs).toBeGreaterThan(520_500);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(clockUs).toBe(520_500);
    await page.keyboard.press("End");
    await expect.poll(clockUs).toBe(3_000_000);
    await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(clockUs).toBe(1_920_500);
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    await expect.poll(clockUs).toBeGreaterThan(0);
    await page.keyboard.press("Space");
    await expect.poll(() => at("play").getAttribute("aria-label")).toBe("Play");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await at("timeline").focus();
    const before = await clockUs();
    await page.keyboard.press("PageUp");
    await expect.poll(clockUs).toBeGreaterThan(before);
    await page.keyboard.press("n");
    await expect.poll(hash).toContain("variant=redis");
  });

  it("jumps from the ledger to what happened", async () => {
    await page.keyboard.press("End");
    await page.locator("[data-testid=matrix] button").first().click();
    await expect.poll(clockUs).toBe(520_500);
    expect(await text("selection")).toContain("B’s copy of A’s message");
    await page.locator("[data-testid=messages] button").nth(1).click();
    await expect.poll(clockUs).toBe(1_200_000);
    await expect.poll(hash).toContain("select=m1");
  });
});

describe("the address", () => {
  it(
    "opens exactly what its sender saw",
    async () => {
      page = await newPage();
      await openStill("#/broadcast-across-servers?variant=redis&t=0");
      await page.locator("select[data-knob='balancer.policy']").selectOption("least-connections");
      await expect.poll(hash).toContain("set=balancer.policy");
      await page.locator("[data-knob='network.client.latencyMs']").fill("35");
      await page.locator("[data-knob='network.client.latencyMs']").blur();
      await expect.poll(hash).toContain("latencyMs%3D35");
      await at("seed").fill("77");
      await at("seed").press("Enter");
      await expect.poll(hash).toContain("seed=77");
      await at("pace").selectOption("slow-10");
      await page.locator("[data-testid=messages] button").first().click();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await expect.poll(hash).toMatch(/select=m0/);
      await drawn();
      await expect.poll(hash).toContain(`t=${await clockUs()}`);
      const seen = await picture();
      const print = await text("fingerprint");
      const address = page.url();
      const other = watch(await context.newPage());
      await page.close();
      page = other;
      await page.goto(address);
      await at("fingerprint").waitFor();
      expect(await text("fingerprint")).toBe(print);
      expect(await picture()).toEqual(seen);
      expect(await at("seed").inputValue()).toBe("77");
      expect(await at("pace").inputValue()).toBe("slow-10");
      expect(await page.locator("[data-knob='network.client.latencyMs']").inputValue()).toBe("35");
      expect(await text("selection")).toContain("A’s message");
      await page.waitForTimeout(400);
      expect(page.url()).toBe(address);
    },
    SLOW,
  );

  it.each([
    ["#/brodcast-across-servers", "Did you mean «broadcast-across-servers»?"],
    ["#/%E0%A4%A", "not readable"],
    ["#nonsense", "is not an address of this page"],
    ["#/broadcast-across-servers?variant=kafka", "there is no variant"],
    ["#/broadcast-across-servers?set=servers.cuont%3D3", "servers.cuont"],
    ["#/broadcast-across-servers?set=servers.count%3D9999", "servers.count"],
    ["#/broadcast-across-servers?t=yesterday&seed=-1", "seed: found «-1»"],
    ["#/?file=AAAA", "is damaged"],
    ["#/broadcast-across-servers?select=m999999", null],
    ["#/<img src=x onerror=alert(1)>", "There is no such lesson"],
  ])("%s gets a kind answer, and a page that works", async (path, expected) => {
    page = await newPage();
    await open(path);
    if (expected === null) expect(await at("problems").count()).toBe(0);
    else expect(await text("problems")).toContain(expected);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => text("narration")).not.toBe("");
    expect(await text("fingerprint")).toMatch(/^[0-9a-f]{16}$/);
  });

  it(
    "that would fill the memory, or is nested without end, is refused, and the page answers",
    async () => {
      const zeros = Array.from({ length: 10 }, () => 0);
      const set = Object.fromEntries(zeros.map((_, i) => [`workload${".*".repeat(i)}`, zeros]));
      const file = { ...EMPTY, variants: { v: { title: "V", set } } };
      const chained = Object.keys(set).map((path) => `set=${path}%3D[${zeros}]`);
      const nested = `${"[".repeat(8000)}${"]".repeat(8000)}`;
      page = await newPage();
      for (const [path, expected] of [
        [`#/?file=${await packText(JSON.stringify(file))}`, "found a path that means more than 1000 places"],
        [`#/broadcast-across-servers?${chained.join("&")}`, "workload found 0; it must be an object"],
        [`#/broadcast-across-servers?set=servers.count%3D${nested}`, "nested deeper than 20 levels"],
        [`#/?file=${await packText(nested)}`, "nested deeper than 20 levels"],
      ] as const) {
        await page.goto("about:blank");
        await open(path);
        await expect.poll(() => text("problems")).toContain(expected);
        await page.keyboard.press("End");
        await expect.poll(clockUs).toBe(3_000_000);
      }
    },
    SLOW,
  );

  it("says everything that is wrong with it, and what it opened instead of a variant", async () => {
    page = await newPage();
    await open("#/broadcast-across-servers?variant=zzz&t=abc&set=1");
    await expect.poll(hash).toContain("variant=no-backplane");
    const told = await text("problems");
    expect(told).toContain("there is no variant");
    expect(told).toContain("Opened instead: «Two servers».");
    expect(told).toContain("t: found «abc»");
    expect(told).toContain("set: «1»");
  });

  it("follows its own changes: back to another lesson, on to a variant", async () => {
    page = await newPage();
    await openStill("#/broadcast-across-servers?variant=redis&t=0");
    const print = await text("fingerprint");
    await page.evaluate(() => {
      location.hash = "#/polling-handshake?variant=cookie&t=0";
    });
    await expect.poll(() => text("fingerprint")).not.toBe(print);
    await page.locator("[data-testid=gallery] a").first().click();
    await expect.poll(() => page.title()).toContain("A message to the other server");
  });
});

describe("a file of one’s own", () => {
  it("opens, and is held by the address", async () => {
    page = await newPage();
    await openStill("#/broadcast-across-servers?t=0");
    const scenario = JSON.parse(readFileSync("simulations/broadcast-across-servers/scenario.json", "utf8"));
    scenario.title = "My own";
    await page.locator("#file").setInputFiles({
      name: "mine.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(scenario)),
    });
    await expect.poll(() => page.title()).toContain("My own");
    await expect.poll(hash).toContain("file=");
    expect(await textOf(page.locator("h1"))).toBe("My own");
  });

  it(
    "opens as it is written; the variants, the key and the button lead on and back",
    async () => {
      const own = JSON.stringify({
        version: 1,
        name: "mine",
        title: "Mine",
        summary: "Nothing joins the servers.",
        durationMs: 2000,
        clients: [
          { name: "A", transport: "websocket" },
          { name: "B", transport: "websocket", startMs: 40 },
        ],
        workload: [{ from: "A", to: "others", atMs: 500 }],
        variants: { mended: { title: "Mended", set: { "backplane.kind": "redis" } } },
      });
      const parsed = parseScenario(own);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
      const mended = withVariant(parsed.scenario, "mended");
      if (!mended.ok) throw new Error("no variant");
      const basePrint = simulate(parsed.scenario, { variant: null }).fingerprint;
      const mendedPrint = simulate(mended.scenario, { variant: "mended" }).fingerprint;
      expect(mendedPrint).not.toBe(basePrint);
      const chosen = () => textOf(page.locator("[data-testid=variants] label:has(input:checked)"));
      page = await newPage();
      await openStill("#/broadcast-across-servers?variant=redis&t=0");
      await page
        .locator("#file")
        .setInputFiles({ name: "own.json", mimeType: "application/json", buffer: Buffer.from(own) });
      await expect.poll(() => text("fingerprint")).toBe(basePrint);
      expect(await chosen()).toBe("As written");
      expect(await page.locator("[data-testid=variants] input").count()).toBe(2);
      expect(await hash()).not.toContain("variant=");
      expect(await text("end-lost")).toBe("1");
      expect(await textOf(at("next-variant"))).toBe("Add a Redis backplane");
      await at("next-variant").click();
      await expect.poll(() => text("fingerprint")).toBe(mendedPrint);
      await expect.poll(hash).toContain("variant=mended");
      expect(await chosen()).toBe("Mended");
      expect(await textOf(at("next-variant"))).toBe("Back to: As written");
      await page.keyboard.press("n");
      await expect.poll(() => text("fingerprint")).toBe(basePrint);
      await page.keyboard.press("n");
      await expect.poll(() => text("fingerprint")).toBe(mendedPrint);
      await page.locator("[data-testid=variants] input").first().check();
      await expect.poll(() => text("fingerprint")).toBe(basePrint);
      await expect.poll(hash).not.toContain("variant=");
      const address = page.url();
      await page.goto("about:blank");
      await page.goto(address);
      await expect.poll(() => text("fingerprint")).toBe(basePrint);
      expect(await chosen()).toBe("As written");
    },
    SLOW,
  );

  it("with errors says where, what was found, and what is allowed, and leaves the page as it was", async () => {
    page = await newPage();
    await openStill("#/broadcast-across-servers?variant=redis&t=0");
    const print = await text("fingerprint");
    await page.locator("#file").setInputFiles({
      name: "bad.json",
      mimeType: "application/json",
      buffer: Buffer.from(
        JSON.stringify({
          version: 1,
          name: "x",
          title: "x",
          summary: "x",
          clients: [{ name: "A" }],
          backplane: { kind: "kafka" },
        }),
      ),
    });
    await at("problems").waitFor();
    expect(await text("problems")).toContain("backplane.kind");
    expect(await text("problems")).toContain("redis");
    expect(await text("fingerprint")).toBe(print);
    await page
      .locator("#file")
      .setInputFiles({ name: "not.json", mimeType: "application/json", buffer: Buffer.from("{ nope") });
    await expect.poll(() => text("problems")).toContain("not JSON");
    expect(await text("fingerprint")).toBe(print);
  });

  it("is refused where the reader is, however far down the page", async () => {
    page = await newPage({ viewport: { width: 390, height: 844 } });
    await openStill("#/broadcast-across-servers?variant=redis&t=0");
    await scrollTo("rules");
    const scrolled = await page.evaluate(() => scrollY);
    expect(scrolled).toBeGreaterThan(500);
    await page
      .locator("#file")
      .setInputFiles({ name: "not.json", mimeType: "application/json", buffer: Buffer.from("{ nope") });
    await at("problems").waitFor();
    expect(await isInView(at("problems"))).toBe(true);
    expect(await page.evaluate(() => scrollY)).toBeGreaterThanOrEqual(scrolled);
    await at("problems").getByRole("button", { name: "Dismiss" }).click();
    expect(await at("problems").count()).toBe(0);
  });
});

describe("the polling handshake", () => {
  it("lists every request, and explains «Session ID unknown»", async () => {
    page = await newPage();
    await openStill("#/polling-handshake?variant=round-robin&t=11999999");
    const table = at("requests");
    await table.waitFor();
    expect(await textOf(table)).toContain("400 Bad Request");
    expect(await textOf(table)).toContain("«Session ID unknown»");
    expect(await textOf(table)).toMatch(/The session lives in the memory of server-\d/);
    await expect
      .poll(() => page.locator("g.loss .why").first().textContent())
      .toContain("400 Session ID unknown");
  });
});

describe("ends of connections", () => {
  const report = (name: string) =>
    packText(readFileSync(new URL(`../reports/${name}.json`, import.meta.url), "utf8"));

  it("are counted by reason, and told as the roots of what dies of them, with the remedy that fits", async () => {
    page = await newPage();
    await openStill(`#/?file=${await report("min-g-delivery-holds-91-percent-lost")}&t=10520500`);
    const causes = await text("causes");
    expect(causes).toContain("×1 recipient away.");
    expect(causes).toContain(
      "Since the balancer had closed B’s connection after 10 s of silence (at 10.021 s). Send heartbeats more often than the smallest idle timeout on the path.",
    );
    expect(await text("ends")).toBe(
      "Connections that ended, or never came about: ×1 idle timeout, at the balancer",
    );
    expect(await text("narration")).toContain("Since the balancer had closed B’s connection");
  });

  it("explain a held poll that a proxy ends with 504", async () => {
    page = await newPage();
    await openStill(`#/?file=${await report("min-a-polling-504")}&t=30000000`);
    expect(await text("ends")).toContain(
      "×1 read timeout (504), at the balancer. Send heartbeats more often than the read timeout",
    );
    const requests = await text("requests");
    expect(requests).toContain("No answer came within the balancer’s read timeout.");
    expect(requests).toContain("The session was over by then (read timeout (504))");
  });
});

describe("labels of packets", () => {
  it.each([
    [1280, 800],
    [390, 844],
  ])(
    "never cover each other, nor what is written on the nodes (%i × %i)",
    async (width, height) => {
      page = await newPage({ viewport: { width, height } });
      // Every label of the last frame drawn: its middle and its width.
      await page.addInitScript(() => {
        const drawn: [string, number, number, number][] = [];
        (window as unknown as { drawn: typeof drawn }).drawn = drawn;
        const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
        // The timeline is drawn too.
        const isStage = ({ canvas }: CanvasRenderingContext2D) =>
          (canvas.getRootNode() as ShadowRoot).host?.localName === "fanout-stage";
        CanvasRenderingContext2D.prototype.clearRect = function (...box) {
          if (isStage(this)) drawn.length = 0;
          clearRect.apply(this, box);
        };
        CanvasRenderingContext2D.prototype.fillText = function (word, x, y) {
          if (isStage(this)) drawn.push([word, x, y, this.measureText(word).width]);
          fillText.call(this, word, x, y);
        };
      });
      await openStill("#/polling-handshake?variant=round-robin&t=0");
      /** Every text on a node: its middle, its width and its height, on the stage. */
      const nodeTexts = () =>
        at("stage").evaluate((stage) => {
          const { left, top } = (stage.querySelector("canvas") as HTMLCanvasElement).getBoundingClientRect();
          return [...stage.querySelectorAll("g.node > text")]
            .filter((element) => element.textContent !== "")
            .map((element): [string, number, number, number, number] => {
              const { x, y, width, height } = element.getBoundingClientRect();
              return [element.textContent ?? "", x + width / 2 - left, y + height / 2 - top, width, height];
            });
        });
      const seen = new Set<string>();
      const covered = new Set<string>();
      await page.keyboard.press("Home");
      for (let i = 0; i < 120; i++) {
        await page.keyboard.press("ArrowRight");
        const drawn = await page.evaluate(
          () =>
            new Promise<[string, number, number, number][]>((done) =>
              requestAnimationFrame(() =>
                requestAnimationFrame(() =>
                  done((window as unknown as { drawn: [string, number, number, number][] }).drawn),
                ),
              ),
            ),
        );
        for (const [j, [word, x, y, width]] of drawn.entries()) {
          seen.add(word);
          for (const [other, x2, y2, width2] of drawn.slice(0, j))
            if (Math.abs(x - x2) < (width + width2) / 2 && Math.abs(y - y2) < 10)
              covered.add(`${other}/${word}`);
        }
        // Letters lie on their packets.
        for (const [node, x, y, wide, high] of await nodeTexts())
          for (const [word, x2, y2, width2] of drawn)
            if (
              word.length > 1 &&
              Math.abs(x - x2) < (wide + width2) / 2 &&
              Math.abs(y - y2) < (0.6 * high + 8) / 2
            )
              covered.add(`${node}/${word}`);
      }
      expect([...seen]).toEqual(expect.arrayContaining(["400", "101", "GET"]));
      expect([...covered]).toEqual([]);
    },
    SLOW,
  );
});

describe("rules", () => {
  const rule = (name: string) => page.locator(`[data-testid=rules] li[data-rule=${name}]`);
  const finding = (name: string) => textOf(rule(name).locator("[data-testid=finding]"));
  const verdict = (name: string) => textOf(rule(name).locator("[data-testid=verdict]"));
  const current = () => textOf(page.locator("[data-testid=story] [aria-current=step]"));
  const search = async (kind: "random" | "exhaustive") => {
    await at("check-kind").selectOption(String(kind === "exhaustive"));
    await at("check").click();
    await at("worth").waitFor({ timeout: 30_000 });
  };

  /** Begins a search of all runs, and stops it as soon as it has found something. What was to be seen then. */
  const searchAndStop = async () => {
    await at("check-kind").selectOption("true");
    // All in the page: a test that looks late would find that the search has ended by itself.
    const running = await at("rules").evaluate((section) => {
      const find = <E extends HTMLElement>(selector: string) => section.querySelector(selector) as E;
      const button = find("[data-testid=check]");
      button.click();
      return new Promise<{
        says: string;
        share: number;
        button: string;
        buttonWidth: number;
        listTop: number;
      }>((done) => {
        const look = () => {
          const says = find("[data-testid=check-result] p").textContent ?? "";
          if (!says.includes("decided")) return void requestAnimationFrame(look);
          done({
            says: says.trim(),
            share: find<HTMLProgressElement>("progress").position,
            button: button.textContent?.trim() ?? "",
            buttonWidth: button.getBoundingClientRect().width,
            listTop: find("ul").getBoundingClientRect().top,
          });
          button.click();
        };
        look();
      });
    });
    await at("worth").waitFor({ timeout: 30_000 });
    return running;
  };

  /** The counterexample that Node finds in the lesson's variant without a backplane. */
  const counterexample = () => {
    const parsed = parseScenario(readFileSync("simulations/broadcast-across-servers/scenario.json", "utf8"));
    const chosen = parsed.ok ? withVariant(parsed.scenario, "no-backplane") : parsed;
    if (!chosen.ok) throw new Error("no such variant");
    const found = check(chosen.scenario, { variant: "no-backplane" }).verdicts.find(
      (one) => one.rule === "delivery",
    );
    if (found?.outcome !== "broken") throw new Error("Node finds no counterexample");
    return found.counterexample;
  };

  it("say what this run makes of them, lead to the moment, and tell the story along with the clock", async () => {
    page = await newPage();
    await openStill("#/broadcast-across-servers?variant=no-backplane&t=0");
    expect(await finding("conservation")).toBe("✓ held in this run: 3 of 3 copies");
    // Where nothing arrives, nothing can arrive in a wrong order: that is no merit.
    expect(await finding("order")).toBe("– silent in this run, it judged nothing: no copy arrives");
    expect(await finding("something-arrives")).toBe("○ not seen in this run");
    expect(await finding("delivery")).toBe("✕ broken in this run, at 0.5205 s as this variant is meant to");
    expect(await page.locator("[data-testid=story] [aria-current=step]").count()).toBe(0);
    await rule("delivery").getByRole("button", { name: "0.5205 s", exact: true }).click();
    await expect.poll(clockUs).toBe(520_500);
    await expect.poll(current).toContain("So this is broken");
    await rule("delivery").getByRole("button", { name: "A sends a message" }).click();
    await expect.poll(clockUs).toBe(500_000);
    await expect.poll(current).toBe("0.500 s A sends a message to B.");
    expect(await at("play").getAttribute("aria-label")).toBe("Play");
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(current).toContain("B's copy dies at server-1");
    await at("next-variant").click();
    await expect.poll(() => finding("delivery")).toBe("✓ held in this run: 3 of 3 copies");
    expect(await finding("order")).toMatch(
      /^✓ held in this run: 1 of 3 copies that arrived; 2 exempt, the first/,
    );
    expect(await finding("something-arrives")).toMatch(/^✓ seen in this run, at \d/);
    expect(await at("story").count()).toBe(0);
  });

  it(
    "a search finds the smallest run that breaks one; it opens at its moment, Back leads to the lesson, and the address opens it cold",
    async () => {
      const { fingerprint, timeUs } = counterexample();
      page = await newPage();
      await openStill("#/broadcast-across-servers?variant=no-backplane&t=400000");
      const lessonPrint = await text("fingerprint");
      const lesson = await hash();
      await search("random");
      await expect.poll(() => text("check-status")).toBe("1 of the 5 rules does not hold.");
      expect(await verdict("conservation")).toMatch(
        /^✓ search: not broken in 1,000 runs \(breaks in < 0.30 % of runs\): 3,000 of 3,000 copies$/,
      );
      expect(await verdict("order")).toBe("– search: silent, it judged nothing: no copy arrives");
      expect(await verdict("something-arrives")).toBe("○ search: unfinished, not seen in 1,000 runs");
      expect(await verdict("delivery")).toBe("✕ search: a run breaks it");
      expect(await text("found")).toContain("2 clients, 2 servers and 1 message");
      expect(await text("because")).toBe(
        "2 servers and no backplane: server-1 can hand messages to its own sockets only.",
      );
      expect(await text("found")).toContain("the variant «Two servers and Redis»; stands in 200 random runs");
      expect(await text("worth")).toContain("1,000 random runs");
      await at("open-counterexample").click();
      await expect.poll(() => text("fingerprint")).toBe(fingerprint);
      expect(fingerprint).not.toBe(lessonPrint);
      await expect.poll(clockUs).toBe(timeUs);
      expect(await at("play").getAttribute("aria-label")).toBe("Play");
      expect(await finding("delivery")).toContain("✕ broken in this run");
      await expect.poll(current).toContain("So this is broken");
      await expect.poll(hash).toContain(`t=${timeUs}`);
      const address = page.url();
      expect(await textOf(at("back"))).toContain("Back to «A message to the other server»");
      expect(await focused()).toMatchObject({ tag: "h1" });
      expect(await text("claim")).toContain("The rule that this run breaks: «");
      expect(await text("narration")).toMatch(
        /✕ A’s message: B’s copy dies at server-1\. .* This breaks «delivery»\.$/,
      );
      expect(await page.locator(".caption").getAttribute("class")).toContain("bad");

      await page.goBack();
      await expect.poll(() => text("fingerprint")).toBe(lessonPrint);
      expect(await hash()).toBe(lesson);
      expect(await clockUs()).toBe(400_000);
      expect(await at("back").count()).toBe(0);
      // What was found of the lesson is still known, and the reader goes on from it.
      await at("open-counterexample").waitFor();
      await expect.poll(focused).toMatchObject({ testid: "open-counterexample", rule: "delivery" });
      expect(await isInView(at("open-counterexample"))).toBe(true);
      await page.goForward();
      await expect.poll(() => text("fingerprint")).toBe(fingerprint);
      expect(await at("open-counterexample").count()).toBe(0);
      await at("back").click();
      await expect.poll(() => text("fingerprint")).toBe(lessonPrint);

      // Whoever goes back as soon as there is a way back does get back.
      await page.evaluate(
        () =>
          new Promise<void>((pressed) => {
            const app = document.querySelector("fanout-app")!.shadowRoot!;
            const watching = new MutationObserver(() => {
              const back = app.querySelector<HTMLElement>("[data-testid=back]");
              if (!back) return;
              watching.disconnect();
              back.click();
              pressed();
            });
            watching.observe(app, { childList: true, subtree: true });
            history.forward();
          }),
      );
      await expect.poll(() => text("fingerprint")).toBe(lessonPrint);
      await expect.poll(() => at("back").count()).toBe(0);

      await page.goto("about:blank");
      await page.goto(address);
      await expect.poll(() => text("fingerprint")).toBe(fingerprint);
      await expect.poll(clockUs).toBe(timeUs);
      await page.waitForTimeout(300);
      expect(await clockUs()).toBe(timeUs);
      await expect.poll(current).toContain("So this is broken");
    },
    SLOW,
  );

  it(
    "a repair turns the knobs, clears the verdicts, and says so where the reader is; with Redis, all runs keep all rules",
    async () => {
      page = await newPage();
      await openStill("#/broadcast-across-servers?variant=no-backplane&t=0");
      await search("exhaustive");
      expect(await verdict("order")).toBe("– search: silent, it judged nothing: no copy arrives");
      expect(await verdict("something-arrives")).toBe("✕ search: never seen in any run within the bounds");
      const repair = rule("delivery").getByRole("button", { name: "Turn «Backplane» to Redis", exact: true });
      expect(await repair.getAttribute("title")).toBe("backplane.kind: redis");
      await repair.evaluate((element) => element.scrollIntoView({ block: "end" }));
      await repair.click();
      await expect.poll(() => finding("delivery")).toBe("✓ held in this run: 3 of 3 copies");
      const mended = "«Backplane» is now Redis: delivery is kept in this run. Check to search again.";
      expect(await textOf(rule("delivery").locator("[data-testid=mended]"))).toBe(`✓ ${mended}`);
      await expect.poll(() => text("check-status")).toBe(mended);
      expect(await isInView(rule("delivery"))).toBe(true);
      expect(await focused()).toMatchObject({ testid: "check" });
      await expect.poll(hash).toContain("set=backplane.kind");
      expect(await page.locator("[data-testid=verdict]").count()).toBe(0);

      // Another run is no longer about the repair.
      await page.locator("[data-testid=variants] input[value=redis]").check();
      await expect.poll(hash).toContain("variant=redis");
      await expect.poll(hash).not.toContain("set=");
      expect(await at("mended").count()).toBe(0);
      await expect.poll(() => text("check-status")).toBe("");
      await search("exhaustive");
      for (const name of ["conservation", "at-most-once", "delivery", "order"])
        expect(await verdict(name)).toMatch(
          /^✓ search: holds in all runs within the bounds: [\d,]+ of [\d,]+ copies/,
        );
      expect(await verdict("something-arrives")).toBe("✓ search: a run shows it");
      await expect.poll(() => text("check-status")).toBe("All 5 rules hold.");
      expect(await text("worth")).toContain("All runs within the bounds were explored");
    },
    SLOW,
  );

  it("of a scenario in which nothing could be judged, both the run and the search say so, and no sign is green", async () => {
    const report = readFileSync("test/reports/min-g-delivery-holds-91-percent-lost.json", "utf8");
    page = await newPage();
    await openStill(`#/?file=${await packText(report)}&t=0`);
    await expect
      .poll(() => finding("delivery"))
      .toBe("– silent in this run, it judged nothing: 1 of 1 copy exempt, recipient away");
    await search("random");
    expect(await verdict("delivery")).toBe(
      "– search: silent, it judged nothing: 1,000 of 1,000 copies exempt, recipient away",
    );
    await expect.poll(() => text("check-status")).toBe("Nothing is known of the rule: see why below.");
    expect(await page.locator("[data-testid=rules] .good").count()).toBe(0);
  });

  it(
    "a search can be stopped, and says what it knows; another variant stops it for good",
    async () => {
      page = await newPage();
      await openStill("#/polling-handshake?variant=round-robin&t=0");
      const running = await searchAndStop();
      expect(running.says).toMatch(/\d runs?, [\d,]+ states .*· ends after 10 s at most$/);
      expect(running.share).toBeGreaterThan(0);
      expect(running.share).toBeLessThan(1);
      expect(running.button).toBe("Stop");
      expect(await text("check-result")).toContain("Stopped.");
      expect(await text("worth")).toContain("This is no proof");
      expect(await verdict("affinity")).toBe("✕ search: a run breaks it");
      const stopped = await textOf(rule("affinity").locator("[data-testid=found]"));
      expect(stopped).toMatch(
        /^A run that breaks it has .*; the search was stopped before it was made smaller/,
      );
      expect(stopped).not.toMatch(/smallest|No turn/);

      await at("check").click();
      await at("next-variant").click();
      await expect.poll(() => textOf(at("check"))).toBe("Check");
      expect(await finding("affinity")).toBe("✓ held in this run: 8 of 8 requests");
      await page.waitForTimeout(500);
      expect(await page.locator("[data-testid=verdict]").count()).toBe(0);
    },
    SLOW,
  );

  it(
    "each search is heard: silence when it begins, then how far it is, then its verdict, even if that is the same again",
    async () => {
      const verdict = "1 of the 5 rules does not hold.";
      page = await newPage();
      const searcher = await takeSearcher(page);
      const said = await noteTexts("check-status");
      await openStill("#/broadcast-across-servers?variant=no-backplane&t=0");
      await search("random");
      await expect.poll(async () => (await said()).at(-1)).toBe(verdict);
      const before = (await said()).length;

      await searcher.hold();
      await at("check").click();
      await expect.poll(async () => (await said()).at(-1)).toBe("");
      await searcher.tell({ runs: 120, states: 0, of: 1000, broken: 1, isSettling: false });
      await expect.poll(async () => (await said()).at(-1)).toBe("120 of 1,000 runs · 1 rule decided");
      await expect.poll(() => searcher.isDone(), { timeout: 30_000 }).toBe(true);
      await searcher.release();
      await expect.poll(async () => (await said()).at(-1)).toBe(verdict);

      await searcher.hurry();
      await at("check").click();
      await expect.poll(async () => (await said()).length).toBe(before + 5);
      expect((await said()).slice(before)).toEqual([
        "",
        "120 of 1,000 runs · 1 rule decided",
        verdict,
        "",
        verdict,
      ]);
    },
    SLOW,
  );

  it.each([
    [1280, 800],
    [390, 844],
  ])(
    "stay where they are when a search begins and ends (%i × %i)",
    async (width, height) => {
      page = await newPage({ viewport: { width, height } });
      await openStill("#/polling-handshake?variant=round-robin&t=0");
      await scrollTo("rules");
      const places = () =>
        at("rules").evaluate((section) => ({
          listTop: section.querySelector("ul")?.getBoundingClientRect().top ?? 0,
          buttonWidth: section.querySelector("[data-testid=check]")?.getBoundingClientRect().width ?? 0,
        }));
      const idle = await places();
      const running = await searchAndStop();
      const done = await places();
      expect([running.buttonWidth, done.buttonWidth]).toEqual([idle.buttonWidth, idle.buttonWidth]);
      for (const { listTop } of [running, done]) expect(Math.abs(listTop - idle.listTop)).toBeLessThan(20);
    },
    SLOW,
  );

  it(
    "say of which rule their buttons are, and show the moment of one on the stage",
    async () => {
      page = await newPage({ reducedMotion: "reduce" });
      await openStill("#/polling-handshake?variant=round-robin&t=0");
      await search("random");
      for (const name of ["affinity", "handshake-completes"])
        for (const testid of ["open-counterexample", "repair"]) {
          const described = await rule(name)
            .locator(`[data-testid=${testid}]`)
            .first()
            .evaluate((button) => {
              const id = button.getAttribute("aria-describedby") ?? "";
              return (button.getRootNode() as ShadowRoot).getElementById(id)?.textContent ?? "";
            });
          expect(described).toContain(name);
        }
      await scrollTo("rules");
      expect(await isInView(at("stage"))).toBe(false);
      const story = rule("handshake-completes").locator("details");
      expect(await story.getAttribute("open")).toBeNull();
      await rule("handshake-completes").locator("button.moment").click();
      await expect.poll(() => isInView(at("stage"))).toBe(true);
      await expect.poll(clockUs).toBe(82_000);
      expect(await story.getAttribute("open")).toBe("");
    },
    SLOW,
  );

  it("fit a small phone, verdicts and all", async () => {
    page = await newPage({ viewport: { width: 320, height: 640 }, hasTouch: true });
    await openStill("#/polling-handshake?variant=round-robin&t=0");
    await search("random");
    expect(await at("found").count()).toBe(2);
    const [scroll, client] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(scroll).toBeLessThanOrEqual(client);
  });

  it("a file that claims none says how to", async () => {
    page = await newPage();
    await openStill(`#/?file=${await packText(JSON.stringify(EMPTY))}&t=0`);
    expect(await text("rules")).toContain("This scenario claims none.");
    expect(await at("check").count()).toBe(0);
  });
});

describe("people differ", () => {
  it("who use the keyboard see where they are on the stage", async () => {
    page = await newPage();
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

  it.each([320, 360, 390, 768])("a screen %i px wide has no sideways scrolling", async (width) => {
    page = await newPage({ viewport: { width, height: 800 }, hasTouch: true });
    for (const path of [
      "#/broadcast-across-servers?variant=no-backplane&t=2999999",
      "#/polling-handshake?variant=round-robin&t=11999999",
    ]) {
      await page.goto("about:blank");
      await openStill(path);
      const [scroll, client] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(scroll).toBeLessThanOrEqual(client);
      expect(await at("next-variant").isVisible()).toBe(true);
    }
  });

  it.each([
    ["#/broadcast-across-servers?variant=no-backplane", 520_500],
    ["a crowd", 5_000_000],
  ])(
    "a window of next to no width is survived, and forgotten (%s)",
    async (lesson, timeUs) => {
      const { CROWD } = await import("./fps.ts");
      const path = lesson === "a crowd" ? `#/?file=${await packText(JSON.stringify(CROWD))}` : lesson;
      page = await newPage();
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
    },
    SLOW,
  );

  it("who prefer less motion get a still picture of the death, and steps", async () => {
    page = await newPage({ reducedMotion: "reduce" });
    await openStill("");
    expect(await clockUs()).toBe(520_500);
    expect(await text("narration")).toContain("dies at server-1");
    await page.waitForTimeout(500);
    expect(await clockUs()).toBe(520_500);
    await at("next-variant").click();
    await expect.poll(() => text("narration")).toContain("arrives at B");
    expect(await at("play").getAttribute("aria-label")).toBe("Play");
  });

  it("who like it dark get it dark", async () => {
    page = await newPage({ colorScheme: "dark" });
    await openStill("#/broadcast-across-servers?t=0");
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await paper();
    await page.getByRole("button", { name: "Light colours" }).click();
    expect(await paper()).not.toBe(dark);
  });

  it(
    "with two hundred clients still get a page that answers",
    async () => {
      page = await newPage();
      const { CROWD } = await import("./fps.ts");
      await open(`#/?file=${await packText(JSON.stringify(CROWD))}&pace=slow-10&t=5000000`);
      expect(await page.locator("g.node.client").count()).toBe(200);
      await at("play").click();
      const before = await clockUs();
      await expect.poll(clockUs, { timeout: 5000 }).toBeGreaterThan(before + 50_000);
      await page.keyboard.press("k");
    },
    SLOW,
  );
});
