/** What `fanout run` says of messages that servers act on: what their senders believe, beside what was done. */

import { grouped } from "../run/grouped.ts";
import {
  BELIEF_WORDS,
  type Belief,
  beliefTable,
  countOutcomes,
  DONE_WORDS,
  isRight,
  readTasks,
} from "../run/outcomes.ts";
import type { CliResult } from "./simulate.ts";
import { counted, type Style } from "./text.ts";

const FIRST = 14;
const COLUMN = 10;

/** Belief by row, truth by column; and what came out of order. Nothing where nobody sends a server something to do. */
export function outcomeLines(run: CliResult, style: Style): { label: string; text: string }[] {
  const tasks = readTasks(run);
  if (tasks.length === 0) return [];
  const { accepted, duplicates, recognised, overtaken } = countOutcomes(tasks);
  const cell = (belief: Belief, times: number, found: number) => {
    const text = (found === 0 ? "–" : grouped(found)).padStart(COLUMN);
    const right = found === 0 ? null : isRight(belief, times);
    if (right === null) return text;
    return right ? style.good(text) : style.bad(text);
  };
  const rows = beliefTable(tasks).map(
    ({ belief, counts }) =>
      BELIEF_WORDS[belief].padEnd(FIRST) + counts.map((found, times) => cell(belief, times, found)).join(""),
  );
  const heads = DONE_WORDS.map((head) => head.padStart(COLUMN)).join("");
  const more = [
    ...(duplicates > 0 ? [`${grouped(duplicates)} × done again`] : []),
    ...(recognised > 0 ? [`${grouped(recognised)} × recognised, and not done again`] : []),
    ...(overtaken > 0 ? [`${counted(overtaken, "message")} done out of order`] : []),
  ];
  return [
    { label: "outcomes", text: `${grouped(accepted)} sent`.padEnd(FIRST) + heads },
    ...[...rows, ...more].map((text) => ({ label: "", text })),
  ];
}
