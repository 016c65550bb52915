/** What the founding guide states has lessons that are there, each of which claims a rule that its row names. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const rows = [...read("docs/guide/statements.md").matchAll(/^\| (G\d+) \|(.*)\|(.*)\|(.*)\|(.*)\|$/gm)].map(
  ([, number, , lessons, rules, heldBy]) => ({
    number: number!,
    lessons: lessons!.trim().split(", "),
    rules: [...rules!.matchAll(/`([^`]+)`/g)].map(([, rule]) => rule!),
    experiments: [...(/experiments? ([\d, b]+)/.exec(heldBy!)?.[1] ?? "").matchAll(/\d\d\w?/g)].map(
      ([number]) => number,
    ),
  }),
);

/** The names of the rules that a lesson claims. */
function claimedBy(lesson: string): string[] {
  const { rules } = JSON.parse(read(`simulations/${lesson}/scenario.json`)) as {
    rules: (string | { name: string })[];
  };
  return rules.map((rule) => (typeof rule === "string" ? rule : rule.name));
}

describe("the statements of the founding guide", () => {
  it("are all there, in their order", () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, i) => `G${i + 1}`));
  });

  it.each(rows)("$number: its lessons are there, and each claims one of its rules", ({ lessons, rules }) => {
    for (const lesson of lessons) {
      expect(existsSync(new URL(`simulations/${lesson}/lesson.md`, root)), lesson).toBe(true);
      const claimed = claimedBy(lesson);
      expect(
        rules.filter((rule) => claimed.includes(rule)),
        lesson,
      ).not.toEqual([]);
    }
    const claimed = lessons.flatMap(claimedBy);
    expect(rules.filter((rule) => !claimed.includes(rule))).toEqual([]);
  });

  it.each(rows.filter(({ experiments }) => experiments.length > 0))(
    "$number: its experiments are recorded",
    ({ experiments }) => {
      const recorded = read("test/ground-truth/README.md");
      for (const number of experiments) expect(recorded, number).toMatch(new RegExp(`\\b${number}\\b`));
    },
  );
});
