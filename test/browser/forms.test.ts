/** What has a form of its own beside the stage: who is online, what senders believe, and what went by which channel. */
import { expect, it } from "vitest";
import { at, newPage, openStill, openTab, page, textOf, useBrowser, widths } from "./page.ts";

useBrowser();

const END = 1e9;

it("who is online: a row for each user, what is true beside what is believed, in words too", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`#/ghosts?variant=set-user&t=${END}`);
  const rows = at("presence").getByRole("img");
  await expect.poll(() => rows.count()).toBe(4);
  const ben = (await rows.nth(1).getAttribute("aria-label"))!;
  const [, there, believed] = /^ben: there .+ to (\S+) s; believed to be .+ to (\S+) s$/.exec(ben)!;
  expect(Number(believed)).toBeGreaterThan(Number(there));
  expect(await at("presence").locator("rect.ghost").count()).toBeGreaterThan(0);
  expect(await textOf(at("presence"))).toContain("ghost");
  // Where keys expire, nobody is believed in for ever.
  await openStill(`#/ghosts?variant=connection-key&t=${END}`);
  await expect
    .poll(async () => (await rows.nth(1).getAttribute("aria-label")) ?? ben)
    .not.toContain(believed!);
});

it("what senders believe: a table, and a tile for each message, which chooses it", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/dedupe-window?variant=memory&t=1");
  await openTab("Messages");
  await expect.poll(() => page.getByText("Nothing has been sent yet.").count()).toBe(1);
  await openStill(`#/dedupe-window?variant=memory&t=${END}`);
  await openTab("Messages");
  await expect.poll(() => textOf(at("outcomes"))).toMatch(/again.*told «done»/s);
  expect(await at("outcomes").locator("td.wrong").count()).toBe(1);
  await page
    .getByRole("button", { name: /^Message \d+: told «done», done once/ })
    .first()
    .click();
  await expect.poll(() => page.locator(".outcomes button.chosen").count()).toBe(1);
});

it("what went by which channel, what it cost, and who was told twice; on a phone, too", async () => {
  await newPage({ viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
  await openStill(`#/fallback-to-sms?variant=everything&t=${END}`);
  await openTab("Messages");
  await expect.poll(() => textOf(at("channels"))).toMatch(/sms.*\$0\.0\d+.*sent.*spent\..*Told twice: B/s);
  const { page: wide, window } = await widths();
  expect(wide).toBeLessThanOrEqual(window);
});
