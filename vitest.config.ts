import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { lessons } from "./src/lesson/vite-plugin.ts";
import { COMPILED, compiledSources } from "./test/support/compiled-sources.ts";
import { deepTests } from "./test/support/deep-tests.ts";
import { DEPTH } from "./test/support/depth.ts";

/** A guard against what hangs, and no measure: a machine that is slow and busy needs a minute where a quiet one needs a second. */
const PATIENCE_MS = 300_000 * DEPTH;

export default defineConfig({
  plugins: [compiledSources(), lessons()],
  test: {
    include: DEPTH > 1 ? deepTests() : ["test/**/*.test.ts"],
    // That tests find what they are for is itself tested where there is more time.
    exclude: DEPTH > 1 ? [] : ["test/**/*mutants*{,/**}"],
    // What tests share is as they found it when they end, so that they can share a process: a third of the time would go into starting more.
    isolate: false,
    // Runs and searches leave much that is short-lived behind: with 64 MB of room for it, it is cleared away less often.
    execArgv: ["--max-semi-space-size=64"],
    // Vitest would leave a core to itself, which is half of two. Tests of the page wait now and then: others can go on meanwhile.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // What documents show is executed by processes, which search with all cores.
    maxConcurrency: 2,
    globalSetup: "test/support/global-setup.ts",
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    // What is waited for comes late on a busy machine; a test that passes never waits so long.
    expect: { poll: { timeout: 60_000 } },
    // What is compiled for tests, and bundles that they make of the library: Node imports them itself.
    server: { deps: { external: [COMPILED, /fanout-lab-mutant-/] } },
    // XState's development build warns whenever an action sends to another actor: the model's machines do.
    onConsoleLog: (log) => !log.includes("Custom actions should not call"),
  },
});
