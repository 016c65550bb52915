/** The ledger: who reached whom, message by message. */

import { html, nothing, type TemplateResult } from "lit";
import { Fate } from "../../model/fate/oracle.part.ts";
import { CAUSES } from "../../model/trace/causes.ts";
import type { Task } from "../../run/outcomes.ts";
import type { RunResult } from "../../run/result.ts";
import { rowsAt } from "../../run/row-table.ts";
import { PageElement } from "../look/element.ts";
import { count, plural, seconds } from "../look/format.ts";
import { follow, whenInView } from "../player/follow.ts";
import type { Loaded, Player } from "../player/player.ts";
import { upperBound } from "../run/frames.ts";
import { type Cell, type LedgerIndex, matrixAt } from "../run/ledger-index.ts";
import { audienceName } from "../run/naming.ts";
import { tasksAt } from "../run/tasks.ts";
import { ledgerStyles } from "./ledger-styles.ts";
import { outcomeStyles, outcomesView } from "./outcomes-view.ts";
import { rowsView } from "./rows-view.ts";

const MATRIX_CLIENTS = 30;
const ROWS = 100;
/** With more copies than this, the matrix is computed only when time stands still. */
const CHEAP_COPIES = 20_000;

export class FanoutLedger extends PageElement {
  static override properties = { player: { attribute: false }, rows: { state: true } };
  declare player: Player;
  declare rows: number;
  #tasks: { of: Loaded; changes: number; tasks: readonly Task[] } | null = null;
  #cells: { key: string; of: Loaded; cells: (Cell | undefined)[] } | null = null;

  constructor() {
    super();
    follow(this, whenInView);
    this.rows = ROWS;
  }

  static override styles = [ledgerStyles, outcomeStyles];

  override render() {
    const { loaded } = this.player;
    if (!loaded || loaded.index.ledger.messages === 0) return nothing;
    const clients = loaded.run.nodes.filter((n) => n.kind === "client").length;
    const { rows } = loaded.index;
    const { tasks } = loaded.index.tasks;
    const isMatrix = clients <= MATRIX_CLIENTS && tasks.length < loaded.index.ledger.messages;
    return html`<div class="pair">
      ${tasks.length > 0 ? this.#outcomes(loaded) : nothing}
      ${rows.length > 0 ? rowsView(rowsAt(rows, this.player.timeUs)) : nothing} ${isMatrix ? this.#matrix(loaded, clients) : nothing}
      ${this.#list(loaded)}
    </div>`;
  }

  #outcomes(loaded: Loaded): TemplateResult {
    const { timeUs } = this.player;
    const { tasks } = loaded.index;
    const changes = upperBound(tasks.changesUs, timeUs);
    if (this.#tasks?.of !== loaded || this.#tasks.changes !== changes)
      this.#tasks = { of: loaded, changes, tasks: tasksAt(tasks, timeUs) };
    return outcomesView(this.#tasks.tasks, this.#chosen(loaded), (message) => this.#showMessage(message));
  }

  #matrix(loaded: Loaded, clients: number): TemplateResult {
    const { run, index } = loaded;
    const { timeUs, playing } = this.player;
    const key = `${upperBound(index.ledger.sentUs, timeUs)}/${upperBound(index.ledger.deliveredUs, timeUs)}/${upperBound(index.ledger.lostUs, timeUs)}`;
    if (
      this.#cells?.of !== loaded ||
      (this.#cells.key !== key && !(playing && index.ledger.copies > CHEAP_COPIES))
    )
      this.#cells = { key, of: loaded, cells: matrixAt(index.ledger, clients, timeUs) };
    const { cells } = this.#cells;
    const names = run.nodes.slice(0, clients).map((n) => n.name);
    const senders = [...new Set(index.ledger.sender)].filter((s) => s >= 0).sort((a, b) => a - b);
    return html`
      <section aria-labelledby="who">
        <h2 id="who">Who reached whom <span>so far; rows send, columns receive</span></h2>
        <div class="scroll">
          <table class="matrix" data-testid="matrix">
            <thead>
              <tr>
                <th><span class="visually-hidden">Sender</span></th>
                ${names.map((name) => html`<th scope="col" title=${name}>${name}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${senders.map(
                (s) => html`
                  <tr>
                    <th scope="row">${run.nodes[s].name}</th>
                    ${names.map((_name, r) => this.#cell(run, s, r, cells[s * clients + r]))}
                  </tr>
                `,
              )}
            </tbody>
          </table>
        </div>
      </section>
    `;
  }

  #cell({ nodes }: RunResult, sender: number, recipient: number, cell: Cell | undefined): TemplateResult {
    if (!cell) return html`<td class="self">${sender === recipient ? "·" : ""}</td>`;
    const open = cell.sent - cell.delivered - cell.lost;
    const text = [
      cell.delivered ? `✓${cell.delivered}` : "",
      cell.lost ? `✕${cell.lost}` : "",
      open ? `→${open}` : "",
    ]
      .filter(Boolean)
      .join(" ");
    const label = `${nodes[sender].name} to ${nodes[recipient].name}: ${cell.delivered} delivered, ${cell.lost} lost, ${open} in flight${cell.cause >= 0 ? `; ${CAUSES[cell.cause]?.label}` : ""}`;
    return html`<td>
      <button
        class=${cell.lost ? "bad" : cell.delivered ? "good" : ""}
        aria-label=${label}
        title=${label}
        @click=${() => this.#showCopy(cell.copy)}
      >
        ${text}
      </button>
    </td>`;
  }

  /** The message that is selected, by itself or by one of its copies; −1 none. */
  #chosen({ index: { ledger } }: Loaded): number {
    const { selection } = this.player;
    if (selection?.kind === "message") return selection.id;
    return selection?.kind === "copy" ? (ledger.message[selection.id] ?? -1) : -1;
  }

  #list(loaded: Loaded): TemplateResult {
    const { ledger } = loaded.index;
    const chosen = this.#chosen(loaded);
    const n = Math.min(this.rows, ledger.messages);
    return html`
      <section aria-labelledby="messages">
        <h2 id="messages">Messages <span>${plural(ledger.messages, "message")} in this run</span></h2>
        <div class="scroll">
          <table role="table" class="list" data-testid="messages">
            <thead>
              <tr role="row">
                <th role="columnheader" scope="col">sent at</th>
                <th role="columnheader" scope="col">from → to</th>
                <th role="columnheader" scope="col">copies</th>
                <th role="columnheader" scope="col">arrived</th>
                <th role="columnheader" scope="col">lost</th>
                <th role="columnheader" scope="col">cause</th>
              </tr>
            </thead>
            <tbody>
              ${Array.from({ length: n }, (_, m) => this.#message(loaded, m, m === chosen))}
            </tbody>
          </table>
        </div>
        ${
          ledger.messages > n
            ? html`<p class="muted">
                The first ${count(n)} of ${count(ledger.messages)}.
                <button class="plain framed" @click=${() => (this.rows += ROWS * 4)}>Show more</button>
              </p>`
            : nothing
        }
      </section>
    `;
  }

  #message({ run, index: { ledger } }: Loaded, m: number, isChosen: boolean): TemplateResult {
    const { timeUs } = this.player;
    const { copies, delivered, lost, cause } = fatesOf(ledger, m, timeUs);
    return html`
      <tr role="row" class="${isChosen ? "chosen" : ""} ${ledger.messageUs[m] > timeUs ? "later" : ""}">
        <td role="cell"><button @click=${() => this.#showMessage(m)}>${seconds(ledger.messageUs[m])}</button></td>
        <td role="cell">${run.nodes[ledger.sender[m]]?.name} → ${audienceName(run, ledger, m)}</td>
        <td role="cell" class="copies number">${count(copies)}</td>
        <td role="cell" class="number ${delivered ? "good" : ""}">${delivered ? `✓ ${count(delivered)}` : nothing}</td>
        <td role="cell" class="number ${lost ? "bad" : ""}">${lost ? `✕ ${count(lost)}` : nothing}</td>
        <td role="cell" class="line">${cause >= 0 ? CAUSES[cause]?.label : nothing}</td>
      </tr>
    `;
  }

  #showMessage(m: number): void {
    const { ledger } = (this.player.loaded as Loaded).index;
    this.player.pause();
    this.player.select({ kind: "message", id: m });
    this.player.seek(ledger.messageUs[m]);
  }

  #showCopy(c: number): void {
    const { ledger } = (this.player.loaded as Loaded).index;
    this.player.pause();
    this.player.select({ kind: "copy", id: c });
    this.player.seek(ledger.settledUs[c] <= this.player.timeUs ? ledger.settledUs[c] : ledger.sentUs[c]);
  }
}
customElements.define("fanout-ledger", FanoutLedger);

/** What has become of a message's copies by a time; the cause is the first lost one's, −1 if there is none. */
function fatesOf(ledger: LedgerIndex, m: number, timeUs: number) {
  const copies = ledger.copyOrder.subarray(ledger.firstCopy[m], ledger.firstCopy[m + 1]);
  let [delivered, lost, cause] = [0, 0, -1];
  for (const c of copies) {
    if (!(ledger.settledUs[c] <= timeUs)) continue;
    if (ledger.fate[c] !== Fate.lost) delivered++;
    else if (lost++ === 0) cause = ledger.cause[c];
  }
  return { copies: copies.length, delivered, lost, cause };
}
