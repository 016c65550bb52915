/** The one document of `--json`. */
import { attendanceOf } from "../run/attendance.ts";
import { countChannels, spentMicros } from "../run/channels.ts";
import type { Ledger } from "../run/ledger.ts";
import type { Metrics } from "../run/metrics.ts";
import { notesOnRun } from "../run/notes.ts";
import { countOutcomes, type Outcomes, readTasks } from "../run/outcomes.ts";
import { countRows, type RowCounts } from "../run/row-table.ts";
import { readRows } from "../run/rows.ts";
import { connectionLimits } from "../scenario/limits.ts";
import { limitsMet } from "./limits-met.ts";
import type { Settings } from "./settings.ts";
import type { CliResult } from "./simulate.ts";

/** Only where there are any. */
function channelsOf(run: CliResult) {
  const counts = countChannels(run);
  if (counts.length === 0) return {};
  return {
    channels: counts.map(({ node: _, micros, ...count }) => ({
      ...count,
      usd: micros === null ? null : micros / 1e6,
    })),
    spentUsd: spentMicros(counts) / 1e6,
  };
}

/** The application's view of what servers act on, if anybody sends them something. */
function outcomesOf(run: CliResult): { readonly outcomes?: Outcomes } {
  const tasks = readTasks(run);
  return tasks.length === 0 ? {} : { outcomes: countOutcomes(tasks) };
}

/** What servers write into a database, if they write anything. */
function rowsOf({ trace }: CliResult): { readonly rows?: RowCounts } {
  const rows = readRows(trace);
  return rows.length === 0 ? {} : { rows: countRows(rows) };
}

/** Of how many connections there is room for, and whom a limit met, where there are limits. */
function limitsOf(run: CliResult) {
  const limits = connectionLimits(run.scenario);
  const met = limitsMet(run);
  return { ...(limits.length === 0 ? {} : { limits }), ...(met.length === 0 ? {} : { limitsMet: met }) };
}

/** Who was connected where, and when. */
function attendance(run: CliResult) {
  const { servers, spans } = attendanceOf(run);
  return {
    servers,
    overTime: spans.map(({ untilUs, ...span }) => ({ untilMs: untilUs / 1000, ...span })),
  };
}

export function summary(run: CliResult, ledger: Ledger, metrics: Metrics, settings: Settings) {
  return {
    scenario: run.scenario.name,
    variant: run.variant,
    seed: run.seed,
    settings: Object.fromEntries(settings),
    faults: run.scenario.faults,
    notes: notesOnRun(run),
    fingerprint: run.fingerprint,
    events: run.events,
    endedBy: run.endedBy,
    endMs: run.endUs / 1000,
    messages: ledger.messages.length,
    copies: ledger.tally,
    causes: ledger.causes,
    losses: ledger.losses,
    latencyMs: metrics.latencyMs,
    connections: metrics.connections,
    ...attendance(run),
    amplification: metrics.amplification,
    ...limitsOf(run),
    ...(metrics.presence === null ? {} : { presence: metrics.presence }),
    ...channelsOf(run),
    ...outcomesOf(run),
    ...rowsOf(run),
  };
}
