/** What the page loads before anybody asks for more: within its limit, now and with sixty lessons. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPage } from "../support/builds.ts";
import { DEPTH } from "../support/depth.ts";
import { launchChromium } from "./chromium.ts";
import { fetchedByOpening, sumOf } from "./opening-figures.ts";
import { servePage } from "./page-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** By gzip; by brotli, which all browsers take, it is a seventh less. What else could be fetched apart, decision 39 says. */
const MOST_BYTES = 178_000;
const LESSONS = 60;
/** How many are to come until there are so many, if any. */
const MORE = Math.max(0, LESSONS - lessonsNow());
/** What the course lists of a lesson, and where its files are. */
const MOST_BYTES_A_LESSON = 100;
const COPIED = "polling-handshake";

function lessonsNow(): number {
  return readdirSync(join(ROOT, "simulations"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  ).length;
}

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

/** Words in another order, so that copies are as different from each other as lessons are. */
function shuffled(text: string, seed: number): string {
  const words = text.split(" ");
  let state = seed;
  for (let i = words.length - 1; i > 0; i--) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const j = state % (i + 1);
    [words[i], words[j]] = [words[j]!, words[i]!];
  }
  return words.join(" ");
}

/** Builds the page in a copy of its sources that has as many lessons more. */
function buildWithCopies(place: string): string {
  for (const name of [
    "src",
    "simulations",
    "docs",
    "index.html",
    "vite.config.ts",
    "package.json",
    "tsconfig.json",
  ])
    cpSync(join(ROOT, name), join(place, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(place, "node_modules"));
  for (let i = 1; i <= MORE; i++) {
    const folder = join(
      place,
      "simulations",
      `${shuffled("slow broken held late lost", i).replaceAll(" ", "-")}-${i}`,
    );
    cpSync(join(place, "simulations", COPIED), folder, { recursive: true });
    const change = (file: string, pattern: RegExp) => {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      expect(text).toMatch(pattern);
      writeFileSync(
        path,
        text.replace(pattern, (_, before, words) => before + shuffled(words, i)),
      );
    };
    change("scenario.json", /("title": ")([^"]*)/);
    change("scenario.json", /("summary": ")([^"]*)/);
    change("lesson.md", /(\nteaches: )([^\n]*)/);
  }
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const env = { ...process.env, NODE_ENV: "production" };
  execFileSync(process.execPath, [vite, "build", "--outDir", "built", "--logLevel", "error"], {
    cwd: place,
    env,
  });
  return join(place, "built");
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

it("what is fetched apart comes once it is asked for: what a field says, and what would have saved a copy", async () => {
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
});

it.runIf(DEPTH > 1)("with sixty lessons grows by what the course lists of each", async () => {
  const place = mkdtempSync(join(tmpdir(), "fanout-lessons-"));
  try {
    const before = sumOf(await firstLoad(await builtPage()));
    const fetched = await firstLoad(buildWithCopies(place));
    const after = sumOf(fetched);
    console.log(`first load, gzip: ${before} bytes; with ${MORE} lessons more: ${after} bytes`);
    expect(after - before).toBeLessThanOrEqual(MORE * MOST_BYTES_A_LESSON);
    expect(after).toBeLessThanOrEqual(MOST_BYTES);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
