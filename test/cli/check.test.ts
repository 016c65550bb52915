/**
 * `fanout check`, `merge` and `refute`: what they print, what of it can be repeated, and that parts of a search give
 * the verdict of the whole.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { rules } from "../../src/check/rules/index.ts";
import { isOpen } from "../../src/check/verdict.ts";
import type { ReportDocument, VerdictDocument } from "../../src/cli/check/document.ts";
import { TEXT_WIDTH } from "../../src/cli/text.ts";
import { brief } from "../../src/scenario/brief.ts";
import { validateScenario, withSettings } from "../../src/scenario/parse.ts";
import { followPath } from "../../src/scenario/path.ts";
import { quote } from "../../src/scenario/words.ts";
import { small } from "../scenario/samples.ts";
import { IS_DEEP, sampled } from "../support/depth.ts";
import { fanout, interrupted, withoutProgress } from "./support.ts";

const LESSONS = ["broadcast-across-servers", "polling-handshake"] as const;
/** The variants that break something, and what. */
const BROKEN = [
  ["broadcast-across-servers", "no-backplane", ["delivery"]],
  ["polling-handshake", "round-robin", ["affinity", "handshake-completes"]],
] as const;
const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "fanout-check-"));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string, name = `${files++}.json`): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A search whose breach is not in its first run: which server a client gets is left to chance. */
const BY_CHANCE = small({
  clients: [
    { name: "A", transport: "websocket" },
    { name: "B", transport: "websocket" },
    { name: "C", transport: "websocket" },
  ],
  balancer: { policy: "random" },
  servers: { count: 3 },
  durationMs: 1500,
  rules: ["all-together", "delivery", "conservation"],
  ownRules: {
    "all-together": {
      type: "count",
      statement: "Nobody is alone on server-3.",
      of: { event: "connected", server: "server-3" },
      atMost: 2,
    },
  },
});

async function json(argv: readonly string[], input = "", exit = 0): Promise<ReportDocument> {
  const result = await fanout([...argv, "--json"], input);
  expect({ exit: result.exit, err: result.err }).toEqual({ exit, err: "" });
  return JSON.parse(result.out) as ReportDocument;
}

/** What must be the same however a search is cut. */
function essence({ verdicts }: ReportDocument) {
  return verdicts.map(({ rule, outcome, run, counterexample }) => ({
    rule,
    outcome,
    run,
    fingerprint: counterexample?.fingerprint,
  }));
}

function brokenIn({
  verdicts,
}: ReportDocument): (VerdictDocument & Required<Pick<VerdictDocument, "counterexample">>)[] {
  return verdicts.flatMap((verdict) =>
    verdict.counterexample === undefined ? [] : [{ ...verdict, counterexample: verdict.counterexample }],
  );
}

describe("the report", () => {
  test("of a variant that breaks its rules: how, why, and what would mend it", async () => {
    const { exit, out, err } = await fanout(["check", LESSONS[0], "-V", "no-backplane", "--runs", "200"]);
    expect({ exit, err }).toEqual({ exit: 1, err: "" });
    expect(out).toContain(`
✕ delivery  broken: Every copy arrives, as long as its sender and recipient stay connected and
  nothing fails.
  A's message for B dies at server-1: no local socket, no backplane.
  2 servers and no backplane: server-1 can hand messages to its own sockets only.
  The smallest run that breaks it so: 2 clients, 2 servers, 1 message, 521 ms.
`);
    expect(out).toContain(`
    500 ms  A sends a message to B.
    520 ms  The balancer passes the message to server-1.
  520.5 ms  B's copy dies at server-1. The recipient was connected to another server, and no
            backplane joins the servers.
`);
    expect(out).toContain(
      "\n\n  Repair: --variant redis (--set backplane.kind=redis; stands in 200 random runs)\n      or: --set backplane.kind=vendor (stands in 200 random runs)\n      or: --set backplane.kind=history (stands in 200 random runs)\n      or: --set backplane.kind=sharded (stands in 200 random runs)\n  Open: ",
    );
    expect(out).toMatch(
      /\n {2}Open: {3}http:\/\/localhost:4173\/#\S+\n {10}\(served by fanout serve; fingerprint [0-9a-f]{16}\)\n/,
    );
    expect(out).toContain("✓ conservation       not broken (600 of 600 copies). Every copy has one fate:");
    expect(out).toContain(
      "– at-most-once       silent: no copy arrives. No copy reaches its recipient twice.\n",
    );
    expect(out).toContain(
      "? something-arrives  unfinished: not seen in 200 runs. At least one copy arrives in",
    );
  });

  test.each(sampled(BROKEN, 2))("of %s %s has no line of prose that is too long", async (lesson, variant) => {
    const { out } = await fanout(["check", lesson, "-V", variant, "--runs", "10"]);
    const long = out.split("\n").filter((line) => line.length > TEXT_WIDTH && !/^ {2}Open: /.test(line));
    expect(long).toEqual([]);
  });

  test.each([
    ["letters that take two columns", "메시지", 6],
    ["two signs that are one picture", "👍🏽", 2],
    ["marks that take no room", "e\u0301e\u0301e\u0301e\u0301", 4],
  ])("of %s has lines that are full, and not too long", async (_, word, columns) => {
    // As long as one may be.
    const statement = `${word} `.repeat(Math.floor(300 / (word.length + 1))).trim();
    const rule = { type: "count", statement, of: { event: "connected" }, atMost: 9 };
    const { out } = await fanout(
      ["check", "-", "--runs", "1"],
      small({ rules: ["wide"], ownRules: { wide: rule } }),
    );
    // Above the first of these, the statement begins beside other words; in its last it ends.
    const lines = out.split("\n").filter((line) => new RegExp(`^ +${word}`).test(line));
    const indent = lines[0]!.search(/\S/);
    expect(lines[0]!.trim().split(" ").length).toBe(Math.floor((TEXT_WIDTH - indent + 1) / (columns + 1)));
  });

  test("in colour only repeats what the words say", async () => {
    const argv = ["check", LESSONS[0], "-V", "no-backplane", "--runs", "10"];
    const plain = await fanout(argv);
    const { out } = await fanout(argv, "", { color: true });
    expect(out).toContain("\u001b[31m✕\u001b[39m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken away
    expect(out.replace(/\u001b\[\d+m/g, "")).toBe(plain.out);
  });

  test("of all runs says that they are all", async () => {
    const { exit, out } = await fanout([
      "check",
      LESSONS[0],
      "-V",
      "one-server",
      "--exhaustive",
      "--depth",
      "1",
      "--late",
      "0ms",
    ]);
    expect(exit).toBe(0);
    expect(out).toMatch(/✓ delivery {11}holds \(\d+ of \d+ copies\)\. Every copy arrives/);
    expect(out).toContain("All runs within the bounds were explored: ");
  });

  test("of a scenario that claims nothing is about all rules", async () => {
    const { verdicts } = await json(["check", "-", "--runs", "10"], small({ servers: { count: 1 } }));
    expect(verdicts.map(({ rule }) => rule).sort()).toEqual(Object.keys(rules).sort());
  });

  test("--rule asks for some, once each", async () => {
    const { verdicts } = await json([
      "check",
      LESSONS[0],
      "-V",
      "redis",
      "--runs",
      "10",
      "-r",
      "order",
      "-r",
      "delivery",
      "-r",
      "order",
    ]);
    expect(verdicts.map(({ rule }) => rule)).toEqual(["order", "delivery"]);
  });
});

describe("every variant of a lesson breaks what it says", () => {
  test.each(sampled(LESSONS, 2))("%s", async (lesson) => {
    const { exit, out, err } = await fanout(["check", lesson, "--every-variant", "--runs", "100"]);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    const { variants } = JSON.parse(
      readFileSync(join(root, "simulations", lesson, "scenario.json"), "utf8"),
    ) as {
      variants: Record<string, { breaks?: string[]; silent?: string[] }>;
    };
    for (const [name, { breaks = [], silent = [] }] of Object.entries(variants)) {
      const said = breaks.length > 0 ? "broken: " : silent.length > 0 ? "silent: " : "nothing is broken";
      expect(out).toMatch(new RegExp(`^✓ ${name}: as it says, ${said}`, "m"));
    }
  });

  test("what was never seen is no proof, and is not said to be one", async () => {
    const { out } = await fanout(["check", LESSONS[0], "--every-variant", "--runs", "10"]);
    expect(out).toContain(
      "✓ no-backplane: as it says, broken: delivery; not seen, which is no proof: something-arrives; silent: at-most-once, order\n",
    );
  });

  test("one that breaks another rule, and one that breaks none: exit 1, and which", async () => {
    const scenario = small({
      durationMs: 1000,
      clients: [
        { name: "A", transport: "websocket" },
        { name: "B", transport: "websocket" },
      ],
      rules: ["delivery", "order"],
      variants: {
        two: { title: "Two", set: { "servers.count": 2 }, breaks: ["order"] },
        one: { title: "One", set: { "servers.count": 1 }, silent: ["order"] },
      },
    });
    const text = await fanout(["check", "-", "--every-variant", "--runs", "10"], scenario);
    expect(text).toMatchObject({ exit: 1, err: "" });
    const said =
      "two: delivery is broken, and the variant does not say so\ntwo: order should be broken, and is silent\n";
    expect(text.out).toContain(said);
    expect(text.out).toContain("✓ one: as it says, silent: order\n");
    const { exit, out, err } = await fanout(
      ["check", "-", "--every-variant", "--runs", "10", "--json"],
      scenario,
    );
    expect({ exit, err }).toEqual({ exit: 1, err: said });
    expect((JSON.parse(out) as ReportDocument[]).map(({ variant }) => variant)).toEqual(["two", "one"]);
  });
});

/** The elements of an XML text, in order; throws where tags do not nest or a character may not stand. */
function elementsOf(xml: string): { name: string; attributes: Record<string, string> }[] {
  const found: { name: string; attributes: Record<string, string> }[] = [];
  const open: string[] = [];
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
  expect(body).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  let at = 0;
  for (const tag of body.matchAll(/<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g)) {
    const text = body.slice(at, tag.index);
    expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot);)/);
    at = tag.index + tag[0].length;
    const [, closes, name = "", attributes = "", isEmpty] = tag;
    if (closes === "/") expect(open.pop()).toBe(name);
    else {
      found.push({
        name,
        attributes: Object.fromEntries(
          [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
        ) as Record<string, string>,
      });
      if (isEmpty !== "/") open.push(name);
    }
  }
  expect({ open, rest: body.slice(at) }).toEqual({ open: [], rest: "\n" });
  return found;
}

describe("--junit", () => {
  test.each(sampled(LESSONS, 2))("%s: a suite for each variant, counted rightly", async (lesson) => {
    const file = write("what was there", `${lesson}.xml`);
    const argv = ["check", lesson, "--every-variant", "--runs", "10", "--json", "--junit", file];
    const documents = JSON.parse((await fanout(argv)).out) as ReportDocument[];
    const elements = elementsOf(readFileSync(file, "utf8"));
    const suites = elements.filter(({ name }) => name === "testsuite").map(({ attributes }) => attributes);
    expect(suites).toEqual(
      documents.map(({ variant, verdicts }) => ({
        name: `${lesson} ${variant}`,
        tests: String(verdicts.length),
        // Each variant breaks what it says it breaks: that is as it should be.
        failures: "0",
        errors: "0",
        // What is silent or not seen as the variant says is neither passed nor wrong.
        skipped: String(verdicts.filter(isOpen).length),
      })),
    );
    const counted = (name: string) => elements.filter((element) => element.name === name).length;
    const sum = (key: "tests" | "failures" | "errors" | "skipped") =>
      suites.reduce((total, suite) => total + Number(suite[key]), 0);
    expect(["testcase", "failure", "error", "skipped"].map(counted)).toEqual([
      sum("tests"),
      sum("failures"),
      sum("errors"),
      sum("skipped"),
    ]);
  });

  test("of variants, a failure is what is not as the variant says, as the exit code has it", async () => {
    const file = join(folder, "claims.xml");
    const scenario = small({
      durationMs: 600,
      rules: ["silence", "noise"],
      ownRules: {
        silence: { type: "count", statement: "s", of: { event: "message" }, per: "run", atMost: 0 },
        noise: { type: "count", statement: "n", of: { event: "message" }, per: "run", atMost: 9 },
      },
      variants: {
        honest: { title: "h", set: {}, breaks: ["silence"] },
        wrong: { title: "w", set: {}, breaks: ["noise"] },
      },
    });
    const argv = ["check", "-", "--every-variant", "--runs", "5", "--junit", file];
    expect((await fanout(argv, scenario)).exit).toBe(1);
    const elements = elementsOf(readFileSync(file, "utf8"));
    const of = (name: string) => elements.filter((element) => element.name === name);
    expect(of("testsuite").map(({ attributes }) => attributes.failures)).toEqual(["0", "2"]);
    expect(of("failure").map(({ attributes }) => attributes.message)).toEqual([
      expect.stringContaining("number 1; at most 0 may be"),
      "not broken: 5 of 5 runs; the variant says otherwise in breaks or silent",
    ]);
  });

  test("texts that look like XML stay texts", async () => {
    const file = join(folder, "evil.xml");
    const scenario = small({
      durationMs: 600,
      rules: ["evil"],
      ownRules: {
        evil: { type: "count", statement: `</failure> & "]]>" <x>`, of: { event: "message" }, atMost: 0 },
      },
    });
    expect((await fanout(["check", "-", "--runs", "5", "--junit", file], scenario)).exit).toBe(1);
    expect(elementsOf(readFileSync(file, "utf8")).map(({ name }) => name)).toEqual([
      "testsuites",
      "testsuite",
      "testcase",
      "failure",
      "system-out",
    ]);
  });
});

describe("counterexamples", () => {
  test.each(sampled(BROKEN, 2))(
    "%s %s: its scenario is that run, and breaks that rule, wherever it is run",
    async (lesson, variant, rules) => {
      const out = join(folder, "deep/er", lesson);
      const document = await json(["check", lesson, "-V", variant, "--runs", "100", "--out", out], "", 1);
      const broken = brokenIn(document);
      expect(broken.map(({ rule }) => rule)).toEqual(rules);
      expect(readdirSync(out).sort()).toEqual(
        rules
          .flatMap((rule) =>
            ["md", "scenario.json", "test.ts"].map((ending) => `${variant}.${rule}.${ending}`),
          )
          .sort(),
      );
      for (const { rule, counterexample } of broken) {
        const file = join(out, `${variant}.${rule}.scenario.json`);
        expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(counterexample.scenario);
        const run = await fanout(["run", file, "--json"]);
        expect(JSON.parse(run.out)).toMatchObject({ fingerprint: counterexample.fingerprint });
        // Cut to the moment at which the rule breaks, it has no time left for packets that are later still.
        const again = brokenIn(await json(["check", file, "--late", "0ms"], "", 1));
        expect(again.map((verdict) => [verdict.rule, verdict.counterexample.key])).toEqual([
          [rule, counterexample.key],
        ]);
        expect(readFileSync(join(out, `${variant}.${rule}.md`), "utf8")).toContain(counterexample.text);
      }
    },
  );

  test("one that chance decides keeps its choices", async () => {
    const [first] = brokenIn(await json(["check", "-", "--runs", "100"], BY_CHANCE, 1));
    const { counterexample, rule } = first!;
    const file = write(JSON.stringify(counterexample.scenario));
    expect(JSON.parse((await fanout(["run", file, "--json"])).out)).toMatchObject({
      fingerprint: counterexample.fingerprint,
    });
    expect(essence(await json(["check", file, "--late", "0ms", "--runs", "10"], "", 1))).toMatchObject([
      { rule, outcome: "broken", fingerprint: counterexample.fingerprint },
    ]);
  });

  test.runIf(IS_DEEP)(
    "the regression test is right in its types, red, and green once the architecture is mended as it hints",
    async () => {
      const modules: string[] = [];
      for (const [lesson, variant] of BROKEN)
        for (const { rule, repairs, counterexample } of brokenIn(
          await json(["check", lesson, "-V", variant, "--runs", "100"], "", 1),
        )) {
          const text = counterexample.test;
          const { set } = repairs![0]!;
          const hint = Object.entries(set).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
          expect(text).toContain(`// One way to make it green: ${hint.join(" and ")}.\n`);
          const red = moduleOf(text);
          modules.push(red);
          await expect(import(/* @vite-ignore */ red), rule).rejects.toThrow("to be null");
          const [, written = ""] = /const scenario = (\{[\s\S]*?\n {2}\});\n/.exec(text) ?? [];
          const parsed = validateScenario(JSON.parse(written));
          const mended = parsed.ok ? withSettings(parsed.scenario, set) : parsed;
          if (!mended.ok) throw new Error(mended.errors[0]!.message);
          const green = text.replace(written, () => JSON.stringify(brief(mended.scenario)));
          expect(green).not.toBe(text);
          await import(/* @vite-ignore */ moduleOf(green));
        }
      expect(modules).toHaveLength(3);
      const config = {
        extends: join(root, "tsconfig.json"),
        compilerOptions: { typeRoots: [join(root, "node_modules/@types")], rootDir: "/" },
        include: [],
        files: modules,
      };
      const project = write(JSON.stringify(config), "tsconfig.json");
      const problems = await promisify(execFile)(
        process.execPath,
        [join(root, "node_modules/typescript/bin/tsc"), "-p", project],
        {
          cwd: root,
        },
      ).then(
        () => "",
        (error: { stdout: string }) => error.stdout,
      );
      expect(problems).toBe("");
    },
  );
});

/** A regression test as a module that can stand anywhere, and runs its test when it is imported. */
function moduleOf(text: string): string {
  const vitest = 'import { expect, test } from "vitest";';
  expect(text).toContain(vitest);
  return write(
    text
      .replace('"fanout-lab"', JSON.stringify(join(root, "src/index.ts")))
      .replace(
        vitest,
        `import { expect } from ${JSON.stringify(join(root, "node_modules/vitest"))};\nconst test = (_: string, body: () => void) => body();`,
      ),
    `${files++}.ts`,
  );
}

describe("shards", () => {
  test("without a run of their own say that nothing was tried; merged, they say what was searched", async () => {
    const argv = ["check", LESSONS[0], "-V", "no-backplane", "--runs", "1"];
    const second = await fanout([...argv, "--shard", "2/2"]);
    expect(second.exit).toBe(3);
    expect(second.out).toMatch(/^\? delivery +not tried\. /m);
    expect(second.out).not.toContain("✓");
    const parts: string[] = [];
    for (const shard of ["1/2", "2/2"])
      parts.push(write((await fanout([...argv, "--shard", shard, "--json"])).out));
    const merged = await fanout(["merge", ...parts]);
    expect(merged.exit).toBe(1);
    expect(merged.out).toMatch(
      new RegExp(`^scenario +${LESSONS[0]}\nvariant +no-backplane\nseed +1\n\n✕ delivery`),
    );
  });

  test("write the JUnit file of the whole, and end as the whole would", async () => {
    const argv = ["check", LESSONS[0], "-V", "redis", "--runs", "200", "-r", "delivery", "-r", "affinity"];
    const parts: string[] = [];
    for (const shard of ["1/2", "2/2"])
      parts.push(write((await fanout([...argv, "--shard", shard, "--json"])).out));
    const file = join(folder, "merged.xml");
    const merged = await fanout(["merge", ...parts, "--junit", file]);
    expect(merged.exit).toBe(3);
    const attributesOf = (name: string) =>
      elementsOf(readFileSync(file, "utf8"))
        .filter((element) => element.name === name)
        .map(({ attributes }) => attributes);
    expect(attributesOf("testsuite")).toEqual([
      { name: `${LESSONS[0]} redis`, tests: "2", failures: "0", errors: "1", skipped: "0" },
    ]);
    expect(attributesOf("error")).toEqual([
      { type: "silent", message: "silent: no request names a session" },
    ]);
    expect((await fanout(["merge", ...parts, "--allow-unfinished"])).exit).toBe(0);
    const document = await json(["merge", ...parts], "", 3);
    const whole = await json(argv, "", 3);
    const scopes = ({ verdicts }: ReportDocument) =>
      verdicts.map(({ scope, covered }) => ({ scope, covered }));
    expect(scopes(document)).toEqual(scopes(whole));
  });

  const searches = [
    ["what chance decides", ["check", "-", "--runs", "350"], BY_CHANCE],
    ["a lesson", ["check", LESSONS[0], "-V", "no-backplane", "--runs", "350"], ""],
  ] as const;

  test.runIf(IS_DEEP).each(searches)(
    "%s: in 1, 2 or 3 parts, the verdicts are those of the whole",
    async (_, argv, input) => {
      const whole = await json(argv, input, 1);
      for (const of of [1, 2, 3]) {
        const parts: string[] = [];
        for (let part = of; part >= 1; part--) {
          const { out } = await fanout([...argv, "--shard", `${part}/${of}`, "--json"], input);
          parts.push(write(out));
        }
        const merged = await json(["merge", ...parts], "", 1);
        expect(essence(merged), `${of} shards`).toEqual(essence(whole));
        expect(merged).toMatchObject({
          search: whole.search,
          worth: whole.worth,
          within: whole.within,
          endedBy: "done",
        });
      }
    },
  );
});

describe("fanout merge", () => {
  const part = async (...argv: string[]) =>
    (await fanout(["check", LESSONS[0], "-V", "redis", "--json", "--runs", "200", ...argv])).out;
  const refused = async (...parts: string[]) => {
    const { exit, out, err } = await fanout(["merge", ...parts]);
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    return err;
  };
  const ALLOWED = "allowed: what fanout check --shard … --json printed, unchanged";

  test("parts that make no whole", async () => {
    const one = write(await part("--shard", "1/2"));
    const two = write(await part("--shard", "2/2"));
    const whole = write(await part());
    expect(await refused(one)).toBe("error: shard 2 of 2 is missing\n");
    expect(await refused(one, one)).toBe(
      `error: shard 2 of 2 is missing; shard 1 of 2 is given twice: ${one}, ${one}\n`,
    );
    expect(await refused(one, two, one)).toBe(`error: shard 1 of 2 is given twice: ${one}, ${one}\n`);
    const beyond = write(readFileSync(two, "utf8").replace(/"shard": \[\s*2,/, '"shard": [ 3,'));
    expect(await refused(one, two, beyond)).toBe(`error: ${beyond} says that it is shard 3 of 2\n`);
    const isWhole = `error: ${whole} is a report of a whole search; merged are those of --shard\n`;
    expect(await refused(whole)).toBe(isWhole);
    expect(await refused(one, whole)).toBe(isWhole);
    for (const [differing, ...argv] of [
      ["number of shards", "--shard", "2/3"],
      ["seed", "--shard", "2/2", "--seed", "7"],
      ["number of runs", "--shard", "2/2", "--runs", "777"],
      ["bounds", "--shard", "2/2", "--late", "1ms"],
      ["bounds", "--shard", "2/2", "--max-events", "100000"],
      ["rules", "--shard", "2/2", "-r", "order"],
      ["settings", "--shard", "2/2", "-s", "servers.count=3"],
    ]) {
      const other = write(await part(...argv));
      expect(await refused(one, other), argv.join(" ")).toBe(
        `error: ${other} is a shard of another search than ${one}: not the same are ${differing}\n`,
      );
    }
    const exhaustive = await fanout([
      "check",
      LESSONS[0],
      "-V",
      "redis",
      "--json",
      "--exhaustive",
      "--depth",
      "0",
    ]);
    const all = write(exhaustive.out);
    expect(await refused(all)).toBe(`error: ${all} is of an exhaustive search, which has no shards\n`);
  });

  test("what is no report", async () => {
    const list = write((await fanout(["check", LESSONS[0], "--every-variant", "--runs", "1", "--json"])).out);
    expect(await refused(list)).toBe(
      `error: ${list} is a list of reports, as of --every-variant; ${ALLOWED}\n`,
    );
    for (const text of ["", "{", "\u0000", '{"a":1}}']) {
      const file = write(text);
      expect(await refused(file)).toBe(`error: ${file} is not JSON; ${ALLOWED}\n`);
    }
    for (const deep of [
      `${"[".repeat(6000)}${"]".repeat(6000)}`,
      `${'{"a":'.repeat(6000)}1${"}".repeat(6000)}`,
    ]) {
      const file = write(deep);
      expect(await refused(file)).toBe(`error: ${file} is nested deeper than 30 levels; ${ALLOWED}\n`);
    }
    for (const text of ["null", "1", '"x"']) {
      const file = write(text);
      expect(await refused(file)).toBe(
        `error: ${file} is no report of fanout check --json: found ${text}; ${ALLOWED}\n`,
      );
    }
    expect(await refused("/no/such.json")).toBe(
      "error: can't read /no/such.json: there is no such file or folder\n",
    );
    expect(await refused("/")).toBe("error: can't read /: it is a folder\n");
    expect(await refused("/dev/zero")).toBe(
      "error: /dev/zero is too large: found more than 64 MiB; allowed: at most 64 MiB\n",
    );
  });

  test("reports with fields of evil shapes: each is named, none is believed", async () => {
    const text = (
      await fanout(["check", LESSONS[0], "-V", "no-backplane", "--json", "--runs", "10", "--shard", "1/1"])
    ).out;
    const at = (JSON.parse(text) as ReportDocument).verdicts.findIndex(({ outcome }) => outcome === "broken");
    const broken = `verdicts.${at}`;
    const evil: [path: string, value: unknown, named?: string][] = [
      ["search.shard", [1, 1e9], "search.shard.1"],
      ["search.shard", [0, 1], "search.shard.0"],
      ["search.runs", -1],
      ["search.cut", undefined],
      ["search.runs", 0.5],
      ["search.kind", "__proto__"],
      ["search.isCertain", "yes"],
      ["scenarioHash", undefined],
      ["verdicts", {}],
      ["verdicts", Array.from({ length: 101 }, () => ({}))],
      [`${broken}.outcome`, "constructor"],
      [`${broken}.run`, undefined],
      [`${broken}.run`, "0"],
      [`${broken}.statement`, null],
      [`${broken}.repairs`, "many"],
      [`${broken}.repairs`, [{ set: null, runs: 1 }], `${broken}.repairs.0.set`],
      [`${broken}.counterexample`, null],
      [`${broken}.counterexample.story`, {}],
      [
        `${broken}.counterexample.story`,
        [{ timeMs: "soon", text: "x" }],
        `${broken}.counterexample.story.0.timeMs`,
      ],
      [
        `${broken}.counterexample.story`,
        [{ timeMs: 1e308, text: "x" }],
        `${broken}.counterexample.story.0.timeMs`,
      ],
      [`${broken}.counterexample.size.durationMs`, 1e308],
      [`${broken}.counterexample.size.clients`, 1e308],
      [
        `${broken}.repairs.0.threshold`,
        { path: "a", held: 1e308, broke: 2 },
        `${broken}.repairs.0.threshold.held`,
      ],
      [`${broken}.counterexample.size`, []],
      [`${broken}.counterexample.link`, 7],
      ["within", [{}], "within.0"],
      ["coverage.states.missing", null],
      ["coverage.states.of", "all"],
      ["endedBy", "luck"],
    ];
    const wrongIn = (document: unknown, path: string) => followPath(document, path.split("."));
    for (const [path, value, named = path] of evil) {
      const document = JSON.parse(text) as Record<string, unknown>;
      const keys = path.split(".");
      const parent = keys
        .slice(0, -1)
        .reduce((inner, key) => inner[key] as Record<string, unknown>, document);
      parent[keys.at(-1)!] = value;
      const file = write(JSON.stringify(document));
      expect(await refused(file), path).toBe(
        `error: ${file} is no report of fanout check --json: ${named}: found ${quote(wrongIn(document, named))}; ${ALLOWED}\n`,
      );
    }
  });

  test("nothing that a terminal would obey comes through", async () => {
    const text = (
      await fanout(["check", LESSONS[0], "-V", "no-backplane", "--json", "--runs", "10", "--shard", "1/1"])
    ).out;
    const poison = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(poison);
      if (value !== null && typeof value === "object")
        return Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [
            key,
            ["kind", "outcome", "endedBy"].includes(key) ? inner : poison(inner),
          ]),
        );
      return typeof value === "string" ? `${value}\u001b]0;pwned\u0007\u009b31m\r` : value;
    };
    const { exit, out, err } = await fanout(["merge", write(JSON.stringify(poison(JSON.parse(text))))]);
    expect({ exit, err }).toEqual({ exit: 1, err: "" });
    expect(out).toContain("\\u001b]0;pwned\\u0007");
    expect(out).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

describe("Ctrl-C", () => {
  test.each([
    [["--runs", "10000000"], /% of 10,000,000 runs/, "not broken"],
    [["--exhaustive", "--losses", "20", "--crashes", "5"], /states in/, "unfinished"],
  ])("%j: what is known is printed", async (options, progress, known) => {
    const argv = ["check", LESSONS[1], "-V", "cookie", "--json", ...options];
    const { exit, out, err } = await interrupted(argv, "", progress);
    expect({ exit, err: withoutProgress(err) }).toEqual({ exit: 130, err: "" });
    const document = JSON.parse(out) as ReportDocument;
    expect(document.endedBy).toBe("interrupted");
    expect(document.verdicts.map(({ outcome }) => outcome)).toEqual([known, known, known]);
  });

  test("names no other exit code than the one that there is", async () => {
    const argv = ["check", LESSONS[1], "-V", "cookie", "--exhaustive", "--losses", "20", "--crashes", "5"];
    const { exit, out } = await interrupted(argv, "", /states in/);
    expect(exit).toBe(130);
    expect(out.replaceAll(/\s+/g, " ")).toMatch(/Nothing is known of [^:]+: the search was interrupted\. $/);
  });

  test("of several variants, those that are not begun are left out; progress is shown, and taken away", async () => {
    const argv = ["check", LESSONS[0], "--every-variant", "--runs", "10000000"];
    const { exit, out, err } = await interrupted(argv, "", /1 of 5 rules broken/);
    expect(exit).toBe(130);
    expect(out).toMatch(/Interrupted: all of this is what was known\s+until then\./);
    expect(out).toContain("redis: not checked, since the search was interrupted\n");
    expect(err).toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the beginning of the line is cleared
      /\r\u001b\[K\d+ % of 10,000,000 runs, 1 of 5 rules broken or seen, [\d.]+ s; Ctrl-C ends the search/,
    );
    expect(err.endsWith("\r\u001b[K")).toBe(true);
  });
});

test("links lead to where the page is said to be, and nothing is said of who serves it there", async () => {
  const argv = ["check", LESSONS[0], "-V", "no-backplane", "-r", "delivery", "--runs", "1"];
  const { out } = await fanout([...argv, "--base-url", "https://lab.example"]);
  expect(out).toMatch(/\n {2}Open: {3}https:\/\/lab\.example#\S+\n {10}\(fingerprint [0-9a-f]{16}\)\n/);
});

describe("fanout refute", () => {
  test("without a name, the beliefs", async () => {
    const { exit, out } = await fanout(["refute"]);
    expect(exit).toBe(0);
    expect(out).toMatch(/^sticky-broadcast +«.+»$/m);
    expect(out.trimEnd().split("\n").length).toBeGreaterThan(8);
  });

  test("a belief, and the run that shows it to be wrong", async () => {
    const { exit, out, err } = await fanout(["refute", "sticky-broadcast"]);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(out).toMatch(/^«.+» {2}refuted\nThen this would hold: /);
    expect(out).toMatch(/\nOpen: http:\/\/localhost:4173\/#\S+\n$/);
    expect(out.split("\n").filter((line) => line.length > TEXT_WIDTH && !line.startsWith("Open: "))).toEqual(
      [],
    );
  });

  test("as JSON: its scenario is that run", async () => {
    const base = "https://lab.example/page/";
    const { out } = await fanout(["refute", "cookies-for-all", "--json", "--base-url", base]);
    const { scenario, fingerprint, link } = JSON.parse(out) as {
      scenario: unknown;
      fingerprint: string;
      link: string;
    };
    expect(link.startsWith(`${base}#`)).toBe(true);
    const run = await fanout(["run", "-", "--json"], JSON.stringify(scenario));
    expect(JSON.parse(run.out)).toMatchObject({ fingerprint });
  });
});

test("all runs in which one process is killed: an end, and no failure", async () => {
  const argv = [
    "check",
    LESSONS[0],
    "-V",
    "redis",
    "--exhaustive",
    "--crashes",
    "1",
    "--late",
    "0ms",
    "-r",
    "order",
  ];
  const { search, coverage, endedBy } = await json(argv);
  expect({ search, endedBy }).toMatchObject({
    search: { kind: "exhaustive", isComplete: true },
    endedBy: "done",
  });
  expect(coverage.faultPairs.of).toBeGreaterThan(0);
});

test("an output that can't be written is found before the search begins, and nothing is left behind", async () => {
  const junit = join(folder, "never.xml");
  const { exit, out } = await fanout(["check", LESSONS[0], "--junit", junit, "--out", "/proc/nope"]);
  expect({ exit, out, exists: existsSync(junit) }).toEqual({ exit: 2, out: "", exists: false });
});
