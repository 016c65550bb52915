/**
 * Which balancer is meant. The model's sentences speak of «the balancer»; where there are several in a row, each has
 * its name, and only the last is called so.
 */
import { atBeginning, nodeInWords } from "../check/in-words.ts";
import { EndReason } from "../model/trace/end-reasons.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { NodeInfo, RunResult } from "../run/result.ts";
import { type LedgerEnd, rootsOf, type SinceWords, sinceText } from "../run/roots.ts";

function balancersOf({ nodes }: RunResult): readonly NodeInfo[] {
  return nodes.filter(({ kind }) => kind === "balancer");
}

/** «the balancer», «edge»; «a balancer» if it is not known which one, or was not the same one each time. */
export function balancerInWords(run: RunResult, nodes: Iterable<number> = []): string {
  const balancers = balancersOf(run);
  const meant = balancers.length === 1 ? balancers : [...new Set(nodes)].map((node) => run.nodes[node]);
  const [one, ...others] = meant.filter((node) => node?.kind === "balancer");
  return one === undefined || others.length > 0 ? "a balancer" : nodeInWords(run.scenario, one.name);
}

/**
 * A sentence of the model's about «the balancer», about those of these nodes that are balancers. Where a copy is lost
 * tells nothing: what was lost when a balancer died was often at another.
 */
export function aboutBalancers(run: RunResult, sentence: string, nodes?: Iterable<number>): string {
  const words = balancerInWords(run, nodes);
  const first = atBeginning(words).replace(/^a /, "A ");
  return sentence.replaceAll("the balancer", words).replaceAll("The balancer", first);
}

/** What had happened at these roots, which are alike: as sinceText, of the balancers where it happened. */
export function sinceBalancers(run: RunResult, roots: readonly LedgerEnd[], words: SinceWords): string {
  const chains = roots.map(rootsOf);
  return chains[0]
    .map((end, depth) => {
      const clause = sinceText({ ...end, root: null }, words);
      return aboutBalancers(
        run,
        clause,
        chains.map((chain) => balancerOf(run, chain[depth])),
      );
    })
    .join(", since ");
}

/** The balancer at which a connection ended; of a cut link, the one at its other end. */
function balancerOf(run: RunResult, { reason, place }: LedgerEnd): number {
  if (reason !== EndReason.linkCut) return place;
  const balancers = balancersOf(run);
  switch (run.nodes[place]?.kind) {
    case "client":
      return balancers[0].node;
    case "balancer":
      return place + 1;
    default:
      return balancers[balancers.length - 1].node;
  }
}

/** The balancer that closes a connection for being idle: what it does next at this instant is recorded with its node. */
export function idleBalancer(run: RunResult, row: number): number {
  const { trace, nodes } = run;
  const client = trace[at.idleClosed.client][row];
  for (let next = row + 1; next < trace.length && trace.timeUs[next] === trace.timeUs[row]; next++) {
    const isEnd = trace.kind[next] === RecordKind.ended && trace[at.ended.whose][next] === client;
    if (!isEnd && trace.kind[next] !== RecordKind.frame) continue;
    const node = trace[isEnd ? at.ended.place : at.frame.from][next];
    if (nodes[node]?.kind === "balancer") return node;
  }
  return balancersOf(run).at(-1)!.node;
}
