/**
 * The links of a world: one row each, kind by kind in the order of {@link LINK_KINDS}. A link's upward direction leads away from the clients:
 * client to first balancer, balancer to next balancer, last balancer to server, server to backplane.
 */
import { type Latency, latencyOf } from "../network/latency.ts";
import { Purpose } from "../trace/purposes.ts";
import { flag, row, small, time, untold, whole } from "./column.ts";
import type { Nodes } from "./nodes.ts";
import type { LatencySettings, LossSettings, Settings } from "./settings.ts";
import { tableOf } from "./table.ts";

/** In the order of their numbers. A balancer's links lead to the next balancer. */
export const LINK_KINDS = ["client", "balancer", "server", "backplane"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** What chance is asked for by a packet on its way up; the way down is the next purpose. */
const UPWARD: Readonly<Record<LinkKind, number>> = {
  client: Purpose.clientUp,
  balancer: Purpose.balancerUp,
  server: Purpose.serverUp,
  backplane: Purpose.backplaneUp,
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
  };
  const balancer = count.client;
  const server = balancer + count.balancer;
  return { count, first: { client: 0, balancer, server, backplane: server + count.server } };
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
  }
}

export class Links extends tableOf({
  // What never changes.
  /** Nodes, upward. */
  from: untold(row()),
  to: untold(row()),
  /** What a packet's latency is drawn for, upward. */
  purpose: untold(small()),
  /** Whether a packet on it can be lost in this run, or held back: then TCP keeps books of its packets. */
  lossy: untold(flag()),
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
}) {
  readonly numbers: LinkNumbers;
  /** All that a link of this run can have: as the scenario says, and what faults make of it. */
  readonly latencies: readonly Latency[];
  readonly losses: readonly LossSettings[];

  constructor(nodes: Nodes, settings: Settings) {
    const numbers = linkNumbers(nodes);
    super(settings.links.length);
    this.numbers = numbers;
    this.addMany(settings.links.length);
    const latencies = new Map<LatencySettings, number>();
    const losses = new Map<LossSettings, number>();
    for (const kind of LINK_KINDS) {
      for (let i = 0; i < numbers.count[kind]; i++) {
        const link = numbers.first[kind] + i;
        const [from, to] = endsOf(nodes, kind, i);
        const { latency, loss } = settings.links[link]!;
        this.from[link] = from;
        this.to[link] = to;
        this.purpose[link] = UPWARD[kind];
        this.latency[link] = this.usualLatency[link] = numberOf(latencies, latency);
        this.loss[link] = this.usualLoss[link] = numberOf(losses, loss);
        if (canLose(loss)) this.lossy[link] = 1;
      }
    }
    for (const fault of settings.faults) {
      if (fault.target === "packet") {
        this.counted[fault.link] = 1;
        this.lossy[fault.link] = 1;
      } else if (fault.target === "link") {
        // Where something is cut, TCP keeps books everywhere: what waits elsewhere is told alike.
        if (fault.act === "cut") this.lossy.fill(1, 0, this.rows);
        else if (fault.act === "lose") for (const link of fault.links) this.lossy[link] = 1;
        if (fault.act === "slow") numberOf(latencies, fault.latency);
        else if (fault.act === "lose") numberOf(losses, fault.loss);
      }
    }
    this.latencies = [...latencies.keys()].map(latencyOf);
    this.losses = [...losses.keys()];
  }

  /** The link between the last balancer and a server. */
  toServer(server: number): number {
    return this.numbers.first.server + server;
  }

  /** The link between a server and the backplane. */
  toBackplane(server: number): number {
    return this.numbers.first.backplane + server;
  }

  /** The link between a balancer and the next in the row. */
  toNextBalancer(balancer: number): number {
    return this.numbers.first.balancer + balancer;
  }
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
