/**
 * The whole of a long run above the part of it that the timeline shows: how much happens when, what is lost when. The part is
 * dragged, pulled at its ends, drawn anew, or moved by keys.
 */
import { css, html, type PropertyValues } from "lit";
import { PageElement } from "../look/element.ts";
import { seconds } from "../look/format.ts";
import { shared } from "../look/styles.ts";
import { onTheme, readPalette } from "../look/theme.ts";
import type { Density } from "../run/density.ts";
import { sizedContext } from "./canvas.ts";
import { drawOverview, OVERVIEW_HEIGHT } from "./overview-drawing.ts";
import type { Part } from "./viewport.ts";

/** So near to an end of the part, a hand means the end. */
const END_PX = 7;
/** A part is drawn at least so wide: it has to be seen, and grasped. */
const LEAST_PX = 14;
/** A hand that moves less has only pressed. */
const PRESS_PX = 4;

/** What a hand does: it moves the part, or one of its ends, or draws another. */
interface Drag {
  readonly kind: "move" | "from" | "to" | "draw";
  readonly beganX: number;
  readonly before: Part;
}

/** Fires «part» with the part that is wanted. */
export class FanoutOverview extends PageElement {
  static override properties = {
    density: { attribute: false },
    endUs: { attribute: false },
    inView: { attribute: false },
    left: { attribute: false },
    right: { attribute: false },
  };
  declare density: Density;
  declare endUs: number;
  /** What the timeline shows. */
  declare inView: Part;
  /** Where time begins and ends, in pixels from the left. */
  declare left: number;
  declare right: number;
  #headUs = 0;
  #drag: Drag | null = null;
  #leave = () => {};

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        position: relative;
        touch-action: none;
        user-select: none;
        cursor: crosshair;
        border-bottom: 1px solid var(--line);
      }
      canvas {
        display: block;
        width: 100%;
      }
      .part {
        position: absolute;
        top: 0;
        bottom: 0;
        border: 2px solid var(--accent);
        border-radius: 4px;
        background: color-mix(in srgb, var(--accent) 14%, transparent);
        cursor: grab;
      }
      .part::before,
      .part::after {
        content: "";
        position: absolute;
        top: 0;
        bottom: 0;
        width: ${END_PX}px;
        cursor: ew-resize;
      }
      .part::before {
        left: -4px;
      }
      .part::after {
        right: -4px;
      }
      .head {
        position: absolute;
        top: 0;
        bottom: 0;
        left: 0;
        width: 0;
        border-left: 2px solid var(--ink);
        pointer-events: none;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leave = onTheme(() => this.#draw());
    this.addEventListener("pointerdown", this.#onDown);
    this.addEventListener("pointermove", this.#onMove);
    this.addEventListener("pointerup", this.#onUp);
    this.addEventListener("pointercancel", this.#onUp);
    this.addEventListener("wheel", this.#onWheel, { passive: false });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  override render() {
    const { fromUs, toUs } = this.inView;
    const says = `from ${seconds(fromUs)} to ${seconds(toUs)}, of ${seconds(this.endUs)}`;
    return html`<canvas aria-hidden="true"></canvas>
      <div
        class="part"
        role="slider"
        tabindex="0"
        data-testid="overview-part"
        aria-label="Part of the run that the timeline shows"
        aria-valuemin="0"
        aria-valuemax=${this.endUs / 1e6}
        aria-valuenow=${(fromUs + toUs) / 2e6}
        aria-valuetext=${says}
        title="Drag it, pull at its ends, or draw another part (keys: ← → + −)"
        @keydown=${this.#onKey}
      ></div>
      <div class="head"></div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.#placePart();
    this.moveHead(this.#headUs);
    if (["density", "endUs", "left", "right"].some((name) => changed.has(name as never))) this.#draw();
  }

  #placePart(): void {
    const [x0, x1] = [this.#x(this.inView.fromUs), this.#x(this.inView.toUs)];
    const width = Math.max(x1 - x0, LEAST_PX);
    const left = Math.min(Math.max((x0 + x1 - width) / 2, this.left - 2), this.right + 2 - width);
    const { style } = this.renderRoot.querySelector(".part") as HTMLElement;
    style.left = `${left.toFixed(1)}px`;
    style.width = `${width.toFixed(1)}px`;
  }

  /** Shows where the clock stands. */
  moveHead(timeUs: number): void {
    this.#headUs = timeUs;
    const head = this.renderRoot.querySelector<HTMLElement>(".head");
    if (head) head.style.transform = `translateX(${(this.#x(timeUs) - 1).toFixed(1)}px)`;
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    const width = this.clientWidth;
    if (!canvas || width === 0) return;
    const c = sizedContext(canvas, width, OVERVIEW_HEIGHT);
    const { density, endUs, left, right } = this;
    drawOverview(c, { density, endUs, left, right, width, palette: readPalette() });
  }

  #x(timeUs: number): number {
    return this.left + (timeUs / this.endUs) * (this.right - this.left);
  }

  #timeAt(x: number): number {
    const timeUs = ((x - this.left) / (this.right - this.left)) * this.endUs;
    return Math.min(Math.max(timeUs, 0), this.endUs);
  }

  #want(fromUs: number, toUs: number): void {
    const [low, high] = fromUs < toUs ? [fromUs, toUs] : [toUs, fromUs];
    this.dispatchEvent(new CustomEvent<Part>("part", { detail: { fromUs: low, toUs: high } }));
  }

  /** As long as it is, elsewhere; never beyond the run. */
  #moveTo(fromUs: number, { fromUs: from, toUs: to }: Part): void {
    const begin = Math.min(Math.max(fromUs, 0), this.endUs - (to - from));
    this.#want(begin, begin + to - from);
  }

  #zoom(factor: number, aroundUs: number): void {
    const { fromUs, toUs } = this.inView;
    this.#want(
      Math.max(aroundUs - (aroundUs - fromUs) / factor, 0),
      Math.min(aroundUs + (toUs - aroundUs) / factor, this.endUs),
    );
  }

  #placeOf(event: MouseEvent): number {
    return event.clientX - this.getBoundingClientRect().left;
  }

  #onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    const x = this.#placeOf(event);
    const part = this.renderRoot.querySelector(".part")!.getBoundingClientRect();
    const [left, right] = [part.left, part.right].map((side) => side - this.getBoundingClientRect().left);
    const hasEnds = part.width > 4 * END_PX;
    const kind =
      hasEnds && Math.abs(x - left!) <= END_PX
        ? "from"
        : hasEnds && Math.abs(x - right!) <= END_PX
          ? "to"
          : x >= left! && x <= right!
            ? "move"
            : "draw";
    this.#drag = { kind, beganX: x, before: this.inView };
  };

  #onMove = (event: PointerEvent): void => {
    if (this.#drag === null) return;
    const { kind, beganX, before } = this.#drag;
    const x = this.#placeOf(event);
    const byUs = ((x - beganX) / (this.right - this.left)) * this.endUs;
    if (kind === "move") this.#moveTo(before.fromUs + byUs, before);
    else if (kind === "from") this.#want(this.#timeAt(x), before.toUs);
    else if (kind === "to") this.#want(before.fromUs, this.#timeAt(x));
    else if (Math.abs(x - beganX) > PRESS_PX) this.#want(this.#timeAt(beganX), this.#timeAt(x));
  };

  #onUp = (event: PointerEvent): void => {
    const drag = this.#drag;
    this.#drag = null;
    const x = this.#placeOf(event);
    if (drag?.kind !== "draw" || Math.abs(x - drag.beganX) > PRESS_PX) return;
    const { fromUs, toUs } = drag.before;
    this.#moveTo(this.#timeAt(x) - (toUs - fromUs) / 2, drag.before);
  };

  #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    this.#zoom(Math.exp(-event.deltaY * 0.002), this.#timeAt(this.#placeOf(event)));
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { fromUs, toUs } = this.inView;
    const tenth = (toUs - fromUs) / 10;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#moveTo(fromUs - tenth, this.inView),
      ArrowRight: () => this.#moveTo(fromUs + tenth, this.inView),
      PageDown: () => this.#moveTo(fromUs - 10 * tenth, this.inView),
      PageUp: () => this.#moveTo(fromUs + 10 * tenth, this.inView),
      Home: () => this.#moveTo(0, this.inView),
      End: () => this.#moveTo(this.endUs, this.inView),
      "+": () => this.#zoom(1.6, (fromUs + toUs) / 2),
      "=": () => this.#zoom(1.6, (fromUs + toUs) / 2),
      "-": () => this.#zoom(1 / 1.6, (fromUs + toUs) / 2),
      "0": () => this.#want(0, this.endUs),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  };
}
customElements.define("fanout-overview", FanoutOverview);
