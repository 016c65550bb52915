/** A story as it is read along: what happens at one instant is one stop. */
import type { StoryLine } from "../../check/story-lines.ts";

export interface StoryStop {
  readonly timeUs: number;
  readonly sentences: readonly string[];
}

/** Puts lines of the same instant together. */
export function stopsOf(story: readonly StoryLine[]): StoryStop[] {
  const stops: { timeUs: number; sentences: string[] }[] = [];
  for (const { timeUs, text } of story) {
    const last = stops.at(-1);
    if (last?.timeUs === timeUs) last.sentences.push(text);
    else stops.push({ timeUs, sentences: [text] });
  }
  return stops;
}

/** Which stop the clock is at: the last one not after it; −1 before the first. */
export function stopAt(stops: readonly StoryStop[], timeUs: number): number {
  return stops.findLastIndex((stop) => stop.timeUs <= timeUs);
}
