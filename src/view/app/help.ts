/** The help: what the keys do. */
import "../stage/legend.ts";
import { css, html } from "lit";
import { PageElement } from "../look/element.ts";
import { icon } from "../look/icons.ts";
import { shared } from "../look/styles.ts";
import { COMMANDS, TIMELINE_KEYS } from "./commands.ts";
import { obeyLetters, obeysLetters } from "./letter-keys.ts";

export class FanoutHelp extends PageElement {
  static override styles = [
    shared,
    css`
      dialog {
        width: min(34rem, calc(100vw - 2rem));
        max-height: calc(100vh - 3rem);
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: 14px;
        background: var(--surface);
        color: var(--text);
        padding: 1.4rem 1.6rem 1.6rem;
        box-shadow: 0 20px 60px rgb(0 0 0 / 25%);
      }
      dialog::backdrop {
        background: rgb(20 22 28 / 45%);
      }
      header {
        display: flex;
        justify-content: space-between;
        align-items: center;
      }
      h2 {
        font-size: 1.125rem;
      }
      p {
        margin: 0.6rem 0 1rem;
        font-size: 0.9375rem;
      }
      fanout-legend {
        margin: 0 -0.9rem 1rem;
      }
      dl {
        display: grid;
        /* Long names of keys leave the larger half to what they do. */
        grid-template-columns: fit-content(42%) minmax(0, 1fr);
        gap: 0.5rem 1.2rem;
        font-size: 0.9375rem;
      }
      label {
        display: flex;
        gap: 0.6rem;
        align-items: baseline;
        margin-top: 1rem;
        font-size: 0.9375rem;
      }
      dt {
        color: var(--ink);
        font-weight: 600;
      }
    `,
  ];

  override render() {
    return html`<dialog aria-labelledby="help-title">
      <header>
        <h2 id="help-title">How to use this page</h2>
        <button class="plain" aria-label="Close" @click=${() => this.#dialog.close()}>${icon("close")}</button>
      </header>
      <p>
        You watch a simulation that has already been computed. Every moment of it can be reached again: scrub the
        timeline, step, or click a message in the ledger. The address always holds what you see; send it to someone
        and they see the same.
      </p>
      <fanout-legend></fanout-legend>
      <dl>
        ${COMMANDS.map(({ keys, words }) => html`<dt>${keys}</dt><dd>${words}</dd>`)}
        ${TIMELINE_KEYS.map(({ keys, words }) => html`<dt>${keys}</dt><dd>on the timeline: ${words}</dd>`)}
      </dl>
      <label>
        <input type="checkbox" data-testid="letters" .checked=${obeysLetters()} @change=${(e: Event) => obeyLetters((e.target as HTMLInputElement).checked)} />
        keys that are a letter or a sign (switch them off if you dictate to your computer)
      </label>
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog") as HTMLDialogElement;
  }

  async show(): Promise<void> {
    await this.updateComplete;
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  get open(): boolean {
    return this.#dialog?.open ?? false;
  }
}
customElements.define("fanout-help", FanoutHelp);
