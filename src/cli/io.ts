/** What the command line touches of the outside world, so that tests can run it inside their own process. */

import { fstatSync } from "node:fs";
import { styleText } from "node:util";

/** Bad input: the command line says why and ends with exit code 2. */
export class InputError extends Error {}

export interface Io {
  /** Writes to standard output; settles when it is written. Rejects with code EPIPE when the reader has gone. */
  out(text: string): Promise<void>;
  err(text: string): void;
  /** Standard input as bytes, read up to `limit` bytes and one more. */
  readInput(limit: number): Promise<Uint8Array>;
  /** The environment's variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output may be coloured: Node asks the terminal, NO_COLOR and FORCE_COLOR. */
  readonly color: boolean;
  /** Whether somebody watches standard error, so that progress is worth showing. */
  readonly progress: boolean;
  /** Calls back at Ctrl-C until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
}

/** The real thing. */
export function processIo(): Io {
  const { stdout, stderr, env } = process;
  // The call that wrote gets the error; without a listener it would end the process with a stack trace.
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
  return {
    out: (text) =>
      new Promise((resolve, reject) => {
        stdout.write(text, (error) => (error == null ? resolve() : reject(error)));
      }),
    err: (text) => void stderr.write(text),
    readInput: async (limit) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      try {
        // Node takes a folder for a stream that is empty.
        if (fstatSync(0).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
        for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > limit) break;
        }
      } catch (error) {
        throw new InputError(`can't read standard input: ${reasonOf(error)}`);
      }
      return Buffer.concat(chunks);
    },
    env,
    color: styleText("bold", "", { stream: stdout }) !== "",
    progress: stderr.isTTY === true && env.TERM !== "dumb",
    onInterrupt: (listener) => {
      process.once("SIGINT", listener);
      return () => void process.removeListener("SIGINT", listener);
    },
  };
}

/**
 * For commands whose exit code is a verdict: when the reader goes away, printing ends but the work does not,
 * so that the verdict does not depend on the reader.
 */
export function outlivingReader(io: Io): Io {
  let isRead = true;
  return {
    ...io,
    out: async (text) => {
      if (!isRead) return;
      try {
        await io.out(text);
      } catch (error) {
        if (!isReaderGone(error)) throw error;
        isRead = false;
      }
    },
  };
}

/** Whether an error says that nobody reads standard output any more. */
export function isReaderGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EPIPE";
}

/** Why the operating system refused, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the file system is read-only",
    EISDIR: "it is a folder",
    EEXIST: "there is a file of this name",
    ENOTDIR: "a part of the path is not a folder",
    ENOSPC: "no space is left",
    ENAMETOOLONG: "the name is too long",
    ELOOP: "too many symbolic links",
    EMFILE: "too many files are open",
    ENXIO: "there is no such device",
  };
  return reasons[code ?? ""] ?? message;
}
