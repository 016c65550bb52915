/** `fanout list`: the lessons and their variants, in the order of the course. */
import type { Command } from "commander";
import type { Io } from "../io.ts";
import { course, lessonNames } from "../lessons.ts";
import { loadScenario } from "../source.ts";
import { printable, type Style, styleOf } from "../text.ts";

export function addList(program: Command, io: Io): void {
  program
    .command("list")
    .description("list the lessons and their variants, in the order of the course")
    .option("--json", "print an array: name, title, and variants with their titles")
    .addHelpText(
      "after",
      `
Examples:
  $ fanout list
  $ fanout list --json
  $ fanout run broadcast-across-servers --variant redis`,
    )
    .action(async ({ json }: { json?: true }) => {
      const told = course().map(({ name }) => name);
      const others = lessonNames().filter((name) => !told.includes(name));
      const entries = await Promise.all([...told, ...others].map((name) => entry(io, name)));
      const style = styleOf(io.color);
      await io.out(
        json === true
          ? `${JSON.stringify(entries, null, 2)}\n`
          : entries.map((one) => entryText(one, style)).join("\n"),
      );
    });
}

type Entry =
  | { name: string; title: string; variants: { name: string; title: string }[] }
  | { name: string; error: string };

async function entry(io: Io, name: string): Promise<Entry> {
  try {
    const { title, variants } = await loadScenario(io, name, {});
    return {
      name,
      title,
      variants: Object.entries(variants).map(([variant, { title }]) => ({ name: variant, title })),
    };
  } catch (error) {
    return { name, error: (error as Error).message };
  }
}

function entryText(entry: Entry, style: Style): string {
  const name = style.strong(entry.name);
  if ("error" in entry) return `${name}: can't be used: ${printable(entry.error)}\n`;
  const width = Math.max(0, ...entry.variants.map((variant) => variant.name.length));
  const lines = entry.variants.map(
    (variant) => `  ${variant.name.padEnd(width)}  ${printable(variant.title)}\n`,
  );
  return `${name}: ${printable(entry.title)}\n${lines.join("")}`;
}
