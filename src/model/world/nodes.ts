/**
 * The nodes of a world, numbered as in the trace: kind by kind, in the order of {@link NODE_KINDS}. Balancers stand
 * in a row: clients connect to the first, and the last has the servers.
 */

/** In the order of their numbers. */
const NODE_KINDS = ["client", "balancer", "server", "backplane", "publisher", "gateway", "channel"] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

export class Nodes {
  /** How many there are of each kind. */
  readonly count: Readonly<Record<NodeKind, number>>;
  /** The number of the first of each kind. Where there are none, of those that come next. */
  readonly first: Readonly<Record<NodeKind, number>>;
  readonly total: number;

  constructor(count: Readonly<Record<NodeKind, number>>) {
    this.count = count;
    const first = Object.fromEntries(NODE_KINDS.map((kind) => [kind, 0])) as Record<NodeKind, number>;
    let total = 0;
    for (const kind of NODE_KINDS) {
      first[kind] = total;
      total += count[kind];
    }
    this.first = first;
    this.total = total;
  }

  /** Of which kind a node is. */
  kindOf(node: number): NodeKind {
    const kind = NODE_KINDS.findLast((kind) => node >= this.first[kind] && this.count[kind] > 0);
    if (kind === undefined || node >= this.total) throw new RangeError(`there is no node ${node}`);
    return kind;
  }

  /** Its number among those of its kind. */
  indexOf(node: number): number {
    return node - this.first[this.kindOf(node)];
  }
}
