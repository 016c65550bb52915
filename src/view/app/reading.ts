/** Where the learner is in the lesson that is open, and what of its run may be seen. */
import type { Lesson, Step } from "../../lesson/lesson.ts";
import { timeOf } from "../../lesson/moments.ts";
import { EMPTY_STATE, type PageState } from "../../run/address.ts";
import { LESSONS } from "../lessons/lessons.ts";
import { isAsSet, type Reading } from "../lessons/story-view.ts";
import { reducedMotion } from "../look/theme.ts";
import type { Loaded, Player } from "../player/player.ts";

/** A step plays no longer than this. s. */
const STEP_S = 10;

/** What a page shows of a lesson. */
export interface LessonPage {
  readonly page: PageState;
  /** null: what is open is not told in steps. */
  readonly story: Lesson | null;
  /** By step: the number of the answer that was chosen. */
  readonly answers: ReadonlyMap<number, number>;
  readonly player: Player;
}

export function stepOf(story: Lesson | null, { step }: PageState): Step | undefined {
  return step === null ? undefined : story?.steps[step - 1];
}

export function readingOf({ page, story, answers, player }: LessonPage): Reading | null {
  if (story === null) return null;
  const { step, variant, set, seed } = page;
  const current = stepOf(story, page);
  return {
    lesson: story,
    step: current === undefined ? null : step,
    isAsSet: current === undefined || (seed === null && isAsSet(current, variant, set)),
    chosen: (step === null ? undefined : answers.get(step)) ?? null,
    isRevealed: !isVeiled({ page, story, answers, player }),
    next: LESSONS[LESSONS.findIndex(({ name }) => name === story.name) + 1] ?? null,
  };
}

/** A question waits for its answer, or the answer for its time: what comes is not to be seen anywhere yet. */
export function isVeiled({ page, story, answers, player }: LessonPage): boolean {
  const step = stepOf(story, page);
  const { loaded, timeUs } = player;
  if (step === undefined || step.question === null || !loaded) return false;
  return !answers.has(page.step!) || timeUs < untilUs(step, loaded);
}

/** Where a step stops when it is played. */
function untilUs({ stage: { until } }: Step, { run }: Loaded): number {
  return (until === null ? null : timeOf(run, until)) ?? run.endUs;
}

/** The page as a step sets it: variant, knobs, and its own beginning. */
export function stageOf(story: Lesson, step: number, pace: string): PageState {
  const { stage } = story.steps[step - 1]!;
  const set = stage.set as PageState["set"];
  const cost = stage.cost?.written ?? "";
  return { ...EMPTY_STATE, lesson: story.name, variant: stage.variant, set, step, pace, cost };
}

/** Plays a step until where it stops, from where it stands if it is over. */
export function playStep(step: Step, player: Player): void {
  const { loaded } = player;
  if (!loaded) return;
  const stopUs = untilUs(step, loaded);
  if (player.timeUs >= stopUs) player.seek(timeOf(loaded.run, step.stage.at) ?? 0);
  if (reducedMotion()) player.seek(stopUs);
  else player.play(stopUs, STEP_S);
}
