/** From `<lesson|file>` to a scenario: finding it, reading it within limits, parsing it, turning its knobs. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import {
  formatErrors,
  type ParseError,
  parseScenario,
  withSettings,
  withVariant,
} from "../scenario/parse.ts";
import { nameKeys } from "../scenario/path.ts";
import { LIMITS, type Scenario } from "../scenario/schema.ts";
import { suggest } from "../scenario/suggest.ts";
import { list } from "../scenario/words.ts";
import type { Setting } from "./arguments.ts";
import { InputError, type Io, reasonOf } from "./io.ts";
import { lessonFile, lessonNames } from "./lessons.ts";
import { bytes, counted } from "./text.ts";

export interface Chosen {
  readonly variant?: string;
  readonly set?: readonly Setting[];
}

/** The scenario that the arguments mean. Throws an InputError that says what is wrong and what is allowed. */
export async function loadScenario(io: Io, source: string, chosen: Chosen): Promise<Scenario> {
  return turnScenario(await readScenario(io, source), chosen);
}

/** A lesson's or a file's scenario as it is written. Standard input can be read only once. */
export async function readScenario(io: Io, source: string): Promise<Scenario> {
  const lessons = source === "-" ? [] : lessonNames();
  const isLesson = lessons.includes(source);
  if (source === "") throw new InputError(`the name of the lesson is empty; lessons: ${list(lessons)}`);
  if (!isLesson && source !== "-" && !looksLikeFile(source)) await refuseUnknown(source, lessons);
  const label = source === "-" ? "standard input" : source;
  const content =
    source === "-"
      ? await io.readInput(LIMITS.fileBytes)
      : await readFile(isLesson ? lessonFile(source) : source);
  const parsed = parseScenario(decode(label, content));
  if (!parsed.ok) throw invalid(`${label} is not a valid scenario`, parsed.errors);
  return parsed.scenario;
}

/** Settings from a file: one JSON object, path → value. */
export async function readSettings(path: string): Promise<Record<string, unknown>> {
  let settings: unknown;
  try {
    settings = JSON.parse(decode(path, await readFile(path)));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path} is not JSON: ${reasonOf(error)}`);
  }
  if (typeof settings !== "object" || settings === null || Array.isArray(settings))
    throw new InputError(`${path} holds no settings; they are an object, as {"backplane.kind": "redis"}`);
  return settings as Record<string, unknown>;
}

/** A scenario with settings on top. `what` they are, for errors. */
export function withAll(
  scenario: Scenario,
  settings: Readonly<Record<string, unknown>>,
  what: string,
): Scenario {
  const turned = withSettings(scenario, settings);
  if (!turned.ok) throw invalid(`${what} does not fit the scenario`, turned.errors.map(byName(scenario)));
  return turned.scenario;
}

/** An error that calls groups of clients as settings do: `clients.phone.count`, not `clients.0.count`. */
function byName(scenario: Scenario): (error: ParseError) => ParseError {
  return (error) => ({ ...error, path: nameKeys(scenario, error.path.split(".")).join(".") });
}

/** A scenario's variant, with its fields set. */
export function turnScenario(scenario: Scenario, { variant, set }: Chosen): Scenario {
  const chosen = withVariant(scenario, variant ?? null);
  if (!chosen.ok) throw new InputError(formatErrors(chosen.errors));
  if (set === undefined) return chosen.scenario;
  const settings = Object.fromEntries(set.map(({ path, value }) => [path, value]));
  return withAll(chosen.scenario, settings, "--set");
}

function looksLikeFile(source: string): boolean {
  return /[/\\]|\.json$/i.test(source);
}

/**
 * For a name that is not a lesson and does not look like a file: unless there is a file of that name, an
 * error that says where the lessons are listed.
 */
async function refuseUnknown(source: string, lessons: readonly string[]): Promise<void> {
  try {
    await (await open(source, "r")).close();
  } catch {
    throw new InputError(
      `there is no lesson ${JSON.stringify(source)}${suggest(source, lessons) || "."}\n` +
        `\`fanout list\` names all ${lessons.length}. A file is given by its path, as ./scenario.json, and standard input by -.`,
    );
  }
}

async function readFile(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, "r");
    try {
      const stat = await file.stat();
      if (stat.isDirectory()) return await readFile(join(path, "scenario.json"));
      if (stat.size > LIMITS.fileBytes) throw tooLarge(path, bytes(stat.size));
      // A device or a pipe has no size: read as far as the limit, and one byte more.
      const buffer = new Uint8Array(LIMITS.fileBytes + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`can't read ${path}: ${reasonOf(error)}`);
  }
}

function tooLarge(label: string, found: string): InputError {
  return new InputError(
    `${label} is too large: found ${found}; allowed: at most ${bytes(LIMITS.fileBytes)}. Describe clients in groups, not one by one`,
  );
}

function decode(label: string, content: Uint8Array): string {
  if (content.length > LIMITS.fileBytes) throw tooLarge(label, `more than ${bytes(LIMITS.fileBytes)}`);
  const [first, second] = content;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new InputError(`${label} is saved as UTF-16; save it as UTF-8`);
  if (content.includes(0)) throw new InputError(`${label} is a binary file; a scenario is JSON text`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new InputError(`${label} is not UTF-8 text; a scenario is JSON text, saved as UTF-8`);
  }
}

function invalid(what: string, errors: readonly ParseError[]): InputError {
  const lines = formatErrors(errors)
    .split("\n")
    .map((line) => `  ${line}`);
  return new InputError(`${what} (${counted(errors.length, "problem")}):\n${lines.join("\n")}`);
}
