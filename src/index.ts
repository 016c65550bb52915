/**
 * Fanout Lab as a library: parse a scenario, run it, and read off its trace what became of every message; check it
 * against rules, built-in and one's own, and replay what broke them.
 */
export * as arbitraries from "./check/arbitraries.ts";
export type { Belief, Refutation } from "./check/beliefs.ts";
export { BELIEFS, refute } from "./check/beliefs.ts";
export type { Bounds } from "./check/bounds.ts";
export type { Progress } from "./check/check.ts";
export { check, checking } from "./check/check.ts";
export { claimsOf } from "./check/claims.ts";
export type { Counterexample } from "./check/counterexample.ts";
export { scenarioFile } from "./check/counterexample.ts";
export type { CoverageReport } from "./check/coverage.ts";
export type { CheckOptions } from "./check/options.ts";
export { regressionTest } from "./check/regression-test.ts";
export type { Repair } from "./check/repair.ts";
export type { ReplayedBreach } from "./check/replay.ts";
export { replay } from "./check/replay.ts";
export type { Breach, Monitor, Rule, RuleKind, Setting, Violation } from "./check/rule.ts";
export { rules } from "./check/rules/index.ts";
export type { Scope, Subject } from "./check/scope.ts";
export type { StoryLine } from "./check/story-lines.ts";
export type { OutcomeName, Report, Standing, Verdict } from "./check/verdict.ts";
export { boundsInWords, coveredWords, isBroken, isOpen, standingOf, worthOf } from "./check/verdict.ts";
export type { Estimate } from "./cost/estimate.ts";
export { estimate } from "./cost/estimate.ts";
export { valuesWith } from "./cost/inputs.ts";
export { Fate } from "./model/fate/oracle.part.ts";
export { CAUSES, Cause } from "./model/trace/causes.ts";
export { END_REASONS, EndReason } from "./model/trace/end-reasons.ts";
export { FRAMES, FrameKind } from "./model/trace/frames.ts";
export type { Columns, Records } from "./model/trace/records.ts";
export {
  AUDIENCE_NAMES,
  Audience,
  at,
  CLOSE_REASON_NAMES,
  CloseReason,
  LIMIT_NAMES,
  LimitKind,
  OUTCOME_NAMES,
  Outcome,
  RECORDS,
  REQUEST_NAMES,
  RecordKind,
  RecoveryOutcome,
  RequestKind,
  TRANSPORT_NAMES,
  TransportKind,
} from "./model/trace/records.ts";
export { fingerprint } from "./run/fingerprint.ts";
export type { Ledger, LedgerCopy, LedgerMessage, Loss } from "./run/ledger.ts";
export { readLedger } from "./run/ledger.ts";
export type { Metrics } from "./run/metrics.ts";
export { measure } from "./run/metrics.ts";
export { remedyOf } from "./run/remedies.ts";
export type { EndedBy, NodeInfo, RunResult } from "./run/result.ts";
export type { LedgerEnd } from "./run/roots.ts";
export { rootsOf } from "./run/roots.ts";
export type { RunOptions } from "./run/run.ts";
export { Run } from "./run/run.ts";
export { simulate } from "./run/simulate.ts";
export { sinceText } from "./run/since.ts";
export type { ParseError, ParseResult } from "./scenario/parse.ts";
export { formatErrors, parseScenario, withSettings, withVariant } from "./scenario/parse.ts";
export type { Scenario, ScenarioInput } from "./scenario/schema.ts";
