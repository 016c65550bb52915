/**
 * The space-time diagram: a lane a node, a slanted line a frame, a mark where a copy died or arrived. Above it, for a long
 * run, an overview of the whole. The canvas is redrawn when the run, the view or the selection changes; the playhead only moves.
 */
import { html, nothing, type PropertyValues } from "lit";
import { PageElement } from "../look/element.ts";
import { seconds } from "../look/format.ts";
import { icon } from "../look/icons.ts";
import { onTheme, readPalette } from "../look/theme.ts";
import type { Loaded, Player } from "../player/player.ts";
import { type Mark, marksOf } from "../run/marks.ts";
import { narrate } from "../run/narration.ts";
import { sizedContext } from "./canvas.ts";
import { layoutLanes } from "./lanes.ts";
import { cutNote, overviewOf } from "./long-run.ts";
import type { FanoutOverview } from "./overview.ts";
import { Pointers } from "./pointers.ts";
import type { Axis } from "./timeline-axis.ts";
import { drawPlot, faultsIn, xOfUnit } from "./timeline-drawing.ts";
import { timelineStyles } from "./timeline-styles.ts";
import { type Part, Viewport } from "./viewport.ts";

const PAD_RIGHT = 14;
/** From this width on the timeline stands on one screen with the stage, and leaves most of its height to it. */
const ONE_SCREEN = 1024;
const SHARE = 0.22;
/** Where who is online has a strip of its own above it. */
const SHARE_BELOW_STRIP = 0.13;
/** A plot is never drawn narrower than this, in pixels: in a narrower window, its right end is cut off. */
const LEAST_PLOT = 48;
/** A narrower plot has short names and few times. */
const NARROW = 560;
export class FanoutTimeline extends PageElement {
  static override properties = {
    player: { attribute: false },
    stretched: { state: true },
    valueText: { state: true },
    axis: { state: true },
    width: { state: true },
  };
  declare player: Player;
  declare stretched: boolean;
  declare valueText: string;
  /** What is in view; null: there is no run yet. */
  declare axis: Axis | null;
  /** Of the plot. */
  declare width: number;

  #marks: readonly Mark[] = [];
  #faults: readonly number[] = [];
  #view: Viewport | null = null;
  /** The time that was in view last because the clock stood there. */
  #followedUs = -1;
  #selection: unknown = null;
  #leave: (() => void)[] = [];
  #resize: ResizeObserver | null = null;
  #saidMs = 0;
  #pointers = new Pointers({
    scrub: (clientX) => this.axis && this.#go(this.#unitAt(clientX)),
    pinch: (factor, aroundX, byX) => {
      this.#view?.zoom(factor, this.#unitAt(aroundX));
      this.#view?.pan(-byX / (this.#right - this.#gutter));
    },
  });

  constructor() {
    super();
    this.stretched = true;
    this.valueText = "";
    this.axis = null;
    this.width = 0;
  }

  static override styles = timelineStyles;

  override render() {
    const view = this.#view;
    return html`
      ${view?.isLong && this.width > 0 ? overviewOf(view, { left: this.#gutter, right: this.#right, onPart: this.#show, onNews: () => this.requestUpdate() }) : nothing}
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
        @pointerdown=${this.#pointers.down}
        @pointermove=${this.#pointers.move}
        @pointerup=${this.#pointers.up}
        @pointercancel=${this.#pointers.up}
        @keydown=${this.#onKey}
      >
        <canvas aria-hidden="true"></canvas>
        <div class="playhead"></div>
      </div>
      <div class="bar">
        <h2 class="visually-hidden">Timeline</h2>
        ${view ? cutNote(view.loaded.run) : nothing}
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
        <button class="plain" title="Show the whole run (0)" @click=${() => this.#view?.showAll()}>all</button>
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

  protected override updated(changed: PropertyValues<this>): void {
    const { loaded } = this.player;
    if (loaded && this.#view?.loaded !== loaded) this.#setRun(loaded);
    else if (changed.has("axis") || changed.has("width") || this.#selection !== this.player.selection)
      this.#draw();
    else this.#movePlayhead();
  }

  get #plot(): HTMLElement {
    return this.renderRoot.querySelector(".plot") as HTMLElement;
  }

  override firstUpdated(): void {
    this.#resize = new ResizeObserver(() => {
      this.width = this.#plot.clientWidth;
    });
    this.#resize.observe(this.#plot);
    this.#plot.addEventListener("wheel", this.#onWheel, { passive: false });
    this.#leave.push(
      this.player.on("change", () => {
        if (this.#view?.loaded !== this.player.loaded || this.#selection !== this.player.selection)
          this.requestUpdate();
      }),
      this.player.on("frame", () => this.#movePlayhead()),
      this.player.on("tick", () => this.#say()),
    );
  }

  #setRun(loaded: Loaded): void {
    this.#marks = marksOf(loaded);
    this.#faults = faultsIn(loaded);
    this.#look(loaded).open(this.player.timeUs);
    this.#say();
  }

  #look(loaded: Loaded): Viewport {
    this.#view = new Viewport(loaded, this.stretched, (axis) => (this.axis = axis));
    return this.#view;
  }

  #setStretched(stretched: boolean): void {
    this.stretched = stretched;
    if (this.#view) this.#look(this.#view.loaded).showAll();
  }

  #show = (part: Part): void => {
    // Where the clock stands may be elsewhere: whoever looks around is not taken back to it.
    this.player.pause();
    this.#view?.show(part);
  };

  #zoom(factor: number): void {
    this.#view?.zoom(factor, this.#view.unitOf(this.player.timeUs));
  }

  get #isNarrow(): boolean {
    return this.width < NARROW;
  }

  /** Where the plot begins: to the left are the names of the lanes. */
  get #gutter(): number {
    return this.#isNarrow ? 62 : 92;
  }

  /** Where the plot ends. */
  get #right(): number {
    return Math.max(this.width - PAD_RIGHT, this.#gutter + LEAST_PLOT);
  }

  #x(unit: number): number {
    return xOfUnit({ axis: this.axis as Axis, left: this.#gutter, right: this.#right }, unit);
  }

  #unitAt(clientX: number): number {
    const axis = this.axis as Axis;
    const x = clientX - this.#plot.getBoundingClientRect().left;
    return axis.from + ((x - this.#gutter) / (this.#right - this.#gutter)) * (axis.to - axis.from);
  }

  #movePlayhead(): void {
    const { loaded, timeUs, playing } = this.player;
    const view = this.#view;
    if (!view || view.loaded !== loaded || this.width === 0) return;
    const unit = view.unitOf(timeUs);
    const { from, to } = view.axis;
    const isOut = unit < from || unit > to;
    if (isOut && timeUs !== this.#followedUs && !this.#pointers.isScrubbing) {
      this.#followedUs = timeUs;
      return view.pan((unit - from) / (to - from) - (playing ? 0.1 : 0.5));
    }
    this.#followedUs = timeUs;
    const head = this.renderRoot.querySelector(".playhead") as HTMLElement;
    head.classList.toggle("out", isOut);
    const x = Math.min(Math.max(this.#x(unit), this.#gutter), this.#right);
    head.style.transform = `translateX(${(x - 1).toFixed(1)}px)`;
    this.renderRoot.querySelector<FanoutOverview>("fanout-overview:defined")?.moveHead(timeUs);
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
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(".plot canvas");
    const { loaded, selection } = this.player;
    const { width, axis } = this;
    if (!canvas || !loaded || !axis || width === 0 || loaded !== this.#view?.loaded) return;
    this.#selection = selection;
    const { nodes } = loaded.run;
    const share = loaded.run.scenario.presence.kind === "none" ? SHARE : SHARE_BELOW_STRIP;
    const lanes = layoutLanes(nodes, innerHeight * (innerWidth < ONE_SCREEN ? 1 : share));
    const height = Math.max(120, Math.ceil(lanes.height));
    const c = sizedContext(canvas, width, height);
    const palette = readPalette();
    c.fillStyle = palette.surface;
    c.fillRect(0, 0, width, height);
    drawPlot(c, {
      loaded,
      marks: this.#marks,
      faults: this.#faults,
      selection,
      axis,
      lanes,
      palette,
      left: this.#gutter,
      right: this.#right,
      height,
      isNarrow: this.#isNarrow,
    });
    this.#movePlayhead();
  }

  /** To a unit of the axis. */
  #go(unit: number): void {
    if (!this.#view) return;
    this.player.pause();
    this.player.seek(this.#view.timeOf(unit));
  }

  #onWheel = (event: WheelEvent): void => {
    if (!this.#view) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#view.zoom(Math.exp(-event.deltaY * 0.005), this.#unitAt(event.clientX));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.#view.pan(((event.deltaX || event.deltaY) / this.width) * 0.8);
    }
  };

  #onKey = (event: KeyboardEvent): void => {
    const view = this.#view;
    if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
    const tenth = (view.axis.to - view.axis.from) / 10;
    const here = view.unitOf(this.player.timeUs);
    const acts: Readonly<Record<string, () => void>> = {
      "+": () => this.#zoom(1.6),
      "=": () => this.#zoom(1.6),
      "-": () => this.#zoom(1 / 1.6),
      "0": () => view.showAll(),
      PageUp: () => this.#go(here + tenth),
      PageDown: () => this.#go(here - tenth),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  };
}
customElements.define("fanout-timeline", FanoutTimeline);
