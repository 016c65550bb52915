/** Room for the labels of one frame: a label gives way to those already drawn. Nothing is allocated per frame. */

/** More labels than this in one frame are not drawn. */
const MAX_LABELS = 64;
/** How often a label may give way before it is left out. */
const MAX_SHIFTS = 3;
/** From one label's middle to the next one's above or below it. */
const LINE = 13;

export class LabelRoom {
  #n = 0;
  #x = new Float64Array(MAX_LABELS);
  #y = new Float64Array(MAX_LABELS);
  #half = new Float64Array(MAX_LABELS);
  #texts: string[] = new Array<string>(MAX_LABELS).fill("");

  /** A new frame. */
  clear(): void {
    this.#n = 0;
  }

  /**
   * Where to draw a label whose middle should be at (x, y): its y, moved by lines in `direction` (−1 up, 1 down, 0 not
   * at all) until it covers no other. NaN if there is no room, or if it would only repeat the label that it covers.
   */
  place(text: string, x: number, y: number, halfWidth: number, direction: number): number {
    if (this.#n === MAX_LABELS) return Number.NaN;
    let at = y;
    for (let shifts = 0; ; shifts++) {
      const other = this.#covered(x, at, halfWidth);
      if (other < 0) break;
      if (direction === 0 || shifts === MAX_SHIFTS || this.#texts[other] === text) return Number.NaN;
      at = this.#y[other] + direction * LINE;
    }
    this.#x[this.#n] = x;
    this.#y[this.#n] = at;
    this.#half[this.#n] = halfWidth;
    this.#texts[this.#n] = text;
    this.#n++;
    return at;
  }

  /** A label that one here would cover; −1 if there is none. */
  #covered(x: number, y: number, halfWidth: number): number {
    for (let i = 0; i < this.#n; i++)
      if (Math.abs(x - this.#x[i]) < halfWidth + this.#half[i] + 2 && Math.abs(y - this.#y[i]) < LINE)
        return i;
    return -1;
  }
}
