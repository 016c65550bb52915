/** Fanout Lab as a library: parse a scenario, run it, and read off its trace what became of every message. */
export { CAUSES } from "./model/causes.ts";
export { Fate } from "./model/oracle.ts";
export type { Columns } from "./model/records.ts";
export { FrameKind, RecordKind } from "./model/records.ts";
export { fingerprint } from "./run/fingerprint.ts";
export type { Ledger, LedgerCopy, LedgerMessage } from "./run/ledger.ts";
export { readLedger } from "./run/ledger.ts";
export type { Metrics } from "./run/metrics.ts";
export { measure } from "./run/metrics.ts";
export type { EndedBy, NodeInfo, RunResult } from "./run/result.ts";
export type { RunOptions } from "./run/run.ts";
export { Run } from "./run/run.ts";
export { simulate } from "./run/simulate.ts";
export type { ParseError, ParseResult } from "./scenario/parse.ts";
export { formatErrors, parseScenario, withSettings, withVariant } from "./scenario/parse.ts";
export type { Scenario, ScenarioInput } from "./scenario/schema.ts";
