/** What can be done on the stage: every act is written into the scenario, is undone and redone, and travels in the link. */
import { expect, it } from "vitest";
import { IS_DEEP, sampled } from "../support/depth.ts";
import { at, clockUs, hash, newPage, openCold, openStill, openTab, page, text, useBrowser } from "./page.ts";

useBrowser();

const REDIS = "#/broadcast-across-servers?variant=redis";
const select = async (node: string) => {
  await page.locator(`[data-node="${node}"]`).click();
  await at("selection").waitFor();
};
const press = (name: string) => at("selection").getByRole("button", { name, exact: true }).click();
/** Clicks the packet that is in flight, by the letter of its sender: it lies on the line between two nodes. */
const clickBetween = async (one: string, other: string, share: number) => {
  const centre = async (node: string) => {
    const { x, y, width, height } = (await page.locator(`[data-node="${node}"] .body`).boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  };
  const [a, b] = [await centre(one), await centre(other)];
  await page.mouse.click(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
};

const grip = () => page.locator('[data-grip="B/balancer"]').press("Enter");
/** An act, and the fault that came before, if there must be one. */
const ACTS: readonly (readonly [
  act: string,
  time: number,
  begin: () => Promise<void>,
  words: RegExp,
  before?: object,
])[] = [
  ["crash", 515_000, () => select("server-2").then(() => press("Crash")), /crash of server-2/],
  ["reload", 515_000, () => select("balancer").then(() => press("Reload")), /Reload of balancer/],
  ["stop", 515_000, () => select("server-2").then(() => press("Stop")), /server-2 is told to stop/],
  [
    "restart",
    515_000,
    () => select("server-2").then(() => press("Restart")),
    /Restart of server-2/,
    { atMs: 400, act: "crash", target: "server-2" },
  ],
  [
    "resume",
    515_000,
    () => select("backplane").then(() => press("Resume")),
    /Resume of backplane/,
    { atMs: 400, act: "freeze", target: "backplane" },
  ],
  [
    "heal",
    515_000,
    () => grip().then(() => press("Heal")),
    /Repair of the link B\/balancer/,
    { atMs: 400, act: "cut", target: "B/balancer" },
  ],
  ["close", 515_000, () => select("A").then(() => press("Close page")), /A: the page is closed/],
  ["freeze", 515_000, () => select("backplane").then(() => press("Freeze")), /freeze of backplane/],
  ["cut", 515_000, () => grip().then(() => press("Cut")), /cut of the link B\/balancer/],
  [
    "throttle",
    515_000,
    () => select("A").then(() => press("Background")),
    /timers of A fire only every 60 s/,
  ],
  ["mute", 515_000, () => grip().then(() => press("Mute")), /connections on the link B\/balancer go mute/],
  [
    "slow",
    515_000,
    async () => {
      await grip();
      await at("selection").getByLabel("Latency (ms)").fill("300");
      await page.keyboard.press("Enter");
    },
    /link B\/balancer now takes 300 ms/,
  ],
  [
    "lose",
    515_000,
    async () => {
      await grip();
      await at("selection").getByLabel("Loss (%)").fill("25");
      await page.keyboard.press("Enter");
    },
    /link B\/balancer now loses 25 % of its packets/,
  ],
  [
    "drop",
    510_000,
    () => clickBetween("A", "balancer", 0.41).then(() => press("Drop it")),
    /packet \d+ from A to balancer is dropped/,
  ],
  [
    "delay",
    510_000,
    async () => {
      await clickBetween("A", "balancer", 0.41);
      await at("selection").getByLabel("Hold it back by (ms)").fill("150");
      await page.keyboard.press("Enter");
    },
    /packet \d+ from A to balancer is held back, and arrives 150 ms later/,
  ],
];

it.each(
  sampled(ACTS, 12).map(
    ([act, time, begin, words, earlier]) => [act, { time, begin, words, earlier }] as const,
  ),
)("%s: struck, taken back, done again, opened elsewhere", async (_act, { time, begin, words, earlier }) => {
  await newPage({ reducedMotion: "reduce" });
  const set =
    earlier === undefined ? "" : `&set=${encodeURIComponent(`faults=${JSON.stringify([earlier])}`)}`;
  await openStill(`${REDIS}&t=${time}${set}`);
  const [before, shown] = [await text("fingerprint"), await text("shown")];
  await begin();
  await expect.poll(() => text("shown")).toMatch(words);
  // The parts of the page are updated one after the other.
  await expect.poll(() => text("fingerprint")).not.toBe(before);
  const struck = await text("fingerprint");
  expect(await clockUs()).toBe(time);
  await page.locator("h1").focus();
  await page.keyboard.press("Control+z");
  await expect.poll(() => text("fingerprint")).toBe(before);
  await expect.poll(() => text("shown")).toBe(shown);
  await page.keyboard.press("Control+Shift+Z");
  await expect.poll(() => text("fingerprint")).toBe(struck);
  await expect.poll(hash).toContain("set=faults");
  await openCold();
  expect(await text("fingerprint")).toBe(struck);
  await openTab("Knobs");
  await expect.poll(() => text("changes")).toMatch(words);
  await at("changes")
    .getByRole("button", { name: /^Take back/ })
    .last()
    .click();
  await expect.poll(() => text("fingerprint")).toBe(before);
  if (earlier === undefined) await expect.poll(hash).not.toContain("set=");
});

it.runIf(IS_DEEP)("what was crashed is restarted, what was cut heals", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${REDIS}&t=600000`);
  await select("server-2");
  await press("Crash");
  await expect.poll(() => text("selection")).toContain("crashed");
  await at("timeline").press("PageUp");
  await press("Restart");
  await expect.poll(() => text("selection")).toMatch(/^server-2 up/);
  await page.locator('[data-grip="A/balancer"]').press("Enter");
  await press("Cut");
  await expect.poll(() => text("selection")).toContain("no packet gets through");
  await press("Heal");
  await expect.poll(() => text("selection")).toContain("latency 20 ms, no loss");
  await openTab("Knobs");
  await expect.poll(() => at("changes").getByRole("listitem").count()).toBe(4);
});

it("a node shows its statecharts with the state lit, and the last change", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${REDIS}&t=600000`);
  await select("A");
  const chart = page.locator("svg.chart").first();
  const label = await chart.getAttribute("aria-label");
  expect(label).toMatch(/^Statechart of client: \S+$/);
  expect(await chart.locator(".on text").textContent()).toBe(label!.split(": ")[1]);
  expect(await chart.locator(".on text").count()).toBe(1);
  expect(await chart.locator(".arc.last").count()).toBeGreaterThan(0);
  expect(await text("selection")).toMatch(/Next: .* → /);
});

it("a lost copy has an autopsy: where, why, its way, each step a link to its moment", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/broadcast-across-servers?variant=no-backplane&t=700000");
  await page.locator("g.loss").first().press("Enter");
  expect(await text("autopsy")).toMatch(
    /^✕ Died at server-1 at 0.5205 s ?: no local socket, no backplane\..*Join the servers with a backplane/,
  );
  const hops = at("hops").getByRole("listitem");
  expect(await hops.count()).toBe(2);
  await hops.nth(1).getByRole("button").click();
  await expect.poll(clockUs).toBe(520_000);
});

it("the stage is one stop of the tabulator; arrow keys go on from there", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(`${REDIS}&t=600000`);
  expect(await page.locator('svg.topology [tabindex="0"]').count()).toBe(1);
  await page.locator('svg.topology [tabindex="0"]').focus();
  const names: (string | null)[] = [];
  for (let i = 0; i < 6; i++) {
    names.push(await page.locator('svg.topology [tabindex="0"]').getAttribute("data-node"));
    await page.keyboard.press("ArrowRight");
  }
  expect(new Set(names)).toEqual(new Set(["A", "B", "balancer", "server-1", "server-2", "backplane"]));
  expect(await clockUs()).toBe(600_000);
});
