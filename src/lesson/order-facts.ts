/**
 * In which order members heard what: of each client, who had sent the first two messages that it heard; and of messages that were sent at nearly
 * the same time, how many pairs were heard by one client in this order and by another in that.
 */

import { at, RecordKind } from "../model/trace/records.ts";
import type { Ledger } from "../run/ledger.ts";
import type { RunResult } from "../run/result.ts";

/** Of messages that were sent further apart nobody asks which was first. µs. */
const TOGETHER_US = 50_000;

export function orderFacts({ nodes, trace }: RunResult, { messages }: Ledger): [string, number | string][] {
  const heard = new Map<number, number[]>(
    nodes.filter(({ kind }) => kind === "client").map(({ node }) => [node, []]),
  );
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.delivered)
      heard.get(trace[at.delivered.recipient][row]!)?.push(trace[at.delivered.message][row]!);
  const sendersOf = (some: readonly number[]) =>
    some.map((message) => nodes[messages[message]!.sender]!.name);
  return [
    ...[...heard].map(([client, some]): [string, string] => [
      `${nodes[client]!.name}.heard`,
      sendersOf(some.slice(0, 2)).join(", then ") || "none",
    ]),
    ["order.split", splitPairs([...heard.values()], messages)],
  ];
}

function splitPairs(heard: readonly number[][], messages: Ledger["messages"]): number {
  const seen = new Set<string>();
  const split = new Set<string>();
  for (const one of heard)
    for (const [i, first] of one.entries())
      for (const then of one.slice(i + 1)) {
        if (Math.abs(messages[then]!.sentUs - messages[first]!.sentUs) > TOGETHER_US) break;
        seen.add(`${first} ${then}`);
        if (seen.has(`${then} ${first}`)) split.add(`${Math.min(first, then)} ${Math.max(first, then)}`);
      }
  return split.size;
}
