/** Limits that a run met, and how many clients had to wait there or were turned away. */
import { at, LIMIT_NAMES, type LimitKind, RecordKind } from "../model/trace/records.ts";
import { makesWait } from "../run/words.ts";
import type { CliResult } from "./simulate.ts";

export interface LimitMet {
  readonly limit: string;
  /** How many clients. */
  readonly turnedAway: number;
  readonly hadToWait: number;
}

export function limitsMet({ trace, nodes }: CliResult): LimitMet[] {
  const met = LIMIT_NAMES.map(() => ({ away: new Set<number>(), waiting: new Set<number>() }));
  for (let i = 0; i < trace.length; i++) {
    if (trace.kind[i] !== RecordKind.turnedAway) continue;
    const limit = trace[at.turnedAway.limit][i] as LimitKind;
    const waits = makesWait(limit, nodes[trace[at.turnedAway.place][i]!]!.kind === "server");
    met[limit]![waits ? "waiting" : "away"].add(trace[at.turnedAway.client][i]!);
  }
  return met.flatMap(({ away, waiting }, limit) =>
    away.size + waiting.size === 0
      ? []
      : [{ limit: LIMIT_NAMES[limit]!, turnedAway: away.size, hadToWait: waiting.size }],
  );
}
