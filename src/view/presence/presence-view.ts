/**
 * Who is online: for each user a line of what is true and, below, one of what is believed, over the time of the run. Where they differ stands
 * a mark: a ghost is believed and gone, who is missing is there and not believed.
 */
import { css, html, nothing, svg, type TemplateResult } from "lit";
import {
  type Belief,
  lengthMs,
  readNews,
  readPresence,
  type Span,
  type UserPresence,
} from "../../run/presence.ts";
import { userName } from "../../scenario/names.ts";
import { PageElement } from "../look/element.ts";
import { count, list, seconds } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import type { Loaded, Player } from "../player/player.ts";
import { upperBound } from "../run/frames.ts";

/** Users that have lines of their own. */
const SHOWN = 6;

export class FanoutPresence extends PageElement {
  static override properties = { player: { attribute: false }, veiled: { type: Boolean } };
  declare player: Player;
  /** Nothing is shown that comes after now. */
  declare veiled: boolean;
  #users: readonly UserPresence[] = [];
  #shown: readonly UserPresence[] = [];
  #news: ReturnType<typeof readNews> = { saidUs: [], heardUs: [] };
  #of: Loaded | null = null;
  #leave: (() => void)[] = [];
  #said = "";

  constructor() {
    super();
    this.veiled = false;
  }

  static override styles = [
    shared,
    css`
      section {
        position: relative;
        padding: 0.35rem 0.9rem 0.4rem;
        font-size: 0.8125rem;
      }
      .rows {
        position: relative;
        display: grid;
        grid-template-columns: auto 1fr 5.2rem;
        gap: 0 0.6rem;
        align-items: center;
      }
      .name {
        color: var(--ink);
        max-width: 8rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      svg {
        display: block;
        width: 100%;
        height: 1.25rem;
        overflow: visible;
      }
      .true {
        fill: var(--accent);
      }
      .believed {
        fill: var(--muted);
      }
      .ghost {
        fill: var(--bad);
      }
      .missing {
        fill: none;
        stroke: var(--warn);
        stroke-dasharray: 3 2;
        vector-effect: non-scaling-stroke;
      }
      .now {
        stroke: var(--ink);
        vector-effect: non-scaling-stroke;
      }
      .state {
        white-space: nowrap;
        color: var(--muted);
      }
      .state.ghost {
        color: var(--bad);
        font-weight: 600;
      }
      .state.missing {
        color: var(--warn);
        font-weight: 600;
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.9rem;
        margin-top: 0.2rem;
        color: var(--muted);
        font-size: 0.75rem;
      }
      .key svg {
        display: inline-block;
        width: 1.2rem;
        height: 0.5rem;
        margin-right: 0.3rem;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    const renew = () => this.requestUpdate();
    this.#leave.push(
      this.player.on("change", renew),
      this.player.on("tick", renew),
      this.player.on("frame", () => this.#move()),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const leave of this.#leave.splice(0)) leave();
  }

  protected override willUpdate(): void {
    const { loaded } = this.player;
    if (!loaded || this.#of === loaded) return;
    this.#of = loaded;
    this.#users = readPresence(loaded.run.trace, loaded.run.endUs);
    this.#shown = worthSeeing(this.#users);
    this.#news = readNews(loaded.run.trace);
  }

  override render() {
    const { loaded, timeUs } = this.player;
    if (!loaded) return nothing;
    const untilUs = this.veiled ? timeUs : loaded.run.endUs;
    const shown = this.#shown;
    const more = this.#users.length - shown.length;
    this.#said = this.#states().join();
    return html`<section aria-label="Who is online" data-testid="presence">
      <h2 class="visually-hidden">Who is online</h2>
      <div class="rows">${shown.map((user) => this.#rowView(user, untilUs))}</div>
      <p class="key">
        <span>${sample("true")}there</span><span>${sample("believed")}believed to be</span><span>${sample("ghost")}✕ ghost: believed, and gone</span><span>${sample("missing")}missing: there, and not believed</span>
        ${more > 0 ? html`<span>and ${more} more</span>` : nothing}
        ${this.#newsView(untilUs)}
      </p>
    </section>`;
  }

  /** What it has cost so far to tell everybody of everybody. */
  #newsView(untilUs: number): TemplateResult | typeof nothing {
    const { saidUs, heardUs } = this.#news;
    if (saidUs.length === 0) return nothing;
    const said = upperBound(saidUs, untilUs);
    const heard = upperBound(heardUs, untilUs);
    return html`<span data-testid="news">${count(said)} ${said === 1 ? "join or leave" : "joins and leaves"} told to everybody: heard ${count(heard)} ${heard === 1 ? "time" : "times"}</span>`;
  }

  #rowView(user: UserPresence, untilUs: number): TemplateResult {
    const { run } = this.player.loaded!;
    const name = userName(run.scenario, user.user);
    const x = (us: number) => (100 * us) / Math.max(run.endUs, 1);
    const seen = (spans: readonly Span[]) =>
      spans
        .filter(({ fromUs }) => fromUs < untilUs)
        .map(({ fromUs, toUs }) => ({ fromUs, toUs: Math.min(toUs, untilUs) }));
    const online = seen(user.online);
    const height = 7 / user.beliefs.length;
    const bars = (spans: readonly Span[], y: number, h: number, looks: string) =>
      spans.map(
        ({ fromUs, toUs }) =>
          svg`<rect class=${looks} x=${x(fromUs)} y=${y} width=${x(toUs) - x(fromUs)} height=${h} />`,
      );
    const state = this.#stateOf(user);
    return html`<span class="name" title=${name}>${name}</span>
      <svg viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label=${this.#inWords(
        name,
        online,
        user.beliefs.map(({ listed }) => seen(listed)),
      )}>
        ${bars(online, 2, 5, "true")}
        ${user.beliefs.map(({ listed, ghost, missing }, i) => {
          const y = 10 + i * height;
          const h = height - Math.min(1, height / 4);
          return [
            bars(seen(listed), y, h, "believed"),
            bars(seen(ghost), y, h, "ghost"),
            bars(seen(missing), y, h, "missing"),
          ];
        })}
        <line class="now" x1=${x(this.player.timeUs)} x2=${x(this.player.timeUs)} y1="0" y2="20" />
      </svg>
      <span class="state ${state}">${STATES[state]}</span>`;
  }

  /** What is so of a user now. */
  #stateOf({ online, beliefs }: UserPresence): State {
    const { timeUs } = this.player;
    const has = (spans: readonly Span[]) =>
      spans.some(({ fromUs, toUs }) => fromUs <= timeUs && timeUs < toUs);
    const some = (of: keyof Belief) => beliefs.some((belief) => has(belief[of]));
    if (has(online)) return some("missing") ? "missing" : "there";
    return some("ghost") ? "ghost" : "away";
  }

  #states(): State[] {
    return this.#shown.map((user) => this.#stateOf(user));
  }

  #inWords(name: string, online: readonly Span[], places: readonly (readonly Span[])[]): string {
    const spans = (some: readonly Span[]) =>
      some.length === 0
        ? "never"
        : list(some.map(({ fromUs, toUs }) => `${seconds(fromUs)} to ${seconds(toUs)}`));
    return `${name}: there ${spans(online)}; believed to be ${places.map(spans).join("; ")}`;
  }

  /** The clock goes on: the line of now moves, and all else only where something has changed. */
  #move(): void {
    const { loaded, timeUs } = this.player;
    if (!loaded) return;
    if (this.#of !== loaded || this.veiled || this.#states().join() !== this.#said)
      return this.requestUpdate();
    const at = String((100 * timeUs) / Math.max(loaded.run.endUs, 1));
    for (const line of this.renderRoot.querySelectorAll(".now")) {
      line.setAttribute("x1", at);
      line.setAttribute("x2", at);
    }
  }
}

/** Of many users, those of whom most is wrong, in their order. */
function worthSeeing(users: readonly UserPresence[]): readonly UserPresence[] {
  if (users.length <= SHOWN) return users;
  const wrongMs = ({ beliefs }: UserPresence) =>
    beliefs.reduce((sum, { ghost, missing }) => sum + lengthMs([...ghost, ...missing]), 0);
  const kept = new Set(users.toSorted((a, b) => wrongMs(b) - wrongMs(a)).slice(0, SHOWN));
  return users.filter((user) => kept.has(user));
}

const STATES = { there: "online", away: "offline", ghost: "✕ ghost", missing: "○ missing" } as const;
type State = keyof typeof STATES;

function sample(looks: string): TemplateResult {
  return html`<svg viewBox="0 0 20 8" aria-hidden="true">${svg`<rect class=${looks} x="1" y="2" width="18" height="4.5" />`}</svg>`;
}

customElements.define("fanout-presence", FanoutPresence);
