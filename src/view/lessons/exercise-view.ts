/**
 * A playground's question: what it asks for, how the learner's settings stand in this run, and in others. The rules are
 * the scenario's own, judged by the same search as in the panel of rules.
 */
import { css, html, nothing, type TemplateResult } from "lit";
import type { Condition, Exercise } from "../../lesson/lesson.ts";
import { holds } from "../../lesson/notation.ts";
import { conditionInWords } from "../../lesson/words.ts";
import { valuesAt } from "../knobs/knob-controls.ts";
import { PageElement } from "../look/element.ts";
import { count } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import type { Loaded } from "../player/player.ts";
import type { CheckState } from "../search/check-client.ts";

/** Fires «judge»: other runs are to be searched. */
export class FanoutExercise extends PageElement {
  static override properties = {
    exercise: { attribute: false },
    loaded: { attribute: false },
    search: { attribute: false },
  };
  declare exercise: Exercise;
  declare loaded: Loaded;
  declare search: CheckState;

  static override styles = [
    shared,
    css`
      ul {
        list-style: none;
        margin: 0.7rem 0;
        display: grid;
        gap: 0.25rem;
      }
      .solved {
        padding: 0.55rem 0.75rem;
        border-left: 3px solid var(--good);
        background: var(--good-soft);
        color: var(--ink);
      }
      .hint {
        margin-top: 0.5rem;
        color: var(--muted);
        font-size: 0.8125rem;
      }
      button.framed {
        min-height: 2.75rem;
        padding: 0 1rem;
      }
    `,
  ];

  override render() {
    const { keeps, where } = this.exercise;
    const { scenario } = this.loaded.run;
    const isRunning = this.search.phase === "running";
    return html`<ul aria-label="What your settings must keep" data-testid="exercise">
        ${where.map((condition) => html`<li>${isMet(this.loaded, condition) ? "✓" : "✕"} ${conditionInWords(condition)}</li>`)}
        ${keeps.map((rule) => html`<li><code>${rule}</code>: ${this.#standing(rule)}</li>`)}
      </ul>
      <button class="plain framed" data-testid="judge" ?disabled=${isRunning} @click=${() => this.dispatchEvent(new CustomEvent("judge", { bubbles: true, composed: true }))}>
        ${isRunning ? "Searching…" : "Judge my settings"}
      </button>
      <div role="status">${this.#verdictView()}</div>
      <p class="hint">
        One run is no proof, so the judge tries others too, with other delays. On the command line:
        <code>fanout lesson ${scenario.name} --answer FILE</code>.
      </p>`;
  }

  /** How a rule stands in the run on stage. */
  #standing(rule: string): string {
    switch (this.loaded.rules.find(({ name }) => name === rule)?.outcome) {
      case "broken":
        return "✕ broken in this run";
      case "held":
      case "seen":
        return "✓ not broken in this run";
      default:
        return "not judged by this run";
    }
  }

  /** What the search has found about other runs. */
  #verdictView(): TemplateResult | typeof nothing {
    const { search } = this;
    if (search.phase === "failed") return html`<p class="hint">${search.message}</p>`;
    if (search.phase !== "done") return nothing;
    const { keeps, where } = this.exercise;
    const { runs, verdicts, endedBy } = search.result;
    const unmet = where.filter((condition) => !isMet(this.loaded, condition));
    if (unmet.length > 0)
      return html`<p class="hint">✕ Not as asked: ${unmet.map(conditionInWords).join(", ")}.</p>`;
    const asked = verdicts.filter(({ rule }) => keeps.includes(rule));
    const broken = asked.find(({ outcome }) => outcome === "broken");
    if (broken?.outcome === "broken")
      return html`<p class="hint">✕ Not yet: among ${count(runs)} runs, one breaks <code>${broken.rule}</code>. ${broken.text} The Rules show it.</p>`;
    const isJudged =
      asked.length === keeps.length &&
      asked.every(({ outcome }) => ["holds", "not broken", "seen"].includes(outcome));
    if (!isJudged || endedBy === "interrupted")
      return html`<p class="hint">The search came to no verdict on all that is asked.</p>`;
    return html`<p class="solved" data-testid="solved">✓ Solved: of ${count(runs)} runs none breaks ${keeps.join(", ")}.</p>`;
  }
}
customElements.define("fanout-exercise", FanoutExercise);

/** Whether a condition holds at every place that its path means. */
function isMet({ run: { scenario } }: Loaded, condition: Condition): boolean {
  const values = valuesAt(scenario, condition.name);
  return values.length > 0 && values.every((value) => holds(condition, value));
}
