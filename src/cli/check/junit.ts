/** Verdicts as JUnit XML, which CI systems read: a suite for each variant, a case for each rule. */
import type { ReportDocument, VerdictDocument } from "./document.ts";

export interface Suite {
  readonly document: ReportDocument;
  /** Names of the rules whose verdicts are not as they should be, and no others: the exit code is 1 if there are any. */
  readonly failed: ReadonlySet<string>;
}

export function junit(suites: readonly Suite[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    "<testsuites>\n",
    ...suites.flatMap(({ document, failed }) => [
      `  <testsuite name="${escapeXml(suiteName(document))}" tests="${document.verdicts.length}" failures="${failed.size}" skipped="${document.verdicts.filter(({ outcome }) => outcome === "silent").length}">\n`,
      ...document.verdicts.map((verdict) => testCase(document, verdict, failed.has(verdict.rule))),
      `    <system-out>${escapeXml(`${document.worth}\nWithin: ${document.within.join("; ")}.`)}</system-out>\n`,
      "  </testsuite>\n",
    ]),
    "</testsuites>\n",
  ].join("");
}

function suiteName({ scenario, variant }: ReportDocument): string {
  return variant === null ? scenario : `${scenario} ${variant}`;
}

function testCase(document: ReportDocument, verdict: VerdictDocument, isFailed: boolean): string {
  const head = `    <testcase classname="${escapeXml(suiteName(document))}" name="${escapeXml(verdict.rule)}"`;
  if (verdict.outcome === "silent")
    return `${head}>\n      <skipped message="${escapeXml(verdict.why ?? "")}"/>\n    </testcase>\n`;
  if (!isFailed) return `${head}/>\n`;
  const { counterexample, statement, outcome } = verdict;
  const message =
    counterexample?.text ??
    (outcome === "never"
      ? `never seen: ${statement}`
      : "the variant says that it breaks this, and no run did");
  const story = (counterexample?.story ?? []).map(({ timeMs, text }) => `${timeMs} ms  ${text}`);
  return `${head}>\n      <failure message="${escapeXml(message)}">${escapeXml([statement, ...story, counterexample?.link ?? ""].join("\n"))}</failure>\n    </testcase>\n`;
}

/** Text in XML. Control characters that XML can't have are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
