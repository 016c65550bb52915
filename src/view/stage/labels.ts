/**
 * Room for the labels of one frame: a label gives way to those already drawn, and covers neither packets nor
 * what is written on the stage. Nothing is allocated per frame.
 */

/** Texts, packets and labels beyond this many are left out: no frame with labels has as many. */
const MAX_BOXES = 512;
/** How often a label may give way before it is left out. */
const MAX_SHIFTS = 3;
/** From one label's middle to the next one's above or below it. */
const LINE = 13;

/** A text that is not a label: its middle, half its width and half its height. */
export interface TextBox {
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
}

export class LabelRoom {
  #n = 0;
  /** How many boxes, from the first, are texts that stay for many frames. */
  #reserved = 0;
  /** How many boxes, from the first, are not labels but texts that stay, and packets. */
  #solid = 0;
  #x = new Float64Array(MAX_BOXES);
  #y = new Float64Array(MAX_BOXES);
  #halfWidth = new Float64Array(MAX_BOXES);
  #halfHeight = new Float64Array(MAX_BOXES);
  #texts: string[] = new Array<string>(MAX_BOXES).fill("");

  /** What no label may cover in this frame and all that follow, until other texts are reserved. */
  reserve(boxes: readonly TextBox[]): void {
    this.#reserved = 0;
    this.clear();
    for (const { x, y, halfWidth, halfHeight } of boxes) this.block(x, y, halfWidth, halfHeight);
    this.#reserved = this.#n;
  }

  /** A new frame. */
  clear(): void {
    this.#n = this.#reserved;
    this.#solid = this.#reserved;
  }

  /** What no label may cover in this frame. Comes before the labels. */
  block(x: number, y: number, halfWidth: number, halfHeight: number): void {
    this.#add("", x, y, halfWidth, halfHeight);
    this.#solid = this.#n;
  }

  /**
   * Where to draw a label whose middle should be at (x, y): its y, moved by lines in `direction` (−1 up, 1
   * down, 0 not at all) until it covers no other. Where that leads over a node's text or a packet, it begins
   * at `elsewhere`, and goes the other way. NaN if there is no room, or if it would only repeat the label
   * that it covers. A label that can't be moved lies on its packet, which covers what is below it anyway.
   */
  place(
    text: string,
    x: number,
    y: number,
    halfWidth: number,
    direction: number,
    elsewhere = Number.NaN,
  ): number {
    if (this.#n === MAX_BOXES) return Number.NaN;
    let at = y;
    for (let shifts = 0; ; shifts++) {
      const other = this.#covered(x, at, halfWidth, direction === 0 ? this.#solid : 0);
      if (other < 0) break;
      if (other < this.#solid)
        return Number.isNaN(elsewhere) ? elsewhere : this.place(text, x, elsewhere, halfWidth, -direction);
      if (direction === 0 || shifts === MAX_SHIFTS || this.#texts[other] === text) return Number.NaN;
      at = this.#y[other] + direction * LINE;
    }
    this.#add(text, x, at, halfWidth, LINE / 2);
    return at;
  }

  #add(text: string, x: number, y: number, halfWidth: number, halfHeight: number): void {
    if (this.#n === MAX_BOXES) return;
    this.#x[this.#n] = x;
    this.#y[this.#n] = y;
    this.#halfWidth[this.#n] = halfWidth;
    this.#halfHeight[this.#n] = halfHeight;
    this.#texts[this.#n] = text;
    this.#n++;
  }

  /** What a label here would cover, from box `first` on; −1 if nothing. */
  #covered(x: number, y: number, halfWidth: number, first: number): number {
    for (let i = first; i < this.#n; i++)
      if (
        Math.abs(x - this.#x[i]) < halfWidth + this.#halfWidth[i] + 2 &&
        Math.abs(y - this.#y[i]) < LINE / 2 + this.#halfHeight[i]
      )
        return i;
    return -1;
  }
}
