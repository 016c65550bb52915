/** The rules that the scenario claims: what this run says of each, and what a search through other runs found. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Json } from "../run/address.ts";
import type { CheckState } from "./check-client.ts";
import type { CheckVerdict, FoundRun } from "./check-protocol.ts";
import type { RuleFinding } from "./findings.ts";
import { closely, follow } from "./follow.ts";
import { seconds } from "./format.ts";
import type { Loaded, Player } from "./player.ts";
import {
  findingWords,
  progressWords,
  repairWords,
  resultWords,
  sizeWords,
  verdictWords,
  type Words,
} from "./rule-words.ts";
import { rulesStyles } from "./rules-styles.ts";
import { stopAt, stopsOf } from "./story.ts";

/** Screen readers are told of progress this often. */
const TOLD_MS = 3000;

/** Fires «check» with whether to search all runs, «stop-check», «open-counterexample» with it, and «repair» with the knobs to turn. */
export class FanoutRules extends LitElement {
  static override properties = {
    player: { attribute: false },
    check: { attribute: false },
    meant: { attribute: false },
    exhaustive: { state: true },
  };
  declare player: Player;
  declare check: CheckState;
  /** Names of rules that the variant is meant to break. */
  declare meant: readonly string[];
  declare exhaustive: boolean;
  #told = "";
  #toldMs = 0;

  constructor() {
    super();
    follow(this, closely);
    this.check = { phase: "idle" };
    this.meant = [];
    this.exhaustive = false;
  }

  static override styles = rulesStyles;

  override render() {
    const { loaded } = this.player;
    if (!loaded) return nothing;
    const { rules } = loaded;
    if (rules.length === 0)
      return html`<section aria-labelledby="rules" data-testid="rules">
        <h2 id="rules">Rules</h2>
        <p class="muted">
          This scenario claims none. Name some in its file, as in <code>"rules": ["delivery", "order"]</code>, and they
          are watched here.
        </p>
      </section>`;
    const broken = rules.filter(({ outcome }) => outcome === "broken");
    return html`<section aria-labelledby="rules" data-testid="rules">
      <div class="head">
        <h2 id="rules">Rules <span>what this scenario claims</span></h2>
        ${this.#searchView()}
      </div>
      ${this.#resultView()}
      <ul class="rules">
        ${rules.map((finding) => this.#ruleView(loaded, finding, broken))}
      </ul>
    </section>`;
  }

  // ——— The search ———

  #searchView(): TemplateResult {
    const { check } = this;
    const running = check.phase === "running";
    const stopping = running && check.isStopping;
    return html`<div class="search">
      <label>
        <span class="visually-hidden">What to check</span>
        <select
          data-testid="check-kind"
          ?disabled=${running}
          .value=${String(this.exhaustive)}
          @change=${(e: Event) => (this.exhaustive = (e.target as HTMLSelectElement).value === "true")}
        >
          <option value="false">random runs</option>
          <option value="true">all runs within bounds</option>
        </select>
      </label>
      <button
        class="plain framed go"
        data-testid="check"
        title=${running ? "End the search, and say what is known" : "Search for a run that breaks a rule"}
        @click=${(e: MouseEvent) => this.#press(e, running)}
      >
        ${stopping ? "Stop at once" : running ? "Stop" : "Check"}
      </button>
    </div>`;
  }

  #press(event: MouseEvent, running: boolean): void {
    // The second click of a double click would stop what the first began.
    if (event.detail > 1) return;
    if (running) this.#fire("stop-check", null);
    else this.#fire("check", this.exhaustive);
  }

  #resultView(): TemplateResult {
    const { check } = this;
    const words = check.phase === "done" ? resultWords(check.result) : null;
    const says =
      check.phase === "running"
        ? check.isStopping && check.progress?.isSettling !== true
          ? "Stopping…"
          : progressWords(check.progress)
        : check.phase === "failed"
          ? check.message
          : words !== null
            ? words.text
            : "";
    return html`
      <div class="result" data-testid="check-result">
        ${
          check.phase === "idle"
            ? html`<p class="muted">
                This run is one of many: on a real network, packets take longer, and change places. «Check» searches for a
                run that breaks a rule.
              </p>`
            : html`<p class=${words?.tone ?? ""}>
                ${words === null ? nothing : html`<span class="sign" aria-hidden="true">${words.sign}</span> `}${says}
              </p>`
        }
        ${check.phase === "running" && check.progress?.of ? html`<progress aria-label="Progress of the search" max=${check.progress.of} .value=${check.progress.runs}></progress>` : nothing}
        ${
          check.phase === "done"
            ? html`<p class="muted small" data-testid="worth">
                ${check.result.worth} The bounds: ${check.result.bounds.join("; ")}.
              </p>`
            : nothing
        }
      </div>
      <div class="visually-hidden" role="status" data-testid="check-status">${this.#spoken(says)}</div>
    `;
  }

  /** What is said aloud: verdicts at once, progress now and then. */
  #spoken(says: string): string {
    const now = performance.now();
    const isProgress = this.check.phase === "running" && this.#told !== "";
    if (says === this.#told || (isProgress && now - this.#toldMs < TOLD_MS)) return this.#told;
    this.#toldMs = now;
    this.#told = says;
    return says;
  }

  // ——— One rule ———

  #ruleView({ run }: Loaded, finding: RuleFinding, broken: readonly RuleFinding[]): TemplateResult {
    const { check } = this;
    const verdict =
      check.phase === "done" ? check.result.verdicts.find(({ rule }) => rule === finding.name) : undefined;
    const words = findingWords(finding, run.endedBy !== "time");
    return html`<li data-rule=${finding.name}>
      <p class="statement">${finding.statement} <code>${finding.name}</code></p>
      <div class="says">
        ${this.#said(words, "finding", finding)}
        ${check.phase === "done" && verdict ? this.#said(verdictWords(verdict, check.result), "verdict") : nothing}
      </div>
      ${finding.story.length > 0 ? this.#storyView(finding, broken) : nothing}
      ${verdict?.outcome === "broken" ? this.#foundView(verdict) : nothing}
    </li>`;
  }

  #said({ sign, tone, text }: Words, testid: string, finding?: RuleFinding): TemplateResult {
    const timeUs = finding?.timeUs ?? null;
    return html`<p class=${tone} data-testid=${testid}>
      <span class="sign" aria-hidden="true">${sign}</span>
      <span>
        ${text}
        ${
          timeUs === null
            ? nothing
            : html`<button class="moment number" title="Go to this moment" @click=${() => this.#goTo(timeUs)}>${seconds(timeUs)}</button>`
        }
        ${finding?.outcome === "broken" && this.meant.includes(finding.name) ? html`<small>as this variant is meant to</small>` : nothing}
      </span>
    </p>`;
  }

  /** A story stands open; of several, those after the first can be opened. */
  #storyView(finding: RuleFinding, broken: readonly RuleFinding[]): TemplateResult {
    const stops = stopsOf(finding.story);
    const now = stopAt(stops, this.player.timeUs);
    const lines = html`<ol class="story" data-testid="story">
      ${stops.map(
        ({ timeUs, sentences }, i) => html`<li>
          <button aria-current=${i === now ? "step" : "false"} @click=${() => this.#goTo(timeUs)}>
            <span class="at number">${seconds(timeUs)}</span>
            <span>${sentences.map((sentence) => html`<span class="sentence">${sentence} </span>`)}</span>
          </button>
        </li>`,
      )}
    </ol>`;
    if (broken.length === 1) return html`<div class="detail"><p>${finding.text}</p>${lines}</div>`;
    return html`<details class="detail" ?open=${finding === broken[0]}>
      <summary>${finding.text}</summary>
      ${lines}
    </details>`;
  }

  /** What the search found, and what can be done with it. */
  #foundView(verdict: CheckVerdict & { outcome: "broken" }): TemplateResult {
    const { text, size, repairs } = verdict;
    return html`<div class="found" data-testid="found">
      <p>The smallest run found that breaks it has ${sizeWords(size)}. <span class="plainly">${text}</span></p>
      <p class="row">
        <button class="plain framed" data-testid="open-counterexample" @click=${() => this.#fire("open-counterexample", verdict)}>
          Open the counterexample
        </button>
      </p>
      <p class="muted small">${repairs.length === 0 ? "No turn of one knob mends it, nor of two." : "What mends it:"}</p>
      ${
        repairs.length === 0
          ? nothing
          : html`<p class="row">
              ${repairs.map(
                (
                  set,
                ) => html`<button class="plain framed repair" data-testid="repair" @click=${() => this.#repair(set)}>
                  ${repairWords(set)}
                </button>`,
              )}
            </p>`
      }
    </div>`;
  }

  #repair(set: Readonly<Record<string, Json>>): void {
    // The button goes with the verdict; who came by keyboard goes on from the search.
    this.renderRoot.querySelector<HTMLElement>(".go")?.focus({ preventScroll: true });
    this.#fire("repair", set);
  }

  #goTo(timeUs: number): void {
    this.player.pause();
    this.player.seek(timeUs);
  }

  #fire(name: "check", exhaustive: boolean): void;
  #fire(name: "stop-check", nothing: null): void;
  #fire(name: "open-counterexample", found: FoundRun): void;
  #fire(name: "repair", set: Readonly<Record<string, Json>>): void;
  #fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
customElements.define("fanout-rules", FanoutRules);
