/**
 * In which way things went wrong for those whom a breach is about, up to it. Rules of few words («nobody disconnects twice») can be broken in
 * many ways, and the smallest run that breaks one may fail in a way that the run that was found never does: a server that is alone
 * answers 502 when it is killed. So shrinking must not add to what went wrong, nor lose why a message died.
 */
import { CAUSES } from "../model/causes.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../model/records.ts";
import type { BrokenRun } from "./trial.ts";

export interface WayOfFailing {
  /** All that went wrong: «400», «transport close», «no-backplane», …. */
  readonly signs: ReadonlySet<string>;
  /** Whether the message that the breach is about had died. */
  readonly isLost: boolean;
}

export function wayOfFailing({ violation, trace, rows }: BrokenRun): WayOfFailing {
  const { message, clients } = violation.breach;
  // A rule that speaks of nobody speaks of everybody.
  const concerned = new Set(clients);
  const concerns = (client: number) => concerned.size === 0 || concerned.has(client);
  const connected = new Set<number>();
  const signs = new Set<string>();
  let isLost = false;
  const { kind, timeUs, a, b, c, d, e } = trace;
  // Where silence broke it, the record that showed so is later.
  for (let row = 0; row < rows && timeUs[row]! <= violation.timeUs; row++) {
    switch (kind[row]) {
      case RecordKind.response:
        if (c[row]! >= 400 && concerns(b[row]!)) signs.add(`${c[row]}`);
        break;
      case RecordKind.connected:
        connected.add(a[row]!);
        break;
      case RecordKind.disconnected: {
        const was = connected.delete(a[row]!) ? "connected" : "connecting";
        if (concerns(a[row]!)) signs.add(`${CLOSE_REASON_NAMES[b[row]!]} while ${was}`);
        break;
      }
      case RecordKind.idleClosed:
        if (concerns(b[row]!)) signs.add("idle close");
        break;
      case RecordKind.frame:
        if (e[row]! < 0 && (concerns(b[row]!) || concerns(c[row]!))) signs.add("packet lost");
        break;
      case RecordKind.lost: {
        const isIt = b[row] === message;
        if (isIt) isLost = true;
        if (isIt || concerns(e[row]!)) signs.add(CAUSES[d[row]!]?.name ?? "lost");
      }
    }
  }
  return { signs, isLost };
}

/** Whether a smaller run fails in a way in which the found one failed. */
export function isSameWay(found: WayOfFailing, smaller: WayOfFailing): boolean {
  return [...smaller.signs].every((sign) => found.signs.has(sign)) && (smaller.isLost || !found.isLost);
}
