/** Play, pause, step, speed, the clock, and the link. */
import { css, html, nothing } from "lit";
import { PACES } from "../../run/address.ts";
import { PageElement } from "../look/element.ts";
import { clock } from "../look/format.ts";
import { icon } from "../look/icons.ts";
import { shared } from "../look/styles.ts";
import { everyTick, follow } from "./follow.ts";
import type { Player } from "./player.ts";

/** What fits on a phone. */
const SHORT_PACES: Readonly<Record<string, string>> = {
  "follow-half": "½×",
  follow: "auto",
  "follow-2": "2×",
  "follow-5": "5×",
  "slow-100": "1⁄100",
  "slow-10": "1⁄10",
  real: "real",
  "fast-10": "10×",
};

/** Fires «copy-link». */
export class FanoutTransport extends PageElement {
  static override properties = { player: { attribute: false }, copied: { attribute: false } };
  declare player: Player;
  declare copied: boolean;

  constructor() {
    super();
    follow(this, everyTick);
    this.copied = false;
  }

  static override styles = [
    shared,
    css`
      .bar {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 0.25rem;
        padding: 0.45rem 0.6rem;
      }
      .play {
        width: 2.75rem;
        height: 2.5rem;
        /* Seen where colours are forced. */
        border: 1px solid transparent;
        border-radius: 9px;
        background: var(--ink);
        color: var(--paper);
        forced-color-adjust: none;
        display: inline-flex;
        align-items: center;
        justify-content: center;
        margin: 0 0.15rem;
      }
      .play:hover {
        background: var(--text);
      }
      .clock {
        font-variant-numeric: tabular-nums;
        font-size: 0.9375rem;
        color: var(--ink);
        padding: 0 0.6rem;
        min-width: 5.2rem;
        white-space: nowrap;
      }
      .clock span {
        color: var(--muted);
        font-size: 0.8125rem;
      }
      .space {
        flex: 1;
      }
      .short {
        display: none;
      }
      :host {
        container-type: inline-size;
      }
      @container (max-width: 42rem) {
        .bar {
          flex-wrap: nowrap;
        }
        .wide {
          display: none;
        }
        select {
          max-width: 10.5rem;
        }
      }
      /* To the start and the end leads the timeline too. */
      @container (max-width: 30rem) {
        .bar {
          gap: 0;
          padding: 0.2rem 0.4rem;
        }
        button.plain {
          min-width: 2.75rem;
          height: 2.75rem;
          padding: 0 0.2rem;
        }
        .play {
          height: 2.75rem;
        }
        button.far,
        .clock span {
          display: none;
        }
        .clock {
          padding: 0 0.3rem;
        }
        /* There is room for a short name only: the list with the long ones lies unseen over it. */
        label {
          position: relative;
          flex: 0 0 3.1rem;
          height: 2.75rem;
        }
        label:focus-within {
          outline: 2px solid var(--accent);
          outline-offset: 1px;
          border-radius: 8px;
        }
        .short {
          display: flex;
          align-items: center;
          justify-content: center;
          height: 100%;
          border: 1px solid var(--line-strong);
          border-radius: 8px;
          color: var(--ink);
        }
        select {
          position: absolute;
          inset: 0;
          width: 100%;
          max-width: none;
          height: 100%;
          opacity: 0;
        }
      }
      /* A small phone, or a window at 400 %: still one row, or the story would be below the screen. */
      @container (max-width: 22rem) {
        .bar {
          padding-inline: 0;
        }
        .play {
          margin: 0;
        }
        .clock {
          flex: 1;
          min-width: 0;
          padding: 0;
          font-size: 0.8125rem;
          white-space: normal;
          overflow-wrap: anywhere;
        }
        .space {
          display: none;
        }
        label {
          flex-basis: 2.75rem;
        }
      }
    `,
  ];

  override render() {
    const { player } = this;
    const losses = player.loaded?.index.steps.lossesUs.length ?? 0;
    const off = !player.loaded;
    return html`
      <div class="bar" role="toolbar" aria-label="Playback">
        <button class="plain far" ?disabled=${off} aria-label="To the start" title="To the start (Home)" @click=${() => this.#seek(0)}>${icon("start")}</button>
        <button class="plain" ?disabled=${off} aria-label="Step back" title="Step back (←)" @click=${() => player.step(-1)}>${icon("back")}</button>
        <button
          class="play"
          ?disabled=${off}
          data-testid="play"
          aria-label=${player.playing ? "Pause" : "Play"}
          title="${player.playing ? "Pause" : "Play"} (space)"
          @click=${() => player.toggle()}
        >
          ${icon(player.playing ? "pause" : "play")}
        </button>
        <button class="plain" ?disabled=${off} aria-label="Step" title="Step (→)" @click=${() => player.step(1)}>${icon("forth")}</button>
        <button class="plain far" ?disabled=${off} aria-label="To the end" title="To the end (End)" @click=${() => this.#seek(player.endUs)}>${icon("end")}</button>
        <button class="plain" ?disabled=${off || losses === 0} aria-label="Next loss" title="Next loss (shift →)" @click=${() => player.step(1, true)}>
          ${icon("loss")}<span class="wide">next loss</span>
        </button>
        <div class="clock" data-testid="clock" data-us=${Math.round(player.timeUs * 1000) / 1000}>
          ${clock(player.timeUs, player.playing)} <span>s of ${(player.endUs / 1e6).toFixed(player.endUs % 1e6 ? 1 : 0)}${this.#cutWords()}</span>
        </div>
        <span class="space"></span>
        <label>
          <span class="visually-hidden">Speed</span>
          <span class="short" aria-hidden="true" data-testid="short-pace">${SHORT_PACES[player.pace.name]}</span>
          <select
            data-testid="pace"
            .value=${player.pace.name}
            @change=${(e: Event) => player.setPace((e.target as HTMLSelectElement).value)}
          >
            ${PACES.map((p) => html`<option value=${p.name} ?selected=${p === player.pace}>${p.label}</option>`)}
          </select>
        </label>
        <button
          class="plain framed"
          data-testid="copy-link"
          aria-label=${this.copied ? "Address copied" : "Copy the link"}
          title="Copy the address: it opens exactly what you see"
          @click=${() => this.dispatchEvent(new CustomEvent("copy-link", { bubbles: true, composed: true }))}
        >
          ${icon("link")}<span class="wide">${this.copied ? "Copied" : "Link"}</span>
        </button>
      </div>
    `;
  }

  /** A run that was cut is not over where it ends. How far it would go the timeline shows, for which there is no room here. */
  #cutWords() {
    const run = this.player.loaded?.run;
    if (run === undefined || run.endedBy === "time") return nothing;
    return html`, cut<i class="visually-hidden">: it would go on to ${run.scenario.durationMs / 1000} s</i>`;
  }

  #seek(timeUs: number): void {
    this.player.pause();
    this.player.seek(timeUs);
  }
}
customElements.define("fanout-transport", FanoutTransport);
