/** The built page, as it lies in the package: a closed set of files, read once, so that no request touches the file system. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { InputError } from "../io.ts";

interface PageFile {
  readonly type: string;
  readonly body: Uint8Array;
}

/** What the build makes. */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
};

/** By their paths in an address: `/` is the page itself. */
export type BuiltPage = ReadonlyMap<string, PageFile>;

/** @throws InputError if the page is not built */
export function readBuiltPage(folder: string): BuiltPage {
  if (!existsSync(join(folder, "index.html")))
    throw new InputError(
      `the page is not built: there is no ${join(folder, "index.html")}; in a checkout, npm run build makes it`,
    );
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const type = TYPES[extname(file)];
    if (type === undefined) throw new Error(`${file} is of a kind that the page has not had before`);
    const path = file.slice(folder.length).replaceAll("\\", "/");
    const served = { type, body: readFileSync(file) };
    files.set(path, served);
    if (path === "/index.html") files.set("/", served);
  }
  return files;
}
