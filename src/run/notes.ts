/** What a run shows that its scenario says in vain: what does nothing in any of its runs, and packets that were never sent in this one. */
import { at, RecordKind } from "../model/trace/records.ts";
import { type Note, notesOn } from "../scenario/notes.ts";
import type { RunResult } from "./result.ts";

export function notesOnRun({ scenario, trace }: Pick<RunResult, "scenario" | "trace">): Note[] {
  return [...notesOn(scenario), ...packetsInVain(scenario, struckIn(trace))];
}

/** Faults about single packets that never struck. */
function packetsInVain({ faults }: RunResult["scenario"], struck: ReadonlySet<number>): Note[] {
  return faults.flatMap((fault, i): Note[] => {
    if (!("packet" in fault) || struck.has(i)) return [];
    const { act, packet, direction, target } = fault;
    return [
      {
        path: `faults.${i}.packet`,
        message: `${act} packet ${packet} ${direction} on ${target}: this run never sent that many there, so this does nothing`,
      },
    ];
  });
}

/** The numbers of the faults that struck. */
function struckIn(trace: RunResult["trace"]): Set<number> {
  const struck = new Set<number>();
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.fault) struck.add(trace[at.fault.fault][row]!);
  return struck;
}
