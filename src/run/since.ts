/** What losses and ends had begun with, in words. */
import { END_CLAUSES } from "../model/trace/end-clauses.ts";
import { END_REASONS, EndReason, type EndReasonName } from "../model/trace/end-reasons.ts";
import { nodeNumbers } from "../scenario/names.ts";
import { patienceOf } from "../scenario/timers.ts";
import type { RunResult } from "./result.ts";
import { type LedgerEnd, placeOf, rootsOf } from "./roots.ts";
import { nodeInWords } from "./words.ts";

/** In the order of their numbers. */
const END_REASON_NAMES = Object.keys(EndReason) as EndReasonName[];

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
  return END_CLAUSES[END_REASON_NAMES[first.reason]]({
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
