/** What the shapes on the stage mean. */
import { css, html, nothing, svg } from "lit";
import { PageElement } from "../look/element.ts";
import { shared } from "../look/styles.ts";
import type { Loaded } from "../player/player.ts";
import { LOSSY_SIGN, SLOW_SIGN } from "./topology-link-marks.ts";

export class FanoutLegend extends PageElement {
  static override properties = { loaded: { attribute: false } };
  /** Shapes that only some runs have are shown for those; null: the others alone. */
  declare loaded: Loaded | null;

  constructor() {
    super();
    this.loaded = null;
  }

  static override styles = [
    shared,
    css`
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.1rem;
        padding: 0.1rem 0.9rem 0.5rem;
        border: 1px solid var(--line);
        border-block: 0;
        background: var(--surface);
        font-size: 0.75rem;
        color: var(--muted);
        list-style: none;
      }
      .legend li {
        display: inline-flex;
        align-items: center;
        gap: 0.4rem;
      }
      .legend svg {
        width: 13px;
        height: 13px;
        overflow: visible;
      }
      .legend svg.wide {
        width: 32px;
      }
    `,
  ];

  override render() {
    return html`
      <ul class="legend" aria-label="Legend">
        <li><svg viewBox="-6 -6 12 12"><circle r="5.5" fill="var(--message)" /></svg>message</li>
        <li><svg viewBox="-6 -6 12 12"><rect x="-5.5" y="-4.5" width="11" height="9" fill="var(--http)" /></svg>HTTP</li>
        <li><svg viewBox="-6 -6 12 12"><path d="M0-6 6 0 0 6-6 0z" fill="var(--heartbeat)" /></svg>heartbeat</li>
        <li><svg viewBox="-6 -6 12 12"><path d="M0-6 5.5 4.5h-11z" fill="var(--control)" /></svg>control</li>
        ${
          this.loaded?.index.crowd
            ? html`<li><svg class="wide" viewBox="-6 -6 30 12"><path d="M-6-4.5H18L24 0 18 4.5H-6z" fill="var(--message)" /></svg>many (wider: more)</li>`
            : nothing
        }
        <li>
          <svg viewBox="-6 -6 12 12"><g fill="none" stroke="var(--bad)" stroke-width="1.75"><circle r="5.5" /><path d="M-2.5-2.5l5 5M2.5-2.5l-5 5" /></g></svg>lost copy
        </li>
        ${
          (this.loaded?.index.requests.refused ?? 0) > 0
            ? html`<li>
                <svg viewBox="-6 -6 12 12"><g fill="none" stroke="var(--bad)" stroke-width="1.75"><rect x="-6" y="-5" width="12" height="10" /><path d="M-2.5-2.5l5 5M2.5-2.5l-5 5" /></g></svg>refused request
              </li>`
            : nothing
        }
        <li><svg viewBox="-6 -6 12 12"><path d="M-5 0l3.5 4L5-4" fill="none" stroke="var(--good)" stroke-width="2.5" /></svg>delivered</li>
        ${this.#linkLegend()}
      </ul>
    `;
  }

  /** Slower and lossy links, in runs that have some. */
  #linkLegend() {
    const scenario = this.loaded?.run.scenario;
    if (!scenario) return nothing;
    const own = [...scenario.clients.map(({ link }) => link), ...Object.values(scenario.network.links)];
    const some = {
      slow:
        own.some((link) => link?.latencyMs !== undefined) ||
        scenario.faults.some(({ act }) => act === "slow"),
      lossy:
        own.some((link) => link?.loss !== undefined) || scenario.faults.some(({ act }) => act === "lose"),
    };
    const band = (dashes: string, sign: string) =>
      svg`<svg class="wide" viewBox="-6 -6 30 12"><path d="M-6 0H26" stroke="var(--warn)" stroke-opacity="0.3" stroke-width="7" stroke-dasharray=${dashes} /><path d=${sign} transform="translate(10 0)" fill="var(--surface)" stroke="var(--warn)" stroke-width="1.25" /></svg>`;
    return html`
      ${some.slow ? html`<li>${band("none", SLOW_SIGN)}slower link</li>` : nothing}
      ${some.lossy ? html`<li>${band("9 6", LOSSY_SIGN)}lossy link</li>` : nothing}
    `;
  }
}
customElements.define("fanout-legend", FanoutLegend);
