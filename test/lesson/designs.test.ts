/** The closing case of the course can be solved in more than one way, and what is wrong at its beginning is more than one thing. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { judge } from "../../src/lesson/exercise.ts";
import { readLesson } from "../../src/lesson/read.ts";
import { parseScenario, withSettings, withVariant } from "../../src/scenario/parse.ts";
import { IS_DEEP } from "../support/depth.ts";

const folder = new URL("../../simulations/hundred-thousand/", import.meta.url);
const parsed = parseScenario(readFileSync(new URL("scenario.json", folder), "utf8"));
if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
const step = readLesson("hundred-thousand", readFileSync(new URL("lesson.md", folder), "utf8")).steps.at(-1)!;
const variant = withVariant(parsed.scenario, step.stage.variant);
if (!variant.ok) throw new Error(variant.errors[0]!.message);
const stage = withSettings(variant.scenario, step.stage.set);

/** Which of the rules and conditions a design does not meet. */
function unmet(design: Readonly<Record<string, unknown>>): string[] {
  if (!stage.ok) throw new Error(stage.errors[0]!.message);
  const answered = withSettings(stage.scenario, design);
  if (!answered.ok) throw new Error(answered.errors[0]!.message);
  const { lines, worth } = judge(answered.scenario, step.exercise!);
  // Fewer runs than for a small scenario, and how many is said.
  expect(worth).toMatch(/^10 random runs from seed 1\./);
  return lines.flatMap(({ isMet, says }) => (isMet ? [] : [/^[\w.-]+/.exec(says)![0]]));
}

/** Designs, and what each does not meet. Each takes some seconds, many runs of a thousand people: they are for the deep run. */
const DESIGNS: readonly [Readonly<Record<string, unknown>>, string[]][] = [
  [{ "servers.count": 4, "clients.person.reconnectionDelayMs": 350, "presence.kind": "replicated" }, []],
  [{ "servers.count": 5, "clients.person.reconnectionDelayMs": 500, "presence.kind": "sorted-set" }, []],
  [{ "servers.count": 3, "clients.person.reconnectionDelayMs": 350, "presence.kind": "replicated" }, ["p99"]],
  [{ "servers.count": 5, "clients.person.reconnectionDelayMs": 500 }, ["no-ghost"]],
];

it.runIf(IS_DEEP).each(DESIGNS)("%j does not meet %j", (design, expected) => {
  expect(unmet(design)).toEqual(expected);
});
