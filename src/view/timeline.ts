/**
 * The space-time diagram: a lane a node, a slanted line a frame, a mark where a copy died or arrived.
 * The canvas is redrawn when the run, the view or the selection changes; the playhead only moves.
 */
import { css, html, LitElement } from "lit";
import { RecordKind } from "../model/records.ts";
import { seconds } from "./format.ts";
import { upperBound } from "./frames.ts";
import { icon } from "./icons.ts";
import { type Lanes, layoutLanes } from "./lanes.ts";
import { type Mark, marksOf } from "./marks.ts";
import { narrate } from "./narration.ts";
import { Shape, shapeOf } from "./packets.ts";
import type { Player } from "./player.ts";
import { shared } from "./styles.ts";
import { onTheme, readPalette } from "./theme.ts";
import { type Axis, axisTicks, axisTime, axisUnit, panAxis, wholeAxis, zoomAxis } from "./timeline-axis.ts";

/** More frames in view than this are drawn thinned out. */
const MAX_LINES = 3_000;
const PAD_RIGHT = 14;
/** A plot is never drawn narrower than this, in pixels: in a narrower window, its right end is cut off. */
const LEAST_PLOT = 48;

export class FanoutTimeline extends LitElement {
  static override properties = {
    player: { attribute: false },
    stretched: { state: true },
    valueText: { state: true },
  };
  declare player: Player;
  declare stretched: boolean;
  declare valueText: string;

  #axis: Axis | null = null;
  #lanes: Lanes | null = null;
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

  static override styles = [
    shared,
    css`
      .bar {
        display: flex;
        align-items: center;
        gap: 0.25rem;
        justify-content: flex-end;
        padding: 0.15rem 0.4rem 0.25rem 0.9rem;
      }
      .bar label {
        display: inline-flex;
        align-items: center;
        gap: 0.4rem;
        font-size: 0.8125rem;
        color: var(--muted);
        margin-right: 0.4rem;
        cursor: pointer;
      }
      .bar button.plain {
        min-width: 2rem;
        height: 2rem;
        padding: 0 0.4rem;
      }
      input[type="checkbox"] {
        accent-color: var(--accent);
        margin: 0;
      }
      .plot {
        position: relative;
        overflow: hidden;
        cursor: crosshair;
        touch-action: pan-y;
        user-select: none;
      }
      .plot:focus-visible {
        outline-offset: -2px;
      }
      canvas {
        display: block;
        width: 100%;
        will-change: transform;
      }
      .playhead {
        position: absolute;
        top: 0;
        bottom: 0;
        left: 0;
        width: 0;
        border-left: 2px solid var(--ink);
        will-change: transform;
        pointer-events: none;
      }
      .playhead::before {
        content: "";
        position: absolute;
        top: 0;
        left: -7px;
        border: 6px solid transparent;
        border-top: 8px solid var(--ink);
        border-bottom: 0;
      }
    `,
  ];

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
    const axis = this.#axis as Axis;
    return this.#gutter + ((unit - axis.from) / (axis.to - axis.from)) * (this.#right - this.#gutter);
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
    const narrow = this.#width < 560;
    this.#gutter = narrow ? 62 : 92;
    const palette = readPalette();
    const nodes = loaded?.run.nodes ?? [];
    this.#lanes = layoutLanes(nodes, nodes.length > 12 ? 20 : 22);
    const height = Math.max(120, Math.ceil(this.#lanes.height));
    const ratio = Math.min(devicePixelRatio || 1, 2);
    canvas.width = Math.round(this.#width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
    const c = canvas.getContext("2d") as CanvasRenderingContext2D;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.fillStyle = palette.surface;
    c.fillRect(0, 0, this.#width, height);
    if (!loaded || !this.#axis) return;
    const { run, index } = loaded;
    const { frames, ledger, warp } = index;
    const axis = this.#axis;
    const lanes = this.#lanes;
    const right = this.#right;

    c.font = "11px system-ui, 'Liberation Sans', Arial, sans-serif";
    c.textBaseline = "middle";
    c.textAlign = "center";
    c.lineWidth = 1;
    const perPixel = (axis.to - axis.from) / (right - this.#gutter);
    for (const tick of axisTicks(warp, axis, perPixel * (narrow ? 62 : 84))) {
      const x = Math.round(this.#x(tick.unit)) + 0.5;
      if (x > right - 24) continue;
      c.strokeStyle = palette.line;
      c.globalAlpha = 0.7;
      c.beginPath();
      c.moveTo(x, 20);
      c.lineTo(x, height);
      c.stroke();
      c.globalAlpha = 1;
      c.fillStyle = palette.muted;
      c.fillText(`${(tick.timeUs / 1e6).toFixed(tick.digits)} s`, Math.max(x, this.#gutter + 8), 11);
    }
    c.textAlign = "right";
    if (lanes.band) {
      c.fillStyle = palette.paper;
      c.fillRect(this.#gutter, lanes.band.top, right - this.#gutter, lanes.band.bottom - lanes.band.top);
    }
    c.strokeStyle = palette.line;
    c.beginPath();
    for (const y of lanes.lines) {
      c.moveTo(this.#gutter, Math.round(y) + 0.5);
      c.lineTo(right, Math.round(y) + 0.5);
    }
    c.stroke();
    c.fillStyle = palette.muted;
    const most = narrow ? 9 : 13;
    for (const label of lanes.labels)
      c.fillText(
        label.text.length > most ? `${label.text.slice(0, most - 1)}…` : label.text,
        this.#gutter - 9,
        label.y,
      );

    c.save();
    c.beginPath();
    c.rect(this.#gutter - 5, 0, right - this.#gutter + 11, height);
    c.clip();
    const fromUs = axisTime(warp, axis.stretched, axis.from);
    const toUs = axisTime(warp, axis.stretched, axis.to);
    const end = upperBound(frames.startUs, toUs, frames.length);
    let visible = 0;
    for (let i = 0; i < end; i++) if (frames.endUs[i] >= fromUs) visible++;
    const every = Math.max(1, Math.ceil(visible / MAX_LINES));
    const selection = this.player.selection;
    const selected =
      selection?.kind === "message"
        ? selection.id
        : selection?.kind === "copy"
          ? (ledger.message[selection.id] ?? -1)
          : -1;
    const node = selection?.kind === "node" ? selection.id : -1;
    const colours = [palette.message, palette.http, palette.heartbeat, palette.control];
    const dashes = [[], [5, 2], [1.5, 2.5], [1.5, 2.5]];
    const lit = (i: number) =>
      (selected >= 0 && frames.message[i] === selected) ||
      (node >= 0 && (frames.from[i] === node || frames.to[i] === node));
    const some = selected >= 0 || node >= 0;
    const shown: number[] = [];
    for (let i = 0, nth = 0; i < end; i++)
      if (frames.endUs[i] >= fromUs && (nth++ % every === 0 || (some && lit(i)))) shown.push(i);
    for (let pass = 0; pass < 2; pass++)
      for (let shape = 3; shape >= 0; shape--) {
        c.beginPath();
        for (const i of shown) {
          if (shapeOf(frames.kind[i]) !== shape || lit(i) !== (pass === 1)) continue;
          const x0 = this.#x(axisUnit(warp, axis.stretched, frames.startUs[i]));
          const x1 = this.#x(axisUnit(warp, axis.stretched, frames.endUs[i]));
          const y0 = lanes.y[frames.from[i]];
          const y1 = frames.dropped[i] ? (y0 + lanes.y[frames.to[i]]) / 2 : lanes.y[frames.to[i]];
          c.moveTo(x0, y0);
          c.lineTo(x1, y1);
          if (frames.dropped[i]) {
            c.moveTo(x1 - 3, y1 - 3);
            c.lineTo(x1 + 3, y1 + 3);
            c.moveTo(x1 + 3, y1 - 3);
            c.lineTo(x1 - 3, y1 + 3);
          }
        }
        c.strokeStyle = colours[shape];
        c.setLineDash(dashes[shape]);
        c.globalAlpha =
          pass === 1 ? 1 : (some ? 0.22 : shape === Shape.message ? 0.85 : 0.6) * (visible > 1500 ? 0.45 : 1);
        c.lineWidth = pass === 1 ? 2.25 : visible > 1500 ? 0.75 : shape === Shape.message ? 1.5 : 1;
        c.stroke();
      }
    c.setLineDash([]);
    c.globalAlpha = 1;
    // Arrivals: small discs. Deaths: crosses, on top of all.
    c.fillStyle = palette.good;
    const firstDelivered = upperBound(ledger.deliveredUs, fromUs - 1);
    const lastDelivered = upperBound(ledger.deliveredUs, toUs);
    const sparse = Math.max(1, Math.ceil((lastDelivered - firstDelivered) / MAX_LINES));
    const disc = lanes.band ? 1.25 : 3;
    c.beginPath();
    for (let i = firstDelivered; i < lastDelivered; i += sparse) {
      const x = this.#x(axisUnit(warp, axis.stretched, ledger.deliveredUs[i]));
      const y = lanes.y[ledger.deliveredNode[i]];
      if (lanes.band) c.rect(x - disc, y - disc, 2 * disc, 2 * disc);
      else {
        c.moveTo(x + disc, y);
        c.arc(x, y, disc, 0, 2 * Math.PI);
      }
    }
    c.fill();
    c.strokeStyle = palette.bad;
    c.lineWidth = 2;
    for (const mark of this.#marks) {
      if (mark.place < 0) continue;
      let lastX = -100;
      const y = lanes.y[mark.place];
      for (
        let i = upperBound(mark.timesUs, fromUs - 1);
        i < mark.timesUs.length && mark.timesUs[i] <= toUs;
        i++
      ) {
        const x = this.#x(axisUnit(warp, axis.stretched, mark.timesUs[i]));
        if (x - lastX < 3) continue;
        lastX = x;
        const r = lanes.band && y <= lanes.band.bottom ? 3.5 : 6;
        c.fillStyle = palette.surface;
        c.beginPath();
        if (mark.kind === "copy") c.arc(x, y, r, 0, 2 * Math.PI);
        else c.rect(x - r, y - r * 0.9, 2 * r, 1.8 * r);
        c.fill();
        c.moveTo(x - r * 0.55, y - r * 0.55);
        c.lineTo(x + r * 0.55, y + r * 0.55);
        c.moveTo(x + r * 0.55, y - r * 0.55);
        c.lineTo(x - r * 0.55, y + r * 0.55);
        c.stroke();
      }
    }
    c.restore();
    // What lies after the end of the run, and faults.
    for (let i = 0; i < run.trace.length && run.scenario.faults.length > 0; i++) {
      if (run.trace.kind[i] !== RecordKind.fault) continue;
      const x = this.#x(axisUnit(warp, axis.stretched, run.trace.timeUs[i]));
      if (x < this.#gutter || x > right) continue;
      c.strokeStyle = palette.bad;
      c.setLineDash([4, 3]);
      c.lineWidth = 1.25;
      c.beginPath();
      c.moveTo(x, 20);
      c.lineTo(x, height);
      c.stroke();
      c.setLineDash([]);
    }
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
