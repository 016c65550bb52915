/** Where a run opens: at what moment playing begins, and at what moment a still picture says most. */
import { RecordKind } from "../../model/trace/records.ts";
import { toPlay, toSim } from "../run/warp.ts";
import type { Loaded } from "./player.ts";

/** Lessons about messages, which open shortly before the first one instead of with the handshakes. */
const OPENS_AT_MESSAGE = new Set(["broadcast-across-servers"]);
const LEAD_S = 1.2;

/** When to begin to play. */
export function openingTime({ run, index }: Loaded): number {
  const first = index.ledger.messageUs[0];
  if (first === undefined || !OPENS_AT_MESSAGE.has(run.scenario.name)) return 0;
  const at = toPlay(index.warp, first) - LEAD_S;
  return at <= LEAD_S ? 0 : toSim(index.warp, at);
}

/** What to show to people who want no motion: the first loss, or else the moment at which the first message arrives. */
export function restingTime({ run, index }: Loaded): number {
  const { ledger, steps } = index;
  if (ledger.lostUs.length > 0) return ledger.lostUs[0];
  if (steps.lossesUs.length > 0) return steps.lossesUs[0];
  if (ledger.messages > 0) {
    let last = 0;
    for (let k = ledger.firstCopy[0]; k < ledger.firstCopy[1]; k++)
      last = Math.max(last, ledger.settledUs[ledger.copyOrder[k]] || 0);
    if (last > 0) return last;
  }
  const { trace } = run;
  for (let i = trace.length - 1; i >= 0; i--)
    if (trace.kind[i] === RecordKind.connected || trace.kind[i] === RecordKind.upgraded)
      return trace.timeUs[i];
  return run.endUs;
}
