/**
 * fast-check arbitraries: whole scenarios, trials of a given scenario, and choices. They shrink as the
 * searches do (shrink.ts), in their design too (plainer.ts): clients, servers, messages, faults, time,
 * settings and decisions of chance are taken away. Swarm style: each scenario draws which features it uses at
 * all, so that rare combinations meet.
 */
import fc from "fast-check";
import { history } from "../model/backplane/history.ts";
import { plain } from "../model/backplane/plain.ts";
import { redis } from "../model/backplane/redis.ts";
import { registry } from "../model/backplane/registry.ts";
import { sharded } from "../model/backplane/sharded.ts";
import { streams } from "../model/backplane/streams.ts";
import { vendor } from "../model/backplane/vendor.ts";
import { BALANCER_KINDS } from "../model/balancer/kinds/index.ts";
import { POLICIES } from "../model/balancer/policies/index.ts";
import type { Policy } from "../model/balancer/policies/policy.ts";
import { CHANNELS } from "../model/gateway/channels.ts";
import { PRESENCE, type PresenceName } from "../model/presence/index.ts";
import { PURPOSES } from "../model/trace/purposes.ts";
import { refuse, whole } from "../run/allowed.ts";
import { formatErrors, validateScenario } from "../scenario/parse.ts";
import { fieldNames, triedIn, triedOf } from "../scenario/part-fields.ts";
import {
  BACKPLANE_NAMES,
  BALANCER_KIND_NAMES,
  type Balancer,
  CHANNEL_NAMES,
  type Fault,
  LIMITS,
  POLICY_NAMES,
  PRESENCE_NAMES,
  type Scenario,
  type ScenarioInput,
  TRANSPORTS,
} from "../scenario/schema.ts";
import { isEngineIo } from "../scenario/transports.ts";
import { type Bounds, boundsOf, processes, stripped, widened } from "./bounds.ts";
import { refuseBounds, validScenario } from "./limits.ts";
import { PLAINER } from "./plainer.ts";
import { smaller } from "./shrink.ts";

type Loads = Scenario["clients"][number]["loads"];
type Publishes = Scenario["servers"]["publishes"];

const ms = (min: number, max: number) => fc.integer({ min, max });

/**
 * An arbitrary of scenarios that shrinks by taking away from the scenario, whatever generated it, as long as
 * it stays within limits.
 */
class ShrinkingScenarios extends fc.Arbitrary<Scenario> {
  readonly #inner: fc.Arbitrary<Scenario>;
  readonly #isAllowed: (scenario: Scenario) => boolean;

  constructor(inner: fc.Arbitrary<Scenario>, isAllowed: (scenario: Scenario) => boolean = () => true) {
    super();
    this.#inner = inner;
    this.#isAllowed = isAllowed;
  }

  override generate(random: fc.Random, biasFactor: number | undefined): fc.Value<Scenario> {
    return new fc.Value(this.#inner.generate(random, biasFactor).value, undefined);
  }

  override canShrinkWithoutContext(_value: unknown): _value is Scenario {
    return true;
  }

  override shrink(scenario: Scenario): fc.Stream<fc.Value<Scenario>> {
    return fc
      .stream(smaller(scenario, { kinds: PLAINER, written: { ...scenario, faults: [] } }))
      .filter((step) => this.#isAllowed(step.scenario))
      .map((step) => new fc.Value(step.scenario, undefined));
  }
}

/** Lists of choices by purpose, as a scenario's `choices` has them: any will do, and shorter and smaller is plainer. */
export const choices: fc.Arbitrary<NonNullable<Scenario["choices"]>> = fc.dictionary(
  fc.constantFrom(...PURPOSES),
  fc.array(fc.nat(2 ** 32 - 1), { maxLength: 50 }),
);

/**
 * Runs of one scenario: other seeds, and what the bounds allow to go wrong; of bounds that are not given, what
 * `check` takes. They are without variants, knobs and notices, which would lead nowhere once what they name is
 * taken away.
 *
 * @throws RangeError if a bound is out of its limits; Error if the scenario is not valid
 */
export function trials(scenario: Scenario, given: Partial<Bounds> = {}): fc.Arbitrary<Scenario> {
  validScenario(scenario);
  refuseBounds(given);
  const bounds = boundsOf(given);
  // Other seeds mean nothing to choices that are written down.
  const { choices: _, ...wide } = widened(stripped(scenario), bounds);
  const killable = processes(scenario);
  const crash = fc.record({
    atMs: ms(0, Math.floor(scenario.durationMs)),
    act: fc.constant("crash" as const),
    target: fc.constantFrom(...killable),
  });
  return new ShrinkingScenarios(
    fc
      .record({
        seed: fc.noBias(fc.nat(2 ** 32 - 1)),
        crashes: bounds.crashes === 0 ? fc.constant([]) : fc.array(crash, { maxLength: bounds.crashes }),
      })
      .map(({ seed, crashes }) => ({
        ...wide,
        seed,
        faults: crashes.length === 0 ? wide.faults : [...wide.faults, ...crashes],
      })),
  );
}

/** What generated scenarios must have, or may not have: what is given here is fixed, all else is drawn. */
export interface ScenarioLimits {
  readonly policies?: readonly Scenario["balancer"]["policy"][];
  readonly transports?: readonly (typeof TRANSPORTS)[number][];
  readonly backplanes?: readonly (typeof BACKPLANE_NAMES)[number][];
  readonly servers?: readonly [min: number, max: number];
  readonly cookies?: readonly boolean[];
  /** Whether clients may ask servers, which answer. Default true. */
  readonly asks?: boolean;
  /** Whether links may lose packets. */
  readonly losses?: readonly boolean[];
  /** Whether anything may fail, and what: by default everything. */
  readonly faults?: readonly boolean[];
  readonly faultsOf?: readonly ("client" | "server" | "backplane" | "balancer" | "link")[];
  /** Of nginx, which is then the kind of the balancers, and lets WebSockets get as old as they like. */
  readonly idleTimeoutMs?: readonly number[];
  readonly pingIntervalMs?: readonly (number | "none")[];
  readonly pingTimeoutMs?: readonly number[];
  readonly upgradeTimeoutMs?: readonly number[];
  /** Whether nodes may have limits that a few clients reach. By default not. */
  readonly bounded?: readonly boolean[];
  /** Whether there may be a notification service with channels. By default not. */
  readonly channels?: readonly boolean[];
  /** What messages travel by over WebTransport. */
  readonly messagesBy?: readonly Scenario["clients"][number]["messagesBy"][];
  /** Whether a client may try all its transports, and whether balancers pass on what asks for a WebSocket. */
  readonly tryAllTransports?: readonly boolean[];
  readonly upgradeHeader?: readonly ("pass" | "drop")[];
  /** By how much all clients vary their waits; by default as they do by themselves. */
  readonly jitters?: readonly number[];
  /** Of all clients; by default seldom any. */
  readonly tcpKeepaliveMs?: readonly number[];
  /** How many proxies stand in front of the balancer: by default none. */
  readonly proxies?: readonly number[];
  /** What clients do about their messages to a server: by default seldom more than to wait for an answer. */
  readonly deliveries?: readonly Scenario["clients"][number]["delivery"][];
  /** What pages load before they listen; where transports are given, by default nothing. */
  readonly loads?: readonly Loads[];
  /** How servers tell of what they write; where transports are given, by default they write nothing. */
  readonly publishes?: readonly Publishes[];
  /** How it is kept who is online; where transports are given, by default nobody does. */
  readonly presences?: readonly PresenceName[];
}

const latency = fc.oneof(
  ms(0, 40),
  fc.record({ distribution: fc.constant("uniform" as const), minMs: ms(0, 10), maxMs: ms(10, 60) }),
  fc.record({ distribution: fc.constant("normal" as const), meanMs: ms(5, 40), sdMs: ms(0, 20) }),
  fc.record({ distribution: fc.constant("exponential" as const), minMs: ms(0, 10), meanMs: ms(1, 30) }),
);

const directions = fc.constantFrom("both" as const, "up" as const, "down" as const);

/** One of these now and then, and this one else. */
const rarely = <T, const U>(some: readonly T[], mostly: U) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(mostly) }, { weight: 1, arbitrary: fc.constantFrom(...some) });

const seldom = <T>(some: readonly T[], mostly: T) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(mostly) }, { weight: 1, arbitrary: fc.constantFrom(...some) });

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

/** What a group's links have of their own, if anything. */
const ownLink = (loses: boolean) =>
  fc.option(fc.record({ latencyMs: latency, loss: loses ? loss : fc.constant(0) }, { requiredKeys: [] }), {
    nil: undefined,
    freq: 3,
  });

const link = (loses: boolean) => fc.record({ latencyMs: latency, loss: loses ? loss : fc.constant(0) });

/** Mostly such as hold a connection: of those there is more to be seen. */
const anyTransport = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...TRANSPORTS.filter(isEngineIo)) },
  { weight: 1, arbitrary: fc.constant("http" as const) },
);

/** The balancers' kind, and what it has of its own. */
function timeouts({
  idleTimeoutMs,
  upgradeHeader,
}: ScenarioLimits): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const [plain, ...others] = BALANCER_KIND_NAMES.map((kind) => {
    const fields = Object.entries({
      maxLifetimeMs: ["none", "none", "none", ...triedIn("balancers", "maxLifetimeMs")],
      ...triedOf(BALANCER_KINDS[kind]),
    });
    return fc.record({
      kind: fc.constant(kind),
      upgradeHeader:
        upgradeHeader === undefined ? rarely(["drop"], "pass") : fc.constantFrom(...upgradeHeader),
      ...Object.fromEntries(fields.map(([name, values]) => [name, fc.constantFrom(...values)])),
    });
  });
  return idleTimeoutMs === undefined
    ? fc.oneof({ weight: 3, arbitrary: plain! }, { weight: 2, arbitrary: fc.oneof(...others) })
    : fc
        .tuple(fc.constantFrom(...idleTimeoutMs), fc.constantFrom(...(upgradeHeader ?? ["pass" as const])))
        .map(([idleMs, header]) => ({ idleTimeoutMs: idleMs, upgradeHeader: header }));
}

/** What messages travel by over WebTransport, where anybody may have it. */
function messagesBy({ transports, messagesBy: allowed }: ScenarioLimits) {
  const isThere = transports?.includes("webtransport") ?? true;
  return fc.constantFrom(...(allowed ?? (isThere ? triedIn("clients", "messagesBy") : ["one-stream"])));
}

/** What carries requests, where anybody may hold no connection. */
function httpVersion({ transports }: ScenarioLimits) {
  return fc.constantFrom(
    ...((transports?.includes("http") ?? true) ? triedIn("clients", "httpVersion") : ["1.1"]),
  );
}

/** Features of a generated scenario, before there are names to refer to. */
function shapes(limits: ScenarioLimits) {
  const [minServers, maxServers] = limits.servers ?? [1, 3];
  return fc.record({
    groups: fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 4 }),
        transport: limits.transports === undefined ? anyTransport : fc.constantFrom(...limits.transports),
        startMs: ms(0, 400),
        startGapMs: ms(0, 100),
        startConnected: fc.boolean(),
        roomSize: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        cookies: fc.constantFrom(...(limits.cookies ?? triedIn("clients", "cookies"))),
        messagesBy: messagesBy(limits),
        httpVersion: httpVersion(limits),
        tryAllTransports: fc.constantFrom(
          ...(limits.tryAllTransports ?? triedIn("clients", "tryAllTransports")),
        ),
        reconnectionDelayMs: ms(50, 1000),
        // Most expect what their server does, as Engine.IO's clients do.
        ...(limits.pingIntervalMs === undefined
          ? {
              pingIntervalMs: rarely(triedIn("clients", "pingIntervalMs"), "none"),
              watchdogMs: rarely(triedIn("clients", "watchdogMs"), "announced"),
              quicIdleTimeoutMs: rarely(triedIn("clients", "quicIdleTimeoutMs"), 30_000),
              natTimeoutMs: seldom(triedIn("clients", "natTimeoutMs"), "none"),
              natForgets: fc.constantFrom(...triedIn("clients", "natForgets")),
              tcpKeepaliveMs: seldom(triedIn("clients", "tcpKeepaliveMs"), "none"),
            }
          : {}),
        ...(limits.jitters === undefined ? {} : { randomizationFactor: fc.constantFrom(...limits.jitters) }),
        ...(limits.tcpKeepaliveMs === undefined
          ? {}
          : { tcpKeepaliveMs: fc.constantFrom(...limits.tcpKeepaliveMs) }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    servers: fc.integer({ min: minServers, max: maxServers }),
    policy: fc.constantFrom(...(limits.policies ?? POLICY_NAMES)),
    backplane: fc.constantFrom(...(limits.backplanes ?? UNBOUGHT)),
    timeouts: timeouts(limits),
    pingIntervalMs: fc.constantFrom(...(limits.pingIntervalMs ?? triedIn("servers", "pingIntervalMs"))),
    pingTimeoutMs: fc.constantFrom(...(limits.pingTimeoutMs ?? triedIn("servers", "pingTimeoutMs"))),
    upgradeTimeoutMs: fc.constantFrom(...(limits.upgradeTimeoutMs ?? triedIn("servers", "upgradeTimeoutMs"))),
    memory: fc.constantFrom(...triedIn("servers", "memory")),
    lossy: fc.constantFrom(...(limits.losses ?? [true, false])),
    faulty: fc.constantFrom(...(limits.faults ?? [true, false])),
    seed: fc.nat(1_000_000),
    proxies: fc.constantFrom(...(limits.proxies ?? [0])),
  });
}

/** Who asks for messages instead of being told, and what servers do for them. Drawn last, so that all else stays as it is. */
function askings({ groups, backplane }: Shape, { transports, backplanes }: ScenarioLimits) {
  const group = fc.record({
    asks: transports === undefined ? rarely(["long-polling", "sse"] as const, null) : fc.constant(null),
    pollPauseMs: fc.constantFrom(...triedIn("clients", "pollPauseMs")),
    retryMs: fc.constantFrom(...triedIn("clients", "retryMs")),
    leaveAfterMs: fc.constantFrom(...triedIn("clients", "leaveAfterMs")),
    // Pages of one browser, if groups share any.
    browser: rarely(["browser"], undefined),
  });
  return fc.record({
    groups: fc.tuple(...groups.map(() => group)),
    servers: fc.record({
      replayEvents: fc.constantFrom(...triedIn("servers", "replayEvents")),
      pollHoldMs: fc.constantFrom(...triedIn("servers", "pollHoldMs")),
      commentIntervalMs: fc.constantFrom(...triedIn("servers", "commentIntervalMs")),
      streamLifetimeMs: fc.constantFrom(...triedIn("servers", "streamLifetimeMs")),
      maxDisconnectionDurationMs: rarely(triedIn("servers", "maxDisconnectionDurationMs"), "none"),
    }),
    more: transports === undefined ? closings : fc.constant(null),
    // What is sent first of all.
    volatile: transports === undefined ? rarely([true], undefined) : fc.constant(undefined),
    // Now and then Redis' place is taken by what is bought.
    vendor: boughtIn(backplane, backplanes),
  });
}

/** How servers end what they hold, who is refused, and what pages hear of it; each seldom. */
const closings = fc.record({
  servers: fc.record({
    socketLifetimeMs: seldom(triedIn("servers", "socketLifetimeMs"), "none"),
    closesWith: fc.constantFrom(...triedIn("servers", "closesWith")),
    closeCode: fc.constantFrom(...triedIn("servers", "closeCode")),
    loginMs: seldom(triedIn("servers", "loginMs"), "none"),
    refusal: fc.constantFrom(...triedIn("servers", "refusal")),
  }),
  clients: fc.record({ watchdogHears: seldom(triedIn("clients", "watchdogHears"), "pings") }),
  /** Of the first group, by which it does not share its browser's connections with the others. */
  host: fc.constantFrom("other", undefined),
  /** Of the first line of the workload. */
  eventId: fc.constantFrom("none" as const, "empty" as const, undefined),
  /** Who drops the packets of mute connections. */
  mutedBy: fc.constantFrom("path" as const, "sender" as const),
});
/** Who keeps who is online, whose tabs are whose, and pages that are closed and opened again. Drawn last of all. */
function presences({ groups, faulty }: Shape, { presences: allowed, transports, faultsOf }: ScenarioLimits) {
  const mayBe = allowed !== undefined || transports === undefined;
  const [none, ...kinds] = PRESENCE_NAMES.map((kind) =>
    fc.record({
      kind: fc.constant(kind),
      ...Object.fromEntries(
        Object.entries(triedOf(PRESENCE[kind])).map(([name, values]) => [name, fc.constantFrom(...values)]),
      ),
    }),
  );
  const names = groups.map((_, i) => `g${i}`);
  const fault = (targets: readonly string[], acts: readonly ("crash" | "restart" | "freeze" | "resume")[]) =>
    fc.record({ atMs: ms(0, 4000), act: fc.constantFrom(...acts), target: fc.constantFrom(...targets) });
  const pages = fault(names, ["crash", "restart"]);
  const store = fault(["backplane"], ["crash", "restart", "freeze", "resume"]);
  const strikes = (kind: NonNullable<typeof faultsOf>[number]) =>
    mayBe && faulty && (faultsOf?.includes(kind) ?? true);
  const some = (faults: typeof pages) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(faults, { maxLength: 3 }) },
    );
  return fc.record({
    presence: !mayBe
      ? none!
      : allowed === undefined
        ? fc.oneof({ weight: 3, arbitrary: none! }, { weight: 1, arbitrary: fc.oneof(...kinds) })
        : fc.oneof(...[none!, ...kinds].filter((_, i) => allowed.includes(PRESENCE_NAMES[i]!))),
    users: fc.tuple(...groups.map(() => (mayBe ? rarely(["person"], undefined) : fc.constant(undefined)))),
    pages: strikes("client") ? some(pages) : fc.constant([]),
    store: strikes("backplane") ? some(store) : fc.constant([]),
  });
}

type Keeping = ReturnType<typeof presences> extends fc.Arbitrary<infer T> ? T : never;

/** What joins servers that nobody sells. */
const UNBOUGHT = BACKPLANE_NAMES.filter((name) => name === "none" || name === "redis");

/** What a vendor allows, or null: there is none. */
function boughtIn(backplane: Shape["backplane"], backplanes: ScenarioLimits["backplanes"]) {
  const tried = triedOf(vendor);
  const limits = fc.record({
    messagesPerSecond: fc.constantFrom(...(tried.messagesPerSecond as number[])),
    maxMessageBytes: fc.constantFrom(...(tried.maxMessageBytes as number[])),
    quotaMessages: fc.constantFrom(...(tried.quotaMessages as number[])),
    bytes: fc.constantFrom(500, 2000),
  });
  if (backplane === "vendor") return limits;
  return backplane === "none" || backplanes !== undefined
    ? fc.constant(null)
    : fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: limits });
}

type Asking = ReturnType<typeof askings> extends fc.Arbitrary<infer T> ? T : never;

type Shape = ReturnType<typeof shapes> extends fc.Arbitrary<infer T> ? T : never;

/** What no scenario could be drawn from: said here, with its name, and not by whatever meets it first. */
function refuseLimits(limits: ScenarioLimits): void {
  for (const [name, allowed] of Object.entries(limits))
    if (name !== "asks" && !(Array.isArray(allowed) && allowed.length > 0))
      refuse(name, allowed, "a list of at least one");
  const [min = 1, max = LIMITS.servers] = limits.servers ?? [];
  whole("servers[1]", max, [1, LIMITS.servers]);
  whole("servers[0]", min, [1, max]);
  for (const [i, count] of (limits.proxies ?? []).entries())
    whole(`proxies[${i}]`, count, [0, LIMITS.proxies]);
}

/**
 * A scenario of a few clients and servers, some seconds long, with any of the model's policies, transports
 * and faults within the limits.
 *
 * @throws RangeError if a limit leaves nothing to draw
 */
export function scenarios(limits: ScenarioLimits = {}): fc.Arbitrary<Scenario> {
  refuseLimits(limits);
  const unbounded = shapes(limits).chain((shape) =>
    happenings(shape, limits).chain((happening) =>
      askings(shape, limits).chain((asking) =>
        presences(shape, limits).map((keeping) => scenarioOf(shape, happening, asking, keeping)),
      ),
    ),
  );
  const drawn = limits.bounded?.includes(true)
    ? fc.tuple(unbounded, fc.constantFrom(...limits.bounded), tightness).map(bound)
    : unbounded;
  const served = limits.channels?.includes(true)
    ? fc.tuple(drawn, fc.constantFrom(...limits.channels), services).map(serve)
    : drawn;
  // Drawn last of all, so that all else stays as it is.
  const delivered = limits.asks === false ? served : served.chain((scenario) => delivering(scenario, limits));
  const closed =
    limits.transports === undefined ? fc.tuple(delivered, pageCloses).map(closeByPages) : delivered;
  const mayLoad = limits.loads !== undefined || limits.transports === undefined;
  const loaded = mayLoad ? closed.chain((scenario) => loading(scenario, limits)) : closed;
  const talking = mayLoad ? loaded.chain((scenario) => talkingToRedis(scenario)) : loaded;
  const mayWrite = limits.publishes !== undefined || limits.transports === undefined;
  const written = mayWrite ? fc.tuple(talking, writings(limits)).map(write) : talking;
  const busy = limits.transports === undefined ? fc.tuple(written, works).map(work) : written;
  const listed = limits.transports === undefined ? fc.tuple(busy, listings).map(list) : busy;
  const unread = limits.transports === undefined ? fc.tuple(listed, kernels).map(fillKernels) : listed;
  const left = limits.transports === undefined ? fc.tuple(unread, leavings).map(leave) : unread;
  return new ShrinkingScenarios(left, isWithin(limits));
}

/** Whether kernels take only so much of what servers write, seldom, and what servers do then. Messages are so large that a few are too many. */
const KERNELS = ["kernelBuffersKiB", "sendBufferKiB", "whenBufferFull"] as const;
const kernels = fc.record({
  areSmall: seldom([true], false),
  how: fc.record(
    Object.fromEntries(KERNELS.map((name) => [name, fc.constantFrom(...triedIn("servers", name))])),
  ),
});

function fillKernels([scenario, { areSmall, how }]: [
  Scenario,
  typeof kernels extends fc.Arbitrary<infer T> ? T : never,
]): Scenario {
  if (!areSmall) return scenario;
  const workload = scenario.workload.map((line) => ({ ...line, bytes: line.bytes ?? 500 }));
  return { ...scenario, servers: { ...scenario.servers, ...how }, workload } as Scenario;
}

/** Whether servers' work takes time, seldom, and how much. */
const WORK = ["serviceMs", "serviceTimes", "workers", "queueLength", "writeMs"] as const;
const works = fc.record({
  isBusy: seldom([true], false),
  how: fc.record(
    Object.fromEntries(WORK.map((name) => [name, fc.constantFrom(...triedIn("servers", name))])),
  ),
});

function work([scenario, { isBusy, how }]: [
  Scenario,
  typeof works extends fc.Arbitrary<infer T> ? T : never,
]): Scenario {
  return isBusy ? ({ ...scenario, servers: { ...scenario.servers, ...how } } as Scenario) : scenario;
}

/** What talks to a Redis of one's own in another way than the classic adapter with node-redis 4. */
const ADAPTERS = { redis, sharded, streams, registry, plain } as const;

/** The scenario with another library or adapter to talk to Redis, and other settings of it, now and then. */
function talkingToRedis(scenario: Scenario): fc.Arbitrary<Scenario> {
  if (scenario.backplane.kind !== "redis") return fc.constant(scenario);
  const adapters = Object.entries(ADAPTERS).map(([kind, adapter]) => {
    const tried = Object.entries(triedOf(adapter)).map(([name, some]) => [name, fc.constantFrom(...some)]);
    return fc.record({ ...Object.fromEntries(tried), kind: fc.constant(kind) });
  }) as unknown as fc.Arbitrary<Scenario["backplane"]>[];
  const another = fc.oneof(...adapters).map((backplane) => heavy({ ...scenario, backplane }));
  return fc.oneof({ weight: 2, arbitrary: fc.constant(scenario) }, { weight: 1, arbitrary: another });
}

/** Where kernels take only so much of what Redis pushes, a few messages fill them, and Redis' own buffer. */
function heavy(scenario: Scenario): Scenario {
  const { backplane, workload } = scenario;
  if (!("kernelBuffersKiB" in backplane) || backplane.kernelBuffersKiB === "none") return scenario;
  return { ...scenario, workload: workload.map((line) => ({ ...line, bytes: 20_000 })) };
}

/** How all pages close their WebSockets by themselves, seldom. */
const pageCloses = fc.record({
  closesAfterMs: seldom(triedIn("clients", "closesAfterMs"), "none"),
  closesWithCode: fc.constantFrom(...triedIn("clients", "closesWithCode")),
});

function closeByPages([scenario, how]: [
  Scenario,
  typeof pageCloses extends fc.Arbitrary<infer T> ? T : never,
]): Scenario {
  if (how.closesAfterMs === "none") return scenario;
  return { ...scenario, clients: scenario.clients.map((group) => ({ ...group, ...how })) } as Scenario;
}

/** A notification service: a few channels, and what it goes by. */
const services = fc.record({
  channels: fc
    .shuffledSubarray([...CHANNEL_NAMES], { minLength: 1, maxLength: 3 })
    .chain((kinds) => fc.tuple(...kinds.map((kind) => fc.record(channelOf(kind))))),
  own: fc.record(
    Object.fromEntries(
      fieldNames("gateway").map((name) => [name, fc.constantFrom(...triedIn("gateway", name))]),
    ),
  ),
  // A channel that fails, and comes back.
  fails: fc.option(fc.record({ which: fc.nat(2), atMs: ms(0, 3000), forMs: ms(1, 3000) }), {
    nil: undefined,
  }),
});

type Service = typeof services extends fc.Arbitrary<infer T> ? T : never;

function channelOf(kind: (typeof CHANNEL_NAMES)[number]): Record<string, fc.Arbitrary<unknown>> {
  const fields = Object.entries(triedOf(CHANNELS[kind]));
  return {
    kind: fc.constant(kind),
    ...Object.fromEntries(fields.map(([name, values]) => [name, fc.constantFrom(...values)])),
  };
}

/** The scenario with a notification service, if it is to have one. */
function serve([scenario, isServed, { channels, own, fails }]: [Scenario, boolean, Service]): Scenario {
  if (!isServed) return scenario;
  const gateway = { ...own, channels } as unknown as Scenario["gateway"];
  const target = channels[(fails?.which ?? 0) % channels.length]!.kind as string;
  const faults: Fault[] =
    fails === undefined
      ? []
      : [
          { atMs: fails.atMs, act: "crash", target },
          { atMs: fails.atMs + fails.forMs, act: "restart", target },
        ];
  return { ...scenario, gateway, faults: [...scenario.faults, ...faults] };
}

/** The scenario with what clients do so that servers do what they ask, and what servers do about what comes twice. */
function delivering(scenario: Scenario, { deliveries }: ScenarioLimits): fc.Arbitrary<Scenario> {
  const group = fc.record({
    delivery:
      deliveries === undefined
        ? rarely(["forget", "ack", "queue", "retry"] as const, "question" as const)
        : fc.constantFrom(...deliveries),
    ackTimeoutMs: fc.constantFrom(...triedIn("clients", "ackTimeoutMs")),
    retries: fc.constantFrom(...triedIn("clients", "retries")),
  });
  const servers = fc.record({
    effectMs: fc.constantFrom(...triedIn("servers", "effectMs")),
    ackDelayMs: fc.constantFrom(...triedIn("servers", "ackDelayMs")),
    seenIds: fc.constantFrom(...triedIn("servers", "seenIds")),
    marksIds: fc.constantFrom(...triedIn("servers", "marksIds")),
    idsKeptMs: fc.constantFrom(...triedIn("servers", "idsKeptMs")),
    idStoreMs: fc.constantFrom(...triedIn("servers", "idStoreMs")),
    failsBeforeEffect: rarely(triedIn("servers", "failsBeforeEffect"), 0),
    failsAfterEffect: rarely(triedIn("servers", "failsAfterEffect"), 0),
  });
  return fc.tuple(fc.tuple(...scenario.clients.map(() => group)), servers).map(([groups, more]) => {
    if (groups.every(({ delivery }) => delivery === "question")) return scenario;
    return {
      ...scenario,
      clients: scenario.clients.map((one, i) => ({ ...one, ...groups[i]! })),
      servers: { ...scenario.servers, ...more },
    };
  });
}

/** The scenario with pages that load what there is before they listen. */
function loading(scenario: Scenario, { loads, backplanes }: ScenarioLimits): fc.Arbitrary<Scenario> {
  const group = fc.record({
    loads:
      loads === undefined
        ? seldom<Loads>(["snapshot", "position-first"], "nothing")
        : fc.constantFrom(...loads),
    afterGap: fc.constantFrom(...triedIn("clients", "afterGap")),
  });
  const limits = fc.record({
    historySize: fc.constantFrom(...(triedOf(history).historySize as number[])),
    historyTtlMs: fc.constantFrom(...(triedOf(history).historyTtlMs as number[])),
  });
  const mayKeep = scenario.backplane.kind === "redis" && (backplanes?.includes("history") ?? true);
  const kept = mayKeep
    ? fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: limits })
    : fc.constant(null);
  return fc.tuple(fc.tuple(...scenario.clients.map(() => group)), kept).map(([groups, history]) => {
    const clients = scenario.clients.map((one, i) => ({ ...one, ...groups[i]! }));
    if (history === null || groups.every(({ loads }) => loads !== "position-first"))
      return { ...scenario, clients };
    return { ...scenario, clients, backplane: { kind: "history", ...history } };
  });
}

/** What servers write into a database, how they tell of it, and whether pages know again what they are told twice. */
function writings({ publishes }: ScenarioLimits) {
  const names = ["effectMs", "publishDelayMs", "relayIntervalMs", "relayMarks", "relayMarkMs"] as const;
  return fc.record({
    publishes:
      publishes === undefined
        ? seldom<Publishes>(["before", "after", "outbox"], "at-once")
        : fc.constantFrom(...publishes),
    how: fc.record(
      Object.fromEntries(names.map((name) => [name, fc.constantFrom(...triedIn("servers", name))])),
    ),
    remembersIds: fc.boolean(),
  });
}

function write([scenario, { publishes, how, remembersIds }]: [
  Scenario,
  ReturnType<typeof writings> extends fc.Arbitrary<infer T> ? T : never,
]): Scenario {
  if (publishes === "at-once") return scenario;
  const clients = scenario.clients.map((group) => ({ ...group, remembersIds }));
  return { ...scenario, clients, servers: { ...scenario.servers, ...how, publishes } } as Scenario;
}

/** What servers are asked to do lies in a stream, seldom, from which their workers take it. */
const leavings = fc.record({
  areLeft: seldom([true], false),
  how: fc.record({
    acksEntries: fc.constantFrom(...triedIn("servers", "acksEntries")),
    claimIdleMs: fc.constantFrom(...triedIn("servers", "claimIdleMs")),
  }),
});

function leave([scenario, { areLeft, how }]: [
  Scenario,
  typeof leavings extends fc.Arbitrary<infer T> ? T : never,
]): Scenario {
  if (!areLeft) return scenario;
  return { ...scenario, servers: { ...scenario.servers, ...how, tasks: "stream" } } as Scenario;
}

/** What the balancer's list says of the first two servers, if anything. */
const listings = fc.option(
  fc.array(
    fc.record({
      weight: fc.constantFrom(1, 1, 3),
      backup: rarely([true], false),
      down: seldom([true], false),
      addedMs: rarely([1500], 0),
      removedMs: rarely([2500], undefined),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  { nil: undefined, freq: 3 },
);

/** The scenario with a list of servers that are not all alike, now and then. */
function list([scenario, listing]: [
  Scenario,
  typeof listings extends fc.Arbitrary<infer T> ? T : never,
]): Scenario {
  if (listing === undefined) return scenario;
  const { balancer } = scenario;
  // nginx knows nobody who stands by where it hashes or draws.
  const policy: Policy = POLICIES[balancer.policy];
  const lines = listing.map(({ backup, ...line }, i): [string, Scenario["balancer"]["servers"][string]] => [
    `server-${i + 1}`,
    policy.knowsBackups ? { ...line, backup } : line,
  ]);
  return { ...scenario, balancer: { ...balancer, servers: Object.fromEntries(lines) } };
}

/** What can run out, each of it seldom. */
const tightness = fc.record({
  balancers: fc.record({
    descriptors: rarely(triedIn("balancers", "descriptors"), "none"),
    backlog: fc.constantFrom(...triedIn("balancers", "backlog")),
    ports: rarely(triedIn("balancers", "ports"), "none"),
    timeWaitMs: fc.constantFrom(...triedIn("balancers", "timeWaitMs")),
  }),
  workerConnections: rarely<number, "none">([3], "none"),
  servers: fc.record({
    descriptors: rarely(triedIn("servers", "descriptors"), "none"),
    memoryMiB: rarely(triedIn("servers", "memoryMiB"), "none"),
    compressionWindowBits: fc.constantFrom(...triedIn("servers", "compressionWindowBits")),
  }),
});

type Tightness = typeof tightness extends fc.Arbitrary<infer T> ? T : never;

/** The scenario with limits that a few clients reach, if it is to have some. */
function bound([scenario, isBounded, tight]: [Scenario, boolean, Tightness]): Scenario {
  if (!isBounded) return scenario;
  const { balancer, proxies, servers } = scenario;
  const tighter = <B extends Balancer>(one: B): B => ({
    ...one,
    ...tight.balancers,
    ...(one.kind === "nginx" ? { workerConnections: tight.workerConnections } : {}),
  });
  return {
    ...scenario,
    balancer: tighter(balancer),
    proxies: proxies.map(tighter),
    servers: { ...servers, ...tight.servers },
  };
}

/** The parts of a scenario that refer to its names, and the links. */
function happenings(shape: Shape, limits: ScenarioLimits) {
  const names = shape.groups.flatMap((group, i) =>
    group.count === 1 ? [`g${i}`] : Array.from({ length: group.count }, (_, k) => `g${i}-${k + 1}`),
  );
  const servers = Array.from({ length: shape.servers }, (_, i) => `server-${i + 1}`);
  const groups = shape.groups.map((_, i) => `g${i}`);
  const clientLine = fc.record({
    from: fc.constantFrom(...names, ...groups),
    to: fc.constantFrom("others", "everyone", "room", ...(limits.asks === false ? [] : ["server"]), ...names),
  });
  const serverLine = fc.record({
    from: fc.constantFrom(...servers, "servers"),
    to: fc.constantFrom("everyone", ...names),
  });
  const line = fc.oneof({ weight: 9, arbitrary: clientLine }, { weight: 1, arbitrary: serverLine });
  const targets = limits.faultsOf ?? ["client", "server", "backplane", "balancer", "link"];
  const proxies = Array.from({ length: shape.proxies }, (_, i) => `edge${i + 1}`);
  return fc.record({
    network: fc.record({
      client: link(shape.lossy),
      proxy: link(false),
      server: link(false),
      backplane: link(shape.lossy),
    }),
    groupLinks: fc.tuple(...shape.groups.map(() => ownLink(shape.lossy))),
    workload: fc.array(
      fc
        .oneof(
          fc.tuple(line, fc.record({ atMs: ms(0, 4000) })),
          fc.tuple(line, fc.record({ everyMs: fc.record({ minMs: ms(20, 200), maxMs: ms(200, 600) }) })),
        )
        .map(([who, when]) => ({ ...who, ...when })),
      { maxLength: 5 },
    ),
    faults: shape.faulty
      ? fc
          .array(faults(targets, { clients: names, proxies, servers }, shape), { maxLength: 5 })
          .map(onePerPacket)
      : fc.constant([]),
  });
}

type Happening = ReturnType<typeof happenings> extends fc.Arbitrary<infer T> ? T : never;

function askingOf({ asks, browser, ...times }: Asking["groups"][number], i: number, more: Asking["more"]) {
  return {
    ...more?.clients,
    ...(i > 0 || more?.host === undefined ? {} : { host: more.host }),
    ...times,
    ...(asks === null ? {} : { transport: asks }),
    ...(browser === undefined ? {} : { browser }),
  };
}

function backplaneOf(kind: Shape["backplane"], bought: Asking["vendor"]) {
  if (bought === null) return { kind };
  const { bytes: _, ...limits } = bought;
  return { kind: "vendor", ...limits };
}

function scenarioOf(
  shape: Shape,
  { groupLinks, ...happening }: Happening,
  asking: Asking,
  { presence, users, pages, store }: Keeping,
): Scenario {
  const hasStore = presence.kind !== "none" || shape.backplane !== "none";
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
      ...(groupLinks[i] === undefined ? {} : { link: groupLinks[i] }),
      ...group,
      ...askingOf(asking.groups[i]!, i, asking.more),
      ...(users[i] === undefined ? {} : { user: users[i] }),
    })),
    proxies: Array.from({ length: shape.proxies }, (_, i) => ({
      name: `edge${i + 1}`,
      ...shape.timeouts,
    })),
    balancer: { policy: shape.policy, ...shape.timeouts, failTimeoutMs: 500 },
    servers: {
      count: shape.servers,
      pingIntervalMs: shape.pingIntervalMs,
      pingTimeoutMs: shape.pingTimeoutMs,
      upgradeTimeoutMs: shape.upgradeTimeoutMs,
      memory: shape.memory,
      ...asking.servers,
      ...asking.more?.servers,
    },
    backplane: backplaneOf(shape.backplane, asking.vendor),
    presence,
    ...happening,
    workload: happening.workload.map((send, i) => {
      // With a vendor, messages have a size.
      const line = asking.vendor === null ? send : { ...send, bytes: asking.vendor.bytes };
      return i > 0
        ? line
        : {
            ...line,
            ...(asking.more?.eventId === undefined ? {} : { eventId: asking.more.eventId }),
            ...(asking.volatile ? { volatile: true } : {}),
          };
    }),
    faults: [...mutedBy(happening.faults, asking), ...pages, ...(hasStore ? store : [])],
  };
  const parsed = validateScenario(input as ScenarioInput);
  if (!parsed.ok)
    throw new Error(`the limits allow what no scenario can be:\n${formatErrors(parsed.errors)}`);
  return parsed.scenario;
}

function mutedBy(faults: Happening["faults"], { more }: Asking): Fault[] {
  return (faults as readonly Fault[]).map((fault) =>
    fault.act === "mute" && more !== null ? { ...fault, by: more.mutedBy } : fault,
  );
}

/** Whether a scenario is within the limits. Losses and faults are not looked at: a smaller scenario never has more of them. */
export function isWithin(limits: ScenarioLimits): (scenario: Scenario) => boolean {
  const allows = <T>(allowed: readonly T[] | undefined, found: T) => allowed?.includes(found) ?? true;
  const [minServers, maxServers] = limits.servers ?? [1, Number.POSITIVE_INFINITY];
  return ({ balancer, proxies, backplane, presence, servers, clients, gateway }) =>
    (gateway.channels.length === 0 || (limits.channels?.includes(true) ?? false)) &&
    allows(limits.policies, balancer.policy) &&
    allows(limits.backplanes, backplane.kind) &&
    allows(limits.presences ?? (limits.transports && ["none"]), presence.kind) &&
    allows(limits.idleTimeoutMs, "idleTimeoutMs" in balancer ? balancer.idleTimeoutMs : Number.NaN) &&
    allows(limits.pingIntervalMs, servers.pingIntervalMs) &&
    allows(limits.pingTimeoutMs, servers.pingTimeoutMs) &&
    allows(limits.upgradeTimeoutMs, servers.upgradeTimeoutMs) &&
    allows(limits.publishes ?? (limits.transports && ["at-once"]), servers.publishes) &&
    allows(limits.transports && ["at-once"], servers.tasks) &&
    servers.count >= minServers &&
    servers.count <= maxServers &&
    allows(limits.proxies ?? [0], proxies.length) &&
    allows(limits.upgradeHeader, balancer.upgradeHeader) &&
    clients.every(
      (group) =>
        allows(limits.transports, group.transport) &&
        allows(limits.cookies, group.cookies) &&
        allows(limits.jitters, group.randomizationFactor) &&
        allows(limits.messagesBy, group.messagesBy) &&
        allows(limits.deliveries, group.delivery) &&
        allows(limits.loads ?? (limits.transports && ["nothing"]), group.loads) &&
        allows(limits.tryAllTransports, group.tryAllTransports),
    );
}

/** The names that faults refer to. */
interface Named {
  readonly clients: readonly string[];
  readonly proxies: readonly string[];
  readonly servers: readonly string[];
}

/** One fault of one of these kinds of targets. */
function faults(
  of: NonNullable<ScenarioLimits["faultsOf"]>,
  named: Named,
  { backplane, lossy }: Pick<Shape, "backplane" | "lossy">,
): fc.Arbitrary<Fault> {
  const fault = <Act extends string>(acts: readonly Act[], targets: readonly string[]) =>
    fc.record({ atMs: ms(0, 4000), act: fc.constantFrom(...acts), target: fc.constantFrom(...targets) });
  const kinds = {
    client: fc.oneof(
      { weight: 3, arbitrary: fault(["freeze", "resume"], named.clients) },
      {
        weight: 1,
        arbitrary: fc.record({
          atMs: ms(0, 4000),
          act: fc.constant("throttle" as const),
          target: fc.constantFrom(...named.clients),
          everyMs: fc.constantFrom(300, 1000),
        }),
      },
    ),
    server: fault(["crash", "restart", "freeze", "resume", "stop", "disconnect"], named.servers),
    backplane: fault(["crash", "restart", "freeze", "resume"], ["backplane"]),
    balancer: fault(["crash", "restart", "reload"], ["balancer", ...named.proxies]),
    link: faultsOfLinks(named, backplane !== "none", lossy),
  };
  return fc.oneof(
    ...of.filter((kind) => kind !== "backplane" || backplane !== "none").map((kind) => kinds[kind]),
  ) as fc.Arbitrary<Fault>;
}

/** The faults without a second one about the same packet, which a scenario may not have. */
function onePerPacket(faults: readonly Fault[]): Fault[] {
  const packets = new Set<string>();
  return faults.filter((fault) => {
    if (!("packet" in fault)) return true;
    const packet = `${fault.target} ${fault.direction} ${fault.packet}`;
    const isFirst = !packets.has(packet);
    packets.add(packet);
    return isFirst;
  });
}

function faultsOfLinks(
  { clients, proxies, servers }: Named,
  hasBackplane: boolean,
  loses: boolean,
): fc.Arbitrary<Fault> {
  const balancers = [...proxies, "balancer"];
  const one = [
    ...clients.map((name) => `${name}/${balancers[0]}`),
    ...proxies.map((name, i) => `${name}/${balancers[i + 1]}`),
    ...servers.map((server) => `balancer/${server}`),
    ...(hasBackplane ? servers.map((server) => `${server}/backplane`) : []),
  ];
  const atMs = ms(0, 4000);
  const all = [`*/${balancers[0]}`, "balancer/*"];
  const target = fc.constantFrom(...one, ...all);
  const ofClients = fc.constantFrom(...one.filter((link) => !link.endsWith("/backplane")), ...all);
  const packet = {
    target: fc.constantFrom(...one),
    direction: fc.constantFrom("up" as const, "down" as const),
    packet: fc.integer({ min: 1, max: 12 }),
  };
  const act = <Act extends string>(...acts: readonly Act[]) => fc.constantFrom(...acts);
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ atMs, act: act("cut", "heal"), target }) },
    {
      weight: 1,
      arbitrary: fc.record({
        atMs,
        act: act("mute"),
        target: ofClients,
        direction: directions,
        by: fc.constant("path" as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ atMs, act: act("slow"), target, latencyMs: latency }) },
    { weight: 1, arbitrary: fc.record({ act: act("delay"), ...packet, byMs: ms(1, 500) }) },
    ...(loses
      ? [
          { weight: 1, arbitrary: fc.record({ atMs, act: act("lose"), target, loss }) },
          { weight: 1, arbitrary: fc.record({ act: act("drop"), ...packet }) },
        ]
      : []),
  );
}
