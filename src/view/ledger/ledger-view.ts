/** The ledger: counts now and at the end, causes with remedies, who reached whom, message by message. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { Fate } from "../../model/fate/oracle.part.ts";
import { CAUSES } from "../../model/trace/causes.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import type { RunResult } from "../../run/result.ts";
import { remedyOf } from "../../run/roots.ts";
import { aboutBalancer } from "../../run/words.ts";
import { count, plural, seconds } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import { everyTick, follow, whenInView } from "../player/follow.ts";
import type { Loaded, Player } from "../player/player.ts";
import { upperBound } from "../run/frames.ts";
import {
  type Cell,
  type Counts,
  causesAt,
  countsAt,
  endsAt,
  type LedgerIndex,
  matrixAt,
} from "../run/ledger-index.ts";
import { audienceName, nodeInSentence, nodeName, sinceRoots } from "../run/naming.ts";
import { connectedAt } from "../run/node-states.ts";

const MATRIX_CLIENTS = 30;
const ROWS = 100;
/** With more copies than this, the matrix is computed only when time stands still. */
const CHEAP_COPIES = 20_000;

/** The counts and the causes: beside the stage. */
export class FanoutSummary extends LitElement {
  static override properties = { player: { attribute: false } };
  declare player: Player;

  constructor() {
    super();
    follow(this, everyTick);
  }

  static override styles = [
    shared,
    css`
      table {
        width: 100%;
      }
      th[scope="col"] {
        text-align: right;
        padding-bottom: 0.15rem;
        font-weight: 500;
      }
      th[scope="row"] {
        font-weight: 500;
        font-size: 0.875rem;
        color: var(--text);
        padding: 0.2rem 0;
      }
      td {
        text-align: right;
        font-variant-numeric: tabular-nums;
        color: var(--ink);
        padding: 0.2rem 0 0.2rem 0.5rem;
        min-width: 3.5rem;
      }
      td.end {
        color: var(--muted);
      }
      tr.lost td.some,
      tr.refused td.some {
        color: var(--bad);
        font-weight: 700;
      }
      tr.delivered td.some {
        color: var(--good);
        font-weight: 700;
      }
      .sign {
        display: inline-block;
        width: 1.2em;
      }
      .causes {
        list-style: none;
        display: grid;
        gap: 0.75rem;
        margin-top: 0.75rem;
      }
      .cause {
        border-left: 3px solid var(--bad);
        padding: 0.1rem 0 0.1rem 0.75rem;
        font-size: 0.875rem;
        line-height: 1.45;
      }
      .cause strong {
        color: var(--bad);
      }
      .cause button {
        border: 0;
        background: none;
        padding: 0;
        color: var(--accent);
        text-decoration: underline;
        text-underline-offset: 2px;
        font-size: inherit;
      }
      .cause .since,
      .cause .remedy {
        margin-top: 0.2rem;
      }
      .cause .remedy,
      .ends {
        color: var(--muted);
      }
      .ends {
        margin-top: 0.75rem;
        font-size: 0.875rem;
        line-height: 1.45;
      }
      .ends ul {
        list-style: none;
      }
    `,
  ];

  override render() {
    const { loaded } = this.player;
    if (!loaded) return nothing;
    const { ledger } = loaded.index;
    const { timeUs } = this.player;
    const causes = causesAt(ledger, timeUs);
    // A remedy is told once: with the copies that were lost, or with the connections that ended.
    const told = new Set(causes.map(({ cause, roots }) => remedyOf(cause, roots[0] ?? null)));
    return html`
      <table>
        <thead>
          <tr>
            <th><span class="visually-hidden">What</span></th>
            <th scope="col">now</th>
            <th scope="col">at the end</th>
          </tr>
        </thead>
        <tbody>
          ${this.#rows(loaded)}
        </tbody>
      </table>
      <ul class="causes" data-testid="causes">
        ${causes.map((cause) => this.#cause(loaded, cause))}
      </ul>
      ${endsView(loaded.run, endsAt(ledger, timeUs), told)}
    `;
  }

  #rows({ run, index: { ledger, states, requests } }: Loaded): TemplateResult[] {
    const { timeUs } = this.player;
    const now = countsAt(ledger, timeUs);
    const end = countsAt(ledger, run.endUs);
    const row = (key: keyof Counts, sign: string, label: string) =>
      rowView(key, sign, label, now[key], end[key]);
    const [connected, connectedLast] = [timeUs, run.endUs].map((us) => connectedAt(run, states, us));
    const refused = upperBound(requests.refusedUs, timeUs);
    return [
      rowView("connected", "", "clients connected", connected, connectedLast),
      ...(requests.refused > 0
        ? [rowView("refused", "✕", "requests refused", refused, requests.refused)]
        : []),
      row("messages", "", "messages sent"),
      row("sent", "", "copies sent"),
      row("delivered", "✓", "delivered"),
      ...(end.duplicated > 0 ? [row("duplicated", "✓✓", "of these, twice")] : []),
      row("lost", "✕", "lost"),
      row("inFlight", "→", "in flight"),
    ];
  }

  #cause(
    { run }: Loaded,
    { cause, roots, count: n, firstUs }: ReturnType<typeof causesAt>[number],
  ): TemplateResult {
    return html`
      <li class="cause">
        <strong>✕ ×${count(n)} ${CAUSES[cause]?.label}.</strong> ${aboutBalancer(run.scenario, CAUSES[cause]?.sentence ?? "")}
        <button @click=${() => this.#go(firstUs)}>See the first</button>
        ${roots.length > 0 ? html`<p class="since">${sinceRoots(run, roots)}</p>` : nothing}
        <p class="remedy">${remedyOf(cause, roots[0] ?? null)}</p>
      </li>
    `;
  }

  #go(timeUs: number): void {
    this.player.pause();
    this.player.seek(timeUs);
  }
}
customElements.define("fanout-summary", FanoutSummary);

function rowView(key: string, sign: string, label: string, now: number, atEnd: number): TemplateResult {
  return html`
    <tr class=${key}>
      <th scope="row"><span class="sign" aria-hidden="true">${sign}</span>${label}</th>
      <td class=${now > 0 ? "some" : ""} data-testid="now-${key}">${count(now)}</td>
      <td class="end" data-testid="end-${key}">${count(atEnd)}</td>
    </tr>
  `;
}

/** How connections ended; with what would help, unless that is told already. */
function endsView(
  run: RunResult,
  ends: ReturnType<typeof endsAt>,
  told: ReadonlySet<string>,
): TemplateResult | typeof nothing {
  if (ends.length === 0) return nothing;
  return html`<section class="ends" data-testid="ends">
    Connections that ended, or never came about:
    <ul>
      ${ends.map(({ reason, at, place, count: n }) => {
        const { sentence, label, remedy } = END_REASONS[reason];
        const where = at === "balancer" ? nodeInSentence(run, place) : `the ${at}`;
        return html`
          <li title=${aboutBalancer(run.scenario, sentence, nodeName(run, place))}>
            ×${count(n)} ${label}, at ${where}${told.has(remedy) ? "" : `. ${remedy}`}
          </li>
        `;
      })}
    </ul>
  </section>`;
}

/** Who reached whom, and each message: below the stage. */
export class FanoutLedger extends LitElement {
  static override properties = { player: { attribute: false }, rows: { state: true } };
  declare player: Player;
  declare rows: number;
  #cells: { key: string; of: Loaded; cells: (Cell | undefined)[] } | null = null;

  constructor() {
    super();
    follow(this, whenInView);
    this.rows = ROWS;
  }

  static override styles = [
    shared,
    css`
      .pair {
        display: grid;
        gap: 2rem 3rem;
        grid-template-columns: minmax(0, auto) minmax(0, 1fr);
        align-items: start;
      }
      .scroll {
        overflow: auto;
        max-height: 26rem;
        max-width: 100%;
      }
      h2 {
        margin-bottom: 0.6rem;
      }
      h2 span {
        font-weight: 400;
        color: var(--muted);
      }
      .matrix th {
        text-align: center;
        padding: 0 0.4rem 0.25rem;
        color: var(--ink);
        max-width: 5rem;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .matrix th[scope="row"] {
        text-align: right;
        padding: 0 0.6rem 0 0;
      }
      .matrix td {
        padding: 2px;
        text-align: center;
      }
      .matrix td.self {
        color: var(--faint);
      }
      .matrix button {
        min-width: 3.25rem;
        height: 2rem;
        padding: 0 0.4rem;
        border: 1px solid var(--line);
        border-radius: 6px;
        background: var(--surface);
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .matrix button.good {
        background: var(--good-soft);
        border-color: transparent;
        color: var(--good);
      }
      .matrix button.bad {
        background: var(--bad-soft);
        border-color: transparent;
        color: var(--bad);
        font-weight: 650;
      }
      .list {
        width: 100%;
      }
      .list th {
        padding: 0 0.75rem 0.3rem 0;
        border-bottom: 1px solid var(--line);
        white-space: nowrap;
        position: sticky;
        top: 0;
        background: var(--paper);
      }
      .list td {
        padding: 0.3rem 0.75rem 0.3rem 0;
        border-bottom: 1px solid var(--line);
        vertical-align: top;
      }
      .list tr.chosen td {
        background: var(--accent-soft);
      }
      .list tr.later {
        color: var(--muted);
      }
      .list button {
        border: 0;
        background: none;
        padding: 0;
        color: var(--accent);
        font-variant-numeric: tabular-nums;
        text-decoration: underline;
        text-underline-offset: 2px;
        text-decoration-color: color-mix(in srgb, var(--accent) 40%, transparent);
        white-space: nowrap;
      }
      .good {
        color: var(--good);
      }
      .bad {
        color: var(--bad);
        font-weight: 600;
      }
      .muted {
        color: var(--muted);
        font-size: 0.875rem;
        margin-top: 0.6rem;
      }
      @container (max-width: 44rem) {
        .pair {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  override render() {
    const { loaded } = this.player;
    if (!loaded || loaded.index.ledger.messages === 0) return nothing;
    const clients = loaded.run.nodes.filter((n) => n.kind === "client").length;
    return html`<div class="pair">
      ${clients <= MATRIX_CLIENTS ? this.#matrix(loaded, clients) : nothing} ${this.#list(loaded)}
    </div>`;
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
                    <th scope="row">${names[s]}</th>
                    ${names.map((_name, r) => this.#cell(names, s, r, cells[s * clients + r]))}
                  </tr>
                `,
              )}
            </tbody>
          </table>
        </div>
      </section>
    `;
  }

  #cell(names: string[], sender: number, recipient: number, cell: Cell | undefined): TemplateResult {
    if (!cell) return html`<td class="self">${sender === recipient ? "·" : ""}</td>`;
    const open = cell.sent - cell.delivered - cell.lost;
    const text = [
      cell.delivered ? `✓${cell.delivered}` : "",
      cell.lost ? `✕${cell.lost}` : "",
      open ? `→${open}` : "",
    ]
      .filter(Boolean)
      .join(" ");
    const label = `${names[sender]} to ${names[recipient]}: ${cell.delivered} delivered, ${cell.lost} lost, ${open} in flight${cell.cause >= 0 ? `; ${CAUSES[cell.cause]?.label}` : ""}`;
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

  #list(loaded: Loaded): TemplateResult {
    const { ledger } = loaded.index;
    const { selection } = this.player;
    const chosen =
      selection?.kind === "message"
        ? selection.id
        : selection?.kind === "copy"
          ? (ledger.message[selection.id] ?? -1)
          : -1;
    const n = Math.min(this.rows, ledger.messages);
    return html`
      <section aria-labelledby="messages">
        <h2 id="messages">Messages <span>${plural(ledger.messages, "message")} in this run</span></h2>
        <div class="scroll">
          <table class="list" data-testid="messages">
            <thead>
              <tr>
                <th scope="col">sent at</th>
                <th scope="col">from → to</th>
                <th scope="col">copies</th>
                <th scope="col">arrived</th>
                <th scope="col">lost</th>
                <th scope="col">cause</th>
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
      <tr class="${isChosen ? "chosen" : ""} ${ledger.messageUs[m] > timeUs ? "later" : ""}">
        <td><button @click=${() => this.#showMessage(m)}>${seconds(ledger.messageUs[m])}</button></td>
        <td>${run.nodes[ledger.sender[m]]?.name} → ${audienceName(run, ledger, m)}</td>
        <td class="number">${count(copies)}</td>
        <td class="number ${delivered ? "good" : ""}">${delivered ? `✓ ${count(delivered)}` : ""}</td>
        <td class="number ${lost ? "bad" : ""}">${lost ? `✕ ${count(lost)}` : ""}</td>
        <td>${cause >= 0 ? CAUSES[cause]?.label : ""}</td>
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
