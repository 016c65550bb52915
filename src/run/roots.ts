/** Ends of connections in words, and what they were the roots of. */
import { END_REASONS, EndReason } from "../model/trace/end-reasons.ts";
import { nodeNumbers } from "../scenario/names.ts";
import { patienceOf } from "../scenario/timers.ts";
import type { RunResult } from "./result.ts";
import { nodeInWords } from "./words.ts";

/** A connection ended, or a link was cut. */
export interface LedgerEnd {
  /** Index in END_REASONS. */
  readonly reason: number;
  /** The node at which it ended; of a cut link, its end that is no balancer, or the one nearer to the clients. */
  readonly place: number;
  readonly timeUs: number;
  /** The node whose connection it was: a client's, or a server's if it was one to the backplane; −1: a link was cut. */
  readonly whose: number;
  /** Engine.IO session; −1 none. */
  readonly session: number;
  /** The cut link that caused it; null if none did. */
  readonly root: LedgerEnd | null;
}

/** The kind of node, or the link, at which something ended; «sender»: a node of any kind. */
export type EndPlace = Exclude<EndReason["at"], "either">;

/** The kind of node at which a connection ended; for a ping timeout, the end that noticed it. */
export function placeOf({ reason, place, whose }: LedgerEnd): EndPlace {
  const { at } = END_REASONS[reason];
  if (at !== "either") return at;
  return place === whose ? "client" : "server";
}

/** A root, its own root, and so on. The last is the one to mend. */
export function rootsOf(root: LedgerEnd | null): LedgerEnd[] {
  return root === null ? [] : [root, ...rootsOf(root.root)];
}

/** Roots of the same key can be told in one clause: the same happened, on the same side, and at the same balancer. */
export function rootsKey(root: LedgerEnd | null): string {
  return rootsOf(root).map(endKey).join();
}

/** Ends of the same key are told as one. */
export function endKey(end: LedgerEnd): string {
  const at = placeOf(end);
  return `${end.reason}/${at === "balancer" ? end.place : at}`;
}

/** What clauses about a run need to know of it. */
type Told = Pick<RunResult, "nodes" | "scenario">;

/**
 * What had happened at these roots, of one {@link rootsKey}, as clauses: «the balancer had closed B's connection after
 * 10 s of silence». Nodes are named where the roots agree about them.
 *
 * @param timeText what follows each clause, to give its time: « (at 19.06 s)»
 */
export function sinceText(
  run: Told,
  roots: readonly LedgerEnd[],
  timeText: (timeUs: number) => string = () => "",
): string {
  const chains = roots.map(rootsOf);
  return chains[0]
    .map((end, depth) => {
      const ends = chains.map((chain) => chain[depth]);
      return `${clauseOf(run, ends)}${timeText(end.timeUs)}`;
    })
    .join(", since ");
}

function clauseOf(run: Told, ends: readonly LedgerEnd[]): string {
  const { nodes, scenario } = run;
  const [first] = ends;
  const nameOf = (nodeOf: (end: LedgerEnd) => number) => {
    const node = nodes[nodeOf(first)];
    if (node === undefined) return "";
    const isOne = ends.every((end) => nodeOf(end) === node.node);
    return isOne ? nodeInWords(scenario, node.name) : `a ${node.kind}`;
  };
  const { silence, answer, lifetimeMs } = patienceOf(scenario, nodes[first.place]?.name ?? "");
  const idle = first.reason === EndReason.gatewayTimeout ? answer : silence;
  return END_REASONS[first.reason].had({
    whose: nameOf(({ whose }) => whose),
    place: nameOf(({ place }) => place),
    balancer: nameOf((end) => balancerOf(run, end)),
    isAtClient: placeOf(first) === "client",
    idle: `${idle.ms / 1000} s`,
    age: `${lifetimeMs / 1000} s`,
  });
}

/** The balancer where a connection ended; of a link, the one at its end. */
function balancerOf({ nodes, scenario }: Told, { reason, place }: LedgerEnd): number {
  if (END_REASONS[reason].at !== "link") return place;
  const first = nodeNumbers(scenario).first.balancer;
  switch (nodes[place]?.kind) {
    case "client":
      return first;
    case "balancer":
      return place + 1;
    default:
      return first + scenario.proxies.length;
  }
}
