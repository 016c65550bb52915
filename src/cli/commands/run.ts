/** `fanout run`: simulate, and say what became of every message. */
import type { Command } from "commander";
import { readLedger } from "../../run/ledger.ts";
import { measure } from "../../run/metrics.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { ladderText } from "../ladder.ts";
import { addSourceOptions, boundsOf, SET_HELP, type SourceOptions } from "../options.ts";
import { header, report } from "../report.ts";
import { resolvedSettings } from "../settings.ts";
import { simulate } from "../simulate.ts";
import { loadScenario } from "../source.ts";
import { summary } from "../summary.ts";
import { styleOf } from "../text.ts";

interface RunOptions extends SourceOptions {
  readonly json?: boolean;
  readonly ladder?: boolean;
}

export function addRun(program: Command, io: Io, setExit: (code: number) => void): void {
  addSourceOptions(
    program.command("run").description("simulate a scenario and say what became of every message"),
  )
    .option("--json", "print one JSON document instead of the report")
    .option("--ladder", "print every ping and timeout on the way before the report, and which pair breaks")
    .addHelpText(
      "after",
      `${SET_HELP}

Examples:
  $ fanout run broadcast-across-servers --variant no-backplane
  $ fanout run broadcast-across-servers --variant redis --json
  $ fanout run polling-handshake --set balancer.policy=ip-hash --seed 7 --until 30s
  $ fanout run my-scenario.json --set 'network.client.loss=0.02' --set 'clients.*.transport=websocket'`,
    )
    .action(async (source: string, options: RunOptions) => {
      const scenario = await loadScenario(io, source, options);
      const variant = options.variant ?? null;
      const settings = resolvedSettings(scenario);
      const style = styleOf(io.color);
      if (options.json !== true)
        await io.out(header(scenario, variant, options.seed ?? scenario.seed, settings, style));
      if (options.ladder === true && options.json !== true) await io.out(ladderText(scenario, style));
      const run = await simulate(io, scenario, variant, boundsOf(options));
      const ledger = readLedger(run.trace);
      const metrics = measure(run.trace, ledger, run.endUs);
      if (run.endedBy === "interrupted") setExit(Exit.interrupted);
      await io.out(
        options.json === true
          ? `${JSON.stringify(summary(run, ledger, metrics, settings), null, 2)}\n`
          : report(run, ledger, metrics, style),
      );
    });
}
