/** What `fanout check` prints for people. */

import { NO_REPAIR, settingWords, thresholdWords } from "../../check/repair/words.ts";
import { cutWords, departuresExplored, isBroken, standingOf } from "../../check/verdict.ts";
import { servedBy } from "../base-url.ts";
import { counted, ms, printable, type Style, wrapped } from "../text.ts";
import type { ReportDocument, VerdictDocument } from "./document.ts";

const SIGNS: Readonly<Record<VerdictDocument["outcome"], string>> = {
  broken: "✕",
  never: "✕",
  holds: "✓",
  "not broken": "✓",
  seen: "✓",
  silent: "–",
  unfinished: "?",
  "not tried": "?",
};

/** The words for outcomes. */
export const WORDS: Readonly<Record<VerdictDocument["outcome"], string>> = {
  broken: "broken",
  never: "never seen within these bounds",
  holds: "holds",
  "not broken": "not broken",
  seen: "seen",
  silent: "silent",
  unfinished: "unfinished",
  "not tried": "not tried",
};

/** The verdicts, broken rules first and in full. */
export function checkReport(document: ReportDocument, style: Style): string {
  const { verdicts, coverage, within, worth, search } = document;
  const width = Math.max(0, ...verdicts.map(({ rule }) => printable(rule).length));
  const [broken, fine] = [verdicts.filter(isBroken), verdicts.filter((verdict) => !isBroken(verdict))];
  const states = `${coverage.states.reached} of ${coverage.states.of} states, ${coverage.transitions.reached} of ${coverage.transitions.of} transitions of the machines`;
  return [
    "\n",
    ...(search.cut === 0 ? [] : [`${style.bad("!")} ${sentence(cutWords(search))}.\n\n`]),
    ...broken.map((verdict) => `${brokenText(verdict, style)}\n`),
    ...fine.map((verdict) => `${fineText(verdict, width, style)}\n`),
    "\n",
    `${wrapped(printable(`${worth}${boundThatEnds(document)}`), 0, 2)}\n`,
    style.faint(`${wrapped(printable(`Within: ${within.join("; ")}.`), 0, 2)}\n`),
    style.faint(`Reached: ${states}.\n`),
  ].join("");
}

/** A search that did not end has explored all runs with fewer departures: with that bound it ends, and its verdicts are proofs. */
function boundThatEnds({ search }: ReportDocument): string {
  if (search.kind !== "exhaustive" || search.isComplete || search.cut > 0) return "";
  const departures = departuresExplored(search.reached);
  return departures < 1 ? "" : ` With --depth ${departures} it ends, and is a proof for those.`;
}

function fineText(
  { rule, outcome, covered, statement }: VerdictDocument,
  width: number,
  style: Style,
): string {
  const isKept = standingOf(outcome) === "kept";
  const head = `${printable(rule).padEnd(width)}  ${WORDS[outcome]}`;
  const words = covered === "" ? ". " : isKept ? ` (${covered}). ` : `: ${covered}. `;
  const more = wrapped(printable(`${words}${statement}`), 2 + head.length, width + 4);
  return `${isKept ? style.good(SIGNS[outcome]) : SIGNS[outcome]} ${head}${style.faint(more)}`;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const UNFINISHED = " Time was over before it was as small as it gets, or before all repairs were looked for.";
const LEFT_OUT = " Time was over before it could be told: its story, its diagram and repairs are left out.";

function brokenText(verdict: VerdictDocument, style: Style): string {
  const { statement, counterexample } = verdict;
  const isUnfinished = verdict.isUnfinished === true;
  const rule = printable(verdict.rule);
  const word = WORDS[verdict.outcome];
  const text = wrapped(printable(statement), rule.length + word.length + 6, 2);
  const head = `${style.bad(SIGNS[verdict.outcome])} ${style.strong(rule)}  ${style.bad(word)}: ${text}\n`;
  if (counterexample === undefined) return head;
  const { because, story, link, fingerprint } = counterexample;
  const times = story.map(({ timeMs }) => `${ms(timeMs)} ms`);
  const width = Math.max(0, ...times.map((time) => time.length));
  const size = `${isUnfinished ? "A" : "The smallest"} run that breaks it so: ${sizeText(counterexample.size)}.${isUnfinished ? (fingerprint === "" ? LEFT_OUT : UNFINISHED) : ""}`;
  const known = [servedBy(link), fingerprint === "" ? "" : `fingerprint ${printable(fingerprint)}`].filter(
    (words) => words !== "",
  );
  return [
    head,
    `  ${wrapped(printable(counterexample.text), 2)}\n`,
    ...(because === "" ? [] : [`  ${wrapped(printable(because), 2)}\n`]),
    style.faint(`  ${wrapped(size, 2)}\n`),
    "\n",
    ...story.map(({ text }, i) => `  ${times[i].padStart(width)}  ${wrapped(printable(text), width + 4)}\n`),
    ...(story.length === 0 ? [] : ["\n"]),
    ...repairLines(verdict, style),
    `  Open:   ${printable(link)}\n`,
    ...(known.length === 0
      ? []
      : [
          style.faint(`          (${known.join("; ")})
`),
        ]),
  ].join("");
}

function repairLines({ repairs = [], isUnfinished }: VerdictDocument, style: Style): string[] {
  if (repairs.length === 0)
    return isUnfinished === true ? [] : [`  ${wrapped(printable(`Repair: ${NO_REPAIR}`), 2, 10)}\n`];
  return repairs.map(({ set, runs, variant, threshold }, i) => {
    const settings = settingWords(set)
      .map((setting) => `--set ${setting}`)
      .join(" ");
    const worth = [
      ...(variant === null ? [] : [settings]),
      ...(threshold === null ? [] : [thresholdWords(threshold)]),
      runs === 1 ? "its one run stands" : `stands in ${counted(runs, "random run")}`,
    ];
    const options = printable(variant === null ? settings : `--variant ${variant}`);
    const more = wrapped(printable(` (${worth.join("; ")})`), 10 + options.length, 12);
    return `  ${i === 0 ? "Repair:" : "    or:"} ${options}${style.faint(more)}\n`;
  });
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
