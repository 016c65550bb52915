/** The application's view of messages agrees with the books of their copies: what was accepted, told, done and handed on. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { Audience, RecordKind } from "../../src/model/trace/records.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { countOutcomes, readTasks } from "../../src/run/outcomes.ts";
import type { RunResult } from "../../src/run/result.ts";
import { Run } from "../../src/run/run.ts";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, parseScenario, withSettings } from "../../src/scenario/parse.ts";
import { runLab } from "../support/ground-truth.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";

/** Where both do not add up. */
function differences(run: RunResult): string[] {
  const tasks = readTasks(run);
  const counts = countOutcomes(tasks);
  const { messages, copies } = readLedger(run.trace);
  const { accepted, acknowledged, failed, unheard, waiting, unasked, notDone, once, again } = counts;
  const sums = [acknowledged + failed + unheard + waiting + unasked, notDone + once + again];
  const wrong = sums.filter((sum) => sum !== accepted).map((sum) => `${sum} of ${accepted} accepted`);
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const { message, doneUs } of tasks) {
    const { audience, copies: own } = byId.get(message)!;
    const arrived = own
      .map((copy) => copies[copy]!)
      .reduce((sum, { fate, duplicates }) => sum + (fate === Fate.delivered ? 1 + duplicates : 0), 0);
    const isWrong =
      audience === Audience.task ? arrived !== doneUs.length : arrived > 0 && doneUs.length === 0;
    if (isWrong)
      wrong.push(`message ${message} arrived ${arrived} times and was done ${doneUs.length} times`);
  }
  return wrong;
}

describe("what senders were told and servers did", () => {
  it("agrees with what became of the copies, in generated scenarios", () => {
    check(
      scenarios,
      (scenario) => {
        const run = new Run(scenario, { maxEvents: 4000 });
        run.finish();
        expect(differences(run.result())).toEqual([]);
      },
      { runs: 300 },
    );
  });

  it("leaves out what somebody answers by a channel, which their page never sent", () => {
    const text = readFileSync("simulations/one-conversation/scenario.json", "utf8");
    const parsed = parseScenario(text);
    const asking = parsed.ok ? withSettings(parsed.scenario, { "clients.*.delivery": "ack" }) : parsed;
    if (!asking.ok) throw new Error(formatErrors(asking.errors));
    const run = simulate(asking.scenario);
    const { messages } = readLedger(run.trace);
    const tasks = readTasks(run);
    expect(tasks.length).toBeGreaterThan(0);
    expect(tasks.length).toBeLessThan(messages.length);
    expect(tasks.filter(({ triedUs }) => triedUs.length === 0)).toEqual([]);
    expect(differences(run)).toEqual([]);
  });

  it.each([
    ["server", RecordKind.done],
    ["d", RecordKind.handedOn],
  ])("would be seen to differ if a record of what was done were missing: to %s", (to, missing) => {
    const { result } = runLab({
      durationMs: 3000,
      clients: [
        { name: "c", transport: "websocket", startConnected: true, delivery: "ack" },
        { name: "d", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1 },
      workload: [{ from: "c", to, atMs: 100 }],
    });
    expect(differences(result)).toEqual([]);
    const { kind, length } = result.trace;
    for (let row = 0; row < length; row++) if (kind[row] === missing) kind[row] = RecordKind.looking;
    expect(differences(result)).toEqual(["message 0 arrived 1 times and was done 0 times"]);
  });
});
