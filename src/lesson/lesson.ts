/**
 * What a lesson is: steps in prose, each with a stage, some with a question that is asked before its answer happens.
 * Written in `simulations/<name>/lesson.md` (read.ts says how), and plain data from there on.
 */

export interface Lesson {
  /** Its folder's name. */
  readonly name: string;
  readonly part: number;
  /** Its place within the part. */
  readonly order: number;
  readonly minutes: number;
  /** Lessons to do before, by name. */
  readonly needs: readonly string[];
  /** In one sentence. */
  readonly teaches: string;
  /** The belief that it corrects; empty if people hold none. */
  readonly corrects: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly heading: string;
  readonly stage: StepStage;
  /** Paragraphs before the question. */
  readonly before: readonly Prose[];
  readonly question: Question | null;
  /** Paragraphs that are shown once the question is answered; in a playground, below the exercise. */
  readonly after: readonly Prose[];
  /** The question of a playground, judged on the learner's own settings; null in all other steps. */
  readonly exercise: Exercise | null;
}

/** What a step puts on stage. */
export interface StepStage {
  readonly variant: string | null;
  /** Settings on top of the variant's: path → value. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Where it stands when the step opens. */
  readonly at: Moment;
  /** Where it stops when it is played; null: at the end. */
  readonly until: Moment | null;
  /** Names of the nodes to look at. */
  readonly look: readonly string[];
  /** Paths of the knobs that are handed over. */
  readonly knobs: readonly string[];
  /** What is drawn of cost below the words; null: nothing. */
  readonly cost: StageCost | null;
  /** What stands in a table below the words; null: nothing. */
  readonly table: StageTable | null;
}

/** What no run can say, as it was on a day. */
export interface StageTable {
  readonly title: string;
  readonly asOf: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly source: string;
}

/** Build or buy, for inputs of which some are changed. */
export interface StageCost {
  readonly shows: "curves" | "promises";
  /** As an address has them. */
  readonly written: string;
  /** What is said of it, by name, beside what the run says. */
  readonly facts: Readonly<Record<string, number | string>>;
}

/** A moment of a run: some time before or after something happens for the first time. */
export interface Moment {
  readonly event: MomentEvent;
  /** ms. */
  readonly offsetMs: number;
}

export const MOMENT_EVENTS = [
  "start",
  "end",
  "first message",
  "second message",
  "first delivery",
  "first loss",
  "first connection",
  "first request",
  "first refusal",
  "first lost packet",
  "first retransmission",
  "first cut",
  "first turned away",
  "first wait",
  "first by channel",
  "first receipt",
  "first ping",
  "first silence",
  "first disconnection",
  "first fault",
] as const;
export type MomentEvent = (typeof MOMENT_EVENTS)[number];

/** A run of words. */
export type Prose = readonly Inline[];

export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "strong" | "em"; readonly inlines: Prose }
  /** What the run says, by the name of a fact (facts.ts). */
  | { readonly kind: "fact"; readonly name: string }
  /** Words that lead to an entry of the glossary. */
  | { readonly kind: "term"; readonly term: string; readonly inlines: Prose };

export interface Question {
  readonly asks: Prose;
  readonly answers: readonly Answer[];
}

export interface Answer {
  readonly says: Prose;
  /** It is right if this holds in the step's run. */
  readonly rightIf: Condition;
  /** What is said to those who choose it. */
  readonly reply: readonly Prose[];
}

/** A comparison of a fact, or of a setting, with a value. */
export interface Condition {
  readonly name: string;
  readonly operator: Operator;
  readonly value: number | string;
}

export const OPERATORS = ["<=", ">=", "!=", "=", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Exercise {
  /** Names of the rules that must hold. */
  readonly keeps: readonly string[];
  /** What the settings must be. */
  readonly where: readonly Condition[];
}

/** What the course lists of a lesson. */
export interface CourseEntry extends Pick<Lesson, "name" | "needs"> {
  readonly title: string;
  /** null: a scenario that is not told in steps. */
  readonly part: number | null;
  readonly minutes: number | null;
}

/** The parts of the course, from 1. */
export const PARTS: readonly string[] = [
  "First sight",
  "How it travels",
  "When the line goes dead",
  "Which server",
  "Servers that come and go",
  "The backplane under fire",
  "Did it arrive, who is there",
  "Build or buy, and to defend it",
];

/** An entry of the glossary. */
export interface Term {
  /** As links name it. */
  readonly anchor: string;
  readonly title: string;
  readonly says: Prose;
  readonly source: string;
  /** The lesson in which it is met. */
  readonly lesson: string;
}
