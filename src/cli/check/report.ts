/** What `fanout check` prints for people. */

import { counted, ms, printable, type Style } from "../text.ts";
import type { ReportDocument, VerdictDocument } from "./document.ts";

const SIGNS: Readonly<Record<VerdictDocument["outcome"], string>> = {
  broken: "✕",
  never: "✕",
  holds: "✓",
  "not broken": "✓",
  seen: "✓",
  "not seen": "?",
  silent: "–",
};

/** What an outcome is called. */
const WORDS: Readonly<Record<VerdictDocument["outcome"], string>> = {
  broken: "broken",
  never: "never seen, and can't be",
  holds: "holds",
  "not broken": "not broken",
  seen: "seen",
  "not seen": "not seen in any run",
  silent: "says nothing here",
};

/** The verdicts, broken rules first and in full. */
export function checkReport(document: ReportDocument, style: Style): string {
  const { verdicts, coverage, within, worth } = document;
  const isBad = ({ outcome }: VerdictDocument) => outcome === "broken" || outcome === "never";
  const width = Math.max(0, ...verdicts.map(({ rule }) => rule.length));
  const [broken, fine] = [verdicts.filter(isBad), verdicts.filter((verdict) => !isBad(verdict))];
  const states = `${coverage.states.reached} of ${coverage.states.of} states, ${coverage.transitions.reached} of ${coverage.transitions.of} transitions of the machines`;
  return [
    "\n",
    ...broken.map((verdict) => `${brokenText(verdict, style)}\n`),
    ...fine.map((verdict) => `${fineText(verdict, width, style)}\n`),
    "\n",
    `${worth}\n`,
    style.faint(`Within: ${within.join("; ")}.\n`),
    style.faint(`Reached: ${states}.\n`),
  ].join("");
}

function fineText({ rule, outcome, why, statement }: VerdictDocument, width: number, style: Style): string {
  const sign = outcome === "silent" || outcome === "not seen" ? SIGNS[outcome] : style.good(SIGNS[outcome]);
  const more = why === undefined ? statement : why;
  return `${sign} ${rule.padEnd(width)}  ${WORDS[outcome]}: ${style.faint(printable(more))}`;
}

function brokenText(verdict: VerdictDocument, style: Style): string {
  const { rule, statement, counterexample, repairs = [] } = verdict;
  const head = `${style.bad(SIGNS[verdict.outcome])} ${style.strong(rule)}  ${style.bad(WORDS[verdict.outcome])}: ${printable(statement)}\n`;
  if (counterexample === undefined) return head;
  const { story, link, fingerprint } = counterexample;
  const times = story.map(({ timeMs }) => `${ms(timeMs)} ms`);
  const width = Math.max(...times.map((time) => time.length));
  return [
    head,
    `  ${printable(counterexample.text)}\n`,
    style.faint(`  The smallest run that breaks it so: ${sizeText(counterexample.size)}.\n`),
    "\n",
    ...story.map(({ text }, i) => `  ${times[i]!.padStart(width)}  ${printable(text)}\n`),
    "\n",
    ...(repairs.length === 0
      ? ["  Repair: no one or two knobs that this scenario offers would mend it.\n"]
      : repairs.map(
          ({ set, runs }, i) =>
            `  ${i === 0 ? "Repair:" : "    or:"} ${Object.entries(set)
              .map(([path, value]) => `--set ${path}=${String(value)}`)
              .join(
                " ",
              )} ${style.faint(runs === 1 ? "(its one run stands)" : `(stands in ${runs} random runs)`)}\n`,
        )),
    `  Open:   ${link}\n`,
    style.faint(`          (served by npm start; fingerprint ${fingerprint})\n`),
  ].join("");
}

/** «2 clients, 2 servers, 1 message». */
export function sizeText({
  clients,
  servers,
  messages,
  faults,
  durationMs,
}: {
  clients: number;
  servers: number;
  messages: number;
  faults: number;
  durationMs: number;
}): string {
  return [
    counted(clients, "client"),
    counted(servers, "server"),
    counted(messages, "message"),
    ...(faults === 0 ? [] : [counted(faults, "fault")]),
    `${ms(durationMs)} ms`,
  ].join(", ");
}
