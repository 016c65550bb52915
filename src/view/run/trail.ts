/**
 * The way of one thing from its first packet to its last: of a copy from its sender to where it arrived or died, of a packet
 * that carries no message as far as it is passed on. Read from the trace; every hop is a packet of this run.
 */
import { Fate } from "../../model/fate/oracle.part.ts";
import { carriesData, FrameKind } from "../../model/trace/frames.ts";
import { Audience, at } from "../../model/trace/records.ts";
import type { Selection } from "../../run/address.ts";
import type { Followed, Whereabouts } from "../player/followed.ts";
import type { Loaded } from "../player/player.ts";
import { frameOfRecord } from "./hops.ts";
import type { Narration } from "./narration.ts";
import { trailWords } from "./trail-words.ts";

export class Trail implements Followed {
  readonly selection: Selection;
  readonly loaded: Loaded;
  /** The copy that goes this way; −1: it carries none. */
  readonly copy: number;
  /** Places in the index of frames, in the order in which they leave; packets that were dropped on the way are among them. */
  readonly frames: readonly number[];

  constructor(loaded: Loaded, selection: Selection, copy: number, frames: readonly number[]) {
    this.loaded = loaded;
    this.selection = selection;
    this.copy = copy;
    this.frames = frames;
  }

  get startUs(): number {
    return this.loaded.index.frames.startUs[this.frames[0]!]!;
  }

  get endUs(): number {
    const { ledger, frames } = this.loaded.index;
    if (this.copy < 0) return frames.endUs[this.frames.at(-1)!]!;
    const settledUs = ledger.settledUs[this.copy]!;
    return Number.isNaN(settledUs) ? Number.POSITIVE_INFINITY : settledUs;
  }

  again(loaded: Loaded): Trail | null {
    return trailOf(loaded, this.selection);
  }

  framesBy(timeUs: number): number[] {
    const { startUs } = this.loaded.index.frames;
    return this.frames.filter((frame) => startUs[frame]! <= timeUs);
  }

  placeAt(timeUs: number): Whereabouts | null {
    const { frames, ledger } = this.loaded.index;
    const last = this.framesBy(timeUs).at(-1);
    if (last === undefined) return null;
    const isLost = this.copy >= 0 && ledger.fate[this.copy] === Fate.lost && timeUs >= this.endUs;
    if (isLost) return { frame: -1, node: ledger.place[this.copy]! };
    if (timeUs < frames.endUs[last]!) return { frame: last, node: -1 };
    // Whoever sent a packet that was dropped still has what was in it.
    return { frame: -1, node: (frames.dropped[last] === 1 ? frames.from : frames.to)[last]! };
  }

  wordsAt(timeUs: number): Narration {
    return trailWords(this, timeUs);
  }
}

/** The way of what is chosen; null if it is nothing that goes a way, or the run has no packet of it. */
export function trailOf(loaded: Loaded, selection: Selection): Trail | null {
  const { frames, ledger } = loaded.index;
  const { kind, id } = selection;
  if (id >= (kind === "copy" ? ledger.copies : kind === "message" ? ledger.messages : Infinity)) return null;
  if (kind === "copy") return trailOfCopy(loaded, id);
  if (kind === "message") return trailOfMessage(loaded, id, -1);
  if (kind !== "packet") return null;
  const frame = frameOfRecord(frames, id);
  if (frame < 0) return null;
  const message = frames.message[frame]!;
  if (message < 0 || frames.kind[frame] === FrameKind.ack)
    return new Trail(loaded, selection, -1, passedOn(loaded, frame));
  const recipient = frames.recipient[frame]!;
  if (recipient < 0) return trailOfMessage(loaded, message, frame);
  const copy = copiesOf(loaded, message).find((one) => ledger.recipient[one] === recipient);
  return copy === undefined ? null : trailOfCopy(loaded, copy);
}

/** Of a message, the first copy that went through a packet; if none did, or none is meant, its first copy. */
function trailOfMessage(loaded: Loaded, message: number, frame: number): Trail | null {
  const copies = copiesOf(loaded, message);
  for (const copy of frame < 0 ? [] : copies) {
    const trail = trailOfCopy(loaded, copy);
    if (trail?.frames.includes(frame)) return trail;
  }
  return copies[0] === undefined ? null : trailOfCopy(loaded, copies[0]);
}

function copiesOf({ index: { ledger } }: Loaded, message: number): readonly number[] {
  return [...ledger.copyOrder.subarray(ledger.firstCopy[message], ledger.firstCopy[message + 1])];
}

function trailOfCopy(loaded: Loaded, copy: number): Trail | null {
  const { ledger } = loaded.index;
  const settledUs = ledger.settledUs[copy]!;
  const own = packetsOf(loaded, copy, Number.isNaN(settledUs) ? Number.POSITIVE_INFINITY : settledUs);
  const last = lastOf(loaded, copy, own);
  return last === undefined
    ? null
    : new Trail(loaded, { kind: "copy", id: copy }, copy, wayTo(loaded, own, last));
}

/** The packets that carried a copy, or its message, until its fate was settled, in the order in which they left. */
function packetsOf(loaded: Loaded, copy: number, untilUs: number): number[] {
  const { frames, ledger } = loaded.index;
  const [message, recipient] = [ledger.message[copy]!, ledger.recipient[copy]!];
  const own = new Set<number>();
  for (let i = 0; i < frames.length; i++) {
    const whose = frames.recipient[i]!;
    if (frames.message[i] !== message || (whose >= 0 && whose !== recipient)) continue;
    if (frames.kind[i] === FrameKind.ack) continue;
    if (frames.startUs[i]! > untilUs) break;
    own.add(i);
    if (frames.dropped[i] === 1) for (const again of sentAgain(loaded, i, untilUs)) own.add(again);
  }
  return [...own].sort((a, b) => a - b);
}

/** How TCP sent a packet again that was dropped, until it got through: the trace says whose number was in it, and on which link. */
function sentAgain({ run: { trace }, index: { frames } }: Loaded, frame: number, untilUs: number): number[] {
  const subject = (i: number) => trace[at.frame.subject][frames.record[i]!];
  const again: number[] = [];
  for (let i = frame + 1; i < frames.length && frames.startUs[i]! <= untilUs; i++) {
    if (frames.kind[i] !== FrameKind.resend || subject(i) !== subject(frame)) continue;
    if (frames.from[i] !== frames.from[frame] || frames.to[i] !== frames.to[frame]) continue;
    again.push(i);
    if (frames.dropped[i] === 0) break;
  }
  return again;
}

/** The packet with which a copy's way ends: that which reached its recipient, or the last that led to where it died, or is. */
function lastOf({ run, index: { frames, ledger } }: Loaded, copy: number, own: readonly number[]) {
  const isAtServer = (i: number) => run.nodes[frames.to[i]!]?.kind === "server" && frames.dropped[i] === 0;
  if (ledger.audience[ledger.message[copy]!] === Audience.task) return own.findLast(isAtServer) ?? own.at(-1);
  const recipient = ledger.recipient[copy]!;
  const arrives = (node: number) => own.findLast((i) => frames.to[i] === node && frames.dropped[i] === 0);
  if (ledger.fate[copy] === Fate.delivered) return arrives(recipient);
  const sent = own.findLast((i) => frames.recipient[i] === recipient);
  if (sent === undefined) return arrives(ledger.place[copy]!) ?? own.at(-1);
  return own.findLast((i) => frames.from[i] === frames.from[sent] && frames.to[i] === frames.to[sent]);
}

/** Back from the last packet to the first, always to the latest that had brought it to where it left; then forth. */
function wayTo({ index: { frames } }: Loaded, own: readonly number[], last: number): number[] {
  const way = [last];
  for (let hop = last; ; ) {
    const before = own.findLast(
      (i) =>
        i !== hop &&
        frames.to[i] === frames.from[hop] &&
        frames.dropped[i] === 0 &&
        frames.endUs[i]! <= frames.startUs[hop]! &&
        frames.startUs[i]! < frames.startUs[hop]!,
    );
    const tries = own.filter(
      (i) =>
        frames.dropped[i] === 1 &&
        i !== hop &&
        frames.from[i] === frames.from[hop] &&
        frames.to[i] === frames.to[hop] &&
        frames.startUs[i]! <= frames.startUs[hop]! &&
        frames.startUs[i]! >= (before === undefined ? 0 : frames.endUs[before]!),
    );
    way.push(...tries.toReversed());
    if (before === undefined) return way.reverse();
    way.push(before);
    hop = before;
  }
}

/** What carries no message: the same kind of packet of the same exchange, where it left a node at which it had arrived. */
function passedOn({ run: { trace }, index: { frames } }: Loaded, frame: number): number[] {
  const subject = (i: number) => trace[at.frame.subject][frames.record[i]!]!;
  const isLike = (i: number) =>
    frames.kind[i] === frames.kind[frame] && !carriesData(frames.kind[i]!) && subject(i) === subject(frame);
  const way = [frame];
  for (let i = frame - 1; i >= 0; i--)
    if (
      isLike(i) &&
      frames.to[i] === frames.from[way[0]!] &&
      frames.dropped[i] === 0 &&
      frames.endUs[i] === frames.startUs[way[0]!]
    )
      way.unshift(i);
  for (let i = frame + 1; i < frames.length; i++) {
    const last = way.at(-1)!;
    if (frames.dropped[last] === 1 || frames.startUs[i]! > frames.endUs[last]!) break;
    if (isLike(i) && frames.from[i] === frames.to[last] && frames.startUs[i] === frames.endUs[last])
      way.push(i);
  }
  return way;
}
