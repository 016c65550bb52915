/** What a scenario says in vain is told, and nothing else. */
import { describe, expect, it, test } from "vitest";
import { type Columns, RecordKind } from "../../src/model/trace/records.ts";
import { notesOnRun } from "../../src/run/notes.ts";
import { simulate } from "../../src/run/simulate.ts";
import { notesOn } from "../../src/scenario/notes.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario, ScenarioInput } from "../../src/scenario/schema.ts";
import { fanout } from "../cli/support.ts";
import { LESSON_VARIANTS } from "../support/lessons.ts";

const LINE = { from: "A", to: "others", atMs: 100 } as const;

function inputOf(changes: Partial<ScenarioInput>) {
  return {
    version: 1 as const,
    name: "s",
    title: "s",
    summary: "s",
    durationMs: 1000,
    clients: [{ name: "A" }, { name: "B" }],
    servers: { count: 2 },
    backplane: { kind: "redis" as const },
    network: { client: { latencyMs: 20 } },
    ...changes,
  };
}

function scenarioOf(changes: Partial<ScenarioInput>): Scenario {
  const parsed = validateScenario(inputOf(changes));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.scenario;
}

/** A trace, record by record. */
function recordsOf({ length, timeUs, kind, a, b, c, d, e }: Columns): number[][] {
  return Array.from({ length }, (_, row) => [timeUs, kind, a, b, c, d, e].map((column) => column[row]!));
}

describe("a line that does nothing is told", () => {
  test.each<[string, Partial<ScenarioInput>, string]>([
    [
      "a restart of what runs",
      { faults: [{ atMs: 10, act: "restart", target: "server-1" }] },
      "faults.0.act: restart server-1 at 10 ms: it has not crashed by then, so this does nothing",
    ],
    [
      "a restart before the crash, whatever the order of the lines",
      {
        faults: [
          { atMs: 50, act: "crash", target: "server-1" },
          { atMs: 10, act: "restart", target: "server-1" },
        ],
      },
      "faults.1.act: restart server-1 at 10 ms: it has not crashed by then, so this does nothing",
    ],
    [
      "a heal of another link",
      {
        faults: [
          { atMs: 10, act: "cut", target: "A/balancer" },
          { atMs: 20, act: "heal", target: "B/balancer" },
        ],
      },
      "faults.1.act: heal B/balancer at 20 ms: it is neither cut, slow, lossy nor mute by then, so this does nothing",
    ],
    [
      "a resume of who was killed meanwhile",
      {
        faults: [
          { atMs: 10, act: "freeze", target: "server-1" },
          { atMs: 20, act: "crash", target: "server-1" },
          { atMs: 30, act: "resume", target: "server-1" },
        ],
      },
      "faults.2.act: resume server-1 at 30 ms: it is neither frozen nor throttled by then, so this does nothing",
    ],
    ...(["crash", "stop", "disconnect"] as const).map((act): [string, Partial<ScenarioInput>, string] => [
      `a ${act} of a server that is down`,
      {
        faults: [
          { atMs: 10, act: "crash", target: "server-1" },
          { atMs: 20, act, target: "server-1" },
        ],
      },
      `faults.1.act: ${act} server-1 at 20 ms: it is down by then, so this does nothing`,
    ]),
    ...(["A/balancer", "server-1"] as const).map((target): [string, Partial<ScenarioInput>, string] => {
      const [act, is] = target === "server-1" ? (["freeze", "frozen"] as const) : (["cut", "cut"] as const);
      return [
        `a ${act} of what is ${is} already`,
        {
          faults: [
            { atMs: 10, act, target: target === "server-1" ? target : "*/balancer" },
            { atMs: 20, act, target },
          ],
        },
        `faults.1.act: ${act} ${target} at 20 ms: it is ${is} by then, so this does nothing`,
      ];
    }),
    [
      "a reload of a balancer that is down",
      {
        faults: [
          { atMs: 10, act: "crash", target: "balancer" },
          { atMs: 20, act: "reload", target: "balancer" },
        ],
      },
      "faults.1.act: reload balancer at 20 ms: it is down by then, so this does nothing",
    ],
    [
      "a fault after the end",
      { faults: [{ atMs: 1001, act: "crash", target: "server-1" }] },
      "faults.0.atMs: crash server-1 at 1001 ms comes after the end, at 1000 ms",
    ],
    [
      "a fault of a backplane that is not there",
      { backplane: { kind: "none" }, faults: [{ atMs: 1, act: "crash", target: "backplane" }] },
      "faults.0.target: crash backplane: this variant has no backplane",
    ],
    [
      "a line of the balancer's list that is about nobody",
      { balancer: { servers: { "server-3": { weight: 2 } } } },
      "balancer.servers.server-3: this variant has no server-3",
    ],
    [
      "a server that is added after the end",
      { balancer: { servers: { "server-2": { addedMs: 1001 } } } },
      "balancer.servers.server-2.addedMs: server-2 is added at 1001 ms, after the end, at 1000 ms",
    ],
    [
      "a server that is removed after the end",
      { balancer: { servers: { "server-2": { removedMs: 1001 } } } },
      "balancer.servers.server-2.removedMs: server-2 is removed at 1001 ms, after the end, at 1000 ms",
    ],
    [
      "a server that is removed before it is added",
      { balancer: { servers: { "server-2": { addedMs: 500, removedMs: 400 } } } },
      "balancer.servers.server-2.removedMs: server-2 is removed at 400 ms, and added at 500 ms: it stays",
    ],
    [
      "a message after the end",
      { workload: [{ ...LINE, atMs: 1500 }] },
      "workload.0.atMs: A sends at 1500 ms, after the end, at 1000 ms",
    ],
    [
      "messages that begin after the end",
      { workload: [{ from: "A", to: "others", everyMs: 2000 }] },
      "workload.0: A sends for the first time at 2000 ms, after the end, at 1000 ms",
    ],
    [
      "messages of who comes so late that they begin after the end",
      {
        clients: [{ name: "A", startMs: 900 }, { name: "B" }],
        workload: [{ from: "A", to: "others", everyMs: 200 }],
      },
      "workload.0: A sends for the first time at 1100 ms, after the end, at 1000 ms",
    ],
    [
      "messages that are over before they begin",
      { workload: [{ from: "A", to: "others", everyMs: 500, untilMs: 400 }] },
      "workload.0: A sends for the first time at 500 ms, after untilMs, 400 ms",
    ],
    [
      "messages of which even the first is too late to arrive",
      { workload: [{ from: "A", to: "others", everyMs: 985 }] },
      "workload.0: A sends for the first time at 985 ms, too late to arrive before the end, at 1000 ms: the way takes 20 ms at least",
    ],
    [
      "a message too late to arrive",
      { workload: [{ ...LINE, atMs: 990 }] },
      "workload.0.atMs: A sends at 990 ms, too late to arrive before the end, at 1000 ms: the way takes 20 ms at least",
    ],
  ])("%s", (_, changes, said) => {
    expect(notesOn(scenarioOf(changes)).map(({ path, message }) => `${path}: ${message}`)).toEqual([said]);
  });
});

it.each(["crash", "stop", "disconnect"] as const)(
  "a %s of who is down does nothing indeed: but for its own record, the run is the same",
  (act) => {
    const crash = { atMs: 10, act: "crash", target: "server-1" } as const;
    const rest = (faults: Partial<ScenarioInput>["faults"]) => {
      const { trace } = simulate(scenarioOf({ faults, workload: [LINE] }));
      return recordsOf(trace).filter(([, kind]) => kind !== RecordKind.fault);
    };
    expect(rest([crash, { ...crash, atMs: 20, act }])).toEqual(rest([crash]));
    expect(rest([crash])).not.toEqual(rest([]));
  },
);

it.each([
  ["cut", "A/balancer"],
  ["freeze", "server-1"],
  ["freeze", "B"],
  ["freeze", "backplane"],
] as const)("a second %s of %s does nothing indeed", (act, target) => {
  const rest = (times: readonly number[]) => {
    const faults = times.map((atMs) => ({ atMs, act, target }));
    const { trace } = simulate(scenarioOf({ faults, workload: [LINE] }));
    return recordsOf(trace).filter(([, kind]) => kind !== RecordKind.fault);
  };
  expect(rest([50, 70])).toEqual(rest([50]));
  expect(rest([50])).not.toEqual(rest([70]));
});

it("says nothing of what does something", () => {
  const faults = [
    { atMs: 10, act: "crash", target: "server-1" },
    { atMs: 20, act: "restart", target: "server-1" },
    { atMs: 30, act: "cut", target: "*/balancer" },
    { atMs: 40, act: "heal", target: "A/balancer" },
    // B's is cut, A's is not.
    { atMs: 45, act: "cut", target: "*/balancer" },
    { atMs: 50, act: "throttle", target: "B", everyMs: 100 },
    { atMs: 60, act: "resume", target: "B" },
    { atMs: 70, act: "crash", target: "server-1" },
    { atMs: 80, act: "restart", target: "server-1" },
    { atMs: 90, act: "crash", target: "server-1" },
    { atMs: 95, act: "crash", target: "server-2" },
  ] as const;
  expect(notesOn(scenarioOf({ faults: [...faults], workload: [LINE] }))).toEqual([]);
  // «late-one» is no member of «late», which starts too late to send anything.
  const clients = [{ name: "late", count: 2, startMs: 2000 }, { name: "late-one" }, { name: "A" }];
  const early = { from: "late-one", to: "others", everyMs: 200 } as const;
  expect(notesOn(scenarioOf({ clients, workload: [early] }))).toEqual([]);
  for (const { scenario } of LESSON_VARIANTS) expect(notesOn(scenario), scenario.name).toEqual([]);
});

test("both reports have it, beside the faults", async () => {
  const text = JSON.stringify(
    inputOf({ faults: [{ atMs: 10, act: "restart", target: "server-1" }], workload: [LINE] }),
  );
  const note = "faults.0.act: restart server-1 at 10 ms: it has not crashed by then";
  for (const command of [
    ["run", "-"],
    ["check", "-", "--runs", "1"],
  ]) {
    const { out } = await fanout(command, text);
    expect(out).toContain(`note         ${note}`);
    expect(out).toContain("faults       0.010 s restart server-1");
  }
  for (const command of [
    ["run", "-", "--json"],
    ["check", "-", "--runs", "1", "--json"],
  ])
    expect(JSON.parse((await fanout(command, text)).out).notes).toMatchObject([{ path: "faults.0.act" }]);
});

test("a packet that a run never sends is told of that run, and one that it sends is not", async () => {
  const faults = [
    { act: "drop", target: "A/balancer", direction: "up", packet: 1 },
    { act: "delay", target: "A/balancer", direction: "up", packet: 999, byMs: 5 },
  ] as const;
  const text = JSON.stringify(inputOf({ faults: [...faults], workload: [LINE] }));
  const message =
    "delay packet 999 up on A/balancer: this run never sent that many there, so this does nothing";
  const { out } = await fanout(["run", "-"], text);
  expect(out).toContain(`note         faults.1.packet: ${message}`);
  expect(JSON.parse((await fanout(["run", "-", "--json"], text)).out).notes).toEqual([
    { path: "faults.1.packet", message },
  ]);
  for (const { scenario } of LESSON_VARIANTS)
    if (scenario.faults.some((fault) => "packet" in fault))
      expect(notesOnRun(simulate(scenario)), scenario.name).toEqual([]);
});
