/** docs/reference/trace.md: what a run leaves behind, record by record, and the frames that it speaks of. */
import { FRAME_LIST, type Frame, subjectKind } from "../../model/trace/frames.ts";
import { at, type Column, type Letter, RECORDS, type RecordDeclaration } from "../../model/trace/records.ts";

export function tracePage(): string {
  return `<!-- Generated from src/model/trace/records.ts and src/model/trace/frames.ts by npm run generate. -->

# The trace, record by record

How to read one is in [reading a run](../guide/reading-a-run.md). \`fanout trace --format jsonl\` prints one record a line, with the time as \`timeMs\`, the kind as
\`record\`, and the columns by their names here, or by those in brackets. To a program, a record is a time, a kind and five integers \`a\` to \`e\`:
\`trace[at.lost.cause][row]\` is the cause, where the record in this row is a \`lost\`. Of integers, −1 is none. Numbers of closed lists have names in the library: \`RecordKind\`, \`FrameKind\`,
\`RequestKind\`, \`TransportKind\`, \`CloseReason\`, \`EndReason\`, \`Cause\`, \`Audience\`, \`LimitKind\`, \`RecoveryOutcome\`, \`Outcome\`. What people call them is in
\`FRAMES\`, \`CAUSES\`, \`END_REASONS\`, \`REQUEST_NAMES\`, \`TRANSPORT_NAMES\`, \`CLOSE_REASON_NAMES\`, \`AUDIENCE_NAMES\`, \`LIMIT_NAMES\`, \`OUTCOME_NAMES\`. Messages are counted from 0 here; stories, rules and tables, which people read, count them from 1.

| record | when | columns |
| --- | --- | --- |
${Object.entries(RECORDS).map(recordRow).join("\n")}

Copy numbers have gaps: a message keeps a place for every member of its audience, the sender included.

## Frames

What a \`frame\` is. Its subject is a number of what stands in the last column.

| frame | what it is | subject |
| --- | --- | --- |
${FRAME_LIST.map(frameRow).join("\n")}
`;
}

function recordRow([name, { says, columns }]: readonly [string, RecordDeclaration]): string {
  const letters: Readonly<Record<string, Letter>> = at[name as keyof typeof at];
  const cells = Object.entries(columns).map(([column, what]) => columnText(column, letters[column], what));
  return `| \`${name}\` | ${says} | ${cells.join("<br>")} |`;
}

function columnText(name: string, letter: Letter, { says, printed }: Column): string {
  return `\`${letter}\` \`${name}\`${printed === undefined ? "" : ` (\`${printed}\`)`}: ${says}`;
}

function frameRow({ number, says, label }: Frame): string {
  return `| ${label} | ${says} | ${subjectKind(number)} |`;
}
