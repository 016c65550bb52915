/** The page’s rules, and its search for a run that breaks them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { packText } from "../../src/run/pack.ts";
import { parseScenario, withVariant } from "../../src/scenario/parse.ts";
import { IS_DEEP } from "../support/depth.ts";
import {
  at,
  aWhile,
  clockUs,
  EMPTY,
  focused,
  hash,
  isInView,
  newPage,
  noteTexts,
  openStill,
  openTab,
  page,
  scrollTo,
  text,
  textOf,
  useBrowser,
  widths,
} from "./page.ts";
import { takeSearcher } from "./searcher.ts";

useBrowser();

/** Opens a state at its rules. */
const openRules = (path: string) => openStill(`${path}&tab=rules`);

describe("rules", () => {
  const rule = (name: string) => page.locator(`[data-testid=rules] li[data-rule=${name}]`);
  const finding = (name: string) => textOf(rule(name).locator("[data-testid=finding]"));
  const verdict = (name: string) => textOf(rule(name).locator("[data-testid=verdict]"));
  const current = () => textOf(page.locator("[data-testid=story] [aria-current=step]"));
  const search = async (kind: "random" | "exhaustive") => {
    await at("check-kind").selectOption(String(kind === "exhaustive"));
    await at("check").click();
    await at("worth").waitFor();
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
    await at("worth").waitFor();
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
    await newPage();
    await openRules("#/broadcast-across-servers?variant=no-backplane&t=0");
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

  it("a search finds the smallest run that breaks one; it opens at its moment, Back leads to the lesson, and the address opens it cold", async () => {
    const { fingerprint, timeUs } = counterexample();
    await newPage();
    await openRules("#/broadcast-across-servers?variant=no-backplane&t=400000");
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
    await aWhile();
    expect(await clockUs()).toBe(timeUs);
    await expect.poll(current).toContain("So this is broken");
  });

  it.runIf(IS_DEEP)(
    "a repair turns the knobs, clears the verdicts, and says so where the reader is; with Redis, all runs keep all rules",
    async () => {
      await newPage();
      await openRules("#/broadcast-across-servers?variant=no-backplane&t=0");
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
      await openTab("Knobs");
      await page.locator("[data-testid=variants] input[value=redis]").check();
      await openTab("Rules");
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
  );

  it("of a scenario in which nothing could be judged, both the run and the search say so, and no sign is green", async () => {
    const report = readFileSync("test/reports/min-g-delivery-holds-91-percent-lost.json", "utf8");
    await newPage();
    await openRules(`#/?file=${await packText(report)}&t=0`);
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

  it.runIf(IS_DEEP)(
    "a search can be stopped, and says what it knows; another variant stops it for good",
    async () => {
      await newPage();
      await openRules("#/polling-handshake?variant=round-robin&t=0");
      const running = await searchAndStop();
      expect(running.says).toMatch(/\d runs?, [\d,]+ states .*· ends after 10 s at most$/);
      expect(running.share).toBeGreaterThan(0);
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
      await aWhile();
      expect(await page.locator("[data-testid=verdict]").count()).toBe(0);
    },
  );

  it.runIf(IS_DEEP)(
    "each search is heard: silence when it begins, then how far it is, then its verdict, even if that is the same again",
    async () => {
      const verdict = "1 of the 5 rules does not hold.";
      await newPage();
      const searcher = await takeSearcher();
      const said = await noteTexts("check-status");
      await openRules("#/broadcast-across-servers?variant=no-backplane&t=0");
      await search("random");
      await expect.poll(async () => (await said()).at(-1)).toBe(verdict);
      const before = (await said()).length;

      await searcher.hold();
      await at("check").click();
      await expect.poll(async () => (await said()).at(-1)).toBe("");
      await searcher.tell({ runs: 120, states: 0, of: 1000, broken: 1, isSettling: false });
      await expect.poll(async () => (await said()).at(-1)).toBe("120 of 1,000 runs · 1 rule decided");
      await expect.poll(() => searcher.isDone()).toBe(true);
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
  );

  it.runIf(IS_DEEP).each([
    [390, 844],
    [1280, 800],
  ] as const)("stay where they are when a search begins and ends (%i × %i)", async (width, height) => {
    await newPage({ viewport: { width, height } });
    await openRules("#/polling-handshake?variant=round-robin&t=0");
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
  });

  it.runIf(IS_DEEP)(
    "say of which rule their buttons are, and show the moment of one on the stage",
    async () => {
      await newPage({ reducedMotion: "reduce" });
      await openRules("#/polling-handshake?variant=round-robin&t=0");
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
      const story = rule("handshake-completes").locator("details");
      expect(await story.getAttribute("open")).toBeNull();
      await rule("handshake-completes").locator("button.moment").click();
      await expect.poll(clockUs).toBe(82_000);
      expect(await isInView(at("stage"))).toBe(true);
      expect(await story.getAttribute("open")).toBe("");
    },
  );

  it.runIf(IS_DEEP)("fit a small phone, verdicts and all", async () => {
    await newPage({ viewport: { width: 320, height: 640 }, hasTouch: true });
    await openRules("#/polling-handshake?variant=round-robin&t=0");
    await search("random");
    expect(await at("found").count()).toBe(2);
    const width = await widths();
    expect(width.page).toBeLessThanOrEqual(width.window);
  });

  it("a file that claims none says how to", async () => {
    await newPage();
    await openRules(`#/?file=${await packText(JSON.stringify(EMPTY))}&t=0`);
    expect(await text("rules")).toContain("This scenario claims none.");
    expect(await at("check").count()).toBe(0);
  });
});
