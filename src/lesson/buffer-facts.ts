/**
 * Of what servers keep for clients that do not read: how many messages and how much (MB) waited at most for one of them, and when
 * that began (s after the first fault); how much had been written to it by then that it had not read, and which the kernels had
 * taken (MB), if all messages are of one size.
 */
import { Fate } from "../model/fate/oracle.part.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { Ledger } from "../run/ledger.ts";
import type { RunResult } from "../run/result.ts";
import type { Scenario } from "../scenario/schema.ts";

/** How many bytes each message of a scenario has; null: not all have as many. */
export function sizeOfEach({ workload }: Pick<Scenario, "workload">): number | null {
  const [bytes = 0, ...others] = new Set(workload.map((line) => line.bytes ?? 0));
  return others.length === 0 ? bytes : null;
}

export function bufferFacts({ trace, scenario }: RunResult, { copies }: Ledger): [string, number | string][] {
  let [faultUs, firstUs, client, most, mostBytes] = [0, -1, -1, 0, 0];
  for (let row = trace.length - 1; row >= 0; row--) {
    if (trace.kind[row] === RecordKind.fault) faultUs = trace.timeUs[row]!;
    if (trace.kind[row] !== RecordKind.buffered) continue;
    firstUs = trace.timeUs[row]!;
    client = trace[at.buffered.client][row]!;
    most = Math.max(most, trace[at.buffered.waiting][row]!);
    mostBytes = Math.max(mostBytes, trace[at.buffered.bytes][row]!);
  }
  const isRead = (fate: number, settledUs: number) => fate === Fate.delivered && settledUs < firstUs;
  const taken = copies.filter(
    ({ recipient, sentUs, fate, settledUs }) =>
      recipient === client && sentUs < firstUs && !isRead(fate, settledUs),
  ).length;
  const bytes = sizeOfEach(scenario);
  const megabytes = (count: number) => Math.round(count / 100_000) / 10;
  return [
    ["buffer.most", most],
    ["buffer.mostMB", megabytes(mostBytes)],
    ["buffer.afterS", firstUs < 0 ? "none" : Math.round((firstUs - faultUs) / 100_000) / 10],
    ["buffer.kernelMB", bytes === null ? "none" : megabytes(taken * bytes)],
  ];
}
