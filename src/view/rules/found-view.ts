/** What a search found against a rule, and what can be done with it: opened, or mended. */
import { html, nothing, type TemplateResult } from "lit";
import { NO_REPAIR } from "../../check/repair/words.ts";
import type { Scenario } from "../../scenario/schema.ts";
import type { BrokenVerdict, FoundRepair } from "../search/check-protocol.ts";
import { foundWords, repairPaths, repairWords, type Turns } from "./rule-words.ts";

interface Doings {
  readonly open: (verdict: BrokenVerdict) => void;
  readonly repair: (rule: string, turns: Turns) => void;
}

export function foundView(scenario: Scenario, verdict: BrokenVerdict, does: Doings): TemplateResult {
  const { rule, text, because, repairs, isUnfinished } = verdict;
  return html`<div class="found" data-testid="found">
    <p>${foundWords(verdict)} <span class="plainly">${text}</span></p>
    ${because === "" ? nothing : html`<p data-testid="because">${because}</p>`}
    <p class="row">
      <button class="plain framed" data-testid="open-counterexample" aria-describedby=${statementId(rule)} @click=${() => does.open(verdict)}>
        Open the counterexample
      </button>
    </p>
    ${
      repairs.length > 0
        ? html`<p class="muted small">What mends it:</p>
            <ul class="repairs">${repairs.map((repair) => repairView(scenario, rule, repair, does))}</ul>`
        : isUnfinished
          ? nothing
          : html`<p class="muted small">What mends it: ${NO_REPAIR}</p>`
    }
  </div>`;
}

function repairView(
  scenario: Scenario,
  rule: string,
  { set, note }: FoundRepair,
  does: Doings,
): TemplateResult {
  return html`<li>
    <button
      class="plain framed repair"
      data-testid="repair"
      title=${repairPaths(set)}
      aria-describedby=${statementId(rule)}
      @click=${() => does.repair(rule, set)}
    >
      ${repairWords(set, scenario)}
    </button>
    <span class="muted small">${note}</span>
  </li>`;
}

/** The id of what a rule claims: buttons of different rules say the same, and are told apart by it. */
export function statementId(rule: string): string {
  return `rule-${rule}`;
}
