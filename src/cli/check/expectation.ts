/** Whether a report is as it should be, and the exit code that says so. */
import { isBroken, isOpen } from "../../check/verdict.ts";
import { Exit } from "../exit.ts";
import type { ReportDocument } from "./document.ts";

/** What a variant says about itself. */
export interface Expectation {
  readonly breaks: readonly string[];
  readonly silent: readonly string[];
}

/** Rules' names by what is wrong with their verdicts. */
export interface Judgement {
  /** Broken, though nobody said so. */
  readonly broken: readonly string[];
  /** Said to be broken or silent, and not. */
  readonly untrue: readonly string[];
  /** Silent, unfinished or not tried, though nobody said so. */
  readonly open: readonly string[];
}

/**
 * Compares a report with what its variant says about itself, or with the claim that all rules hold, if
 * nothing else is expected.
 */
export function judge(
  { verdicts, isClaimed }: Pick<ReportDocument, "verdicts" | "isClaimed">,
  { breaks, silent }: Expectation = { breaks: [], silent: [] },
): Judgement {
  const names = (of: (verdict: ReportDocument["verdicts"][number]) => boolean) =>
    verdicts.filter(of).map(({ rule }) => rule);
  // Random runs can't show that something is never seen; not having seen it is the most that they can say.
  const isUnseen = ({ rule, kind, outcome }: ReportDocument["verdicts"][number]) =>
    kind === "sometimes" && outcome === "unfinished" && breaks.includes(rule);
  // Where no rule is claimed, silent rules do not count: nobody has asked for them.
  const isNoConcern = !isClaimed && verdicts.some(({ outcome }) => outcome !== "silent");
  return {
    broken: names((one) => isBroken(one) && !breaks.includes(one.rule)),
    untrue: names(
      (one) =>
        (breaks.includes(one.rule) && !isBroken(one) && (!isOpen(one) || one.outcome === "silent")) ||
        (silent.includes(one.rule) && !isBroken(one) && !isOpen(one)),
    ),
    open: names(
      (one) =>
        isOpen(one) &&
        !isUnseen(one) &&
        !(one.outcome === "silent" && (breaks.includes(one.rule) || silent.includes(one.rule))) &&
        !(one.outcome === "silent" && isNoConcern),
    ),
  };
}

export function exitOf(judgements: readonly Judgement[], allowUnfinished: boolean): number {
  if (judgements.some(({ broken, untrue }) => broken.length + untrue.length > 0)) return Exit.ruleBroken;
  return judgements.some(({ open }) => open.length > 0) && !allowUnfinished ? Exit.open : Exit.ran;
}
