/** Firefox, where it is installed. Playwright drives none but its own build, so this one opens an address, and what it shows has to say so itself. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const INSTALLED = [
  process.env.FIREFOX_PATH,
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
];

/** Talks to nobody, and asks nothing. */
const QUIET = {
  "app.update.auto": false,
  "browser.aboutwelcome.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "http://127.0.0.1:9",
  "toolkit.telemetry.server": "",
};

export function installedFirefox(): string | undefined {
  return INSTALLED.find((path) => path !== undefined && path !== "" && existsSync(path));
}

/** Opens an address in a headless Firefox that knows nothing of others. The answer closes it. */
export function openInFirefox(path: string, url: string): () => Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "fanout-firefox-"));
  const lines = Object.entries(QUIET).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(home, "user.js"), lines.join("\n"));
  const firefox = spawn(path, ["--headless", "--no-remote", "--profile", home, url], {
    env: { ...process.env, HOME: home },
    stdio: "ignore",
    // Its processes are a group of their own, and end together.
    detached: true,
  });
  return async () => {
    await ended(firefox);
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  };
}

function ended(firefox: ChildProcess): Promise<void> {
  if (firefox.pid === undefined || firefox.exitCode !== null) return Promise.resolve();
  const { pid } = firefox;
  return new Promise((done) => {
    firefox.once("exit", () => done());
    process.kill(-pid, "SIGKILL");
  });
}
