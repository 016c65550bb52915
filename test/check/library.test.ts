/** What a program asks of the library: nonsense is refused with its name, and what a run leaves behind has names for all its numbers. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as library from "../../src/index.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import { small } from "../scenario/samples.ts";
import { IS_DEEP, sampled } from "../support/depth.ts";

const { arbitraries, check, parseScenario, refute, Run, rules, simulate, valuesWith } = library;

function read(text: string): library.Scenario {
  const parsed = parseScenario(text);
  if (!parsed.ok) throw new Error(library.formatErrors(parsed.errors));
  return parsed.scenario;
}

const scenario = read(small({ durationMs: 600 }));

describe("refused are, with their name, what was found and what is allowed:", () => {
  it.each<[() => unknown, string]>([
    [() => simulate(scenario, { maxEvents: Number.NaN }), "maxEvents: found NaN; allowed: a whole number"],
    [() => simulate(scenario, { untilUs: Number.NaN }), "untilUs: found NaN; allowed: a whole number from 0"],
    [() => simulate(scenario, { untilUs: -1 }), "untilUs: found -1"],
    [() => simulate(scenario, { maxCopies: 0.5 }), "maxCopies: found 0.5"],
    [() => simulate(scenario, { seed: Number.POSITIVE_INFINITY }), "seed: found Infinity"],
    [() => new Run(scenario, { maxEvents: "many" as never }), 'maxEvents: found "many"'],
    [
      () => check(scenario, { maxEvents: Number.NaN }),
      "maxEvents: found NaN; allowed: a whole number from 1",
    ],
    [() => arbitraries.trials(scenario, { crashes: Number.NaN }), "bounds.crashes: found NaN; allowed: a"],
    [() => arbitraries.trials(scenario, { lateMs: -1 }), "bounds.lateMs: found -1; allowed: a number of ms"],
    [() => arbitraries.trials({ version: 1 } as never), "this is no valid scenario"],
    [() => arbitraries.scenarios({ policies: [] }), "policies: found []; allowed: a list of at least one"],
    [() => arbitraries.scenarios({ servers: [Number.NaN, 2] }), "servers[0]: found NaN; allowed: a whole"],
    [
      () => arbitraries.scenarios({ servers: [2, 1] }),
      "servers[0]: found 2; allowed: a whole number from 1 to 1",
    ],
    [
      () => arbitraries.scenarios({ proxies: [Number.NaN] }),
      "proxies[0]: found NaN; allowed: a whole number",
    ],
    [() => refute(library.BELIEFS[0]!, Number.NaN), "seed: found NaN; allowed: a whole number"],
    [() => valuesWith({ connections: Number.NaN }), 'connections: found "NaN"; allowed is a number from'],
    [() => valuesWith({ connections: null }), 'connections: found "null"; allowed is a number from'],
    [() => valuesWith({ connection: 5 } as never), 'there is no input "connection"; inputs: connections'],
  ])("%s", (ask, message) => {
    expect(ask).toThrow(message);
  });
});

describe("trials of a scenario", () => {
  /** Walks from a trial to ever smaller ones, and says what is wrong with the first that no scenario can be. */
  function wrongWith(trials: fc.Arbitrary<library.Scenario>, seed: number): string | null {
    let [one] = fc.sample(trials, { numRuns: 1, seed });
    for (let place = seed; one !== undefined; place += 3) {
      const parsed = validateScenario(one);
      if (!parsed.ok) return library.formatErrors(parsed.errors);
      const smaller = [...trials.shrink(one, undefined).take(12)];
      one = smaller[place % Math.max(1, smaller.length)]?.value;
    }
    return null;
  }

  const lessons = readdirSync("simulations", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it.each(sampled(lessons, 8))("are scenarios, and so is whatever they shrink into: $name", ({ name }) => {
    const lesson = read(readFileSync(`simulations/${name}/scenario.json`, "utf8"));
    for (let seed = 1; seed <= (IS_DEEP ? 6 : 1); seed++)
      expect(wrongWith(arbitraries.trials(lesson, { crashes: 2, losses: 1 }), seed)).toBeNull();
  });

  it("take of bounds that are not given what check takes", () => {
    const [bare] = fc.sample(arbitraries.trials(scenario), { numRuns: 1, seed: 1 });
    for (const bounds of [{}, { losses: 0 }, { lateMs: undefined as never }]) {
      const [some] = fc.sample(arbitraries.trials(scenario, bounds), { numRuns: 1, seed: 1 });
      expect(some!.network).toEqual(bare!.network);
      expect(check(scenario, { rules: [rules.conservation], runs: 1, bounds }).bounds).toEqual(
        check(scenario, { rules: [rules.conservation], runs: 1 }).bounds,
      );
    }
    // On time, unlike by default.
    const [onTime] = fc.sample(arbitraries.trials(scenario, { lateMs: 0 }), { numRuns: 1, seed: 1 });
    expect(onTime!.network).toEqual(scenario.network);
    expect(bare!.network).not.toEqual(scenario.network);
  });
});

describe("the numbers of a trace", () => {
  /** Closed lists, as RECORDS says what a column is a number of, and what the library calls their members. */
  const LISTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    frame: library.FrameKind,
    cause: library.Cause,
    reason: library.EndReason,
    audience: library.Audience,
    request: library.RequestKind,
    transport: library.TransportKind,
    closeReason: library.CloseReason,
    limit: library.LimitKind,
    recovery: library.RecoveryOutcome,
    outcome: library.Outcome,
  };
  /** What is no list: nodes, rows, amounts, and members of machines, which a run names itself. */
  const OPEN =
    /^(client|server|place|node|message|copy|exchange|session|end|fault|entity|state|count|status|errorCode|subject|flight|target|machine)$/;

  it("have names in the library, each list", () => {
    const kinds = new Set(
      Object.values(library.RECORDS).flatMap(({ columns }) => Object.values(columns).map(({ is }) => is)),
    );
    expect([...kinds].filter((kind) => !OPEN.test(kind)).sort()).toEqual(Object.keys(LISTS).sort());
  });

  it("are read by them, and said in words", () => {
    const { trace } = simulate(read(readFileSync("simulations/polling-handshake/scenario.json", "utf8")));
    const { at, FrameKind, RecordKind, REQUEST_NAMES, RequestKind } = library;
    const rows = Array.from({ length: trace.length }, (_, row) => row);
    const requests = rows.filter((row) => trace.kind[row] === RecordKind.request);
    const [first] = requests.map((row) => trace[at.request.kind][row]!);
    expect(first).toBe(RequestKind.handshake);
    expect(REQUEST_NAMES[first!]).toBe("GET polling handshake");
    const frames = rows.filter((row) => trace.kind[row] === RecordKind.frame);
    expect(frames.some((row) => trace[at.frame.kind][row] === FrameKind.handshakeGet)).toBe(true);
    expect(library.FRAMES.handshakeGet.label).toBe("GET handshake");
    expect(library.CLOSE_REASON_NAMES[library.CloseReason.pingTimeout]).toBe("ping timeout");
  });
});
