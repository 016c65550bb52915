/**
 * The scenario format, version 1: one JSON document that says who there is, how they are joined, what
 * they send, and what goes wrong. Everything has a default with a source, so that a scenario says only what matters to it.
 *
 * The JSON Schema in `simulations/scenario.schema.json` is generated from this file (`fanout schema`).
 */
import { z } from "zod";

/** What a scenario may be at most. Stated in docs/reference/scenario.md and enforced by the parser. */
export const LIMITS = {
  fileBytes: 1_048_576,
  clients: 100_000,
  clientGroups: 100,
  servers: 64,
  workload: 1000,
  faults: 1000,
  variants: 50,
  knobs: 50,
  durationMs: 86_400_000,
  textLength: 2000,
} as const;

const text = z.string().min(1).max(LIMITS.textLength);
const name = z
  .string()
  .max(60)
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "a letter, then letters, digits and hyphens");
const durationMs = z.number().min(0).max(LIMITS.durationMs);
const positiveMs = z.number().min(0.001).max(LIMITS.durationMs);
const probability = z.number().min(0).max(1);
const path = z.string().min(1).max(200);

const rangeMs = z
  .strictObject({ minMs: durationMs, maxMs: durationMs })
  .refine((r) => r.minMs <= r.maxMs, "minMs must not be greater than maxMs");

export const latency = z
  .union([
    durationMs,
    z
      .strictObject({ distribution: z.literal("uniform"), minMs: durationMs, maxMs: durationMs })
      .refine((r) => r.minMs <= r.maxMs, "minMs must not be greater than maxMs"),
    z.strictObject({ distribution: z.literal("normal"), meanMs: durationMs, sdMs: durationMs }),
    z.strictObject({ distribution: z.literal("exponential"), minMs: durationMs, meanMs: durationMs }),
  ])
  .describe("One-way delay: a constant in ms, or a distribution. Drawn for every packet; TCP keeps the order.");

export const loss = z
  .union([
    probability,
    z.strictObject({
      good: probability.describe("Loss probability of a packet in the good state"),
      bad: probability.describe("Loss probability of a packet in the bad state"),
      meanGoodMs: positiveMs.describe("Mean stay in the good state"),
      meanBadMs: positiveMs.describe("Mean stay in the bad state"),
    }),
  ])
  .describe(
    "Packet loss: one probability, or a two-state Gilbert–Elliott chain (bursts). TCP repairs loss: it delays, it does not drop.",
  );

const link = (latencyMs: number, what: string) =>
  z
    .strictObject({
      latencyMs: latency.default(latencyMs),
      loss: loss.default(0),
    })
    .prefault({})
    .describe(what);

export const TRANSPORTS = ["polling-first", "polling", "websocket"] as const;
export const POLICIES = ["round-robin", "random", "least-connections", "ip-hash", "sticky-cookie"] as const;
export const BACKPLANES = ["none", "redis"] as const;
export const FAULT_ACTS = ["crash", "restart", "freeze", "resume", "cut", "heal"] as const;

const clientGroup = z.strictObject({
  name: name.describe("Name of the client, or of the group: members of a group are called name-1, name-2, …"),
  count: z.int().min(1).max(LIMITS.clients).default(1),
  transport: z
    .enum(TRANSPORTS)
    .default("polling-first")
    .describe("polling-first: HTTP long polling, then upgrade to WebSocket, the client's default (FACTS §1.1)"),
  startMs: durationMs.default(0).describe("When the first member opens its page"),
  startGapMs: durationMs.default(0).describe("Time between one member's start and the next"),
  startConnected: z
    .boolean()
    .default(false)
    .describe("Begin with a WebSocket already open (no handshake is simulated); servers are taken in turn"),
  roomSize: z
    .int()
    .min(1)
    .max(LIMITS.clients)
    .optional()
    .describe("Consecutive members share rooms of this size; without it, the group is one room"),
  address: z
    .ipv4()
    .default("203.0.113.1")
    .describe("IPv4 address of the first member, as the balancer sees it"),
  addressSpread: z
    .enum(["networks", "hosts", "shared"])
    .default("networks")
    .describe(
      "networks: each member in the next /24; hosts: the next address; shared: all behind one address (NAT)",
    ),
  cookies: z
    .boolean()
    .default(true)
    .describe("Whether the client keeps and returns cookies; a Node client does not by default (FACTS §1.4)"),
  reconnectionDelayMs: positiveMs.default(1000).describe("FACTS §1.4"),
  reconnectionDelayMaxMs: positiveMs.default(5000).describe("FACTS §1.4"),
  randomizationFactor: probability.default(0.5).describe("FACTS §1.4"),
});

const send = z
  .strictObject({
    from: name.describe("A client, or a group: then each member sends"),
    to: name
      .describe("others, everyone, room, or the name of one client")
      .default("others"),
    atMs: durationMs.optional().describe("Send once, at this time"),
    everyMs: z
      .union([positiveMs, rangeMs])
      .optional()
      .describe("Send again and again, this long after the time before (a range is drawn uniformly)"),
    firstMs: z
      .union([durationMs, rangeMs])
      .optional()
      .describe("When to begin with everyMs; by default one everyMs after the start"),
    untilMs: durationMs.optional().describe("When to end with everyMs"),
  })
  .refine((s) => (s.atMs === undefined) !== (s.everyMs === undefined), "give either atMs or everyMs")
  .refine(
    (s) => s.everyMs !== undefined || (s.firstMs === undefined && s.untilMs === undefined),
    "firstMs and untilMs go with everyMs",
  );

const fault = z.strictObject({
  atMs: durationMs,
  act: z
    .enum(FAULT_ACTS)
    .describe(
      "crash (SIGKILL) and restart: a server, the backplane, the balancer; freeze (SIGSTOP) and resume: the backplane; cut (drop every packet silently) and heal: a link",
    ),
  target: z
    .string()
    .max(130)
    .describe("server-1, backplane, balancer; a link by its ends: A/balancer, balancer/server-1, server-1/backplane"),
});

const variant = z.strictObject({
  title: text,
  summary: text.optional(),
  set: z.record(path, z.json()).describe("Knob values: path in the scenario → value"),
});

export const scenarioSchema = z
  .strictObject({
    $schema: z.string().max(300).optional(),
    version: z.literal(1),
    name: name.describe("Also the name of the lesson's folder"),
    title: text,
    summary: text.describe("One or two sentences: what this scenario shows"),
    seed: z.int().min(0).max(4_294_967_295).default(1),
    durationMs: positiveMs.default(10_000),
    clients: z.array(clientGroup).min(1).max(LIMITS.clientGroups),
    balancer: z
      .strictObject({
        policy: z.enum(POLICIES).default("round-robin"),
        idleTimeoutMs: positiveMs.default(60_000).describe("nginx proxy_read_timeout (FACTS §3)"),
        failTimeoutMs: positiveMs
          .default(10_000)
          .describe("How long a server that refused a connection is left out: nginx fail_timeout (FACTS §3)"),
      })
      .prefault({}),
    servers: z
      .strictObject({
        count: z.int().min(1).max(LIMITS.servers).default(2),
        pingIntervalMs: positiveMs.default(25_000).describe("FACTS §1.2"),
        pingTimeoutMs: positiveMs.default(20_000).describe("FACTS §1.2"),
        upgradeTimeoutMs: positiveMs.default(10_000).describe("FACTS §1.1"),
      })
      .prefault({}),
    backplane: z
      .strictObject({
        kind: z
          .enum(BACKPLANES)
          .default("none")
          .describe("redis: Pub/Sub with the classic Socket.IO adapter (FACTS §1.8)"),
      })
      .prefault({}),
    network: z
      .strictObject({
        client: link(20, "Between each client and the balancer"),
        server: link(0.5, "Between the balancer and each server"),
        backplane: link(0.3, "Between each server and the backplane"),
      })
      .prefault({}),
    workload: z.array(send).max(LIMITS.workload).default([]),
    faults: z.array(fault).max(LIMITS.faults).default([]),
    variants: z.record(name, variant).default({}),
    knobs: z.array(path).max(LIMITS.knobs).default([]).describe("Paths of the fields that the page offers"),
    notice: z.array(text).max(20).default([]).describe("What to notice, in order"),
  })
  .meta({ title: "Fanout Lab scenario", id: "https://fanout-lab.invalid/scenario.schema.json" });

/** A scenario as it is written: defaults may be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
/** A scenario in full: every field present, in the file's units. */
export type Scenario = z.output<typeof scenarioSchema>;
export type ClientGroup = Scenario["clients"][number];
export type Send = Scenario["workload"][number];
export type Fault = Scenario["faults"][number];
export type Latency = z.output<typeof latency>;
export type Loss = z.output<typeof loss>;
