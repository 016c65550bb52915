/** `fanout check`: search for runs that break a scenario's rules. */

import { constants, existsSync } from "node:fs";
import { access, mkdir, stat, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { DEFAULT_BOUNDS } from "../../check/bounds.ts";
import { DEFAULT_RUNS } from "../../check/check.ts";
import { claimsOf, ruleNamed } from "../../check/claims.ts";
import { SEARCH_LIMITS } from "../../check/limits.ts";
import type { Rule } from "../../check/rule.ts";
import { isBroken, type OutcomeName } from "../../check/verdict.ts";
import { RULE_NAMES } from "../../scenario/rules.ts";
import { LIMITS, type Scenario } from "../../scenario/schema.ts";
import { suggest } from "../../scenario/words.ts";
import { parseDuration, parseWhole } from "../arguments.ts";
import { type Crew, crewOf } from "../check/crew.ts";
import { documentOf, type ReportDocument } from "../check/document.ts";
import { exitOf, type Judgement, judge } from "../check/expectation.ts";
import { junit, type Suite } from "../check/junit.ts";
import { DEFAULT_PAGE } from "../check/link.ts";
import { checkReport, WORDS } from "../check/report.ts";
import { type SearchHooks, type SearchOptions, search } from "../check/search.ts";
import { Exit } from "../exit.ts";
import { InputError, type Io, reasonOf } from "../io.ts";
import { addScenarioOptions, type ScenarioOptions, SET_HELP } from "../options.ts";
import { openOutput } from "../output.ts";
import { header } from "../report.ts";
import { resolvedSettings } from "../settings.ts";
import { readScenario, turnScenario } from "../source.ts";
import { count, ms, type Style, seconds, styleOf, wrapped } from "../text.ts";

interface CheckOptions extends ScenarioOptions {
  readonly everyVariant?: boolean;
  readonly rule?: readonly string[];
  readonly runs?: number;
  readonly exhaustive?: boolean;
  readonly depth?: number;
  readonly late?: number;
  readonly lateSteps?: number;
  readonly losses: number;
  readonly crashes: number;
  readonly maxEvents?: number;
  readonly time?: number;
  readonly shard?: readonly [index: number, of: number];
  readonly workers: number;
  readonly page: string;
  readonly json?: boolean;
  readonly junit?: string;
  readonly allowUnfinished?: boolean;
  readonly out?: string;
}

const MAX_WORKERS = 64;
const DEFAULT_TIME_US = 60_000_000;
const PROGRESS_AFTER_MS = 1000;
const PROGRESS_EVERY_MS = 200;

export function addCheck(program: Command, io: Io, setExit: (code: number) => void): void {
  addScenarioOptions(
    program.command("check").description("search for a run that breaks a rule of a scenario"),
  )
    .option("--every-variant", "check each variant, and whether it breaks what it says it breaks")
    .option(
      "-r, --rule <name>",
      "check this rule only; may be repeated",
      (name: string, earlier: readonly string[] = []) => [...earlier, name],
    )
    .option("--runs <n>", `random runs (default: ${count(DEFAULT_RUNS)})`, parseWhole(...SEARCH_LIMITS.runs))
    .option("--exhaustive", "explore all runs within the bounds instead of random ones")
    .option(
      "--depth <n>",
      "of all runs: those that depart at most n times from the plainest (default: any number)",
      parseWhole(...SEARCH_LIMITS.depth),
    )
    .option(
      "--late <duration>",
      `how much later than the scenario says each packet may be (default: ${DEFAULT_BOUNDS.lateMs}ms)`,
      parseLateness,
    )
    .option(
      "--late-steps <n>",
      `of all runs: in how many steps a packet can be late (default: ${DEFAULT_BOUNDS.lateSteps})`,
      parseWhole(...SEARCH_LIMITS.lateSteps),
    )
    .option(
      "--losses <n>",
      "how many packets may be lost in one run; random runs, if not 0: 1 % of the packets",
      parseWhole(...SEARCH_LIMITS.losses),
      DEFAULT_BOUNDS.losses,
    )
    .option(
      "--crashes <n>",
      "how many processes may be killed in one run, at any time",
      parseWhole(...SEARCH_LIMITS.crashes),
      DEFAULT_BOUNDS.crashes,
    )
    .option(
      "--time <duration>",
      `end the search after this real time, and say what is known (default: ${DEFAULT_TIME_US / 1_000_000}s)`,
      parseDuration,
    )
    .option(
      "--shard <i/n>",
      "make only the i-th of n parts of the random runs; fanout merge puts the parts together",
      parseShard,
    )
    .option(
      "--workers <n>",
      "threads",
      parseWhole(1, MAX_WORKERS),
      Math.min(availableParallelism(), MAX_WORKERS),
    )
    .option("--page <url>", "where the page is served, for links", parsePage, DEFAULT_PAGE)
    .option(
      "--max-events <n>",
      "cut each run after n events; what was cut is unfinished (default: four times the plainest run's, at least 200,000)",
      parseWhole(...SEARCH_LIMITS.maxEvents),
    )
    .option("--allow-unfinished", "end with 0 instead of 3 where rules are silent, unfinished or not tried")
    .option("--json", "print one JSON document instead of the report")
    .option("--junit <file>", "also write the verdicts as JUnit XML")
    .option("-o, --out <folder>", "also write each counterexample: scenario, story, diagram, regression test")
    .addHelpText(
      "after",
      `
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
  $ fanout check my-scenario.json --runs 100000 --shard 1/4 --json > part-1.json`,
    )
    .action(async (source: string, options: CheckOptions) => {
      refuseContradictions(options);
      const cases = await casesOf(io, source, options);
      for (const { scenario } of cases) refuseTooLate(scenario, options);
      const style = styleOf(io.color);
      if (options.out !== undefined) await makeFolder(options.out);
      const junitFile = options.junit === undefined ? null : await openOutput(io, options.junit);
      const crew = crewOf(options.workers);
      const listening = listen(io, crew);
      const allowUnfinished = options.allowUnfinished === true;
      const suites: Suite[] = [];
      try {
        for (const one of cases) {
          if (options.json !== true)
            await io.out(
              header(
                one.scenario,
                one.variant,
                seedOf(one.scenario, options),
                resolvedSettings(one.scenario),
                style,
              ),
            );
          const report = await search(
            one.scenario,
            one.variant,
            one.rules,
            searchOptions(one.scenario, options),
            crew,
            listening.hooks,
          );
          listening.clear();
          const document = await documentOf(report, options.page, one.isClaimed);
          const judgement = judge(document, options.everyVariant === true ? one : undefined);
          suites.push({ document, judgement });
          const isAsItSays = Object.values(judgement).every((rules) => rules.length === 0);
          // The code is set as soon as it is known: the reader of what is printed now may be gone.
          setExit(exitOf(judgementsOf(suites), allowUnfinished));
          if (options.json !== true)
            await io.out(`${checkReport(document, style)}${openText(judgement, allowUnfinished)}`);
          // Each variant is told about, also after one that is not as it says.
          if (options.everyVariant === true && !(isAsItSays && options.json === true))
            await say(io, options, toldOf(one, document, judgement, style));
          if (options.everyVariant === true && options.json !== true) await io.out("\n");
          if (options.out !== undefined) await writeCounterexamples(options.out, document);
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
      if (options.json === true) {
        const documents = suites.map(({ document }) => document);
        await io.out(
          `${JSON.stringify(options.everyVariant === true ? documents : documents[0], null, 2)}\n`,
        );
      }
      await junitFile?.write([junit(suites, allowUnfinished)]);
    });
}

interface Case {
  readonly scenario: Scenario;
  readonly variant: string | null;
  readonly rules: readonly Rule[];
  /** Whether the rules are claimed, and not checked only since none are. */
  readonly isClaimed: boolean;
  /** Rules that the variant is meant to break, and those of which it says nothing. */
  readonly breaks: readonly string[];
  readonly silent: readonly string[];
}

function judgementsOf(suites: readonly Suite[]): Judgement[] {
  return suites.map(({ judgement }) => judgement);
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
    breaks: variant === null ? [] : scenario.variants[variant]!.breaks,
    silent: variant === null ? [] : scenario.variants[variant]!.silent,
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

function searchOptions(scenario: Scenario, options: CheckOptions): SearchOptions {
  return {
    bounds: {
      lateMs: (options.late ?? DEFAULT_BOUNDS.lateMs * 1000) / 1000,
      lateSteps: options.lateSteps ?? DEFAULT_BOUNDS.lateSteps,
      losses: options.losses,
      crashes: options.crashes,
    },
    runs: options.runs ?? DEFAULT_RUNS,
    seed: seedOf(scenario, options),
    shard: options.shard ?? null,
    exhaustive: options.exhaustive === true,
    depth: options.depth ?? null,
    maxEvents: options.maxEvents ?? null,
    timeMs: (options.time ?? DEFAULT_TIME_US) / 1000,
  };
}

function seedOf(scenario: Scenario, options: CheckOptions): number {
  return options.seed ?? scenario.seed;
}

function refuseContradictions(options: CheckOptions): void {
  const { exhaustive, runs, depth, lateSteps, shard, variant, everyVariant } = options;
  const refuse = (why: string) => {
    throw new InputError(why);
  };
  if (exhaustive === true && runs !== undefined)
    refuse("--exhaustive explores all runs; --runs is for random ones. Choose one of them");
  if (exhaustive === true && shard !== undefined)
    refuse("an exhaustive search can't be cut into shards; --shard is for random runs");
  if (exhaustive !== true && depth !== undefined) refuse("--depth goes with --exhaustive");
  if (exhaustive !== true && lateSteps !== undefined) refuse("--late-steps goes with --exhaustive");
  if (everyVariant === true && variant !== undefined)
    refuse("found both --variant and --every-variant; choose one of them");
  if (everyVariant === true && shard !== undefined)
    refuse("--shard goes with one variant; choose it with --variant");
}

/** Says something of a variant: on standard error where standard output is a document. */
async function say(io: Io, { json }: CheckOptions, text: string): Promise<void> {
  if (json === true) io.err(text);
  else await io.out(text);
}

/** Of a variant among all variants: whether it is as it says, and what is not. */
function toldOf(
  { variant, breaks }: Case,
  { verdicts }: ReportDocument,
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
  const words = [
    ...named(
      "broken",
      verdicts.filter(isBroken).map(({ rule }) => rule),
    ),
    ...named("not seen, which is no proof", those("unfinished")),
    ...named("silent", those("silent")),
  ];
  return `${style.good("✓")} ${variant}: as it says, ${words.length === 0 ? "nothing is broken" : words.join("; ")}\n`;
}

/** What stands at the end of a report that is no clean bill: so that nobody takes an exit code of 0 for one. */
function openText({ broken, untrue, open }: Judgement, allowUnfinished: boolean): string {
  if (open.length === 0 || broken.length + untrue.length > 0) return "";
  const code = allowUnfinished
    ? "the exit code does not count this (--allow-unfinished)"
    : "so the exit code is 3";
  return `${wrapped(`Nothing is known of ${open.join(", ")}: silent, unfinished or not tried, ${code}.`, 0)}\n`;
}

interface Listening {
  readonly hooks: SearchHooks;
  isInterrupted(): boolean;
  /** Takes the line of progress away. */
  clear(): void;
  close(): void;
}

/** Hears Ctrl-C, and shows progress where somebody watches. */
function listen(io: Io, crew: Crew): Listening {
  let interrupted = false;
  let shownMs = performance.now() + PROGRESS_AFTER_MS - PROGRESS_EVERY_MS;
  let isShown = false;
  const beganMs = performance.now();
  const stopListening = io.onInterrupt(() => {
    interrupted = true;
    crew.stop();
  });
  return {
    hooks: {
      isInterrupted: () => interrupted,
      onProgress: (words) => {
        const nowMs = performance.now();
        if (!io.progress || nowMs - shownMs < PROGRESS_EVERY_MS) return;
        shownMs = nowMs;
        isShown = true;
        io.err(
          `\r\u001b[K${words}, ${seconds(Math.round((nowMs - beganMs) / 100) * 100_000)}; Ctrl-C ends the search`,
        );
      },
    },
    isInterrupted: () => interrupted,
    clear: () => {
      if (isShown) io.err("\r\u001b[K");
      isShown = false;
    },
    close: stopListening,
  };
}

/**
 * Makes a folder, and those that it is in, before the work begins. Node's own way of making them all can go on for ever where the system
 * says that there is no such folder, as in /proc.
 */
async function makeFolder(folder: string): Promise<void> {
  if (folder === "") throw new InputError("--out: the name of the folder is empty");
  const path = resolve(folder);
  const missing: string[] = [];
  for (let parent = path; !existsSync(parent); parent = dirname(parent)) missing.unshift(parent);
  try {
    for (const one of missing) await mkdir(one);
    if (!(await stat(path)).isDirectory()) throw new InputError(`can't write to ${folder}: it is no folder`);
    await access(path, constants.W_OK);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`can't write to ${folder}: ${reasonOf(error)}`);
  }
}

/** One file of each kind for each counterexample, named after variant and rule. */
async function writeCounterexamples(folder: string, { variant, verdicts }: ReportDocument): Promise<void> {
  try {
    for (const { rule, statement, counterexample } of verdicts) {
      if (counterexample === undefined) continue;
      const base = join(folder, variant === null ? rule : `${variant}.${rule}`);
      const { scenario, story, mermaid, test, link, text } = counterexample;
      const lines = story.map((line) => `- ${line.timeMs} ms: ${line.text}\n`).join("");
      await writeFile(`${base}.scenario.json`, `${JSON.stringify(scenario, null, 2)}\n`);
      await writeFile(
        `${base}.md`,
        `# ${rule}, broken\n\n${statement}\n\n${text}\n\n${lines}\n[Open in the page](${link})\n\n\`\`\`mermaid\n${mermaid}\`\`\`\n`,
      );
      await writeFile(`${base}.test.ts`, test);
    }
  } catch (error) {
    throw new InputError(`can't write to ${folder}: ${reasonOf(error)}`);
  }
}

function parseShard(text: string): readonly [index: number, of: number] {
  const [, index = "", of = ""] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  if (index === "" || Number(index) < 1 || Number(index) > Number(of))
    throw new InvalidArgumentError("It must be i/n, as 1/4: which of how many parts, from 1.");
  return [Number(index), Number(of)];
}

/** A duration that may be 0, and is no longer than a link's latency may be. */
function parseLateness(text: string): number {
  const us = /^0(ms|s|m|h)?$/.test(text) ? 0 : parseDuration(text);
  if (us > LIMITS.latencyMs * 1000)
    throw new InvalidArgumentError(`It must be at most ${seconds(LIMITS.latencyMs * 1000)}.`);
  return us;
}

/** What a search may add to a latency must leave a latency that the format allows, or no file could hold what it finds. */
function refuseTooLate({ network }: Scenario, { late = 0 }: CheckOptions): void {
  for (const [link, { latencyMs }] of Object.entries(network))
    if (typeof latencyMs === "number" && latencyMs * 1000 + late > LIMITS.latencyMs * 1000)
      throw new InputError(
        `--late: ${ms(late / 1000)} ms on top of network.${link}.latencyMs, ${ms(latencyMs)} ms, is more than a packet may take; allowed: --late ${ms(LIMITS.latencyMs - latencyMs)}ms at most`,
      );
}

function parsePage(text: string): string {
  if (!/^https?:\/\/[^\s#]+$/.test(text))
    throw new InvalidArgumentError("It must be an address as http://localhost:4173/, without #.");
  return text;
}
