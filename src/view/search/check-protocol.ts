/** What the page and the worker that searches say to each other. Plain data. */
import type { RuleKind } from "../../check/rule.ts";
import type { Json } from "../../run/address.ts";
import type { Scenario } from "../../scenario/schema.ts";

/** How long a search takes at most, in real time, before it says what it knows. Shrinking what was found comes on top. */
export const CHECK_BUDGET_MS = 10_000;

export interface CheckRequest {
  readonly kind: "check";
  /** Answers carry it back, so that stale ones are recognised. */
  readonly id: number;
  /** The scenario as it runs: with its variant and the knobs as they are turned. */
  readonly scenario: Scenario;
  readonly variant: string | null;
  /** All runs within the bounds, instead of random ones. */
  readonly exhaustive: boolean;
}

/** Ends a search; it answers with what it knows. */
interface StopRequest {
  readonly kind: "stop";
  readonly id: number;
}

export type CheckMessage = CheckRequest | StopRequest;

export interface CheckProgress {
  readonly runs: number;
  readonly states: number;
  /** Runs that the search will take; null if nobody knows. */
  readonly of: number | null;
  /** Rules for which something was found. */
  readonly broken: number;
  /** The search is over; what it found is being cut down. */
  readonly isSettling: boolean;
}

/** A repair, and what it is worth. */
export interface FoundRepair {
  /** Knobs to turn, path → value. */
  readonly set: Readonly<Record<string, Json>>;
  /** How far a number can be turned, which variant it is, what it stood: in a few words. */
  readonly note: string;
}

/** A run that breaks a rule, as small as possible unless the search was stopped before. */
export interface FoundRun {
  /** What breaks the rule, in one sentence. */
  readonly text: string;
  readonly timeUs: number;
  readonly fingerprint: string;
  readonly size: {
    readonly clients: number;
    readonly servers: number;
    readonly messages: number;
    readonly faults: number;
  };
  /** The text of a scenario file: its run is the counterexample. */
  readonly file: string;
  /** What in the design made it so, in one sentence; empty if that is not known. */
  readonly because: string;
  /** What would mend it. */
  readonly repairs: readonly FoundRepair[];
  /** The search was stopped before the run was as small as possible, or before repairs were looked for. */
  readonly isUnfinished: boolean;
}

export type CheckVerdict = {
  readonly rule: string;
  readonly kind: RuleKind;
} & (
  | ({ readonly outcome: "broken" } & FoundRun)
  | { readonly outcome: "silent" | "unfinished"; readonly why: string }
  | { readonly outcome: "holds" | "not broken"; readonly covered: string }
  | { readonly outcome: "seen" | "never" | "not tried" }
);

/** The verdict on a rule that does not hold. */
export type BrokenVerdict = Extract<CheckVerdict, { outcome: "broken" }>;

export interface CheckResult {
  readonly exhaustive: boolean;
  readonly runs: number;
  readonly endedBy: "done" | "time" | "interrupted";
  /** Nothing is left to chance, so that the one run stands for all. */
  readonly isCertain: boolean;
  /** In the order of the scenario's rules. */
  readonly verdicts: readonly CheckVerdict[];
  /** What the verdicts are worth, in a sentence. */
  readonly worth: string;
  /** Within which bounds they speak. */
  readonly bounds: readonly string[];
}

export type CheckAnswer = { readonly id: number } & (
  | { readonly kind: "progress"; readonly progress: CheckProgress }
  | { readonly kind: "done"; readonly result: CheckResult }
  | { readonly kind: "failed"; readonly message: string }
);
