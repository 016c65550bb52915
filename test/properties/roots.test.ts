/**
 * Ends of connections and roots of losses, over generated scenarios: each connection ends once, for a reason that
 * comes before whoever hears of it; a loss has a root where something earlier made it so, and none but those that
 * ROOTS lists.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scenarios as scenariosWithin } from "../../src/check/arbitraries.ts";
import { Machine, MODEL } from "../../src/model/parts.ts";
import { CAUSES, Cause, type CauseIndex } from "../../src/model/trace/causes.ts";
import { END_REASONS, EndReason, type EndReasonIndex, SILENCES } from "../../src/model/trace/end-reasons.ts";
import { CloseReason, RecordKind } from "../../src/model/trace/records.ts";
import { ENDS_OF_SILENCE, ROOTS } from "../../src/model/trace/roots.ts";
import { Run } from "../../src/run/run.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import type { Scenario, ScenarioInput } from "../../src/scenario/schema.ts";
import { isEngineIo } from "../../src/scenario/transports.ts";
import { IS_DEEP } from "../support/depth.ts";
import { loadMutant } from "../support/mutant.ts";
import { check } from "../support/property.ts";
import { scenarios } from "../support/scenarios.ts";

const OPENING = ["opening.polling", "opening.websocket"].map((state) =>
  MODEL[Machine.connection].chart.states.indexOf(state),
);
const [ASKING, WAITING] = ["loading.asking", "loading.waiting"].map((state) =>
  MODEL[Machine.client].chart.states.indexOf(state),
);
const isSilence = (root: number | null) => SILENCES.includes(root as EndReasonIndex);

/** Nothing is lost or cut, and nobody is patient: who is cut off is told so soon. */
const PROMPT_MS = 2500;
const prompt = scenariosWithin({
  losses: [false],
  faultsOf: ["server", "balancer", "backplane"],
  idleTimeoutMs: [400],
  pingIntervalMs: [200, 700],
  pingTimeoutMs: [150, 500],
});

/** Server-1's answer to the handshake never arrives, so server-2 is asked: server-1 holds a session that is nobody's. */
const late: fc.Arbitrary<Scenario> = fc.constant(
  parsed({
    durationMs: 6000,
    clients: [{ name: "A", transport: "polling" }],
    servers: { pingIntervalMs: 200, pingTimeoutMs: 500 },
    balancer: { policy: "sticky-cookie", idleTimeoutMs: 400 },
    faults: [{ atMs: 20.2, act: "cut", target: "balancer/server-1" }],
  }),
);

function parsed(input: Partial<ScenarioInput> & Pick<ScenarioInput, "clients">): Scenario {
  const result = validateScenario({
    version: 1,
    name: "s",
    title: "s",
    summary: "s",
    durationMs: 1000,
    ...input,
  });
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

/**
 * What is wrong with the ends and roots in a run's trace; null if nothing is. `soonMs`: how long after an end its
 * client may hear of it.
 */
function wrong(SomeRun: typeof Run, scenario: Scenario, soonMs = Number.POSITIVE_INFINITY): string | null {
  const run = new SomeRun(scenario, { maxEvents: 4000 });
  run.finish();
  const { trace, endUs } = run.result();
  const groups = scenario.clients.flatMap((group) => Array.from({ length: group.count }, () => group));
  /** Reasons of the ends so far, by number. */
  const reasons: number[] = [];
  const sessions = new Set<number>();
  /** By client: when its connections ended, of which it has not heard yet. */
  const unheard = new Map<number, number[]>();
  /** By client: why its latest connection ended. */
  const latest = new Map<number, number>();
  /** How many connections of a client have ended. */
  const ended = new Map<number, number>();
  /** Clients that load: they have no connection yet, and what ends is their request. */
  const loading = new Set<number>();
  const connected = new Set<number>();
  const hasEnded = (client: number) =>
    (ended.get(client) ?? 0) > (loading.has(client) ? (unheard.get(client)?.length ?? 0) : 0);
  let root: number | null = null;
  for (let row = 0; row < trace.length; row++) {
    const [a, b, c, d, e] = [trace.a[row]!, trace.b[row]!, trace.c[row]!, trace.d[row]!, trace.e[row]!];
    switch (trace.kind[row]) {
      case RecordKind.ended: {
        if (a !== reasons.length) return `end ${a} comes as number ${reasons.length}`;
        reasons.push(c);
        latest.set(b, c);
        const isOfCut = isSilence(root) && ENDS_OF_SILENCE.includes(c as EndReasonIndex);
        if (root !== null && !isOfCut) return `${END_REASONS[c]!.name} since ${END_REASONS[root]!.name}`;
        root = null;
        if (e >= 0 && sessions.has(e)) return `session ${e} ends twice`;
        sessions.add(e);
        // The way of a snapshot's answer may be reset when the page has read it and gone on.
        if (c === EndReason.resetOnTheWay && e < 0 && groups[b]?.loads !== "nothing") break;
        // A page that has missed something loads again beside its connection, and hears of that request's end by its answer.
        if (e < 0 && connected.has(b) && groups[b]?.afterGap === "reload") break;
        ended.set(b, (ended.get(b) ?? 0) + 1);
        unheard.set(b, [...(unheard.get(b) ?? []), trace.timeUs[row]!]);
        break;
      }
      case RecordKind.transition:
        // Who falls back has heard of the end, and goes on with the next transport within the same attempt.
        if (a === Machine.connection && c !== d && OPENING.includes(c) && OPENING.includes(d))
          if (unheard.get(b)?.shift() === undefined)
            return `client ${b} falls back from an end that was none`;
        if (a === Machine.client) {
          // A request that failed: it is asked once more.
          if (c === ASKING && d === WAITING && unheard.get(b)?.shift() !== undefined)
            ended.set(b, ended.get(b)! - 1);
          if (d === ASKING || d === WAITING) loading.add(b);
          else loading.delete(b);
        }
        break;
      case RecordKind.connected:
        connected.add(a);
        break;
      case RecordKind.rooted: {
        const reason = reasons[b];
        if (reason === undefined) return `root ${b} comes later`;
        root = reason;
        break;
      }
      case RecordKind.disconnected: {
        connected.delete(a);
        // Among the ends of those who send by requests of their own are the requests'.
        if (!isEngineIo(groups[a]!.transport)) break;
        const atUs = unheard.get(a)?.shift();
        // A page can close before it hears of the end before: that one it never hears, and this one is its own.
        if (b === CloseReason.left && latest.get(a) === EndReason.pageClosed) unheard.get(a)?.shift();
        if (unheard.get(a)?.length) return `client ${a} has two ends of one connection`;
        // Who gives up connecting says so before it closes.
        const isOwn = atUs === undefined && trace.kind[row + 1] === RecordKind.ended;
        if (atUs === undefined && !isOwn) return `client ${a} hears of an end that was none`;
        if (atUs !== undefined && trace.timeUs[row]! - atUs > soonMs * 1000) return `client ${a} lives on`;
        break;
      }
      case RecordKind.lost: {
        const name = CAUSES[d]!.name;
        if (!ROOTS[d as CauseIndex].includes(root as EndReasonIndex | null))
          return `${name} since ${root === null ? "nothing" : END_REASONS[root]!.name}`;
        if (d === Cause.recipientAway && root === null && hasEnded(e) && isEngineIo(groups[e]!.transport))
          return `${name} without its root`;
        root = null;
      }
    }
  }
  for (const [client, [atUs]] of unheard)
    if (
      client >= 0 &&
      client < run.world.nodes.count.client &&
      // Whose request ends hears of it by its answer.
      isEngineIo(groups[client]!.transport) &&
      atUs !== undefined &&
      endUs - atUs > soonMs * 1000
    )
      return `client ${client} never hears`;
  return null;
}

describe("ends and roots", () => {
  it("are told once, before all that they explain, and in the pairs that are listed", () => {
    check(scenarios, (scenario) => expect(wrong(Run, scenario)).toBeNull(), { runs: 300 });
  });

  it("are ends: where nothing is lost or cut, their clients soon hear of them", () => {
    check(fc.oneof(prompt, late), (scenario) => expect(wrong(Run, scenario, PROMPT_MS)).toBeNull(), {
      runs: 300,
    });
  });

  it.runIf(IS_DEEP).each([
    [
      "that a WebSocket on trial is no connection",
      "src/model/balancer/closing.ts",
      "if (exchanges.kind[exchange] === RequestKind.upgrade) {",
      "if (false) {",
    ],
    [
      "that a connection ends once",
      "src/model/fate/ends.ts",
      "  if (connections.end[connection] !== NONE) return;\n",
      "",
    ],
    [
      "whose session it was",
      "src/model/server/session.ts",
      "if (isHeardOf(world, session)) endConnection",
      "if (session >= 0) endConnection",
    ],
    [
      "that a poll ends with its read timeout",
      "src/model/balancer/exchange.ts",
      "!asksItsServer && mayTryNext(world, exchange)",
      "kind === RequestKind.poll || mayTryNext(world, exchange)",
    ],
    ["the end before", "src/model/fate/ends.ts", "latestEnd(world, before);", "NONE;"],
  ])("would be caught if the model forgot %s", async (_, file, find, replace) => {
    const mutant = await loadMutant<{ Run: typeof Run }>(file, find, replace, "src/run/run.ts");
    const property = fc.property(
      fc.oneof(prompt, late),
      (scenario) => wrong(mutant.Run, scenario, PROMPT_MS) === null,
    );
    const result = fc.check(property, { numRuns: 2000, seed: 1, endOnFailure: true });
    expect(result.failed).toBe(true);
    // By the property, and not by an error in the mutant.
    expect(String(result.errorInstance)).toContain("returning false");
  });
});
