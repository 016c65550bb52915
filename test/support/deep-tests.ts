/** What a deep run is made of: the tests whose size DEPTH sets, which import it, by themselves or through others; and mutants. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const TESTS = resolve(import.meta.dirname, "..");
const DEPTH = join(TESTS, "support/depth.ts");

export function deepTests(): string[] {
  return readdirSync(TESTS, { recursive: true, encoding: "utf8" })
    .map((name) => join(TESTS, name))
    .filter((file) => file.endsWith(".test.ts") && (/mutants/.test(file) || reaches(file, new Set())));
}

/** Whether a file of the tests imports the depth. `seen` are those that were asked before. */
function reaches(file: string, seen: Set<string>): boolean {
  if (file === DEPTH) return true;
  // Some tests have programs in them, whose imports lead elsewhere.
  if (seen.has(file) || !file.startsWith(TESTS) || !existsSync(file)) return false;
  seen.add(file);
  const imports = [...readFileSync(file, "utf8").matchAll(/from "(\.[^"\n]+\.ts)"/g)];
  return imports.some(([, path]) => reaches(resolve(dirname(file), path!), seen));
}
