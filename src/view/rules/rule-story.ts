/** How a rule came to break, told along with the clock. */
import { html, type TemplateResult } from "lit";
import { seconds } from "../look/format.ts";
import type { RuleFinding } from "../run/findings.ts";
import { stopAt, stopsOf } from "../run/story.ts";

interface Telling {
  /** All that broke: of several, the first story is open, and the others can be opened. */
  readonly broken: readonly RuleFinding[];
  readonly nowUs: number;
  readonly goTo: (timeUs: number) => void;
}

export function ruleStory(finding: RuleFinding, { broken, nowUs, goTo }: Telling): TemplateResult {
  const stops = stopsOf(finding.story);
  const now = stopAt(stops, nowUs);
  const lines = html`<ol class="story" data-testid="story">
    ${stops.map(
      ({ timeUs, sentences }, i) => html`<li>
        <button aria-current=${i === now ? "step" : "false"} @click=${() => goTo(timeUs)}>
          <span class="at number">${seconds(timeUs)}</span>
          <span>${sentences.map((sentence) => html`<span class="sentence">${sentence} </span>`)}</span>
        </button>
      </li>`,
    )}
  </ol>`;
  if (broken.length === 1) return html`<div class="detail"><p>${finding.text}</p>${lines}</div>`;
  return html`<details class="detail" ?open=${finding === broken[0]}>
    <summary>${finding.text}</summary>
    ${lines}
  </details>`;
}
