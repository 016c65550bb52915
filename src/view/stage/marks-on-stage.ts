/** The signs of loss as the stage has room for them: those of servers in a grid are one for each cause, those at a crowd's clients stand on its boxes. */
import type { Loaded } from "../player/loaded.ts";
import { type Mark, marksOf } from "../run/marks.ts";
import { isInGrid, type StageLayout } from "./stage-layout.ts";

export function marksOnStage(loaded: Loaded, layout: StageLayout): Mark[] {
  const isOfCrowd = ({ place }: Mark) => (loaded.index.crowd?.of[place] ?? -1) >= 0;
  const marks = marksOf(loaded).filter((mark) => !isOfCrowd(mark));
  const apart = marks.filter(({ place }) => !isInGrid(layout, place));
  const folded = new Map<string, Mark[]>();
  for (const mark of marks) {
    if (!isInGrid(layout, mark.place)) continue;
    const key = `${mark.kind}/${mark.label}`;
    folded.set(key, [...(folded.get(key) ?? []), mark]);
  }
  return [...apart, ...[...folded].map(([key, list]) => merged(key, list))];
}

/** Marks of one cause as one, in order of time. */
function merged(key: string, marks: readonly Mark[]): Mark {
  const [first] = marks as [Mark];
  const all = marks
    .flatMap(({ timesUs, whose, copies }) =>
      [...timesUs].map((timeUs, i) => ({ timeUs, whose: whose[i]!, copy: copies[i] ?? -1 })),
    )
    .sort((a, b) => a.timeUs - b.timeUs);
  return {
    ...first,
    key,
    timesUs: Float64Array.from(all, ({ timeUs }) => timeUs),
    whose: Int32Array.from(all, ({ whose }) => whose),
    copies: first.kind === "copy" ? Int32Array.from(all, ({ copy }) => copy) : first.copies,
  };
}
