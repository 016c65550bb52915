/** The panel beside the stage: what belongs to the run, a tab each. */
import "../lessons/story-view.ts";
import { html, nothing, type TemplateResult } from "lit";
import { TABS, type TabName } from "../../run/address.ts";
import type { KnobTurn } from "../knobs/knobs.ts";
import type { FanoutStory } from "../lessons/story-view.ts";
import { PageElement } from "../look/element.ts";
import { count } from "../look/format.ts";
import { OnDemand } from "../look/on-demand.ts";
import type { Player } from "../player/player.ts";
import type { FanoutRules } from "../rules/rules-view.ts";
import { actsOf, actText } from "../run/acts.ts";
import { upperBound } from "../run/frames.ts";
import { countsAt } from "../run/ledger-index.ts";
import type { BrokenVerdict } from "../search/check-protocol.ts";
import { followBench } from "./follow-bench.ts";
import { panelStyles } from "./panel-styles.ts";
import { isVeiled, readingOf, stepOf } from "./reading.ts";
import type { Workbench } from "./workbench.ts";

const TITLES: Readonly<Record<TabName, string>> = {
  story: "Story",
  knobs: "Knobs",
  messages: "Messages",
  requests: "Requests",
  rules: "Rules",
  cost: "Cost",
};

/** What the tabs show, but for the one with which the page opens. */
const CONTENT: Readonly<Record<Exclude<TabName, "story">, OnDemand>> = {
  knobs: new OnDemand(() => import("../knobs/settings-view.ts")),
  messages: new OnDemand(() =>
    Promise.all([import("../ledger/summary.ts"), import("../ledger/ledger-view.ts")]),
  ),
  requests: new OnDemand(() => import("../ledger/requests-view.ts")),
  rules: new OnDemand(() => import("../rules/rules-view.ts")),
  cost: new OnDemand(() => import("../cost/cost-view.ts")),
};

/** Fires «show-stage»: what the reader is to look at is there. */
export class FanoutPanel extends PageElement {
  static override properties = { bench: { attribute: false }, failed: { state: true } };
  declare bench: Workbench;
  /** The tab whose content could not be fetched. */
  declare failed: TabName | null;
  /** Tabs that were opened: they stay as they were left. The story is there from the beginning, whatever an address opens. */
  #opened = new Set<TabName>(["story"]);

  constructor() {
    super();
    followBench(this);
    this.failed = null;
  }

  protected override willUpdate(): void {
    const { tab } = this.bench.page;
    if (this.#opened.has(tab) || this.failed === tab) return;
    if (isThere(tab)) this.#opened.add(tab);
    else void this.#fetch(tab);
  }

  async #fetch(tab: Exclude<TabName, "story">): Promise<void> {
    if (await CONTENT[tab].fetch()) this.requestUpdate();
    else this.failed = tab;
  }

  get player(): Player {
    return this.bench.player;
  }

  static override styles = panelStyles;

  override render() {
    const { tab } = this.bench.page;
    const views: Readonly<Record<TabName, () => TemplateResult>> = {
      story: () => this.#storyView(),
      knobs: () => this.#knobsView(),
      messages: () => html`<fanout-summary .player=${this.player}></fanout-summary>
        <fanout-ledger .player=${this.player}></fanout-ledger>`,
      requests: () => html`<fanout-requests .player=${this.player}></fanout-requests>`,
      rules: () => this.#rulesView(),
      cost: () =>
        html`<fanout-cost .written=${this.bench.page.cost} @cost=${(e: CustomEvent<string>) => this.bench.setCost(e.detail)}></fanout-cost>`,
    };
    const isHidden = isVeiled(this.bench);
    return html`<div class="tabs" role="tablist" aria-label="About this run" @keydown=${this.#onKey}>
        ${TABS.map((name) => this.#tabView(name, name === tab))}
      </div>
      ${TABS.map(
        (name) => html`<div
          class="content"
          role="tabpanel"
          id="panel-${name}"
          aria-labelledby="tab-${name}"
          tabindex=${name === "story" ? nothing : 0}
          ?hidden=${name !== tab}
        >
          ${!this.#opened.has(name) ? this.#missingView(name) : isHidden && name !== "story" ? html`<p class="veil">Answer the story’s question first: this would tell.</p>` : views[name]()}
        </div>`,
      )}`;
  }

  /** What stands in a tab whose content is not there. */
  #missingView(name: TabName): TemplateResult | typeof nothing {
    if (name !== this.failed) return nothing;
    const again = () => {
      this.failed = null;
    };
    return html`<p class="veil" role="alert">This could not be fetched. Is there a connection? <button class="plain framed" @click=${again}>Try again</button></p>`;
  }

  #tabView(name: TabName, isOn: boolean): TemplateResult {
    return html`<button
      role="tab"
      id="tab-${name}"
      aria-controls="panel-${name}"
      aria-selected=${isOn}
      tabindex=${isOn ? 0 : -1}
      @click=${() => this.bench.showTab(name)}
      @pointerenter=${() => expect(name)}
      @focus=${() => expect(name)}
    >
      ${TITLES[name]}${isVeiled(this.bench) ? nothing : this.#badgeView(name)}
    </button>`;
  }

  /** What failed up to now, on the tab that tells of it. */
  #badgeView(name: TabName): TemplateResult | typeof nothing {
    const { loaded, timeUs } = this.player;
    if (!loaded) return nothing;
    const { index, rules } = loaded;
    const failed = {
      story: 0,
      knobs: 0,
      messages: countsAt(index.ledger, timeUs).lost,
      requests: upperBound(index.requests.refusedUs, timeUs),
      rules: rules.filter(
        ({ outcome, timeUs: brokenUs }) => outcome === "broken" && brokenUs !== null && brokenUs <= timeUs,
      ).length,
      cost: 0,
    }[name];
    if (name === "knobs")
      return Object.keys(this.bench.page.set).length > 0
        ? html` <span class="badge changed" aria-label="changed">•</span>`
        : nothing;
    return failed > 0
      ? html` <span class="badge">✕<span class="how-many">${count(failed)}</span></span>`
      : nothing;
  }

  #storyView(): TemplateResult {
    const { bench, player } = this;
    const scenario = player.loaded?.run.scenario;
    const reading = readingOf(bench);
    const isTold = reading !== null && reading.step !== null;
    const notice = scenario?.notice ?? [];
    const handed = stepOf(bench.story, bench.page)?.stage.knobs ?? [];
    return html`
      ${isTold ? nothing : html`<p class="lead">${scenario?.summary ?? "Simulating…"}</p>`}
      ${this.#claimView()}
      <fanout-story
        .player=${player}
        .reading=${reading}
        @step=${(e: CustomEvent<number>) => bench.openStep(e.detail)}
        @answer=${(e: CustomEvent<number>) => bench.answer(e.detail)}
        @set-stage=${() => bench.setStage()}
        @play-step=${() => this.#playStep()}
        .handed=${bench.knobs.filter(({ path }) => handed.includes(path))}
        .search=${bench.search.state}
        @judge=${() => bench.startSearch(false)}
        @knob=${this.#onKnob}
        @knob-rest=${() => bench.changes.rest()}
        @open-cost=${() => bench.showTab("cost")}
      ></fanout-story>
      ${
        isTold || notice.length === 0
          ? nothing
          : html`<h3>What to notice</h3>
              <ul class="notice">
                ${notice.map((n) => html`<li>${n}</li>`)}
              </ul>`
      }
    `;
  }

  #onKnob = ({ detail: { path, value, isDragged } }: CustomEvent<KnobTurn>): void => {
    this.bench.turn({ [path]: value }, isDragged ? path : null);
  };

  #playStep(): void {
    this.dispatchEvent(new CustomEvent("show-stage"));
    this.bench.playStep();
  }

  /** What a counterexample breaks, in full: its title only names it. */
  #claimView(): TemplateResult | typeof nothing {
    const { loaded } = this.player;
    if (loaded?.run.scenario.name !== "counterexample") return nothing;
    const broken = loaded.rules.find(({ outcome }) => outcome === "broken");
    return broken
      ? html`<p class="claim" data-testid="claim">The rule that this run breaks: «${broken.statement}»</p>`
      : nothing;
  }

  #knobsView(): TemplateResult {
    const { bench } = this;
    const { loaded } = this.player;
    const { changes, page } = bench;
    const acts = loaded
      ? actsOf(loaded.run, loaded.writtenFaults).map((act) => actText(loaded.run, act))
      : [];
    return html`<fanout-settings
      .run=${loaded?.run ?? null}
      .lesson=${page.lesson}
      .knobs=${bench.knobs}
      .changed=${{ set: page.set, acts, canUndo: changes.canUndo, canRedo: changes.canRedo }}
      @choose-variant=${(e: CustomEvent<string | null>) => bench.chooseVariant(e.detail)}
      @take-back=${(e: CustomEvent<string>) => bench.takeBack([e.detail])}
      @take-act-back=${(e: CustomEvent<number>) => bench.takeActBack(e.detail)}
      @undo=${() => bench.undo()}
      @redo=${() => bench.redo()}
      @reset=${() => bench.resetKnobs()}
      @knob=${this.#onKnob}
      @knob-rest=${() => changes.rest()}
    ></fanout-settings>`;
  }

  #rulesView(): TemplateResult {
    const { bench } = this;
    return html`<fanout-rules
      .player=${this.player}
      .check=${bench.search.state}
      .meant=${bench.meantToBreak}
      @check=${(e: CustomEvent<boolean>) => bench.startSearch(e.detail)}
      @stop-check=${() => bench.search.stop()}
      @moment=${() => this.dispatchEvent(new CustomEvent("show-stage"))}
      @open-counterexample=${(e: CustomEvent<BrokenVerdict>) => void bench.openCounterexample(e.detail)}
      @repair=${(e: CustomEvent<Parameters<Workbench["turn"]>[0]>) => bench.turn(e.detail)}
    ></fanout-rules>`;
  }

  /** Arrow keys go from tab to tab: they are one stop of the tabulator. */
  #onKey = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = TABS.indexOf(this.bench.page.tab);
    const next = TABS[(at + step + TABS.length) % TABS.length]!;
    this.bench.showTab(next);
    this.renderRoot.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };

  /** Brings the reader to a step's heading. */
  async focusStory(): Promise<void> {
    this.bench.showTab("story");
    await this.updateComplete;
    this.renderRoot.querySelector(".content:not([hidden])")?.scrollTo({ top: 0 });
    await this.renderRoot.querySelector<FanoutStory>("fanout-story")?.focusHeading();
  }

  /** Puts the focus on the button that opened a rule's counterexample. */
  async focusCounterexample(rule: string): Promise<void> {
    this.bench.showTab("rules");
    await CONTENT.rules.fetch();
    await this.updateComplete;
    await this.renderRoot.querySelector<FanoutRules>("fanout-rules")?.focusCounterexample(rule);
  }
}
/** A tab that is likely to be opened next: a hand is over it. */
function expect(tab: TabName): void {
  if (!isThere(tab)) void CONTENT[tab].fetch();
}

function isThere(tab: TabName): tab is "story" {
  return tab === "story" || CONTENT[tab].isThere;
}
customElements.define("fanout-panel", FanoutPanel);
