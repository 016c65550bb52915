/** One finger or the mouse scrubs; two fingers pinch and push. */

interface Gestures {
  scrub(clientX: number): void;
  /** By so much larger, around a place, and moved by so many pixels to the right. */
  pinch(factor: number, aroundX: number, byX: number): void;
}

/** Fingers nearer to each other than this are taken to be so far apart: their distance is divided by. */
const NEAREST_PX = 10;

export class Pointers {
  #at = new Map<number, number>();
  #gestures: Gestures;

  constructor(gestures: Gestures) {
    this.#gestures = gestures;
  }

  isScrubbing = false;

  down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#at.set(event.pointerId, event.clientX);
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    if (this.#at.size > 1) return;
    this.isScrubbing = true;
    this.#gestures.scrub(event.clientX);
  };

  move = (event: PointerEvent): void => {
    if (!this.#at.has(event.pointerId)) return;
    const before = this.#span();
    this.#at.set(event.pointerId, event.clientX);
    const after = this.#span();
    if (this.#at.size === 1) this.#gestures.scrub(event.clientX);
    else this.#gestures.pinch(after.width / before.width, after.middle, after.middle - before.middle);
  };

  up = (event: PointerEvent): void => {
    this.#at.delete(event.pointerId);
    if (this.#at.size === 0) this.isScrubbing = false;
  };

  #span(): { readonly width: number; readonly middle: number } {
    const at = [...this.#at.values()];
    const [left, right] = [Math.min(...at), Math.max(...at)];
    return { width: Math.max(right - left, NEAREST_PX), middle: (left + right) / 2 };
  }
}
