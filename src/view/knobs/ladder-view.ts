/** The ladder of timeouts: every ping and timeout on the way, the shortest at the bottom, and what breaks. */
import { css, html, nothing, type TemplateResult } from "lit";
import { breakOf, inWords, type Ladder, laddersOf, type Rung } from "../../scenario/ladder.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { PageElement } from "../look/element.ts";
import { shared } from "../look/styles.ts";

/** The least part of the width that a bar takes, so that it is seen. % */
const LEAST = 4;

export class FanoutLadder extends PageElement {
  static override properties = { scenario: { attribute: false } };
  declare scenario: Scenario | null;

  constructor() {
    super();
    this.scenario = null;
  }

  static override styles = [
    shared,
    css`
      h3 {
        font-size: 0.8125rem;
        font-weight: 650;
        color: var(--muted);
        margin-bottom: 0.5rem;
      }
      ol {
        list-style: none;
        display: grid;
        gap: 0.45rem;
      }
      li {
        font-size: 0.875rem;
        line-height: 1.35;
      }
      .line {
        display: flex;
        gap: 0.75rem;
        justify-content: space-between;
      }
      b {
        font-weight: 650;
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      .bar {
        display: block;
        width: 100%;
        height: 0.4rem;
        margin-top: 0.15rem;
        fill: var(--line-strong);
      }
      .ping .bar {
        fill: var(--accent);
      }
      .breaks .bar {
        fill: var(--bad);
      }
      .breaks .line {
        color: var(--bad);
        font-weight: 550;
      }
      .verdict {
        margin-bottom: 0.6rem;
        font-size: 0.875rem;
        line-height: 1.45;
      }
      .verdict.bad {
        color: var(--bad);
      }
      ol + .verdict {
        margin-top: 1rem;
      }
    `,
  ];

  override render() {
    const ladders = this.scenario === null ? [] : laddersOf(this.scenario);
    if (ladders.length === 0) return nothing;
    return html`<section aria-label="The ladder of timeouts" data-testid="ladder">
      <h3>The ladder of timeouts</h3>
      ${ladders.map((ladder) => this.#ladderView(ladder, ladders.length > 1))}
    </section>`;
  }

  #ladderView(ladder: Ladder, isOneOfMany: boolean): TemplateResult {
    const broken = breakOf(ladder);
    const whose = isOneOfMany ? `${ladder.groups.join(", ")}: ` : "";
    const most = Math.max(...ladder.rungs.map(({ ms }) => ms));
    const least = Math.min(...ladder.rungs.map(({ ms }) => ms));
    return html`<p class=${broken === null ? "verdict" : "verdict bad"}>
        ${whose}${broken === null ? "nothing strikes as long as pings come." : `✕ ${broken}.`}
      </p>
      <ol reversed>
        ${[...ladder.rungs].reverse().map((rung) => this.#rungView(rung, widthOf(rung.ms, least, most)))}
      </ol>`;
  }

  #rungView({ says, field, ms, isPing, breaks }: Rung, width: number): TemplateResult {
    const looks = breaks ? "breaks" : isPing ? "ping" : "";
    return html`<li class=${looks} title=${field}>
      <div class="line"><span>${breaks ? html`<span aria-hidden="true">✕ </span><span class="visually-hidden">breaks: </span>` : nothing}${says}</span><b>${inWords(ms)}</b></div>
      <svg class="bar" aria-hidden="true"><rect width="${width}%" height="100%" rx="2"></rect></svg>
    </li>`;
  }
}

/** On a scale of logarithms: each ten times as long is as much wider. % */
function widthOf(ms: number, least: number, most: number): number {
  if (most <= least) return 100;
  return LEAST + ((100 - LEAST) * Math.log(ms / least)) / Math.log(most / least);
}

customElements.define("fanout-ladder", FanoutLadder);
