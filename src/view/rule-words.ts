/** The words and signs for what became of a rule: in the run on screen, and in a search. */
import { probabilityBelow } from "../check/verdict.ts";
import type { Json } from "../run/address.ts";
import type { CheckProgress, CheckResult, CheckVerdict, FoundRun } from "./check-protocol.ts";
import type { RuleFinding } from "./findings.ts";
import { count, list, plural } from "./format.ts";

export interface Words {
  /** Beside the colour, so that it is never the only sign. */
  readonly sign: "✓" | "✕" | "○" | "–";
  readonly tone: "good" | "bad" | "plain";
  readonly text: string;
}

const good = (text: string): Words => ({ sign: "✓", tone: "good", text });
const bad = (text: string): Words => ({ sign: "✕", tone: "bad", text });
/** Neither: nothing was found, which proves nothing. */
const open = (text: string): Words => ({ sign: "○", tone: "plain", text });
const silent = (why: string): Words => ({ sign: "–", tone: "plain", text: `says nothing here: ${why}` });

/** What the run on screen says of a rule. Where there is a moment, it follows these words. */
export function findingWords({ outcome, text }: RuleFinding, isCutShort: boolean): Words {
  switch (outcome) {
    case "held":
      return isCutShort ? open("held until the run was cut short") : good("held in this run");
    case "broken":
      return bad("broken in this run, at");
    case "seen":
      return good("seen in this run, at");
    case "not seen":
      return open("not seen in this run");
    case "silent":
      return silent(text);
  }
}

/** What a search says of a rule. */
export function verdictWords(verdict: CheckVerdict, { exhaustive, runs, isCertain }: CheckResult): Words {
  const tried = plural(runs, "run");
  switch (verdict.outcome) {
    case "broken":
      return bad("a run breaks it");
    case "holds":
      return good(isCertain ? "holds: there is only this one run" : "holds in all runs within the bounds");
    case "not broken": {
      const percent = (100 * probabilityBelow(Math.max(1, runs))).toPrecision(2);
      return open(
        exhaustive ? `not broken in ${tried}, of more` : `not broken in ${tried} (<\u00a0${percent}\u00a0%)`,
      );
    }
    case "seen":
      return good("a run shows it");
    case "never":
      return bad(
        isCertain ? "never seen: there is only this one run" : "never seen in any run within the bounds",
      );
    case "not seen":
      return open(`not seen in ${tried}`);
    case "silent":
      return silent(verdict.why);
  }
}

/** What a search says of all rules, in a sentence or two. */
export function resultWords({ verdicts, endedBy, runs }: CheckResult): Words {
  const early = endedBy === "time" ? "Time ran out. " : endedBy === "interrupted" ? "Stopped. " : "";
  const speaking = verdicts.filter(({ outcome }) => outcome !== "silent");
  const n = speaking.length;
  const broken = speaking.filter(({ outcome }) => outcome === "broken" || outcome === "never").length;
  if (n === 0) return open(`${early}The rules say nothing about this scenario.`);
  if (broken > 0)
    return bad(
      `${early}${n === 1 ? "The rule" : `${broken} of the ${n} rules`} ${broken === 1 ? "does" : "do"} not hold.`,
    );
  if (speaking.every(({ outcome }) => outcome === "holds" || outcome === "seen"))
    return good(`${early}${n === 1 ? "The rule holds." : `All ${n} rules hold.`}`);
  const none = n === 1 ? "The rule was not" : `None of the ${n} rules was`;
  return open(`${early}${none} broken in ${plural(runs, "run")}.`);
}

/** How far a search is. */
export function progressWords(progress: CheckProgress | null): string {
  if (progress === null) return "Begins to search…";
  const { runs, states, of, broken, isSettling } = progress;
  if (isSettling) return "Makes what was found as small as it gets…";
  const found = broken === 0 ? "" : ` · ${broken} found`;
  return of === null
    ? `${plural(runs, "run")}, ${plural(states, "state")}${found}`
    : `${count(runs)} of ${plural(of, "run")}${found}`;
}

/** «2 clients, 2 servers and 1 message». */
export function sizeWords({ clients, servers, messages, faults }: FoundRun["size"]): string {
  const parts = [plural(clients, "client"), plural(servers, "server")];
  if (messages > 0) parts.push(plural(messages, "message"));
  if (faults > 0) parts.push(plural(faults, "fault"));
  return list(parts, parts.length);
}

/** «Turn backplane.kind to redis». */
export function repairWords(set: Readonly<Record<string, Json>>): string {
  const turns = Object.entries(set).map(([path, value]) => `${path} to ${String(value)}`);
  return `Turn ${turns.join(" and ")}`;
}
