/** From an address to its scenario: a lesson by its name, or a file of one's own that the address holds. */
import type { Lesson } from "../../lesson/lesson.ts";
import type { PreparedScenario } from "../../lesson/prepared.ts";
import type { PageState } from "../../run/address.ts";
import { unpackText } from "../../run/pack.ts";
import { FIRST_LESSON, firstVariant, LESSONS, restOf } from "../lessons/lessons.ts";
import type { Problem } from "../worker/protocol.ts";

/** What an address opens. */
export interface Source {
  /** The lesson's name; null: a file of one's own. */
  readonly lesson: string | null;
  /** A lesson's scenario, or the text of a file. */
  readonly written: PreparedScenario | string;
  /** The variant to open it with. */
  readonly opening: string | null;
  /** The lesson in steps; null: it is not told so. */
  readonly story: Lesson | null;
}

/** Why nothing can be opened. */
export interface Refusal {
  readonly title: string;
  readonly problems: readonly Problem[];
}

export async function sourceOf(page: PageState): Promise<Source | Refusal> {
  return page.file === null ? lessonNamed(page.lesson ?? FIRST_LESSON) : ownFile(page.file);
}

async function ownFile(packed: string): Promise<Source | Refusal> {
  try {
    const written = await unpackText(packed);
    return { lesson: null, written, opening: null, story: null };
  } catch {
    const message = "It does not unpack to text. The address may have been cut off when it was copied.";
    return { title: "The scenario in this address is damaged", problems: [{ path: "file", message }] };
  }
}

async function lessonNamed(name: string): Promise<Source | Refusal> {
  const names = LESSONS.map((lesson) => lesson.name);
  if (!names.includes(name)) {
    // An address cut short is rare: what compares names comes when there is one.
    const near = await import("../lessons/nearest-lesson.ts").then(
      ({ nearestLesson }) => nearestLesson(name, names),
      () => undefined,
    );
    const message = `Found «${name.slice(0, 80)}».${near ? ` Did you mean «${near}»?` : ""} The course lists all.`;
    return { title: "There is no such lesson", problems: [{ path: "lesson", message }] };
  }
  try {
    const { scenario: written, story } = await restOf(name);
    const opening = firstVariant(name, Object.keys(written.scenario.variants));
    return { lesson: name, written, opening, story };
  } catch {
    const message = "It could not be fetched. Is there a connection? Then open it again.";
    return { title: `The lesson «${name}» could not be opened`, problems: [{ path: "lesson", message }] };
  }
}
