/** What a load costs, built or bought: a chart, the bills, what promises allow, and all inputs, each with its source. */

import { html, nothing, type TemplateResult } from "lit";
import type { Bill } from "../../cost/bill.ts";
import { type Estimate, estimate, judgeBudget } from "../../cost/estimate.ts";
import {
  type Changes,
  GROUP_TITLES,
  GROUPS,
  type GroupName,
  INPUTS,
  type InputName,
  readChanges,
  readInput,
  valuesWith,
  writeChanges,
} from "../../cost/inputs.ts";
import { amount, money, short } from "../../cost/words.ts";
import { cited } from "../look/cited.ts";
import { PageElement } from "../look/element.ts";
import { chartView, LOOKS, undrawn } from "./cost-chart.ts";
import { costStyles } from "./cost-styles.ts";
import { promisesView } from "./promises-view.ts";

/** The slider goes from a hundred connections to a million, in tenths of a power of ten. */
const SLIDER = { min: 20, max: 60, step: 1 };

/** Fires «cost» with the inputs that are changed, as an address has them. */
export class FanoutCost extends PageElement {
  static override properties = { written: { attribute: false }, refused: { state: true } };
  /** What is changed of the inputs, as an address has it. */
  declare written: string;
  /** What was typed and can't be: by input, why. */
  declare refused: ReadonlyMap<string, string>;

  constructor() {
    super();
    this.written = "";
    this.refused = new Map();
  }

  static override styles = costStyles;

  override render() {
    const { changes, problems } = readChanges(this.written);
    const all = estimate(valuesWith(changes));
    return html`
      ${problems.map((problem) => html`<p class="problem" role="alert">${problem}</p>`)}
      <p class="says" data-testid="cost-says">${saysOf(all)}</p>
      ${chartView(all)}
      <p class="key">
        Full line: a plan with a published price allows it. Broken line: by list price, but no such plan allows so much. ✕: no price beyond.
        ${undrawn(all).map((text) => html`<span class="note missing">${text}</span>`)}
      </p>
      ${this.#sliderView(all, changes)}
      <h3>What it is made of</h3>
      <div class="bills">${all.bills.map((bill) => this.#billView(bill, all))}</div>
      <p class="key"><svg class="bar small" viewBox="0 0 60 6" aria-hidden="true"><rect class="fee" width="30" height="6"></rect><rect class="people" x="30" width="30" height="6"></rect></svg> what others charge, and your own people</p>
      ${this.#besideView(all)}
      <h3>What a promise allows</h3>
      ${promisesView(all)}
      <h3>All inputs</h3>
      ${
        Object.keys(changes).length === 0
          ? nothing
          : html`<button class="plain framed" data-testid="cost-reset" @click=${() => this.#write({})}>All as they were</button>`
      }
      ${(Object.keys(GROUPS) as GroupName[]).map((group) => this.#groupView(group, changes, all))}
      <p class="key">Left out: discounts for volume, taxes, peaks above the average, traffic between zones, WebRTC media, and what SMS, calls and video cost.</p>
    `;
  }

  #sliderView({ values, volume }: Estimate, changes: Changes): TemplateResult {
    const connections = values.connections ?? 1;
    return html`<label class="load">
      <span class="line"><span>Connections open at a time</span><b>${amount(connections)}</b></span>
      <input
        type="range"
        min=${SLIDER.min}
        max=${SLIDER.max}
        step=${SLIDER.step}
        .value=${String(Math.round(10 * Math.log10(connections)))}
        aria-valuetext="${amount(connections)} connections"
        @input=${(e: Event) => this.#write({ ...changes, connections: Math.round(10 ** (Number((e.target as HTMLInputElement).value) / 10)) })}
      />
      <span class="note">${short(volume.messages)} messages as vendors count, ${short(volume.connectionMinutes)} minutes of connection in ${values.days} days</span>
    </label>`;
  }

  #billView(bill: Bill, { bills, values, cheapest }: Estimate): TemplateResult {
    const most = Math.max(...bills.map(({ total }) => total ?? 0), 1);
    const judged = judgeBudget(bill, values);
    return html`<details class="bill">
      <summary>
        <span class="line">
          <span><span class="sign of-${LOOKS[bill.name].colour}" aria-hidden="true">${LOOKS[bill.name].sign}</span> ${bill.title}${bill === cheapest ? html` <span class="good">cheapest</span>` : nothing}${
            judged === "unknown"
              ? nothing
              : html` <span class=${judged === "over" ? "bad" : "good"}>${judged === "over" ? "✕ over the budget" : "✓ within the budget"}</span>`
          }</span>
          <b class=${bill.total === null ? "missing" : ""}>${money(bill.total)}</b>
        </span>
        ${bill.total === null ? nothing : barView(bill.fee!, bill.total - bill.fee!, most)}
        ${bill.beyond === null ? nothing : html`<span class="note bad">✕ not on offer: ${bill.beyond}</span>`}
      </summary>
      <table>
        ${bill.lines.map(
          ({ says, amount: of, how }) => html`<tr>
            <td>${says}<span class="note">${how}</span></td>
            <td class="number ${of === null ? "missing" : ""}">${money(of)}</td>
          </tr>`,
        )}
      </table>
      ${bill.missing.length === 0 ? nothing : html`<p class="note missing">Missing: ${bill.missing.join(", ")}.</p>`}
    </details>`;
  }

  /** What stands beside the money. */
  #besideView({ values }: Estimate): TemplateResult {
    return html`<h3>Beside the money</h3>
      <table>
        <tr><td></td><th class="number">build</th><th class="number">buy</th></tr>
        <tr><td>Live after</td><td class="number">${values.buildToMarket} days</td><td class="number">${values.buyToMarket} days</td></tr>
        <tr><td>Updates and security</td><td class="number">${values.buildUpkeep} h a month</td><td class="number">${values.buyUpkeep} h a month</td></tr>
      </table>
      <p class="note">Assumptions: put in your own below.</p>`;
  }

  #groupView(group: GroupName, changes: Changes, all: Estimate): TemplateResult {
    return html`<details class="group" ?open=${group === "load"}>
      <summary>${GROUP_TITLES[group]}</summary>
      ${(Object.keys(GROUPS[group]) as InputName[]).map((name) => this.#fieldView(name, changes, all))}
    </details>`;
  }

  #fieldView(name: InputName, changes: Changes, { values }: Estimate): TemplateResult {
    const { says, unit, source, date } = INPUTS[name];
    const value = values[name];
    const refused = this.refused.get(name);
    return html`<label class="field ${name in changes ? "changed" : ""}">
      <span class="name">${says}${unit === "" ? "" : ` (${unit})`}</span>
      <input
        inputmode="decimal"
        name=${name}
        placeholder="missing"
        .value=${value === null ? "" : String(value)}
        aria-invalid=${refused === undefined ? "false" : "true"}
        @change=${(e: Event) => this.#onField(name, (e.target as HTMLInputElement).value, changes)}
      />
      <span class="note ${refused === undefined ? "" : "bad"}">${refused ?? cited(`${source}${date === "" ? "" : `, ${date}`}`)}</span>
    </label>`;
  }

  #onField(name: InputName, text: string, changes: Changes): void {
    const read = readInput(name, text);
    const refused = new Map(this.refused);
    if (typeof read === "string") {
      this.refused = refused.set(name, read);
      return;
    }
    refused.delete(name);
    this.refused = refused;
    const { [name]: _, ...others } = changes;
    this.#write(read.value === INPUTS[name].initial ? others : { ...others, [name]: read.value });
  }

  #write(changes: Changes): void {
    this.dispatchEvent(new CustomEvent("cost", { detail: writeChanges(changes) }));
  }
}
customElements.define("fanout-cost", FanoutCost);

/** In a sentence: what is cheapest here, and where that changes. */
function saysOf({ values, bills, cheapest, crossings }: Estimate): TemplateResult {
  const titleOf = (name: string) => bills.find((bill) => bill.name === name)!.title;
  const here = html`For ${amount(values.connections ?? 0)} connections`;
  const best =
    cheapest === null
      ? html`${here} no price is known.`
      : html`${here} <strong>${cheapest.name === "build" ? "building" : cheapest.title}</strong> is cheapest of what has a known price: <strong>${money(cheapest.total)}</strong> for ${values.days} days.`;
  return html`${best} ${
    crossings.length === 0
      ? html`Building crosses no vendor's line where a plan is on offer.`
      : crossings.map(
          ({ connections, from, to }) =>
            html`At <strong>${amount(connections)}</strong> connections ${to === "build" ? html`building becomes cheaper than ${titleOf(from)}` : html`${titleOf(to)} becomes cheaper than building`}. `,
        )
  }`;
}

/** Two parts of a bar. */
function barView(fee: number, people: number, most: number): TemplateResult {
  const width = (part: number) => `${((100 * part) / most).toFixed(2)}%`;
  return html`<svg class="bar" aria-hidden="true"><rect class="fee" width=${width(fee)} height="100%"></rect><rect class="people" x=${width(fee)} width=${width(people)} height="100%"></rect></svg>`;
}
