/**
 * The links of a world: one row each, kind by kind in the order of {@link LINK_KINDS}. A link's upward direction
 * leads away from the clients: client to first balancer, balancer to next balancer, last balancer to server, server
 * to backplane, and so does a publisher.
 */
import { type Latency, latencyOf } from "../network/latency.ts";
import { usesQuic } from "../network/quic.part.ts";
import { Purpose } from "../trace/purposes.ts";
import { flag, medium, row, time, untold, whole } from "./column.ts";
import type { Nodes } from "./nodes.ts";
import type { LatencySettings, LossSettings, Settings } from "./settings.ts";
import { tableOf } from "./table.ts";

/** In the order of their numbers. A balancer's links lead to the next balancer. */
export const LINK_KINDS = ["client", "balancer", "server", "backplane", "publisher"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** What chance is asked for by a packet on its way up; the way down is the next purpose. */
const UPWARD: Readonly<Record<LinkKind, number>> = {
  client: Purpose.clientUp,
  balancer: Purpose.balancerUp,
  server: Purpose.serverUp,
  backplane: Purpose.backplaneUp,
  publisher: Purpose.publisherUp,
};

/** How links are numbered: the first of each kind, and how many there are. */
export interface LinkNumbers {
  readonly first: Readonly<Record<LinkKind, number>>;
  readonly count: Readonly<Record<LinkKind, number>>;
}

export function linkNumbers({ count: nodes }: Nodes): LinkNumbers {
  const count = {
    client: nodes.client,
    balancer: nodes.balancer - 1,
    server: nodes.server,
    backplane: nodes.server,
    publisher: nodes.publisher,
  };
  const balancer = count.client;
  const server = balancer + count.balancer;
  const backplane = server + count.server;
  const publisher = backplane + count.backplane;
  return { count, first: { client: 0, balancer, server, backplane, publisher } };
}

/** The nodes at the ends of a kind's link number `i`, upward. */
function endsOf({ first, count }: Nodes, kind: LinkKind, i: number): readonly [from: number, to: number] {
  const lastBalancer = first.balancer + count.balancer - 1;
  switch (kind) {
    case "client":
      return [first.client + i, first.balancer];
    case "balancer":
      return [first.balancer + i, first.balancer + i + 1];
    case "server":
      return [lastBalancer, first.server + i];
    case "backplane":
      return [first.server + i, first.backplane];
    case "publisher":
      return [first.publisher + i, first.backplane];
  }
}

/** The links at a client or a server. */
function linksOf({ first }: Nodes, links: LinkNumbers, node: number): number[] {
  if (node < first.balancer) return [node];
  const server = node - first.server;
  return [
    links.first.server + server,
    ...(links.count.backplane > 0 ? [links.first.backplane + server] : []),
  ];
}

/**
 * One direction of a link, as far as all that are alike share it. Streams name it by one number, since it is looked
 * up for each packet.
 */
export interface Way {
  /** What a packet's latency is drawn for. */
  readonly purpose: number;
  /** Whether faults may change the link, or it may lose or hold back packets: then TCP keeps books, and looks the link up. */
  readonly isUncertain: boolean;
  /** Its latency where no fault is at work. */
  readonly latency: Latency;
}

/** How all links of a kind are, upward and downward; null if they differ. */
export type WaysAlike = readonly [up: Way, down: Way] | null;

export class Links extends tableOf({
  // What never changes.
  /** Nodes, upward. */
  from: untold(row()),
  to: untold(row()),
  /** Which of {@link Links.ways} its upward direction is; its downward one is the next. */
  way: untold(medium()),
  /** Whether its packets are counted, because a fault names one of them. */
  counted: untold(flag()),
  /** Its latency and loss where no fault is at work: which of {@link Links.latencies} and {@link Links.losses}. */
  usualLatency: untold(row()),
  usualLoss: untold(row()),
  // What faults change.
  /** Its latency and loss now. */
  latency: row(),
  loss: row(),
  /** Packets sent so far, where they are counted. */
  sentUp: whole(),
  sentDown: whole(),
  /** Its latest cut, a row of Ends (−1 none), and until when that lasted (Infinity: it does). No machine goes by it. µs. */
  cut: untold(row()),
  cutUntilUs: untold(time()),
  /** Which connections have gone mute, upward and downward: those whose streams have lower numbers. 0: none. */
  mutedUp: whole(),
  mutedDown: whole(),
  /** 1: their senders' own kernels drop what they send. */
  muteBySender: flag(),
  /** When connections on it last went mute, a row of Ends (−1 never), how many streams there were, and until when it lasted. µs. */
  mute: untold(row()),
  muteBelow: untold(whole()),
  muteUntilUs: untold(time()),
}) {
  readonly numbers: LinkNumbers;
  /** All that a link of this run can have: as the scenario says, and what faults make of it. */
  readonly latencies: readonly Latency[];
  readonly losses: readonly LossSettings[];
  readonly ways: readonly Way[];
  /**
   * By kind of link: how the upward and the downward direction of all its links are, if they are alike and certain.
   * Who knows the kind need not look a stream's way up.
   */
  readonly alike: Readonly<Record<LinkKind, WaysAlike>>;

  constructor(nodes: Nodes, settings: Settings) {
    const numbers = linkNumbers(nodes);
    super(settings.links.length);
    this.numbers = numbers;
    this.addMany(settings.links.length);
    const latencies = new Map<LatencySettings, number>();
    const losses = new Map<LossSettings, number>();
    const uncertain = new Set<number>();
    for (const kind of LINK_KINDS) {
      for (let i = 0; i < numbers.count[kind]; i++) {
        const link = numbers.first[kind] + i;
        const [from, to] = endsOf(nodes, kind, i);
        const { latency, loss } = settings.links[link]!;
        this.from[link] = from;
        this.to[link] = to;
        this.latency[link] = this.usualLatency[link] = numberOf(latencies, latency);
        this.loss[link] = this.usualLoss[link] = numberOf(losses, loss);
        if (canLose(loss) || (kind === "client" && isWatched(settings, i))) uncertain.add(link);
      }
    }
    // QUIC keeps books of its own, whether something is lost or not.
    settings.clients.forEach(({ group }, client) => {
      if (usesQuic(settings.groups[group]!)) uncertain.add(client);
    });
    for (const fault of settings.faults) {
      if (fault.target === "packet") {
        this.counted[fault.link] = 1;
        uncertain.add(fault.link);
      } else if (fault.target === "process") {
        // What its kernel keeps for it, TCP has to keep.
        for (const node of fault.nodes) for (const link of linksOf(nodes, numbers, node)) uncertain.add(link);
      } else if (fault.target === "link") {
        for (const link of fault.links) uncertain.add(link);
        if (fault.act === "slow") numberOf(latencies, fault.latency);
        else if (fault.act === "lose") numberOf(losses, fault.loss);
      }
    }
    this.latencies = [...latencies.keys()].map(latencyOf);
    this.losses = [...losses.keys()];
    this.ways = this.#addWays(uncertain);
    this.alike = {
      client: this.#allAlike("client"),
      balancer: this.#allAlike("balancer"),
      server: this.#allAlike("server"),
      backplane: this.#allAlike("backplane"),
      publisher: this.#allAlike("publisher"),
    };
  }

  #allAlike(kind: LinkKind): WaysAlike {
    const first = this.numbers.first[kind];
    const ways = this.way.subarray(first, first + this.numbers.count[kind]);
    const [way] = ways;
    if (way === undefined || ways.some((other) => other !== way) || this.ways[way]!.isUncertain) return null;
    return [this.ways[way]!, this.ways[way + 1]!];
  }

  /** Gives each link its way, up and down: one pair for all that are alike. */
  #addWays(uncertain: ReadonlySet<number>): Way[] {
    const ways: Way[] = [];
    const known = new Map<string, number>();
    for (const kind of LINK_KINDS) {
      for (let i = 0; i < this.numbers.count[kind]; i++) {
        const link = this.numbers.first[kind] + i;
        const isUncertain = uncertain.has(link);
        const key = `${kind} ${isUncertain} ${this.latency[link]}`;
        let up = known.get(key);
        if (up === undefined) {
          up = ways.length;
          known.set(key, up);
          const shared = { isUncertain, latency: this.latencies[this.latency[link]!]! };
          ways.push({ purpose: UPWARD[kind], ...shared }, { purpose: UPWARD[kind] + 1, ...shared });
        }
        this.way[link] = up;
      }
    }
    // Streams have 16 bits for them.
    if (ways.length > 65_536) throw new RangeError(`${ways.length} kinds of links are too many`);
    return ways;
  }

  /** The link between the last balancer and a server. */
  toServer(server: number): number {
    return this.numbers.first.server + server;
  }

  /** The link between a server and the backplane. */
  toBackplane(server: number): number {
    return this.numbers.first.backplane + server;
  }

  /** The link between a publisher and the backplane. */
  fromPublisher(publisher: number): number {
    return this.numbers.first.publisher + publisher;
  }

  /** The link between a balancer and the next in the row. */
  toNextBalancer(balancer: number): number {
    return this.numbers.first.balancer + balancer;
  }
}

/** Whether a NAT, or its own kernel, keeps watch over a client's connections. */
function isWatched({ clients, groups }: Settings, client: number): boolean {
  const { natTimeoutUs, tcpKeepaliveUs } = groups[clients[client]!.group]!;
  return Math.min(natTimeoutUs as number, tcpKeepaliveUs as number) < Number.POSITIVE_INFINITY;
}

function canLose({ good, burst }: LossSettings): boolean {
  return good > 0 || burst !== null;
}

/** The number of a thing in a list of all, to which it is added if it is not there. */
function numberOf<T>(list: Map<T, number>, thing: T): number {
  const known = list.get(thing);
  if (known !== undefined) return known;
  list.set(thing, list.size);
  return list.size - 1;
}
