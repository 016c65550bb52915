/** A layout of the stage, and one while nodes are placed. */
import type { NodeInfo } from "../../run/result.ts";

/** Where the signs of loss at a node stand: below it, unless something else does. */
export const Signs = { below: 0, rightAsNumber: 1, right: 2, left: 3 } as const;

export interface StageLayout {
  readonly width: number;
  readonly height: number;
  /** Wide: clients left, backplane right. Tall (phones): clients above, backplane below. */
  readonly tall: boolean;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Half the width and half the height of a node's box; for people both are the radius. */
  readonly halfWidth: Float64Array;
  readonly halfHeight: Float64Array;
  /** Whether each client is drawn, with its name, and whether there is room for a second line. A crowd is drawn as its cohorts. */
  readonly clientLabels: boolean;
  readonly clientDetail: boolean;
  /** The width that there is for a client's name, in px. */
  readonly clientRoom: number;
  /** Where clients end, to the right. */
  readonly clientsEnd: number;
  /** On a tall stage: where they end below. */
  readonly clientsBottom: number;
  /** By node: where signs of loss at it stand ({@link Signs}). */
  readonly signs: Uint8Array;
  /** Servers that are too many for signs of loss at each: the first and the last of them, and where all signs are. */
  readonly grid: {
    readonly first: number;
    readonly last: number;
    readonly x: number;
    readonly y: number;
  } | null;
  /** Where a backplane stands, or would stand. */
  readonly backplaneAt: { readonly x: number; readonly y: number };
}

export type Draft = { -readonly [K in keyof StageLayout]: StageLayout[K] };

export function put(
  layout: StageLayout,
  { node }: NodeInfo,
  x: number,
  y: number,
  halfWidth: number,
  halfHeight = halfWidth,
): void {
  layout.x[node] = x;
  layout.y[node] = y;
  layout.halfWidth[node] = halfWidth;
  layout.halfHeight[node] = halfHeight;
}
