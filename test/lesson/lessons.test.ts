/**
 * Every step of every lesson: its stage can be set up, what it says comes from the run, its questions have exactly one
 * right answer, it is short, and it can be read.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judge } from "../../src/lesson/exercise.ts";
import { factsOf } from "../../src/lesson/facts.ts";
import type { Inline, Prose, Step } from "../../src/lesson/lesson.ts";
import { timeOf } from "../../src/lesson/moments.ts";
import { readGlossary, readLesson } from "../../src/lesson/read.ts";
import { factsAt, inWords, rightAnswers } from "../../src/lesson/words.ts";
import type { RunResult } from "../../src/run/result.ts";
import { simulate } from "../../src/run/simulate.ts";
import { parseScenario, withSettings, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { sampled } from "../support/depth.ts";
import { readingEase } from "./reading-ease.ts";

const root = new URL("../../simulations/", import.meta.url);
const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/scenario.json`, root)))
  .map(({ name }) => name);
const glossary = readGlossary(readFileSync(new URL("glossary.md", root), "utf8"));

const WORDS_MAX = 110;
/** Flesch's formula; 60 to 70 is plain English, understood by most people of 14. */
const READING_EASE_MIN = 60;

function staged(scenario: Scenario, { stage }: Step): Scenario {
  const variant = withVariant(scenario, stage.variant);
  if (!variant.ok) throw new Error(variant.errors[0]!.message);
  const set = withSettings(variant.scenario, stage.set);
  if (!set.ok) throw new Error(set.errors[0]!.message);
  return set.scenario;
}

/** Everything that a step says. */
function proseOf({ before, question, after }: Step): Prose[] {
  const asked =
    question === null
      ? []
      : [question.asks, ...question.answers.flatMap(({ says, reply }) => [says, ...reply])];
  return [...before, ...asked, ...after];
}

function inlinesOf(prose: Prose): Inline[] {
  return prose.flatMap((inline) => ("inlines" in inline ? [inline, ...inlinesOf(inline.inlines)] : [inline]));
}

/** To judge an exercise takes a second: hundreds of runs. */
const judged = sampled(names, 16);

/** The title of the lesson that comes next in its part. */
function titleAfter(name: string): string | undefined {
  const placeOf = (one: string) => {
    const { part, order } = readLesson(one, readFileSync(new URL(`${one}/lesson.md`, root), "utf8"));
    return [part, order] as const;
  };
  const [part, order] = placeOf(name);
  const next = names.find((one) => {
    const [itsPart, itsOrder] = placeOf(one);
    return itsPart === part && itsOrder === order + 1;
  });
  if (next === undefined) return undefined;
  return JSON.parse(readFileSync(new URL(`${next}/scenario.json`, root), "utf8")).title;
}

describe.each(names)("%s", (name) => {
  const parsed = parseScenario(readFileSync(new URL(`${name}/scenario.json`, root), "utf8"));
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  const { scenario } = parsed;
  const lesson = readLesson(name, readFileSync(new URL(`${name}/lesson.md`, root), "utf8"));
  /** By variant and settings: steps often go on with the run of the step before. */
  const runs = new Map<string, RunResult>();
  const runOf = (step: Step): RunResult => {
    const { variant, set } = step.stage;
    const key = JSON.stringify([variant, set]);
    if (!runs.has(key)) runs.set(key, simulate(staged(scenario, step), { variant }));
    return runs.get(key)!;
  };
  /** By run: several tests ask for the same. */
  const known = new Map<RunResult, ReturnType<typeof factsOf>>();
  const factsOfStep = (step: Step) => {
    const run = runOf(step);
    const facts = known.get(run) ?? factsOf(run);
    known.set(run, facts);
    return factsAt(step, facts);
  };
  const cases = lesson.steps.map((step, i) => [`${i + 1}. ${step.heading}`, step] as const);

  it("has six steps, three questions and one exercise, which is the last step", () => {
    expect(lesson.steps.length).toBeGreaterThanOrEqual(6);
    expect(lesson.steps.filter(({ question }) => question !== null).length).toBeGreaterThanOrEqual(3);
    expect(lesson.steps.map(({ exercise }) => exercise !== null)).toEqual(
      lesson.steps.map((_, i) => i === lesson.steps.length - 1),
    );
    for (const need of lesson.needs) expect(names).toContain(need);
  });

  it.each(cases)("%s: stands where it says, on a run that has what it looks at", (_, step) => {
    const run = runOf(step);
    const atUs = timeOf(run, step.stage.at);
    expect(atUs).not.toBeNull();
    const untilUs = step.stage.until === null ? run.endUs : timeOf(run, step.stage.until);
    expect(untilUs).toBeGreaterThanOrEqual(atUs!);
    const nodes = run.nodes.map((node) => node.name);
    for (const look of step.stage.look) expect(nodes).toContain(look);
    for (const knob of step.stage.knobs) expect(scenario.knobs).toContain(knob);
  });

  it.each(cases)("%s: all numbers are facts of the run", (_, step) => {
    const facts = factsOfStep(step);
    for (const prose of proseOf(step)) {
      expect(inWords(prose, facts)).not.toMatch(/\bnone\b|undefined|NaN|\{\{/);
      const typed = inlinesOf(prose).flatMap((inline) => (inline.kind === "text" ? [inline.text] : []));
      // Names of nodes, and versions of protocols, have digits that no run changes.
      const bare = typed.join(" ").replaceAll(/server-\d+|HTTP\/\d(\.\d)?/g, "");
      expect(bare).not.toMatch(/\d/);
    }
  });

  it.each(cases)("%s: its question has one right answer, which has not happened yet", (_, step) => {
    if (step.question === null) return;
    const facts = factsOfStep(step);
    for (const { rightIf } of step.question.answers) expect([...facts.keys()]).toContain(rightIf.name);
    const right = rightAnswers(step.question, facts);
    expect(right).toHaveLength(1);
    // Else a run that has changed would make another answer right than the one that is explained.
    const { answers } = step.question;
    const saysYes = [...answers.keys()].filter((i) =>
      /^(Yes|Right)\b/.test(inWords(answers[i]!.reply[0]!, facts)),
    );
    expect(saysYes).toEqual(right);
    expect(step.stage.until).not.toBeNull();
  });

  it.each(cases)("%s: is short, and can be read", (_, step) => {
    const facts = factsOfStep(step);
    const text = [...step.before, ...step.after].map((prose) => inWords(prose, facts)).join(" ");
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(WORDS_MAX);
    expect(readingEase(text)).toBeGreaterThanOrEqual(READING_EASE_MIN);
  });

  it("leads to entries that there are", () => {
    const anchors = glossary.map(({ anchor }) => anchor);
    const linked = lesson.steps
      .flatMap(proseOf)
      .flatMap(inlinesOf)
      .flatMap((inline) => (inline.kind === "term" ? [inline.term] : []));
    expect(linked.filter((term) => !anchors.includes(term))).toEqual([]);
  });

  it("names the lesson that follows by its title, if its last line names one", () => {
    const last = readFileSync(new URL(`${name}/lesson.md`, root), "utf8")
      .trimEnd()
      .split("\n")
      .at(-1)!;
    const [, named] = /^(?:Next\b|[^*]*\bNext:).*\*([^*]+)\*/.exec(last) ?? [];
    if (named === undefined) return;
    expect(named.replace(/\.$/, "").toLowerCase()).toBe(titleAfter(name)?.toLowerCase());
  });

  it.runIf(judged.includes(name))(
    "has an exercise that the stage as it is set does not solve, and some settings do",
    () => {
      const step = lesson.steps.at(-1)!;
      const given = staged(scenario, step);
      expect(judge(given, step.exercise!).isSolved).toBe(false);
      // The mended variants first: each that is tried takes hundreds of runs.
      const variants = Object.entries(scenario.variants).sort(
        ([, { breaks: x }], [, { breaks: y }]) => x.length - y.length,
      );
      const solves = variants.some(([variant]) => {
        const other = withVariant(scenario, variant);
        return other.ok && judge(other.scenario, step.exercise!).isSolved;
      });
      expect(solves).toBe(true);
    },
  );
});

describe("the glossary", () => {
  it("has each term once, with its source and a lesson that links to it", () => {
    expect(new Set(glossary.map(({ anchor }) => anchor)).size).toBe(glossary.length);
    for (const { anchor, title, source, lesson, says } of glossary) {
      expect(source, title).not.toBe("");
      const text = readFileSync(new URL(`${lesson}/lesson.md`, root), "utf8");
      expect(text, title).toContain(`(../glossary.md#${anchor})`);
      expect(inWords(says, new Map()).split(/\s+/).length, title).toBeLessThanOrEqual(50);
    }
  });
});
