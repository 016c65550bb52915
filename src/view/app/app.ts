/** The page: one screen on which everything that belongs together stands together. */
import "../lessons/course.ts";
import "../player/transport-bar.ts";
import "../stage/stage.ts";
import "../timeline/timeline.ts";
import "./banner.ts";
import "./caption.ts";
import "./panel.ts";
import "./run-facts.ts";
import { html, nothing, type TemplateResult } from "lit";
import { variantTitle } from "../knobs/variant-title.ts";
import { changeInWords } from "../knobs/variants.ts";
import { PageElement } from "../look/element.ts";
import { icon } from "../look/icons.ts";
import { OnDemand } from "../look/on-demand.ts";
import { isDark, onTheme, toggleTheme } from "../look/theme.ts";
import { actsOf, actText } from "../run/acts.ts";
import { appStyles } from "./app-styles.ts";
import { obey } from "./commands.ts";
import { FileDrop } from "./file-drop.ts";
import { followBench } from "./follow-bench.ts";
import type { FanoutHelp } from "./help.ts";
import { obeysLetters } from "./letter-keys.ts";
import type { FanoutPanel } from "./panel.ts";
import { isVeiled, stepOf } from "./reading.ts";
import { type Arrival, Workbench } from "./workbench.ts";

/** From this width on the course has a column of its own. */
const WIDE = "(min-width: 1280px)";
/** How long the button says that the address was copied. ms. */
const COPIED_MS = 1800;
/** The same list each time, so that a stage that points at nobody need not look again. */
const NOBODY: readonly string[] = [];
/** Shows what is chosen on stage. */
const inspector = new OnDemand(() => import("./inspector.ts"));
const presence = new OnDemand(() => import("../presence/presence-view.ts"));
const help = new OnDemand(() => import("./help.ts"));

export class FanoutApp extends PageElement {
  static override properties = {
    isCourseOpen: { state: true },
    isCopied: { state: true },
    isFilled: { state: true },
  };
  declare isCourseOpen: boolean;
  declare isCopied: boolean;
  /** What stands beside the stage comes in a task of its own, so that none is long. */
  declare isFilled: boolean;

  readonly bench = new Workbench((arrival) => void this.#lead(arrival));
  #drop = new FileDrop(this, (file) => void this.bench.openFile(file));

  constructor() {
    super();
    followBench(this);
    this.isCourseOpen = matchMedia(WIDE).matches;
    this.isCopied = false;
    this.isFilled = false;
  }

  static override styles = appStyles;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", (event: KeyboardEvent) => {
      if (this.#help?.open) return;
      const page = { bench: this.bench, showHelp: () => void this.#showHelp() };
      obey(page, event, { letters: obeysLetters() });
    });
    onTheme(() => this.requestUpdate());
  }

  protected override willUpdate(): void {
    if (this.bench.player.selection !== null) inspector.want(() => this.requestUpdate());
  }

  override firstUpdated(): void {
    setTimeout(() => (this.isFilled = true));
  }

  get #help(): FanoutHelp | null {
    return this.renderRoot.querySelector("fanout-help");
  }

  async #showHelp(): Promise<void> {
    if (!(await help.fetch())) {
      const message = "Is there a connection? Then ask for it again.";
      this.bench.banner = { title: "The help could not be fetched", problems: [{ path: "", message }] };
    }
    this.requestUpdate();
    await this.updateComplete;
    await this.#help?.show();
  }

  get #panel(): FanoutPanel | null {
    return this.renderRoot.querySelector("fanout-panel");
  }

  /** Leads the reader to what has come on screen, eyes and screen readers alike. */
  async #lead(arrival: Arrival): Promise<void> {
    await this.updateComplete;
    if (arrival === "step") return this.#panel?.focusStory();
    if (arrival === "counterexample") {
      scrollTo({ top: 0, behavior: "instant" });
      return this.renderRoot.querySelector("h1")?.focus({ preventScroll: true });
    }
    const opened = (history.state as { opened?: unknown } | null)?.opened;
    if (typeof opened === "string") await this.#panel?.focusCounterexample(opened);
  }

  override render() {
    const { bench } = this;
    const { loaded } = bench.player;
    return html`
      ${this.#topView()}
      <fanout-banner .banner=${bench.banner} @dismiss=${() => bench.dismiss()}></fanout-banner>
      <main>
        <nav class="course" id="course" aria-label="Course" ?hidden=${!this.isCourseOpen} @click=${this.#onCourseClick}>
          ${this.isFilled ? html`<fanout-course .current=${bench.page.lesson}></fanout-course>` : nothing}
        </nav>
        ${this.#sceneView()}
        <aside aria-label="Story and details">
          ${
            this.isFilled
              ? html`${inspector.isThere ? html`<fanout-inspector .bench=${bench}></fanout-inspector>` : nothing}
                  <fanout-panel .bench=${bench} @show-stage=${this.#showStage}></fanout-panel>`
              : nothing
          }
        </aside>
      </main>
      <footer>
        <fanout-run-facts
          .run=${loaded?.run ?? null}
          .tookMs=${bench.tookMs}
          .canGoOn=${bench.canGoOn}
          @go-on=${() => bench.goOn()}
          @reseed=${(e: CustomEvent<number>) => bench.reseed(e.detail)}
        ></fanout-run-facts>
      </footer>
      ${help.isThere ? html`<fanout-help></fanout-help>` : nothing}
      ${this.#drop.isOver ? html`<div class="drop">Drop a scenario file to open it</div>` : nothing}
    `;
  }

  #topView(): TemplateResult {
    const [shade, sign] = isDark()
      ? (["Light colours", "sun"] as const)
      : (["Dark colours", "moon"] as const);
    return html`<header class="top">
      <button class="skip" @click=${() => void this.#panel?.focusStory()}>Skip to the story</button>
      <button
        class="plain"
        aria-label="Course"
        aria-expanded=${this.isCourseOpen}
        aria-controls="course"
        data-testid="toggle-course"
        @click=${() => (this.isCourseOpen = !this.isCourseOpen)}
      >
        ${icon("menu")}<span class="wide">Course</span>
      </button>
      <a class="brand" href="#/" aria-label="Fanout Lab, start">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M9 16 25 7M9 16h17M9 16l16 9" fill="none" stroke="currentColor" stroke-width="2.25" />
          <circle cx="8" cy="16" r="5" fill="currentColor" />
        </svg>
        <span>Fanout Lab</span>
      </a>
      <div class="tools">
        <button class="plain" aria-label="Open file" title="Open a scenario file (or drop one on the page)" @click=${() => this.#file.click()}>
          ${icon("file")}<span class="wide">Open file</span>
        </button>
        <button class="plain" aria-label=${shade} title=${shade} @click=${toggleTheme}>${icon(sign)}</button>
        <button class="plain" aria-label="Help" title="Help (?)" @click=${() => void this.#showHelp()} @pointerenter=${() => void help.fetch()}>${icon("help")}</button>
        <input id="file" type="file" accept=".json,application/json" hidden aria-label="Scenario file" @change=${this.#onFileChosen} />
      </div>
    </header>`;
  }

  /** Title, stage, caption, transport and timeline. */
  #sceneView(): TemplateResult {
    const { bench } = this;
    const { player, isBusy } = bench;
    const veiled = isVeiled(bench);
    return html`<section class="scene" aria-label="Stage">
      ${this.#titleView()}
      <div class="view">
        <fanout-stage .player=${player} aria-busy=${isBusy} .look=${stepOf(bench.story, bench.page)?.stage.look ?? NOBODY} @show-requests=${() => bench.showTab("requests")}></fanout-stage>
        ${isBusy && player.loaded ? html`<div class="busy" role="status">Simulating… <button @click=${() => bench.cancel()}>Cancel</button></div>` : nothing}
        <fanout-caption
          .player=${player}
          .lesson=${bench.page.lesson}
          .isVeiled=${veiled}
          .offersVariant=${bench.page.step === null}
          @choose-variant=${(e: CustomEvent<string | null>) => bench.chooseVariant(e.detail)}
        ></fanout-caption>
        <fanout-transport .player=${player} .copied=${this.isCopied} @copy-link=${this.#copyLink}></fanout-transport>
      </div>
      ${this.#presenceView(veiled)}
      <fanout-timeline .player=${player} ?veiled=${veiled}></fanout-timeline>
    </section>`;
  }

  /** Who is online, where somebody keeps it. */
  #presenceView(veiled: boolean): TemplateResult | typeof nothing {
    const { player } = this.bench;
    if ((player.loaded?.run.scenario.presence.kind ?? "none") === "none") return nothing;
    presence.want(() => this.requestUpdate());
    return presence.isThere
      ? html`<fanout-presence .player=${player} ?veiled=${veiled}></fanout-presence>`
      : nothing;
  }

  /** What is on stage: its title, its variant, and what was changed of it. */
  #titleView(): TemplateResult {
    const { bench } = this;
    const { loaded } = bench.player;
    const from = (history.state as { from?: unknown } | null)?.from;
    return html`<div class="title">
      ${
        typeof from === "string"
          ? html`<button class="plain from" data-testid="back" @click=${() => history.back()}>
              <span aria-hidden="true">←</span> Back to «${from}»
            </button>`
          : nothing
      }
      <h1 tabindex="-1">${loaded?.run.scenario.title ?? "Fanout Lab"}</h1>
      ${loaded && !isVeiled(bench) ? this.#shownView() : nothing}
    </div>`;
  }

  /** «Two servers and Redis, changed: Backplane: None», with the way back. */
  #shownView(): TemplateResult | typeof nothing {
    const { bench } = this;
    const { run, writtenFaults } = bench.player.loaded!;
    const { set } = bench.page;
    const step = stepOf(bench.story, bench.page);
    const changes = [
      ...Object.entries(set)
        .filter(
          ([path, value]) =>
            path !== "faults" && JSON.stringify(step?.stage.set[path]) !== JSON.stringify(value),
        )
        .map(([path, value]) => changeInWords(bench.knobs, path, value)),
      ...actsOf(run, writtenFaults).map((act) => actText(run, act)),
    ];
    const title =
      run.variant === null && Object.keys(run.scenario.variants).length === 0
        ? ""
        : variantTitle(run.scenario, run.variant);
    if (title === "" && changes.length === 0) return nothing;
    return html`<p class="shown" data-testid="shown">
      <span>${title}${changes.length > 0 ? `${title ? ", changed" : "Changed"}: ${changes.join(", ")}` : ""}</span>
      ${
        changes.length > 0
          ? html`<button class="plain" title="As it was before the changes" @click=${() => (step ? bench.setStage() : bench.resetKnobs())}>${icon("reset")} as it was</button>`
          : nothing
      }
    </p>`;
  }

  get #file(): HTMLInputElement {
    return this.renderRoot.querySelector("#file") as HTMLInputElement;
  }

  #onFileChosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = "";
    if (file) void this.bench.openFile(file);
  };

  /** Where the course lies over the stage, it goes away once a lesson is chosen. */
  #onCourseClick = (event: Event): void => {
    const isLink = event.composedPath().some((target) => (target as HTMLElement).localName === "a");
    if (isLink && !matchMedia(WIDE).matches) this.isCourseOpen = false;
  };

  /** What the reader is sent to is on the stage. */
  #showStage = (): void => {
    this.renderRoot.querySelector("fanout-stage")?.scrollIntoView({ block: "nearest", behavior: "instant" });
  };

  #copyLink = async (): Promise<void> => {
    this.isCopied = await this.bench.copyLink();
    if (this.isCopied) setTimeout(() => (this.isCopied = false), COPIED_MS);
  };
}
customElements.define("fanout-app", FanoutApp);
