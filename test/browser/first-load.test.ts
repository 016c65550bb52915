/** What the page loads before anybody asks for more: within its limit, with all lessons in the course. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPage } from "../support/builds.ts";
import { IS_DEEP } from "../support/depth.ts";
import { launchChromium } from "./chromium.ts";
import { fetchedByOpening, sumOf } from "./opening-figures.ts";
import { servePage } from "./page-server.ts";

/** By gzip; by brotli, which all browsers take, it is a seventh less. What else could be fetched apart, decision 39 says. */
const MOST_BYTES = 178_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function firstLoad(folder: string) {
  const server = await servePage(folder);
  const fetched = await fetchedByOpening(browser, server.url);
  await server.close();
  return fetched;
}

it("is within the limit, and has no tab, no statechart, no search and no schema that nobody has asked for", async () => {
  const fetched = await firstLoad(await builtPage());
  const names = fetched.map(({ path }) => path).join(" ");
  expect(names).toMatch(/\/worker-/);
  expect(names).not.toMatch(
    /check-worker|rules-view|settings-view|ledger-view|requests-view|inspector|exercise|glossary|cost|reader|claims|timer-teller|asked-words|course-words|nearest|\/facts/,
  );
  console.log(`first load: ${sumOf(fetched)} bytes by gzip, ${sumOf(fetched, "brotliBytes")} by brotli`);
  expect(sumOf(fetched)).toBeLessThanOrEqual(MOST_BYTES);
});

it.runIf(IS_DEEP)(
  "what is fetched apart comes once it is asked for: what a field says, and what would have saved a copy",
  async () => {
    const server = await servePage(await builtPage());
    const page = await browser.newPage();
    try {
      // A setting that no step makes: what it is comes from the schema.
      await page.goto(`${server.url}#/half-open?tab=knobs&set=servers.upgradeTimeoutMs%3D9000`);
      await page.getByTitle("How long an upgrade to WebSocket may take").first().waitFor();
      await page.goto(`${server.url}#/broadcast-across-servers?tab=messages`);
      await page.getByText("Join the servers with a backplane").first().waitFor();
      const lesson = page.getByTestId("course").getByRole("link").first();
      await lesson.hover();
      await expect.poll(() => lesson.getAttribute("title")).toContain("backplane");
    } finally {
      await page.close();
      await server.close();
    }
  },
);
