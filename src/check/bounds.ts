/**
 * What a search may add to a scenario: late packets, lost packets, crashes. The bounds within which a verdict
 * speaks.
 *
 * What is added is always written as a scenario: a wider latency, a loss, more faults, choices. So whatever a
 * search finds is a scenario like any other, and opens everywhere.
 */
import { BACKPLANE, balancerNames, hasBackplane, namesOf, serverName } from "../scenario/names.ts";
import { type Latency, LIMITS, type Loss, type Scenario } from "../scenario/schema.ts";

export interface Bounds {
  /** How much longer than the scenario says a packet may take, in ms. */
  readonly lateMs: number;
  /**
   * The number of steps in which an exhaustive search makes a packet late: on time, one step late, two steps,
   * …, all of the lateness. When there are as many steps as packets under way at once, less one, every order
   * in which they can arrive is explored.
   */
  readonly lateSteps: number;
  /**
   * How many packets are lost at most, on any link. If this is not 0, random runs lose 1 % of the packets
   * instead, on the links on which the scenario loses none.
   */
  readonly losses: number;
  /** How many processes (servers, balancer, backplane) are killed at most, at any time. */
  readonly crashes: number;
}

/** Enough that packets a few milliseconds apart change places, as they do on any network; nothing fails. */
export const DEFAULT_BOUNDS: Bounds = { lateMs: 5, lateSteps: 1, losses: 0, crashes: 0 };

/** All bounds, of which some are given: what is not said is as it is by default. */
export function boundsOf(given: Partial<Bounds> = {}): Bounds {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_BOUNDS, ...Object.fromEntries(said) };
}

/** How often a packet is lost in random runs, where the bounds let packets be lost. About one in a connection's life. */
const LOSS = 0.01;

/**
 * The scenario with the links that the bounds ask for. Only what the bounds widen is changed: constant
 * latencies become ranges, and links that lose nothing lose some packets.
 */
export function widened(scenario: Scenario, { lateMs, losses }: Bounds): Scenario {
  const { network } = scenario;
  const own = <Link extends OwnLink>(written: Link): Link => ({
    ...written,
    ...(written.latencyMs === undefined ? {} : { latencyMs: later(written.latencyMs, lateMs) }),
    ...(written.loss === undefined ? {} : { loss: lossier(written.loss, losses) }),
  });
  return {
    ...scenario,
    clients: scenario.clients.map((group) =>
      group.link === undefined ? group : { ...group, link: own(group.link) },
    ),
    faults: scenario.faults.map((fault) => {
      if (fault.act === "slow") return { ...fault, latencyMs: later(fault.latencyMs, lateMs) };
      return fault.act === "lose" ? { ...fault, loss: lossier(fault.loss, losses) } : fault;
    }),
    network: {
      ...network,
      client: own(network.client),
      proxy: own(network.proxy),
      server: own(network.server),
      backplane: own(network.backplane),
      links: Object.fromEntries(Object.entries(network.links).map(([name, link]) => [name, own(link)])),
    },
  };
}

/** What a link has of its own. */
type OwnLink = Scenario["network"]["links"][string];

function lossier(loss: Loss, losses: number): Loss {
  return losses > 0 && loss === 0 ? LOSS : loss;
}

function later(latency: Latency, lateMs: number): Latency {
  if (lateMs === 0 || typeof latency !== "number") return latency;
  return { distribution: "uniform", minMs: latency, maxMs: Math.min(latency + lateMs, LIMITS.latencyMs) };
}

/** Every process that can be killed, by the name that faults give it. */
export function processes(scenario: Scenario): string[] {
  return [
    ...Array.from({ length: scenario.servers.count }, (_, i) => serverName(i)),
    ...balancerNames(scenario).toReversed(),
    ...(hasBackplane(scenario) ? [BACKPLANE] : []),
  ];
}

/** The scenario for a search: without what only people need, so that it can be cut down without breaking references. */
export function stripped(scenario: Scenario): Scenario {
  const { $schema: _, ...rest } = scenario;
  return { ...rest, variants: {}, knobs: [], notice: [] };
}

/** How many clients there are. */
export function clientCount(scenario: Scenario): number {
  return namesOf(scenario).client.size;
}
