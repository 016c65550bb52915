import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes late on a busy machine; a test that passes never waits so long.
    expect: { poll: { timeout: 20_000 } },
    // Bundles that tests make of the library: Node imports them itself.
    server: { deps: { external: [/fanout-lab-mutant-/] } },
    // XState's development build warns whenever an action sends to another actor: the model's machines do.
    onConsoleLog: (log) => !log.includes("Custom actions should not call"),
  },
});
