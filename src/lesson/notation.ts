/** The small languages of a lesson: moments and conditions. */
import { type Condition, MOMENT_EVENTS, type Moment, OPERATORS } from "./lesson.ts";

/** `first loss - 20 ms`, `480 ms`, `end`. Throws if it is none. */
export function parseMoment(text: string): Moment {
  const time = /^(\d+(?:\.\d+)?) ms$/.exec(text);
  if (time !== null) return { event: "start", offsetMs: Number(time[1]) };
  const [, event = text, sign, offset = "0"] = /^(.*?) ([+-]) (\d+(?:\.\d+)?) ms$/.exec(text) ?? [];
  const known = MOMENT_EVENTS.find((one) => one === event);
  if (known === undefined)
    throw new Error(
      `there is no moment ${JSON.stringify(text)}; allowed: a time as 480 ms, or ${MOMENT_EVENTS.join(", ")}, with + or - and ms behind`,
    );
  return { event: known, offsetMs: sign === "-" ? -Number(offset) : Number(offset) };
}

/** `copies.lost > 0`, `A.server = server-1`. Throws if it is none. */
export function parseCondition(text: string): Condition {
  const operator = OPERATORS.find((one) => text.includes(` ${one} `));
  const [name, value] = operator === undefined ? [] : text.split(` ${operator} `);
  if (operator === undefined || name === undefined || value === undefined || !/^[\w.*-]+$/.test(name.trim()))
    throw new Error(
      `${JSON.stringify(text)} is no condition; one is a name, ${OPERATORS.join(" or ")}, and a value, with spaces between`,
    );
  const number = Number(value.trim());
  return { name: name.trim(), operator, value: Number.isNaN(number) ? value.trim() : number };
}

/** Whether a condition holds of what is found under its name. */
export function holds({ operator, value }: Condition, found: unknown): boolean {
  switch (operator) {
    case "=":
      return found === value;
    case "!=":
      return found !== value;
    case "<":
      return typeof found === "number" && typeof value === "number" && found < value;
    case ">":
      return typeof found === "number" && typeof value === "number" && found > value;
    case "<=":
      return typeof found === "number" && typeof value === "number" && found <= value;
    case ">=":
      return typeof found === "number" && typeof value === "number" && found >= value;
  }
}
