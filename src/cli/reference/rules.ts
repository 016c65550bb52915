/** docs/reference/rules.md: the built-in rules, what rules of one's own can speak of, and the beliefs that can be refuted. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BELIEFS } from "../../check/beliefs.ts";
import type { Rule } from "../../check/rule.ts";
import { rules } from "../../check/rules/index.ts";
import { COMPUTED_BELIEFS } from "../../cost/beliefs.ts";
import { RECORDS, type RecordDeclaration, type Value } from "../../model/trace/records.ts";
import { RULE_EVENTS, type RuleEvent, SCOPE_VALUES } from "../../scenario/rules.ts";
import { packageRoot } from "../package.ts";
import { commentAbove } from "./comments.ts";

/** What else a pattern can ask for, by what a record has. */
const MORE: Partial<Record<Value, string>> = {
  cause: "`cause`: a [cause of loss](causes.md)",
  status: "`status`: the HTTP status",
};

/**
 * A row of the table of events: what happens, who `client` is, what `server` is, and what else a pattern can
 * ask for; «–» where there is none.
 */
function eventRow(event: RuleEvent): string {
  const { says, columns }: RecordDeclaration = RECORDS[event];
  const all = Object.values(columns);
  const who = (values: readonly Value[]) => all.find(({ is }) => values.includes(is))?.says ?? "–";
  const more = all.flatMap(({ is }) => MORE[is] ?? []);
  const cells = [
    `\`${event}\``,
    says,
    who(SCOPE_VALUES.client),
    who(SCOPE_VALUES.server),
    more.join("; ") || "–",
  ];
  return `| ${cells.join(" | ")} |`;
}

export function rulesPage(): string {
  const events = RULE_EVENTS.map(eventRow);
  const beliefs = BELIEFS.map(
    ({ name, belief, truth, rule }) =>
      `### ${name}\n\n«${belief}»\n\n${truth}\n\nThe rule that would hold: ${rule.statement}\n`,
  );
  const computed = COMPUTED_BELIEFS.map(
    ({ name, belief, truth, statement }) =>
      `### ${name}\n\n«${belief}»\n\n${truth}\n\nWhat would hold: ${statement}\n`,
  );
  return `<!-- Generated from src/check by npm run generate. -->

# Rules

How to use them is in [checking an architecture](../guide/checking.md). «FACTS» are the [facts](facts.md) that the model rests on, «ground-truth» the
[measurements](../../test/ground-truth/README.md) that it is held to.

An *always* rule breaks at the record of the trace at which something bad happens. An *eventually* rule breaks when its time is over, or at
the end of the run, and what should come has not come. A *sometimes* rule asks that at least one of the runs that are searched shows something.

A rule that judged nothing in any run was *silent*, which is no good news: it may have been exempt all the time, or its time was never over.

## Built-in rules

${Object.values(rules).map(ruleSection).join("\n")}
## Events, for rules of one's own

What \`of\`, \`from\`, \`to\`, \`first\` and \`then\` of a scenario's \`ownRules\` can name. A pattern with \`client\` or \`server\` sees only the events that are
about this one. \`per\` keeps the rule once for each client, server, message or copy; the event must be about one.

| event | what happens | \`client\` | \`server\` | more |
| --- | --- | --- | --- | --- |
${events.join("\n")}

\`message\`, \`copy\`, \`delivered\`, \`duplicated\` and \`lost\` are about a message; all of these but \`message\` are about a copy. The clock of \`within\` starts with
the first \`from\`, and an event that is both \`from\` and \`to\` stops it and starts it again; what comes at the last moment is in time; a clock that still runs
when the run ends breaks nothing. With a \`share\`, a percentile: the run is judged as a whole, at its end, and what never comes is late like what comes
late, once its time is over. \`atMost\` breaks at the event that is too many, \`atLeast\` at the end of the run.

## Beliefs

Common misconceptions. \`fanout refute <name>\` searches for the smallest run that shows one to be wrong; nothing is stored.

${beliefs.join("\n")}
Those about money and promises are refuted by arithmetic, over the inputs of \`fanout cost\` as they are.

${computed.join("\n")}`;
}

function ruleSection({ name, kind, statement, subject, whenNone }: Rule): string {
  const file = `src/check/rules/${name}.ts`;
  return [
    `### ${name}\n`,
    `*${kind}*: **${statement}**\n`,
    `${commentAbove(readFileSync(join(packageRoot(), file), "utf8"), /^export const \w+: Rule =/m)}\n`,
    `Judges each ${subject![0]}${whenNone === undefined ? "" : `; silent where ${whenNone}`}.\n`,
    `[${file}](../../${file})\n`,
  ].join("\n");
}
