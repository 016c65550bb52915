/** A canvas as sharp as the screen. */

/** Sizes it, in CSS pixels, and gives what one draws on it with. */
export function sizedContext(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const c = canvas.getContext("2d") as CanvasRenderingContext2D;
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  return c;
}
