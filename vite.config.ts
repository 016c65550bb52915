/** Builds the page. The library and the command line are built by vite.node.config.ts. */
import { defineConfig } from "vite";
import { lessons } from "./src/lesson/vite-plugin.ts";
import { comesApart } from "./src/view/build/apart.ts";
import { askedWordsApart } from "./src/view/build/asked-words.ts";
import { compiledCharts } from "./src/view/build/charts.ts";
import { FIRST_FILES } from "./src/view/build/chunks.ts";
import { smallSelections } from "./src/view/build/d3.ts";
import { plainImports } from "./src/view/build/imports.ts";
import { preloadsApp } from "./src/view/build/preload.ts";
import { smallRecords } from "./src/view/build/records.ts";
import { smallTemplates } from "./src/view/build/templates.ts";
import { workersShareCode } from "./src/view/build/workers.ts";
import { smallZod } from "./src/view/build/zod.ts";

export default defineConfig({
  base: "./",
  plugins: [
    lessons(),
    workersShareCode(),
    compiledCharts(),
    smallZod(),
    askedWordsApart(),
    comesApart(),
    smallRecords(),
    plainImports(),
    smallTemplates(),
    smallSelections(),
    preloadsApp(),
  ],
  build: {
    target: "es2022",
    outDir: "dist/page",
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: FIRST_FILES } } },
  },
  worker: { format: "es" },
  preview: { port: 4173, strictPort: false },
});
