/** `fanout check`: search for runs that break a scenario's rules. */
import type { Command } from "commander";
import { claimsOf, ruleNamed } from "../../check/claims.ts";
import type { Rule } from "../../check/rule.ts";
import { isBroken, type OutcomeName } from "../../check/verdict.ts";
import { notesOn } from "../../scenario/notes.ts";
import { RULE_NAMES } from "../../scenario/rules.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { suggest } from "../../scenario/suggest.ts";
import { crewOf } from "../check/crew.ts";
import { documentOf, type ReportDocument } from "../check/document.ts";
import { exitOf, type Judgement, judge } from "../check/expectation.ts";
import { makeFolder, writeCounterexamples } from "../check/folder.ts";
import { junit, type Suite } from "../check/junit.ts";
import { listen } from "../check/listening.ts";
import {
  addCaseOptions,
  addReportOptions,
  addSearchOptions,
  type CheckOptions,
  refuseContradictions,
  refuseTooLate,
  searchOptions,
  seedOf,
} from "../check/options.ts";
import { checkReport, WORDS } from "../check/report.ts";
import { type SearchCase, search } from "../check/search.ts";
import { placeOf, type ShardPlace } from "../check/shard-place.ts";
import { Exit } from "../exit.ts";
import { InputError, type Io } from "../io.ts";
import { addScenarioOptions, SET_HELP } from "../options.ts";
import { openOutput } from "../output.ts";
import { identity, settingLines } from "../report.ts";
import { resolvedSettings } from "../settings.ts";
import { readScenario, turnScenario } from "../source.ts";
import { type Style, styleOf, wrapped } from "../text.ts";

const HELP = `
Rules that a scenario can claim (its own are listed by their names too):
  ${RULE_NAMES.join(", ")}
A scenario that claims none is checked against all of these.
${SET_HELP}

The exit code is 0 only if every rule that the scenario claims was judged and holds, or was not broken. It is 1 if a
rule is broken, and 3 if none is but one was silent (it never applied), unfinished (runs were cut before it could
speak) or not tried. With --every-variant it is 0 only if each variant breaks the rules of its "breaks", leaves
silent those of its "silent", and keeps all others.

Examples:
  $ fanout check broadcast-across-servers --variant no-backplane
  $ fanout check broadcast-across-servers --variant redis --exhaustive
  $ fanout check polling-handshake --every-variant --runs 5000
  $ fanout check my-scenario.json --rule delivery --crashes 1 --time 2m --out counterexamples
  $ fanout check my-scenario.json --runs 100000 --shard 1/4 --json > part-1.json
  $ fanout check my-scenario.json --runs 100000 --shard auto --json > part.json`;

export function addCheck(program: Command, io: Io, setExit: (code: number) => void): void {
  const command = program.command("check").description("search for a run that breaks a rule of a scenario");
  for (const add of [addScenarioOptions, addCaseOptions, addSearchOptions, addReportOptions]) add(command);
  command
    .addHelpText("after", HELP)
    .action((source: string, options: CheckOptions) => checkCases(io, setExit, source, options));
}

interface Case extends SearchCase {
  /** Whether the rules are claimed, rather than checked because no rule is claimed. */
  readonly isClaimed: boolean;
  /** Rules that the variant is meant to break, and rules that are meant to be silent. */
  readonly breaks: readonly string[];
  readonly silent: readonly string[];
}

/** What all cases of one call have in common. */
interface Session {
  readonly io: Io;
  readonly options: CheckOptions;
  /** Null: all runs. */
  readonly place: ShardPlace | null;
  readonly style: Style;
  readonly setExit: (code: number) => void;
  /** What is known so far, case by case. */
  readonly suites: Suite[];
}

async function checkCases(
  io: Io,
  setExit: (code: number) => void,
  source: string,
  options: CheckOptions,
): Promise<void> {
  refuseContradictions(options);
  const place = placeOf(options.shard, io.env);
  const cases = await casesOf(io, source, options);
  for (const { scenario } of cases) refuseTooLate(scenario, options);
  if (options.out !== undefined) await makeFolder(options.out);
  const junitFile = options.junit === undefined ? null : await openOutput(io, options.junit);
  if (place !== null && place.by !== null) io.err(`shard ${place.shard.join(" of ")}, by ${place.by}\n`);
  const session: Session = { io, options, place, style: styleOf(io.color), setExit, suites: [] };
  await searchCases(session, cases);
  if (options.json === true) {
    const documents = session.suites.map(({ document }) => document);
    await io.out(`${JSON.stringify(options.everyVariant === true ? documents : documents[0], null, 2)}\n`);
  }
  await junitFile?.write([junit(session.suites, options.allowUnfinished === true)]);
}

/** Checks one case after the other, until Ctrl-C. */
async function searchCases(session: Session, cases: readonly Case[]): Promise<void> {
  const { io, options, place, style, setExit, suites } = session;
  const crew = crewOf(options.workers);
  const listening = listen(io, crew);
  try {
    for (const one of cases) {
      if (options.json !== true) await io.out(headerOf(one, options, style));
      const report = await search(one, searchOptions(one.scenario, options, place), crew, listening.hooks);
      listening.clear();
      await tell(session, one, await documentOf(report, options.baseUrl, one.isClaimed));
      if (!listening.isInterrupted()) continue;
      setExit(Exit.interrupted);
      break;
    }
    for (const { variant } of cases.slice(suites.length))
      await say(io, options, style.bad(`${variant}: not checked, since the search was interrupted\n`));
  } finally {
    listening.close();
    await crew.close();
  }
}

function headerOf({ scenario, variant }: Case, options: CheckOptions, style: Style): string {
  return (
    identity(scenario, variant, seedOf(scenario, options), style) +
    settingLines(scenario, resolvedSettings(scenario, options.set), notesOn(scenario), style)
  );
}

/** Judges what is known of a case, says it, and writes it down. */
async function tell(session: Session, one: Case, document: ReportDocument): Promise<void> {
  const { io, options, style, setExit, suites } = session;
  const isDocument = options.json === true;
  const allowUnfinished = options.allowUnfinished === true;
  const isOneOfAll = options.everyVariant === true;
  const judgement = judge(document, isOneOfAll ? one : undefined);
  suites.push({ document, judgement });
  // The code is set as soon as it is known: the reader of what is printed now may be gone.
  setExit(
    exitOf(
      suites.map((suite) => suite.judgement),
      allowUnfinished,
    ),
  );
  if (!isDocument)
    await io.out(`${checkReport(document, style)}${openText(judgement, allowUnfinished, document.endedBy)}`);
  // Each variant is told about, also after one that is not as it says.
  const isAsItSays = Object.values(judgement).every((rules) => rules.length === 0);
  if (isOneOfAll && !(isAsItSays && isDocument))
    await say(io, options, toldOf(one, document, judgement, style));
  if (isOneOfAll && !isDocument) await io.out("\n");
  if (options.out !== undefined) await writeCounterexamples(options.out, document);
}

async function casesOf(io: Io, source: string, options: CheckOptions): Promise<Case[]> {
  const written = await readScenario(io, source);
  const first = turnScenario(written, options);
  const until = (scenario: Scenario): Scenario =>
    options.until === undefined ? scenario : { ...scenario, durationMs: options.until / 1000 };
  const caseOf = (scenario: Scenario, variant: string | null): Case => ({
    scenario: until(scenario),
    variant,
    rules: rulesOf(scenario, options.rule),
    isClaimed: options.rule !== undefined || scenario.rules.length > 0,
    breaks: variant === null ? [] : scenario.variants[variant].breaks,
    silent: variant === null ? [] : scenario.variants[variant].silent,
  });
  if (options.everyVariant !== true) return [caseOf(first, options.variant ?? null)];
  const variants = Object.keys(first.variants);
  if (variants.length === 0) throw new InputError("this scenario has no variants; leave --every-variant out");
  const cases: Case[] = [];
  for (const variant of variants) cases.push(caseOf(turnScenario(written, { ...options, variant }), variant));
  return cases;
}

function rulesOf(scenario: Scenario, names: readonly string[] | undefined): Rule[] {
  if (names === undefined)
    return scenario.rules.length > 0
      ? claimsOf(scenario)
      : RULE_NAMES.map((name) => ruleNamed(scenario, name)!);
  return [...new Set(names)].map((name) => {
    const rule = ruleNamed(scenario, name);
    if (rule !== null) return rule;
    const known = [...RULE_NAMES, ...Object.keys(scenario.ownRules)];
    throw new InputError(
      `there is no rule ${JSON.stringify(name)}; rules: ${known.join(", ")}${suggest(name, known)}`,
    );
  });
}

/** Says something about a variant: on standard error where standard output is a document. */
async function say(io: Io, { json }: CheckOptions, text: string): Promise<void> {
  if (json === true) io.err(text);
  else await io.out(text);
}

/** Whether a variant is as it says, and what is not, where all variants are checked. */
function toldOf(
  { variant, breaks }: Case,
  { verdicts, isClaimed }: ReportDocument,
  judgement: Judgement,
  style: Style,
): string {
  const { broken, untrue, open } = judgement;
  const outcomeOf = new Map(verdicts.map(({ rule, outcome }) => [rule, outcome]));
  const lines = [
    ...broken.map((rule) => `${rule} is broken, and the variant does not say so`),
    ...untrue.map((rule) =>
      breaks.includes(rule)
        ? `${rule} should be broken, and is ${WORDS[outcomeOf.get(rule)!]}`
        : `${rule} should be silent, and is ${WORDS[outcomeOf.get(rule)!]}`,
    ),
    ...open.map((rule) =>
      outcomeOf.get(rule) === "silent"
        ? `${rule} is silent, and the variant does not say so`
        : `${rule} is ${WORDS[outcomeOf.get(rule)!]}`,
    ),
  ];
  if (lines.length > 0) return lines.map((line) => style.bad(`${variant}: ${line}\n`)).join("");
  const named = (standing: string, of: readonly string[]) =>
    of.length === 0 ? [] : [`${standing}: ${of.join(", ")}`];
  const those = (outcome: OutcomeName) =>
    verdicts.filter((one) => one.outcome === outcome).map(({ rule }) => rule);
  // Where nothing is claimed, rules that had nothing to judge are nobody's concern.
  const isSilenceSaid = (rule: string) => outcomeOf.get(rule) === "silent" && isClaimed;
  const words = [
    ...named(
      "broken",
      verdicts.filter(isBroken).map(({ rule }) => rule),
    ),
    ...named("not seen, which is no proof", those("unfinished")),
    ...named("silent", those("silent").filter(isSilenceSaid)),
  ];
  return `${style.good("✓")} ${variant}: as it says, ${words.length === 0 ? "nothing is broken" : words.join("; ")}\n`;
}

/** The end of a report in which rules are undecided, so that nobody takes an exit code of 0 for a clean bill. */
function openText(
  { broken, untrue, open }: Judgement,
  allowUnfinished: boolean,
  endedBy: ReportDocument["endedBy"],
): string {
  if (open.length === 0 || broken.length + untrue.length > 0) return "";
  if (endedBy === "interrupted")
    return `${wrapped(`Nothing is known of ${open.join(", ")}: the search was interrupted.`, 0)}\n`;
  const code = allowUnfinished
    ? "the exit code does not count this (--allow-unfinished)"
    : "so the exit code is 3";
  return `${wrapped(`Nothing is known of ${open.join(", ")}: silent, unfinished or not tried, ${code}.`, 0)}\n`;
}
