/** Values on the command line. Each parser says what was found and what is allowed. */
import { InvalidArgumentError } from "commander";
import { grouped } from "../run/grouped.ts";
import { LIMITS } from "../scenario/schema.ts";
import type { MessagesListed } from "./messages.ts";

const UNITS_US: Readonly<Record<string, number>> = {
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};
const DURATION = "a number and a unit: 500ms, 30s, 2m or 1h, at most 24h";

/** 30s, 500ms, 2m, 1h → µs. */
export function parseDuration(text: string): number {
  const [, number = "", unit = ""] = /^(\d{1,15}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text) ?? [];
  if (unit === "") {
    const bare =
      /^0*[1-9]\d{0,4}$/.test(text) && Number(text) <= LIMITS.durationMs / 1000
        ? ` Did you mean ${text}s?`
        : "";
    throw new InvalidArgumentError(`It must be ${DURATION}.${bare}`);
  }
  const us = Math.round(Number(number) * UNITS_US[unit]);
  if (us < 1 || us > LIMITS.durationMs * 1000)
    throw new InvalidArgumentError(`It must be ${DURATION}${us < 1 ? ", and more than 0" : ""}.`);
  return us;
}

/** A whole number in a range, written in digits. */
export function parseWhole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`It must be a whole number from ${grouped(min)} to ${grouped(max)}.`);
    return value;
  };
}

/** Of `--messages`: all, lost, or so many of the first. */
export function parseMessages(text: string): MessagesListed {
  if (text === "all" || text === "lost") return text;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be all, lost, or how many of the first, as 50.");
}

/** One `--set path=value`. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

/** A value is JSON if it can be read as JSON, else text: 2, true, {"distribution": …}, redis, "2". */
export function parseSetting(text: string, earlier: readonly Setting[] = []): Setting[] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new InvalidArgumentError("It must be path=value, as in servers.count=3.");
  return [...earlier, { path: text.slice(0, equals).trim(), value: readValue(text.slice(equals + 1)) }];
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (/^\s*[[{]/.test(text))
      throw new InvalidArgumentError(
        `What begins with ${text.trim()[0]} must be JSON: names and texts in double quotes, and every bracket closed.`,
      );
    return text;
  }
}
