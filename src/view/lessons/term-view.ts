/** An entry of the glossary, where the reader is: fetched with the first that is asked for. */
import { css, html } from "lit";
import terms from "../../../simulations/glossary.md";
import type { Term } from "../../lesson/lesson.ts";
import { PageElement } from "../look/element.ts";
import { shared } from "../look/styles.ts";
import { proseView } from "./prose.ts";
import { proseStyles } from "./story-styles.ts";

export function termAt(anchor: string | null): Term | null {
  return terms.find((term) => term.anchor === anchor) ?? null;
}

export class FanoutTerm extends PageElement {
  static override properties = { term: { attribute: false }, onTerm: { attribute: false } };
  declare term: Term;
  /** Opens another entry; null: none. */
  declare onTerm: (anchor: string | null) => void;

  static override styles = [
    shared,
    proseStyles,
    css`
      div {
        margin-top: 0.7rem;
        padding: 0.55rem 0.75rem;
        background: var(--raised);
        border-radius: 8px;
      }
      footer {
        margin-top: 0.3rem;
        font-size: 0.8125rem;
        color: var(--muted);
        overflow-wrap: anywhere;
      }
      header {
        display: flex;
        justify-content: space-between;
        align-items: center;
        font-weight: 650;
      }
    `,
  ];

  /** It stands below the question, perhaps below the window. */
  protected override updated(): void {
    this.scrollIntoView({ block: "nearest" });
  }

  override render() {
    const { title, says, source } = this.term;
    return html`<div role="note" data-testid="term">
      <header>
        <span>${title}</span>
        <button class="plain" aria-label="Close the entry" @click=${() => this.onTerm(null)}>✕</button>
      </header>
      <p>${proseView(says, { facts: new Map(), onTerm: this.onTerm })}</p>
      <footer>${source}</footer>
    </div>`;
  }
}
customElements.define("fanout-term", FanoutTerm);
