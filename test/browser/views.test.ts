/** Pictures of all sizes: what is written on the stage covers nothing else that is written there, and nothing is cut off. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { packText } from "../../src/run/pack.ts";
import { sampled } from "../support/depth.ts";
import { at, drawn, newPage, openStill, page, useBrowser } from "./page.ts";

useBrowser();

/** Texts on the stage that cover each other, leave its frame or are left out, or have no room in the panel's tabs. */
const faults = () =>
  page.evaluate(() => {
    const app = document.querySelector("fanout-app")!.shadowRoot!;
    const stage = app.querySelector("fanout-stage")!.shadowRoot!;
    const frame = stage.querySelector(".frame")!.getBoundingClientRect();
    const boxes = [...stage.querySelectorAll("svg.topology text")]
      .filter((text) => text.textContent !== "")
      .map((text) => ({ text: text.textContent!, box: text.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0);
    const found: string[] = [];
    for (const { text, box } of boxes)
      if (
        box.left < frame.left - 1 ||
        box.right > frame.right + 1 ||
        box.top < frame.top - 1 ||
        box.bottom > frame.bottom + 1
      )
        found.push(`«${text}» leaves the stage`);
    for (const [i, one] of boxes.entries())
      for (const other of boxes.slice(i + 1)) {
        const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // Letters take less than their line.
        if (wide > 1 && high > 4) found.push(`«${one.text}» covers «${other.text}»`);
      }
    // Boxes stand apart, each on the stage, and what is written in one stays in it.
    const bodies = [...stage.querySelectorAll("g.node .body, g.cohort .body, g.node .halo")].map((body) => ({
      body,
      name: body.parentElement!.getAttribute("aria-label") ?? "",
      box: body.getBoundingClientRect(),
    }));
    for (const [i, { body, name, box }] of bodies.entries()) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1)
        found.push(`the box of «${name}» leaves the stage`);
      if (box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        found.push(`the box of «${name}» leaves the stage`);
      for (const other of bodies.slice(i + 1)) {
        if (other.body.parentElement === body.parentElement) continue;
        const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (wide > 2 && high > 2) found.push(`the box of «${name}» covers that of «${other.name}»`);
      }
      for (const text of stage.querySelectorAll("g.loss text")) {
        const of = text.getBoundingClientRect();
        const wide = Math.min(box.right, of.right) - Math.max(box.left, of.left);
        const high = Math.min(box.bottom, of.bottom) - Math.max(box.top, of.top);
        if (of.width > 0 && wide > 1 && high > 4)
          found.push(`«${text.textContent}» covers the box of «${name}»`);
      }
      if (!body.matches("g.cohort .body, g.server .body, g.balancer .body, g.backplane .body")) continue;
      for (const text of body.parentElement!.querySelectorAll("text")) {
        const own = text.getBoundingClientRect();
        if (own.width > 0 && (own.left < box.left - 1 || own.right > box.right + 1))
          found.push(`«${text.textContent}» leaves its box`);
      }
    }
    for (const server of stage.querySelectorAll("g.node.server"))
      if (server.querySelector("text.name")!.textContent === "")
        found.push(`«${server.getAttribute("aria-label")}» has no name`);
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    const tabs = app.querySelector("fanout-panel")!.shadowRoot!.querySelector(".tabs")!;
    if (tabs.scrollWidth > tabs.clientWidth) found.push("a tab is cut");
    return found;
  });

const base = {
  version: 1,
  name: "view",
  title: "A view",
  summary: "A view.",
  durationMs: 4000,
  backplane: { kind: "redis" },
  workload: [{ from: "first", to: "others", atMs: 1500 }],
};
const clients = (count: number) => [
  { name: "first", transport: "websocket" },
  { name: "crowd", count: count - 1, transport: "websocket", startMs: 100 },
];

const VIEWS: Readonly<Record<string, () => Promise<string>>> = {
  "two clients, a loss": async () => "#/broadcast-across-servers?variant=no-backplane&t=700000",
  "two clients, all lost": async () => "#/broadcast-across-servers?variant=no-backplane&t=3000000",
  "refused requests": async () => "#/polling-handshake?variant=round-robin&t=11999999",
  "a NAT": async () => "#/keepalive-is-not-a-heartbeat?t=30000000",
  "a badge on three tabs, a knob turned": async () =>
    "#/saturation?variant=too-much&t=8000000&tab=messages&set=servers.count%3D1",
  "two kinds of loss at Redis": async () => "#/slow-subscriber?step=4&t=12000000",
  "24 clients": () => link({ ...base, servers: { count: 4 }, clients: clients(24) }),
  "200 clients": () => link({ ...base, servers: { count: 6 }, clients: clients(200) }),
  "2,000 clients, thousands of losses": () =>
    link({ ...base, servers: { count: 3 }, backplane: { kind: "none" }, clients: clients(2000) }),
  "200 clients in groups": () =>
    link({
      ...base,
      servers: { count: 4 },
      clients: [
        { name: "first", transport: "websocket" },
        { name: "phones", count: 120, transport: "websocket", startMs: 100 },
        { name: "desktops", count: 79, transport: "websocket", startMs: 100 },
      ],
    }),
  "9 servers, a grid of losses": () =>
    link({ ...base, servers: { count: 9 }, backplane: { kind: "none" }, clients: clients(18) }),
  "losses of many kinds at two servers": () => reported("r05-fly-two-machines", 40_020_500),
  "64 servers, 2,000 clients": () => link({ ...base, servers: { count: 64 }, clients: clients(2000) }),
  "64 servers": () => link({ ...base, servers: { count: 64 }, clients: clients(24) }),
  "long names": () =>
    link({
      ...base,
      clients: [
        { name: "first", transport: "websocket" },
        { name: "the-telephone-of-grandmother-in-the-mountains", transport: "websocket", startMs: 50 },
        { name: "somebody-with-a-name-that-does-not-end", transport: "websocket", startMs: 90 },
      ],
      proxies: [{ name: "edge-proxy-in-front-of-everything" }],
    }),
};
const reported = async (name: string, timeUs: number) =>
  `#/?file=${await packText(readFileSync(new URL(`../reports/${name}.json`, import.meta.url), "utf8"))}&t=${timeUs}`;
const link = async (scenario: object) => `#/?file=${await packText(JSON.stringify(scenario))}&t=2500000`;

it.each(sampled(Object.keys(VIEWS), 6))("%s", async (view) => {
  await newPage({ reducedMotion: "reduce" });
  await openStill(await VIEWS[view]!());
  expect(await at("problems").count()).toBe(0);
  const found: Record<string, string[]> = {};
  for (const [width, height] of [
    [1920, 1080],
    [1440, 900],
    [1280, 800],
    [1024, 700],
    [768, 1024],
    [390, 844],
    [320, 640],
  ] as const) {
    await page.setViewportSize({ width, height });
    await drawn();
    const some = await faults();
    if (some.length > 0) found[width] = some;
  }
  expect(found).toEqual({});
});

it("the help and the requests have room for their words, on any width", async () => {
  await newPage({ reducedMotion: "reduce" });
  await openStill("#/polling-handshake?variant=round-robin&t=1000000&tab=requests");
  await page.locator("td.line").first().waitFor();
  const cut: string[] = [];
  for (const width of [1440, 1024, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await drawn();
    const { whole, seen } = await page
      .locator("fanout-requests .scroll")
      .evaluate((scroll) => ({ whole: scroll.scrollWidth, seen: scroll.clientWidth }));
    if (whole > seen) cut.push(`requests at ${width} px: ${seen} of ${whole}`);
  }
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  for (const width of [1440, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await drawn();
    const widths = await page
      .locator("dialog[open] dd")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
    if (Math.min(...widths) < 100) cut.push(`help at ${width} px: ${Math.min(...widths)}`);
  }
  expect(cut).toEqual([]);
});
