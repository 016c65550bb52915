/** The moments that are worth stopping at, and the losses among them. */
import { carriesData } from "../../model/trace/frames.ts";
import { at, RecordKind } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";
import { lowerBound, upperBound } from "./frames.ts";

export interface Steps {
  /** Distinct times, ascending. */
  readonly timesUs: Float64Array;
  /** Times of losses and refusals, without repetition, ascending. */
  readonly lossesUs: Float64Array;
  /** Whether the departures of frames are among the steps (they are where there are few). */
  readonly withFrames: boolean;
}

const ALWAYS = new Set<number>([
  RecordKind.message,
  RecordKind.delivered,
  RecordKind.duplicated,
  RecordKind.lost,
  RecordKind.connected,
  RecordKind.disconnected,
  RecordKind.fault,
  RecordKind.upgraded,
  RecordKind.idleClosed,
  RecordKind.ended,
  RecordKind.request,
  RecordKind.response,
  RecordKind.turnedAway,
  RecordKind.marked,
  RecordKind.exited,
  RecordKind.relisted,
  RecordKind.wentFirst,
  RecordKind.work,
  RecordKind.buffered,
  RecordKind.backlog,
  RecordKind.queued,
  RecordKind.recovery,
  RecordKind.channelSent,
  RecordKind.channelArrived,
  RecordKind.read,
  RecordKind.receipt,
  RecordKind.online,
  RecordKind.listed,
  RecordKind.context,
  RecordKind.news,
  RecordKind.written,
  RecordKind.neverWritten,
  RecordKind.published,
  RecordKind.shownBefore,
  RecordKind.taken,
]);
const FEW = 600;

/** Collects the steps of a run. */
export function indexSteps(run: RunResult): Steps {
  const { trace } = run;
  const isData = (i: number) => trace.kind[i] === RecordKind.frame && carriesData(trace[at.frame.kind][i]);
  let frames = 0;
  for (let i = 0; i < trace.length; i++) if (isData(i)) frames++;
  const withFrames = frames <= FEW;
  const times: number[] = [];
  const losses: number[] = [];
  let last = -1;
  let lastLoss = -1;
  for (let i = 0; i < trace.length; i++) {
    const kind = trace.kind[i];
    const t = trace.timeUs[i];
    const refused = kind === RecordKind.response && trace[at.response.status][i] >= 400;
    if ((kind === RecordKind.lost || refused) && t !== lastLoss) losses.push((lastLoss = t));
    if (t !== last && (ALWAYS.has(kind) || (withFrames && isData(i)))) times.push((last = t));
  }
  return { timesUs: Float64Array.from(times), lossesUs: Float64Array.from(losses), withFrames };
}

/** The next moment after `timeUs`, or the end. */
export function nextStep(times: Float64Array, timeUs: number, endUs: number): number {
  const i = upperBound(times, Math.floor(timeUs));
  return i < times.length ? times[i] : endUs;
}

/** The moment before `timeUs`, or 0. */
export function previousStep(times: Float64Array, timeUs: number): number {
  const i = lowerBound(times, timeUs) - 1;
  return i >= 0 ? times[i] : 0;
}
