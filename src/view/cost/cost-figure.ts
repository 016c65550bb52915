/** The curves of cost within a lesson's step. Fires «open-cost»: all inputs are in a tab of their own. */
import { css, html, type TemplateResult } from "lit";
import { type Estimate, estimate } from "../../cost/estimate.ts";
import { readChanges, valuesWith } from "../../cost/inputs.ts";
import { PageElement } from "../look/element.ts";
import { shared } from "../look/styles.ts";
import { chartView, undrawn } from "./cost-chart.ts";
import { chartStyles, promiseStyles } from "./cost-styles.ts";
import { promisesView } from "./promises-view.ts";

export class FanoutCostFigure extends PageElement {
  static override properties = { written: { attribute: false }, shows: { attribute: false } };
  declare shows: "curves" | "promises";
  /** What is changed of the inputs, as an address has it. */
  declare written: string;

  constructor() {
    super();
    this.written = "";
    this.shows = "curves";
  }

  static override styles = [
    shared,
    chartStyles,
    promiseStyles,
    css`
      :host {
        margin-top: 1rem;
      }
    `,
  ];

  override render() {
    const all = estimate(valuesWith(readChanges(this.written).changes));
    return html`${this.shows === "promises" ? promisesView(all) : curvesView(all)}
      <button
        class="plain framed"
        @click=${() => this.dispatchEvent(new CustomEvent("open-cost", { bubbles: true, composed: true }))}
      >
        Change the inputs
      </button>`;
  }
}
/** Which line is lowest where. */
function curvesView(all: Estimate): TemplateResult {
  return html`${chartView(all)}
    <p class="key">Full line: a plan with a published price allows it. Broken line: by list price only. ${undrawn(all).join(". ")}.</p>`;
}

customElements.define("fanout-cost-figure", FanoutCostFigure);
