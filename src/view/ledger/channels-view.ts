/** What went by which channel up to now, what it cost, and who was told twice. */
import { css, html, nothing, svg, type TemplateResult } from "lit";
import { budgetMicros, type ChannelCount, ChannelsSoFar, dollars, spentMicros } from "../../run/channels.ts";
import { PageElement } from "../look/element.ts";
import { count, list } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import { follow, whenInView } from "../player/follow.ts";
import type { Loaded, Player } from "../player/player.ts";
import { upperBound } from "../run/frames.ts";
import { nodeName } from "../run/naming.ts";

/** If more were told twice, how many they are is said, and not who. */
const NAMED = 8;

export class FanoutChannels extends PageElement {
  static override properties = { player: { attribute: false } };
  declare player: Player;
  #of: Loaded | null = null;
  #soFar: ChannelsSoFar | null = null;

  constructor() {
    super();
    follow(this, whenInView);
  }

  static override styles = [
    shared,
    css`
      h2 {
        margin: 1.5rem 0 0.5rem;
      }
      .channel {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.15rem 0.75rem;
        font-size: 0.875rem;
        padding: 0.3rem 0;
      }
      .name {
        font-weight: 600;
      }
      .cost {
        font-variant-numeric: tabular-nums;
      }
      .bar {
        grid-column: 1 / -1;
        width: 100%;
        height: 0.6rem;
        border-radius: 3px;
        background: var(--line);
      }
      .first {
        fill: var(--good);
      }
      .again {
        fill: var(--warn);
      }
      .gone {
        fill: var(--bad);
      }
      .says {
        grid-column: 1 / -1;
        color: var(--muted);
      }
      .says .twice {
        color: var(--warn);
        font-weight: 600;
      }
      .says .lost {
        color: var(--bad);
        font-weight: 600;
      }
      .sum {
        border-top: 1px solid var(--line);
        padding-top: 0.4rem;
        margin-top: 0.2rem;
        font-size: 0.875rem;
      }
      .over {
        color: var(--bad);
      }
    `,
  ];

  override render() {
    const { loaded, timeUs } = this.player;
    if (!loaded) return nothing;
    const { run } = loaded;
    if (this.#of !== loaded) {
      this.#of = loaded;
      this.#soFar = new ChannelsSoFar(run);
    }
    const rows = upperBound(run.trace.timeUs, timeUs, run.trace.length);
    const { counts, twice: clients } = this.#soFar!.after(rows);
    if (counts.length === 0) return nothing;
    const most = Math.max(1, ...counts.map(({ sent }) => sent));
    const spent = spentMicros(counts);
    const mostMicros = budgetMicros(run.scenario);
    const twice = [...clients].map((client) => nodeName(run, client));
    return html`<section aria-labelledby="by-channel" data-testid="channels">
      <h2 id="by-channel">By which channel <span>so far</span></h2>
      ${counts.map((one) => channelView(one, most))}
      <p class="sum">
        <strong class=${spent > mostMicros ? "over" : ""}>${dollars(spent)}</strong> spent${
          mostMicros === Number.POSITIVE_INFINITY ? "" : `, of ${dollars(mostMicros)}`
        }.
        ${twice.length === 0 ? "Nobody was told twice." : html`Told twice: ${twice.length > NAMED ? count(twice.length) : list(twice)}.`}
      </p>
    </section>`;
  }
}

/** Bars are as long as the channel that took the most. */
function channelView(one: ChannelCount, most: number): TemplateResult {
  const { name, node, sent, refused, arrived, again, lost, micros } = one;
  let x = 0;
  // Drawn, since the page's security policy has no inline styles.
  const part = (of: number, kind: string) => {
    const width = (100 * of) / most;
    x += width;
    return of === 0 ? nothing : svg`<rect class=${kind} x=${x - width} width=${width} height="1"></rect>`;
  };
  const says = (of: number, words: string, kind = "") =>
    of === 0 ? nothing : html`<span class=${kind}>, ${count(of)} ${words}</span>`;
  return html`<div class="channel">
    <span class="name">${name}</span>
    <span class="cost">${node < 0 ? "" : micros === null ? "no price known" : dollars(micros)}</span>
    <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      ${part(arrived, "first")}${part(again, "again")}${part(lost, "gone")}
    </svg>
    <span class="says">
      ${count(sent)} sent, ${count(arrived)} arrived${says(again, "told twice", "twice")}${says(lost, "lost", "lost")}${says(refused, "refused", "lost")}
    </span>
  </div>`;
}

customElements.define("fanout-channels", FanoutChannels);
