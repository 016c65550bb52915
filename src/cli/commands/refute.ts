/** `fanout refute`: find a run that shows a common belief to be wrong. */
import type { Command } from "commander";
import { BELIEFS, type Belief, refute } from "../../check/beliefs.ts";
import { type Counterexample, scenarioFile } from "../../check/counterexample.ts";
import { suggest } from "../../scenario/words.ts";
import { parseWhole } from "../arguments.ts";
import { DEFAULT_PAGE, linkTo } from "../check/link.ts";
import { sizeText } from "../check/report.ts";
import { InputError, type Io } from "../io.ts";
import { ms, type Style, styleOf, wrapped } from "../text.ts";

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
    .action(async (name: string | undefined, options: RefuteOptions) => {
      if (name === undefined) return io.out(listText());
      const belief = beliefNamed(name);
      const { counterexample, runs } = refute(belief, options.seed);
      if (counterexample === null) throw new Error(`${runs} runs did not refute «${belief.belief}»`);
      const link = await linkTo(DEFAULT_PAGE, counterexample);
      await io.out(
        options.json === true
          ? `${JSON.stringify(documentOf(belief, counterexample, link), null, 2)}\n`
          : reportOf(belief, counterexample, link, styleOf(io.color)),
      );
    });
}

interface RefuteOptions {
  readonly seed: number;
  readonly json?: boolean;
}

function beliefNamed(name: string): Belief {
  const belief = BELIEFS.find((one) => one.name === name);
  if (belief !== undefined) return belief;
  const names = BELIEFS.map((one) => one.name);
  throw new InputError(
    `there is no belief ${JSON.stringify(name)}; beliefs: ${names.join(", ")}${suggest(name, names)}`,
  );
}

function documentOf({ belief, truth, rule }: Belief, counterexample: Counterexample, link: string) {
  const { story, size, fingerprint, text, timeUs } = counterexample;
  return {
    belief,
    truth,
    rule: rule.statement,
    text,
    timeMs: timeUs / 1000,
    fingerprint,
    size,
    scenario: scenarioFile(counterexample),
    story: story.map((line) => ({ timeMs: line.timeUs / 1000, text: line.text })),
    link,
  };
}

function reportOf(
  { belief, truth, rule }: Belief,
  { story, size }: Counterexample,
  link: string,
  style: Style,
): string {
  const times = story.map((line) => `${ms(line.timeUs / 1000)} ms`);
  const width = Math.max(...times.map((time) => time.length));
  const claim = `Then this would hold: ${rule.statement} The smallest run found that breaks it: ${sizeText(size)}.`;
  return [
    `${style.strong(`«${belief}»`)}  ${style.bad("refuted")}\n`,
    style.faint(`${wrapped(claim, 0)}\n`),
    "\n",
    ...story.map((line, i) => `  ${times[i].padStart(width)}  ${wrapped(line.text, width + 4)}\n`),
    "\n",
    `${wrapped(truth, 0)}\n`,
    `Open: ${link}\n`,
  ].join("");
}

function listText(): string {
  const width = Math.max(...BELIEFS.map(({ name }) => name.length));
  return BELIEFS.map(({ name, belief }) => `${name.padEnd(width)}  «${belief}»\n`).join("");
}
