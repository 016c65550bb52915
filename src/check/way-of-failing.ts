/**
 * In which way things went wrong, up to a breach, for the clients that it is about. A simple rule («nobody
 * disconnects twice») can be broken in many ways, and the smallest run that breaks it may fail in a way in
 * which the run that was found never does: with a single server, a kill leads to 502. So shrinking must not
 * add to what went wrong, nor lose why a message died.
 */
import { CAUSES } from "../model/trace/causes.ts";
import { at, CLOSE_REASON_NAMES, RecordKind } from "../model/trace/records.ts";
import type { BrokenRun } from "./trial.ts";

export interface WayOfFailing {
  /** All that went wrong: «400», «transport close», «no-backplane», …. */
  readonly signs: ReadonlySet<string>;
  /** Whether the message that the breach is about had died. */
  readonly isLost: boolean;
}

export function wayOfFailing({ violation, trace, rows }: BrokenRun): WayOfFailing {
  const { message, clients } = violation.breach;
  // A breach that names no clients is about all of them.
  const concerned = new Set(clients);
  const concerns = (client: number) => concerned.size === 0 || concerned.has(client);
  const connected = new Set<number>();
  const signs = new Set<string>();
  let isLost = false;
  // Where silence broke it, the record that showed so is later.
  for (let row = 0; row < rows && trace.timeUs[row] <= violation.timeUs; row++) {
    switch (trace.kind[row]) {
      case RecordKind.response: {
        const status = trace[at.response.status][row];
        if (status >= 400 && concerns(trace[at.response.client][row])) signs.add(`${status}`);
        break;
      }
      case RecordKind.connected:
        connected.add(trace[at.connected.client][row]);
        break;
      case RecordKind.disconnected: {
        const client = trace[at.disconnected.client][row];
        const was = connected.delete(client) ? "connected" : "connecting";
        const told = CLOSE_REASON_NAMES[trace[at.disconnected.reason][row]];
        if (concerns(client)) signs.add(`${told} while ${was}`);
        break;
      }
      case RecordKind.idleClosed:
        if (concerns(trace[at.idleClosed.client][row])) signs.add("idle close");
        break;
      case RecordKind.frame: {
        const [from, to] = [trace[at.frame.from][row], trace[at.frame.to][row]];
        const isDropped = trace[at.frame.flightUs][row] < 0;
        if (isDropped && (concerns(from) || concerns(to))) signs.add("packet lost");
        break;
      }
      case RecordKind.lost: {
        const isIt = trace[at.lost.message][row] === message;
        if (isIt) isLost = true;
        if (isIt || concerns(trace[at.lost.recipient][row]))
          signs.add(CAUSES[trace[at.lost.cause][row]]?.name ?? "lost");
      }
    }
  }
  return { signs, isLost };
}

/** Whether a smaller run fails in a way in which the found one failed. */
export function isSameWay(found: WayOfFailing, smaller: WayOfFailing): boolean {
  return [...smaller.signs].every((sign) => found.signs.has(sign)) && (smaller.isLost || !found.isLost);
}
