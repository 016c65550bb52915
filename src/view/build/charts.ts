/**
 * Statecharts are compiled when the page is built: what the page gets are tables and pictures, and neither XState nor the
 * compiler. The machines stay their only source: the modules that would compile them are run here, and replaced there.
 */
import { join } from "node:path";
import { type Plugin, runnerImport } from "vite";
import type { ModelMachine } from "../../model/world/machine.ts";
import { chartData } from "../../statechart/chart-data.ts";
import type { ChartPicture } from "../worker/charts.ts";

const SRC = join(import.meta.dirname, "../..");
/** What is replaced in the page, and by what. */
const REPLACED: Readonly<Record<string, string>> = {
  [join(SRC, "model/world/machine.ts")]: join(SRC, "view/build/machine.ts"),
  [join(SRC, "statechart/reference.ts")]: join(SRC, "view/build/reference.ts"),
  [join(SRC, "view/worker/charts.ts")]: join(SRC, "view/build/pictures.ts"),
};
const CHARTS = "virtual:charts";

export function compiledCharts(): Plugin {
  return {
    name: "fanout-charts",
    apply: "build",
    enforce: "pre",
    async resolveId(source, importer) {
      if (source === CHARTS) return `\0${CHARTS}`;
      if (!/\/(machine|reference|charts)\.ts$/.test(source)) return undefined;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? undefined : REPLACED[found.id];
    },
    async load(id) {
      if (id !== `\0${CHARTS}`) return undefined;
      return {
        code: `export default JSON.parse(${JSON.stringify(JSON.stringify(await compileAll()))})`,
        map: null,
      };
    },
  };
}

async function compileAll(): Promise<typeof import("virtual:charts")["default"]> {
  const [{ module: model }, { module: view }] = await Promise.all([
    runnerImport<{ MODEL: readonly ModelMachine[] }>(join(SRC, "model/parts.ts"), { configFile: false }),
    runnerImport<{ CHARTS: readonly ChartPicture[] }>(join(SRC, "view/worker/charts.ts"), {
      configFile: false,
    }),
  ]);
  const charts = model.MODEL.map(({ name, chart, behaviour }) => [name, chartData(chart, behaviour)]);
  return { charts: Object.fromEntries(charts), pictures: view.CHARTS };
}
