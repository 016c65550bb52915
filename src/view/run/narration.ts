/** What happens, in sentences: for the caption under the stage and for screen readers. */
import type { RunResult } from "../../run/result.ts";
import { list } from "../look/format.ts";
import type { RuleFinding } from "./findings.ts";
import { lowerBound, upperBound } from "./frames.ts";
import type { LedgerIndex } from "./ledger-index.ts";
import { Moment } from "./moment.ts";
import type { Steps } from "./steps.ts";

export interface Narration {
  /** When it happened; −1 before anything has. */
  readonly timeUs: number;
  readonly text: string;
  /** How bad the worst of it is; decides the sign beside the text. */
  readonly tone: "plain" | "good" | "bad";
}

/**
 * What the caption says: what happens, and which rules break at this very instant. Bad news speaks for
 * itself, and gets only the rule's name; if the event looks harmless, the breach comes first.
 */
export function withBreaches(told: Narration, rules: readonly RuleFinding[], timeUs: number): Narration {
  const breaches = rules.filter((rule) => rule.outcome === "broken" && rule.timeUs === timeUs);
  if (breaches.length === 0) return told;
  const isNow = told.timeUs === timeUs;
  const text =
    isNow && told.tone === "bad"
      ? `${told.text} This breaks ${list(breaches.map(({ name }) => `«${name}»`))}.`
      : [
          ...breaches.map(({ name, text }) => `This breaks «${name}»: ${text}`),
          ...(isNow ? [told.text] : []),
        ].join(" ");
  return { timeUs, text, tone: "bad" };
}

/** Tells of everything that happened at the last step not after `timeUs`. */
export function narrate(run: RunResult, ledger: LedgerIndex, steps: Steps, timeUs: number): Narration {
  const step = upperBound(steps.timesUs, timeUs) - 1;
  if (step < 0) return { timeUs: -1, text: "Nothing has happened yet.", tone: "plain" };
  const nowUs = steps.timesUs[step];
  const { trace } = run;
  const moment = new Moment(run, ledger, steps.withFrames);
  const end = upperBound(trace.timeUs, nowUs, trace.length);
  for (let row = lowerBound(trace.timeUs, nowUs, trace.length); row < end; row++) moment.add(row);
  return { timeUs: nowUs, text: moment.text(), tone: moment.tone };
}
