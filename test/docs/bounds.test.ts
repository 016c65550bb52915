/** The guide states the bounds within which lessons are explored; the benchmark that measures them takes the same ones. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DEPARTURES, LEFT_OUT, OTHERS } from "../bench/bounds.ts";

const guide = readFileSync(new URL("../../docs/guide/checking.md", import.meta.url), "utf8");
const [, before = "", table = ""] = /\n(Within which bounds [^|]*)\n\n((?:\|.*\|\n)+)/.exec(guide) ?? [];
/** The first words of each row: lessons and variants as code, and what holds for them. */
const rows = table
  .split("\n")
  .slice(2)
  .filter((line) => line !== "")
  .map((line) => line.split("|").map((cell) => cell.trim()));

it("names the same lessons, with the same most departures", () => {
  const stated = rows.map(([, lesson = "", bounds = ""]) => [
    [...lesson.matchAll(/`([^`]+)`/g)].map(([, name]) => name).join(" ") || lesson,
    bounds.startsWith("none") ? null : Number(/--depth (\d)/.exec(bounds)?.[1] ?? 0),
  ]);
  expect(Object.fromEntries(stated)).toEqual({ ...DEPARTURES, [LEFT_OUT]: null, "all others": 1 });
  for (const name of OTHERS) expect(before).toContain(`\`${name}\``);
});
