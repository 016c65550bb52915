/** Verdicts as JUnit XML, which CI systems read: a suite for each variant, a case for each rule. */
import { isOpen } from "../../check/verdict.ts";
import type { ReportDocument, VerdictDocument } from "./document.ts";
import type { Judgement } from "./expectation.ts";

export interface Suite {
  readonly document: ReportDocument;
  readonly judgement: Judgement;
}

/** What a case is to a CI system: a failure where the exit code is 1, an error where it is 3. */
type Mark = "passed" | "failure" | "error" | "skipped";

/** With `allowUnfinished`, a rule that is silent or unfinished is a skipped case, as the exit code is 0 then. */
export function junit(suites: readonly Suite[], allowUnfinished: boolean): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    "<testsuites>\n",
    ...suites.map((suite) => suiteXml(suite, allowUnfinished)),
    "</testsuites>\n",
  ].join("");
}

function suiteXml({ document, judgement }: Suite, allowUnfinished: boolean): string {
  const cases = document.verdicts.map((verdict) => {
    const mark = markOf(verdict, judgement, allowUnfinished);
    return { mark, xml: caseXml(document, verdict, mark) };
  });
  const marked = (mark: Mark) => cases.filter((one) => one.mark === mark).length;
  const counts = `tests="${cases.length}" failures="${marked("failure")}" errors="${marked("error")}" skipped="${marked("skipped")}"`;
  return [
    `  <testsuite name="${escapeXml(suiteName(document))}" ${counts}>\n`,
    ...cases.map(({ xml }) => xml),
    `    <system-out>${escapeXml(`${document.worth}\nWithin: ${document.within.join("; ")}.`)}</system-out>\n`,
    "  </testsuite>\n",
  ].join("");
}

function markOf(verdict: VerdictDocument, judgement: Judgement, allowUnfinished: boolean): Mark {
  const { rule } = verdict;
  if (judgement.broken.includes(rule) || judgement.untrue.includes(rule)) return "failure";
  if (!isOpen(verdict)) return "passed";
  return judgement.open.includes(rule) && !allowUnfinished ? "error" : "skipped";
}

function suiteName({ scenario, variant }: ReportDocument): string {
  return variant === null ? scenario : `${scenario} ${variant}`;
}

function caseXml(document: ReportDocument, verdict: VerdictDocument, mark: Mark): string {
  const head = `    <testcase classname="${escapeXml(suiteName(document))}" name="${escapeXml(verdict.rule)}"`;
  const { outcome, covered, statement, counterexample } = verdict;
  const said = covered === "" ? outcome : `${outcome}: ${covered}`;
  switch (mark) {
    case "passed":
      return `${head}>\n      <system-out>${escapeXml(said)}</system-out>\n    </testcase>\n`;
    case "skipped":
      return `${head}>\n      <skipped message="${escapeXml(said)}"/>\n    </testcase>\n`;
    case "error":
      return `${head}>\n      <error type="${escapeXml(outcome)}" message="${escapeXml(said)}">${escapeXml(statement)}</error>\n    </testcase>\n`;
    case "failure": {
      const message =
        counterexample?.text ??
        (outcome === "never"
          ? `never seen: ${statement}`
          : `${said}; the variant says otherwise in breaks or silent`);
      const story = (counterexample?.story ?? []).map(({ timeMs, text }) => `${timeMs} ms  ${text}`);
      const text = [statement, ...story, counterexample?.link ?? ""].join("\n");
      return `${head}>\n      <failure type="${escapeXml(outcome)}" message="${escapeXml(message)}">${escapeXml(text)}</failure>\n    </testcase>\n`;
    }
  }
}

/** Text in XML. Characters that XML can't have are replaced: control characters, U+FFFE and U+FFFF. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n]|[\uFFFE\uFFFF]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
