/**
 * The scenario format, version 1: one JSON document that says who there is, how they are joined, what
 * they send, and what goes wrong. Everything has a default with a source, so that a scenario says only what matters to it.
 *
 * The JSON Schema in `simulations/scenario.schema.json` is generated from this file (`fanout schema`).
 */
import { z } from "zod";
import { BACKPLANES, type BackplaneName } from "../model/backplane/index.ts";
import { BALANCER_KINDS, type BalancerKindName } from "../model/balancer/kinds/index.ts";
import { POLICIES, type PolicyName } from "../model/balancer/policies/index.ts";
import { connectionPart } from "../model/client/connection.part.ts";
import { CHANNELS, type ChannelName } from "../model/gateway/channels.ts";
import { PRESENCE, type PresenceName } from "../model/presence/index.ts";
import { PURPOSES } from "../model/trace/purposes.ts";
import { ownRule } from "./own-rule.ts";
import { familySchema, fieldsIn } from "./part-schema.ts";
import { RULE_NAMES } from "./rules.ts";
import { quote } from "./words.ts";

/** What a scenario may be at most. Stated in docs/reference/scenario.md and enforced by the parser. */
export const LIMITS = {
  fileBytes: 1_048_576,
  /** Levels of nesting. The format itself needs eight. */
  depth: 20,
  clients: 100_000,
  clientGroups: 100,
  servers: 64,
  proxies: 8,
  publishers: 8,
  channels: 6,
  /** Links that a scenario gives settings of their own. */
  links: 1000,
  workload: 1000,
  /** Clients that send, summed over the lines of the workload. */
  senders: 500_000,
  faults: 1000,
  /** Links that faults strike, summed over the faults. */
  struckLinks: 500_000,
  variants: 50,
  /** Fields that one variant sets. */
  settings: 100,
  /** Of a path, in characters. */
  pathLength: 200,
  /** Places that a path with `*` means. No list that a path can lead through is longer. */
  places: 1000,
  /** Characters of JSON that the settings of one variant write at several places at a time, summed over all places. */
  multiplied: 262_144,
  knobs: 50,
  rules: 50,
  /** Written-down choices for one purpose. */
  choices: 50_000,
  durationMs: 86_400_000,
  /** Of a link, and of its distribution's parameters: the trace keeps flight times in 32 bits of µs. */
  latencyMs: 60_000,
  /** How far the ends of a range may be apart: draws have 32 bits. */
  rangeMs: 3_600_000,
  textLength: 2000,
} as const;

const text = z
  .string()
  .min(1)
  .max(LIMITS.textLength)
  .refine((value) => !/[^\P{Cc}\t\n]/u.test(value), {
    error: ({ input }) => `found ${quote(input)}; control characters are not allowed`,
  });
const name = z
  .string()
  .max(60)
  .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "a letter, then letters, digits and hyphens");
/** −0 is 0, so that a scenario is the same after a round trip through JSON. */
const number = z.number().overwrite((value) => value + 0);
const durationMs = number.min(0).max(LIMITS.durationMs);
const positiveMs = number.min(0.001).max(LIMITS.durationMs);
const latencyMs = number.min(0).max(LIMITS.latencyMs);
const probability = number.min(0).max(1);
const path = z.string().min(1).max(LIMITS.pathLength);

/** For objects with minMs and maxMs: the ends in order, and not too far apart. */
function ordered(limitMs: number) {
  return {
    check: (r: { minMs: number; maxMs: number }) => r.minMs <= r.maxMs && r.maxMs - r.minMs <= limitMs,
    error: ({ input }: { input?: unknown }) => {
      const { minMs, maxMs } = input as { minMs: number; maxMs: number };
      const found = `found minMs ${minMs} and maxMs ${maxMs}`;
      return minMs > maxMs
        ? `${found}; minMs must not be greater than maxMs`
        : `${found}; allowed: at most ${limitMs} ms apart`;
    },
  };
}
const rangeOrder = ordered(LIMITS.rangeMs);
const latencyOrder = ordered(LIMITS.latencyMs);

const rangeMs = z
  .strictObject({ minMs: durationMs.describe("The earliest"), maxMs: durationMs.describe("The latest") })
  .refine(rangeOrder.check, { error: rangeOrder.error });
/** The time between two messages: at least 1 µs, or time would stand still. */
const gapMs = z
  .strictObject({ minMs: positiveMs.describe("The shortest"), maxMs: positiveMs.describe("The longest") })
  .refine(rangeOrder.check, { error: rangeOrder.error });
const poissonGapMs = z.strictObject({
  meanMs: number.min(0.001).max(LIMITS.rangeMs).describe("Mean of a time that is drawn exponentially"),
});

const latency = z
  .union([
    latencyMs,
    z
      .strictObject({
        distribution: z.literal("uniform"),
        minMs: latencyMs.describe(
          "The least; in an exponential distribution, what every packet takes before the drawn time",
        ),
        maxMs: latencyMs.describe("The most"),
      })
      .refine(latencyOrder.check, { error: latencyOrder.error }),
    z.strictObject({
      distribution: z.literal("normal"),
      meanMs: latencyMs.describe("Mean; in an exponential distribution, of the drawn time"),
      sdMs: latencyMs.describe("Standard deviation; what would be below 0 is 0"),
    }),
    z.strictObject({
      distribution: z.literal("exponential"),
      minMs: latencyMs.describe("What every packet takes before the drawn time"),
      meanMs: latencyMs.describe("Mean of the drawn time"),
    }),
  ])
  .describe(
    "One-way delay: a constant in ms, or a distribution. Drawn for every packet; TCP keeps the order.",
  );

const loss = z
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

/** What the balancer's list says of a server, where it is not as the others. */
const listedServer = z.strictObject({
  weight: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("How many requests it gets beside the others' one; 1 where nothing is said (FACTS §3)"),
  backup: z
    .boolean()
    .optional()
    .describe(
      "Whether it is asked only where none of the others can be: not with policies that hash or draw",
    ),
  down: z
    .boolean()
    .optional()
    .describe("Whether it gets no new requests, while those who hash keep its place for it"),
  addedMs: durationMs
    .optional()
    .describe(
      "When it is put on the list, by a reload that lets connections live on; by default it always was",
    ),
  removedMs: durationMs
    .optional()
    .describe(
      "When it is taken off the list, for good; what is open to it goes on; by default it never is (FACTS §3)",
    ),
});

/** What differs from the links of its class. */
const ownLink = z.strictObject({ latencyMs: latency.optional(), loss: loss.optional() });

export const TRANSPORTS = connectionPart.fields.of.transport.options;
export const POLICY_NAMES = Object.keys(POLICIES) as [PolicyName, ...PolicyName[]];
export const BALANCER_KIND_NAMES = Object.keys(BALANCER_KINDS) as [BalancerKindName, ...BalancerKindName[]];
export const CHANNEL_NAMES = Object.keys(CHANNELS) as [ChannelName, ...ChannelName[]];
export const PRESENCE_NAMES = Object.keys(PRESENCE) as [PresenceName, ...PresenceName[]];
export const BACKPLANE_NAMES = Object.keys(BACKPLANES) as [BackplaneName, ...BackplaneName[]];

/** The fields of parts that stand in the same section of a scenario. */
const PART_FIELDS = {
  clients: fieldsIn("clients", LIMITS),
  balancers: fieldsIn("balancers", LIMITS),
  balancer: fieldsIn("balancer", LIMITS),
  servers: fieldsIn("servers", LIMITS),
  gateway: fieldsIn("gateway", LIMITS),
};

const clientGroup = z.strictObject({
  name: name.describe("Name of the client, or of the group: members of a group are called name-1, name-2, …"),
  count: z.int().min(1).max(LIMITS.clients).default(1).describe("How many clients there are in the group"),
  startMs: durationMs.default(0).describe("When the first member opens its page"),
  startGapMs: durationMs.default(0).describe("Time between one member's start and the next"),
  startConnected: z
    .boolean()
    .default(false)
    .describe(
      "Begin at 0 with a WebSocket already open: no handshake is simulated, servers are taken in turn, startMs and startGapMs do not apply",
    ),
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
  browser: name
    .optional()
    .describe(
      "The browser that its members are pages of: clients with the same one share six connections over HTTP/1.1, and what needs a seventh waits; without it, a client opens as many as it likes, as a program does",
    ),
  host: name
    .optional()
    .describe(
      "The host name by which its pages ask for the server: with another one, they have six connections of their own in the same browser (ground-truth 29)",
    ),
  user: name
    .optional()
    .describe(
      "The person whose tabs or devices its members are, for presence: clients with the same one are one user; without it, each client is a user of its own",
    ),
  freshForMs: positiveMs
    .optional()
    .describe(
      "For how long a message is news to its members, to whom only the newest of each sender matters, as a place in a game or a price: by then it has come, or a newer one; rule newest-wins; by default each message matters by itself",
    ),
  link: ownLink
    .optional()
    .describe("The links of its members, where they differ from network.client: phones beside desktops"),
  ...PART_FIELDS.clients,
});

const send = z
  .strictObject({
    from: name.describe(
      "A client, or a group: then each member sends; server-1, or servers: then each server sends, by a timer of its own; a publisher",
    ),
    to: name
      .describe(
        "others, everyone, room, or the name of one client; server: whichever server gets it, which answers",
      )
      .default("others"),
    atMs: durationMs.optional().describe("Send once, at this time"),
    everyMs: z
      .union([positiveMs, gapMs, poissonGapMs])
      .optional()
      .describe(
        "Send again and again, this long after the time before (a range is drawn uniformly; with a mean, messages know nothing of each other: Poisson arrivals)",
      ),
    firstMs: z
      .union([durationMs, rangeMs])
      .optional()
      .describe("When to begin with everyMs; by default one everyMs after the client's start"),
    untilMs: durationMs
      .optional()
      .describe("When to end with everyMs; by default at the end of the scenario"),
    eventId: z
      .enum(["own", "none", "empty"])
      .optional()
      .describe(
        "Of the events of event streams that it becomes: own, each has an id, which a client that comes back names as the last that it has; none: without one, so that the client goes on naming the one before; empty: an empty one, after which it names none; by default own (ground-truth 29)",
      ),
    volatile: z
      .boolean()
      .optional()
      .describe(
        "Socket.IO's volatile: what can't be written to a transport at once is dropped, not kept (FACTS §1.5; ground-truth 26). Requests of their own are always sent",
      ),
    bytes: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe("How large each message is, where somebody asks: a vendor; by default nobody minds"),
  })
  .refine((s) => (s.atMs === undefined) !== (s.everyMs === undefined), {
    error: ({ input }) =>
      `found ${(input as { atMs?: unknown }).atMs === undefined ? "neither atMs nor everyMs" : "both atMs and everyMs"}; give atMs to send once, or everyMs to send again and again`,
  })
  .refine((s) => s.everyMs !== undefined || s.firstMs === undefined, {
    error: "firstMs goes with everyMs; a line with atMs sends once, at that time",
    path: ["firstMs"],
  })
  .refine((s) => s.everyMs !== undefined || s.untilMs === undefined, {
    error: "untilMs goes with everyMs; a line with atMs sends once, at that time",
    path: ["untilMs"],
  })
  .refine(
    (s) =>
      s.untilMs === undefined ||
      s.firstMs === undefined ||
      (typeof s.firstMs === "number" ? s.firstMs : s.firstMs.minMs) <= s.untilMs,
    {
      error: ({ input }) => {
        const { firstMs, untilMs } = input as { firstMs: unknown; untilMs: unknown };
        return `found untilMs ${untilMs} and firstMs ${quote(firstMs)}; untilMs must not be before firstMs, or nothing would ever be sent`;
      },
      path: ["untilMs"],
    },
  );

const at = durationMs.describe("When it strikes");
const linkName = z
  .string()
  .max(200)
  .describe("A link by its ends, as with cut; drop and delay take one link");
const direction = z
  .enum(["up", "down"])
  .describe("up: away from the clients, as a request goes; down: towards them, as an answer does");
const packet = z
  .int()
  .min(1)
  .max(1_000_000)
  .describe("Which packet on this link in this direction, counted from 1; what TCP sends again counts again");

/** What strikes at a time, or, of packets, when one is sent. Told apart by its act. */
const fault = z.discriminatedUnion("act", [
  z.strictObject({
    atMs: at,
    act: z
      .enum(["crash", "restart", "freeze", "resume", "cut", "heal", "stop", "disconnect", "reload"])
      .describe(
        "crash (SIGKILL) and restart: a server, the backplane, the balancer, a proxy, a client or a group of them, whose page is closed and opened again; stop (SIGTERM): a server, which does as its onStop says; disconnect: a server disconnects all its clients, and stays; reload: the balancer or a proxy, of which a new process takes over; freeze (SIGSTOP) and resume: the backplane, a server, a client or a group of them; throttle: clients, whose timers then fire late; cut (drop every packet silently), slow, lose and heal: links; mute: the connections that a link has now, new ones work; drop and delay: one packet, which TCP sends again or waits for",
      ),
    target: z
      .string()
      .max(200)
      .describe(
        "server-1, backplane, balancer, the name of a proxy, of a client or a group; a link by its ends: A/balancer, balancer/server-1, server-1/backplane; several links: those of a group (phones/balancer), or */balancer, balancer/*, */backplane",
      ),
  }),
  z.strictObject({
    atMs: at,
    act: z.literal("slow"),
    target: linkName,
    latencyMs: latency.describe("The latency until it heals"),
  }),
  z.strictObject({
    atMs: at,
    act: z.literal("lose"),
    target: linkName,
    loss: loss.describe("The loss until it heals"),
  }),
  z.strictObject({
    atMs: at,
    act: z.literal("throttle"),
    target: z.string().max(200).describe("A client, or a group: tabs in the background"),
    everyMs: positiveMs
      .default(60_000)
      .describe(
        "Between the instants at which its timers may fire, until it resumes: 60 s in Chrome after five minutes, 1 s before",
      ),
  }),
  z.strictObject({
    atMs: at,
    act: z.literal("mute"),
    target: linkName,
    direction: z
      .enum(["both", "up", "down"])
      .default("both")
      .describe("In which direction a mute connection carries nothing; of a packet, up or down"),
    by: z
      .enum(["path", "sender"])
      .default("path")
      .describe(
        "Who drops its packets: something on the way, of which nobody is told; or the kernel that should send them (a firewall, an interface that is down), which knows, and sends at the first write after the heal (ground-truth 30)",
      ),
  }),
  z.strictObject({ act: z.literal("drop"), target: linkName, direction, packet }),
  z.strictObject({
    act: z.literal("delay"),
    target: linkName,
    direction,
    packet,
    byMs: number.min(0.001).max(LIMITS.latencyMs).describe("How much later it arrives"),
  }),
]);

const variant = z.strictObject({
  title: text.describe("A few words, as on a tab"),
  summary: text.optional().describe("One or two sentences: what this variant shows"),
  set: z
    .record(path, z.json())
    .refine((set) => Object.keys(set).length <= LIMITS.settings, {
      error: ({ input }) =>
        `found ${Object.keys(input as object).length} fields; allowed: at most ${LIMITS.settings} in one variant`,
    })
    .meta({
      description: "Fields that the variant sets: path in the scenario → value",
      maxProperties: LIMITS.settings,
    }),
  breaks: z
    .array(name)
    .max(LIMITS.rules)
    .default([])
    .describe("Which of the scenario's rules this variant breaks, as it is meant to"),
  silent: z
    .array(name)
    .max(LIMITS.rules)
    .default([])
    .describe("Which of the scenario's rules have nothing to judge in this variant, as it is meant to be"),
});

export const scenarioSchema = z
  .strictObject({
    $schema: z
      .string()
      .max(300)
      .optional()
      .describe("Where editors find the JSON Schema; ignored by Fanout Lab"),
    version: z.literal(1).describe("Version of the format"),
    name: name.describe("Also the name of the lesson's folder"),
    title: text.describe("A few words, as on the gallery's card"),
    summary: text.describe("One or two sentences: what this scenario shows"),
    seed: z
      .int()
      .overwrite((value) => value + 0)
      .min(0)
      .max(4_294_967_295)
      .default(1)
      .describe("Where chance begins: the same scenario with the same seed is the same run"),
    durationMs: positiveMs.default(10_000).describe("Simulated time at which the run ends"),
    clients: z
      .array(clientGroup)
      .min(1)
      .max(LIMITS.clientGroups)
      .describe("Who there is: clients, or groups of like clients"),
    balancer: familySchema(BALANCER_KINDS, LIMITS, {
      policy: z
        .enum(POLICY_NAMES)
        .default("round-robin")
        .describe(
          "Which server a request goes to: the next in turn, any, the least loaded, the less loaded of two, by the client's address, or by a cookie (FACTS §3)",
        ),
      servers: z
        .record(z.string().regex(/^server-[1-9][0-9]{0,3}$/, "server-1, server-2, …"), listedServer)
        .default({})
        .describe("What its list says of servers that are not as the others, by their names"),
      ...PART_FIELDS.balancers,
      ...PART_FIELDS.balancer,
    })
      .prefault({})
      .describe("What chooses a client's server, and what all connect to where there are no proxies"),
    proxies: z
      .array(
        familySchema(BALANCER_KINDS, LIMITS, {
          name: name.describe("Its name, as faults and links have it"),
          ...PART_FIELDS.balancers,
        }),
      )
      .max(LIMITS.proxies)
      .default([])
      .describe(
        "Balancers in front of the balancer, each with the next as its only server, the one that clients connect to first",
      ),
    servers: z
      .strictObject({
        count: z.int().min(1).max(LIMITS.servers).default(2).describe("How many servers there are"),
        ...PART_FIELDS.servers,
      })
      .prefault({})
      .describe("The servers, all alike"),
    backplane: familySchema(BACKPLANES, LIMITS).prefault({}).describe("What joins the servers"),
    presence: familySchema(PRESENCE, LIMITS)
      .prefault({})
      .describe(
        "How it is known who is online: what servers write into the Redis that joins them, or stands beside them, and observers read",
      ),
    publishers: z
      .array(
        z.strictObject({
          name: name.describe("Its name, as the workload and links have it"),
          rebroadcast: z
            .boolean()
            .default(false)
            .describe(
              "Whether each server that hears it tells all others again (io.emit in its own code, with an adapter) instead of its own sockets only (io.local.emit, or an emitter)",
            ),
        }),
      )
      .max(LIMITS.publishers)
      .default([])
      .describe("Processes without clients that publish to the backplane: jobs, workers, emitters"),
    gateway: z
      .strictObject({
        channels: z
          .array(familySchema(CHANNELS, LIMITS))
          .max(LIMITS.channels)
          .default([])
          .describe(
            "The channels that the service takes, in this order, each kind once; none: there is no service",
          ),
        ...PART_FIELDS.gateway,
      })
      .prefault({})
      .describe(
        "A notification service, which sends by other channels what is not read on the page (FACTS §9.1)",
      ),
    network: z
      .strictObject({
        client: link(20, "Between each client and the balancer, or the first proxy"),
        proxy: link(0.5, "Between a proxy and the next, or the balancer"),
        server: link(0.5, "Between the balancer and each server"),
        backplane: link(0.3, "Between each server and the backplane"),
        publisher: link(0.3, "Between each publisher and the backplane"),
        links: z
          .record(z.string().min(1).max(LIMITS.pathLength), ownLink)
          .refine((links) => Object.keys(links).length <= LIMITS.links, {
            error: ({ input }) =>
              `found ${Object.keys(input as object).length} links; allowed: at most ${LIMITS.links}`,
          })
          .default({})
          .meta({
            description: "Links that differ from their class, by their ends: balancer/server-1, A/balancer",
            maxProperties: LIMITS.links,
          }),
      })
      .prefault({})
      .describe("The links: by class, and those that differ"),
    workload: z.array(send).max(LIMITS.workload).default([]).describe("Who sends what to whom, and when"),
    choices: z
      .partialRecord(z.enum(PURPOSES), z.array(z.int().min(0).max(4_294_967_295)).max(LIMITS.choices))
      .optional()
      .describe(
        "What chance decides, written down: numbers by purpose, in order. Where a list ends, the plainest (the shortest time, no loss, the first in turn). Instead of the seed; counterexamples have it",
      ),
    faults: z.array(fault).max(LIMITS.faults).default([]).describe("What goes wrong, and right again"),
    rules: z
      .array(name)
      .max(LIMITS.rules)
      .default([])
      .describe(`What must hold: ${RULE_NAMES.join(", ")}, or names of ownRules`),
    ownRules: z
      .record(name, ownRule.describe("One rule: its type says which of three shapes it has"))
      .refine((rules) => Object.keys(rules).length <= LIMITS.rules, {
        error: ({ input }) =>
          `found ${Object.keys(input as object).length} rules; allowed: at most ${LIMITS.rules}`,
      })
      .default({})
      .meta({
        description: "Rules of one's own, by name: counts, times and orders",
        maxProperties: LIMITS.rules,
      }),
    variants: z
      .record(name, variant)
      .refine((variants) => Object.keys(variants).length <= LIMITS.variants, {
        error: ({ input }) =>
          `found ${Object.keys(input as object).length} variants; allowed: at most ${LIMITS.variants}`,
      })
      .default({})
      .meta({
        description: "Versions of this scenario to compare, by name: each sets some fields",
        maxProperties: LIMITS.variants,
      }),
    knobs: z.array(path).max(LIMITS.knobs).default([]).describe("Paths of the fields that the page offers"),
    notice: z.array(text).max(20).default([]).describe("What to notice, in order"),
  })
  .meta({
    title: "Fanout Lab scenario",
    description: "FACTS §n in a description is a section of docs/reference/facts.md",
  });

/** A scenario as it is written: defaults may be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
/** A scenario in full: every field present, in the file's units. */
export type Scenario = z.output<typeof scenarioSchema>;
export type ClientGroup = Scenario["clients"][number];
export type Balancer = Scenario["balancer"] | Scenario["proxies"][number];
export type Send = Scenario["workload"][number];
export type Fault = Scenario["faults"][number];
export type Latency = z.output<typeof latency>;
export type Loss = z.output<typeof loss>;
