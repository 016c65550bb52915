/** A browser to test in: CHROMIUM_PATH, one that is installed, else the one that npm brought, which is a headless shell too. */
import { existsSync } from "node:fs";
import { type Browser, chromium as playwright } from "playwright-core";

const INSTALLED = [
  process.env.CHROMIUM_PATH,
  // The same engine without the windows of a browser: opening a page takes two thirds of the time.
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Draws in software, talks to nobody. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
];
/** A busy machine starts it late. */
const QUIET = { args: ARGUMENTS, timeout: 120_000 };

/** Starts a headless browser. */
export async function launchChromium(): Promise<Browser> {
  const installed = INSTALLED.find((path) => path !== undefined && path !== "" && existsSync(path));
  if (installed !== undefined) return playwright.launch({ executablePath: installed, ...QUIET });
  return playwright.launch({ ...(await bundledChromium()), ...QUIET });
}

/** What the package changes in the environment, and what it is told by it. */
const CHANGED = ["AWS_EXECUTION_ENV", "FONTCONFIG_PATH", "HOME", "LD_LIBRARY_PATH"];

/**
 * The browser that npm brought, with the shared libraries and fonts that it needs. The package unpacks those only where it
 * believes to run on AWS Lambda; its own arguments are for Lambda too (`--single-process`), and left out.
 */
async function bundledChromium(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const before = CHANGED.map((name) => [name, process.env[name]] as const);
  process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs20.x";
  const { default: bundled } = await import("@sparticuz/chromium");
  const executablePath = await bundled.executablePath();
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
  // What others set in the meantime is theirs.
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return { executablePath, env };
}
