/**
 * After the build: makes `dist/node/fanout.js` executable, and links it into `node_modules/.bin`, as npm does for dependencies
 * but not for the package itself. So `npx fanout` starts at once, without asking and without npm's cache.
 * Where links are not allowed (Windows), npx finds the command by the `bin` of package.json.
 */
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));
chmodSync(path("dist/node/fanout.js"), 0o755);
try {
  mkdirSync(path("node_modules/.bin"), { recursive: true });
  rmSync(path("node_modules/.bin/fanout"), { force: true });
  symlinkSync("../../dist/node/fanout.js", path("node_modules/.bin/fanout"));
} catch {
  // npx finds it all the same.
}
