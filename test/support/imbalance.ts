import { Fate } from "../../src/model/fate/oracle.part.ts";
import type { Simulation } from "../../src/model/simulation.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { countHoldings } from "./carriers.ts";

/** Whether sent = delivered + lost + in flight, counted over the copies. A sentence if not, or null. */
export function wrongSum(world: Simulation): string | null {
  const { copies, tally } = world;
  const count = [0, 0, 0, 0];
  for (let copy = 0; copy < copies.rows; copy++) count[copies.fate[copy]!]!++;
  const [, inFlight, delivered, lost] = count;
  if (delivered !== tally.delivered[0] || lost !== tally.lost[0]) return "the tally disagrees with the fates";
  if (tally.sent[0] !== inFlight! + delivered! + lost!) return "sent is not delivered + lost + in flight";
  return null;
}

/** What is wrong with the world's books, each carrier and branch counted afresh, or null. */
export function imbalance(world: Simulation): string | null {
  const { copies, reasons, messages } = world;
  const { carriers, branches } = countHoldings(world);
  for (let copy = 0; copy < copies.rows; copy++) {
    const fate = copies.fate[copy]!;
    if (fate === Fate.none) continue;
    if (copies.carriers[copy] !== (carriers.get(copy) ?? 0))
      return `copy ${copy}: ${copies.carriers[copy]} carriers on the books, ${carriers.get(copy) ?? 0} in the world`;
    const message = copies.message[copy]!;
    if (fate === Fate.inFlight && copies.carriers[copy] === 0 && messages.branches[message] === 0)
      return `copy ${copy} is in flight, but nothing holds it`;
    if (fate === Fate.lost && reasons.cause[copies.reason[copy]!]! >= CAUSES.length)
      return `copy ${copy} is lost without a cause`;
  }
  for (let message = 0; message < messages.rows; message++)
    if (messages.branches[message] !== (branches.get(message) ?? 0))
      return `message ${message}: ${messages.branches[message]} branches on the books, ${branches.get(message) ?? 0} in the world`;
  return wrongSum(world);
}
