/**
 * The table *part × cause* says what happens: each part is seen to inflict every cause, and to bring about every end,
 * that it declares, and no other. Who noted a copy's cause is read off the world: it changed while that part, and no
 * part that it had sent to, was at work.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { scenarios as scenariosWithin } from "../../src/check/arbitraries.ts";
import { SeededChoices } from "../../src/kernel/choices.ts";
import { none } from "../../src/model/backplane/none.ts";
import { NO_CAUSE, ORACLE_CAUSES } from "../../src/model/fate/oracle.part.ts";
import { PARTS } from "../../src/model/parts.ts";
import { Simulation } from "../../src/model/simulation.ts";
import { Cause, type CauseName } from "../../src/model/trace/causes.ts";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { PURPOSES } from "../../src/model/trace/purposes.ts";
import { EVENT_BITS } from "../../src/model/world/part.ts";
import { buildSettings } from "../../src/scenario/build.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { DEPTH } from "../support/depth.ts";
import { labScenario } from "../support/ground-truth.ts";
import { OCCASIONS } from "../support/occasions.ts";
import rare from "../support/rare-causes.json" with { type: "json" };
import { scenarios } from "../support/scenarios.ts";

/** Scenarios drawn of each kind. What so few do not show is among the occasions and the rare ones. */
const DRAWN = DEPTH === 1 ? 200 : 800;

type Lab = Parameters<typeof labScenario>[0];

/** Noted on behalf of somebody whose name the trace does not have: the oracle, and the backplane that there is none of. */
const NOBODYS: readonly CauseName[] = [...ORACLE_CAUSES, ...none.causes];

const CAUSES = Object.keys(Cause);
const ENDS = Object.keys(EndReason);
const nameOf = (number: number) => PARTS.find((part) => part.number === number)!.name;

/** Pairs «part: cause» and «part: end …» that a run shows. */
function inflicted(scenario: Scenario, maxEvents: number, seen: Set<string>): void {
  const world = new Simulation(buildSettings(scenario), new SeededChoices(scenario.seed, PURPOSES), {
    trace: false,
  });
  const { reasons, ends } = world;
  const known: number[] = [];
  let knownEnds = 0;
  /** Notes what has changed since the last time, as this part's doing; nobody's before the first event. */
  const note = (part: number | null) => {
    for (let reason = 0; reason < reasons.rows; reason++) {
      const cause = reasons.cause[reason]!;
      if (cause === known[reason]) continue;
      known[reason] = cause;
      if (part === null || cause === NO_CAUSE || NOBODYS.includes(CAUSES[cause] as CauseName)) continue;
      seen.add(`${nameOf(part)}: ${CAUSES[cause]}`);
    }
    for (; knownEnds < ends.rows; knownEnds++)
      if (part !== null) seen.add(`${nameOf(part)}: end ${ENDS[ends.reason[knownEnds]!]}`);
  };
  const working: (number | null)[] = [null];
  const { send } = world;
  world.send = (code, entity, x, y) => {
    note(working.at(-1)!);
    working.push(code >> EVENT_BITS);
    send.call(world, code, entity, x, y);
    note(working.pop()!);
  };
  for (let events = 0; events < maxEvents && world.step(scenario.durationMs * 1000); events++);
}

const declared = new Set(
  PARTS.flatMap(({ name, causes = [], ends = [] }) => [
    ...causes.map((cause) => `${name}: ${cause}`),
    ...ends.map((end) => `${name}: end ${end}`),
  ]),
);

describe("the causes and ends that parts declare", () => {
  const seen = new Set<string>();
  const unseen = (pairs: Iterable<string>) => [...pairs].filter((pair) => !seen.has(pair)).sort();

  beforeAll(() => {
    for (const { lab } of OCCASIONS) inflicted(labScenario(lab), 20_000, seen);
    for (const { shows, scenario } of rare) {
      inflicted(labScenario(scenario as Lab), 20_000, seen);
      if (!seen.has(shows)) throw new Error(`the scenario kept for «${shows}» no longer shows it`);
    }
    const polling = { transports: ["polling-first", "polling"], idleTimeoutMs: [400] } as const;
    const kinds = [
      scenarios,
      scenariosWithin({ ...polling, faultsOf: ["balancer"], faults: [true] }),
      scenariosWithin({ ...polling, faultsOf: ["server", "link"], faults: [true] }),
    ];
    for (const some of kinds)
      for (const scenario of fc.sample(some, { numRuns: DRAWN, seed: 1 })) inflicted(scenario, 1500, seen);
  });

  it("are those that they are seen to inflict", () => {
    expect([...seen].filter((pair) => !declared.has(pair)).sort()).toEqual([]);
  });

  it("are all seen", () => {
    expect(unseen(declared)).toEqual([]);
  });

  it("would be found if a part declared one that it never inflicts", () => {
    expect(unseen([...declared, "heartbeat: idleClosed"])).toEqual(["heartbeat: idleClosed"]);
  });
});
