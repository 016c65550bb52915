/** What nodes, messages, audiences and roots are called in sentences. */

import { AUDIENCE_NAMES, Audience } from "../../model/trace/records.ts";
import type { RunResult } from "../../run/result.ts";
import { BACKPLANE, BALANCER } from "../../scenario/names.ts";
import type { LedgerIndex } from "./ledger-index.ts";

/** A node’s name. */
export function nodeName(run: RunResult, node: number): string {
  return run.nodes[node]?.name ?? "?";
}

/** A node in a sentence: «the balancer», «the backplane», and all others by their names alone. */
export function nodeInSentence(run: RunResult, node: number): string {
  const name = nodeName(run, node);
  return name === BALANCER || name === BACKPLANE ? `the ${name}` : name;
}

/** «A’s message», for message m; «A’s question», if a server is to answer it. */
export function messageName(run: RunResult, ledger: LedgerIndex, m: number): string {
  return `${nodeName(run, ledger.sender[m])}’s ${isQuestion(ledger, m) ? "question" : "message"}`;
}

/** «B’s copy of A’s message»; of a question, whose only copy is what its sender gets: «the answer to A’s question». */
export function copyName(run: RunResult, ledger: LedgerIndex, message: number, recipient: number): string {
  const name = messageName(run, ledger, message);
  return isQuestion(ledger, message)
    ? `the answer to ${name}`
    : `${nodeName(run, recipient)}’s copy of ${name}`;
}

export function isQuestion({ audience }: LedgerIndex, m: number): boolean {
  return audience[m] === Audience.server;
}

/** Whom a message is for: «everyone else», «B». */
export function audienceName(run: RunResult, ledger: LedgerIndex, m: number): string {
  switch (ledger.audience[m]) {
    case Audience.others:
      return "everyone else";
    case Audience.everyone:
      return "everyone";
    case Audience.direct:
      return nodeName(run, ledger.target[m]);
    case Audience.room:
      return "its room";
    case Audience.server:
    case Audience.task:
      return "the server";
    default:
      return AUDIENCE_NAMES[ledger.audience[m]] ?? "";
  }
}
