/** Counts now and at the end, causes with remedies, ends of connections. */
import { css, html, nothing, type TemplateResult } from "lit";
import { askedWords } from "../../model/asked-words.ts";
import { CAUSES } from "../../model/trace/causes.ts";
import { END_REASONS } from "../../model/trace/end-reasons.ts";
import { causeSentence, endRemedy, remedyOf } from "../../run/remedies.ts";
import type { RunResult } from "../../run/result.ts";
import { aboutBalancer } from "../../run/words.ts";
import { PageElement } from "../look/element.ts";
import { count } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import { follow, whenInView } from "../player/follow.ts";
import type { Loaded, Player } from "../player/player.ts";
import { upperBound } from "../run/frames.ts";
import { type Counts, causesAt, countsAt, endsAt } from "../run/ledger-index.ts";
import { nodeInSentence, nodeName } from "../run/naming.ts";
import { connectedAt } from "../run/node-states.ts";
import { sinceRoots } from "../run/rare.ts";
import "./channels-view.ts";

/** The counts and the causes: beside the stage. */
export class FanoutSummary extends PageElement {
  static override properties = { player: { attribute: false } };
  declare player: Player;

  constructor() {
    super();
    follow(this, whenInView);
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
        min-width: 1.2em;
        padding-right: 0.2em;
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
      ${loaded.run.scenario.gateway.channels.length === 0 ? nothing : html`<fanout-channels .player=${this.player}></fanout-channels>`}
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
        <strong>✕ ×${count(n)} ${CAUSES[cause]?.label}.</strong> ${aboutBalancer(run.scenario, causeSentence(cause))}
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
  told: Set<string>,
): TemplateResult | typeof nothing {
  if (ends.length === 0) return nothing;
  const own = ends.filter(({ isClients }) => !isClients);
  return html`<section class="ends" data-testid="ends">
    ${endsList(
      run,
      "Connections that ended, or never came about:",
      ends.filter(({ isClients }) => isClients),
      told,
    )}
    ${endsList(run, "The servers’ own connections to the backplane that ended, or never came about:", own, told)}
  </section>`;
}

/** @param told the remedies that are told already; those that are told here are added */
function endsList(
  run: RunResult,
  heading: string,
  ends: ReturnType<typeof endsAt>,
  told: Set<string>,
): TemplateResult | typeof nothing {
  if (ends.length === 0) return nothing;
  return html`${heading}
    <ul>
      ${ends.map(({ reason, at, place, count: n }) => {
        const { sentence, label } = END_REASONS[reason];
        const remedy = endRemedy(reason);
        const isNew = !told.has(remedy);
        told.add(remedy);
        const where = at === "balancer" ? nodeInSentence(run, place) : `the ${at}`;
        return html`
          <li title=${aboutBalancer(run.scenario, askedWords(sentence), nodeName(run, place))}>
            ×${count(n)} ${label}, at ${where}${isNew ? `. ${remedy}` : ""}
          </li>
        `;
      })}
    </ul>`;
}
