/**
 * What happens now, in words, below the stage. Who cannot see it hears what matters: while it plays, each loss and the
 * end; after a change, how the run turns out.
 */
import { css, html, nothing, type TemplateResult } from "lit";
import { isBack, nextVariant, variantCall } from "../knobs/variants.ts";
import { PageElement } from "../look/element.ts";
import { count, plural, seconds } from "../look/format.ts";
import { icon } from "../look/icons.ts";
import { wholeNames } from "../look/names.ts";
import { shared } from "../look/styles.ts";
import { everyTick, follow } from "../player/follow.ts";
import type { Loaded, Player } from "../player/player.ts";
import { countsAt } from "../run/ledger-index.ts";
import { narrate, withBreaches } from "../run/narration.ts";

/** Longer words than this, in characters, are set smaller. */
const LONG = 180;

/** Fires «choose-variant» with a variant. */
export class FanoutCaption extends PageElement {
  static override properties = {
    player: { attribute: false },
    lesson: { attribute: false },
    isVeiled: { attribute: false },
    offersVariant: { attribute: false },
  };
  declare player: Player;
  declare lesson: string | null;
  /** A question is open: nothing is said of how the run turns out. */
  declare isVeiled: boolean;
  /** Whether the button to the next variant is shown: in a lesson's steps it is not. */
  declare offersVariant: boolean;
  #spoken = "";
  #loaded: Loaded | null = null;

  constructor() {
    super();
    follow(this, everyTick);
    this.lesson = null;
    this.isVeiled = false;
    this.offersVariant = true;
  }

  static override styles = [
    shared,
    css`
      .caption {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem 1.25rem;
        /* Room for three lines, whatever is said: the stage must not move with the words. */
        min-height: 4.9rem;
        padding: 0.1rem 0.9rem;
        border: 1px solid var(--line);
        background: var(--surface);
        color: var(--ink);
        line-height: 1.4;
        font-size: 0.9375rem;
      }
      .caption > p {
        max-width: 52rem;
        /* What happens first, conclusion last: of a moment in which much happens, the rest is a scroll away. */
        max-height: 4.6rem;
        overflow-y: auto;
        /* Its lower edge is in shade while there is more. */
        background:
          linear-gradient(to top, var(--surface) 40%, transparent) bottom / 100% 1.5rem no-repeat local,
          linear-gradient(to top, var(--line), transparent) bottom / 100% 0.5rem no-repeat scroll;
      }
      /* A loss whose root is told, too: four lines of it fit. */
      .caption > p.long {
        font-size: 0.875rem;
        line-height: 1.3;
      }
      .at {
        color: var(--muted);
        margin-right: 0.4rem;
        font-size: 0.875rem;
      }
      .sign {
        font-weight: 700;
      }
      .following {
        display: inline-flex;
        align-items: center;
        gap: 0.3rem;
        margin-right: 0.4rem;
        padding: 0 0.5rem;
        border-radius: 999px;
        background: var(--accent-soft);
        color: var(--accent-strong);
        font-size: 0.8125rem;
        font-weight: 600;
        vertical-align: middle;
      }
      .following svg {
        width: 0.9rem;
        height: 0.9rem;
      }
      button.stop {
        flex: none;
        min-height: 2.75rem;
      }
      .bad .sign {
        color: var(--bad);
      }
      .good .sign {
        color: var(--good);
      }
      button.next {
        flex: none;
        max-width: 11rem;
        min-height: 2.5rem;
        padding: 0.3rem 1.1rem;
        border: 1px solid var(--accent);
        border-radius: 9px;
        background: var(--accent);
        color: var(--on-accent);
        forced-color-adjust: none;
        font-size: 0.9375rem;
        font-weight: 600;
        line-height: 1.2;
      }
      button.next:hover {
        background: var(--accent-strong);
      }
      button.next.back {
        background: none;
        color: var(--accent-strong);
      }
      .name {
        white-space: nowrap;
      }
      button.next.back:hover {
        background: var(--accent-soft);
      }
      @media (min-width: 1024px) and (max-height: 799px) {
        .caption {
          min-height: 3.5rem;
        }
        .caption > p {
          max-height: 2.75rem;
        }
        /* There is no room for two lines of it. */
        button.next {
          max-width: none;
        }
      }
      @media (max-width: 640px) {
        /* Words have the whole width: beside a button, most sentences would be cut. */
        .caption {
          flex-direction: column;
          align-items: stretch;
          justify-content: center;
          gap: 0.3rem;
          border-inline: 0;
          min-height: 4.9rem;
          padding-inline: 1rem;
          font-size: 0.875rem;
        }
        .caption > p {
          max-height: 4.9rem;
        }
        .caption:has(button.next) > p {
          flex: 1 0 auto;
          min-height: 3.7rem;
        }
        button.next {
          max-width: none;
          min-height: 2.75rem;
          padding-inline: 0.6rem;
        }
      }
    `,
  ];

  override render() {
    const { loaded, timeUs, playing } = this.player;
    if (!loaded) return html`<div class="caption"><p>Simulating…</p></div>`;
    const { run, index, rules } = loaded;
    const { followed } = this.player;
    const told =
      followed?.wordsAt(timeUs) ??
      withBreaches(narrate(run, index.ledger, index.steps, timeUs), rules, timeUs);
    this.#speak(loaded, told.tone === "bad" || followed !== null ? told.text : "");
    return html`<div class="caption ${told.tone}">
        <p class=${told.text.length > LONG ? "long" : ""} aria-live=${playing ? "off" : "polite"} data-testid="narration" tabindex="0">
          ${followed === null ? nothing : html`<span class="following">${icon("follow")} Following</span>`}
          ${told.timeUs >= 0 ? html`<span class="at number">${seconds(told.timeUs)}</span>` : nothing}
          <span class="sign" aria-hidden="true">${told.tone === "bad" ? "✕" : told.tone === "good" ? "✓" : ""}</span>
          ${wholeNames(told.text)}
        </p>
        ${
          followed === null
            ? this.#nextView(loaded)
            : html`<button class="plain framed stop" data-testid="unfollow" title="Follow it no longer (f)" @click=${() => this.player.follow(null)}>Stop following</button>`
        }
      </div>
      <p class="visually-hidden" aria-live="polite" data-testid="spoken">${this.#spoken}</p>`;
  }

  #nextView({ run }: Loaded): TemplateResult | typeof nothing {
    const { scenario, variant } = run;
    const next = nextVariant(scenario, this.lesson, variant);
    if (next === undefined || !this.offersVariant) return nothing;
    const choose = () => this.dispatchEvent(new CustomEvent("choose-variant", { detail: next }));
    const isWayBack = isBack(scenario, variant, next);
    return html`<button class="next ${isWayBack ? "back" : ""}" data-testid="next-variant" @click=${choose}>
      ${variantCall(scenario, variant, next)}
    </button>`;
  }

  /** What is said aloud now, beside the caption itself, which is silent while it plays. */
  #speak(loaded: Loaded, news: string): void {
    const { timeUs, endUs, playing } = this.player;
    const isOther = this.#loaded !== null && this.#loaded !== loaded;
    this.#loaded = loaded;
    if (this.isVeiled) this.#spoken = "";
    else if (isOther && timeUs > 0 && !playing) this.#spoken = `Another run. ${outcome(loaded)}`;
    else if (this.player.followed !== null) this.#spoken = news;
    else if (timeUs >= endUs) this.#spoken = `The run is over. ${outcome(loaded)}`;
    else if (playing && news !== "") this.#spoken = news;
  }
}
customElements.define("fanout-caption", FanoutCaption);

/** «At its end, of 3 copies 2 were delivered and 1 was lost.» */
function outcome({ run, index }: Loaded): string {
  const { sent, delivered, lost, inFlight } = countsAt(index.ledger, run.endUs);
  if (sent === 0) return "No message is sent in it.";
  const rest = inFlight > 0 ? `, ${count(inFlight)} still under way` : "";
  return `At its end, of ${plural(sent, "copy", "copies")}: ${count(delivered)} delivered, ${count(lost)} lost${rest}.`;
}
