/** What part of a run the timeline shows, and how it is changed. */
import type { Loaded } from "../player/player.ts";
import { type Axis, axisBetween, axisTime, axisUnit, panAxis, wholeAxis, zoomAxis } from "./timeline-axis.ts";

/** A part of the run. µs. */
export interface Part {
  readonly fromUs: number;
  readonly toUs: number;
}

/** A run that plays longer has an overview, and opens on a part in which single frames can be told apart. s. */
const LONG_S = 24;
const PART_S = 16;

export class Viewport {
  readonly loaded: Loaded;
  readonly stretched: boolean;
  readonly #whole: Axis;
  #axis: Axis;
  #onChange: (axis: Axis) => void;

  /** Calls back whenever another part is in view. */
  constructor(loaded: Loaded, stretched: boolean, onChange: (axis: Axis) => void) {
    this.loaded = loaded;
    this.stretched = stretched;
    this.#whole = wholeAxis(loaded.index.warp, loaded.run.endUs, stretched);
    this.#axis = this.#whole;
    this.#onChange = onChange;
  }

  get axis(): Axis {
    return this.#axis;
  }

  /** Whether there is more of the run than can be told apart at once. */
  get isLong(): boolean {
    const { index, run } = this.loaded;
    return wholeAxis(index.warp, run.endUs, true).to > LONG_S;
  }

  get part(): Part {
    const { from, to } = this.#axis;
    return { fromUs: this.timeOf(from), toUs: this.timeOf(to) };
  }

  /** Opens at a time. */
  open(timeUs: number): void {
    const { to } = this.#whole;
    if (this.stretched && this.isLong)
      this.#set(zoomAxis(this.#whole, this.#whole, to / PART_S, this.unitOf(timeUs)));
    else this.showAll();
  }

  showAll(): void {
    this.#set(this.#whole);
  }

  show({ fromUs, toUs }: Part): void {
    this.#set(axisBetween(this.#whole, this.unitOf(fromUs), this.unitOf(toUs)));
  }

  /** Around a unit of the axis; around the middle of what is in view, if that is elsewhere. */
  zoom(factor: number, around: number): void {
    const { from, to } = this.#axis;
    const centre = around < from || around > to ? (from + to) / 2 : around;
    this.#set(zoomAxis(this.#axis, this.#whole, factor, centre));
  }

  /** By a share of what is in view. */
  pan(share: number): void {
    this.#set(panAxis(this.#axis, this.#whole, share));
  }

  unitOf(timeUs: number): number {
    return axisUnit(this.loaded.index.warp, this.stretched, timeUs);
  }

  timeOf(unit: number): number {
    return axisTime(this.loaded.index.warp, this.stretched, unit);
  }

  #set(axis: Axis): void {
    this.#axis = axis;
    this.#onChange(axis);
  }
}
