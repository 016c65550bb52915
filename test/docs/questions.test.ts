/** Where a question is answered: what docs/ARCHITECTURE.md names is in the file, and the file is one hop from the model page. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(resolve(import.meta.dirname, "../..", path), "utf8");
const [, section = ""] =
  /## Where is it answered\?\n([\s\S]*?)\n## /.exec(read("docs/ARCHITECTURE.md")) ?? [];
const questions = [...section.matchAll(/^\| ([^|]+\?) \| (.+) \|$/gm)].map(([, question, answer]) => ({
  question: question!,
  answer: answer!,
}));

it("ten questions or more are asked", () => {
  expect(questions.length).toBeGreaterThanOrEqual(10);
});

it.each(questions)("$question", ({ answer }) => {
  const page = read("docs/reference/model.md");
  let names: string[] = [];
  let files = 0;
  for (const [, name, path] of answer.matchAll(/`([^`]+)`|\]\(\.\.\/(src\/[^)]+)\)/g)) {
    if (name !== undefined) names.push(name);
    else {
      expect(page).toContain(`](../../${path})`);
      for (const named of names)
        expect(read(path!), `${named} in ${path}`).toMatch(new RegExp(`\\b${named}\\b`));
      names = [];
      files++;
    }
  }
  expect(files).toBeGreaterThan(0);
  expect(names).toEqual([]);
});
