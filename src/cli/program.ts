/** Which commands there are, and what becomes of errors: the exit code says how it went. */
import { Command, CommanderError } from "commander";
import { Exit } from "./exit.ts";
import { InputError, type Io, isReaderGone, outlivingReader, reasonOf } from "./io.ts";
import { packageVersion } from "./package.ts";
import type { BuildProgram } from "./reference/command-line.ts";
import { errorText } from "./text.ts";

const EXIT_CODES = `
Exit codes:
  0    it ran; of fanout check: every rule that is claimed was judged, and holds or was not broken
  1    a rule of the scenario was broken (fanout check, fanout merge), or an answer is none (fanout lesson)
  2    bad input: arguments, scenario, or an output that can't be written
  3    nothing is broken, but a rule was silent, unfinished or not tried (fanout check, fanout merge), or a
       result did not come out (fanout reproduce)
  4    Fanout Lab itself failed; please report it
  130  ended by Ctrl-C; run, trace and check print what was known until then (fanout serve ends so, with 0)`;

const EXAMPLES = `
Examples:
  $ fanout list
  $ fanout run broadcast-across-servers --variant no-backplane
  $ fanout run broadcast-across-servers --variant redis --json
  $ fanout trace polling-handshake --variant round-robin --format mermaid
  $ fanout check broadcast-across-servers --variant no-backplane
  $ fanout refute sticky-broadcast
  $ fanout cost --set connections=2000
  $ fanout serve
`;

type Add = (program: Command, io: Io, setExit: (code: number) => void) => void;

/** The commands, in the order of the help. Each is loaded when it is asked for: to load them all takes longer than most runs. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  list: async () => (await import("./commands/list.ts")).addList,
  lesson: async () => (await import("./commands/lesson.ts")).addLesson,
  run: async () => (await import("./commands/run.ts")).addRun,
  trace: async () => (await import("./commands/trace.ts")).addTrace,
  check: async () => whateverIsRead((await import("./commands/check.ts")).addCheck),
  merge: async () => whateverIsRead((await import("./commands/merge.ts")).addMerge),
  refute: async () => whateverIsRead((await import("./commands/refute.ts")).addRefute),
  reproduce: async () => (await import("./commands/reproduce.ts")).addReproduce,
  cost: async () => (await import("./commands/cost.ts")).addCost,
  serve: async () => (await import("./commands/serve.ts")).addServe,
  schema: async () => (await import("./commands/schema.ts")).addSchema,
  generate: async () => {
    const { addGenerate } = await import("./commands/generate.ts");
    return (program, io) => addGenerate(program, io, allCommands);
  },
};

/** A command whose exit code is a verdict: it does not depend on the reader of the text. */
const whateverIsRead =
  (add: Add): Add =>
  (program, io, setExit) =>
    add(program, outlivingReader(io), setExit);

/** The program with all its commands. */
export const allCommands: BuildProgram = (io, setExit, write) =>
  buildProgram(io, setExit, write, Object.keys(COMMANDS));

/** The program with these commands. */
async function buildProgram(
  io: Io,
  setExit: (code: number) => void,
  write: (text: string) => void,
  names: readonly string[],
): Promise<Command> {
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
  for (const name of names) (await COMMANDS[name]!())(program, io, setExit);
  return program;
}

/** Runs one command line. Never rejects; returns the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exit: number = Exit.ran;
  let help = "";
  const [first = ""] = argv;
  const asked = Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
  const program = await buildProgram(
    io,
    (code) => {
      exit = code;
    },
    (text) => {
      help += text;
    },
    first === "--version" ? [] : asked,
  );
  try {
    try {
      await program.parseAsync(helpForUnknown(program, argv), { from: "user" });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      // Commander has already said what is wrong. It also throws after it has printed help.
      exit = error.exitCode === 0 ? Exit.ran : Exit.badInput;
      if (error.code === "commander.excessArguments") io.err(await variantHint(io, argv));
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

/** For a lesson's variant that stands where no argument is taken: how it is said. */
async function variantHint(io: Io, [, lesson = "", extra = ""]: readonly string[]): Promise<string> {
  // Only who is mistaken waits for these.
  const [{ lessonNames }, { readScenario }] = await Promise.all([
    import("./lessons.ts"),
    import("./source.ts"),
  ]);
  if (!lessonNames().includes(lesson)) return "";
  const { variants } = await readScenario(io, lesson);
  return Object.hasOwn(variants, extra) ? `Did you mean --variant ${extra}?\n` : "";
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
