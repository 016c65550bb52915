/** HAProxy's rate-limit sessions: what comes too fast waits in the accept queue. Ground-truth 35-haproxy-rate-limit. */
import { describe, expect, it } from "vitest";
import type * as library from "../../src/index.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { IS_DEEP } from "../support/depth.ts";
import { casesOf, expectNear, labScenario, runLab } from "../support/ground-truth.ts";
import { loadMutant } from "../support/mutant.ts";

type Library = typeof library;

/** WebSockets that come at these times, and do not come again. */
const lab = (comesMs: readonly number[], rateLimitSessions: number, more: Partial<ScenarioInput> = {}) => ({
  durationMs: 8000,
  clients: comesMs.map((ms, i) => ({
    name: `c${i}`,
    startMs: ms,
    transport: "websocket" as const,
    reconnectionDelayMs: 60_000,
    reconnectionDelayMaxMs: 60_000,
  })),
  servers: { count: 1 },
  balancer: { kind: "haproxy", rateLimitSessions } as NonNullable<ScenarioInput["balancer"]>,
  ...more,
});

/** When clients had their answers, in the order of the clients. ms */
const answersMs = (run: ReturnType<typeof runLab>) =>
  run
    .records(RecordKind.response)
    .sort((one, other) => one[2]! - other[2]!)
    .map(([ms, , , status]) => [ms!, status!] as const);

describe("experiment 35: HAProxy's rate-limit sessions", () => {
  it.each(casesOf("35"))("$id", ({ setup, observed: seen }) => {
    const answers = answersMs(
      runLab(
        lab(
          seen.rows.map(([ms]: number[]) => ms),
          setup.sessionsPerS,
        ),
      ),
    );
    expect(answers.map(([, status]) => status)).toEqual(seen.rows.map((row: number[]) => row[2]));
    for (const [i, [ms]] of answers.entries()) {
      const [comesMs, waitMs] = seen.rows[i];
      expectNear(ms - comesMs, [waitMs, waitMs], 40, "ms");
    }
  });
});

describe("a pace", () => {
  it("lets in as many as it says at once, and then one for each share of a second", () => {
    const run = runLab(lab([0, 0, 0, 0, 0, 0], 2));
    // By hand: 2 at 0.1 ms, the next as soon as less than one of them is a second old or less, then each half second.
    const [, , ...later] = answersMs(run).map(([ms]) => Math.round(ms));
    expect(later).toEqual([1001, 1501, 2001, 2501]);
    const counts = run.records(RecordKind.open).map((row) => row[2]);
    expect(Math.max(...(counts as number[]))).toBe(2);
  });

  it("makes who finds the accept queue full knock again", () => {
    const run = runLab(
      lab([0, 0, 0], 1, { balancer: { kind: "haproxy", rateLimitSessions: 1, backlog: 1 } as never }),
    );
    const [, second, third] = answersMs(run).map(([ms]) => ms);
    expectNear(second!, [1001], 2, "ms");
    // Knocked at 1 s, when the second had just gone in or stood there still, and stood in the queue then.
    expect(third!).toBeGreaterThan(second! + 990);
  });

  it.runIf(IS_DEEP)("is judged: who accepts all that come is found out", async () => {
    const mutant = await loadMutant<Library>(
      "src/model/balancer/accept-queue.ts",
      "countSessions(world, balancer) >= world.balancers.mostSessions[balancer]",
      "countSessions(world, balancer) < 0",
      "src/index.ts",
    );
    const scenario = labScenario(lab([0, 0, 0], 2));
    const { verdicts } = mutant.check(scenario, { rules: [mutant.rules["within-limits"]], runs: 1 });
    expect(verdicts[0]).toMatchObject({ outcome: "broken", counterexample: { key: "exceeded" } });
  });
});
