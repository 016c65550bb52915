/** axe finds nothing to object to: in the views of a lesson and of a run, in both colours, on wide and narrow windows. */
import axe from "axe-core";
import { expect, it } from "vitest";
import { at, drawn, newPage, open, openStill, page, useBrowser } from "./page.ts";

useBrowser();

/**
 * What axe finds, in few words. The names of nodes on the stage are looked at below: axe takes their tooltips for
 * text, and their lines of text for one word.
 */
async function violations(): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: found } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await found.run(document, {
      rules: { "label-content-name-mismatch": { enabled: true } },
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .map(({ html }) => `${id}: ${html}`)
        .filter((one) => !one.startsWith('label-content-name-mismatch: <g class="node')),
    );
  });
}

/** Nodes whose spoken name does not begin with what is written on them. */
const namedOtherwise = () =>
  page.locator("g.nodes > g.node").evaluateAll((nodes) =>
    nodes
      .map((node) => ({
        name: node.getAttribute("aria-label") ?? "",
        written: [...node.querySelectorAll("text")]
          .map((text) => text.textContent ?? "")
          .filter((text) => text !== ""),
      }))
      .filter(({ name, written }) => !name.startsWith(written.join(" "))),
  );

const LESSON = "#/broadcast-across-servers";

/** Colours depend on the theme, and what stands where on the width: each of both is seen. */
const WINDOWS = [
  ["light", 1440],
  ["dark", 390],
] as const;

const VIEWS: Readonly<Record<string, () => Promise<void>>> = {
  cover: () => openStill(`${LESSON}?variant=no-backplane&t=700000`),
  "open question": () => openStill(`${LESSON}?step=4`),
  "answered question, with an entry of the glossary": async () => {
    await open(`${LESSON}?step=3`);
    await at("lesson-step").getByRole("radio").first().check();
    await at("reply").waitFor();
    await at("lesson-step").locator("button.term-link").first().click();
    await at("term").waitFor();
  },
  playground: () => openStill(`${LESSON}?step=7`),
  knobs: () => openStill(`${LESSON}?variant=redis&t=700000&tab=knobs&set=servers.count%3D3`),
  "messages, and the autopsy of one": async () => {
    await openStill(`${LESSON}?variant=no-backplane&t=700000&tab=messages`);
    await page.locator("g.loss").first().press("Enter");
    await at("autopsy").waitFor();
  },
  "rules, and a node": () => openStill(`${LESSON}?variant=no-backplane&t=700000&tab=rules&select=n3`),
  "requests, and a link": () =>
    openStill("#/polling-handshake?variant=round-robin&t=1000000&tab=requests&select=l1"),
  "refused requests": () => openStill("#/polling-handshake?variant=round-robin&t=1000000"),
};

it.each(Object.keys(VIEWS))("%s", async (view) => {
  await newPage({ reducedMotion: "reduce" });
  await VIEWS[view]!();
  for (const [colorScheme, width] of WINDOWS) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await drawn();
    expect({ colorScheme, width, found: await violations() }).toEqual({ colorScheme, width, found: [] });
    expect(await namedOtherwise()).toEqual([]);
  }
});
