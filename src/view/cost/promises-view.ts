/** What promised availability allows, in minutes, and what all of it comes to in a row. */
import { html, type TemplateResult } from "lit";
import type { Estimate } from "../../cost/estimate.ts";
import { money, span } from "../../cost/words.ts";

export function promisesView({ promises, values, inRow, compensation }: Estimate): TemplateResult {
  return html`<table class="promises">
        <tr><td></td><th class="number">promised</th><th class="number">away in ${values.days} days</th><th class="number">a year</th></tr>
        ${promises.map(
          ({ name, percent, minutesInTime, minutesAYear }) => html`<tr>
            <td>${name}</td>
            ${
              percent === null
                ? html`<td class="number missing" colspan="3">missing</td>`
                : html`<td class="number">${percent} %</td><td class="number">${span(minutesInTime!)}</td><td class="number">${span(minutesAYear!)}</td>`
            }
          </tr>`,
        )}
        <tr>
          <td><strong>In a row</strong>: the best of these, your own part and the last mile, as far as they are known</td>
          <td class="number">${inRow === null ? "missing" : `${Number(inRow.toPrecision(7))} %`}</td><td></td><td></td>
        </tr>
      </table>
      <p class="note">A promise covers the vendor's side and ends before your users' own lines. An outage of ${values.outageMinutes} minutes: what it costs you is
        ${money(compensation.loss)}; what a credit gives back is ${money(compensation.credit)}.</p>`;
}
