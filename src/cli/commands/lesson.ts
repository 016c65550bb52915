/** `fanout lesson`: a lesson as text, step by step, and the judge of its exercise. */
import type { Command } from "commander";
import { estimate } from "../../cost/estimate.ts";
import { readChanges, valuesWith } from "../../cost/inputs.ts";
import { judge } from "../../lesson/exercise.ts";
import { type Fact, factsOf } from "../../lesson/facts.ts";
import type { Lesson, Prose, Question, StageCost, StageTable, Step } from "../../lesson/lesson.ts";
import { timeOf } from "../../lesson/moments.ts";
import { factsAt, inWords, rightAnswers } from "../../lesson/words.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import { grouped } from "../../run/grouped.ts";
import { readLedger } from "../../run/ledger.ts";
import type { RunResult } from "../../run/result.ts";
import type { LedgerEnd } from "../../run/roots.ts";
import { simulate } from "../../run/simulate.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { suggest } from "../../scenario/suggest.ts";
import { list } from "../../scenario/words.ts";
import { parseWhole } from "../arguments.ts";
import { costBrief, promisesText } from "../cost.ts";
import { Exit } from "../exit.ts";
import { InputError, type Io } from "../io.ts";
import { course } from "../lessons.ts";
import { messageText, recipients } from "../messages.ts";
import { readScenario, readSettings, turnScenario, withAll } from "../source.ts";
import { atTime, counted, inColumns, ms, type Style, styleOf, wrapped } from "../text.ts";

interface LessonOptions {
  readonly step?: number;
  readonly answer?: string;
}

export function addLesson(program: Command, io: Io, setExit: (exit: number) => void): void {
  program
    .command("lesson")
    .description("tell a lesson as text, or judge an answer to its exercise; without a name, list the course")
    .argument("[lesson]", "its name")
    .option("--step <n>", "this step alone, up to its question", parseWhole(1, 100))
    .option("--answer <file>", "settings that answer the exercise: a JSON object, path → value")
    .addHelpText(
      "after",
      `
A question is asked before its answer happens. With --step the answers are left open; without it
the whole lesson is told, and what the run showed stands below each question.

Examples:
  $ fanout lesson
  $ fanout lesson broadcast-across-servers
  $ fanout lesson broadcast-across-servers --step 2`,
    )
    .action(async (name: string | undefined, options: LessonOptions) => {
      const lessons = course();
      const style = styleOf(io.color);
      refuseInVain(name, options);
      if (name === undefined) return io.out(courseText(lessons, style));
      const lesson = lessonNamed(name, lessons);
      const scenario = await readScenario(io, name);
      if (options.answer !== undefined) return judgeAnswer(io, lesson, scenario, options.answer, setExit);
      await io.out(tell(lesson, scenario, options.step, style));
    });
}

/** What would change nothing of what is told. */
function refuseInVain(name: string | undefined, { step, answer }: LessonOptions): void {
  if (step !== undefined && answer !== undefined)
    throw new InputError("--answer is about the exercise, and --step about one step: leave one of them out");
  if (name === undefined && (step !== undefined || answer !== undefined))
    throw new InputError(
      `${step === undefined ? "--answer" : "--step"} is about one lesson: name it, as fanout lesson broadcast-across-servers`,
    );
}

function lessonNamed(name: string, lessons: readonly Lesson[]): Lesson {
  const lesson = lessons.find((one) => one.name === name);
  if (lesson !== undefined) return lesson;
  const names = lessons.map((one) => one.name);
  throw new InputError(
    `there is no lesson ${JSON.stringify(name)} that is told in steps; lessons: ${list(names)}${suggest(name, names)}`,
  );
}

function courseText(lessons: readonly Lesson[], style: Style): string {
  return lessons
    .map(({ name, part, minutes, needs, teaches, corrects }) =>
      [
        `${style.strong(name)}  part ${part}, ${counted(minutes, "minute")}${needs.length > 0 ? `, after ${needs.join(", ")}` : ""}`,
        `  ${wrapped(teaches, 2)}`,
        ...(corrects === "" ? [] : [`  ${wrapped(`Corrects: ${corrects}`, 2)}`]),
        "",
      ].join("\n"),
    )
    .join("\n");
}

function tell(lesson: Lesson, scenario: Scenario, only: number | undefined, style: Style): string {
  const { steps } = lesson;
  if (only !== undefined && only > steps.length)
    throw new InputError(`--step: found ${only}; ${lesson.name} has ${counted(steps.length, "step")}`);
  const chosen = only === undefined ? steps : [steps[only - 1]!];
  const texts = chosen.map((step) =>
    stepText(step, steps.indexOf(step) + 1, runOf(scenario, step), only === undefined, style),
  );
  // What it teaches would answer its questions.
  const begins =
    lesson.corrects === "" ? lesson.teaches : `${lesson.corrects} Many people say so. Is it true?`;
  const ends = lesson.corrects === "" || only !== undefined ? [] : [`${wrapped(lesson.teaches, 0)}\n`];
  return [`${style.strong(scenario.title)}\n${wrapped(begins, 0)}\n`, ...texts, ...ends].join("\n");
}

/** The step's run: variant and settings as it puts them on stage. */
function runOf(scenario: Scenario, { stage }: Step): RunResult {
  const chosen = turnScenario(scenario, stage.variant === null ? {} : { variant: stage.variant });
  return simulate(withAll(chosen, stage.set, "the step's stage"), { variant: stage.variant });
}

function stepText(step: Step, number: number, run: RunResult, isWhole: boolean, style: Style): string {
  const facts = factsAt(step, factsOf(run));
  const paragraph = (prose: Prose) => `${wrapped(inWords(prose, facts), 0)}\n`;
  const { question } = step;
  const lines = [
    `${style.strong(`${number}. ${step.heading}`)}\n`,
    stageText(step, run, style),
    "\n",
    ...step.before.map(paragraph),
  ];
  if (question !== null) lines.push(questionText(question, facts, style));
  if (!isWhole) return lines.join("");
  if (question !== null) lines.push(replyText(question, facts, style));
  const { exercise } = step;
  if (exercise !== null)
    lines.push(
      style.faint(wrapped("Answer with --answer FILE: settings that keep the rules on all runs.", 0)),
      "\n",
    );
  return [
    ...lines,
    ...step.after.map(paragraph),
    ...figureLines(step, style),
    ...storyLines(run, step, style),
  ].join("");
}

/** What is drawn below the words. */
function figureLines({ stage: { cost, table } }: Step, style: Style): string[] {
  const lines = cost === null ? [] : ["\n", costText(cost, style)];
  return table === null ? lines : [...lines, "\n", tableText(table, style)];
}

function costText({ shows, written }: StageCost, style: Style): string {
  const all = estimate(valuesWith(readChanges(written).changes));
  return shows === "curves" ? costBrief(all, style) : promisesText(all, style);
}

function tableText({ title, asOf, head, rows, source }: StageTable, style: Style): string {
  const [first = "", ...others] = inColumns([head, ...rows], head.length).map((line) => `  ${line}\n`);
  return [
    style.strong(`${title}, as of ${asOf}\n`),
    style.faint(first),
    ...others,
    style.faint(`  ${wrapped(source, 2)}\n`),
  ].join("");
}

/** Where the step stands: its variant, its time, and what to look at. */
function stageText({ stage }: Step, run: RunResult, style: Style): string {
  const variant = stage.variant === null ? run.scenario.title : run.scenario.variants[stage.variant]!.title;
  const atUs = timeOf(run, stage.at);
  const look = stage.look.length === 0 ? "" : `; look at ${stage.look.join(", ")}`;
  const set = Object.entries(stage.set).map(([path, value]) => `, with ${path}=${JSON.stringify(value)}`);
  return style.faint(
    `${wrapped(`On stage: ${variant}${set.join("")}, at ${ms((atUs ?? 0) / 1000)} ms${look}.`, 0)}\n`,
  );
}

const LETTERS = "abcdefgh";

function questionText({ asks, answers }: Question, facts: ReadonlyMap<string, Fact>, style: Style): string {
  const lines = answers.map(({ says }, i) => `  ${LETTERS[i]}) ${wrapped(inWords(says, facts).trim(), 5)}\n`);
  return `\n${style.strong(wrapped(inWords(asks, facts), 0))}\n${lines.join("")}`;
}

/** What the run showed, and what is said to each who thought otherwise. */
function replyText(question: Question, facts: ReadonlyMap<string, Fact>, style: Style): string {
  const right = rightAnswers(question, facts);
  return question.answers
    .map(({ reply }, i) => {
      const words = reply.map((prose) => inWords(prose, facts)).join(" ");
      const head = right.includes(i)
        ? style.good(`${LETTERS[i]}) is what happens.`)
        : `${LETTERS[i]}) is not.`;
      return `  ${wrapped(`${head} ${words}`, 2, 5)}\n`;
    })
    .join("")
    .replace(/^/, "\n");
}

/** Lines of text after which a step ends: of a crowd so much happens that the next step would be out of sight. */
const MOST_LINES = 60;

/** What becomes of messages and connections while the step plays. What follows each other and is alike is told once. */
function storyLines(run: RunResult, { stage }: Step, style: Style): string[] {
  const fromUs = timeOf(run, stage.at) ?? 0;
  const untilUs = (stage.until === null ? null : timeOf(run, stage.until)) ?? run.endUs;
  const ledger = readLedger(run.trace);
  const told: Told[] = [
    ...ledger.messages.map((message) => ({
      timeUs: message.sentUs,
      whose: null,
      text: messageText(run, ledger, message, style),
    })),
    ...ledger.ends.map((end) => toldEnd(run, end)),
  ]
    .filter(({ timeUs }) => timeUs >= fromUs && timeUs <= untilUs)
    .sort((a, b) => a.timeUs - b.timeUs);
  const lines: string[] = [];
  let printed = 0;
  for (let first = 0; first < told.length; ) {
    let next = first + 1;
    while (next < told.length && kindOf(told[next]!) === kindOf(told[first]!)) next++;
    if (printed >= MOST_LINES) return [...lines, `  … and ${grouped(told.length - first)} more\n`];
    const line = `  ${wrapped(alikeText(told.slice(first, next)), 2, 13)}\n`;
    lines.push(line);
    printed += line.split("\n").length - 1;
    first = next;
  }
  return lines;
}

/** Something that happened, without whose connection it happened to: null if to none. */
interface Told {
  readonly timeUs: number;
  readonly whose: string | null;
  readonly text: string;
}

/** «… ends at balancer: idle timeout», or of what no connection notices at once, «process frozen at server-1». */
function toldEnd({ nodes }: RunResult, { reason, place, whose, timeUs }: LedgerEnd): Told {
  const at = nodes[place]!.name;
  const why = END_REASONS[reason]!.label;
  return whose === -1
    ? { timeUs, whose: null, text: `${why} at ${at}` }
    : { timeUs, whose: nodes[whose]!.name, text: `ends at ${at}: ${why}` };
}

const TOOK = /after ([\d.]+) ms/;

/** What happened, however long it took. */
function kindOf({ text }: Told): string {
  return text.replace(TOOK, "");
}

/** «done after 50.5 to 450.5 ms»: of what is alike but for that. */
function textOf(alike: readonly Told[]): string {
  const took = alike.flatMap(({ text }) => TOOK.exec(text)?.[1] ?? []).map(Number);
  const least = Math.min(...took);
  const most = Math.max(...took);
  return alike[0]!.text.replace(TOOK, least === most ? "$&" : `after ${least} to ${most} ms`);
}

/** «20.024 s to 20.123 s, 3 times  connection of p-1, p-2, p-3 ends at balancer: idle timeout». */
function alikeText(alike: readonly Told[]): string {
  const [{ timeUs }] = alike;
  const times =
    alike.length === 1 ? "" : ` to ${atTime(alike[alike.length - 1]!.timeUs)}, ${alike.length} times`;
  const whose = new Set(alike.flatMap((one) => one.whose ?? []));
  const subject = whose.size === 0 ? "" : `connection of ${recipients([...whose])} `;
  return `${atTime(timeUs)}${times}  ${subject}${textOf(alike)}`;
}

async function judgeAnswer(
  io: Io,
  lesson: Lesson,
  scenario: Scenario,
  file: string,
  setExit: (exit: number) => void,
): Promise<void> {
  const step = lesson.steps.findLast(({ exercise }) => exercise !== null);
  if (step?.exercise == null) throw new InputError(`${lesson.name} has no exercise`);
  const chosen = turnScenario(scenario, step.stage.variant === null ? {} : { variant: step.stage.variant });
  const answered = withAll(
    withAll(chosen, step.stage.set, "the step's stage"),
    await readSettings(file),
    file,
  );
  const { isSolved, lines, worth } = judge(answered, step.exercise);
  const style = styleOf(io.color);
  const told = lines.map(
    ({ isMet, says }) => `${isMet ? style.good("✓") : style.bad("✕")} ${wrapped(says, 2)}\n`,
  );
  await io.out(
    `${isSolved ? style.good("Solved.") : style.bad("Not yet.")}\n${told.join("")}${wrapped(worth, 0)}\n`,
  );
  setExit(isSolved ? Exit.ran : Exit.ruleBroken);
}
