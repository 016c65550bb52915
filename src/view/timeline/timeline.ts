/**
 * The space-time diagram: a lane a node, a slanted line a frame, a mark where a copy died or arrived.
 * The canvas is redrawn when the run, the view or the selection changes; the playhead only moves.
 */

import { html } from "lit";
import { PageElement } from "../look/element.ts";
import { seconds } from "../look/format.ts";
import { icon } from "../look/icons.ts";
import { onTheme, readPalette } from "../look/theme.ts";
import type { Player } from "../player/player.ts";
import { type Mark, marksOf } from "../run/marks.ts";
import { narrate } from "../run/narration.ts";
import { layoutLanes } from "./lanes.ts";
import { type Axis, axisTime, axisUnit, panAxis, wholeAxis, zoomAxis } from "./timeline-axis.ts";
import { drawPlot, xOfUnit } from "./timeline-drawing.ts";
import { timelineStyles } from "./timeline-styles.ts";

const PAD_RIGHT = 14;
/** A plot is never drawn narrower than this, in pixels: in a narrower window, its right end is cut off. */
const LEAST_PLOT = 48;

export class FanoutTimeline extends PageElement {
  static override properties = {
    player: { attribute: false },
    stretched: { state: true },
    valueText: { state: true },
  };
  declare player: Player;
  declare stretched: boolean;
  declare valueText: string;

  #axis: Axis | null = null;
  #marks: readonly Mark[] = [];
  #width = 0;
  #gutter = 90;
  #shown: unknown = null;
  #selection: unknown = null;
  #leave: (() => void)[] = [];
  #resize: ResizeObserver | null = null;
  #pointers = new Map<number, number>();
  #scrubbing = false;
  #saidMs = 0;

  constructor() {
    super();
    this.stretched = true;
    this.valueText = "";
  }

  static override styles = timelineStyles;

  override render() {
    return html`
      <div
        class="plot"
        role="slider"
        tabindex="0"
        data-testid="timeline"
        aria-label="Simulated time"
        aria-valuemin="0"
        aria-valuemax=${this.player.endUs / 1000}
        aria-valuenow=${Math.round(this.player.timeUs) / 1000}
        aria-valuetext=${this.valueText}
        @pointerdown=${this.#onDown}
        @pointermove=${this.#onMove}
        @pointerup=${this.#onUp}
        @pointercancel=${this.#onUp}
        @keydown=${this.#onKey}
      >
        <canvas aria-hidden="true"></canvas>
        <div class="playhead"></div>
      </div>
      <div class="bar">
        <h2 class="visually-hidden">Timeline</h2>
        <label title="Off: every second is as wide as every other">
          <input
            type="checkbox"
            .checked=${this.stretched}
            @change=${(e: Event) => this.#setStretched((e.target as HTMLInputElement).checked)}
          />
          stretch time where packets fly
        </label>
        <button class="plain" aria-label="Zoom out" title="Zoom out (−)" @click=${() => this.#zoom(1 / 1.6)}>${icon("minus")}</button>
        <button class="plain" aria-label="Zoom in" title="Zoom in (+)" @click=${() => this.#zoom(1.6)}>${icon("plus")}</button>
        <button class="plain" title="Show the whole run (0)" @click=${() => this.#whole()}>all</button>
      </div>
    `;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leave.push(onTheme(() => this.#draw()));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const leave of this.#leave.splice(0)) leave();
    this.#resize?.disconnect();
  }

  get #plot(): HTMLElement {
    return this.renderRoot.querySelector(".plot") as HTMLElement;
  }

  override firstUpdated(): void {
    this.#resize = new ResizeObserver(() => {
      if (this.#plot.clientWidth !== this.#width) this.#draw();
    });
    this.#resize.observe(this.#plot);
    this.#plot.addEventListener("wheel", this.#onWheel, { passive: false });
    this.#leave.push(
      this.player.on("change", () => {
        if (this.#shown !== this.player.loaded) this.#setRun();
        else if (this.#selection !== this.player.selection) this.#draw();
      }),
      this.player.on("frame", () => this.#movePlayhead()),
      this.player.on("tick", () => this.#say()),
    );
    this.#setRun();
  }

  #setRun(): void {
    const { loaded } = this.player;
    this.#shown = loaded;
    this.#marks = loaded ? marksOf(loaded) : [];
    this.#axis = loaded ? wholeAxis(loaded.index.warp, loaded.run.endUs, this.stretched) : null;
    if (loaded && this.#axis && this.#axis.to > 24 && this.stretched) {
      // A long run opens on a part in which single frames can be told apart.
      this.#axis = zoomAxis(
        this.#axis,
        this.#axis,
        this.#axis.to / 16,
        axisUnit(loaded.index.warp, true, this.player.timeUs),
      );
    }
    this.#draw();
    this.#say();
  }

  #setStretched(stretched: boolean): void {
    this.stretched = stretched;
    this.#whole();
  }

  #whole(): void {
    const { loaded } = this.player;
    if (!loaded) return;
    this.#axis = wholeAxis(loaded.index.warp, loaded.run.endUs, this.stretched);
    this.#draw();
  }

  #zoom(factor: number, around?: number): void {
    const { loaded } = this.player;
    if (!loaded || !this.#axis) return;
    const { warp } = loaded.index;
    const here = around ?? axisUnit(warp, this.stretched, this.player.timeUs);
    const centre =
      here < this.#axis.from || here > this.#axis.to ? (this.#axis.from + this.#axis.to) / 2 : here;
    this.#axis = zoomAxis(this.#axis, wholeAxis(warp, loaded.run.endUs, this.stretched), factor, centre);
    this.#draw();
  }

  #pan(share: number): void {
    const { loaded } = this.player;
    if (!loaded || !this.#axis) return;
    this.#axis = panAxis(this.#axis, wholeAxis(loaded.index.warp, loaded.run.endUs, this.stretched), share);
    this.#draw();
  }

  /** Where the plot ends. */
  get #right(): number {
    return Math.max(this.#width - PAD_RIGHT, this.#gutter + LEAST_PLOT);
  }

  #x(unit: number): number {
    return xOfUnit({ axis: this.#axis as Axis, left: this.#gutter, right: this.#right }, unit);
  }

  #unitAt(clientX: number): number {
    const axis = this.#axis as Axis;
    const x = clientX - this.#plot.getBoundingClientRect().left;
    return axis.from + ((x - this.#gutter) / (this.#right - this.#gutter)) * (axis.to - axis.from);
  }

  #movePlayhead(): void {
    const { loaded, timeUs, playing } = this.player;
    if (!loaded || !this.#axis || loaded !== this.#shown) return;
    const unit = axisUnit(loaded.index.warp, this.stretched, timeUs);
    const span = this.#axis.to - this.#axis.from;
    if (!this.#scrubbing && (unit < this.#axis.from || unit > this.#axis.to))
      this.#pan((unit - this.#axis.from) / span - (playing ? 0.1 : 0.5));
    const head = this.renderRoot.querySelector(".playhead") as HTMLElement;
    head.style.transform = `translateX(${(this.#x(unit) - 1).toFixed(1)}px)`;
  }

  #say(): void {
    const { loaded, timeUs } = this.player;
    if (!loaded) return;
    // While it plays, nobody can read along at ten sentences a second.
    const now = performance.now();
    if (this.player.playing && now - this.#saidMs < 500) return;
    this.#saidMs = now;
    const told = narrate(loaded.run, loaded.index.ledger, loaded.index.steps, timeUs);
    this.valueText = `${seconds(timeUs)}. ${told.text}`;
  }

  #draw(): void {
    const plot = this.#plot;
    const canvas = plot?.querySelector("canvas");
    const { loaded } = this.player;
    if (!canvas || plot.clientWidth === 0) return;
    this.#width = plot.clientWidth;
    this.#selection = this.player.selection;
    const isNarrow = this.#width < 560;
    this.#gutter = isNarrow ? 62 : 92;
    const palette = readPalette();
    const nodes = loaded?.run.nodes ?? [];
    const lanes = layoutLanes(nodes, nodes.length > 12 ? 20 : 22);
    const height = Math.max(120, Math.ceil(lanes.height));
    const ratio = Math.min(devicePixelRatio || 1, 2);
    canvas.width = Math.round(this.#width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
    const c = canvas.getContext("2d") as CanvasRenderingContext2D;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.fillStyle = palette.surface;
    c.fillRect(0, 0, this.#width, height);
    if (!loaded || !this.#axis) return;
    drawPlot(c, {
      loaded,
      marks: this.#marks,
      selection: this.player.selection,
      axis: this.#axis,
      lanes,
      palette,
      left: this.#gutter,
      right: this.#right,
      height,
      isNarrow,
    });
    this.#movePlayhead();
  }

  #onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !this.#axis) return;
    this.#pointers.set(event.pointerId, event.clientX);
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    if (this.#pointers.size === 1) {
      this.#scrubbing = true;
      this.#scrub(event.clientX);
    }
  };

  #onMove = (event: PointerEvent): void => {
    if (!this.#pointers.has(event.pointerId)) return;
    if (this.#pointers.size === 2) {
      const before = [...this.#pointers.values()];
      this.#pointers.set(event.pointerId, event.clientX);
      const after = [...this.#pointers.values()];
      const factor =
        Math.max(Math.abs(after[0] - after[1]), 10) / Math.max(Math.abs(before[0] - before[1]), 10);
      this.#zoom(factor, this.#unitAt((after[0] + after[1]) / 2));
      return;
    }
    this.#pointers.set(event.pointerId, event.clientX);
    if (this.#scrubbing) this.#scrub(event.clientX);
  };

  #onUp = (event: PointerEvent): void => {
    this.#pointers.delete(event.pointerId);
    if (this.#pointers.size === 0) this.#scrubbing = false;
  };

  #scrub(clientX: number): void {
    const { loaded } = this.player;
    if (!loaded) return;
    this.player.pause();
    this.player.seek(axisTime(loaded.index.warp, this.stretched, this.#unitAt(clientX)));
  }

  #onWheel = (event: WheelEvent): void => {
    if (!this.#axis) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#zoom(Math.exp(-event.deltaY * 0.005), this.#unitAt(event.clientX));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.#pan(((event.deltaX || event.deltaY) / this.#width) * 0.8);
    }
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") this.#zoom(1.6);
    else if (event.key === "-") this.#zoom(1 / 1.6);
    else if (event.key === "0") this.#whole();
    else if (event.key === "PageUp" || event.key === "PageDown") {
      const { loaded } = this.player;
      if (!loaded || !this.#axis) return;
      const by = ((this.#axis.to - this.#axis.from) / 10) * (event.key === "PageUp" ? 1 : -1);
      const unit = axisUnit(loaded.index.warp, this.stretched, this.player.timeUs);
      this.player.pause();
      this.player.seek(axisTime(loaded.index.warp, this.stretched, unit + by));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
customElements.define("fanout-timeline", FanoutTimeline);
