/** What a person changed on the page, step by step: taken back and done again. */
import type { PageState } from "../../run/address.ts";

/** What can be changed, and so taken back: knobs and acts (both are settings), seed and variant. */
type Settings = Pick<PageState, "variant" | "set" | "seed">;

const MOST = 200;

export class Changes {
  #past: Settings[] = [];
  #future: Settings[] = [];
  /** What is being dragged: all of one drag is one change. */
  #dragged: string | null = null;

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Something else was opened: there is nothing to take back. */
  forget(): void {
    this.#past = [];
    this.#future = [];
    this.#dragged = null;
  }

  /** Notes how it was before a change. Of one drag (its path; null: none) only the first counts. */
  note(before: Settings, dragged: string | null = null): void {
    const goesOn = dragged !== null && dragged === this.#dragged;
    this.#dragged = dragged;
    if (goesOn) return;
    this.#past.push(settingsOf(before));
    if (this.#past.length > MOST) this.#past.shift();
    this.#future = [];
  }

  /** The hand rests: the next change is one of its own. */
  rest(): void {
    this.#dragged = null;
  }

  /** How it was before the last change; undefined: nothing was changed. */
  undo(now: Settings): Settings | undefined {
    return this.#turn(this.#past, this.#future, now);
  }

  /** How it was before the last change was taken back. */
  redo(now: Settings): Settings | undefined {
    return this.#turn(this.#future, this.#past, now);
  }

  #turn(from: Settings[], to: Settings[], now: Settings): Settings | undefined {
    this.#dragged = null;
    const settings = from.pop();
    if (settings !== undefined) to.push(settingsOf(now));
    return settings;
  }
}

function settingsOf({ variant, set, seed }: Settings): Settings {
  return { variant, set, seed };
}
