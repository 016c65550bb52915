/**
 * Of what waits in Redis for servers that do not read: how many messages and how much (MB, as Redis counts) at most; when that began, and when
 * Redis closed a connection for it (s after the first fault); how many messages the kernels had taken by then, and how much that is (MB).
 */
import { EndReason } from "../model/trace/end-reasons.ts";
import { FrameKind } from "../model/trace/frames.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { Ledger } from "../run/ledger.ts";
import type { RunResult } from "../run/result.ts";
import { sizeOfEach } from "./buffer-facts.ts";

export function backlogFacts({ trace, scenario }: RunResult, { ends }: Ledger): [string, number | string][] {
  let [faultUs, firstUs, server, most, mostBytes] = [0, -1, -1, 0, 0];
  for (let row = trace.length - 1; row >= 0; row--) {
    if (trace.kind[row] === RecordKind.fault) faultUs = trace.timeUs[row]!;
    if (trace.kind[row] !== RecordKind.backlog) continue;
    firstUs = trace.timeUs[row]!;
    server = trace[at.backlog.server][row]!;
    most = Math.max(most, trace[at.backlog.waiting][row]!);
    mostBytes = Math.max(mostBytes, trace[at.backlog.bytes][row]!);
  }
  let taken = 0;
  for (let row = 0; row < trace.length; row++)
    if (
      trace.kind[row] === RecordKind.frame &&
      trace[at.frame.kind][row] === FrameKind.push &&
      trace[at.frame.to][row] === server &&
      trace.timeUs[row]! >= faultUs &&
      trace.timeUs[row]! < firstUs
    )
      taken++;
  const closed = ends.find(({ reason }) => reason === EndReason.outputBufferFull);
  const megabytes = (bytes: number) => Math.round(bytes / 100_000) / 10;
  const afterS = (us: number) => Math.round((us - faultUs) / 100_000) / 10;
  const bytes = sizeOfEach(scenario);
  return [
    ["backlog.most", most],
    ["backlog.mostMB", megabytes(mostBytes)],
    ["backlog.afterS", firstUs < 0 ? "none" : afterS(firstUs)],
    ["backlog.closedS", closed === undefined ? "none" : afterS(closed.timeUs)],
    ["backlog.kernelCount", taken],
    ["backlog.kernelMB", bytes === null ? "none" : megabytes(taken * bytes)],
  ];
}
