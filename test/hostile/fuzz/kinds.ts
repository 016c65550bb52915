/**
 * What is thrown at Fanout Lab, and what has to become of it: it is accepted, or refused in words. Anything else (a stack trace, an
 * exit code that does not fit, an exception that is none of ours) is a violation, and throws.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { lessonFile, lessonNames } from "../../../src/cli/lessons.ts";
import {
  BELIEFS,
  check,
  formatErrors,
  parseScenario,
  Run,
  refute,
  replay,
  rules,
  type Scenario,
  simulate,
  valuesWith,
  withSettings,
  withVariant,
} from "../../../src/index.ts";
import { decodeLink } from "../../../src/run/address.ts";
import { packText, unpackText } from "../../../src/run/pack.ts";
import { answer } from "../../../src/view/worker/engine.ts";
import { BUDGET } from "../../../src/view/worker/protocol.ts";
import { fanout } from "../../cli/support.ts";
import { damaged, everything, type Json, mutated, replacement } from "../../scenario/mutations.ts";

type Fate = "accepted" | "refused";

interface Kind<T> {
  readonly name: string;
  /** Of a hundred cases, so many are of this kind. */
  readonly share: number;
  readonly cases: fc.Arbitrary<T>;
  readonly probe: (one: T) => Promise<Fate> | Fate;
}

/** Runs are short here: what takes long is to be found in what comes before them, and behind. */
const EVENTS = 100;
const SHORT = ["--max-events", String(EVENTS), "--until", "2s"];

/** What an error in words has: what was found or is missing, and what is allowed or there. */
const IN_WORDS =
  /found|allowed|must|there (is|are)|leads nowhere|missing|can't|taken|twice|is not|not listed|another fault|goes with|more than|has no|is empty|[Cc]hoose|is a /;

function violated(what: string): never {
  throw new Error(what);
}

function aroundOf(word: string, text: string): string {
  const at = text.indexOf(word);
  return text.slice(Math.max(0, at - 60), at + 60);
}

/** A command line ended as it may. */
async function viaCommand(argv: readonly string[], input = ""): Promise<Fate> {
  const { exit, out, err } = await fanout(argv, input);
  if (exit === 2) {
    if (out !== "") violated(`refused, and printed: ${out.slice(0, 200)}`);
    if (!err.startsWith("error: ") || /\n {4}at /.test(err) || !IN_WORDS.test(err) || err.length > 100_000)
      violated(`no error in words: ${err.slice(0, 500)}`);
    return "refused";
  }
  if (![0, 1, 3].includes(exit)) violated(`exit code ${exit}: ${err.slice(0, 1000)}`);
  // A trace is data alone, so what is to be said of it is said beside it.
  if (err !== "" && !(argv[0] === "trace" && /^The run was cut: [^\n]*\n$/.test(err)))
    violated(`exit code ${exit}, and an error: ${err.slice(0, 500)}`);
  const asked = argv.join(" ") + input;
  for (const word of ["undefined", "NaN", "Infinity", "[object"])
    if (out.includes(word) && !asked.includes(word)) violated(`printed ${word}: ${aroundOf(word, out)}`);
  return "accepted";
}

/** A call of the library ended as it may: well, or with an error in words. */
function viaLibrary(call: () => unknown): Fate {
  try {
    const result = call() as { ok?: boolean; errors?: Parameters<typeof formatErrors>[0] } | null | undefined;
    if (result?.ok !== false) return "accepted";
    const text = formatErrors(result.errors!);
    if (!IN_WORDS.test(text)) violated(`no error in words: ${text.slice(0, 500)}`);
    return "refused";
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError || !IN_WORDS.test(error.message))
      violated(`threw ${String((error as Error).stack ?? error).slice(0, 800)}`);
    return "refused";
  }
}

const LESSONS = lessonNames().map((name) => {
  const written = JSON.parse(readFileSync(lessonFile(name), "utf8")) as { [key: string]: Json };
  // Variants are checked with their document, which is most of the work, and the same each time.
  const { variants: _, ...bare } = written;
  const parsed = parseScenario(JSON.stringify(bare));
  if (!parsed.ok) throw new Error(`${name}: ${formatErrors(parsed.errors)}`);
  return { name, bare: JSON.stringify(bare), scenario: parsed.scenario, written };
});

/** Every path into every lesson that a setting may have, and the values that stand there in lessons. */
const VALUES = new Map<string, Json[]>();
const PATHS = LESSONS.map(({ scenario }) => {
  const { name: _, variants: __, rules: ___, ownRules: ____, knobs: _____, ...rest } = scenario;
  return [...pathsIn(rest as unknown as Json)];
});

function pathsIn(value: Json, path = ""): string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const here = path === "" ? key : `${path}.${key}`;
    VALUES.set(here, [...(VALUES.get(here) ?? []).slice(-5), child]);
    return [here, ...pathsIn(child, here)];
  });
}

const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    "__proto__",
    "constructor",
    "\u001b[31m",
    "\ud800",
    "\uffff",
    "%",
    "%E0%A4%A",
    "null",
    "-0",
    "1e999",
    "NaN",
  ),
  fc.integer({ min: 1, max: 20_000 }).map((n) => "[".repeat(n)),
  fc.integer({ min: 1, max: 20_000 }).map((n) => `${"[".repeat(n)}${"]".repeat(n)}`),
  fc.integer({ min: 1, max: 20_000 }).map((n) => "x".repeat(n)),
);

/** A path and a value for it: of this lesson or another, sound or not. */
function setting(lesson: number): fc.Arbitrary<[path: string, value: string]> {
  const own = fc.constantFrom(...PATHS[lesson]!);
  const path = fc.oneof(
    { weight: 8, arbitrary: own },
    { weight: 3, arbitrary: own.map((one) => one.replaceAll(/\.\d+/g, ".*")) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(own, fc.constantFrom(".*", ".*.*", ".0", ".kind", ".name"))
        .map((both) => both.join("")),
    },
    { weight: 1, arbitrary: fc.constantFrom(...VALUES.keys()) },
    { weight: 1, arbitrary: hostileText },
  );
  return path.chain((one) =>
    fc.tuple(
      fc.constant(one),
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.constantFrom(...(VALUES.get(one) ?? [1])).map((value) => JSON.stringify(value)),
        },
        { weight: 3, arbitrary: valueText },
      ),
    ),
  );
}

const valueText = fc.oneof(
  { weight: 6, arbitrary: replacement.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }).map((n) => `[${"0,".repeat(n)}0]`) },
);

const settings: Kind<{ lesson: number; command: readonly string[]; set: [string, string][] }> = {
  name: "settings (--set)",
  share: 15,
  cases: fc.nat(LESSONS.length - 1).chain((lesson) =>
    fc.record({
      lesson: fc.constant(lesson),
      command: fc.constantFrom(
        ["run"],
        ["run", "--json"],
        ["trace", "--format", "jsonl"],
        ["trace", "--format", "mermaid"],
      ),
      set: fc.array(setting(lesson), { minLength: 1, maxLength: 3 }),
    }),
  ),
  probe: ({ lesson, command: [name = "", ...options], set }) =>
    viaCommand(
      [name, "-", ...options, ...SHORT, ...set.flatMap(([path, value]) => ["--set", `${path}=${value}`])],
      LESSONS[lesson]!.bare,
    ),
};

const scenarioTexts = fc.oneof(
  {
    weight: 3,
    arbitrary: mutated(fc.constantFrom(...LESSONS.map(({ written }) => written), everything as Json)).map(
      (one) => JSON.stringify(one),
    ),
  },
  { weight: 1, arbitrary: damaged(fc.constantFrom(...LESSONS.map(({ written }) => written))) },
);

const scenarios: Kind<{ text: string; json: boolean }> = {
  name: "scenario files",
  share: 15,
  cases: fc.record({ text: scenarioTexts, json: fc.boolean() }),
  probe: ({ text, json }) => viaCommand(["run", "-", ...SHORT, ...(json ? ["--json"] : [])], text),
};

const addresses: Kind<{
  lesson: string;
  file: string | null;
  damage: number | null;
  query: [string, string][];
}> = {
  name: "addresses of the page",
  share: 30,
  cases: fc.record({
    lesson: fc.oneof(fc.constantFrom(...LESSONS.map(({ name }) => name)), hostileText),
    file: fc.option(scenarioTexts, { freq: 2 }),
    damage: fc.option(fc.nat(1000), { freq: 2 }),
    query: fc.array(
      fc.oneof(
        {
          weight: 3,
          arbitrary: fc
            .nat(LESSONS.length - 1)
            .chain(setting)
            .map(([one, value]): [string, string] => ["set", `${one}=${value}`]),
        },
        {
          weight: 2,
          arbitrary: fc.tuple(
            fc.constantFrom(
              "variant",
              "step",
              "set",
              "seed",
              "t",
              "pace",
              "select",
              "follow",
              "tab",
              "cost",
              "file",
            ),
            fc.oneof(hostileText, valueText),
          ),
        },
        { weight: 1, arbitrary: fc.tuple(hostileText, hostileText) },
      ),
      { maxLength: 5 },
    ),
  }),
  probe: async ({ lesson, file, damage, query }) => {
    let packed = file === null ? null : await packText(file);
    if (packed !== null && damage !== null) packed = `${packed.slice(0, damage)}!${packed.slice(damage + 1)}`;
    const parts = new URLSearchParams([...(packed === null ? [] : [["file", packed]]), ...query]);
    const { state, problems } = decodeLink(
      `#/${encodeURIComponent(lesson.replace(/\p{Surrogate}/gu, ""))}?${parts}`,
    );
    for (const problem of problems)
      if (problem.length > 500) violated(`a problem of ${problem.length} characters`);
    const known = LESSONS.find(({ name }) => name === state.lesson) ?? LESSONS[0]!;
    let written = known.bare;
    if (state.file !== null) {
      try {
        written = await unpackText(state.file);
      } catch (error) {
        if (!(error instanceof Error)) violated(`threw ${String(error)}`);
        return "refused";
      }
    }
    const { variant, set, seed } = state;
    // What a lesson does as it is written is for other tests.
    if (state.file === null && Object.keys(set).length === 0)
      return problems.length === 0 ? "accepted" : "refused";
    const told = await answer({
      id: 1,
      isTold: false,
      written,
      variant,
      opening: null,
      set,
      seed,
      patience: EVENTS / BUDGET.maxEvents,
    });
    const texts = told.problems.map((one) => `${one.path}: ${one.message}`);
    for (const text of texts)
      if (text.includes("The simulation stopped") || !IN_WORDS.test(text))
        violated(`no problem in words: ${text.slice(0, 800)}`);
    return told.ok && problems.length + texts.length === 0 ? "accepted" : "refused";
  },
};

/** Reports of both shards of a search, as `fanout check` writes them: two that found the same. */
async function shardsOf(variant: string): Promise<Json[]> {
  const argv = ["check", "broadcast-across-servers", "-V", variant, "-r", "delivery", "-r", "order"];
  const { out } = await fanout([...argv, "--runs", "1", "--shard", "1/1", "--json"]);
  return [1, 2].map((index) => {
    const report = JSON.parse(out) as { search: { shard: [number, number] } };
    report.search.shard = [index, 2];
    return report as unknown as Json;
  });
}

const folder = mkdtempSync(join(tmpdir(), "fanout-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const SHARDS = [await shardsOf("no-backplane"), await shardsOf("redis")];

const shards: Kind<{ of: number; parts: Json[] | string; options: readonly string[] }> = {
  name: "documents of shards (merge)",
  share: 15,
  cases: fc.nat(SHARDS.length - 1).chain((of) => {
    const [one, other] = SHARDS[of]!.map((document) => fc.constant(document));
    return fc.record({
      of: fc.constant(of),
      parts: fc.oneof<fc.WeightedArbitrary<Json[] | string>[]>(
        { weight: 4, arbitrary: fc.tuple(mutated(one!), fc.oneof(other!, mutated(other!))) },
        { weight: 1, arbitrary: fc.oneof(damaged(one!), hostileText) },
      ),
      options: fc.constantFrom([], ["--json"], ["--junit", "-"]),
    });
  }),
  probe: ({ parts, options }) => {
    const texts = typeof parts === "string" ? [parts] : parts.map((part) => JSON.stringify(part));
    const files = texts.map((_, i) => join(folder, `${i}.json`));
    for (const [i, file] of files.entries()) writeFileSync(file, texts[i]!);
    return viaCommand(["merge", ...files, ...options]);
  },
};

/** What careless programs pass. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -1,
    -0,
    0,
    0.5,
    1,
    2,
    7,
    1e21,
    2 ** 53,
    "5",
    "",
    null,
    undefined,
    true,
    [],
    {},
    [1, 2],
    [0, 0],
    [Number.NaN, 1],
  ),
  replacement,
);
const OPTIONS = [
  "seed",
  "untilUs",
  "maxEvents",
  "maxCopies",
  "runs",
  "depth",
  "shard",
  "bounds",
  "exhaustive",
  "rules",
  "variant",
];
const scenario = LESSONS.find(({ name }) => name === "broadcast-across-servers")!.scenario;

interface Call {
  readonly name: keyof typeof CALLS;
  readonly options: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  readonly path: string;
}

/** Ends a search after a few looks, whatever it was asked for. */
function soon(): () => "time" | null {
  let looks = 0;
  return () => (looks++ > 3 ? "time" : null);
}

const CALLS = {
  simulate: ({ options }: Call) => simulate(scenario, { maxEvents: EVENTS, ...options }),
  check: ({ options }: Call) =>
    check(scenario, { rules: [rules.delivery], runs: 1, isVerdictOnly: true, isOver: soon(), ...options }),
  checkBounds: ({ options, value }: Call) =>
    check(scenario, {
      rules: [rules.order],
      runs: 1,
      isVerdictOnly: true,
      isOver: soon(),
      bounds: { lateMs: value, losses: value, ...options } as never,
    }),
  seek: ({ value }: Call) => new Run(scenario, { maxEvents: EVENTS }).seek(value as number),
  seekEvent: ({ value }: Call) => new Run(scenario, { maxEvents: EVENTS }).seekEvent(value as number),
  withVariant: ({ value }: Call) => withVariant(scenario, value as string),
  withSettings: ({ path, value }: Call) => withSettings(scenario, { [path]: value }),
  parseScenario: ({ value }: Call) => parseScenario(String(value)),
  replay: ({ value, path }: Call) => replay(value, path),
  replayRule: ({ value }: Call) => replay(scenario as Scenario, value as string),
  refute: ({ value }: Call) => refute(BELIEFS[0]!, Number.isInteger(value) ? -1 : (value as number)),
  valuesWith: ({ path, value, options }: Call) =>
    valuesWith({ [path]: value, connections: value, ...options } as never),
};

const library: Kind<Call> = {
  name: "options of the library",
  share: 25,
  cases: fc.record({
    name: fc.constantFrom(...(Object.keys(CALLS) as (keyof typeof CALLS)[])),
    options: fc.dictionary(fc.constantFrom(...OPTIONS), junk, { maxKeys: 3 }),
    value: junk,
    path: fc.constantFrom(...VALUES.keys()),
  }),
  probe: (call) => viaLibrary(() => CALLS[call.name](call)),
};

/** Kinds of which nobody outside has to know what a case is. */
export const KINDS = [settings, scenarios, addresses, shards, library] as unknown as readonly Kind<unknown>[];

/** The cases of one kind by a seed; the same seed gives the same ones. */
export function casesOf({ cases }: Kind<unknown>, seed: number, count: number): unknown[] {
  return fc.sample(cases, { seed, numRuns: count });
}
