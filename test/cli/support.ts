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
  const io: Io = {
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    readInput: async (limit) =>
      (typeof input === "string" ? new TextEncoder().encode(input) : input).subarray(0, limit + 1),
    color: false,
    progress: false,
    onInterrupt: () => () => {},
    ...changes,
  };
  const exit = await main(argv, io);
  return { exit, out, err };
}
