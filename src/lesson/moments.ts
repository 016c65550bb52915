/** When a lesson's moments are in a run. */
import { type EndReasonIndex, SILENCES } from "../model/trace/end-reasons.ts";
import { FrameKind } from "../model/trace/frames.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";
import type { Moment, MomentEvent } from "./lesson.ts";

/** The simulated time of a moment, in µs and within the run; null if what it names does not happen. */
export function timeOf({ trace, endUs }: RunResult, { event, offsetMs }: Moment): number | null {
  const eventUs = event === "start" ? 0 : event === "end" ? endUs : eventTimeUs(trace, event);
  return eventUs === null ? null : Math.min(Math.max(eventUs + offsetMs * 1000, 0), endUs);
}

type Trace = RunResult["trace"];
interface Sign {
  readonly kind: number;
  readonly nth: number;
  /** Of records of this kind, those that count. By default all. */
  readonly is?: (trace: Trace, row: number) => boolean;
}

const KINDS: Readonly<Record<Exclude<MomentEvent, "start" | "end">, Sign>> = {
  "first message": { kind: RecordKind.message, nth: 1 },
  "second message": { kind: RecordKind.message, nth: 2 },
  "first delivery": { kind: RecordKind.delivered, nth: 1 },
  "first loss": { kind: RecordKind.lost, nth: 1 },
  "first connection": { kind: RecordKind.connected, nth: 1 },
  "first request": { kind: RecordKind.request, nth: 1 },
  "first refusal": {
    kind: RecordKind.response,
    nth: 1,
    is: (trace, row) => trace[at.response.status][row]! >= 400,
  },
  "first lost packet": {
    kind: RecordKind.frame,
    nth: 1,
    is: (trace, row) => trace[at.frame.flightUs][row]! < 0,
  },
  "first retransmission": {
    kind: RecordKind.frame,
    nth: 1,
    is: (trace, row) => trace[at.frame.kind][row] === FrameKind.resend,
  },
  "first turned away": { kind: RecordKind.turnedAway, nth: 1 },
  "first wait": { kind: RecordKind.work, nth: 1, is: (trace, row) => trace[at.work.waitedUs][row]! < 0 },
  "first by channel": { kind: RecordKind.channelSent, nth: 1 },
  "first receipt": { kind: RecordKind.receipt, nth: 1 },
  "first cut": { kind: RecordKind.idleClosed, nth: 1 },
  "first silence": {
    kind: RecordKind.ended,
    nth: 1,
    is: (trace, row) => SILENCES.includes(trace[at.ended.reason][row] as EndReasonIndex),
  },
  "first disconnection": { kind: RecordKind.disconnected, nth: 1 },
  "first fault": { kind: RecordKind.fault, nth: 1 },
  "first ping": {
    kind: RecordKind.frame,
    nth: 1,
    is: (trace, row) => trace[at.frame.kind][row] === FrameKind.ping,
  },
};

function eventTimeUs(trace: Trace, event: Exclude<MomentEvent, "start" | "end">): number | null {
  const { kind, nth, is } = KINDS[event];
  let seen = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== kind) continue;
    if (is !== undefined && !is(trace, row)) continue;
    if (++seen === nth) return trace.timeUs[row]!;
  }
  return null;
}
