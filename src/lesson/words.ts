/** A lesson's prose as plain text. */
import type { Fact } from "./facts.ts";
import type { Answer, Condition, Operator, Prose, Question, Step } from "./lesson.ts";
import { holds } from "./notation.ts";

/** What is said at a step: what its run says, and what cost says if it is drawn there. */
export function factsAt(
  { stage: { cost } }: Step,
  facts: ReadonlyMap<string, Fact>,
): ReadonlyMap<string, Fact> {
  return cost === null ? facts : new Map([...facts, ...Object.entries(cost.facts)]);
}

/** Prose with what the run says put in. A fact that there is not is an error of whoever wrote the lesson. */
export function inWords(prose: Prose, facts: ReadonlyMap<string, Fact>): string {
  return prose
    .map((inline): string => {
      switch (inline.kind) {
        case "text":
        case "code":
          return inline.text;
        case "fact":
          return String(factNamed(inline.name, facts));
        case "strong":
        case "em":
        case "term":
          return inWords(inline.inlines, facts);
      }
    })
    .join("");
}

/** What the run says under this name. Throws if there is no such fact. */
function factNamed(name: string, facts: ReadonlyMap<string, Fact>): Fact {
  const fact = facts.get(name);
  if (fact === undefined)
    throw new Error(`there is no fact «${name}»; there are: ${[...facts.keys()].join(", ")}`);
  return fact;
}

/** The numbers of the answers that are right in a run. What the run does not say is right of none. */
export function rightAnswers({ answers }: Question, facts: ReadonlyMap<string, Fact>): number[] {
  const isRight = ({ rightIf }: Answer) => facts.has(rightIf.name) && holds(rightIf, facts.get(rightIf.name));
  return [...answers.keys()].filter((i) => isRight(answers[i]!));
}

const SIGNS: Readonly<Record<Operator, string>> = {
  "=": "is",
  "!=": "is not",
  "<": "is less than",
  ">": "is more than",
  "<=": "is at most",
  ">=": "is at least",
};

/** «servers.count is 2». */
export function conditionInWords({ name, operator, value }: Condition): string {
  return `${name} ${SIGNS[operator]} ${value}`;
}
