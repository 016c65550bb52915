/** Arrows between folders point inward only: kernel ← statechart ← model ← scenario ← run ← cost ← check ← reproduce ← lesson ← {view, cli}. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const src = resolve(import.meta.dirname, "../src");
const LAYERS = ["kernel", "statechart", "model", "scenario", "run", "cost", "check", "reproduce", "lesson"];
const OUTER = ["view", "cli"];

/** The layer that a file of src belongs to; index.ts is the surface and may import all layers. */
function layerOf(file: string): string {
  return relative(src, file).split("/")[0]!;
}

function mayImport(from: string, to: string): boolean {
  if (from === to || from === "index.ts") return true;
  if (OUTER.includes(from)) return !OUTER.includes(to);
  return LAYERS.indexOf(to) >= 0 && LAYERS.indexOf(to) < LAYERS.indexOf(from);
}

/** Import paths in a source text. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
}

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(src, name));

describe("the architecture", () => {
  it("has arrows that point inward only", () => {
    const outward = files.flatMap((file) =>
      importsOf(readFileSync(file, "utf8"))
        .filter((path) => path.startsWith("."))
        .map((path) => resolve(dirname(file), path))
        .filter((target) => target.startsWith(src) && !mayImport(layerOf(file), layerOf(target)))
        .map((target) => `${relative(src, file)} → ${relative(src, target)}`),
    );
    expect(outward).toEqual([]);
  });

  it("would notice an arrow that points out", () => {
    expect(mayImport("kernel", "model")).toBe(false);
    expect(mayImport("run", "view")).toBe(false);
    expect(mayImport("view", "cli")).toBe(false);
    expect(importsOf('import { a } from "../run/run.ts";\nconst b = import("../view/app.ts");')).toHaveLength(
      2,
    );
  });

  it("keeps clocks, chance and locales out of everything below the view and the command line", () => {
    const forbidden =
      /\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bset(?:Timeout|Interval)\b|\bperformance\.now\b|\btoLocale|\bIntl\.|\bMath\.(?:log|exp|pow|sin|cos|tan)\w*\b/;
    const found = files
      .filter((file) => LAYERS.includes(layerOf(file)))
      .flatMap((file) =>
        readFileSync(file, "utf8")
          .split("\n")
          .map((line, i) => ({ line, at: `${relative(src, file)}:${i + 1}` }))
          .filter(({ line }) => forbidden.test(line.replace(/^\s*(?:\*|\/\*\*|\/\/).*$/, "")))
          .map(({ at, line }) => `${at}: ${line.trim()}`),
      )
      // The reference runner gives XState a clock of that shape; it is the kernel's.
      .filter((entry) => !entry.startsWith("statechart/reference.ts"));
    expect(found).toEqual([]);
  });

  it("lets the kernel import nothing but its random generator", () => {
    const packages = files
      .filter((file) => layerOf(file) === "kernel")
      .flatMap((file) => importsOf(readFileSync(file, "utf8")))
      .filter((path) => !path.startsWith("."));
    expect(new Set(packages.map((path) => path.split("/")[0]))).toEqual(new Set(["pure-rand"]));
  });
});
