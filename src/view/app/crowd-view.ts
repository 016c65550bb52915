/** What a count on the stage opens into: the copies that were lost by one cause, or the clients of a cohort. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { CAUSES } from "../../model/trace/causes.ts";
import { aboutBalancer } from "../../run/words.ts";
import { count, plural, seconds } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import { everyTick, follow } from "../player/follow.ts";
import type { Loaded } from "../player/loaded.ts";
import type { Player } from "../player/player.ts";
import { presentAt } from "../run/crowd.ts";
import { upperBound } from "../run/frames.ts";
import { nodeInSentence, nodeName } from "../run/naming.ts";
import { describeState } from "../run/node-states.ts";
import { lossSentence } from "../run/rare.ts";

/** So many are listed; the ledger has all. */
const MOST = 40;

export class FanoutCrowd extends LitElement {
  static override properties = {
    player: { attribute: false },
    kind: { attribute: false },
    number: { attribute: false },
  };
  declare player: Player;
  declare kind: "group" | "losses";
  /** Of a cohort its number, of losses their cause. */
  declare number: number;

  constructor() {
    super();
    follow(this, everyTick);
  }

  static override styles = [
    shared,
    css`
      p,
      ul {
        margin: 0.4rem 0;
      }
      ul {
        list-style: none;
      }
      button {
        padding: 0.15rem 0;
        border: 0;
        background: none;
        color: var(--accent);
        text-align: left;
        text-decoration: underline;
        text-underline-offset: 2px;
      }
      button[aria-pressed="true"] {
        color: var(--ink);
        font-weight: 650;
        text-decoration: none;
      }
      @media (pointer: coarse) {
        button {
          min-height: 2.75rem;
        }
      }
    `,
  ];

  override render() {
    const { loaded } = this.player;
    if (!loaded) return nothing;
    return this.kind === "losses" ? this.#lossesView(loaded) : this.#cohortView(loaded);
  }

  /** All causes with their counts, then what that of this cause were, where, and whose. */
  #lossesView({ run, index: { ledger } }: Loaded): TemplateResult {
    const { timeUs } = this.player;
    const groups = ledger.losses
      .map((group) => ({ ...group, n: upperBound(group.timesUs, timeUs) }))
      .filter(({ n }) => n > 0);
    const causes = [...new Set(groups.map(({ cause }) => cause))];
    const total = (cause: number) =>
      groups.filter((group) => group.cause === cause).reduce((sum, { n }) => sum + n, 0);
    const own = groups.filter(({ cause }) => cause === this.number);
    const copies = own.flatMap((group) => [...group.copies.subarray(0, Math.min(group.n, MOST))]);
    const choose = (id: number) => this.player.select({ kind: "losses", id });
    return html`
      ${
        causes.length < 2
          ? nothing
          : html`<ul aria-label="Causes">
              ${causes.map((cause) => html`<li><button aria-pressed=${cause === this.number} @click=${() => choose(cause)}>${count(total(cause))} × ${CAUSES[cause]?.label}</button></li>`)}
            </ul>`
      }
      <p data-testid="lost-count">${plural(total(this.number), "copy", "copies")} lost by now. ${aboutBalancer(run.scenario, lossSentence(this.number))}</p>
      <p data-testid="lost-places">${own.map(({ place, n }) => `${count(n)} at ${nodeInSentence(run, place)}`).join(", ")}.</p>
      ${this.#listView(
        copies.map((copy) => ({
          words: `${nodeName(run, ledger.recipient[copy]!)}’s copy, ${seconds(ledger.settledUs[copy]!)}`,
          choose: () => this.player.select({ kind: "copy", id: copy }),
        })),
        total(this.number),
      )}
    `;
  }

  #cohortView({ run, index: { crowd, states } }: Loaded): TemplateResult | typeof nothing {
    const cohort = crowd?.cohorts[this.number];
    if (cohort === undefined) return nothing;
    const { timeUs } = this.player;
    const { members, receivedUs, lostUs, kind } = cohort;
    const [received, lost] = [upperBound(receivedUs, timeUs), upperBound(lostUs, timeUs)];
    return html`
      <p data-testid="cohort">
        ${kind === "server" ? `Those whom ${cohort.name} held first. ` : ""}${count(presentAt(cohort, timeUs))} of
        ${plural(members.length, "client")} connected. Of the copies for them, ${count(received)} arrived and
        ${count(lost)} were lost.
      </p>
      ${this.#listView(
        [...members.subarray(0, MOST)].map((node) => ({
          words: `${nodeName(run, node)}: ${describeState(run, states, node, timeUs)}`,
          choose: () => this.player.select({ kind: "node", id: node }),
        })),
        members.length,
      )}
    `;
  }

  #listView(lines: readonly { words: string; choose: () => void }[], total: number): TemplateResult {
    const shown = lines.slice(0, MOST);
    return html`<ul data-testid="opened">
        ${shown.map(({ words, choose }) => html`<li><button @click=${choose}>${words}</button></li>`)}
      </ul>
      ${total > shown.length ? html`<p>And ${count(total - shown.length)} more.</p>` : nothing}`;
  }
}
customElements.define("fanout-crowd", FanoutCrowd);
