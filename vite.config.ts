/** Builds the page. The library and the command line are built by vite.node.config.ts. */
import { defineConfig } from "vite";
import { lessons } from "./src/lesson/vite-plugin.ts";
import { compiledCharts } from "./src/view/build/charts.ts";
import { smallTemplates } from "./src/view/build/templates.ts";
import { workersShareCode } from "./src/view/build/workers.ts";

export default defineConfig({
  base: "./",
  plugins: [lessons(), workersShareCode(), compiledCharts(), smallTemplates()],
  build: { target: "es2022", outDir: "dist/page", modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  worker: { format: "es" },
  preview: { port: 4173, strictPort: false },
});
