import { CAUSES, type CauseIndex } from "../../model/trace/causes.ts";
import { END_REASONS, type EndReasonIndex, SILENCES } from "../../model/trace/end-reasons.ts";
import { ENDS_OF_SILENCE, ROOTS } from "../../model/trace/roots.ts";

export function causesPage(): string {
  const causes = CAUSES.map(
    ({ name, label, sentence, remedy }, cause) =>
      `### ${name}\n\n*${label}*\n\n${sentence}\n\n**Remedy.** ${remedy}\n\n${sinceText(ROOTS[cause as CauseIndex])}\n`,
  );
  const ends = END_REASONS.map(({ name, label, at, sentence, remedy }, reason) => {
    const where =
      at === "either"
        ? "at the client or the server"
        : at === "link" || at === "process"
          ? "no connection's"
          : `at the ${at}`;
    const root = ENDS_OF_SILENCE.includes(reason as EndReasonIndex)
      ? `\n\n**Since** ${SILENCES.map(linkTo).join(", ")}, or by itself.`
      : "";
    return `### ${headingOf(name)}\n\n*${label}*; ${where}\n\n${sentence}\n\n**Remedy.** ${remedy}${root}\n`;
  });
  return `<!-- Generated from src/model/trace/causes.ts and src/model/trace/end-reasons.ts by npm run generate. -->

# Causes of loss, and how connections end

Every lost copy has exactly one of these ${CAUSES.length} causes, one place and one time. Where something earlier made it so, it also has a root: the end of a
connection, or a link that was cut. «Since» lists the roots that a cause can have; there are no others. Where there is a root, its remedy is the
one that helps. The names are those of \`--json\` and of traces.

## Causes

${causes.join("\n")}
## Ends of connections

A connection is one attempt of a client to connect, whether it gets a session or not, or one of a server's two connections to the backplane. It ends once,
for the reason of whoever ends it first; the others only hear of it.

${ends.join("\n")}`;
}

/** Causes and ends share some names; the page has each as a heading of its own. */
function headingOf(reason: string): string {
  return `end: ${reason}`;
}

function linkTo(reason: EndReasonIndex): string {
  const { name } = END_REASONS[reason];
  return `[${name}](#end-${name})`;
}

function sinceText(roots: readonly (EndReasonIndex | null)[]): string {
  const links = roots.flatMap((root) => (root === null ? [] : [linkTo(root)]));
  if (links.length === 0) return "It says all by itself.";
  return `**Since** ${links.join(", ")}${roots.includes(null) ? ", or by itself" : ""}.`;
}
