/** What could not be opened or used, and why. */
import { css, html, nothing } from "lit";
import { PageElement } from "../look/element.ts";
import { icon } from "../look/icons.ts";
import { shared } from "../look/styles.ts";
import type { Refusal } from "./source.ts";

const MOST = 12;

/** Fires «dismiss». */
export class FanoutBanner extends PageElement {
  static override properties = { banner: { attribute: false } };
  declare banner: Refusal | null;

  constructor() {
    super();
    this.banner = null;
  }

  static override styles = [
    shared,
    css`
      div.banner {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
        align-items: start;
        margin: 0.4rem 1rem;
        padding: 0.6rem 0.8rem 0.6rem 1.2rem;
        background: var(--bad-soft);
        color: var(--ink);
        border: 1px solid var(--bad);
        border-radius: var(--radius);
        font-size: 0.9375rem;
        /* The rest is a scroll away: on one screen, the stage and its clock need the room. */
        max-height: min(50vh, 7rem);
        overflow: auto;
      }
      ul {
        list-style: none;
        margin-top: 0.2rem;
        overflow-wrap: anywhere;
      }
      code {
        font: 600 0.95em var(--mono);
        margin-right: 0.3rem;
      }
    `,
  ];

  override render() {
    if (!this.banner) return nothing;
    const { title, problems } = this.banner;
    return html`<div class="banner" role="alert" data-testid="problems">
      <div>
        <strong>${title}</strong>
        <ul>
          ${problems.slice(0, MOST).map((p) => html`<li>${p.path ? html`<code>${p.path}</code> ` : nothing}${p.message}</li>`)}
          ${problems.length > MOST ? html`<li>And ${problems.length - MOST} more.</li>` : nothing}
        </ul>
      </div>
      <button class="plain" aria-label="Dismiss" @click=${() => this.dispatchEvent(new CustomEvent("dismiss"))}>${icon("close")}</button>
    </div>`;
  }
}
customElements.define("fanout-banner", FanoutBanner);
