/** The timers that run at a node now: what each waits for, since when, and how long still, as a bar that runs down. */
import { css, html, LitElement, nothing, svg } from "lit";
import type { Timer } from "../../run/timers.ts";
import { count, humanise, seconds } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import { everyTick, follow } from "../player/follow.ts";
import type { Loaded } from "../player/loaded.ts";
import type { Player } from "../player/player.ts";
import type { TimersAnswer } from "../worker/protocol.ts";
import { CHARTS } from "./charts.ts";

/** Asks for the timers of a node at an instant; false: not now. */
export type AskTimers = (node: number, timeUs: number, onTimers: (told: TimersAnswer) => void) => boolean;

const BAR = 120;

/** To the millisecond: nobody waits for less. */
const atMs = (us: number) => seconds(Math.round(us / 1000) * 1000);

export class FanoutTimers extends LitElement {
  static override properties = {
    player: { attribute: false },
    node: { attribute: false },
    ask: { attribute: false },
    told: { state: true },
  };
  declare player: Player;
  declare node: number;
  declare ask: AskTimers;
  declare told: TimersAnswer | null;
  /** Of which run they were told, and what was asked last. */
  #of: Loaded | null = null;
  #asked = "";

  constructor() {
    super();
    follow(this, everyTick);
    this.told = null;
  }

  static override styles = [
    shared,
    css`
      h3 {
        margin-top: 0.5rem;
        font-size: 0.875rem;
      }
      ul {
        list-style: none;
      }
      li {
        padding: 0.25rem 0;
      }
      p,
      .when {
        color: var(--muted);
      }
      .when span {
        white-space: nowrap;
      }
      svg {
        display: block;
        width: 100%;
        height: 8px;
      }
      .all {
        fill: var(--raised);
        stroke: var(--line-strong);
      }
      .left {
        fill: var(--accent);
      }
    `,
  ];

  override updated(): void {
    const { loaded, timeUs } = this.player;
    if (!loaded) return;
    const atUs = Math.floor(timeUs);
    const asked = `${this.node}@${atUs}`;
    if (loaded === this.#of && asked === this.#asked) return;
    if (loaded !== this.#of) this.told = null;
    this.#of = loaded;
    const hear = (told: TimersAnswer) => {
      if (this.#of === this.player.loaded) this.told = told;
    };
    this.#asked = this.ask(this.node, atUs, hear) ? asked : "";
  }

  override render() {
    const { loaded, timeUs } = this.player;
    const { told } = this;
    if (!loaded || told === null || told.node !== this.node || loaded !== this.#of)
      return html`<p>Looking up its timers…</p>`;
    // Until it hears of this instant, what it heard last, as far as that still holds.
    const running = told.timers.filter(({ sinceUs, firesUs }) => sinceUs <= timeUs && timeUs < firesUs);
    const more = told.count - told.timers.length;
    return html`<h3>Timers</h3>
      <ul data-testid="timers" data-us=${told.timeUs}>
        ${running.length === 0 ? html`<li class="when">None runs now.</li>` : nothing}
        ${running.map((timer) => this.#timerView(loaded, timer))}
      </ul>
      ${more > 0 ? html`<p>And ${count(more)} more, which fire later.</p>` : nothing}`;
  }

  #timerView({ run }: Loaded, { machine, client, name, sinceUs, firesUs }: Timer) {
    const { timeUs } = this.player;
    const left = (firesUs - timeUs) / Math.max(1, firesUs - sinceUs);
    const whose = client >= 0 ? ` for ${run.nodes[client]?.name}` : "";
    return html`<li>
      <div>${CHARTS[machine]?.name}${whose}: after ${humanise(name).toLowerCase()}</div>
      <svg viewBox="0 0 ${BAR} 8" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<rect class="all" x="0.5" y="0.5" width=${BAR - 1} height="7" /><rect class="left" width=${(BAR * left).toFixed(2)} height="8" />`}
      </svg>
      <div class="when number">
        <span>since ${atMs(sinceUs)},</span> <span>fires at ${atMs(firesUs)},</span>
        <span>in ${atMs(firesUs - timeUs)}</span>
      </div>
    </li>`;
  }
}
customElements.define("fanout-timers", FanoutTimers);
