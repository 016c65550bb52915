/** When a lesson's moments are in a run. */
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";
import type { Moment, MomentEvent } from "./lesson.ts";

/** The simulated time of a moment, in µs and within the run; null if what it names does not happen. */
export function timeOf({ trace, endUs }: RunResult, { event, offsetMs }: Moment): number | null {
  const eventUs = event === "start" ? 0 : event === "end" ? endUs : eventTimeUs(trace, event);
  return eventUs === null ? null : Math.min(Math.max(eventUs + offsetMs * 1000, 0), endUs);
}

const KINDS: Readonly<Record<Exclude<MomentEvent, "start" | "end">, { kind: number; nth: number }>> = {
  "first message": { kind: RecordKind.message, nth: 1 },
  "second message": { kind: RecordKind.message, nth: 2 },
  "first delivery": { kind: RecordKind.delivered, nth: 1 },
  "first loss": { kind: RecordKind.lost, nth: 1 },
  "first connection": { kind: RecordKind.connected, nth: 1 },
  "first request": { kind: RecordKind.request, nth: 1 },
  "first refusal": { kind: RecordKind.response, nth: 1 },
};

function eventTimeUs(trace: RunResult["trace"], event: Exclude<MomentEvent, "start" | "end">): number | null {
  const { kind, nth } = KINDS[event];
  let seen = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== kind) continue;
    if (kind === RecordKind.response && trace[at.response.status][row]! < 400) continue;
    if (++seen === nth) return trace.timeUs[row]!;
  }
  return null;
}
