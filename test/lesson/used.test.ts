/**
 * What the model can do is shown by a lesson: every cause of loss and every field, kind, policy and backplane that a scenario can
 * choose. What no lesson uses yet stands below with its reason, and only that.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { BACKPLANES } from "../../src/model/backplane/index.ts";
import { BALANCER_KINDS } from "../../src/model/balancer/kinds/index.ts";
import { POLICIES } from "../../src/model/balancer/policies/index.ts";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { PARTS } from "../../src/model/parts.ts";
import { PRESENCE } from "../../src/model/presence/index.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { simulate } from "../../src/run/simulate.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";

/** What no lesson uses yet: the lessons that will, by their names in the plan of the course. Whoever writes one takes its lines away. */
const UNUSED: Readonly<Record<string, string>> = {};

const SIMULATIONS = join(import.meta.dirname, "../../simulations");

/** All there is to use: «cause …», «servers.memory», «balancer kind nlb». */
const ALL: readonly string[] = [
  ...CAUSES.map(({ name }) => `cause ${name}`),
  ...PARTS.flatMap(({ fields }) => Object.keys(fields?.of ?? {}).map((name) => `${fields!.in}.${name}`)),
  ...Object.entries(BALANCER_KINDS).flatMap(([kind, { fields }]) => [
    `balancer kind ${kind}`,
    ...Object.keys(fields).map((name) => `${kind}.${name}`),
  ]),
  ...Object.keys(POLICIES).map((policy) => `policy ${policy}`),
  ...Object.keys(BACKPLANES).map((kind) => `backplane ${kind}`),
  ...Object.keys(PRESENCE).map((kind) => `presence ${kind}`),
].sort();

/** Names of fields in what a lesson's author wrote: keys of objects, and the ends of paths and of knobs. */
function namesIn(value: unknown, found: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const item of value) namesIn(item, found);
  else if (value !== null && typeof value === "object")
    for (const [key, inner] of Object.entries(value)) {
      found.add(key.split(".").at(-1)!);
      namesIn(inner, found);
    }
  else if (typeof value === "string" && value.includes(".")) found.add(value.split(".").at(-1)!);
  return found;
}

const used = new Set<string>();

beforeAll(() => {
  const written = new Set<string>();
  for (const entry of readdirSync(SIMULATIONS, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const text = readFileSync(join(SIMULATIONS, entry.name, "scenario.json"), "utf8");
    namesIn(JSON.parse(text), written);
    const story = readFileSync(join(SIMULATIONS, entry.name, "lesson.md"), "utf8");
    for (const [, fields] of story.matchAll(/^(?:set|knobs): (.*)$/gm))
      for (const path of fields!.matchAll(/[\w.*-]+/g)) namesIn(path[0], written);
  }
  const kinds = new Set<string>();
  for (const { scenario } of LESSON_VARIANTS) {
    used.add(`policy ${scenario.balancer.policy}`);
    used.add(`backplane ${scenario.backplane.kind}`);
    used.add(`presence ${scenario.presence.kind}`);
    for (const { kind } of [scenario.balancer, ...scenario.proxies]) kinds.add(kind);
    for (const copy of readLedger(simulate(scenario).trace).copies)
      if (copy.fate === Fate.lost) used.add(`cause ${CAUSES[copy.cause]!.name}`);
  }
  for (const kind of kinds) used.add(`balancer kind ${kind}`);
  for (const one of ALL) {
    const [owner, name] = one.split(".");
    const isKinds = owner! in BALANCER_KINDS;
    if (name !== undefined && written.has(name) && (!isKinds || kinds.has(owner!))) used.add(one);
  }
});

describe("what lessons use", () => {
  it("is everything but what stands above with its reason", () => {
    expect(ALL.filter((one) => !used.has(one) && UNUSED[one] === undefined)).toEqual([]);
  });

  it("leaves no line above stale: neither used by now, nor gone", () => {
    expect(Object.keys(UNUSED).filter((one) => used.has(one) || !ALL.includes(one))).toEqual([]);
  });

  it("can be told from what they do not: a field and a cause that nobody knows are not used", () => {
    expect(used.size).toBeGreaterThan(20);
    expect(used.has("servers.nothing")).toBe(false);
  });
});
