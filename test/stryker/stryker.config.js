/**
 * Mutation testing, `npm run mutants`: Stryker changes the sources in small ways, one at a time, and sees whether a test
 * fails. There are too many such changes to try all, and Stryker draws no sample: here a hash of each line says whether
 * the changes that lie within it and the next few are tried. So the sample is always the same, and where a source
 * changes, it changes there alone.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

/** Of so many lines, one is drawn. Small folders have a higher share, so that a score of theirs says something. */
const LINES_A_DRAW = { kernel: 60, statechart: 100, model: 400, check: 600, scenario: 400, run: 140 };
/** Wide enough for a short block, or for an object of some lines, to lie within. */
const WINDOW_LINES = 5;

function drawn(folder) {
  return readdirSync(`src/${folder}`, { recursive: true })
    .filter((name) => /(?<!\.d)\.ts$/.test(name))
    .sort()
    .flatMap((name) => windowsIn(`src/${folder}/${name}`, LINES_A_DRAW[folder]));
}

function windowsIn(file, linesADraw) {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, i) => {
    const hash = createHash("sha256").update(`${file} ${line}`).digest().readUInt32BE();
    return hash % linesADraw === 0 && !/^\s*($|[/*])/.test(line)
      ? [`${file}:${i + 1}-${i + WINDOW_LINES}`]
      : [];
  });
}

export default {
  mutate: Object.keys(LINES_A_DRAW).flatMap(drawn),
  testRunner: "vitest",
  // Vitest can't see which tests need a source: they import what is compiled from it. Stryker sees what each test executes.
  vitest: { configFile: "test/stryker/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  // What is executed only while a module is loaded, as constants and texts are, would need all tests for each change.
  ignoreStatic: true,
  // It would be rewritten with a function that TypeScript no longer has. Nothing here needs that.
  tsconfigFile: "none",
  // At the top only: the tests have a folder of that name, too.
  ignorePatterns: ["/dist", "/reports"],
  reporters: ["clear-text", "progress-append-only", "json"],
  // A first run of all these tests.
  dryRunTimeoutMinutes: 30,
};
