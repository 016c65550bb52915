/** The words and signs for what became of a rule: in the run on screen, and in a search. */
import { isBroken, isOpen, probabilityBelow } from "../../check/verdict.ts";
import type { Json } from "../../run/address.ts";
import type { RunResult } from "../../run/result.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { knobLabel, optionLabel } from "../knobs/knob-controls.ts";
import { count, list, plural } from "../look/format.ts";
import type { RuleFinding } from "../run/findings.ts";
import {
  CHECK_BUDGET_MS,
  type CheckProgress,
  type CheckResult,
  type CheckVerdict,
  type FoundRun,
} from "../search/check-protocol.ts";

export interface Words {
  /** Beside the colour, so that it is never the only sign. */
  readonly sign: "✓" | "✕" | "○" | "–";
  readonly tone: "good" | "bad" | "plain";
  readonly text: string;
}

const good = (text: string): Words => ({ sign: "✓", tone: "good", text });
const bad = (text: string): Words => ({ sign: "✕", tone: "bad", text });
/** Neither good nor bad: nothing was found, which proves nothing. */
const open = (text: string): Words => ({ sign: "○", tone: "plain", text });
const silent = (text: string): Words => ({ sign: "–", tone: "plain", text });

/** What the run on screen says of a rule. Where there is a moment, it follows these words. */
export function findingWords({ outcome, text }: RuleFinding): Words {
  switch (outcome) {
    case "held":
      return good(`held in this run: ${text}`);
    case "broken":
      return bad("broken in this run, at");
    case "seen":
      return good("seen in this run, at");
    case "not seen":
      return open("not seen in this run");
    case "silent":
      return silent(`silent in this run, it judged nothing: ${text}`);
    case "unfinished":
      return open(`unfinished: ${text}`);
  }
}

/** What a search says about a rule. The words name the search, since those about the run on screen stand beside them. */
export function verdictWords(verdict: CheckVerdict, { runs, isCertain }: CheckResult): Words {
  const only = "there is only this one run";
  switch (verdict.outcome) {
    case "broken":
      return bad("search: a run breaks it");
    case "holds":
      return good(
        `search: holds${isCertain ? `, ${only}` : " in all runs within the bounds"}: ${verdict.covered}`,
      );
    case "not broken": {
      const percent = (100 * probabilityBelow(Math.max(1, runs))).toPrecision(2);
      return good(
        `search: not broken in ${plural(runs, "run")} (breaks\u00a0in\u00a0<\u00a0${percent}\u00a0%\u00a0of\u00a0runs): ${verdict.covered}`,
      );
    }
    case "seen":
      return good("search: a run shows it");
    case "never":
      return bad(`search: never seen${isCertain ? `, ${only}` : " in any run within the bounds"}`);
    case "silent":
      return silent(`search: silent, it judged nothing: ${verdict.why}`);
    case "unfinished":
      return open(`search: unfinished, ${verdict.why}`);
    case "not tried":
      return open("search: not tried, no run was finished");
  }
}

/** What a search says of all rules, in a sentence or two. */
export function resultWords({ verdicts, endedBy, runs }: CheckResult): Words {
  const early = endedBy === "time" ? "Time ran out. " : endedBy === "interrupted" ? "Stopped. " : "";
  const n = verdicts.length;
  const broken = verdicts.filter(isBroken).length;
  const unknown = verdicts.filter(isOpen).length;
  if (broken > 0)
    return bad(
      `${early}${n === 1 ? "The rule" : `${broken} of the ${n} rules`} ${broken === 1 ? "does" : "do"} not hold.`,
    );
  if (unknown === n)
    return open(`${early}Nothing is known of ${n === 1 ? "the rule" : `the ${n} rules`}: see why below.`);
  const but =
    unknown === 0 ? "" : ` Nothing is known of ${unknown === 1 ? "the other" : `the other ${unknown}`}.`;
  const kept = n - unknown;
  const those = n === 1 ? "The rule" : unknown === 0 ? `All ${n} rules` : `${kept} of the ${n} rules`;
  if (verdicts.every((one) => one.outcome !== "not broken"))
    return (unknown === 0 ? good : open)(`${early}${those} ${kept === 1 ? "holds" : "hold"}.${but}`);
  const none =
    n === 1
      ? "The rule was not"
      : unknown === 0
        ? `None of the ${n} rules was`
        : `${those} ${kept === 1 ? "was" : "were"} not`;
  return (unknown === 0 ? good : open)(`${early}${none} broken in ${plural(runs, "run")}.${but}`);
}

/** How far a search is. */
export function progressWords(progress: CheckProgress | null): string {
  if (progress === null) return "Begins to search…";
  const { runs, states, of, broken, isSettling } = progress;
  if (isSettling) return "Makes what was found as small as it gets…";
  // Broken, or, of a rule that waits for something to be seen, seen.
  const decided = broken === 0 ? "" : ` · ${plural(broken, "rule")} decided`;
  return of === null
    ? `${plural(runs, "run")}, ${plural(states, "state")}${decided} · ends after ${CHECK_BUDGET_MS / 1000} s at most`
    : `${count(runs)} of ${plural(of, "run")}${decided}`;
}

/** «2 clients, 2 servers and 1 message». */
export function sizeWords({ clients, servers, messages, faults }: FoundRun["size"]): string {
  const parts = [plural(clients, "client"), plural(servers, "server")];
  if (messages > 0) parts.push(plural(messages, "message"));
  if (faults > 0) parts.push(plural(faults, "fault"));
  return list(parts, parts.length);
}

/** How large the run is that a search found, and whether it is as small as possible. */
export function foundWords({ size, isUnfinished }: FoundRun): string {
  return isUnfinished
    ? `A run that breaks it has ${sizeWords(size)}; the search was stopped before it was made smaller, or before repairs were looked for. Check again to search anew.`
    : `The smallest run found that breaks it has ${sizeWords(size)}.`;
}

/** Knobs to turn, path → value. */
export type Turns = Readonly<Record<string, Json>>;

/** «Turn «Backplane» to Redis», by the names that the knobs have beside the stage. */
export function repairWords(set: Turns, scenario: Scenario): string {
  return `Turn ${turnWords(set, scenario, "to")}`;
}

/** «backplane.kind: redis», as it is written in a file. */
export function repairPaths(set: Turns): string {
  return Object.entries(set)
    .map(([path, value]) => `${path}: ${String(value)}`)
    .join(", ");
}

/** What became of a rule in the run on screen, once a repair was made. */
export function mendedWords(set: Turns, { scenario }: RunResult, { name, outcome }: RuleFinding): Words {
  const done = turnWords(set, scenario, "is now");
  const go = "Check to search again.";
  switch (outcome) {
    case "held":
      return good(`${done}: ${name} is kept in this run. ${go}`);
    case "broken":
      return bad(`${done}, and ${name} is broken in this run all the same. ${go}`);
    default:
      return open(`${done}: ${name} says nothing of this run. ${go}`);
  }
}

function turnWords(set: Turns, scenario: Scenario, verb: string): string {
  return Object.entries(set)
    .map(([path, value]) => `«${knobLabel(path, scenario)}» ${verb} ${valueWords(value)}`)
    .join(" and ");
}

/** A knob's value, as its control shows it. */
function valueWords(value: Json): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : optionLabel(value);
}
