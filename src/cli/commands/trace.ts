/** `fanout trace`: simulate, and print everything that happened. */
import { type Command, Option } from "commander";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { addSourceOptions, boundsOf, SET_HELP, type SourceOptions } from "../options.ts";
import { openOutput } from "../output.ts";
import { simulate } from "../simulate.ts";
import { loadScenario } from "../source.ts";
import { jsonLines } from "../trace/jsonl.ts";
import { MERMAID_RECORDS_MAX, mermaid } from "../trace/mermaid.ts";
import { perfetto } from "../trace/perfetto.ts";

const FORMATS = { jsonl: jsonLines, mermaid, perfetto } as const;

interface TraceOptions extends SourceOptions {
  readonly format: keyof typeof FORMATS;
  readonly output?: string;
}

export function addTrace(program: Command, io: Io, setExit: (code: number) => void): void {
  addSourceOptions(
    program.command("trace").description("simulate a scenario and print everything that happened"),
  )
    .addOption(
      new Option("-f, --format <jsonl|mermaid|perfetto>", "how to print it")
        .choices(Object.keys(FORMATS))
        .makeOptionMandatory(),
    )
    .option("-o, --output <file>", "write to a file instead of standard output")
    .addHelpText(
      "after",
      `
Formats:
  jsonl     one JSON object a record, with names instead of numbers; times in ms
  mermaid   a sequence diagram of the first ${MERMAID_RECORDS_MAX} things that happen, for Markdown pages
  perfetto  Chrome trace events: open the file at https://ui.perfetto.dev
${SET_HELP}

Examples:
  $ fanout trace broadcast-across-servers --variant redis --format jsonl
  $ fanout trace polling-handshake --variant round-robin --until 2s --format mermaid -o handshake.mmd
  $ fanout trace broadcast-across-servers --variant redis --format perfetto -o trace.json`,
    )
    .action(async (source: string, options: TraceOptions) => {
      const scenario = await loadScenario(io, source, options);
      const output = await openOutput(io, options.output);
      const { endedBy, result } = await simulate(io, scenario, options.variant ?? null, boundsOf(options));
      if (endedBy === "interrupted") setExit(Exit.interrupted);
      const isWritten = await output.write(FORMATS[options.format](result()));
      if (!isWritten) setExit(Exit.interrupted);
      if (endedBy === "events" || endedBy === "copies")
        io.err(
          `The run was cut: ${endedBy === "events" ? "the bound on events was reached (--max-events)" : "the bound on copies was reached"}. The trace ends there.\n`,
        );
    });
}
