/** docs/reference/rules.md: the built-in rules, what rules of one's own can speak of, and the beliefs that can be refuted. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BELIEFS } from "../../check/beliefs.ts";
import type { Rule } from "../../check/rule.ts";
import { rules } from "../../check/rules/index.ts";
import { RULE_EVENTS, type RuleEvent } from "../../scenario/rules.ts";
import { packageRoot } from "../lessons.ts";
import { commentAbove } from "./comments.ts";

/** By event: what happened, who `client` is, what `server` is, and what else a pattern can ask for; «–»: it is about none. */
const EVENTS: Readonly<
  Record<RuleEvent, readonly [what: string, client: string, server: string, more: string]>
> = {
  message: ["an application sends a message", "the sender", "–", "–"],
  copy: ["a message is addressed to one recipient; right after its `message`", "the recipient", "–", "–"],
  delivered: ["a copy reaches its recipient", "the recipient", "–", "–"],
  duplicated: ["a copy reaches its recipient again", "the recipient", "–", "–"],
  lost: [
    "a copy is lost for good",
    "the recipient",
    "where it died",
    "`cause`: a [cause of loss](causes.md)",
  ],
  request: ["the balancer sends an HTTP request on", "who asks", "who is asked", "–"],
  response: ["the balancer passes an answer back", "who asked", "who answers", "`status`: the HTTP status"],
  connected: ["a client's Socket.IO connection is up", "the client", "its server", "–"],
  disconnected: ["a client loses its connection, or fails to get one", "the client", "–", "–"],
  upgraded: ["a client moves from long polling to WebSocket", "the client", "–", "–"],
  idleClosed: ["the balancer closes a connection for being idle", "the client", "its server", "–"],
  fault: ["a fault of the scenario strikes, or is repaired", "–", "–", "–"],
};

export function rulesPage(): string {
  const events = RULE_EVENTS.map((event) => `| \`${event}\` | ${EVENTS[event].join(" | ")} |`);
  const beliefs = BELIEFS.map(
    ({ name, belief, truth, rule }) =>
      `### ${name}\n\n«${belief}»\n\n${truth}\n\nThe rule that would hold: ${rule.statement}\n`,
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
when the run ends breaks nothing. \`atMost\` breaks at the event that is too many, \`atLeast\` at the end of the run.

## Beliefs

Common misconceptions. \`fanout refute <name>\` searches for the smallest run that shows one to be wrong; nothing is stored.

${beliefs.join("\n")}`;
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
