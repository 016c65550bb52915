/** The architecture on stage and what can be changed of it: variants, the list of changes, knobs. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { PageState } from "../../run/address.ts";
import { notesOnRun } from "../../run/notes.ts";
import type { RunResult } from "../../run/result.ts";
import { PageElement } from "../look/element.ts";
import { icon } from "../look/icons.ts";
import { shared } from "../look/styles.ts";
import type { KnobControl } from "./knob-controls.ts";
import "./knobs.ts";
import "./ladder-view.ts";
import { variantTitle } from "./variant-title.ts";
import { changeInWords, choices } from "./variants.ts";

/** So many notes are shown at most. */
const NOTES = 5;

/** What has been changed, and whether it can be taken back. */
export interface Changed {
  readonly set: PageState["set"];
  /** What was done to the run on stage, in words. */
  readonly acts: readonly string[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** Fires «choose-variant», «take-back» with a path, «take-act-back» with a place, «undo», «redo», «reset»; knobs fire «knob» through it. */
export class FanoutSettings extends PageElement {
  static override properties = {
    run: { attribute: false },
    lesson: { attribute: false },
    knobs: { attribute: false },
    changed: { attribute: false },
  };
  declare run: RunResult | null;
  declare lesson: string | null;
  declare knobs: readonly KnobControl[];
  declare changed: Changed;

  constructor() {
    super();
    this.run = null;
    this.lesson = null;
    this.knobs = [];
    this.changed = { set: {}, acts: [], canUndo: false, canRedo: false };
  }

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 1.25rem;
      }
      fieldset {
        border: 0;
        margin: 0;
        padding: 0;
        min-width: 0;
      }
      legend,
      h3 {
        font-size: 0.8125rem;
        font-weight: 650;
        color: var(--muted);
        margin-bottom: 0.5rem;
        padding: 0;
      }
      .variants label {
        display: flex;
        gap: 0.6rem;
        align-items: baseline;
        padding: 0.5rem 0.7rem;
        border: 1px solid var(--line-strong);
        background: var(--surface);
        margin-top: -1px;
        font-size: 0.9375rem;
        line-height: 1.35;
        cursor: pointer;
      }
      .variants label:first-of-type {
        border-radius: 8px 8px 0 0;
      }
      .variants label:last-of-type {
        border-radius: 0 0 8px 8px;
      }
      .variants label.on {
        background: var(--accent-soft);
        color: var(--ink);
        font-weight: 550;
      }
      small {
        display: block;
        margin-top: 0.2rem;
        font-size: 0.8438rem;
        font-weight: 400;
        line-height: 1.45;
        color: var(--text);
      }
      input {
        accent-color: var(--accent);
        margin: 0;
        transform: translateY(1px);
      }
      .changes ul {
        list-style: none;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--surface);
      }
      .changes li {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: 0.5rem;
        padding: 0.15rem 0.2rem 0.15rem 0.7rem;
        font-size: 0.875rem;
        overflow-wrap: anywhere;
      }
      .changes li + li {
        border-top: 1px solid var(--line);
      }
      .notes ul {
        list-style: none;
        display: grid;
        gap: 0.3rem;
        font-size: 0.8438rem;
        line-height: 1.45;
        color: var(--muted);
        overflow-wrap: anywhere;
      }
      .row {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 0.15rem;
      }
      .row h3 {
        margin: 0 auto 0 0;
      }
    `,
  ];

  override render() {
    return html`${this.#variantsView()} ${this.#changesView()} ${this.#knobsView()}
      <fanout-ladder .scenario=${this.run?.scenario ?? null}></fanout-ladder> ${this.#notesView()}`;
  }

  /** What the scenario says in vain. */
  #notesView(): TemplateResult | typeof nothing {
    const notes = this.run === null ? [] : notesOnRun(this.run);
    if (notes.length === 0) return nothing;
    return html`<section class="notes" data-testid="notes">
      <h3>Does nothing here</h3>
      <ul>
        ${notes.slice(0, NOTES).map(({ message }) => html`<li>${message}</li>`)}
        ${notes.length > NOTES ? html`<li>… and ${notes.length - NOTES} more</li>` : nothing}
      </ul>
    </section>`;
  }

  #variantsView(): TemplateResult | typeof nothing {
    const scenario = this.run?.scenario;
    const variants = scenario ? choices(scenario, this.lesson) : [];
    if (!scenario || variants.length === 0) return nothing;
    const isChanged = Object.keys(this.changed.set).length > 0;
    return html`<fieldset class="variants" data-testid="variants">
      <legend>Architecture</legend>
      ${variants.map((name) => {
        const isOn = name === this.run?.variant;
        const summary = name === null ? "" : scenario.variants[name].summary;
        return html`<label class=${isOn ? "on" : ""}>
          <input type="radio" name="variant" value=${name ?? ""} .checked=${isOn} @change=${() => this.#fire("choose-variant", name)} />
          <span>
            ${variantTitle(scenario, name)}${isOn && isChanged ? ", changed" : ""}
            ${isOn && summary && !isChanged ? html`<small>${summary}</small>` : nothing}
          </span>
        </label>`;
      })}
    </fieldset>`;
  }

  #changesView(): TemplateResult {
    const { set, acts, canUndo, canRedo } = this.changed;
    const changes = [
      ...Object.entries(set)
        .filter(([path]) => path !== "faults" || acts.length === 0)
        .map(([path, value]) =>
          this.#changeRow(changeInWords(this.knobs, path, value), () => this.#fire("take-back", path)),
        ),
      ...acts.map((words, place) => this.#changeRow(words, () => this.#fire("take-act-back", place))),
    ];
    return html`<section class="changes" aria-label="Changes" data-testid="changes">
      <div class="row">
        <h3>${changes.length === 0 ? "No changes" : "Changed"}</h3>
        <button class="plain" ?disabled=${!canUndo} title="Take the last change back (ctrl z)" data-testid="undo" @click=${() => this.#fire("undo")}>${icon("reset")} Undo</button>
        <button class="plain" ?disabled=${!canRedo} title="Do it again (ctrl shift z)" data-testid="redo" @click=${() => this.#fire("redo")}>Redo</button>
        ${changes.length > 0 ? html`<button class="plain" data-testid="reset" @click=${() => this.#fire("reset")}>Reset</button>` : nothing}
      </div>
      ${changes.length > 0 ? html`<ul>${changes}</ul>` : nothing}
    </section>`;
  }

  #changeRow(words: string, takeBack: () => void): TemplateResult {
    return html`<li>
      <span>${words}</span>
      <button class="plain" aria-label="Take back: ${words}" @click=${takeBack}>${icon("close")}</button>
    </li>`;
  }

  #knobsView(): TemplateResult | typeof nothing {
    const shown = this.knobs.filter(({ path }) => path !== "faults");
    if (shown.length === 0) return nothing;
    return html`<section>
      <h3>Knobs</h3>
      <fanout-knobs .knobs=${shown} .changed=${Object.keys(this.changed.set)}></fanout-knobs>
    </section>`;
  }

  #fire(event: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}
customElements.define("fanout-settings", FanoutSettings);
