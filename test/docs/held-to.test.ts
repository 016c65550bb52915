/** README's table of the model names, with each part, the experiments that the heads of its files name. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** Rows as cells: part, what it does, held to, leaves out. */
const rows = read("README.md")
  .split("\n")
  .filter((line) => line.startsWith("| ") && line.includes("](src/model/"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

/** The numbers of the experiments that the first comment of a file names. */
function experimentsOf(path: string): string[] {
  const [head = ""] = /\/\*\*[\s\S]*?\*\//.exec(read(path)) ?? [];
  const named = head.replace(/\n \* ?/g, " ").replace(/§[\d.]+/g, "");
  return [...named.matchAll(/ground-truth ([^.;:)]*)/gi)].flatMap(([, list = ""]) => [
    ...(list.match(/\b\d\db?\b/g) ?? []),
  ]);
}

test("there are rows, and heads that name experiments", () => {
  expect(rows.length).toBeGreaterThan(10);
  expect(experimentsOf("src/model/network/tcp.ts")).toEqual(["17", "30", "22"]);
});

test.each(rows.map(([, part = "", , heldTo = ""]) => [part, heldTo]))("%s", (part, heldTo) => {
  const files = [...part.matchAll(/\]\((src\/model\/[^)]*)\)/g)].map(([, path = ""]) => path);
  const missing = files.flatMap(experimentsOf).filter((number) => !heldTo.includes(`[${number}]`));
  expect(missing).toEqual([]);
});
