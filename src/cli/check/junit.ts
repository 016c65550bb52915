/** Verdicts as JUnit XML, which CI systems read: a suite for each variant, a case for each rule. */
import type { ReportDocument, VerdictDocument } from "./document.ts";

export function junit(documents: readonly ReportDocument[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    "<testsuites>\n",
    ...documents.flatMap((document) => [
      `  <testsuite name="${escapeXml(suiteName(document))}" tests="${document.verdicts.length}" failures="${document.verdicts.filter(isFailure).length}" skipped="${document.verdicts.filter(({ outcome }) => outcome === "silent").length}">\n`,
      ...document.verdicts.map((verdict) => testCase(document, verdict)),
      `    <system-out>${escapeXml(`${document.worth}\nWithin: ${document.within.join("; ")}`)}</system-out>\n`,
      "  </testsuite>\n",
    ]),
    "</testsuites>\n",
  ].join("");
}

function suiteName({ scenario, variant }: ReportDocument): string {
  return variant === null ? scenario : `${scenario} ${variant}`;
}

function isFailure({ outcome }: VerdictDocument): boolean {
  return outcome === "broken" || outcome === "never";
}

function testCase(document: ReportDocument, verdict: VerdictDocument): string {
  const head = `    <testcase classname="${escapeXml(suiteName(document))}" name="${escapeXml(verdict.rule)}"`;
  if (verdict.outcome === "silent")
    return `${head}>\n      <skipped message="${escapeXml(verdict.why ?? "")}"/>\n    </testcase>\n`;
  if (!isFailure(verdict)) return `${head}/>\n`;
  const { counterexample, statement } = verdict;
  const message = counterexample?.text ?? `never seen: ${statement}`;
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
