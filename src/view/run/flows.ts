/** What moves in a crowd, summed up: for each link, direction and look the packets that go there, so that they are counted without a look at each. */
import { FRAME_LIST, type Look } from "../../model/trace/frames.ts";
import type { Crowd } from "./crowd.ts";
import { type FrameIndex, upperBound } from "./frames.ts";

export interface Flow {
  /** Nodes; for a cohort of clients its first member. */
  readonly from: number;
  readonly to: number;
  readonly look: Look;
  /** Copies of messages, and not messages. */
  readonly isCopies: boolean;
  /** Places in the index of frames, in the order in which they leave. */
  readonly frames: Int32Array;
  /** When they leave and when they arrive: each list ascending, for itself. */
  readonly leftUs: Float64Array;
  readonly arrivedUs: Float64Array;
}

/** The flows between the places of a crowd. Linear in the frames, but for sorting. */
export function flowsOf(frames: FrameIndex, { of, cohorts }: Crowd): Flow[] {
  const place = (node: number) => (of[node]! < 0 ? node : cohorts[of[node]!]!.members[0]!);
  const found = new Map<string, number[]>();
  for (let i = 0; i < frames.length; i++) {
    const { looks } = FRAME_LIST[frames.kind[i]!]!;
    const isCopies = frames.recipient[i]! >= 0;
    const key = `${place(frames.from[i]!)}/${place(frames.to[i]!)}/${looks}/${isCopies}`;
    const list = found.get(key);
    if (list === undefined) found.set(key, [i]);
    else list.push(i);
  }
  return [...found.values()].map((list) => {
    const first = list[0]!;
    return {
      from: place(frames.from[first]!),
      to: place(frames.to[first]!),
      look: FRAME_LIST[frames.kind[first]!]!.looks,
      isCopies: frames.recipient[first]! >= 0,
      frames: Int32Array.from(list),
      leftUs: Float64Array.from(list, (i) => frames.startUs[i]!),
      arrivedUs: Float64Array.from(list, (i) => frames.endUs[i]!).sort(),
    };
  });
}

/** How many packets of a flow are under way at an instant. */
export function underWay({ leftUs, arrivedUs }: Flow, timeUs: number): number {
  return upperBound(leftUs, timeUs) - upperBound(arrivedUs, timeUs);
}
