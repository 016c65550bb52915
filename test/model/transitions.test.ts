/**
 * Model-based tests: every transition that XState's graph tools find in one of the model's machines is taken by a
 * world that a scenario builds, or stands below with the reason why no world can take it. What generated scenarios
 * take often is left to them; for what they take seldom or never, there is an occasion here, with a line on how it
 * comes about.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { MODEL } from "../../src/model/parts.ts";
import { Run } from "../../src/run/run.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { IS_DEEP } from "../support/depth.ts";
import { runLab } from "../support/ground-truth.ts";
import { latencies, OCCASIONS } from "../support/occasions.ts";
import { scenarios } from "../support/scenarios.ts";
import { reachable, taken } from "../support/transitions.ts";

/**
 * What the graph reaches, since it lets guards answer anything, and no world does. If one of these is taken, or is no
 * transition any more, a test says so.
 */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  "connection: open.websocket, CLOSE → closed":
    "A server says close only in the answer to a held GET, and a client that has completed its upgrade has no request open.",
  "connection: open.polling.steady, REFUSED [isSocket] → open.polling.steady":
    "In steady there is no WebSocket: none was opened yet, or forgetProbe has forgotten it on the way here.",
  "connection: open.polling.steady, SOCKET_CLOSED [isSocket] → closed":
    "In steady there is no WebSocket: none was opened yet, or forgetProbe has forgotten it on the way here.",
  "session: open.polling.steady, SOCKET_CLOSED [isSocket] → closed":
    "In steady there is no WebSocket: none was accepted yet, or forgetProbe or refuseProbe has forgotten it on the way here.",
  "client: online.connecting.engine, ENGINE_CLOSED [isSentAway] → parted.choosing":
    "A server tells a client to disconnect over its session, of which the client has heard first; from then on it is in namespace.",
  "session: open.websocket, CLOSE → closed":
    "A client posts its close while it is polling, and then it never sends the upgrade packet that leads here.",
  "session: open.websocket, SOCKET_CLOSED [isHeldPoll] → closed":
    "A client upgrades when its GET was answered, after which the balancer sends no close for that GET, and one sent before finds it answered.",
  "session: open.polling.probing.waiting, UPGRADE → open.websocket":
    "A client sends the upgrade packet after its probe, on the same connection, and the probe leads out of waiting.",
  "session: open.polling.probing.releasing, PROBE → open.polling.probing.releasing":
    "A client opens one WebSocket on trial for a session, and sends one probe on it, when it is told of the switch.",
};

const inAnyGraph = new Set(MODEL.flatMap((model) => [...reachable(model)]));

const missingFrom = (log: ReadonlySet<string>) =>
  [...inAnyGraph].filter((line) => !log.has(line) && IMPOSSIBLE[line] === undefined);

describe("what is seldom is taken when", () => {
  it.each(OCCASIONS.map((occasion) => [occasion.what, occasion] as const))("%s", (_, { lab, takes }) => {
    const log = taken(() => runLab(lab));
    expect(takes.filter((line) => !log.has(line))).toEqual([]);
  });
});

it("a Redis client that is still connecting when the backplane dies is refused: there is no connection that could be closed", () => {
  const log = taken(() =>
    runLab({
      durationMs: 1000,
      network: latencies(1, 1, 50),
      clients: [{ name: "c", transport: "websocket", startConnected: true }],
      backplane: { kind: "redis" },
      faults: [
        { atMs: 100, act: "crash", target: "server-1" },
        // Its connections reach the backplane at 250 ms.
        { atMs: 200, act: "restart", target: "server-1" },
        { atMs: 220, act: "crash", target: "backplane" },
      ],
    }),
  );
  expect(log).toContain("redisClient: running.connecting, REFUSED → running.retrying");
  expect(log).toContain("redisClient: running.connected, SOCKET_CLOSED → running.retrying");
  expect(log).not.toContain("redisClient: running.connecting, SOCKET_CLOSED → running.retrying");
});

/** The same, with a server that is to stop early, and sleeps first for a long time. */
const sleeping = (scenario: Scenario): Scenario => ({
  ...scenario,
  servers: { ...scenario.servers, preStopMs: 5000 },
  faults: [...scenario.faults, { atMs: 200, act: "stop", target: "server-1" }],
});

// A thousand worlds, with every transition logged: for the deep run.
describe.runIf(IS_DEEP)("of all transitions that the machines' graphs reach", () => {
  let log: Set<string>;
  beforeAll(() => {
    log = taken(() => {
      for (const { lab } of OCCASIONS) runLab(lab);
      for (const scenario of fc.sample(scenarios, { numRuns: 1000, seed: 1 }))
        new Run(scenario, { maxEvents: 1500, trace: false }).finish();
      // What a server does is seldom done while it sleeps before it stops.
      for (const scenario of fc.sample(scenarios, { numRuns: 300, seed: 2 }))
        new Run(sleeping(scenario), { maxEvents: 1500, trace: false }).finish();
    });
  });

  it("each is taken by some world", () => {
    expect(missingFrom(log)).toEqual([]);
    console.info(`${inAnyGraph.size} transitions, ${Object.keys(IMPOSSIBLE).length} of them impossible`);
  });

  it("those that are said to be impossible exist, and no world takes one", () => {
    for (const line of Object.keys(IMPOSSIBLE)) expect(inAnyGraph).toContain(line);
    for (const line of Object.keys(IMPOSSIBLE)) expect(log).not.toContain(line);
  });

  it("there is none that a world takes and the graph does not know", () => {
    expect([...log].filter((line) => !inAnyGraph.has(line))).toEqual([]);
  });
});

it("transitions that one quiet world does not take are found missing", () => {
  const quiet = taken(() => runLab({ clients: [{ name: "c", transport: "websocket" }] }));
  const missing = missingFrom(quiet);
  // Another branch of an event that it does take; a fault; a timer; an eventless transition.
  expect(quiet).toContain("connection: closed, OPEN_ENGINE [startsWithWebSocket] → opening.websocket");
  expect(missing).toContain("connection: closed, OPEN_ENGINE → opening.polling");
  expect(missing).toContain("server: up, CRASH → down");
  expect(missing).toContain("exchange: tunnel, after idleTimeout [wasActive] → tunnel");
  expect(missing).toContain("link: healthy.steady, always [losesInBursts] → healthy.good");
  expect(missing).not.toContain("exchange: waiting, SWITCH → tunnel");
});
