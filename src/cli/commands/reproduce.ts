/** `fanout reproduce`: published results, and what comes out here. */
import type { Command } from "commander";
import { RESULTS } from "../../reproduce/index.ts";
import { type Figure, isWithin, type PublishedResult } from "../../reproduce/result.ts";
import { grouped } from "../../run/grouped.ts";
import { Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { oneNamed } from "../named.ts";
import { counted, inColumns, type Style, styleOf, wrapped } from "../text.ts";

export function addReproduce(program: Command, io: Io, setExit: (exit: number) => void): void {
  program
    .command("reproduce")
    .description("reproduce results that others have published, and print them beside ours")
    .argument("[result]", "its name; without one, all of them")
    .option("--json", "print one JSON document instead of the table")
    .addHelpText(
      "after",
      `
Some are runs of the model, some run on its queue and its draws alone, some are arithmetic: each says
which. The exit code is 3 if a number is further off than its tolerance.

Examples:
  $ fanout reproduce
  $ fanout reproduce backoff
  $ fanout reproduce --json`,
    )
    .action(async (name: string | undefined, { json }: { json?: true }) => {
      const results = name === undefined ? RESULTS : [oneNamed("result", RESULTS, name)];
      const style = styleOf(io.color);
      const documents: object[] = [];
      let within = 0;
      for (const result of results) {
        const figures = result.figures();
        if (figures.every(isWithin)) within++;
        documents.push(documentOf(result, figures));
        // Told as they come, so that whoever waits sees something.
        if (json !== true) await io.out(`${textOf(result, figures, style)}\n`);
      }
      const all = counted(results.length, "published result");
      await io.out(
        json === true ? `${JSON.stringify(documents, null, 2)}\n` : `${within} of ${all} reproduced.\n`,
      );
      if (within < results.length) setExit(Exit.open);
    });
}

function documentOf({ name, says, source, how }: PublishedResult, figures: readonly Figure[]) {
  return {
    name,
    says,
    source,
    how,
    figures: figures.map((figure) => ({ ...figure, isWithin: isWithin(figure) })),
  };
}

/** At most four digits, and no fewer than the integer has: 66,340; 2.614; 0.819. */
function numberText(value: number): string {
  return Number.isInteger(value) || value >= 1000
    ? grouped(Math.round(value))
    : String(Number(value.toPrecision(4)));
}

function allowed({ tolerance }: Figure): string {
  return tolerance === 0 ? "exactly" : `within ${Math.round(tolerance * 1000) / 10} %`;
}

function textOf(
  { name, says, source, how }: PublishedResult,
  figures: readonly Figure[],
  style: Style,
): string {
  const isGood = figures.every(isWithin);
  const head = `${isGood ? style.good("✓") : style.bad("✕")} ${style.strong(name)}  `;
  const rows = figures.map((figure) => {
    const { what, published, ours } = figure;
    return [what, numberText(published), numberText(ours)];
  });
  const wrong = ["", ...figures.map((figure) => (isWithin(figure) ? "" : `✕ not ${allowed(figure)}`))];
  const lines = inColumns([["", "published", "ours"], ...rows], 1).map((line, i) =>
    `  ${line}  ${style.bad(wrong[i]!)}`.trimEnd(),
  );
  const tolerances = [...new Set(figures.map(allowed))].join(" or ");
  return [
    `${head}${wrapped(`${says}.`, name.length + 4, 2)}`,
    style.faint(`  ${wrapped(`${source}. Ours: ${how}; ${tolerances}.`, 2)}`),
    ...lines,
    "",
  ].join("\n");
}
