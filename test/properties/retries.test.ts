/**
 * A balancer that gives up a server's try goes on to another: what the one that was given up still says, or still
 * hears, must not be taken for the next one's. Held against nginx's rules, over scenarios in which servers time out
 * all the time.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exchangePart } from "../../src/model/balancer/exchange.part.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { Run } from "../../src/run/run.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import { POLICY_NAMES, type Scenario, TRANSPORTS } from "../../src/scenario/schema.ts";
import { IS_DEEP } from "../support/depth.ts";
import { loadMutant } from "../support/mutant.ts";
import { check } from "../support/property.ts";

/** Idle timeouts below the servers' round trips, links that are cut, and servers that are let in again at once. */
const impatient: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(1_000_000),
    count: fc.integer({ min: 1, max: 4 }),
    transport: fc.constantFrom(...TRANSPORTS),
    policy: fc.constantFrom(...POLICY_NAMES),
    servers: fc.integer({ min: 2, max: 4 }),
    idleTimeoutMs: fc.integer({ min: 20, max: 300 }),
    failTimeoutMs: fc.constantFrom(1, 50, 10_000),
    farMs: fc.integer({ min: 5, max: 200 }),
    loss: fc.constantFrom(0, 0.1),
    faults: fc.array(
      fc.record({
        atMs: fc.nat(1900),
        act: fc.constantFrom("cut" as const, "heal" as const),
        server: fc.integer({ min: 1, max: 2 }),
      }),
      { maxLength: 6 },
    ),
  })
  .map((shape) => {
    const parsed = validateScenario({
      version: 1,
      name: "s",
      title: "s",
      summary: "s",
      durationMs: 2000,
      seed: shape.seed,
      clients: [{ name: "c", count: shape.count, transport: shape.transport, cookies: true }],
      servers: { count: shape.servers, pingIntervalMs: 200, pingTimeoutMs: 300 },
      balancer: {
        policy: shape.policy,
        idleTimeoutMs: shape.idleTimeoutMs,
        failTimeoutMs: shape.failTimeoutMs,
      },
      network: {
        server: {
          latencyMs: { distribution: "uniform", minMs: 1, maxMs: shape.farMs },
          loss: shape.loss,
        },
      },
      faults: shape.faults.map(({ atMs, act, server }) => ({
        atMs,
        act,
        target: `balancer/server-${server}`,
      })),
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return parsed.scenario;
  });

/** What is wrong with how a run's requests were tried; null if nothing is. */
function wrong(SomeRun: typeof Run, scenario: Scenario): string | null {
  const run = new SomeRun(scenario);
  // Tunnels that lead astray seldom last until the end.
  while (run.events < 5000 && run.step()) {
    const astray = run.events % 8 === 0 ? ledAstray(run.world) : null;
    if (astray !== null) return astray;
  }
  const { trace } = run.result();
  /** By exchange: the servers that its request was sent to, in order. */
  const tried = new Map<number, number[]>();
  for (let row = 0; row < trace.length; row++) {
    const exchange = trace.a[row]!;
    const node = trace.d[row]!;
    if (trace.kind[row] === RecordKind.request && node >= 0) {
      const before = tried.get(exchange) ?? [];
      if (before.includes(node)) return `request ${exchange} is sent to node ${node} twice`;
      tried.set(exchange, [...before, node]);
    } else if (trace.kind[row] === RecordKind.response && node !== run.world.nodes.first.balancer) {
      if (tried.get(exchange)!.at(-1) !== node)
        return `node ${node} answers ${exchange}, which is with another`;
    }
  }
  return ledAstray(run.world);
}

/** A tunnel to a server that does not have its session; null if there is none. */
function ledAstray(world: Run["world"]): string | null {
  const { exchanges, sessions, tries } = world;
  for (let exchange = 0; exchange < exchanges.rows; exchange++) {
    const session = exchanges.session[exchange]!;
    const isOpen = session >= 0 && world.isIn(exchangePart, exchange, "tunnel");
    if (isOpen && sessions.server[session] !== tries.server[exchanges.current[exchange]!])
      return `tunnel ${exchange} leads to one server, and its session is on another`;
  }
  return null;
}

describe("a request that is tried again", () => {
  it("is tried on each server once at most, and answered by the one that has it", () => {
    check(impatient, (scenario) => expect(wrong(Run, scenario)).toBeNull(), { runs: 300 });
  });

  it.runIf(IS_DEEP).each([
    [
      "servers that were tried before",
      "src/model/balancer/policies/policy.ts",
      " && !wasTried(world, exchange, server)",
      "",
    ],
    [
      "answers of servers that were given up",
      "src/model/balancer/upstream.ts",
      "  if (isOver) return;\n",
      "",
    ],
    [
      "sessions that were created too late",
      "src/model/server/server.ts",
      "if (isAwaited) exchanges.session[exchange] = session;",
      "exchanges.session[exchange] = session;",
    ],
  ])("would be caught if the model forgot %s", async (_, file, find, replace) => {
    const mutant = await loadMutant<{ Run: typeof Run }>(file, find, replace, "src/run/run.ts");
    const property = fc.property(impatient, (scenario) => wrong(mutant.Run, scenario) === null);
    const result = fc.check(property, { numRuns: 3000, seed: 3, endOnFailure: true });
    expect(result.failed).toBe(true);
    // By the property, and not by an error in the mutant.
    expect(String(result.errorInstance)).toContain("returning false");
  });
});
