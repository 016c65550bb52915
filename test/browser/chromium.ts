/** A browser to test in: CHROMIUM_PATH, one that is installed, else the one that npm brought. */
import { existsSync } from "node:fs";
import { type Browser, chromium as playwright } from "playwright-core";

const INSTALLED = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Draws in software, talks to nobody. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
];

/** Starts a headless browser. */
export async function launchChromium(): Promise<Browser> {
  const installed = INSTALLED.find((path) => path !== undefined && path !== "" && existsSync(path));
  if (installed !== undefined) return playwright.launch({ executablePath: installed, args: QUIET });
  const { default: bundled } = await import("@sparticuz/chromium");
  return playwright.launch({
    executablePath: await bundled.executablePath(),
    args: [...bundled.args, ...QUIET],
  });
}
