/** `fanout refute`: find a run that shows a common belief to be wrong. */
import type { Command } from "commander";
import { BELIEFS, refute } from "../../check/beliefs.ts";
import { scenarioFile } from "../../check/counterexample.ts";
import { suggest } from "../../scenario/words.ts";
import { parseWhole } from "../arguments.ts";
import { DEFAULT_PAGE, linkTo } from "../check/link.ts";
import { sizeText } from "../check/report.ts";
import { InputError, type Io } from "../io.ts";
import { ms, styleOf, wrapped } from "../text.ts";

export function addRefute(program: Command, io: Io): void {
  program
    .command("refute")
    .description("find a run that shows a common belief to be wrong; without a name, list the beliefs")
    .argument("[belief]", "its name")
    .option("--seed <n>", "where the search begins", parseWhole(0, 4_294_967_295), 1)
    .option("--json", "print one JSON document instead of the report")
    .addHelpText(
      "after",
      `
Nothing is stored: each time a run is searched for, and made as small as it gets.

Examples:
  $ fanout refute
  $ fanout refute sticky-broadcast`,
    )
    .action(async (name: string | undefined, options: { readonly seed: number; readonly json?: boolean }) => {
      const style = styleOf(io.color);
      if (name === undefined) return io.out(listText());
      const belief = BELIEFS.find((one) => one.name === name);
      if (belief === undefined) {
        const names = BELIEFS.map((one) => one.name);
        throw new InputError(
          `there is no belief ${JSON.stringify(name)}; beliefs: ${names.join(", ")}${suggest(name, names)}`,
        );
      }
      const { counterexample, runs } = refute(belief, options.seed);
      if (counterexample === null) throw new Error(`${runs} runs did not refute «${belief.belief}»`);
      const link = await linkTo(DEFAULT_PAGE, counterexample);
      const { story, size, fingerprint, text, timeUs } = counterexample;
      if (options.json === true) {
        const document = {
          belief: belief.belief,
          truth: belief.truth,
          rule: belief.rule.statement,
          text,
          timeMs: timeUs / 1000,
          fingerprint,
          size,
          scenario: scenarioFile(counterexample),
          story: story.map((line) => ({ timeMs: line.timeUs / 1000, text: line.text })),
          link,
        };
        return io.out(`${JSON.stringify(document, null, 2)}\n`);
      }
      const times = story.map((line) => `${ms(line.timeUs / 1000)} ms`);
      const width = Math.max(...times.map((time) => time.length));
      await io.out(
        [
          `${style.strong(`«${belief.belief}»`)}  ${style.bad("refuted")}\n`,
          style.faint(
            `${wrapped(`Then this would hold: ${belief.rule.statement} The smallest run found that breaks it: ${sizeText(size)}.`, 0)}\n`,
          ),
          "\n",
          ...story.map((line, i) => `  ${times[i]!.padStart(width)}  ${wrapped(line.text, width + 4)}\n`),
          "\n",
          `${wrapped(belief.truth, 0)}\n`,
          `Open: ${link}\n`,
        ].join(""),
      );
    });
}

function listText(): string {
  const width = Math.max(...BELIEFS.map(({ name }) => name.length));
  return BELIEFS.map(({ name, belief }) => `${name.padEnd(width)}  «${belief}»\n`).join("");
}
