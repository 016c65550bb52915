/** `fanout refute`: find a run that shows a common belief to be wrong. */
import type { Command } from "commander";
import { BELIEFS, type Belief, refute } from "../../check/beliefs.ts";
import { type Counterexample, scenarioFile } from "../../check/counterexample.ts";
import { COMPUTED_BELIEFS } from "../../cost/beliefs.ts";
import { parseWhole } from "../arguments.ts";
import { addBaseUrlOption, type BaseUrlOption } from "../base-url.ts";
import { linkTo } from "../check/link.ts";
import { sizeText } from "../check/report.ts";
import { Exit } from "../exit.ts";
import { InputError, type Io } from "../io.ts";
import { oneNamed } from "../named.ts";
import { ms, type Style, styleOf, wrapped } from "../text.ts";

export function addRefute(program: Command, io: Io, setExit: (exit: number) => void): void {
  const command = program
    .command("refute")
    .description("find a run that shows a common belief to be wrong; without a name, list the beliefs")
    .argument("[belief]", "its name")
    .option("--all", "refute every belief, a line each")
    .option("--seed <n>", "where the search begins", parseWhole(0, 4_294_967_295), 1)
    .option("--json", "print one JSON document instead of the report; without a name, of all beliefs");
  addBaseUrlOption(command)
    .addHelpText(
      "after",
      `
Nothing is stored: each time a run is searched for, and made as small as it gets. Beliefs about money
and promises are refuted by arithmetic (fanout cost).

Examples:
  $ fanout refute
  $ fanout refute sticky-broadcast
  $ fanout refute --json

--all takes some seconds for each.`,
    )
    .action(async (name: string | undefined, options: RefuteOptions) => {
      if (options.all === true) {
        if (name !== undefined)
          throw new InputError(`--all is all of them: leave ${JSON.stringify(name)} out`);
        return refuteAll(io, options, setExit);
      }
      if (name === undefined) return io.out(options.json === true ? jsonText(ALL.map(entryOf)) : listText());
      const belief = oneNamed("belief", ALL, name);
      const answer = await answerTo(belief, options, styleOf(io.color));
      if (answer === null) throw new Error(`no run refuted «${belief.belief}»`);
      await io.out(options.json === true ? jsonText(answer.document) : answer.report);
    });
}

interface RefuteOptions extends BaseUrlOption {
  readonly seed: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

type AnyBelief = Belief | (typeof COMPUTED_BELIEFS)[number];

const ALL: readonly AnyBelief[] = [...BELIEFS, ...COMPUTED_BELIEFS];

/** How a belief was refuted. */
interface Answer {
  readonly document: object;
  readonly report: string;
  /** In a few words. */
  readonly by: string;
}

/** Null: nothing was found against it. */
async function answerTo(
  belief: AnyBelief,
  { seed, baseUrl }: RefuteOptions,
  style: Style,
): Promise<Answer | null> {
  if ("refute" in belief) {
    const { isRefuted, says } = belief.refute();
    const document = { ...entryOf(belief), says };
    return isRefuted ? { document, report: computedText(belief, says, style), by: "arithmetic" } : null;
  }
  const { counterexample } = refute(belief, seed);
  if (counterexample === null) return null;
  const link = await linkTo(baseUrl, counterexample);
  return {
    document: documentOf(belief, counterexample, link),
    report: reportOf(belief, counterexample, link, style),
    by: `a run of ${sizeText(counterexample.size)}`,
  };
}

/** Every belief in turn. Told as they come, so that whoever waits sees something. */
async function refuteAll(io: Io, options: RefuteOptions, setExit: (exit: number) => void) {
  const style = styleOf(io.color);
  const documents: object[] = [];
  const width = Math.max(...ALL.map(({ name }) => name.length));
  let refuted = 0;
  for (const belief of ALL) {
    const beganMs = performance.now();
    const answer = await answerTo(belief, options, style);
    if (answer !== null) refuted++;
    const tookS = ((performance.now() - beganMs) / 1000).toFixed(1);
    documents.push({
      name: belief.name,
      isRefuted: answer !== null,
      ...(answer?.document ?? entryOf(belief)),
    });
    const said = answer === null ? style.bad("✕ not refuted") : `${style.good("✓ refuted")} by ${answer.by}`;
    if (options.json !== true) await io.out(`${belief.name.padEnd(width)}  ${said}, ${tookS} s\n`);
  }
  await io.out(
    options.json === true ? jsonText(documents) : `${refuted} of ${ALL.length} beliefs refuted.\n`,
  );
  if (refuted < ALL.length) setExit(Exit.open);
}

function entryOf(belief: AnyBelief) {
  const { name, belief: said, truth } = belief;
  return { name, belief: said, truth, rule: "rule" in belief ? belief.rule.statement : belief.statement };
}

function jsonText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function computedText(
  { belief, truth, statement }: (typeof COMPUTED_BELIEFS)[number],
  says: readonly string[],
  style: Style,
): string {
  return [
    `${style.strong(`«${belief}»`)}  ${style.bad("refuted")}\n`,
    style.faint(`${wrapped(`Then this would hold: ${statement}`, 0)}\n`),
    "\n",
    ...says.map((line) => `  ${wrapped(line, 2)}\n`),
    "\n",
    `${wrapped(truth, 0)}\n`,
  ].join("");
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
  { text, story, size }: Counterexample,
  link: string,
  style: Style,
): string {
  const times = story.map((line) => `${ms(line.timeUs / 1000)} ms`);
  const width = Math.max(...times.map((time) => time.length));
  const claim = `Then this would hold: ${rule.statement} The smallest run found that breaks it: ${sizeText(size)}.`;
  return [
    `${style.strong(`«${belief}»`)}  ${style.bad("refuted")}\n`,
    style.faint(`${wrapped(claim, 0)}\n`),
    // What the rule found wrong, if the story does not end with it.
    ...(story.some((line) => line.text.includes(text)) ? [] : [`${wrapped(text, 0)}\n`]),
    "\n",
    ...story.map((line, i) => `  ${times[i].padStart(width)}  ${wrapped(line.text, width + 4)}\n`),
    "\n",
    `${wrapped(truth, 0)}\n`,
    `Open: ${link}\n`,
  ].join("");
}

function listText(): string {
  const width = Math.max(...ALL.map(({ name }) => name.length));
  return ALL.map(({ name, belief }) => `${name.padEnd(width)}  «${belief}»\n`).join("");
}
