/** The way of a message, packet by packet, and how a packet is named in a fault. */
import { FRAME_LIST } from "../../model/trace/frames.ts";
import type { RunResult } from "../../run/result.ts";
import type { Fault } from "../../scenario/schema.ts";
import type { FrameIndex } from "./frames.ts";
import { linksBetween } from "./link-states.ts";
import { nodeName } from "./naming.ts";

/** A packet of a message. */
export interface Hop {
  /** Its place in the index of frames. */
  readonly frame: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly isDropped: boolean;
  /** «copy from balancer to B». */
  readonly words: string;
}

/** At most so many are told of. */
const MOST = 60;

/** The packets that carry a message, in the order in which they leave; of a copy, those that lead to its recipient. */
export function hopsOf(run: RunResult, frames: FrameIndex, message: number, recipient = -1): Hop[] {
  const hops: Hop[] = [];
  for (let i = 0; i < frames.length && hops.length < MOST; i++) {
    if (frames.message[i] !== message) continue;
    const whose = frames.recipient[i]!;
    if (recipient >= 0 && whose >= 0 && whose !== recipient) continue;
    hops.push(hopOf(run, frames, i));
  }
  return hops;
}

export function hopOf(run: RunResult, frames: FrameIndex, frame: number): Hop {
  const [from, to] = [nodeName(run, frames.from[frame]!), nodeName(run, frames.to[frame]!)];
  return {
    frame,
    startUs: frames.startUs[frame]!,
    endUs: frames.endUs[frame]!,
    isDropped: frames.dropped[frame] === 1,
    words: `${FRAME_LIST[frames.kind[frame]!]!.label} from ${from} to ${to}`,
  };
}

/** A packet as faults name it: its link, its direction, and which one it is there. */
export function packetName(
  run: RunResult,
  frames: FrameIndex,
  frame: number,
): Pick<Extract<Fault, { act: "drop" }>, "target" | "direction" | "packet"> {
  const [from, to] = [frames.from[frame]!, frames.to[frame]!];
  const link = linksBetween(run.nodes).find(
    (one) => (one.from.node === from && one.to.node === to) || (one.from.node === to && one.to.node === from),
  )!;
  let packet = 0;
  for (let i = 0; i < frames.length; i++)
    if (frames.from[i] === from && frames.to[i] === to && frames.record[i]! <= frames.record[frame]!)
      packet++;
  const direction = link.from.node === from ? "up" : "down";
  return { target: `${link.from.name}/${link.to.name}`, direction, packet };
}

/** The frame of a record of the trace, −1 if it is none. */
export function frameOfRecord({ record }: FrameIndex, row: number): number {
  return record.indexOf(row);
}
