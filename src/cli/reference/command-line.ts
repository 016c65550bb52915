/** docs/reference/command-line.md: the command line's own help, command by command. */
import type { Command } from "commander";
import type { Io } from "../io.ts";

/**
 * Makes the commands, and is handed in: one of them writes this page. Commander's messages go to `io` too;
 * `write` is called with texts that are still to be written.
 */
export type BuildProgram = (
  io: Io,
  setExit: (code: number) => void,
  write: (text: string) => void,
) => Promise<Command>;

export async function commandLinePage(buildProgram: BuildProgram): Promise<string> {
  const silent: Io = {
    out: async () => {},
    err: () => {},
    readInput: async () => new Uint8Array(),
    env: {},
    color: false,
    progress: false,
    onInterrupt: () => () => {},
  };
  let text = "";
  const program = await buildProgram(
    silent,
    () => {},
    (part) => {
      text += part;
    },
  );
  const help = (command: Command) => {
    text = "";
    command.outputHelp();
    return `\`\`\`text\n${text.trim()}\n\`\`\`\n`;
  };
  const shown = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== "help");
  const sections = shown.map((command) => `## fanout ${command.name()}\n\n${help(command)}`);
  return `<!-- Generated from src/cli by npm run generate. -->

# Command line

What \`fanout --help\` says; a guide with output is in [the guide](../guide/command-line.md).

${help(program)}
${sections.join("\n")}`;
}
