/** Where a command writes: standard output, or a file of which nobody ever sees a half. */
import { constants, type Stats } from "node:fs";
import { access, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError, type Io, reasonOf } from "./io.ts";

export interface Output {
  /**
   * Writes pieces one after the other, so that even a long trace never stands in memory as text. False if Ctrl-C ended it: then a
   * file is as it was.
   */
  write(pieces: Iterable<string>): Promise<boolean>;
}

const CHUNK = 65_536;

/** Looks before the work begins whether a path can be written, so that one that can't costs no run. */
export async function openOutput(io: Io, path: string | undefined): Promise<Output> {
  if (path === undefined || path === "-")
    return { write: (pieces) => writeChunks(io, pieces, (text) => io.out(text)) };
  if (path === "") throw new InputError("can't write: the name of the file is empty");
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new InputError(`can't write ${path}: ${reasonOf(error)}`);
    }
  };
  const before = await attempt(() => lookAt(path));
  return { write: (pieces) => attempt(() => writeFile(io, path, before, pieces)) };
}

/** What is at a path that can be written; null: nothing yet. */
async function lookAt(path: string): Promise<Stats | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (found?.isDirectory() === true) throw Object.assign(new Error(), { code: "EISDIR" });
  await access(found === null ? dirname(path) : path, constants.W_OK);
  return found;
}

/** What was there goes only when all that is new is there: it is written beside it, and takes its name. */
async function writeFile(
  io: Io,
  path: string,
  before: Stats | null,
  pieces: Iterable<string>,
): Promise<boolean> {
  // A device or a pipe has no content that could be lost, and no name that could be taken.
  const isFile = before === null || before.isFile();
  const final = before === null ? path : await realpath(path);
  const place = isFile ? `${final}.${process.pid}.part` : path;
  const file = await open(place, isFile ? "wx" : "w", before?.mode);
  let isWritten = false;
  try {
    isWritten = await writeChunks(io, pieces, async (text) => void (await file.write(text)));
  } finally {
    await file.close();
    if (isFile) await (isWritten ? rename(place, final) : unlink(place));
  }
  return isWritten;
}

/** False if Ctrl-C ended it. */
async function writeChunks(
  io: Io,
  pieces: Iterable<string>,
  write: (text: string) => Promise<void>,
): Promise<boolean> {
  let isInterrupted = false;
  const stopListening = io.onInterrupt(() => {
    isInterrupted = true;
  });
  const flush = async (text: string) => {
    await write(text);
    // Signals are heard only when the event loop turns.
    await new Promise((resolve) => setImmediate(resolve));
  };
  try {
    let chunk = "";
    for (const piece of pieces) {
      chunk += piece;
      if (chunk.length < CHUNK) continue;
      await flush(chunk);
      chunk = "";
      if (isInterrupted) return false;
    }
    if (chunk !== "") await flush(chunk);
    return true;
  } finally {
    stopListening();
  }
}
