/** How the page opens: at first, at any address, with a file of one’s own. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import { sampled } from "../support/depth.ts";
import {
  at,
  atStart,
  aWhile,
  clockUs,
  drawn,
  EMPTY,
  hash,
  isInView,
  newPage,
  noteTexts,
  open,
  openCold,
  openStill,
  openTab,
  page,
  picture,
  scrollTo,
  text,
  textOf,
  useBrowser,
} from "./page.ts";

useBrowser();

describe("the first impression", () => {
  it("shows A’s message die, with the cause, and arrive after one click", async () => {
    await newPage();
    const told = await noteTexts("narration");
    await open();
    const loss = page.locator("g.loss .why");
    await loss.first().waitFor();
    expect(await loss.first().textContent()).toBe("no local socket, no backplane");
    await expect
      .poll(told)
      .toContainEqual(expect.stringContaining("A’s message: B’s copy dies at server-1") as string);
    await openTab("Messages");
    await expect.poll(() => text("now-lost")).not.toBe("0");
    const button = at("next-variant");
    expect(await textOf(button)).toBe("Add a Redis backplane");
    await button.click();
    await expect.poll(hash).toContain("variant=redis");
    await expect.poll(() => text("now-delivered")).not.toBe("0");
    expect(await text("end-lost")).toBe("0");
    expect(await page.locator("g.loss").count()).toBe(0);
    expect(await page.locator('g.node[data-node="B"] .tally').textContent()).toContain("✓");
  });

  it.each([
    [1440, 900],
    [1024, 700],
    [412, 823],
  ])("on %i × %i nothing jumps while it is put together", async (width, height) => {
    await newPage({ viewport: { width, height } });
    await atStart(() => {
      const jumps: number[] = [];
      (window as never as { jumps: typeof jumps }).jumps = jumps;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) jumps.push((entry as never as { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await openStill("#/polling-handshake?step=2");
    await page.locator("fanout-panel h2").first().waitFor();
    const jumps = await page.evaluate(() => (window as never as { jumps: number[] }).jumps);
    // What https://web.dev/articles/cls calls good.
    expect(jumps.reduce((sum, one) => sum + one, 0)).toBeLessThan(0.1);
  });

  it("shows the same fingerprint as Node for every lesson and variant", async () => {
    await newPage();
    await openStill("#/broadcast-across-servers?t=0");
    for (const lesson of ["broadcast-across-servers", "polling-handshake"]) {
      const parsed = parseScenario(readFileSync(`simulations/${lesson}/scenario.json`, "utf8"));
      if (!parsed.ok) throw new Error("does not parse");
      for (const variant of sampled(Object.keys(parsed.scenario.variants), 4)) {
        const chosen = withVariant(parsed.scenario, variant);
        if (!chosen.ok) throw new Error("no variant");
        await open(`#/${lesson}?variant=${variant}&t=0`);
        await expect.poll(() => text("fingerprint")).toBe(simulate(chosen.scenario, { variant }).fingerprint);
      }
    }
  });
});

describe("the address", () => {
  it("opens exactly what its sender saw", async () => {
    await newPage();
    await openStill("#/broadcast-across-servers?variant=redis&t=0");
    await openTab("Knobs");
    await page.locator("select[data-knob='balancer.policy']").selectOption("least-connections");
    await expect.poll(hash).toContain("set=balancer.policy");
    await page.locator("[data-knob='network.client.latencyMs']").fill("35");
    await page.locator("[data-knob='network.client.latencyMs']").blur();
    await expect.poll(hash).toContain("latencyMs%3D35");
    await at("seed").fill("77");
    await at("seed").press("Enter");
    await expect.poll(hash).toContain("seed=77");
    await at("pace").selectOption("slow-10");
    await openTab("Messages");
    await page.locator("[data-testid=messages] button").first().click();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(hash).toMatch(/select=m0/);
    await drawn();
    await expect.poll(hash).toContain(`t=${await clockUs()}`);
    const seen = await picture();
    const print = await text("fingerprint");
    const address = page.url();
    await openCold();
    await at("end-lost").waitFor();
    expect(await text("fingerprint")).toBe(print);
    await expect.poll(picture).toEqual(seen);
    expect(await at("seed").inputValue()).toBe("77");
    expect(await at("pace").inputValue()).toBe("slow-10");
    await expect.poll(() => text("selection")).toContain("A’s message");
    await aWhile();
    expect(page.url()).toBe(address);
    await openTab("Knobs");
    expect(await page.locator("[data-knob='network.client.latencyMs']").inputValue()).toBe("35");
  });

  it.each(
    sampled(
      [
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
      ] as const,
      3,
    ),
  )("%s gets a kind answer, and a page that works", async (path, expected) => {
    await newPage();
    await open(path);
    if (expected === null) expect(await at("problems").count()).toBe(0);
    else expect(await text("problems")).toContain(expected);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => text("narration")).not.toBe("");
    expect(await text("fingerprint")).toMatch(/^[0-9a-f]{16}$/);
  });

  it("that would fill the memory, or is nested without end, is refused, and the page answers", async () => {
    const zeros = Array.from({ length: 10 }, () => 0);
    const set = Object.fromEntries(zeros.map((_, i) => [`workload${".*".repeat(i)}`, zeros]));
    const file = { ...EMPTY, variants: { v: { title: "V", set } } };
    const chained = Object.keys(set).map((path) => `set=${path}%3D[${zeros}]`);
    const nested = `${"[".repeat(8000)}${"]".repeat(8000)}`;
    await newPage();
    const refused = [
      [`#/?file=${await packText(JSON.stringify(file))}`, "found a path that means more than 1000 places"],
      [`#/broadcast-across-servers?${chained.join("&")}`, "workload found 0; it must be an object"],
      [`#/broadcast-across-servers?set=servers.count%3D${nested}`, "nested deeper than 20 levels"],
      [`#/?file=${await packText(nested)}`, "nested deeper than 20 levels"],
    ] as const;
    for (const [path, expected] of sampled(refused, 2)) {
      await page.goto("about:blank");
      await open(path);
      await expect.poll(() => text("problems")).toContain(expected);
      await page.keyboard.press("End");
      await expect.poll(clockUs).toBe(3_000_000);
    }
  });

  it("says everything that is wrong with it, and what it opened instead of a variant", async () => {
    await newPage();
    await open("#/broadcast-across-servers?variant=zzz&t=abc&set=1");
    await expect.poll(hash).toContain("variant=no-backplane");
    const told = await text("problems");
    expect(told).toContain("there is no variant");
    expect(told).toContain("Opened instead: «Two servers».");
    expect(told).toContain("t: found «abc»");
    expect(told).toContain("set: «1»");
  });

  it("follows its own changes: back to another lesson, on to a variant", async () => {
    await newPage();
    await openStill("#/broadcast-across-servers?variant=redis&t=0");
    const print = await text("fingerprint");
    await page.evaluate(() => {
      location.hash = "#/polling-handshake?variant=cookie&t=0";
    });
    await expect.poll(() => text("fingerprint")).not.toBe(print);
    await at("course").locator("a").first().click();
    await expect.poll(() => page.title()).toContain("A message to the other server");
  });
});

describe("a file of one’s own", () => {
  it("opens, and is held by the address", async () => {
    await newPage();
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

  it("opens as it is written; the variants, the key and the button lead on and back", async () => {
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
    await newPage();
    await openStill("#/broadcast-across-servers?variant=redis&t=0");
    await page
      .locator("#file")
      .setInputFiles({ name: "own.json", mimeType: "application/json", buffer: Buffer.from(own) });
    await expect.poll(() => text("fingerprint")).toBe(basePrint);
    expect(await hash()).not.toContain("variant=");
    await openTab("Messages");
    await expect.poll(() => text("end-lost")).toBe("1");
    await openTab("Knobs");
    expect(await chosen()).toBe("As written");
    expect(await page.locator("[data-testid=variants] input").count()).toBe(2);
    expect(await textOf(at("next-variant"))).toBe("Add a Redis backplane");
    await at("next-variant").click();
    await expect.poll(() => text("fingerprint")).toBe(mendedPrint);
    await expect.poll(hash).toContain("variant=mended");
    await expect.poll(chosen).toBe("Mended");
    expect(await textOf(at("next-variant"))).toBe("Back to: As written");
    await page.keyboard.press("n");
    await expect.poll(() => text("fingerprint")).toBe(basePrint);
    await page.keyboard.press("n");
    await expect.poll(() => text("fingerprint")).toBe(mendedPrint);
    await page.locator("[data-testid=variants] input").first().check();
    await expect.poll(() => text("fingerprint")).toBe(basePrint);
    await expect.poll(hash).not.toContain("variant=");
    await openCold();
    await expect.poll(() => text("fingerprint")).toBe(basePrint);
    await expect.poll(chosen).toBe("As written");
  });

  it("with errors says where, what was found, and what is allowed, and leaves the page as it was", async () => {
    await newPage();
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
    await newPage({ viewport: { width: 390, height: 844 } });
    await openStill("#/broadcast-across-servers?variant=redis&t=0&tab=rules");
    await scrollTo("rules");
    const scrolled = await page.evaluate(() => scrollY);
    expect(scrolled).toBeGreaterThan(200);
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
