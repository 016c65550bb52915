/** The curves of cost within a lesson's step. Fires «open-cost»: all inputs are in a tab of their own. */
import { css, html } from "lit";
import { estimate } from "../../cost/estimate.ts";
import { readChanges, valuesWith } from "../../cost/inputs.ts";
import { PageElement } from "../look/element.ts";
import { shared } from "../look/styles.ts";
import { chartView, undrawn } from "./cost-chart.ts";
import { chartStyles } from "./cost-styles.ts";

export class FanoutCostFigure extends PageElement {
  static override properties = { written: { attribute: false } };
  /** What is changed of the inputs, as an address has it. */
  declare written: string;

  constructor() {
    super();
    this.written = "";
  }

  static override styles = [
    shared,
    chartStyles,
    css`
      :host {
        margin-top: 1rem;
      }
    `,
  ];

  override render() {
    const all = estimate(valuesWith(readChanges(this.written).changes));
    return html`${chartView(all)}
      <p class="key">Full line: a plan with a published price allows it. Broken line: by list price only. ${undrawn(all).join(". ")}.</p>
      <button
        class="plain framed"
        @click=${() => this.dispatchEvent(new CustomEvent("open-cost", { bubbles: true, composed: true }))}
      >
        Change the inputs
      </button>`;
  }
}
customElements.define("fanout-cost-figure", FanoutCostFigure);
