/** What stood in the papers on some day, within a lesson's step: few steps have it. */
import { css, html } from "lit";
import type { StageTable } from "../../lesson/lesson.ts";
import { cited } from "../look/cited.ts";
import { PageElement } from "../look/element.ts";
import { shared } from "../look/styles.ts";

export class FanoutStageTable extends PageElement {
  static override properties = { table: { attribute: false } };
  declare table: StageTable;

  static override styles = [
    shared,
    css`
    table {
      width: 100%;
      margin-top: 1rem;
    }
    caption {
      text-align: left;
      font-weight: 650;
      color: var(--ink);
    }
    td,
    th {
      padding: 0.3rem 0.6rem 0.3rem 0;
      border-bottom: 1px solid var(--line);
      vertical-align: top;
      line-height: 1.4;
    }
    tfoot td {
      border: 0;
      color: var(--muted);
      font-size: 0.8125rem;
    }
    `,
  ];

  override render() {
    const { title, asOf, head, rows, source } = this.table;
    return html`<table>
      <caption>${title}, as of ${asOf}</caption>
      <tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr>
      ${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
      <tfoot><tr><td colspan=${head.length}>${cited(source)}</td></tr></tfoot>
    </table>`;
  }
}
customElements.define("fanout-stage-table", FanoutStageTable);
