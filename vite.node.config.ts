/** Builds what runs in Node: the command line, the library and, with `--mode bench` and `--mode fuzz`, what is run by hand. */
import { defineConfig } from "vite";

const BY_HAND: Readonly<Record<string, string>> = {
  bench: "test/bench/main.ts",
  fuzz: "test/hostile/fuzz/main.ts",
};

export default defineConfig(({ mode }) => ({
  // Packages of many files, of which little is used: to find and read each file took a quarter of the time of a short command.
  ssr: {
    noExternal: [
      "zod",
      "xstate",
      "commander",
      "marked",
      "fastest-levenshtein",
      "fast-string-width",
      "fast-string-truncated-width",
    ],
  },
  build: {
    ssr: true,
    target: "node20",
    outDir: mode in BY_HAND ? `dist/${mode}` : "dist/node",
    rolldownOptions: {
      input:
        mode in BY_HAND
          ? { main: BY_HAND[mode]! }
          : { fanout: "src/cli/main.ts", "check-worker": "src/cli/check/worker.ts", index: "src/index.ts" },
      // Constants of modules stay `const`, and are not made `var`, as is the default: V8 compiles a constant's value into what uses it, and
      // has to look up and check a variable's.
      output: { topLevelVar: false },
    },
  },
}));
