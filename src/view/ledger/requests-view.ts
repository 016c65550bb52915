/** The request log: what each client asked, which server got it, what it answered, and why. */
import { css, html, nothing } from "lit";
import { PageElement } from "../look/element.ts";
import { count, plural, seconds } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import { follow, whenInView } from "../player/follow.ts";
import type { Loaded, Player } from "../player/player.ts";
import { errorText, type RequestRow, requestName, statusText } from "../run/requests.ts";
import { listStyles } from "./list-styles.ts";
import { explainRequest, sentTo } from "./request-words.ts";

const ROWS = 60;

export class FanoutRequests extends PageElement {
  static override properties = {
    player: { attribute: false },
    rows: { state: true },
    refusedOnly: { state: true },
  };
  declare player: Player;
  declare rows: number;
  declare refusedOnly: boolean;

  constructor() {
    super();
    follow(this, whenInView);
    this.rows = ROWS;
    this.refusedOnly = false;
  }

  static override styles = [
    shared,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0.25rem 1rem;
        margin-bottom: 0.6rem;
      }
      h2 span {
        font-weight: 400;
        color: var(--muted);
      }
      label {
        font-size: 0.8125rem;
        color: var(--muted);
        display: inline-flex;
        gap: 0.4rem;
        align-items: center;
        cursor: pointer;
      }
      input {
        accent-color: var(--accent);
        margin: 0;
      }
      .scroll {
        overflow: auto;
        max-height: 26rem;
      }
      table {
        width: 100%;
      }
      th {
        position: sticky;
        top: 0;
        background: var(--paper);
        padding: 0 0.9rem 0.3rem 0;
        border-bottom: 1px solid var(--line);
        white-space: nowrap;
      }
      td {
        padding: 0.3rem 0.9rem 0.3rem 0;
        border-bottom: 1px solid var(--line);
        vertical-align: top;
      }
      td.nowrap {
        white-space: nowrap;
      }
      tr.later {
        color: var(--muted);
      }
      tr.chosen td {
        background: var(--accent-soft);
      }
      td button {
        border: 0;
        background: none;
        padding: 0;
        color: var(--accent);
        font-variant-numeric: tabular-nums;
        text-decoration: underline;
        text-underline-offset: 2px;
        text-decoration-color: color-mix(in srgb, var(--accent) 40%, transparent);
      }
      .bad {
        color: var(--bad);
        font-weight: 600;
      }
      .good {
        color: var(--good);
      }
      .why {
        min-width: 15rem;
        max-width: 34rem;
        line-height: 1.4;
      }
      @container (max-width: 54rem) {
        table td.to::before {
          content: "→ ";
        }
      }
    `,
    listStyles,
  ];

  override render() {
    const { loaded, timeUs, selection } = this.player;
    if (!loaded || loaded.index.requests.total === 0) return nothing;
    const { rows, total, refused } = loaded.index.requests;
    const { nodes } = loaded.run;
    const balancers =
      nodes.filter(({ kind }) => kind === "balancer").length > 1 ? "the balancers" : "the balancer";
    const wanted = this.refusedOnly ? rows.filter((r) => r.status >= 400) : rows;
    const shown = wanted.slice(0, this.rows);
    return html`
      <section aria-labelledby="requests">
        <div class="head">
          <h2 id="requests">
            Requests <span>${plural(total, "HTTP request")} through ${balancers}, ${count(refused)} refused</span>
          </h2>
          ${
            refused > 0
              ? html`<label
                  ><input
                    type="checkbox"
                    .checked=${this.refusedOnly}
                    @change=${(e: Event) => (this.refusedOnly = (e.target as HTMLInputElement).checked)}
                  />refused only</label
                >`
              : nothing
          }
        </div>
        <div class="scroll">
          <table role="table" class="list" data-testid="requests">
            <thead>
              <tr role="row">
                <th role="columnheader" scope="col">at</th>
                <th role="columnheader" scope="col">client</th>
                <th role="columnheader" scope="col">request</th>
                <th role="columnheader" scope="col">sent to</th>
                <th role="columnheader" scope="col">answer</th>
                <th role="columnheader" scope="col">why</th>
              </tr>
            </thead>
            <tbody>
              ${shown.map((row) => this.#row(loaded, row, timeUs, selection?.kind === "request" && selection.id === row.record, nodes))}
            </tbody>
          </table>
        </div>
        ${
          wanted.length > shown.length || total > rows.length
            ? html`<p class="muted">
                The first ${count(shown.length)} of ${count(this.refusedOnly ? wanted.length : total)}.
                ${
                  wanted.length > shown.length
                    ? html`<button class="plain framed" @click=${() => (this.rows += ROWS * 4)}>Show more</button>`
                    : nothing
                }
              </p>`
            : nothing
        }
      </section>
    `;
  }

  #row(loaded: Loaded, row: RequestRow, timeUs: number, chosen: boolean, nodes: Loaded["run"]["nodes"]) {
    const answered = row.answeredUs <= timeUs;
    const bad = answered && row.status >= 400;
    return html`
      <tr role="row" class="${row.timeUs > timeUs ? "later" : ""} ${chosen ? "chosen" : ""}">
        <td role="cell" class="nowrap"><button @click=${() => this.#go(row)}>${seconds(row.timeUs)}</button></td>
        <td role="cell">${nodes[row.client]?.name}</td>
        <td role="cell" class="nowrap">${requestName(row.kind)}</td>
        <td role="cell" class="to nowrap">${sentTo(loaded.run, row)}</td>
        <td role="cell" class="line ${bad ? "bad" : answered ? "good" : ""} nowrap">
          ${answered ? `${bad ? "✕ " : ""}${statusText(row.status)}` : ""}
          ${bad && row.error >= 0 ? html`<br />«${errorText(row.error)}»` : nothing}
        </td>
        <td role="cell" class="line why">${bad ? explainRequest(loaded.run, row) : nothing}</td>
      </tr>
    `;
  }

  #go(row: RequestRow): void {
    this.player.pause();
    this.player.select({ kind: "request", id: row.record });
    this.player.seek(row.status >= 400 ? row.answeredUs : row.timeUs);
  }
}
customElements.define("fanout-requests", FanoutRequests);
