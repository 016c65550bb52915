/** How a rule came to break, told along with the clock. */
import { html, nothing, type TemplateResult } from "lit";
import { tell } from "../../check/story.ts";
import type { RunResult } from "../../run/result.ts";
import { seconds } from "../look/format.ts";
import type { RuleFinding } from "../run/findings.ts";
import { type StoryStop, stopAt, stopsOf } from "../run/story.ts";

interface Telling {
  /** All that broke: of several, the first story is open, and the others can be opened. */
  readonly broken: readonly RuleFinding[];
  readonly nowUs: number;
  readonly goTo: (timeUs: number) => void;
}

/** Stories that were told: the clock goes through them, and each is read from the trace once. */
const told = new WeakMap<RuleFinding, readonly StoryStop[]>();

export function ruleStory(
  run: RunResult,
  finding: RuleFinding,
  { broken, nowUs, goTo }: Telling,
): TemplateResult | typeof nothing {
  if (finding.violation === null) return nothing;
  const stops = told.get(finding) ?? stopsOf(tell(run, finding, finding.violation));
  told.set(finding, stops);
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
