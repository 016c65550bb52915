/**
 * Executes what the documents show. A block of `sh` in which every command is `npx fanout …` runs in a folder that
 * holds the document's files, by a shell if it asks one for pipes or files, and else in this process, which is sooner;
 * if the next block has the comment «output» above it, that is what must be printed. The
 * comment «exit: 1» above the block says with what it ends; without it that is 0, or 2 if the output is an error.
 * Blocks of `json` that are scenarios parse; blocks of `ts` are type-checked and run, tests in them at once; links
 * lead somewhere.
 */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { formatErrors, parseScenario } from "../../src/scenario/parse.ts";
import { fanout, wordsOf } from "../cli/support.ts";
import { builtCommand } from "../support/builds.ts";
import { IS_DEEP, sampled } from "../support/depth.ts";
import { anchorsIn, type Block, blocksIn, difference, linksIn } from "./blocks.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const temporary = mkdtempSync(join(tmpdir(), "fanout-docs-"));
// Programs import what a project of one's own would have installed.
symlinkSync(join(root, "node_modules"), join(temporary, "node_modules"), "dir");
let command: string;

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...markdownIn("docs"),
  ...markdownIn("test"),
  ...markdownIn("simulations"),
]
  .filter((path) => existsSync(join(root, path)))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

interface Example extends Block {
  /** Where the block is: README.md:12. */
  readonly at: string;
  /** The block that shows what it prints, if there is one. */
  readonly shown: string | null;
  /** The files that the document has brought so far: name → content. */
  readonly files: Readonly<Record<string, string>>;
}

const examples: Example[] = documents.flatMap(({ path, text }) => {
  let files: Record<string, string> = {};
  const blocks = blocksIn(text);
  return blocks.map((block, i) => {
    const [, file] = /^file: (\S+)$/.exec(block.note) ?? [];
    if (file !== undefined) files = { ...files, [file]: `${block.text}\n` };
    const next = blocks[i + 1];
    return {
      ...block,
      at: `${path}:${block.line}`,
      shown: next?.note === "output" ? next.text : null,
      files,
    };
  });
});

const isCommand = (line: string) => /^(npx fanout | {2})/.test(line);
const commands = examples.filter(
  ({ language, text }) =>
    language === "sh" && text.startsWith("npx fanout ") && text.split("\n").every(isCommand),
);
const scenarios = examples.filter(
  ({ language, text }) => language === "json" && /"version": 1\b/.test(text) && /"clients":/.test(text),
);
// What a recipe changes is executed in a copy: recipe.test.ts.
const programs = examples.filter(({ language, note }) => language === "ts" && !note.startsWith("recipe"));

beforeAll(async () => {
  command = await builtCommand();
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** With what a block of commands should end. */
function exitOf({ note, shown }: Example): number {
  const [, exit] = /^exit: (\d+)$/.exec(note) ?? [];
  if (exit !== undefined) return Number(exit);
  return shown?.startsWith("error:") === true ? 2 : 0;
}

interface Printed {
  readonly exit: number;
  /** What is printed, errors too. */
  readonly text: string;
}

/** A folder that holds the document's files. */
function folderWith(files: Example["files"]): string {
  const folder = mkdtempSync(join(temporary, "sh-"));
  for (const [name, content] of Object.entries(files))
    if (!name.includes("/")) writeFileSync(join(folder, name), content);
  return folder;
}

function execute(example: Example): Promise<Printed> {
  const unquoted = example.text.replace(/'[^']*'/g, "");
  return /[|<>]/.test(unquoted) ? byShell(example) : inProcess(example);
}

/** Runs a block by a shell, with `npx fanout` as the command built here. */
async function byShell({ text, files }: Example): Promise<Printed> {
  const script = `set -e\nnpx() { shift; "$NODE" "$FANOUT" "$@"; }\n{\n${text}\n} 2>&1`;
  const env = { ...process.env, NODE: process.execPath, FANOUT: command, LC_ALL: "C" };
  try {
    const { stdout } = await run("sh", ["-c", script], { cwd: folderWith(files), env, maxBuffer: 1 << 26 });
    return { exit: 0, text: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exit: code, text: stdout + stderr };
  }
}

/** Runs a block in this process: one command after the other, until one fails. */
async function inProcess({ text, files }: Example): Promise<Printed> {
  const here = process.cwd();
  process.chdir(folderWith(files));
  let printed = "";
  const print = (piece: string) => {
    printed += piece;
  };
  try {
    for (const line of text.split(/\n(?! {2})/)) {
      const [, , ...argv] = wordsOf(line);
      const { exit } = await fanout(argv, "", { out: async (piece) => print(piece), err: print });
      if (exit !== 0) return { exit, text: printed };
    }
    return { exit: 0, text: printed };
  } finally {
    process.chdir(here);
  }
}

/** Searches take seconds each. */
const isSearch = ({ text }: Example) => /npx fanout (check|refute|reproduce)/.test(text);
const executed = [...commands.filter((one) => !isSearch(one)), ...sampled(commands.filter(isSearch), 16)];

describe("commands", () => {
  test.each(executed)("$at", async (example) => {
    const { exit, text } = await execute(example);
    expect(exit, text).toBe(exitOf(example));
    if (example.shown !== null) expect(difference(example.shown, text)).toBeNull();
  });
});

describe("scenarios", () => {
  test.each(scenarios)("$at", ({ text }) => {
    const parsed = parseScenario(text);
    expect(parsed.ok ? "" : formatErrors(parsed.errors)).toBe("");
  });
});

/**
 * A block as a module that can stand anywhere: `fanout-lab` and what is near the file that it shows become absolute,
 * and `vitest` is one that runs tests at once.
 */
function moduleText({ text, note }: Example): string {
  const [, file = "index.ts"] = /^file: (\S+)$/.exec(note) ?? [];
  return text
    .replaceAll('"fanout-lab"', JSON.stringify(join(root, "src/index.ts")))
    .replaceAll('"vitest"', JSON.stringify(join(root, "test/docs/at-once.ts")))
    .replace(
      /(from|import\() ?"(\.[^"]+)"/g,
      (_, word, path) => `${word} ${JSON.stringify(resolve(root, dirname(file), path))}`,
    );
}

describe("programs", () => {
  test.runIf(IS_DEEP)("are right in their types", async () => {
    const folder = mkdtempSync(join(temporary, "types-"));
    const names = programs.map((program, i) => {
      writeFileSync(join(folder, `${i}.ts`), `${moduleText(program)}\nexport {};\n`);
      return `${i}.ts is ${program.at}`;
    });
    const compilerOptions = { typeRoots: [join(root, "node_modules/@types")], rootDir: "/" };
    const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const problems = await run(process.execPath, [tsc, "-p", folder], { cwd: root }).then(
      () => "",
      (error: { stdout: string }) => `${names.join("\n")}\n${error.stdout}`,
    );
    expect(problems).toBe("");
  });

  test.each(programs)("$at", async (program) => {
    const file = join(mkdtempSync(join(temporary, "ts-")), "program.ts");
    writeFileSync(file, moduleText(program));
    const lines: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...words) => {
      lines.push(words.join(" "));
    });
    try {
      await import(/* @vite-ignore */ file);
    } finally {
      log.mockRestore();
    }
    if (program.shown !== null) expect(difference(program.shown, lines.join("\n"))).toBeNull();
  });
});

/** The links of a document that lead nowhere. */
function brokenLinks(path: string, text: string): string[] {
  return linksIn(text)
    .filter(({ target }) => !/^(https?|mailto):/.test(target))
    .filter(({ target }) => {
      const [name = "", anchor] = target.split("#");
      const file = name === "" ? join(root, path) : resolve(root, dirname(path), name);
      if (!existsSync(file)) return true;
      if (anchor === undefined) return false;
      return (
        !statSync(file).isFile() ||
        !anchorsIn(name === "" ? text : readFileSync(file, "utf8")).includes(anchor)
      );
    })
    .map(({ line, target }) => `${path}:${line}: ${target}`);
}

test.each(documents)("the links of $path lead somewhere", ({ path, text }) => {
  expect(brokenLinks(path, text)).toEqual([]);
});

describe("this test", () => {
  test("has something to execute", () => {
    expect(commands.length).toBeGreaterThan(10);
    expect(scenarios.length).toBeGreaterThan(2);
    expect(programs.length).toBeGreaterThan(1);
    expect(examples.filter(({ shown }) => shown !== null).length).toBeGreaterThan(8);
  });

  test("leaves no block of output behind that no command stands before, and no command of ours unexecuted", () => {
    const executed = new Set<Example>([...commands, ...programs]);
    const left = examples.filter(
      (example, i) => example.note === "output" && !executed.has(examples[i - 1]!),
    );
    const mixed = examples.filter(
      (example) => example.language === "sh" && /npx fanout/.test(example.text) && !executed.has(example),
    );
    expect([...left, ...mixed].map(({ at }) => at)).toEqual([]);
  });

  test("notices output that differs", () => {
    expect(difference("a\nb", "a\nb\n")).toBeNull();
    expect(difference("a\n…\nd", "a\nb\nc\nd\n")).toBeNull();
    expect(difference("…\nb\n…", "a\nb\nc\n")).toBeNull();
    expect(difference("a\n…", "a\n")).toBeNull();
    for (const [shown, printed] of [
      ["a", "b"],
      ["a", "a\nb"],
      ["a\nb", "a"],
      ["b\n…", "a\nb"],
      ["…\na", "a\nb"],
      ["…\nb\n…\na\n…", "a\nb"],
      ["…\nb\n…", "a\nbb"],
    ] as const)
      expect(difference(shown, printed), `${shown} | ${printed}`).not.toBeNull();
  });

  test("notices commands that fail, and links that lead nowhere", async () => {
    const block: Example = {
      at: "",
      line: 1,
      language: "sh",
      note: "",
      text: "npx fanout run nothing.json",
      shown: null,
      files: {},
    };
    expect((await execute(block)).exit).toBe(2);
    expect((await execute({ ...block, text: `${block.text} | cat >&2; exit 3` })).exit).toBe(3);
    const text =
      '# A title\n[a](#a-title) [b](#b) [c](README.md) [d](nowhere.md) ![e](nowhere.png) `[f](code.md)`\n```text\n[g](block.md)\n```\n<a id="1-2"></a>\n[h](#1-2) [i]\n[i]: nobody.md\n';
    expect(brokenLinks("README.md", text)).toEqual([
      "README.md:2: #b",
      "README.md:2: nowhere.md",
      "README.md:2: nowhere.png",
      "README.md:8: nobody.md",
    ]);
  });

  test("finds blocks, the comments above them, and fences that are not closed", () => {
    expect(blocksIn("<!-- file: a.json -->\n```json\n{}\n```\n\n```sh\n```\n")).toEqual([
      { line: 2, language: "json", note: "file: a.json", text: "{}" },
      { line: 6, language: "sh", note: "", text: "" },
    ]);
    expect(() => blocksIn("```sh\n")).toThrow("line 1: the fence is never closed");
  });
});
