/** `fanout list`: the lessons and their variants, in the order of the course. */
import type { Command } from "commander";
import type { Io } from "../io.ts";
import { course, lessonNames } from "../lessons.ts";
import { loadScenario } from "../source.ts";
import { printable, styleOf } from "../text.ts";

export function addList(program: Command, io: Io): void {
  program
    .command("list")
    .description("list the lessons and their variants, in the order of the course")
    .addHelpText(
      "after",
      `
Examples:
  $ fanout list
  $ fanout run broadcast-across-servers --variant redis`,
    )
    .action(async () => {
      const told = course().map(({ name }) => name);
      const others = lessonNames().filter((name) => !told.includes(name));
      await io.out((await Promise.all([...told, ...others].map((name) => entry(io, name)))).join("\n"));
    });
}

async function entry(io: Io, name: string): Promise<string> {
  const style = styleOf(io.color);
  try {
    const scenario = await loadScenario(io, name, {});
    const variants = Object.entries(scenario.variants);
    const width = Math.max(0, ...variants.map(([variant]) => variant.length));
    const lines = variants.map(([variant, { title }]) => `  ${variant.padEnd(width)}  ${printable(title)}\n`);
    return `${style.strong(name)}: ${printable(scenario.title)}\n${lines.join("")}`;
  } catch (error) {
    return `${style.strong(name)}: can't be used: ${printable((error as Error).message)}\n`;
  }
}
