/** What identifies the run on screen: below everything, in one line. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { RunResult } from "../../run/result.ts";
import { PageElement } from "../look/element.ts";
import { count, seconds } from "../look/format.ts";
import { shared } from "../look/styles.ts";

const MAX_SEED = 4_294_967_295;

/** Fires «reseed» with a number, and «go-on». */
export class FanoutRunFacts extends PageElement {
  static override properties = {
    run: { attribute: false },
    tookMs: { attribute: false },
    canGoOn: { attribute: false },
  };
  declare run: RunResult | null;
  /** Real time that the run took. ms. */
  declare tookMs: number;
  /** The run was cut, and can go on. */
  declare canGoOn: boolean;

  constructor() {
    super();
    this.run = null;
    this.tookMs = 0;
    this.canGoOn = false;
  }

  static override styles = [
    shared,
    css`
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0.1rem 1.5rem;
        align-items: center;
        padding: 0.2rem 1rem;
        border-top: 1px solid var(--line);
        font-size: 0.8125rem;
        color: var(--muted);
      }
      dl div {
        display: flex;
        gap: 0.4rem;
        align-items: center;
        min-height: 1.6rem;
      }
      dd {
        color: var(--text);
      }
      code {
        font-family: var(--mono);
        font-size: 0.95em;
      }
      input {
        width: 7rem;
        height: 1.6rem;
        border: 1px solid var(--line-strong);
        border-radius: 6px;
        background: var(--surface);
        padding: 0 0.5rem;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  override render() {
    const { run } = this;
    if (!run) return nothing;
    const cut = run.endedBy === "time" ? "" : `, cut short by the limit on ${run.endedBy}`;
    const promise =
      "The same scenario, settings and seed give the same run, event for event, here and on the command line: the fingerprint shows it.";
    return html`<dl>
      <div title=${promise}>
        <dt>Fingerprint</dt>
        <dd><code data-testid="fingerprint">${run.fingerprint}</code></dd>
      </div>
      <div>
        <dt><label for="seed">Seed</label></dt>
        <dd>
          <input id="seed" data-testid="seed" inputmode="numeric" .value=${String(run.seed)} @change=${this.#onSeed} />
        </dd>
      </div>
      <div><dt>Events</dt><dd class="number">${count(run.events)}</dd></div>
      <div><dt>Simulated</dt><dd class="number">${seconds(run.endUs)}${cut}</dd>${this.#goOnView()}</div>
      <div><dt>Took</dt><dd class="number">${this.tookMs.toFixed(0)} ms</dd></div>
    </dl>`;
  }

  #goOnView(): TemplateResult | typeof nothing {
    if (!this.canGoOn) return nothing;
    const goOn = () => this.dispatchEvent(new CustomEvent("go-on"));
    return html`<button class="plain framed" data-testid="go-on" @click=${goOn}>Go on</button>`;
  }

  #onSeed = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    const seed = Number(value);
    const isSeed = value.trim() !== "" && Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED;
    if (isSeed) this.dispatchEvent(new CustomEvent("reseed", { detail: seed }));
    else this.requestUpdate();
  };
}
customElements.define("fanout-run-facts", FanoutRunFacts);
