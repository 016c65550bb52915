/** Where a command's product goes: standard output, or the file of `-o`. */
import { type FileHandle, open } from "node:fs/promises";
import { InputError, type Io, reasonOf } from "./io.ts";

export interface Output {
  /** Writes pieces one after the other, so that even a long trace never stands in memory as text. */
  write(pieces: Iterable<string>): Promise<void>;
}

const CHUNK = 65_536;

/** Opens the output before the work begins, so that a path that can't be written costs no run. */
export async function openOutput(io: Io, path: string | undefined): Promise<Output> {
  if (path === undefined || path === "-")
    return { write: (pieces) => writeChunks(pieces, (text) => io.out(text)) };
  if (path === "") throw new InputError("can't write: the name of the file is empty");
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new InputError(`can't write ${path}: ${reasonOf(error)}`);
    }
  };
  // To append changes nothing yet: what was there is lost only when there is something new.
  const file: FileHandle = await attempt(() => open(path, "a"));
  return {
    write: (pieces) =>
      attempt(async () => {
        try {
          if ((await file.stat()).isFile()) await file.truncate(0);
          await writeChunks(pieces, async (text) => void (await file.write(text)));
        } finally {
          await file.close();
        }
      }),
  };
}

async function writeChunks(pieces: Iterable<string>, write: (text: string) => Promise<void>): Promise<void> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    await write(chunk);
    chunk = "";
  }
  if (chunk !== "") await write(chunk);
}
