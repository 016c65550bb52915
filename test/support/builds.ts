/** What is built for the tests: once in a run, by the file that asks first, while the others wait. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { inject } from "vitest";
import { buildPage } from "../browser/page-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** The command as `npm run prepare` builds it: the file that Node runs. */
export async function builtCommand(): Promise<string> {
  const folder = await builtOnce("command", async (folder) => {
    const vite = join(ROOT, "node_modules/vite/bin/vite.js");
    const args = ["build", "-c", "vite.node.config.ts", "--outDir", folder, "--logLevel", "error"];
    await promisify(execFile)(process.execPath, [vite, ...args], { cwd: ROOT });
  });
  return join(folder, "fanout.js");
}

/** The folder of the page as `npm start` builds it. */
export function builtPage(): Promise<string> {
  return builtOnce("page", buildPage);
}

/** The folder that `build` has filled. */
async function builtOnce(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const place = join(inject("buildFolder"), name);
  const [building, built, failed] = ["building", "built", "failed"].map((state) => join(place, state));
  if (isFirst(place))
    try {
      await build(building!);
      renameSync(building!, built!);
    } catch (error) {
      writeFileSync(failed!, String(error));
      throw error;
    }
  while (!existsSync(built!)) {
    if (existsSync(failed!))
      throw new Error(`the build of another test file: ${readFileSync(failed!, "utf8")}`);
    await setTimeout(50);
  }
  return built!;
}

/** Only one process can make a folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
