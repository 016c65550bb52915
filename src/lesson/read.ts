/**
 * Reads lessons and the glossary from Markdown, when the page is built, for the command line, and in tests. What has no
 * meaning here is refused, with the place: nothing of a lesson is lost in silence.
 *
 *     ## A step's heading
 *
 *     ```stage
 *     variant: redis
 *     at: first message - 5 ms
 *     until: first delivery
 *     look: A, B
 *     knobs: servers.count
 *     cost: connections=2000
 *     ```
 *
 *     Words, **strong**, *em*, `code`, a [term](../glossary.md#round-robin), what the run says: {{copies.lost}}.
 *
 *     > **A question?**
 *     > - An answer. `copies.lost > 0`
 *     >
 *     >   What is said to those who choose it.
 *
 *     Words that are shown once the question is answered.
 */
import { marked, type Token, type Tokens } from "marked";
import { estimate } from "../cost/estimate.ts";
import { costFacts } from "../cost/facts.ts";
import { readChanges, valuesWith, writeChanges } from "../cost/inputs.ts";
import type {
  Answer,
  Exercise,
  Inline,
  Lesson,
  Prose,
  Question,
  StageTable,
  Step,
  StepStage,
  Term,
} from "./lesson.ts";
import { parseCondition, parseMoment } from "./notation.ts";
import { TABLES } from "./tables.ts";

/** Something in a lesson's text that can't be read. */
class LessonError extends Error {}

/** A lesson from the text of its lesson.md. Throws an error that says where it can't be read. */
export function readLesson(name: string, text: string): Lesson {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  if (head === undefined || body === undefined)
    throw new LessonError(`${name}: it must begin with a front matter between two lines of ---`);
  const fields = fieldsOf(head, ["part", "order", "minutes", "needs", "teaches", "corrects"], name);
  const one = (key: string) => fields.find(([found]) => found === key)?.[1] ?? "";
  const number = (key: string) => {
    const value = Number(one(key));
    if (!Number.isInteger(value) || value < 1)
      throw new LessonError(
        `${name}: ${key} must be a whole number from 1, found ${JSON.stringify(one(key))}`,
      );
    return value;
  };
  const steps: Step[] = [];
  for (const section of sectionsOf(marked.lexer(body), name))
    steps.push(readStep(section, steps.at(-1), name));
  return {
    name,
    part: number("part"),
    order: number("order"),
    minutes: number("minutes"),
    needs: listOf(one("needs")),
    teaches: one("teaches"),
    corrects: one("corrects"),
    steps,
  };
}

/** The glossary from its text, in the order in which it is written. */
export function readGlossary(text: string): Term[] {
  return sectionsOf(marked.lexer(text), "glossary").map(({ heading, tokens }) => {
    const where = `glossary: «${heading}»`;
    const [words, list, ...more] = tokens;
    if (words?.type !== "paragraph" || list?.type !== "list" || more.length > 0)
      throw new LessonError(`${where}: an entry is one paragraph and a list of source and lesson`);
    const written = (list as Tokens.List).items.map(({ text: item }) => item).join("\n");
    const fields = new Map(fieldsOf(written, ["source", "lesson"], where));
    return {
      anchor: anchorOf(heading),
      title: heading,
      says: inlinesOf((words as Tokens.Paragraph).tokens, where),
      source: fields.get("source") ?? "",
      lesson: fields.get("lesson") ?? "",
    };
  });
}

/** How links name a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

interface Section {
  readonly heading: string;
  readonly tokens: readonly Token[];
}

/** What stands under each heading. */
function sectionsOf(tokens: readonly Token[], name: string): Section[] {
  const sections: { heading: string; tokens: Token[] }[] = [];
  for (const token of tokens) {
    if (token.type === "space") continue;
    if (token.type === "heading") {
      if ((token as Tokens.Heading).depth !== 2)
        throw new LessonError(
          `${name}: headings are of the second level (##), found ${JSON.stringify(token.raw.trim())}`,
        );
      sections.push({ heading: (token as Tokens.Heading).text, tokens: [] });
    } else if (sections.length === 0)
      throw new LessonError(
        `${name}: before the first heading there may be nothing, found ${JSON.stringify(token.raw.trim())}`,
      );
    else sections.at(-1)!.tokens.push(token);
  }
  return sections;
}

function readStep({ heading, tokens }: Section, previous: Step | undefined, name: string): Step {
  const where = `${name}: step «${heading}»`;
  let stage: StepStage | null = null;
  let exercise: Exercise | null = null;
  let question: Question | null = null;
  const before: Prose[] = [];
  const after: Prose[] = [];
  const once = (had: unknown, what: string) => {
    if (had !== null) throw new LessonError(`${where}: there may be one ${what}`);
  };
  for (const token of tokens) {
    if (token.type === "paragraph") {
      const words = inlinesOf((token as Tokens.Paragraph).tokens, where);
      (question === null && exercise === null ? before : after).push(words);
    } else if (token.type === "code" && (token as Tokens.Code).lang === "stage") {
      once(stage, "stage");
      stage = readStage((token as Tokens.Code).text, previous?.stage, where);
    } else if (token.type === "code" && (token as Tokens.Code).lang === "exercise") {
      once(exercise, "exercise");
      exercise = readExercise((token as Tokens.Code).text, where);
    } else if (token.type === "blockquote") {
      once(question, "question");
      question = readQuestion((token as Tokens.Blockquote).tokens, where);
    } else
      throw new LessonError(
        `${where}: this has no meaning in a lesson: ${JSON.stringify(token.raw.trim().slice(0, 80))}`,
      );
  }
  if (stage === null) throw new LessonError(`${where}: it has no stage`);
  return { heading, stage, before, question, after, exercise };
}

function readStage(text: string, previous: StepStage | undefined, where: string): StepStage {
  const fields = fieldsOf(
    text,
    ["variant", "set", "at", "until", "look", "knobs", "cost", "promise", "table"],
    where,
  );
  const one = (key: string) => fields.find(([found]) => found === key)?.[1];
  const at = one("at");
  if (at === undefined) throw new LessonError(`${where}: its stage does not say where it stands: at`);
  const until = one("until");
  return {
    variant: one("variant") ?? previous?.variant ?? null,
    set: Object.fromEntries(
      fields.filter(([key]) => key === "set").map(([, value]) => settingOf(value, where)),
    ),
    at: inPlace(where, () => parseMoment(at)),
    until: until === undefined ? null : inPlace(where, () => parseMoment(until)),
    look: listOf(one("look") ?? ""),
    knobs: listOf(one("knobs") ?? ""),
    cost: costOf(one("cost"), "curves", where) ?? costOf(one("promise"), "promises", where),
    table: tableNamed(one("table"), where),
  };
}

function tableNamed(name: string | undefined, where: string): StageTable | null {
  if (name === undefined) return null;
  const table = Object.hasOwn(TABLES, name) ? TABLES[name] : undefined;
  if (table === undefined)
    throw new LessonError(
      `${where}: there is no table ${JSON.stringify(name)}; allowed: ${Object.keys(TABLES).join(", ")}`,
    );
  return table;
}

/** `cost: connections=2000, sendsPerHour=60`; `cost: as it is` changes nothing. `promise:` draws what promises allow, not the curves. */
function costOf(text: string | undefined, shows: "curves" | "promises", where: string): StepStage["cost"] {
  if (text === undefined) return null;
  const written = text === "as it is" ? "" : listOf(text.replaceAll("=", ":")).join(",");
  const { changes, problems } = readChanges(written);
  if (problems.length > 0) throw new LessonError(`${where}: ${problems.join("; ")}`);
  return { shows, written: writeChanges(changes), facts: costFacts(estimate(valuesWith(changes))) };
}

function settingOf(text: string, where: string): [string, unknown] {
  const equals = text.indexOf("=");
  try {
    return [text.slice(0, equals), JSON.parse(text.slice(equals + 1))];
  } catch {
    throw new LessonError(`${where}: a setting is of the form path=JSON, found ${JSON.stringify(text)}`);
  }
}

function readExercise(text: string, where: string): Exercise {
  const fields = fieldsOf(text, ["keeps", "where"], where);
  const all = (key: string) => fields.filter(([found]) => found === key).map(([, value]) => value);
  return {
    keeps: all("keeps").flatMap(listOf),
    where: all("where").map((condition) => inPlace(where, () => parseCondition(condition))),
  };
}

function readQuestion(tokens: readonly Token[], where: string): Question {
  const [asks, list, ...more] = tokens.filter(({ type }) => type !== "space");
  if (asks?.type !== "paragraph" || list?.type !== "list" || more.length > 0)
    throw new LessonError(`${where}: a question is one paragraph and a list of answers`);
  const answers = (list as Tokens.List).items.map((item) => readAnswer(item, where));
  if (answers.length < 2) throw new LessonError(`${where}: a question has two answers at least`);
  return { asks: inlinesOf((asks as Tokens.Paragraph).tokens, where), answers };
}

function readAnswer({ tokens }: Tokens.ListItem, where: string): Answer {
  const [first, ...rest] = tokens
    .filter(({ type }) => type !== "space")
    .map((token) => inlinesOf((token as Tokens.Paragraph).tokens ?? [], where));
  const condition = first?.at(-1);
  if (first === undefined || condition?.kind !== "code")
    throw new LessonError(`${where}: behind an answer stands, as code, when it is right`);
  if (rest.length === 0)
    throw new LessonError(`${where}: under an answer stands what is said to those who choose it`);
  const rightIf = inPlace(where, () => parseCondition(condition.text));
  return { says: first.slice(0, -1), rightIf, reply: rest };
}

function inlinesOf(tokens: readonly Token[], where: string): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    switch (token.type) {
      case "text":
      case "escape":
        return wordsOf((token as Tokens.Text).text);
      case "codespan":
        return [{ kind: "code", text: (token as Tokens.Codespan).text }];
      case "strong":
      case "em":
        return [{ kind: token.type, inlines: inlinesOf((token as Tokens.Em).tokens, where) }];
      case "link": {
        const { href, tokens: words } = token as Tokens.Link;
        const [, term] = /^(?:\.\.\/glossary\.md)?#(.+)$/.exec(href) ?? [];
        if (term === undefined)
          throw new LessonError(
            `${where}: links lead to the glossary, as (../glossary.md#round-robin), found ${JSON.stringify(href)}`,
          );
        return [{ kind: "term", term, inlines: inlinesOf(words, where) }];
      }
      default:
        throw new LessonError(
          `${where}: this has no meaning in a lesson: ${JSON.stringify(token.raw.slice(0, 80))}`,
        );
    }
  });
}

/** Words and facts. */
function wordsOf(text: string): Inline[] {
  return text
    .split(/\{\{([\w.-]+)\}\}/)
    .map(
      (part, i): Inline =>
        i % 2 === 0 ? { kind: "text", text: part.replaceAll("\n", " ") } : { kind: "fact", name: part },
    )
    .filter((inline) => inline.kind !== "text" || inline.text !== "");
}

/** Lines of the form `key: value`, of which some keys are known. */
function fieldsOf(text: string, known: readonly string[], where: string): [string, string][] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): [string, string] => {
      const [, key, value] = /^([a-z]+):\s*(.*)$/.exec(line.trim()) ?? [];
      if (key === undefined || !known.includes(key))
        throw new LessonError(
          `${where}: found ${JSON.stringify(line.trim())}; allowed here: ${known.join(", ")}`,
        );
      return [key, value!.trim()];
    });
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function inPlace<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new LessonError(`${where}: ${(error as Error).message}`);
  }
}
