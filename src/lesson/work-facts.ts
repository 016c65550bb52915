/**
 * Of servers whose work takes time: how long it takes (ms), which share of the time they were busy with it (%), how many waited at most at one server, and how long those whose
 * turn came had waited there, on average and at worst (ms).
 */
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";

export function workFacts({ trace, scenario, endUs }: RunResult): [string, number | string][] {
  const { count, workers } = scenario.servers;
  let [begun, most, busyUs, waitedUs, worstUs] = [0, 0, 0, 0, 0];
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.work) continue;
    most = Math.max(most, trace[at.work.waiting][row]!);
    const us = trace[at.work.waitedUs][row]!;
    if (us < 0) continue;
    begun++;
    busyUs += trace[at.work.takesUs][row]!;
    waitedUs += us;
    worstUs = Math.max(worstUs, us);
  }
  return [
    ["queue.service", scenario.servers.serviceMs],
    ["queue.busy", Math.round((100 * busyUs) / Math.max(1, endUs * count * workers))],
    ["queue.most", most],
    ["queue.wait", begun === 0 ? "none" : Math.round(waitedUs / begun / 1000)],
    ["queue.worst", begun === 0 ? "none" : Math.round(worstUs / 1000)],
  ];
}
