/**
 * A lesson's story, beside the stage: one step at a time. A question is asked before its answer happens; whoever has
 * answered watches, and is then told what could be seen.
 */

import { html, nothing, type TemplateResult } from "lit";
import type { Lesson, Prose, Question, Step, Term } from "../../lesson/lesson.ts";
import { factsAt, rightAnswers } from "../../lesson/words.ts";
import type { Json } from "../../run/address.ts";
import type { KnobControl } from "../knobs/knob-controls.ts";
import { PageElement } from "../look/element.ts";
import { OnDemand } from "../look/on-demand.ts";
import { everyTick, follow } from "../player/follow.ts";
import type { Loaded, Player } from "../player/player.ts";
import type { CheckState } from "../search/check-client.ts";
import { proseView } from "./prose.ts";
import { storyStyles } from "./story-styles.ts";

/** What a step lets one do: most steps only tell. */
const knobs = new OnDemand(() => import("../knobs/knobs.ts"));
const costFigure = new OnDemand(() => import("../cost/cost-figure.ts"));
const stageTable = new OnDemand(() => import("./stage-table.ts"));
const exerciseView = new OnDemand(() => import("./exercise-view.ts"));

/** Where the learner is in a lesson. */
export interface Reading {
  readonly lesson: Lesson;
  /** From 1; null: not begun. */
  readonly step: number | null;
  /** Whether variant and knobs are as the step sets them. */
  readonly isAsSet: boolean;
  /** The number of the answer that was chosen; null: none yet. */
  readonly chosen: number | null;
  /** Whether what the step's question asks for has been answered, and has happened on stage. */
  readonly isRevealed: boolean;
  /** The lesson that comes after this one; null: it is the last. */
  readonly next: { readonly name: string; readonly title: string } | null;
}

/** Fires «step» and «answer», each with a number, «set-stage», «play-step» and «judge»; knobs fire «knob» through it. */
export class FanoutStory extends PageElement {
  static override properties = {
    player: { attribute: false },
    reading: { attribute: false },
    handed: { attribute: false },
    search: { attribute: false },
    shown: { state: true },
  };
  declare player: Player;
  declare reading: Reading | null;
  /** The knobs that the step hands over. */
  declare handed: readonly KnobControl[];
  /** What is known of other runs. */
  declare search: CheckState;
  /** The entry of the glossary that is open. */
  declare shown: Term | null;
  #of: Lesson | null = null;

  constructor() {
    super();
    follow(this, everyTick);
    this.reading = null;
    this.handed = [];
    this.search = { phase: "idle" };
    this.shown = null;
  }

  static override styles = storyStyles;

  /** Brings the reader to the heading: a step was opened. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector("h2")?.focus({ preventScroll: true });
  }

  protected override willUpdate(): void {
    const update = () => this.requestUpdate();
    if (this.handed.length > 0) knobs.want(update);
    const { lesson = null, step = null } = this.reading ?? {};
    const { stage, exercise } = (step === null ? undefined : lesson?.steps[step - 1]) ?? {};
    if (exercise) exerciseView.want(update);
    if (stage?.cost) costFigure.want(update);
    if (stage?.table) stageTable.want(update);
    if (lesson === this.#of) return;
    this.#of = lesson;
    this.shown = null;
  }

  override render() {
    const { loaded } = this.player;
    if (!this.reading || !loaded) return nothing;
    const { lesson, step } = this.reading;
    const chosen = step === null ? undefined : lesson.steps[step - 1];
    return chosen === undefined ? this.#coverView(lesson) : this.#stepView(chosen, loaded);
  }

  #coverView({ minutes, steps, teaches, corrects }: Lesson): TemplateResult {
    return html`<section data-testid="lesson-step">
      <span class="place">A lesson in ${steps.length} steps, ${minutes} minutes</span>
      <h2 tabindex="-1">${corrects === "" ? teaches : corrects}</h2>
      ${corrects === "" ? nothing : html`<p>Many people say so. Is it true?</p>`}
      <div class="turn">
        <span></span>
        <button class="next" data-testid="next-step" @click=${() => this.#go(1)}>Begin</button>
      </div>
    </section>`;
  }

  #stepView(step: Step, run: Loaded): TemplateResult {
    const loaded = { ...run, facts: factsAt(step, run.facts) };
    const { lesson, step: number, isAsSet, isRevealed } = this.reading as Reading & { step: number };
    const { question, exercise } = step;
    return html`<section data-testid="lesson-step" aria-live="polite">
      <span class="place">Step ${number} of ${lesson.steps.length}</span>
      <h2 tabindex="-1">${step.heading}</h2>
      ${step.before.map((prose) => this.#paragraph(prose, loaded))}
      ${question === null ? nothing : this.#questionView(question, number, loaded)}
      ${this.#handedView()}
      ${exercise === null || !exerciseView.isThere ? nothing : html`<fanout-exercise .exercise=${exercise} .loaded=${loaded} .search=${this.search}></fanout-exercise>`}
      ${isRevealed ? step.after.map((prose) => this.#paragraph(prose, loaded)) : nothing}
      ${isRevealed ? this.#figureView(step) : nothing}
      ${this.shown === null ? nothing : html`<fanout-term .term=${this.shown} .onTerm=${this.#onTerm}></fanout-term>`}
      ${
        isAsSet
          ? nothing
          : html`<p class="waiting">
              The architecture is not this step’s any more.
              <button class="plain" @click=${() => this.dispatchEvent(new CustomEvent("set-stage"))}>
                Set the stage again
              </button>
            </p>`
      }
      ${this.#turnView(lesson, number)}
    </section>`;
  }

  /** The knobs that the step hands over, where one reads of them: turned here, the picture answers beside. */
  #handedView(): TemplateResult | typeof nothing {
    const { isRevealed } = this.reading as Reading;
    if (!isRevealed || this.handed.length === 0 || !knobs.isThere) return nothing;
    return html`<fanout-knobs .knobs=${this.handed} .changed=${[]}></fanout-knobs>`;
  }

  /** What no run can show: money, and what stood in the papers on some day. */
  #figureView({ stage: { cost, table } }: Step): TemplateResult {
    return html`${cost === null || !costFigure.isThere ? nothing : html`<fanout-cost-figure .written=${cost.written} .shows=${cost.shows}></fanout-cost-figure>`}
      ${table === null || !stageTable.isThere ? nothing : html`<fanout-stage-table .table=${table}></fanout-stage-table>`}`;
  }

  #questionView(question: Question, number: number, loaded: Loaded): TemplateResult {
    const { chosen, isRevealed } = this.reading as Reading;
    const right = isRevealed ? rightAnswers(question, loaded.facts) : [];
    return html`<fieldset>
        <legend>${this.#prose(question.asks, loaded)}</legend>
        ${question.answers.map(
          ({ says }, i) => html`<label class=${i === chosen ? "on" : ""}>
            <input
              type="radio"
              name="answer-${number}"
              .checked=${i === chosen}
              ?disabled=${chosen !== null}
              @change=${() => this.#choose(i)}
            />
            <span>${this.#prose(says, loaded)}</span>
            ${
              isRevealed && right.includes(i)
                ? html`<span class="mark right" role="img" aria-label="this happens">✓</span>`
                : isRevealed && i === chosen
                  ? html`<span class="mark wrong" role="img" aria-label="this does not happen">✕</span>`
                  : nothing
            }
          </label>`,
        )}
      </fieldset>
      ${
        chosen === null
          ? nothing
          : isRevealed
            ? html`<div class="reply" data-testid="reply">
                ${question.answers[chosen]!.reply.map((prose) => this.#paragraph(prose, loaded))}
              </div>`
            : html`<p class="waiting">Watch what happens. <button class="plain" @click=${() => this.#play()}>Play on</button></p>`
      }`;
  }

  #turnView({ steps }: Lesson, number: number): TemplateResult {
    const { next } = this.reading as Reading;
    const isLast = number === steps.length;
    return html`<div class="turn">
      <button class="plain" ?disabled=${number === 1} @click=${() => this.#go(number - 1)}>Back</button>
      ${isLast && next !== null ? html`<a href="#/${next.name}">Next lesson: ${next.title}</a>` : nothing}
      ${isLast ? nothing : html`<button class="next" data-testid="next-step" @click=${() => this.#go(number + 1)}>Next</button>`}
    </div>`;
  }

  #choose(answer: number): void {
    this.dispatchEvent(new CustomEvent("answer", { detail: answer }));
    this.#play();
  }

  #play(): void {
    this.dispatchEvent(new CustomEvent("play-step"));
  }

  #go(step: number): void {
    this.shown = null;
    this.dispatchEvent(new CustomEvent("step", { detail: step }));
  }

  /** An entry of the glossary; null: none. */
  #onTerm = async (anchor: string | null): Promise<void> => {
    this.shown = await (await import("./term-view.ts")).termAt(anchor);
  };

  #prose(prose: Prose, { facts }: Loaded): TemplateResult[] {
    return proseView(prose, { facts, onTerm: this.#onTerm });
  }

  #paragraph(prose: Prose, loaded: Loaded): TemplateResult {
    return html`<p>${this.#prose(prose, loaded)}</p>`;
  }
}
customElements.define("fanout-story", FanoutStory);

/** Whether a page's settings are those of a step. */
export function isAsSet(
  { stage }: Step,
  variant: string | null,
  set: Readonly<Record<string, Json>>,
): boolean {
  return variant === stage.variant && JSON.stringify(set) === JSON.stringify(stage.set);
}
