/** The rules that the scenario claims: what this run says of each, and what a search through other runs found. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { valueAt } from "../knobs/knob-controls.ts";
import { PageElement } from "../look/element.ts";
import { seconds } from "../look/format.ts";
import { everyTick, follow } from "../player/follow.ts";
import type { Loaded, Player } from "../player/player.ts";
import type { RuleFinding } from "../run/findings.ts";
import type { CheckState } from "../search/check-client.ts";
import type { BrokenVerdict } from "../search/check-protocol.ts";
import { foundView, statementId } from "./found-view.ts";
import { ruleStory } from "./rule-story.ts";
import {
  findingWords,
  mendedWords,
  progressWords,
  resultWords,
  type Turns,
  verdictWords,
  type Words,
} from "./rule-words.ts";
import { rulesStyles } from "./rules-styles.ts";
import { searchProgress } from "./search-progress.ts";
import { Spoken } from "./spoken.ts";

/** A repair that was chosen. */
interface Mending {
  readonly rule: string;
  readonly turns: Turns;
  /** The run that it mends. */
  readonly from: Loaded;
  /** The run that it led to; null until that is on screen. */
  readonly to: Loaded | null;
}

/**
 * Fires «check» with whether to search all runs, «stop-check», «open-counterexample» with the verdict,
 * «repair» with the knobs to turn, and «moment» when the clock was set to what is to be seen on the stage.
 */
export class FanoutRules extends PageElement {
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
  #spoken = new Spoken();
  #begunMs = 0;
  #mending: Mending | null = null;

  constructor() {
    super();
    follow(this, everyTick);
    this.check = { phase: "idle" };
    this.meant = [];
    this.exhaustive = false;
  }

  static override styles = rulesStyles;

  #doings = {
    open: (verdict: BrokenVerdict) => this.#fire("open-counterexample", verdict),
    repair: (rule: string, turns: Turns) => this.#repair(rule, turns),
  };

  override willUpdate(changed: PropertyValues<this>): void {
    const { check } = this;
    if (changed.has("check") && check.phase === "running" && changed.get("check")?.phase !== "running") {
      this.#begunMs = performance.now();
      this.#mending = null;
      this.#spoken.beSilent(() => this.requestUpdate());
    }
    this.#followMending();
  }

  /** Moves the focus to the button that opens a rule's counterexample, if there is one. */
  async focusCounterexample(rule: string): Promise<void> {
    await this.updateComplete;
    this.#rowOf(rule)?.querySelector<HTMLElement>("[data-testid=open-counterexample]")?.focus();
  }

  #rowOf(rule: string): HTMLElement | undefined {
    return [...this.renderRoot.querySelectorAll<HTMLElement>("li[data-rule]")].find(
      (row) => row.dataset.rule === rule,
    );
  }

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
      ${this.#worthView()}
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
    const mended = this.#mendedWords;
    return html`
      <div class="result" data-testid="check-result">
        ${
          check.phase === "idle"
            ? html`<p class="muted">
                This run is one of many. «Check» searches for one that breaks a rule: with packets that are late, or in
                another order.
              </p>`
            : html`<p class=${words?.tone ?? ""}>
                ${words === null ? nothing : html`<span class="sign" aria-hidden="true">${words.sign}</span> `}${says}
              </p>`
        }
        ${searchProgress(check, this.#begunMs)}
      </div>
      <div class="visually-hidden" role="status" data-testid="check-status">${this.#spoken.say(check, mended?.text ?? says)}</div>
    `;
  }

  /** What the verdicts are worth. Below the rules, which it would push down. */
  #worthView(): TemplateResult | typeof nothing {
    if (this.check.phase !== "done") return nothing;
    const { worth, bounds } = this.check.result;
    return html`<p class="muted small worth" data-testid="worth">${worth} The bounds: ${bounds.join("; ")}.</p>`;
  }

  // ——— One rule ———

  #ruleView({ run }: Loaded, finding: RuleFinding, broken: readonly RuleFinding[]): TemplateResult {
    const { check } = this;
    const verdict =
      check.phase === "done" ? check.result.verdicts.find(({ rule }) => rule === finding.name) : undefined;
    const words = findingWords(finding);
    return html`<li data-rule=${finding.name}>
      <p class="statement" id=${statementId(finding.name)}>${finding.statement} <code>${finding.name}</code></p>
      <div class="says">
        ${this.#said(words, "finding", finding)}
        ${check.phase === "done" && verdict ? this.#said(verdictWords(verdict, check.result), "verdict") : nothing}
      </div>
      ${ruleStory(run, finding, { broken, nowUs: this.player.timeUs, goTo: this.#goTo })}
      ${verdict?.outcome === "broken" ? foundView(run.scenario, verdict, this.#doings) : nothing}
      ${this.#mending?.rule === finding.name ? this.#mendedView() : nothing}
    </li>`;
  }

  #said({ sign, tone, text }: Words, testid: string, finding?: RuleFinding): TemplateResult {
    return html`<p class=${tone} data-testid=${testid}>
      <span class="sign" aria-hidden="true">${sign}</span>
      <span>
        ${text}
        ${finding ? this.#momentView(finding) : nothing}
        ${finding?.outcome === "broken" && this.meant.includes(finding.name) ? html`<small>as this variant is meant to</small>` : nothing}
      </span>
    </p>`;
  }

  #momentView({ name, timeUs }: RuleFinding): TemplateResult | typeof nothing {
    if (timeUs === null) return nothing;
    return html`<button
      class="moment number"
      title="Show this moment on the stage"
      aria-describedby=${statementId(name)}
      @click=${() => this.#show(name, timeUs)}
    >${seconds(timeUs)}</button>`;
  }

  // ——— A repair ———

  #repair(rule: string, turns: Turns): void {
    const { loaded } = this.player;
    if (!loaded) return;
    // The button disappears with the verdict; a keyboard user continues from the search.
    this.renderRoot.querySelector<HTMLElement>(".go")?.focus({ preventScroll: true });
    this.#mending = { rule, turns, from: loaded, to: null };
    this.#fire("repair", turns);
  }

  /** Whether the run on screen is the one that a repair made. What comes after it is no longer about the repair. */
  #followMending(): void {
    const mending = this.#mending;
    const { loaded } = this.player;
    if (!mending || !loaded || loaded === (mending.to ?? mending.from)) return;
    const { turns, rule } = mending;
    const isTurned = Object.entries(turns).every(
      ([path, value]) => valueAt(loaded.run.scenario, path) === value,
    );
    this.#mending = mending.to === null && isTurned ? { ...mending, to: loaded } : null;
    if (this.#mending) void this.#keepInView(rule);
  }

  /** The page has become shorter: the reader who pressed a repair still sees its rule. */
  async #keepInView(rule: string): Promise<void> {
    await this.updateComplete;
    this.#rowOf(rule)?.scrollIntoView({ block: "nearest" });
  }

  get #mendedWords(): Words | null {
    const mending = this.#mending;
    const finding = mending?.to?.rules.find(({ name }) => name === mending.rule);
    return mending?.to && finding ? mendedWords(mending.turns, mending.to.run, finding) : null;
  }

  #mendedView(): TemplateResult | typeof nothing {
    const words = this.#mendedWords;
    if (words === null) return nothing;
    return html`<p class="mended ${words.tone}" data-testid="mended">
      <span class="sign" aria-hidden="true">${words.sign}</span> ${words.text}
    </p>`;
  }

  /** Goes to where a rule broke or was seen, opens its story, and has the stage shown. */
  #show(rule: string, timeUs: number): void {
    const story = this.#rowOf(rule)?.querySelector("details");
    if (story) story.open = true;
    this.#goTo(timeUs);
    this.#fire("moment", null);
  }

  #goTo = (timeUs: number): void => {
    this.player.pause();
    this.player.seek(timeUs);
  };

  #fire(name: "check", exhaustive: boolean): void;
  #fire(name: "stop-check" | "moment", nothing: null): void;
  #fire(name: "open-counterexample", verdict: BrokenVerdict): void;
  #fire(name: "repair", turns: Turns): void;
  #fire(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
customElements.define("fanout-rules", FanoutRules);
