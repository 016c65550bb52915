/** Runs a command line inside this process, and collects what it writes. */
import type { Io } from "../../src/cli/io.ts";
import { main } from "../../src/cli/program.ts";

export interface Outcome {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export async function fanout(
  argv: readonly string[],
  input: string | Uint8Array = "",
  changes: Partial<Io> = {},
): Promise<Outcome> {
  let out = "";
  let err = "";
  /** As of a pipe, what was read is gone. */
  let unread = input;
  const io: Io = {
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    readInput: async (limit) => {
      const bytes = typeof unread === "string" ? new TextEncoder().encode(unread) : unread;
      unread = "";
      return bytes.subarray(0, limit + 1);
    },
    env: {},
    color: false,
    progress: false,
    onInterrupt: () => () => {},
    ...changes,
  };
  const exit = await main(argv, io);
  return { exit, out, err };
}

/** Arguments as a shell splits them, with quotes. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+?)='([^']*)'|(\S+)/g)].map(
    (m) => m[1] ?? (m[2] === undefined ? m[4]! : `${m[2]}=${m[3]}`),
  );
}

/**
 * The same with Ctrl-C, pressed as soon as the progress shown is as far as `progress` says: how fast the machine is
 * does not matter.
 */
export async function interrupted(
  argv: readonly string[],
  input: string,
  progress: RegExp,
): Promise<Outcome> {
  let err = "";
  let interrupt = () => {};
  const outcome = await fanout(argv, input, {
    progress: true,
    err: (text) => {
      err += text;
      if (progress.test(text)) interrupt();
    },
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => {};
    },
  });
  return { ...outcome, err };
}

/** What stands on standard error once the lines of progress are taken away. */
export function withoutProgress(err: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the beginning of the line is cleared
  return err.replace(/\r\u001b\[K[^\r]*/g, "");
}
