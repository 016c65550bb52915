/** What in the design made it so, rule by rule: a sentence where the run shows it, and nothing where it does not. */
import { describe, expect, it } from "vitest";
import { becauseOf } from "../../src/check/because.ts";
import { ruleNamed } from "../../src/check/claims.ts";
import { counterexampleOf, runOf } from "../../src/check/counterexample.ts";
import { brokenRun } from "../../src/check/trial.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { small } from "../scenario/samples.ts";

type Changes = Readonly<Record<string, unknown>>;

function scenarioOf(changes: Changes): Scenario {
  const parsed = parseScenario(small({ workload: [], durationMs: 60_000, ...changes }));
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message);
  return parsed.scenario;
}

function because(changes: Changes): string {
  const scenario = scenarioOf(changes);
  const rule = ruleNamed(scenario, scenario.rules[0]!)!;
  const run = brokenRun(scenario, rule);
  if (run === null) throw new Error(`${rule.name} is not broken`);
  return becauseOf(runOf(scenario), run.violation);
}

/** A rule of the scenario's own, that counts something. */
function counting(of: Changes, atMost = 0, per = "run") {
  return { rules: ["mine"], ownRules: { mine: { type: "count", statement: "S.", of, per, atMost } } };
}

const quick = {
  rules: ["quick"],
  ownRules: {
    quick: {
      type: "within",
      statement: "S.",
      from: { event: "copy" },
      to: { event: "delivered" },
      per: "copy",
      withinMs: 1000,
    },
  },
};

const A = { name: "A", transport: "websocket" } as const;
const B = { name: "B", transport: "websocket" } as const;
const P = { name: "P", transport: "polling" } as const;
const one = { servers: { count: 1 } };
const redis = { backplane: { kind: "redis" } };
const impatient = { balancer: { idleTimeoutMs: 20_000 } };
const aToB = (atMs: number) => ({ workload: [{ from: "A", to: "B", atMs }] });
const fault = (atMs: number, act: string, target: string) => ({ atMs, act, target });

describe("because", () => {
  it.each<[what: string, scenario: Changes, expected: string]>([
    [
      "delivery, no backplane",
      { clients: [A, B], ...aToB(500), rules: ["delivery"] },
      "2 servers and no backplane: server-1 can hand messages to its own sockets only.",
    ],
    [
      "requests that are refused",
      {
        clients: [{ ...P, name: "A", cookies: false }, B],
        balancer: { policy: "sticky-cookie" },
        servers: { count: 2 },
        network: { client: { latencyMs: 0 }, server: { latencyMs: 0 } },
        ...aToB(500),
        ...counting({ event: "response", status: 400 }),
      },
      "A returns no cookie, so sticky-cookie takes each of its requests for a new client's.",
    ],
    [
      "affinity, round robin",
      { clients: [P], rules: ["affinity"] },
      "round-robin routes each request by itself, and long polling takes several that must reach server-1.",
    ],
    [
      "affinity, no cookie",
      { clients: [{ ...P, cookies: false }], balancer: { policy: "sticky-cookie" }, rules: ["affinity"] },
      "P returns no cookie, so sticky-cookie takes each of its requests for a new client's.",
    ],
    [
      "affinity, a server that is left out for holding a poll",
      {
        clients: [P],
        balancer: { policy: "sticky-cookie", idleTimeoutMs: 20_000, failTimeoutMs: 10_000 },
        rules: ["affinity"],
      },
      "Pings come every 25 s, and balancer.idleTimeoutMs is 20 s: server-1 seems not to answer a long poll, and sticky-cookie leaves it out for 10 s.",
    ],
    [
      "handshakes, refused",
      { clients: [P], rules: ["handshake-completes"] },
      "round-robin routes each request by itself, and long polling takes several that must reach server-1.",
    ],
    [
      "idle cuts",
      { clients: [A], ...one, ...impatient, rules: ["no-idle-cut"] },
      "Pings come every 25 s, and balancer.idleTimeoutMs is 20 s.",
    ],
    [
      "idle cuts where the ping comes too early to count",
      {
        clients: [{ ...A, startConnected: true }],
        servers: { count: 1, pingIntervalMs: 200 },
        balancer: { idleTimeoutMs: 400 },
        rules: ["no-idle-cut"],
      },
      "Pings come every 0.2 s, and balancer.idleTimeoutMs is 0.4 s, whose first 0.3 s no byte prolongs.",
    ],
    [
      "held polls that end with 504",
      { clients: [P], ...one, ...impatient, ...counting({ event: "response", status: 504 }) },
      "Pings come every 25 s, and balancer.idleTimeoutMs is 20 s.",
    ],
    [
      "a rule of its own, Redis down: what was published dies",
      {
        clients: [A, B],
        ...redis,
        faults: [fault(900, "freeze", "backplane"), fault(2000, "crash", "backplane")],
        ...aToB(1000),
        ...counting({ event: "lost" }),
      },
      "Redis is the only way from one server to another, and it is down from 2 s on.",
    ],
    [
      "Redis down: what would be published waits",
      { clients: [A, B], ...redis, faults: [fault(900, "crash", "backplane")], ...aToB(1000), ...quick },
      "Redis is the only way from one server to another, and it is down from 0.9 s on.",
    ],
    [
      "a server that is killed",
      {
        clients: [A],
        ...one,
        faults: [fault(900, "crash", "server-1")],
        ...counting({ event: "disconnected" }),
      },
      "server-1 was killed, and A was connected to it.",
    ],
    [
      "servers that are killed in turn",
      {
        clients: [A],
        faults: [fault(10_000, "crash", "server-1"), fault(20_000, "crash", "server-2")],
        ...counting({ event: "disconnected" }, 1, "client"),
      },
      "server-1 and server-2 were killed one after the other, and A was connected to each in turn.",
    ],
    [
      "the balancer that is killed",
      { clients: [A], faults: [fault(900, "crash", "balancer")], ...counting({ event: "disconnected" }) },
      "The balancer was killed, and A was connected through it.",
    ],
    [
      "and is down",
      { clients: [A], faults: [fault(10, "crash", "balancer")], ...counting({ event: "disconnected" }) },
      "The balancer was down when A's request came.",
    ],
    [
      "and is back, for those who do not ask",
      {
        clients: [{ ...A, randomizationFactor: 0 }],
        faults: [fault(20_000, "crash", "balancer"), fault(23_500, "restart", "balancer")],
        rules: ["back-soon"],
        ownRules: {
          "back-soon": {
            type: "within",
            statement: "S.",
            from: { event: "disconnected" },
            to: { event: "connected" },
            per: "client",
            withinMs: 5000,
          },
        },
      },
      "The balancer was down until 23.5 s, and A waits longer with each attempt: reconnectionDelayMs is 1 s, doubled each time up to 5 s.",
    ],
    [
      "no server there",
      {
        clients: [{ ...A, startMs: 50 }],
        ...one,
        faults: [fault(10, "crash", "server-1")],
        ...counting({ event: "disconnected" }),
      },
      "server-1 was down when A's request came.",
    ],
    [
      "a link that is cut",
      { clients: [A], faults: [fault(900, "cut", "A/balancer")], ...counting({ event: "disconnected" }) },
      "The link A/balancer was cut, and A's connection went over it.",
    ],
    [
      "a recipient that is away",
      { clients: [A, { ...B, startMs: 990 }], ...one, ...aToB(1000), ...counting({ event: "lost" }) },
      "Nothing keeps a message for a client that has no connection.",
    ],
    [
      "a recipient that the idle timeout has made away",
      {
        clients: [A, B],
        ...one,
        balancer: { idleTimeoutMs: 1000 },
        workload: [
          { from: "A", to: "A", atMs: 800 },
          { from: "A", to: "B", atMs: 1150 },
        ],
        ...counting({ event: "lost" }),
      },
      "Pings come every 25 s, and balancer.idleTimeoutMs is 1 s.",
    ],
    ["nothing that is known", { clients: [A], ...one, ...counting({ event: "connected" }) }, ""],
    [
      "nothing of what is over: it has been connected since",
      {
        clients: [A, B],
        faults: [fault(900, "crash", "server-1"), fault(1000, "restart", "server-1")],
        ...one,
        network: { client: { latencyMs: 600 } },
        ...aToB(30_000),
        ...quick,
      },
      "",
    ],
    [
      "at-least-once, nothing is sent again",
      {
        clients: [{ ...A, delivery: "forget" }],
        ...one,
        workload: [{ from: "A", to: "server", atMs: 500 }],
        servers: { count: 1, failsBeforeEffect: 1 },
        rules: ["at-least-once"],
      },
      "A sends each message once, and asks for no acknowledgement (delivery is forget).",
    ],
    [
      "effectively-once, a second try that nobody recognises",
      {
        clients: [{ ...A, delivery: "queue", ackTimeoutMs: 200 }],
        servers: { count: 1, ackDelayMs: 300 },
        workload: [{ from: "A", to: "server", atMs: 500 }],
        rules: ["effectively-once"],
      },
      "A server does again what is sent again: it remembers no ids (servers.seenIds is none).",
    ],
    [
      "outcome-is-true, a timeout",
      {
        clients: [{ ...A, delivery: "ack", ackTimeoutMs: 200 }],
        servers: { count: 1, ackDelayMs: 300 },
        workload: [{ from: "A", to: "server", atMs: 500 }],
        rules: ["outcome-is-true"],
      },
      "No acknowledgement came to A in time, and that is all it knows: what it asked for may have been done.",
    ],
    [
      "told-iff-done, written and then told",
      {
        clients: [A],
        servers: { count: 1, publishes: "after", publishDelayMs: 100 },
        workload: [{ from: "server-1", to: "everyone", atMs: 500 }],
        faults: [fault(550, "crash", "server-1")],
        rules: ["told-iff-done"],
      },
      "Writing and telling are two steps (servers.publishes is after), and the server died between them.",
    ],
    [
      "told-iff-done, a relay that marks first",
      {
        clients: [A],
        servers: {
          count: 1,
          publishes: "outbox",
          relayIntervalMs: 100,
          relayMarks: "before",
          relayMarkMs: 50,
        },
        workload: [{ from: "server-1", to: "everyone", atMs: 550 }],
        faults: [fault(620, "crash", "server-1")],
        rules: ["told-iff-done"],
      },
      "A relay marks an event as done before it has published it (servers.relayMarks is before), and died in between.",
    ],
    [
      "said-before-stop, what the library kept back",
      {
        clients: [{ ...A, startConnected: true }],
        servers: { count: 1, onStop: "exit" },
        workload: [1, 2].map(() => ({ from: "server-1", to: "everyone", atMs: 500 })),
        faults: [fault(500, "stop", "server-1")],
        rules: ["said-before-stop"],
      },
      "A process that exits (servers.onStop is exit) leaves to its kernel what its library had handed over: of all that was written in one turn, the first (servers.writes is one-by-one).",
    ],
    [
      "newest-wins, one stream for all",
      {
        clients: [A, { ...B, freshForMs: 100 }],
        ...one,
        ...aToB(500),
        faults: [fault(400, "cut", "B/balancer"), fault(700, "heal", "B/balancer")],
        rules: ["newest-wins"],
      },
      "B gets everything by one stream, in order: what was lost on the way is sent again, and what is newer waits for it.",
    ],
  ])("%s", (_, scenario, expected) => {
    expect(because(scenario)).toBe(expected);
  });

  it("a copy that arrives twice: its recipient has moved while Redis had it", () => {
    const scenario = {
      clients: [A, { name: "C", transport: "websocket" }, B],
      ...redis,
      faults: [
        fault(900, "freeze", "backplane"),
        fault(2000, "crash", "server-1"),
        fault(8000, "resume", "backplane"),
      ],
      ...aToB(1000),
      rules: ["at-most-once"],
    };
    expect(because(scenario)).toBe(
      "B moved from server-1 to server-2 while the message was under way, and both handed it out.",
    );
  });

  it("is part of a counterexample", () => {
    const scenario = scenarioOf({ clients: [A, B], ...aToB(500), rules: ["delivery"] });
    const rule = ruleNamed(scenario, "delivery")!;
    const found = { scenario, violation: brokenRun(scenario, rule)!.violation };
    expect(counterexampleOf(found, rule).because).toMatch(/^2 servers and no backplane: /);
  });
});
