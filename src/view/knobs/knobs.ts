/** The knobs that the scenario opens: one control each, chosen by its schema. */
import { css, html, type nothing, type TemplateResult } from "lit";
import type { Json } from "../../run/address.ts";
import { PageElement } from "../look/element.ts";
import { shared } from "../look/styles.ts";
import { type KnobControl, optionLabel } from "./knob-controls.ts";

const SEGMENTS = 3;

/** A knob that was turned. */
export interface KnobTurn {
  readonly path: string;
  readonly value: Json;
  /** The hand is still on it: another turn will follow, or «knob-rest». */
  readonly isDragged: boolean;
}

/** Fires «knob» with a {@link KnobTurn}, and «knob-rest». */
export class FanoutKnobs extends PageElement {
  static override properties = {
    knobs: { attribute: false },
    changed: { attribute: false },
  };
  declare knobs: readonly KnobControl[];
  /** Paths that a person turned. */
  declare changed: readonly string[];

  constructor() {
    super();
    this.knobs = [];
    this.changed = [];
  }

  static override styles = [
    shared,
    css`
      .knobs {
        display: grid;
        gap: 0.9rem;
      }
      .label {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        font-size: 0.875rem;
        font-weight: 550;
        color: var(--ink);
        margin-bottom: 0.3rem;
      }
      .changed .label > span::after {
        content: " •";
        color: var(--accent);
      }
      .number {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 5.5rem;
        gap: 0.75rem;
        align-items: center;
      }
      input[type="range"] {
        width: 100%;
        accent-color: var(--accent);
        margin: 0;
        height: 1.5rem;
      }
      input[type="number"] {
        width: 100%;
        height: 2.1rem;
        border: 1px solid var(--line-strong);
        border-radius: 8px;
        background: var(--surface);
        padding: 0 0.5rem;
        font-size: 0.875rem;
        text-align: right;
      }
      select {
        width: 100%;
      }
      .named {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem;
        margin-bottom: 0.3rem;
      }
      .named select {
        flex: none;
        width: auto;
      }
      .value {
        font-family: var(--mono);
        font-size: 0.8125rem;
        overflow-wrap: anywhere;
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        border: 0;
        margin: 0;
        padding: 0;
      }
      legend {
        padding: 0;
      }
      .segment {
        position: relative;
        display: inline-flex;
        align-items: center;
        min-height: 2.5rem;
        padding: 0 1rem;
        border: 1px solid var(--line-strong);
        margin-left: -1px;
        background: var(--surface);
        font-size: 0.875rem;
        cursor: pointer;
      }
      .segment:first-of-type {
        margin-left: 0;
        border-radius: 8px 0 0 8px;
      }
      .segment:last-of-type {
        border-radius: 0 8px 8px 0;
      }
      .segment:has(:checked) {
        z-index: 1;
        border-color: var(--accent);
        background: var(--accent-soft);
        color: var(--ink);
      }
      .segment:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
      /* The segment is the radio's face. */
      .segment input {
        position: absolute;
        inset: 0;
        opacity: 0;
        margin: 0;
        cursor: pointer;
      }
      .switch {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-height: 2.5rem;
        font-size: 0.875rem;
        font-weight: 550;
        color: var(--ink);
        cursor: pointer;
      }
      .switch input {
        width: 1.15rem;
        height: 1.15rem;
        margin: 0;
        accent-color: var(--accent);
      }
      .changed .switch::after {
        content: "•";
        color: var(--accent);
      }
    `,
  ];

  override render() {
    return html`<div class="knobs">
      ${this.knobs.map((knob) => html`<div class="${this.changed.includes(knob.path) ? "changed" : ""}" title=${knob.help}>${this.#control(knob)}</div>`)}
    </div>`;
  }

  #control(knob: KnobControl): TemplateResult | typeof nothing {
    const id = `knob-${knob.path.replace(/\W/g, "-")}`;
    const label = html`<label class="label" for=${id}><span>${knob.label}</span></label>`;
    switch (knob.kind) {
      case "choice":
        return this.#choice(knob, id, label);
      case "switch":
        return html`<label class="switch">
          <input
            type="checkbox"
            role="switch"
            data-knob=${knob.path}
            .checked=${knob.value === true}
            @change=${(e: Event) => this.#turn(knob, (e.target as HTMLInputElement).checked)}
          />
          ${knob.label}
        </label>`;
      case "number":
        return html`${knob.words.length > 0 ? html`<div class="named">${label}${this.#words(knob)}</div>` : label}
          <div class="number">
            <input
              type="range"
              aria-label=${knob.label}
              ?disabled=${typeof knob.value === "string"}
              min=${knob.min}
              max=${knob.sliderMax}
              step=${knob.step}
              .value=${String(knob.number)}
              @input=${(e: Event) => this.#number(knob, e, true)}
              @change=${() => this.#rest()}
            />
            <input
              type="number"
              id=${id}
              data-knob=${knob.path}
              min=${knob.min}
              max=${knob.max}
              step=${knob.whole ? 1 : "any"}
              ?disabled=${typeof knob.value === "string"}
              .value=${typeof knob.value === "string" ? "" : String(knob.value)}
              @change=${(e: Event) => this.#number(knob, e)}
            />
          </div>`;
      default:
        return html`${label}<span class="value" id=${id}>${JSON.stringify(knob.value)}</span>`;
    }
  }

  #choice(knob: KnobControl & { kind: "choice" }, id: string, label: TemplateResult): TemplateResult {
    if (knob.options.length <= SEGMENTS)
      return html`<fieldset data-knob=${knob.path}>
        <legend class="label"><span>${knob.label}</span></legend>
        ${knob.options.map(
          (option) => html`<label class="segment">
            <input
              type="radio"
              name=${id}
              value=${String(option)}
              .checked=${option === knob.value}
              @change=${() => this.#turn(knob, option)}
            />
            ${optionLabel(option)}
          </label>`,
        )}
      </fieldset>`;
    return html`${label}<select
        id=${id}
        data-knob=${knob.path}
        .value=${String(knob.value)}
        @change=${(e: Event) => this.#turn(knob, knob.options[(e.target as HTMLSelectElement).selectedIndex])}
      >
        ${knob.options.map((o) => html`<option value=${String(o)} ?selected=${o === knob.value}>${optionLabel(o)}</option>`)}
      </select>`;
  }

  /** Whether there is a number, or a word in its place. */
  #words(knob: KnobControl & { kind: "number" }): TemplateResult {
    const word = typeof knob.value === "string" ? knob.value : "";
    const option = (value: string, says: string) =>
      html`<option value=${value} ?selected=${value === word}>${says}</option>`;
    return html`<select
      aria-label="${knob.label}: a number or a word"
      data-words=${knob.path}
      .value=${word}
      @change=${({ target }: Event) => this.#turn(knob, (target as HTMLSelectElement).value || knob.number)}
    >
      ${option("", "a number")}${knob.words.map((one) => option(one, optionLabel(one)))}
    </select>`;
  }

  #number(knob: KnobControl & { kind: "number" }, event: Event, isDragged = false): void {
    const input = event.target as HTMLInputElement;
    const value = input.valueAsNumber;
    if (!Number.isFinite(value)) {
      input.value = String(knob.number);
      return;
    }
    this.#turn(
      knob,
      Math.min(Math.max(knob.whole ? Math.round(value) : value, knob.min), knob.max),
      isDragged,
    );
  }

  #turn({ path, value: before }: KnobControl, value: Json, isDragged = false): void {
    if (value === before && !isDragged) return;
    const detail: KnobTurn = { path, value, isDragged };
    this.dispatchEvent(new CustomEvent("knob", { detail, bubbles: true, composed: true }));
  }

  /** The hand rests. */
  #rest(): void {
    this.dispatchEvent(new CustomEvent("knob-rest", { bubbles: true, composed: true }));
  }
}
customElements.define("fanout-knobs", FanoutKnobs);
