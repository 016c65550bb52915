/** Deliberate bugs in copies of the model: the properties find each of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/run/run.ts";
import { imbalance } from "../support/imbalance.ts";
import { loadMutant } from "../support/mutant.ts";
import { scenarios } from "../support/scenarios.ts";

type RunClass = typeof Run;

async function mutant(file: string, find: string, replace: string): Promise<RunClass> {
  const module = await loadMutant(file, find, replace, "src/run/run.ts");
  return (module as { Run: RunClass }).Run;
}

/** Conservation, as in conservation.test.ts, for any Run. */
const conservation = (SomeRun: RunClass) =>
  fc.property(scenarios, (scenario) => {
    const run = new SomeRun(scenario);
    while (run.events < 1500 && run.step())
      if (run.events % 16 === 0 && imbalance(run.world) !== null) return false;
    return imbalance(run.world) === null;
  });

/** Seeking, as in determinism.test.ts, for any Run. */
const seeking = (SomeRun: RunClass) =>
  fc.property(scenarios, fc.nat(800), (scenario, stop) => {
    const straight = new SomeRun(scenario);
    const seeking = new SomeRun(scenario);
    straight.seekEvent(1000);
    seeking.seekEvent(1000);
    seeking.seekEvent(stop);
    seeking.seekEvent(1000);
    return seeking.result().fingerprint === straight.result().fingerprint;
  });

const found = (property: ReturnType<typeof conservation> | ReturnType<typeof seeking>) =>
  fc.check(property as ReturnType<typeof conservation>, { numRuns: 2000, endOnFailure: true, seed: 7 })
    .failed;

describe("conservation finds", () => {
  it.each([
    ["a copy that nobody carries", "src/model/server/adapter.ts", "    carry(world, copy);\n", ""],
    [
      "a send buffer that is forgotten",
      "src/model/server/session.ts",
      "  dropPackets(world, sessions.writeBuffer[session], false, why, place);\n",
      "",
    ],
    [
      "a publish that is not counted",
      "src/model/backplane/backplane.ts",
      "      addBranch(world, message);\n",
      "",
    ],
    [
      "packets of a closed connection that are not settled",
      "src/model/network/tcp.ts",
      "    if (isUnread) dropCargo(world, segments.frame[segment], segments.subject[segment], why, from, to);\n",
      "",
    ],
  ])("%s", async (_, file, find, replace) => {
    expect(found(conservation(await mutant(file, find, replace)))).toBe(true);
  });

  it("nothing in an unchanged copy", async () => {
    const copy = await mutant("src/model/server/adapter.ts", "carry(world, copy);", "carry(world, copy);");
    expect(fc.check(conservation(copy), { numRuns: 100, seed: 7 }).failed).toBe(false);
  });
});

describe("seeking finds", () => {
  it.each([
    [
      "a table that is not saved",
      "src/model/simulation.ts",
      "value !== this.trace",
      "value !== this.trace && value !== this.balancers",
    ],
    ["choices that are not restored", "src/model/simulation.ts", "    choices.restore(saved.choices);\n", ""],
  ])("%s", async (_, file, find, replace) => {
    expect(found(seeking(await mutant(file, find, replace)))).toBe(true);
  });
});
