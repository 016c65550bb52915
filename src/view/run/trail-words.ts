/** Where what is followed is, in sentences: for the caption, and for those who hear it. */
import { Fate } from "../../model/fate/oracle.part.ts";
import { CAUSES } from "../../model/trace/causes.ts";
import { FRAME_LIST } from "../../model/trace/frames.ts";
import { Audience } from "../../model/trace/records.ts";
import { aboutBalancer, atBeginning } from "../../run/words.ts";
import { plural, seconds } from "../look/format.ts";
import type { Loaded } from "../player/loaded.ts";
import { copyName, isQuestion, messageName, nodeInSentence } from "./naming.ts";
import type { Narration } from "./narration.ts";
import { lossSentence, sinceRoots } from "./rare.ts";

/** The way of a copy, or of a packet that carries none (copy −1): its packets, by their places in the index of frames. */
interface Trail {
  readonly loaded: Loaded;
  readonly copy: number;
  readonly frames: readonly number[];
  readonly startUs: number;
  readonly endUs: number;
  framesBy(timeUs: number): readonly number[];
}

export function trailWords(trail: Trail, timeUs: number): Narration {
  const { loaded, copy } = trail;
  const { run, index } = loaded;
  const { frames, ledger } = index;
  const passed = trail.framesBy(timeUs);
  const last = passed.at(-1);
  const name = nameOf(trail, last);
  if (last === undefined) return { timeUs: -1, text: `${name} is not on its way yet.`, tone: "plain" };
  if (timeUs >= trail.endUs) {
    if (copy >= 0 && ledger.fate[copy] === Fate.lost) return lossOf(trail, name);
    if (copy >= 0 || frames.dropped[last] === 0) return arrivalOf(trail, name, last);
  }
  const [from, to] = [frames.from[last]!, frames.to[last]!].map((node) => nodeInSentence(run, node));
  const hop = passed.filter((frame) => frames.dropped[frame] === 0).length;
  if (timeUs < frames.endUs[last]!)
    return {
      timeUs: frames.startUs[last]!,
      text: `${name} is on its way from ${from} to ${to}: hop ${hop + frames.dropped[last]!}.`,
      tone: "plain",
    };
  const sinceUs = frames.endUs[last]!;
  if (frames.dropped[last] === 1)
    return {
      timeUs: sinceUs,
      text: `${name}: its packet from ${from} to ${to} was dropped on the way.`,
      tone: "bad",
    };
  const isOver = timeUs >= run.endUs ? " when the run ends" : "";
  return { timeUs: sinceUs, text: `${name} is held at ${to}${isOver}.`, tone: "plain" };
}

/** «B’s copy of A’s message», «The ping from server-1»; of a question what is on its way in a packet of it: it, or its answer. */
function nameOf({ loaded: { run, index }, copy, frames }: Trail, frame: number | undefined): string {
  const { ledger } = index;
  if (copy < 0) {
    const first = frames[0]!;
    return `The ${FRAME_LIST[index.frames.kind[first]!]!.label} from ${nodeInSentence(run, index.frames.from[first]!)}`;
  }
  const [message, recipient] = [ledger.message[copy]!, ledger.recipient[copy]!];
  if (ledger.audience[message] === Audience.task) return messageName(run, ledger, message);
  const isAsked = isQuestion(ledger, message) && (frame === undefined || index.frames.recipient[frame]! < 0);
  return atBeginning(isAsked ? messageName(run, ledger, message) : copyName(run, ledger, message, recipient));
}

function lossOf({ loaded: { run, index }, copy }: Trail, name: string): Narration {
  const { ledger } = index;
  const lost = CAUSES[ledger.cause[copy]!];
  const root = ledger.root[copy] ?? null;
  const since = root === null ? "" : ` ${sinceRoots(run, [root])}`;
  const sentence = aboutBalancer(run.scenario, lossSentence(ledger.cause[copy]!));
  return {
    timeUs: ledger.settledUs[copy]!,
    text: `${name} dies at ${nodeInSentence(run, ledger.place[copy]!)}: ${lost?.label ?? "lost"}. ${sentence}${since}`,
    tone: "bad",
  };
}

function arrivalOf(trail: Trail, name: string, last: number): Narration {
  const { run, index } = trail.loaded;
  const { frames } = index;
  const hops = trail.frames.filter((frame) => frames.dropped[frame] === 0).length;
  const took = seconds(trail.endUs - trail.startUs);
  return {
    timeUs: trail.endUs,
    text: `${name} arrives at ${nodeInSentence(run, frames.to[last]!)}: ${plural(hops, "hop")}, ${took}.`,
    tone: trail.copy >= 0 ? "good" : "plain",
  };
}
