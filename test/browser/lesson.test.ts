/** A lesson's story beside the stage: questions before their answers, steps in the history, terms, and knobs that leave a step. */
import { expect, it } from "vitest";
import {
  at,
  clockUs,
  focused,
  hash,
  newPage,
  noteTexts,
  open,
  openStill,
  openTab,
  page,
  text,
  useBrowser,
  widths,
} from "./page.ts";

useBrowser();

const LESSON = "#/broadcast-across-servers";
const step = () => at("lesson-step");
const heading = () => step().locator("h2").textContent();
const answers = () => step().locator('input[name^="answer-"]');

it("can be gone through by keyboard alone, from its cover to the next lesson, and all of it is spoken", async () => {
  await newPage({ reducedMotion: "reduce" });
  const spoken = await noteTexts("lesson-step");
  await openStill(LESSON);
  await at("next-step").focus();
  const headings: (string | null)[] = [];
  const replies: string[] = [];
  for (;;) {
    await page.keyboard.press("Enter");
    await expect.poll(heading).not.toBe(headings.at(-1) ?? (await step().locator(".place").textContent()));
    await expect
      .poll(async () => (await step().locator(".place").textContent())?.trim())
      .toBe(`Step ${headings.length + 1} of 7`);
    headings.push(await heading());
    await expect.poll(async () => (await focused()).tag).toBe("h2");
    if ((await answers().count()) > 0) {
      await answers().first().focus();
      await page.keyboard.press("Space");
      await at("reply").waitFor();
      replies.push((await at("reply").textContent())!.trim());
    }
    expect(await text("narration")).not.toBe("");
    if ((await at("next-step").count()) === 0) break;
    await at("next-step").focus();
  }
  expect(new Set(headings).size).toBe(7);
  const told = (await spoken()).map((one) => one.replace(/\s+/g, " "));
  const places = [...headings].map((one) => told.findIndex((part) => part.includes(one!.trim())));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(replies).toHaveLength(4);
  for (const reply of replies)
    expect(told.some((part) => part.includes(reply.replace(/\s+/g, " ")))).toBe(true);
  expect(await text("exercise")).toContain("delivery: ✕ broken in this run");
  await step().getByRole("link", { name: "Next lesson: A handshake in pieces" }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(hash).toMatch(/^#\/polling-handshake/);
  await expect.poll(() => text("lesson-step")).toContain("A lesson in 9 steps");
  await expect.poll(() => at("course").locator("li").first().textContent()).toContain("✓ done");
});

it("can be followed by what is spoken: the step, what is asked, what happens while it plays, the reply and the reason", async () => {
  await newPage();
  const steps = await noteTexts("lesson-step");
  await open(`${LESSON}?step=3`);
  await at("next-step").focus();
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await focused()).tag).toBe("h2");
  await answers().nth(1).focus();
  await page.keyboard.press("Space");
  await at("reply").waitFor();
  for (const region of ["lesson-step", "narration"])
    expect(await at(region).getAttribute("aria-live")).toBe("polite");
  const told = await steps();
  const first = (part: string) => told.findIndex((text) => text.includes(part));
  expect(first("How far does the message get?")).toBeGreaterThan(-1);
  expect(first("Watch what happens.")).toBeGreaterThan(first("How far does the message get?"));
  expect(first("There is nobody left to send it to.")).toBeGreaterThan(first("Watch what happens."));
  expect(first("The copy for B dies at server-1")).toBe(first("There is nobody left to send it to."));
  // While it plays to an answer, nothing gives it away: the picture's words are spoken where it rests.
  expect(await text("narration")).toContain("B’s copy dies at server-1");
});

it("shows nothing of what a question asks for before it is answered, and has happened", async () => {
  await newPage();
  await open(`${LESSON}?step=4`);
  await answers().first().waitFor();
  const isVeiled = () =>
    page.locator("fanout-timeline").evaluate((element) => element.hasAttribute("veiled"));
  const spoilers = () =>
    page.locator("fanout-rules, fanout-ledger, fanout-summary, [data-testid=variants]").count();
  for (const tab of ["Messages", "Rules", "Knobs"]) {
    await openTab(tab);
    await expect
      .poll(() => page.locator("[role=tabpanel]:not([hidden])").textContent())
      .toContain("Answer the story’s question first");
  }
  await openTab("Story");
  expect([await isVeiled(), await spoilers(), await at("reply").count()]).toEqual([true, 0, 0]);
  expect(await step().textContent()).not.toContain("dies");
  expect(await at("play").getAttribute("aria-label")).toBe("Play");
  const beganUs = await clockUs();

  await answers().first().check();
  await at("reply").waitFor();
  expect(await clockUs()).toBeGreaterThan(beganUs);
  expect(await step().locator("label").nth(1).textContent()).toContain("✓");
  expect(await step().locator("label").nth(0).textContent()).toContain("✕");
  expect(await step().textContent()).toContain("The copy for B dies at server-1");
  expect(await isVeiled()).toBe(false);
  expect(await spoilers()).toBe(4);
});

it("has an entry in the history for each step; Back leads to the step before, and an address opens one cold", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${LESSON}?step=1`);
  const first = await heading();
  await at("next-step").click();
  // With a time, it is the address of what is on screen. What is pressed while the page writes one, the browser may drop.
  await expect.poll(hash).toMatch(/step=2.*&t=/);
  await expect.poll(heading).not.toBe(first);
  const second = await heading();
  await page.goBack();
  await expect.poll(heading).toBe(first);
  await page.goForward();
  await expect.poll(heading).toBe(second);
});

it("says so when a knob has left its stage, and sets it again", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${LESSON}?step=1`);
  const again = step().getByRole("button", { name: "Set the stage again" });
  expect(await again.count()).toBe(0);
  await openTab("Knobs");
  await at("variants").getByRole("radio").nth(1).check();
  await openTab("Story");
  await again.waitFor();
  // The step stays, and what it says is of the run that is on stage.
  expect(await step().locator(".place").textContent()).toContain("Step 1 of 7");
  await again.click();
  await expect.poll(() => again.count()).toBe(0);
  await expect.poll(hash).toContain("variant=one-server");
});

it("a variant whose knobs were turned is called changed, says what, and no more what it was", async () => {
  await newPage();
  const set = encodeURIComponent('backplane.kind="none"');
  await openStill(`${LESSON}?variant=redis&set=${set}&t=700000&tab=knobs`);
  const variant = at("variants").locator("label.on");
  const seen = () =>
    variant.evaluate((label) => (label as HTMLElement).innerText.replace(/\s+/g, " ").trim());
  expect(await seen()).toBe("Two servers and Redis, changed");
  expect(await text("shown")).toContain("Two servers and Redis, changed: Backplane: None");
  await page.getByRole("button", { name: "as it was" }).click();
  await expect.poll(seen).toMatch(/^Two servers and Redis Server-1 also publishes/);
  expect(await text("shown")).toBe("Two servers and Redis");
});

it("goes on where a link's settings leave its run without what it tells of", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${LESSON}?step=4&variant=no-backplane&set=clients.A.count%3D2`);
  await expect.poll(() => text("lesson-step")).toContain("A is on …, B on server");
  await answers().first().check();
  await at("reply").waitFor();
});

it("opens a term's entry where the reader is, with its source", async () => {
  await newPage();
  await open(`${LESSON}?step=3`);
  await step().getByRole("button", { name: "round robin" }).click();
  await expect.poll(() => text("term")).toMatch(/^round robin ✕? ?.*nginx/s);
  await at("term").getByRole("button", { name: "Close the entry" }).click();
  await expect.poll(() => at("term").count()).toBe(0);
});

it.each([
  [1024, 768],
  [390, 844],
  [320, 568],
])("fits a window of %i × %i", async (width, height) => {
  await newPage({ viewport: { width, height } });
  await open(`${LESSON}?step=3`);
  await answers().first().waitFor();
  const { page: whole, window } = await widths();
  expect(whole).toBeLessThanOrEqual(window);
  const heights = await step()
    .locator("label, .turn button")
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
});
