/**
 * Statecharts are compiled when the page is built: what the page gets are tables and pictures, and neither XState nor the
 * compiler. The machines stay their only source: the modules that would compile them are run here, and replaced there.
 */
import { join } from "node:path";
import { type Plugin, runnerImport } from "vite";
import type { ModelMachine } from "../../model/world/machine.ts";
import { type ChartData, chartData } from "../../statechart/chart-data.ts";
import type { ChartPicture } from "../stage/charts.ts";

const SRC = join(import.meta.dirname, "../..");
/** What is replaced in the page, and by what. */
const REPLACED: Readonly<Record<string, string>> = {
  [join(SRC, "model/world/machine.ts")]: join(SRC, "view/build/machine.ts"),
  [join(SRC, "statechart/reference.ts")]: join(SRC, "view/build/reference.ts"),
  [join(SRC, "view/stage/charts.ts")]: join(SRC, "view/build/pictures.ts"),
};
/** What is made for it. The pictures come by themselves: they are looked at long after the first run. */
const MADE: Readonly<Record<string, () => Promise<unknown>>> = {
  "virtual:charts": compileAll,
  "virtual:pictures": drawAll,
};

export function compiledCharts(): Plugin[] {
  return [tables(), withoutStates()];
}

function tables(): Plugin {
  return {
    name: "fanout-charts",
    apply: "build",
    enforce: "pre",
    async resolveId(source, importer) {
      if (source in MADE) return `\0${source}`;
      if (!/\/(machine|reference|charts)\.ts$/.test(source)) return undefined;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? undefined : REPLACED[found.id];
    },
    async load(id) {
      const made = await MADE[id.slice(1)]?.();
      if (made === undefined) return undefined;
      return { code: `export default JSON.parse(${JSON.stringify(JSON.stringify(made))})`, map: null };
    },
  };
}

/** The states as they are written, of which the tables were made, are left out: they are `machineOf`'s last argument. */
function withoutStates(): Plugin {
  return {
    name: "fanout-states",
    apply: "build",
    transform: {
      filter: { id: /\/src\/model\//, code: /\bmachineOf\(/ },
      handler(code) {
        for (const one of this.parse(code).body) {
          const declared = one.type === "ExportNamedDeclaration" ? one.declaration : null;
          const init = declared?.type === "VariableDeclaration" ? declared.declarations[0]?.init : null;
          if (init?.type !== "CallExpression" || !code.startsWith("machineOf(", init.start)) continue;
          const [, behaviour, states] = init.arguments;
          return { code: code.slice(0, behaviour!.end) + code.slice(states!.end), map: null };
        }
        this.error("a machine is written otherwise than expected: its states would be in the page");
      },
    },
  };
}

async function compileAll(): Promise<typeof import("virtual:charts")["default"]> {
  const { module } = await runnerImport<{ MODEL: readonly ModelMachine[] }>(join(SRC, "model/parts.ts"), {
    configFile: false,
  });
  return Object.fromEntries(
    module.MODEL.map(({ name, chart, behaviour }) => [name, withoutKnownNames(chartData(chart, behaviour))]),
  );
}

/** Events have their names from the part (machine.ts there). Of those of timers, the page reads by which delay they go. */
function withoutKnownNames(data: ChartData): ChartData {
  const delay = /^xstate\.after\.[^.]+/;
  const timers = data.events.slice(data.firstTimerEvent);
  return { ...data, events: timers.map((event) => delay.exec(event)![0]) };
}

async function drawAll(): Promise<typeof import("virtual:pictures")["default"]> {
  const { module } = await runnerImport<{ CHARTS: readonly ChartPicture[] }>(
    join(SRC, "view/stage/charts.ts"),
    { configFile: false },
  );
  return module.CHARTS;
}
