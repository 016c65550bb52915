/**
 * Hostile and careless input that once hung, crashed or misled, kind by kind, each with what is right. Where time was the trouble,
 * work is counted, or the clock is a false one: how fast the machine is does not matter.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ReportDocument } from "../../src/cli/check/document.ts";
import { decodeLink } from "../../src/run/address.ts";
import { unpackText } from "../../src/run/pack.ts";
import { formatErrors, parseScenario } from "../../src/scenario/parse.ts";
import { scenarioSchema } from "../../src/scenario/schema.ts";
import { fanout } from "../cli/support.ts";
import { small } from "../scenario/samples.ts";
import { builtCommand } from "../support/builds.ts";
import { IS_DEEP, sampled } from "../support/depth.ts";

const here = import.meta.dirname;
const fileOf = (name: string) => join(here, name);
const migrated = (name: string) => join(here, "../migration/files", `hostile-${name}`);

afterEach(() => {
  vi.restoreAllMocks();
});

/** A clock that goes on by so many ms whenever somebody looks: what ends by it ends after so many looks, on any machine. */
function lookedAt(stepMs: number): void {
  let nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    nowMs += stepMs;
    return nowMs;
  });
}

describe("kinds that are held elsewhere", () => {
  test.each([
    [
      "settings, each into what the one before wrote",
      "cli/bad-input",
      "--set after --set, each into what the one before wrote",
    ],
    [
      "a list written at many places",
      "scenario/bounded",
      "variants that write what the next setting writes over",
    ],
    ["nested without end: --set", "cli/bad-input", "--set, a value nested without end"],
    [
      "nested without end: the page's address",
      "run/address",
      "as deep, by paths as long as the format allows",
    ],
    [
      "links that fill the memory, on the page",
      "browser/opening",
      "that would fill the memory, or is nested without end",
    ],
    ["a window of next to no width", "browser/people", "a window of next to no width is survived"],
    ["a broken rule whose reader has gone", "cli/closed-pipe", "a broken rule is a broken rule"],
    ["refute --json without a name", "cli/cost", "all beliefs as one document"],
    ["merge of nested brackets", "cli/check", "what is no report"],
    [
      "merge of a part without a field, or with a number without end",
      "cli/check",
      "reports with fields of evil shapes",
    ],
    ["an argument of 100,000 characters", "cli/bad-input", "an argument without end is shortened"],
    ["Ctrl-C in a search", "cli/binary", "Ctrl-C ends a %s search on %s threads"],
    ["a bound that is no number", "check/library", "maxEvents: found NaN; allowed: a whole number"],
    ["a wrong mean of a uniform latency", "model/tcp", "a round trip of twice the mean of its latency"],
    [
      "client 0 missing from a breach",
      "check/own-rules",
      "a breach is about all clients that it counts, the first",
    ],
  ])("%s", (_, file, title) => {
    expect(readFileSync(join(here, `../${file}.test.ts`), "utf8")).toContain(title);
  });
});

describe("settings that grow tenfold a step", () => {
  const REFUSED = "found a path that means more than 1000 places; allowed: at most 1000";

  test("in a file of 666 bytes", async () => {
    const { exit, err } = await fanout(["run", fileOf("01-exponential-variant.json")]);
    expect({ exit, err }).toEqual({ exit: 2, err: expect.stringContaining(REFUSED) });
    expect(err).toContain('variants.v.set["workload.*.*.*.*"]');
  });

  test("in a link of 270 characters", async () => {
    const link = readFileSync(fileOf("01-exponential-link.txt"), "utf8").trim();
    const { state } = decodeLink(link.slice(link.indexOf("#")));
    const parsed = parseScenario(await unpackText(state.file!));
    expect(parsed.ok || formatErrors(parsed.errors)).toContain(REFUSED);
  });
});

/** The first of these breaks in a moment; the others are of its kind. */
const SILENCED = [
  ["handshake-completes", [migrated("02-handshake-completes.json"), "--depth", "1"]],
  ["no-idle-cut", [migrated("02-no-idle-cut.json"), "--depth", "1"]],
  [
    "handshake-completes",
    ["polling-handshake", "-V", "round-robin", "-r", "handshake-completes", "--depth", "1"],
  ],
] as const;

test.each(sampled(SILENCED, 3))(
  "%s breaks in a search that may lose a packet, and again where its run is made again (%j)",
  async (rule, argv) => {
    const found = await fanout(["check", ...argv, "--exhaustive", "--losses", "1", "--json"]);
    expect({ exit: found.exit, err: found.err }).toEqual({ exit: 1, err: "" });
    const { verdicts } = JSON.parse(found.out) as ReportDocument;
    const { counterexample } = verdicts.find((verdict) => verdict.rule === rule)!;
    const { scenario, fingerprint } = counterexample!;
    const again = await fanout(["run", "-", "--json"], JSON.stringify(scenario));
    expect(JSON.parse(again.out)).toMatchObject({ fingerprint });
  },
);

test("standard input is read once, whatever the number of variants", async () => {
  const text = readFileSync(join(here, "../../simulations/broadcast-across-servers/scenario.json"), "utf8");
  const { exit, out, err } = await fanout(["check", "-", "--every-variant", "--runs", "1"], text);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  for (const variant of ["one-server", "no-backplane", "redis"])
    expect(out).toContain(`✓ ${variant}: as it says`);
});

describe("a file that a trace is written to", () => {
  const ARGV = ["trace", "-", "--format", "jsonl", "-o"];
  /** Its trace is several pieces of writing long. */
  const talk = small({
    durationMs: 10_000,
    clients: [{ name: "A", count: 20, startConnected: true }],
    workload: [{ from: "A-1", everyMs: 100 }],
  });
  const folder = mkdtempSync(join(tmpdir(), "fanout-hostile-"));
  const file = join(folder, "trace.jsonl");

  afterEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  });

  test("is as it was if Ctrl-C comes while it is written", async () => {
    writeFileSync(file, "before");
    let listeners = 0;
    const { exit, out, err } = await fanout([...ARGV, file], talk, {
      onInterrupt: (listener) => {
        // The first listens to the run, the second to the writing.
        if (++listeners === 2) listener();
        return () => {};
      },
    });
    expect({ exit, out, err }).toEqual({ exit: 130, out: "", err: "" });
    expect(readdirSync(folder)).toEqual(["trace.jsonl"]);
    expect(readFileSync(file, "utf8")).toBe("before");
  });

  test("has all that is new, and its old rights", async () => {
    writeFileSync(file, "before", { mode: 0o600 });
    expect(await fanout([...ARGV, file], talk)).toEqual({ exit: 0, out: "", err: "" });
    expect(readdirSync(folder)).toEqual(["trace.jsonl"]);
    expect(readFileSync(file, "utf8")).toBe((await fanout(ARGV.slice(0, -1), talk)).out);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

test("JUnit has no character that XML has not", async () => {
  const { exit, out } = await fanout([
    "check",
    migrated("09-junit-noncharacter.json"),
    "--json",
    "--junit",
    "-",
  ]);
  expect(exit).toBe(1);
  const xml = out.slice(out.indexOf("<?xml"));
  expect(xml).toContain("a &lt;b&gt; ]]&gt; &amp;");
  expect(xml).toMatch(/^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u);
});

test("a knob on a field that its line has not: it says so, and does not name the same again", async () => {
  const { exit, err } = await fanout(["run", fileOf("08-knob-message.json")]);
  expect(exit).toBe(2);
  expect(err).toContain(
    'knobs.0: "workload.0.everyMs.minMs": the path leads nowhere: workload.0.everyMs is not set, and a line with atMs has none\n',
  );
});

test("breaches that time does not suffice to tell are told as they were found, and it is said what is left out", async () => {
  const names = Array.from({ length: 50 }, (_, i) => `r${i}`);
  const rule = { type: "count", statement: "S.", of: { event: "message" }, atMost: 0 };
  const text = small({
    clients: [{ name: "A", count: 200, transport: "websocket" }],
    workload: [{ from: "A-1", atMs: 500 }],
    rules: names,
    ownRules: Object.fromEntries(names.map((name) => [name, rule])),
  });
  lookedAt(1);
  const { exit, out } = await fanout(["check", "-", "--time", "50ms", "--json"], text);
  expect(exit).toBe(1);
  const { verdicts } = JSON.parse(out) as ReportDocument;
  const told = verdicts.map(({ counterexample }) => counterexample!.fingerprint !== "");
  expect(told[0]).toBe(true);
  expect(told.filter(Boolean).length).toBeLessThan(5);
  expect(verdicts.at(-1)).toMatchObject({ isUnfinished: true, counterexample: { story: [], mermaid: "" } });

  lookedAt(1);
  const asText = await fanout(["check", "-", "--time", "50ms"], text);
  expect(asText.out.replace(/\s+/g, " ")).toContain(
    "Time was over before it could be told: its story, its diagram and repairs are left out.",
  );
});

describe("Ctrl-C in a large run", () => {
  /** Each message is one event and a thousand records. */
  const large = small({
    durationMs: 86_400_000,
    clients: [{ name: "A", count: 1000, startConnected: true }],
    servers: { count: 1 },
    workload: [{ from: "A-1", everyMs: 100 }],
  });
  const interrupted = (argv: readonly string[]) => {
    lookedAt(2);
    return fanout(argv, large, {
      onInterrupt: (listener) => {
        setImmediate(listener);
        return () => {};
      },
    });
  };

  test("what would take long to read is left out, and it is said", async () => {
    const { exit, out, err } = await interrupted(["run", "-"]);
    expect({ exit, err }).toEqual({ exit: 130, err: "" });
    expect(out).toMatch(/\nsent {9}[\d,]+ copies\n/);
    expect(out).toMatch(/\nleft out {5}all else: to read [\d,]{7,} records takes longer than Ctrl-C may\./);
    expect(out).not.toContain("fingerprint");
  });

  test("events that send to twenty thousand are not waited for by the thousand", async () => {
    lookedAt(200);
    const crowd = small({
      clients: [{ name: "A", count: 20_000, startConnected: true }],
      workload: [{ from: "A-1", everyMs: 1 }],
    });
    const { exit, out } = await fanout(["run", "-"], crowd, {
      onInterrupt: (listener) => {
        setImmediate(listener);
        return () => {};
      },
    });
    expect(exit).toBe(130);
    // As many as are sent between two looks, and what one event adds.
    expect(out).toMatch(/\nsent {9}(.*, )?1[0-4]\d,\d{3} copies\n/);
  });

  test.runIf(IS_DEEP)("as one document too", async () => {
    const { out } = await interrupted(["run", "-", "--json"]);
    const { endedBy, copies, leftOut } = JSON.parse(out) as {
      endedBy: string;
      copies: Record<string, number>;
      leftOut: string;
    };
    expect({ endedBy, leftOut }).toEqual({
      endedBy: "interrupted",
      leftOut: expect.stringContaining("all else"),
    });
    expect(copies.sent).toBe(copies.delivered! + copies.lost! + copies.inFlight!);
  });
});

test("no variant is parsed with the choices of its scenario, however many there are", () => {
  const purposes = ["loss", "balancing", "send gap", "first send"];
  const parses = vi.spyOn(scenarioSchema, "safeParse");
  const { ok } = parseScenario(
    small({
      choices: Object.fromEntries(
        purposes.map((purpose) => [purpose, Array.from({ length: 1000 }, () => 1)]),
      ),
      variants: Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [`v${i}`, { title: "V", set: { "servers.count": 2 } }]),
      ),
    }),
  );
  expect(ok).toBe(true);
  expect(parses).toHaveBeenCalledTimes(51);
  const withChoices = parses.mock.calls.filter(([document]) => (document as { choices?: object }).choices);
  expect(withChoices).toHaveLength(1);
});

describe("the built command", () => {
  /** What the command does with this standard input, run so by Node. */
  async function built(argv: readonly string[], input: number | "ignore", node: readonly string[] = []) {
    const child = spawn(process.execPath, [...node, await builtCommand(), ...argv], {
      stdio: [input, "pipe", "pipe"],
    });
    const [out, err] = await Promise.all(
      [child.stdout!, child.stderr!].map(async (stream) => Buffer.concat(await stream.toArray()).toString()),
    );
    const exit =
      child.exitCode ?? (await new Promise<number | null>((resolve) => child.on("close", resolve)));
    return { exit, out, err };
  }

  test.runIf(IS_DEEP)("says that standard input is a folder, not that it is empty", async () => {
    expect(await built(["run", "-"], openSync("/", "r"))).toEqual({
      exit: 2,
      out: "",
      err: "error: can't read standard input: it is a folder\n",
    });
  });

  test("has no more threads than work", async () => {
    const telling = `
      import { syncBuiltinESMExports } from "node:module";
      import threads from "node:worker_threads";
      threads.Worker = class extends threads.Worker {
        constructor(...all) { super(...all); process.stderr.write("thread\\n"); }
      };
      syncBuiltinESMExports();`;
    const { exit, err } = await built(
      ["check", "polling-handshake", "-V", "cookie", "--runs", "20", "--workers", "64"],
      "ignore",
      ["--import", `data:text/javascript,${encodeURIComponent(telling)}`],
    );
    expect({ exit, err }).toEqual({ exit: 0, err: "thread\n" });
  });
});
