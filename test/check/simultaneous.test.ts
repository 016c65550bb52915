/** What is simultaneous on different nodes goes in either order in a search; a single run keeps to the order of scheduling. */
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.ts";
import { Coverage } from "../../src/check/coverage.ts";
import { explore } from "../../src/check/exhaustive.ts";
import { searchBatch } from "../../src/check/random.ts";
import type { Rule } from "../../src/check/rule.ts";
import { MAX_EVENTS, runTrial } from "../../src/check/trial.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { explored, scenario } from "./exploring.ts";

const ON_TIME = { lateMs: 0, lateSteps: 1, losses: 0, crashes: 0 };

/**
 * Redis is away for a while. Both servers' clients are ready again in the same microsecond, as all latencies are constant: then each
 * subscribes, and publishes what was kept meanwhile. Whoever publishes before the other has subscribed is not heard there.
 */
const outage = (from: string) =>
  scenario({
    durationMs: 12_000,
    clients: [
      { name: "a", transport: "websocket" },
      { name: "b", transport: "websocket", startMs: 50 },
    ],
    servers: { count: 2 },
    backplane: { kind: "redis" },
    workload: [{ from, to: "others", atMs: 4500 }],
    faults: [
      { atMs: 4000, act: "crash", target: "backplane" },
      { atMs: 5000, act: "restart", target: "backplane" },
    ],
  });

const never = (name: string, kind: RecordKind): Rule => ({
  name,
  kind: "always",
  statement: "-",
  watch: () => ({
    sees: [kind],
    see: () => ({ key: "so", text: "-", clients: [], message: -1 }),
    digest: () => {},
  }),
});
const RULES = [never("is lost", RecordKind.lost), never("arrives", RecordKind.delivered)];

/** What becomes of the one message in a run. */
const outcomeOf = (one: ReturnType<typeof outage>) =>
  runTrial(one, RULES).watch.found.map(({ rule }) => rule);

describe("a message that is published when two Redis clients are ready in the same microsecond", () => {
  it.each([
    ["a", "is lost"],
    ["b", "arrives"],
  ])("from %s %s in a single run, in which the first server goes first", (from, outcome) => {
    expect(outcomeOf(outage(from))).toEqual([outcome]);
  });

  it.each(["a", "b"])(
    "from %s is lost or arrives, as an exhaustive search sees, and each run can be repeated",
    (from) => {
      const { found } = explored(explore, outage(from), RULES, ON_TIME, 2);
      expect(found.map(({ violation, scenario }) => [violation.rule, outcomeOf(scenario)]).sort()).toEqual([
        ["arrives", ["arrives"]],
        ["is lost", ["is lost"]],
      ]);
    },
  );

  it.each(["a", "b"])("from %s is lost or arrives, as a random search sees", (from) => {
    const options = { bounds: ON_TIME, seed: 1, batch: 0, runs: 100, maxEvents: MAX_EVENTS };
    const { found } = searchBatch(outage(from), RULES, options, new Coverage());
    expect(found.map(({ violation, scenario }) => [violation.rule, outcomeOf(scenario)]).sort()).toEqual([
      ["arrives", ["arrives"]],
      ["is lost", ["is lost"]],
    ]);
  });

  it("has a story that says when the order was chosen, and only where it was", () => {
    const lossy = { type: "count", statement: "S.", of: { event: "lost" }, per: "run", atMost: 0 } as const;
    const chosenIn = (from: string) => {
      const one = scenario({ ...outage(from), rules: ["lossless"], ownRules: { lossless: lossy } });
      const [verdict] = check(one, { runs: 20, bounds: { lateMs: 0 } }).verdicts;
      if (verdict?.outcome !== "broken") throw new Error(`found ${verdict?.outcome}`);
      const { scenario: found, story } = verdict.counterexample;
      const said = story.filter(({ text }) =>
        text.includes("nodes at which something happens in the same microsecond"),
      );
      return { lists: found.choices, said: said.map(({ timeUs }) => timeUs) };
    };
    // Whoever is scheduled first loses it; of the other, only a run in which another goes first does.
    expect(chosenIn("a")).toEqual({ lists: undefined, said: [] });
    const { lists, said } = chosenIn("b");
    expect(lists).toHaveProperty(["order of what is simultaneous"]);
    expect(said).not.toEqual([]);
  });

  it("is not said to be mended by what only changes at which server it begins", () => {
    const lossy = { type: "count", statement: "S.", of: { event: "lost" }, per: "run", atMost: 0 } as const;
    // a comes to the second server first, for that weighs more: in a single run what that publishes is heard.
    const balancer = { servers: { "server-2": { weight: 2 } } };
    expect(outcomeOf(scenario({ ...outage("a"), balancer }))).toEqual(["arrives"]);
    const one = scenario({
      ...outage("a"),
      rules: ["lossless"],
      ownRules: { lossless: lossy },
      variants: { weighed: { title: "a begins at the second", set: { balancer } } },
    });
    const [verdict] = check(one, { runs: 20, bounds: { lateMs: 0 } }).verdicts;
    if (verdict?.outcome !== "broken") throw new Error(`found ${verdict?.outcome}`);
    expect(verdict.repairs.map(({ variant }) => variant)).not.toContain("weighed");
  });
});
