/** Generated scenarios, swarm style: each draws which features it uses at all, so that rare combinations meet. */
import fc from "fast-check";
import { validateScenario } from "../../src/scenario/parse.ts";
import { POLICY_NAMES, type Scenario, type ScenarioInput, TRANSPORTS } from "../../src/scenario/schema.ts";

const ms = (min: number, max: number) => fc.integer({ min, max });

const latency = fc.oneof(
  ms(0, 40),
  fc.record({ distribution: fc.constant("uniform" as const), minMs: ms(0, 10), maxMs: ms(10, 60) }),
  fc.record({ distribution: fc.constant("normal" as const), meanMs: ms(5, 40), sdMs: ms(0, 20) }),
  fc.record({ distribution: fc.constant("exponential" as const), minMs: ms(0, 10), meanMs: ms(1, 30) }),
);

const loss = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(0.05, 0.2, 0.5) },
  {
    weight: 1,
    arbitrary: fc.record({
      good: fc.constantFrom(0, 0.01),
      bad: fc.constantFrom(0.3, 1),
      meanGoodMs: ms(50, 1000),
      meanBadMs: ms(10, 300),
    }),
  },
);

const link = (maxLossWeight: number) =>
  fc.record({ latencyMs: latency, loss: maxLossWeight === 0 ? fc.constant(0) : loss });

/** A scenario of a few clients and servers, some seconds long, with any of the model's policies, transports and faults. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    groups: fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 4 }),
        transport: fc.constantFrom(...TRANSPORTS),
        startMs: ms(0, 400),
        startGapMs: ms(0, 100),
        startConnected: fc.boolean(),
        roomSize: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        cookies: fc.boolean(),
        reconnectionDelayMs: ms(50, 1000),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    servers: fc.integer({ min: 1, max: 3 }),
    policy: fc.constantFrom(...POLICY_NAMES),
    backplane: fc.constantFrom("none" as const, "redis" as const),
    idleTimeoutMs: fc.constantFrom(400, 1500, 60_000),
    pingIntervalMs: fc.constantFrom(200, 700, 25_000),
    pingTimeoutMs: fc.constantFrom(150, 500, 20_000),
    upgradeTimeoutMs: fc.constantFrom(80, 10_000),
    lossy: fc.boolean(),
    faulty: fc.boolean(),
    seed: fc.nat(1_000_000),
  })
  .chain((shape) => {
    const names = shape.groups.flatMap((group, i) =>
      group.count === 1 ? [`g${i}`] : Array.from({ length: group.count }, (_, k) => `g${i}-${k + 1}`),
    );
    const servers = Array.from({ length: shape.servers }, (_, i) => `server-${i + 1}`);
    const links = [
      ...names.map((name) => `${name}/balancer`),
      ...servers.map((server) => `balancer/${server}`),
      ...servers.map((server) => `${server}/backplane`),
    ];
    const from = fc.constantFrom(...names, ...shape.groups.map((_, i) => `g${i}`));
    const to = fc.constantFrom("others", "everyone", "room", ...names);
    const fault = fc.oneof(
      fc.record({
        atMs: ms(0, 4000),
        act: fc.constantFrom("crash", "restart"),
        target: fc.constantFrom(...servers),
      }),
      fc.record({
        atMs: ms(0, 4000),
        act: fc.constantFrom("crash", "restart", "freeze", "resume"),
        target: fc.constant("backplane"),
      }),
      fc.record({
        atMs: ms(0, 4000),
        act: fc.constantFrom("crash", "restart"),
        target: fc.constant("balancer"),
      }),
      fc.record({
        atMs: ms(0, 4000),
        act: fc.constantFrom("cut", "heal"),
        target: fc.constantFrom(...links),
      }),
    );
    return fc
      .record({
        network: fc.record({
          client: link(shape.lossy ? 1 : 0),
          server: link(0),
          backplane: link(shape.lossy ? 1 : 0),
        }),
        workload: fc.array(
          fc.oneof(
            fc.record({ from, to, atMs: ms(0, 4000) }),
            fc.record({ from, to, everyMs: fc.record({ minMs: ms(20, 200), maxMs: ms(200, 600) }) }),
          ),
          { maxLength: 5 },
        ),
        faults: shape.faulty ? fc.array(fault, { maxLength: 5 }) : fc.constant([]),
      })
      .map(({ network, workload, faults }): Scenario => {
        const input = {
          version: 1,
          name: "generated",
          title: "generated",
          summary: "generated",
          seed: shape.seed,
          durationMs: 5000,
          clients: shape.groups.map(({ roomSize, ...group }, i) => ({
            name: `g${i}`,
            address: `10.${i * 7}.3.1`,
            ...(roomSize === undefined ? {} : { roomSize }),
            ...group,
          })),
          balancer: { policy: shape.policy, idleTimeoutMs: shape.idleTimeoutMs, failTimeoutMs: 500 },
          servers: {
            count: shape.servers,
            pingIntervalMs: shape.pingIntervalMs,
            pingTimeoutMs: shape.pingTimeoutMs,
            upgradeTimeoutMs: shape.upgradeTimeoutMs,
          },
          backplane: { kind: shape.backplane },
          network,
          workload,
          faults,
        };
        const parsed = validateScenario(input as ScenarioInput);
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
        return parsed.scenario;
      });
  });
