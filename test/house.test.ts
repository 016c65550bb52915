/**
 * The house rules that a tool can see: no circle of files, functions short enough to be read at once, no export that
 * nobody imports. Which folder may import which is in architecture.test.ts.
 */
import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { IS_DEEP } from "./support/depth.ts";
import { functionsIn } from "./support/functions.ts";

const root = resolve(import.meta.dirname, "..");
const src = join(root, "src");
const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ file: join(src, name), text: readFileSync(join(src, name), "utf8") }));

/** A file → the files that it imports, types included. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** The files that a text imports from other places in `src`. */
function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.ts)"/g)].map(([, path]) =>
    resolve(dirname(file), path!),
  );
}

/** Circles of imports, each as the files on its way: at least one, if there is any. */
function circlesIn(imports: Imports): string[][] {
  const circles: string[][] = [];
  const seen = new Set<string>();
  const way: string[] = [];
  const follow = (file: string) => {
    const begin = way.indexOf(file);
    if (begin >= 0) circles.push([...way.slice(begin), file]);
    if (seen.has(file)) return;
    seen.add(file);
    way.push(file);
    for (const imported of imports.get(file) ?? []) follow(imported);
    way.pop();
  };
  for (const file of imports.keys()) follow(file);
  return circles;
}

describe("files", () => {
  it("import each other in no circle, types included", () => {
    const imports = new Map(sources.map(({ file, text }) => [file, importsOf(file, text)]));
    const circles = circlesIn(imports).map((way) => way.map((file) => relative(src, file)).join(" → "));
    expect(circles).toEqual([]);
  });

  it("would be caught at a circle, however long, and at an import of a type", () => {
    const text = 'import type { B } from "./b.ts";\nexport { c } from "../c.ts";\nimport { d } from "d3";';
    expect(importsOf("/src/x/a.ts", text)).toEqual(["/src/x/b.ts", "/src/c.ts"]);
    const graph = (...arrows: [string, ...string[]][]): Imports =>
      new Map(arrows.map(([file, ...imported]) => [file, imported]));
    expect(circlesIn(graph(["a", "b", "c"], ["b", "c"], ["c"]))).toEqual([]);
    expect(circlesIn(graph(["a", "a"]))).toEqual([["a", "a"]]);
    expect(circlesIn(graph(["a", "b"], ["b", "c"], ["c", "d"], ["d", "b"]))).toEqual([["b", "c", "d", "b"]]);
    // Two circles through one file.
    expect(circlesIn(graph(["a", "b", "c"], ["b", "a"], ["c", "a"]))).toHaveLength(2);
  });
});

describe("functions", () => {
  const MAX_LINES = 60;
  const MAX_PARAMETERS = 8;

  /** What is too long, or takes too much. */
  function offendersIn(file: string, text: string): string[] {
    return functionsIn(text)
      .filter(({ lines, parameters }) => lines > MAX_LINES || parameters > MAX_PARAMETERS)
      .map(
        ({ name, line, lines, parameters }) =>
          `${file}:${line} ${name}: ${lines} lines, ${parameters} parameters`,
      );
  }

  it(`have ${MAX_LINES} lines and ${MAX_PARAMETERS} parameters at most`, () => {
    const offenders = sources.flatMap(({ file, text }) => offendersIn(relative(src, file), text));
    expect(offenders).toEqual([]);
  });

  it("would be caught, whatever their form, if they were longer or took more", () => {
    const long = "\n".repeat(MAX_LINES - 1);
    const many = Array.from({ length: MAX_PARAMETERS }, (_, i) => `p${i}: number`).join(", ");
    const forms = (parameters: string, body: string) => [
      `export function named(${parameters}): void {${body}}`,
      `const arrow = (${parameters}): void => {${body}};`,
      `class A { method(${parameters}): void {${body}} }`,
      `class A { constructor(${parameters}) {${body}} }`,
      `const object = { method(${parameters}) {${body}} };`,
      `call(function* (${parameters}) {${body}});`,
    ];
    for (const form of forms(many, long)) expect(offendersIn("f", form), form).toEqual([]);
    for (const form of forms(many, `${long}\n`)) expect(offendersIn("f", form), form).toHaveLength(1);
    for (const form of forms(`${many}, one: number`, ""))
      expect(offendersIn("f", form), form).toHaveLength(1);
    expect(offendersIn("f", `\n\nexport function named() {${long}\n}`)).toEqual([
      `f:3 named: ${MAX_LINES + 1} lines, 0 parameters`,
    ]);
  });

  it("are not what only looks like one: data, declarations, texts", () => {
    const long = "\n".repeat(MAX_LINES);
    expect(functionsIn(`const machine = createMachine({${long}});`)).toEqual([]);
    expect(functionsIn(`interface A { method(${long}): void }\ndeclare function f(): void;`)).toEqual([]);
    expect(functionsIn("const text = `function f() {}`; // function g() {}")).toEqual([]);
    expect(functionsIn("function f(this: Window, a: number) {}")).toMatchObject([{ parameters: 1 }]);
  });
});

describe("exports", () => {
  /** What knip complains about in a folder: exports and files that nobody uses, packages that are not listed, or for nothing. */
  async function complaintsAbout(folder: string): Promise<string[]> {
    const knip = join(root, "node_modules/knip/bin/knip.js");
    const args = [knip, "--directory", folder, "--no-exit-code", "--no-progress", "--reporter", "json"];
    // Vitest's configuration, which it reads, knows fewer files in the deep run.
    const env = { ...process.env, DEPTH: "1" };
    const output = await new Promise<string>((done, fail) => {
      execFile(process.execPath, args, { cwd: folder, env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
        if (error !== null) fail(new Error(`${error.message}\n${stderr}`));
        else done(stdout);
      });
    });
    const { issues } = JSON.parse(output) as { issues: Record<string, string | { name: string }[]>[] };
    return issues.flatMap(({ file, ...kinds }) =>
      Object.entries(kinds).flatMap(([kind, found]) =>
        (found as { name: string }[]).map(({ name }) => `${kind}: ${String(file)}: ${name}`),
      ),
    );
  }

  it.runIf(IS_DEEP)("are imported by somebody; so are files and packages", async () => {
    expect(await complaintsAbout(root)).toEqual([]);
  });

  it.runIf(IS_DEEP)("would be caught if nobody imported them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fanout-lab-house-"));
    try {
      mkdirSync(join(folder, "src"));
      copyFileSync(join(root, "knip.json"), join(folder, "knip.json"));
      writeFileSync(
        join(folder, "package.json"),
        '{ "name": "house", "type": "module", "main": "src/index.ts" }',
      );
      writeFileSync(
        join(folder, "src/index.ts"),
        'import { used } from "./a.ts";\nexport const sum = used;\n',
      );
      const dead = "export const used = 1;\nexport const unused = 2;\nexport interface Unused {}\n";
      writeFileSync(join(folder, "src/a.ts"), dead);
      writeFileSync(join(folder, "src/b.ts"), "export const b = 1;\n");
      expect((await complaintsAbout(folder)).sort()).toEqual([
        "exports: src/a.ts: unused",
        "files: src/b.ts: src/b.ts",
        "types: src/a.ts: Unused",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
