/**
 * What handing messages out came to: how many times one was sent to the backplane and from there to a server, how often such a server had nobody
 * to tell it to, how many copies servers wrote to clients, and how long they took for each (ms).
 */
import { FrameKind } from "../model/trace/frames.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";

export function fanOutFacts({ trace, scenario, nodes }: RunResult): [string, number][] {
  const messageOf: number[] = [];
  const pushes: [number, number][] = [];
  const told = new Set<string>();
  let [published, written] = [0, 0];
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] === RecordKind.copy)
      messageOf[trace[at.copy.copy][row]!] = trace[at.copy.message][row]!;
    if (trace.kind[row] !== RecordKind.frame) continue;
    const subject = trace[at.frame.subject][row]!;
    const kind = trace[at.frame.kind][row];
    if (kind === FrameKind.publish) published++;
    else if (kind === FrameKind.push) pushes.push([trace[at.frame.to][row]!, subject]);
    else if (kind === FrameKind.deliver && nodes[trace[at.frame.from][row]!]!.kind === "server") {
      written++;
      told.add(`${trace[at.frame.from][row]} ${messageOf[subject]}`);
    }
  }
  return [
    ["fanout.published", published],
    ["fanout.pushed", pushes.length],
    ["fanout.idle", pushes.filter(([server, message]) => !told.has(`${server} ${message}`)).length],
    ["fanout.written", written],
    ["fanout.writeMs", scenario.servers.writeMs],
  ];
}
