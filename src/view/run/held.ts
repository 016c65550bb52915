/** Requests that a server holds until it has something to say: from when they arrive there until somebody answers them. */
import { FRAME_LIST } from "../../model/trace/frames.ts";
import { RequestKind } from "../../model/trace/records.ts";
import { type FrameIndex, lowerBound } from "./frames.ts";
import type { RequestIndex, RequestRow } from "./requests.ts";

interface Held {
  readonly client: number;
  readonly server: number;
  readonly fromUs: number;
  /** ∞: nobody ever answers it. */
  readonly untilUs: number;
}

export interface HeldIndex {
  /** Ascending by their arrival. */
  readonly all: readonly Held[];
  /** When one arrives or is answered, ascending. */
  readonly changesUs: Float64Array;
}

export function indexHeld({ rows }: RequestIndex, frames: FrameIndex): HeldIndex {
  const polls = rows.filter(({ kind, server }) => kind === RequestKind.longPoll && server >= 0);
  const leftUs = polls.length === 0 ? new Map<string, number>() : departuresFrom(polls, frames);
  /** By client: when it asks next. It has given up by then what nobody answered. */
  const nextUs = new Map<number, number>();
  const all: Held[] = [];
  for (const row of polls.toReversed()) {
    const { client, server, answeredUs } = row;
    const fromUs = arrivalUs(row, frames);
    const isAnswered = !Number.isNaN(answeredUs);
    const untilUs = isAnswered
      ? (leftUs.get(arrival(server, answeredUs)) ?? answeredUs)
      : (nextUs.get(client) ?? Number.POSITIVE_INFINITY);
    nextUs.set(client, row.timeUs);
    if (fromUs < untilUs) all.push({ client, server, fromUs, untilUs });
  }
  all.sort((one, other) => one.fromUs - other.fromUs);
  const changesUs = Float64Array.from(all.flatMap(({ fromUs, untilUs }) => [fromUs, untilUs])).sort();
  return { all, changesUs };
}

/** Those that wait at an instant. */
export function heldAt({ all }: HeldIndex, timeUs: number): Held[] {
  return all.filter(({ fromUs, untilUs }) => fromUs <= timeUs && timeUs < untilUs);
}

/** When its packet is at its server; ∞ if it gets lost on the way. */
function arrivalUs({ timeUs, server, record }: RequestRow, frames: FrameIndex): number {
  let found = -1;
  for (let i = lowerBound(frames.startUs, timeUs); i < frames.length && frames.startUs[i] === timeUs; i++) {
    const isPoll = FRAME_LIST[frames.kind[i]!]!.requests?.includes("longPoll") === true;
    if (!isPoll || frames.to[i] !== server) continue;
    const isNearer =
      found < 0 || Math.abs(frames.record[i]! - record) < Math.abs(frames.record[found]! - record);
    if (isNearer) found = i;
  }
  return found < 0 || frames.dropped[found] === 1 ? Number.POSITIVE_INFINITY : frames.endUs[found]!;
}

/** By server and when its packet was at the balancer, which notes answers then: when it had left. */
function departuresFrom(polls: readonly RequestRow[], frames: FrameIndex): ReadonlyMap<string, number> {
  const servers = new Set(polls.map(({ server }) => server));
  const left = new Map<string, number>();
  for (let i = 0; i < frames.length; i++) {
    const server = frames.from[i]!;
    if (servers.has(server)) left.set(arrival(server, frames.endUs[i]!), frames.startUs[i]!);
  }
  return left;
}

function arrival(server: number, endUs: number): string {
  return `${server} ${endUs}`;
}
