/** Which commands there are, and what becomes of errors: the exit code says how it went. */
import { Command, CommanderError } from "commander";
import { addCheck } from "./commands/check.ts";
import { addCost } from "./commands/cost.ts";
import { addGenerate } from "./commands/generate.ts";
import { addLesson } from "./commands/lesson.ts";
import { addList } from "./commands/list.ts";
import { addMerge } from "./commands/merge.ts";
import { addRefute } from "./commands/refute.ts";
import { addRun } from "./commands/run.ts";
import { addSchema } from "./commands/schema.ts";
import { addTrace } from "./commands/trace.ts";
import { Exit } from "./exit.ts";
import { InputError, type Io, isReaderGone, outlivingReader, reasonOf } from "./io.ts";
import { packageVersion } from "./lessons.ts";
import type { BuildProgram } from "./reference/command-line.ts";
import { errorText } from "./text.ts";

const EXIT_CODES = `
Exit codes:
  0    it ran; of fanout check: every rule that is claimed was judged, and holds or was not broken
  1    a rule of the scenario was broken (fanout check, fanout merge), or an answer is none (fanout lesson)
  2    bad input: arguments, scenario, or an output that can't be written
  3    nothing is broken, but a rule was silent, unfinished or not tried (fanout check, fanout merge)
  4    Fanout Lab itself failed; please report it
  130  ended by Ctrl-C; run, trace and check print what was known until then`;

const EXAMPLES = `
Examples:
  $ fanout list
  $ fanout run broadcast-across-servers --variant no-backplane
  $ fanout run broadcast-across-servers --variant redis --json
  $ fanout trace polling-handshake --variant round-robin --format mermaid
  $ fanout check broadcast-across-servers --variant no-backplane
  $ fanout refute sticky-broadcast
  $ fanout cost --set connections=2000
`;

/** The commands. */
export const buildProgram: BuildProgram = (io, setExit, write) => {
  const program = new Command("fanout");
  program
    .description(
      "Simulates real-time web architectures: did the message arrive, and if not, where did it die and why?",
    )
    .version(packageVersion(), "--version", "print the version")
    .helpCommand("help [command]", "explain a command")
    .helpOption("-h, --help", "explain the command")
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: write,
      writeErr: (text) => io.err(errorText(text)),
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("(add --help for how it is used)")
    .enablePositionalOptions()
    .addHelpText("after", EXAMPLES + EXIT_CODES)
    .exitOverride();
  for (const add of [addList, addLesson, addRun, addTrace]) add(program, io, setExit);
  for (const add of [addCheck, addMerge, addRefute]) add(program, outlivingReader(io), setExit);
  addCost(program, io);
  addSchema(program, io);
  addGenerate(program, io, buildProgram);
  return program;
};

/** Runs one command line. Never rejects; returns the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exit: number = Exit.ran;
  let help = "";
  const program = buildProgram(
    io,
    (code) => {
      exit = code;
    },
    (text) => {
      help += text;
    },
  );
  try {
    try {
      await program.parseAsync(helpForUnknown(program, argv), { from: "user" });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      // Commander has already said what is wrong. It also throws after it has printed help.
      exit = error.exitCode === 0 ? Exit.ran : Exit.badInput;
    }
    if (help !== "") await io.out(help);
    return exit;
  } catch (error) {
    if (isReaderGone(error)) return exit;
    if (error instanceof InputError) {
      io.err(`error: ${errorText(error.message)}\n`);
      return Exit.badInput;
    }
    if ((error as NodeJS.ErrnoException).syscall !== undefined) {
      io.err(`error: can't write the output: ${reasonOf(error)}\n`);
      return Exit.badInput;
    }
    io.err(
      `error: Fanout Lab failed: ${errorText(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
    );
    return Exit.failed;
  }
}

/**
 * Asked to explain a command that does not exist, commander would explain everything; it is better to say
 * that there is no such command.
 */
function helpForUnknown(program: Command, argv: readonly string[]): readonly string[] {
  const [first, name] = argv;
  if (first !== "help" || name === undefined || name === "help") return argv;
  return program.commands.some((command) => command.name() === name) ? argv : [name];
}
