/** `fanout run`: simulate, and say what became of every message. */
import type { Command } from "commander";
import { readLedger } from "../../run/ledger.ts";
import { measure } from "../../run/metrics.ts";
import { notesOnRun } from "../../run/notes.ts";
import { type Note, notesOn } from "../../scenario/notes.ts";
import { parseMessages } from "../arguments.ts";
import { Exit } from "../exit.ts";
import { InputError, type Io } from "../io.ts";
import { ladderText } from "../ladder.ts";
import type { MessagesListed } from "../messages.ts";
import { addSourceOptions, boundsOf, SET_HELP, type SourceOptions } from "../options.ts";
import { ending, identity, report, settingLines } from "../report.ts";
import { resolvedSettings } from "../settings.ts";
import { type Simulated, simulate } from "../simulate.ts";
import { loadScenario } from "../source.ts";
import { summary } from "../summary.ts";
import { styleOf } from "../text.ts";
import { isUnread, unreadSummary, unreadText } from "../unread.ts";

interface RunOptions extends SourceOptions {
  readonly json?: boolean;
  readonly ladder?: boolean;
  readonly messages?: MessagesListed;
}

export function addRun(program: Command, io: Io, setExit: (code: number) => void): void {
  addSourceOptions(
    program.command("run").description("simulate a scenario and say what became of every message"),
  )
    .option(
      "--messages <which>",
      "list messages one by one: all, those that lost a copy (lost), or so many of the first (default: all, if they are at most 20)",
      parseMessages,
    )
    .option("--json", "print one JSON document instead of the report")
    .option("--ladder", "print every ping and timeout on the way before the report, and which pair breaks")
    .addHelpText(
      "after",
      `${SET_HELP}

Examples:
  $ fanout run broadcast-across-servers --variant no-backplane
  $ fanout run broadcast-across-servers --variant redis --json
  $ fanout run proxy-reload --messages lost
  $ fanout run polling-handshake --set balancer.policy=ip-hash --seed 7 --until 30s
  $ fanout run my-scenario.json --set 'network.client.loss=0.02' --set 'clients.*.transport=websocket'`,
    )
    .action(async (source: string, options: RunOptions) => {
      refuseContradictions(options);
      const scenario = await loadScenario(io, source, options);
      const variant = options.variant ?? null;
      const settings = resolvedSettings(scenario, options.set);
      const style = styleOf(io.color);
      const isText = options.json !== true;
      if (isText) await io.out(identity(scenario, variant, options.seed ?? scenario.seed, style));
      const head = (ran: Simulated, notes: readonly Note[]) =>
        ending(ran) + settingLines(scenario, settings, notes, style);
      const ran = await simulate(io, scenario, variant, boundsOf(options));
      if (ran.endedBy === "interrupted") setExit(Exit.interrupted);
      if (isUnread(ran))
        return io.out(
          isText
            ? head(ran, notesOn(scenario)) + unreadText(ran)
            : json(unreadSummary(ran, variant, settings)),
        );
      const run = ran.result();
      const ledger = readLedger(run.trace);
      const metrics = measure(run, ledger, run.endUs);
      if (!isText) return io.out(json(summary(run, ledger, metrics, settings)));
      await io.out(head(ran, notesOnRun(run)));
      if (options.ladder === true) await io.out(ladderText(scenario, style));
      await io.out(report(run, ledger, metrics, style, options.messages));
    });
}

function refuseContradictions({ json, ladder, messages }: RunOptions): void {
  if (json !== true) return;
  if (ladder === true) throw new InputError("--ladder is part of the report: it does not go with --json");
  if (messages !== undefined)
    throw new InputError(
      "--messages is part of the report: it does not go with --json; fanout trace has all messages as JSON",
    );
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
