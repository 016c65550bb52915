/** The help: what the keys do. */
import { css, html, LitElement } from "lit";
import { icon } from "../look/icons.ts";
import { shared } from "../look/styles.ts";

const KEYS: readonly [string, string][] = [
  ["space", "play, pause"],
  ["→ ←", "step to the next or previous event"],
  ["shift → ←", "jump to the next or previous loss"],
  ["home end", "to the start, to the end"],
  ["page up, page down", "a tenth of the timeline forth or back (on the timeline)"],
  ["+ − 0", "zoom the timeline in, out, show all (on the timeline)"],
  ["n", "next variant: mend what broke, or break it again"],
  ["esc", "clear the selection"],
  ["?", "this help"],
];

export class FanoutHelp extends LitElement {
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
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.5rem 1.2rem;
        font-size: 0.9375rem;
      }
      dt {
        color: var(--ink);
        font-weight: 600;
        white-space: nowrap;
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
      <dl>
        ${KEYS.map(([keys, what]) => html`<dt>${keys}</dt><dd>${what}</dd>`)}
      </dl>
    </dialog>`;
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog") as HTMLDialogElement;
  }

  show(): void {
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  get open(): boolean {
    return this.#dialog?.open ?? false;
  }
}
customElements.define("fanout-help", FanoutHelp);
