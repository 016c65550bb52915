/** What servers have written into the database, beside how often they have told others of it. */
import { html, nothing, type TemplateResult } from "lit";
import { ROW_WORDS, type RowCell, rowTable, TOLD_WORDS } from "../../run/row-table.ts";
import type { WrittenMessage } from "../../run/rows.ts";
import { count } from "../look/format.ts";

export function rowsView(rows: readonly WrittenMessage[]): TemplateResult {
  return html`
    <section aria-labelledby="rows" class="outcomes">
      <h2 id="rows">Written and told <span>so far: what stands in the database, and what servers published</span></h2>
      ${
        rows.length === 0
          ? html`<p class="muted">Nothing has been written or told yet.</p>`
          : html`<table data-testid="rows">
              <thead>
                <tr>
                  <th><span class="visually-hidden">In the database</span></th>
                  ${TOLD_WORDS.map((told) => html`<th scope="col">${told}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${rowTable(rows).map(
                  ({ state, cells }) => html`<tr>
                    <th scope="row">${ROW_WORDS[state]}</th>
                    ${cells.map(cellView)}
                  </tr>`,
                )}
              </tbody>
            </table>`
      }
    </section>
  `;
}

function cellView({ count: found, isRight }: RowCell): TemplateResult {
  const look = isRight === null ? nothing : isRight ? "right" : "wrong";
  return html`<td class=${look}>${found === 0 ? "–" : count(found)}</td>`;
}
