/** The page: what is chosen, the run that follows from it, and where everything stands. */
import "@awesome.me/webawesome/dist/components/button/button.js";
import "../lessons/gallery.ts";
import "./help.ts";
import "../knobs/knobs.ts";
import "../ledger/ledger-view.ts";
import "../ledger/requests-view.ts";
import "../rules/rules-view.ts";
import "../stage/stage.ts";
import "../lessons/story-view.ts";
import "../timeline/timeline.ts";
import "../player/transport-bar.ts";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Lesson, Step } from "../../lesson/lesson.ts";
import { timeOf } from "../../lesson/moments.ts";
import { decodeLink, EMPTY_STATE, encodeLink, type Json, type PageState } from "../../run/address.ts";
import { packText, unpackText } from "../../run/pack.ts";
import type { KnobControl } from "../knobs/knob-controls.ts";
import { variantTitle } from "../knobs/variant-title.ts";
import { changesInWords, choices, isBack, nextVariant, variantCall } from "../knobs/variants.ts";
import { FIRST_LESSON, firstVariant, LESSONS, nearestLesson, storyOf } from "../lessons/lessons.ts";
import { markDone } from "../lessons/progress.ts";
import { type FanoutStory, isAsSet, type Reading } from "../lessons/story-view.ts";
import { count, seconds } from "../look/format.ts";
import { icon } from "../look/icons.ts";
import { isDark, onTheme, reducedMotion, toggleTheme } from "../look/theme.ts";
import { openingTime, restingTime } from "../player/opening.ts";
import { type Loaded, Player } from "../player/player.ts";
import type { FanoutRules } from "../rules/rules-view.ts";
import { messageName } from "../run/naming.ts";
import { narrate, withBreaches } from "../run/narration.ts";
import { describeState } from "../run/node-states.ts";
import { CheckClient, type Subject } from "../search/check-client.ts";
import type { BrokenVerdict } from "../search/check-protocol.ts";
import type { Problem, RunAnswer } from "../worker/protocol.ts";
import { WorkerClient } from "../worker/worker-client.ts";
import { appStyles } from "./app-styles.ts";
import type { FanoutHelp } from "./help.ts";

const MAX_FILE_BYTES = 1_048_576;
/** A step of a lesson plays no longer than this. s. */
const STEP_S = 10;
/** While it plays, the address follows this often: browsers limit how often it may change. */
const ADDRESS_MS = 1000;

/** How something is opened. */
interface Opening {
  /** Whether the problems that are told stay. */
  readonly keepBanner: boolean;
  /** The variant to show if there is none as asked for. */
  readonly opening: string | null;
  /** The lesson that it is, in steps. */
  readonly story: Lesson | null;
}

interface Banner {
  readonly title: string;
  readonly problems: readonly Problem[];
}

export class FanoutApp extends LitElement {
  static override properties = {
    page: { state: true },
    banner: { state: true },
    knobs: { state: true },
    busy: { state: true },
    copied: { state: true },
    dropping: { state: true },
    story: { state: true },
    answers: { state: true },
  };
  declare page: PageState;
  declare banner: Banner | null;
  declare knobs: readonly KnobControl[];
  declare busy: boolean;
  declare copied: boolean;
  declare dropping: boolean;
  /** The lesson that is open, in steps. */
  declare story: Lesson | null;
  /** By step of the lesson: the number of the answer that was chosen. */
  declare answers: ReadonlyMap<number, number>;

  readonly player = new Player();
  #worker = new WorkerClient((answer) => this.#onAnswer(answer));
  #check = new CheckClient(() => this.requestUpdate());
  /** What the next answer is for. */
  #pending: ({ page: PageState; text: string; fresh: boolean } & Omit<Opening, "opening">) | null = null;
  #text = "";
  #tookMs = 0;
  /** The address that was read or written last. */
  #known = "";
  #writtenMs = 0;
  #attempt = 0;
  /** An address is being read: the screen does not show it yet, and must not be written to it. */
  #opening = false;
  /** The next run opens another page for the reader: show its top. */
  #arriving = false;
  /** The next run is that of a step to which the learner has turned. */
  #stepping = false;
  /** The next run is one that the reader comes back to. */
  #returning = false;

  constructor() {
    super();
    this.page = EMPTY_STATE;
    this.banner = null;
    this.knobs = [];
    this.busy = true;
    this.copied = false;
    this.dropping = false;
    this.story = null;
    this.answers = new Map();
  }

  static override styles = appStyles;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#onHash);
    addEventListener("keydown", this.#onKey);
    addEventListener("dragover", this.#onDrag);
    addEventListener("dragleave", this.#onDragEnd);
    addEventListener("drop", this.#onDrop);
    onTheme(() => this.requestUpdate());
    this.player.on("tick", () => {
      this.requestUpdate();
      this.#writeAddress();
    });
    this.player.on("change", () => {
      this.requestUpdate();
      this.#writeAddress();
    });
    this.#openAddress();
  }

  // ——— State ———

  #onHash = (): void => {
    if (location.hash === this.#known) return;
    this.#returning = true;
    this.#openAddress();
  };

  #openAddress(): void {
    this.#known = location.hash;
    const { state, problems } = decodeLink(location.hash);
    this.banner =
      problems.length > 0
        ? {
            title: "Part of this address could not be read",
            problems: problems.map((message) => ({ path: "", message })),
          }
        : null;
    void this.#open(state, problems.length > 0);
  }

  /** Opens a state: finds its scenario, then runs it. */
  async #open(page: PageState, keepBanner = false): Promise<void> {
    const attempt = ++this.#attempt;
    this.#opening = true;
    let text: string;
    let name = page.lesson;
    if (page.file !== null) {
      try {
        text = await unpackText(page.file);
      } catch {
        if (attempt !== this.#attempt) return;
        this.#refuse("The scenario in this address is damaged", [
          {
            path: "file",
            message: "It does not unpack to text. The address may have been cut off when it was copied.",
          },
        ]);
        return;
      }
      if (attempt !== this.#attempt) return;
      name = null;
    } else {
      name ??= FIRST_LESSON;
      const lesson = LESSONS.find((l) => l.name === name);
      if (!lesson) {
        const names = LESSONS.map((l) => l.name);
        const near = nearestLesson(name, names);
        this.#refuse("There is no such lesson", [
          {
            path: "lesson",
            message: `Found «${name.slice(0, 80)}».${near ? ` Did you mean «${near}»?` : ""} The lessons are: ${names.join(", ")}.`,
          },
        ]);
        return;
      }
      text = lesson.text;
    }
    let variants: string[] = [];
    try {
      const parsed = JSON.parse(text) as { variants?: Record<string, unknown> };
      variants = Object.keys(parsed.variants ?? {});
    } catch {
      // The worker will say what is wrong with it.
    }
    const opening = firstVariant(name, variants);
    const story = await storyOf(name);
    if (attempt !== this.#attempt) return;
    const step = page.step === null ? undefined : story?.steps[page.step - 1];
    const isBare = page.variant === null && Object.keys(page.set).length === 0;
    const set = isBare && step !== undefined ? (step.stage.set as PageState["set"]) : page.set;
    const variant = page.variant ?? step?.stage.variant ?? opening;
    const state = { ...page, lesson: name, variant, set, step: step === undefined ? null : page.step };
    this.#run(state, text, page.timeUs === null, { keepBanner, opening, story });
  }

  /** Asks for a run; if there is no such variant, for the one that the scenario opens with. */
  #run(
    page: PageState,
    text: string,
    fresh: boolean,
    { keepBanner = false, opening = page.variant, story = this.story }: Partial<Opening> = {},
  ): void {
    this.#opening = false;
    this.#pending = { page, text, fresh, keepBanner, story };
    this.busy = true;
    const isTold = story !== null;
    this.#worker.run({ text, isTold, variant: page.variant, opening, set: page.set, seed: page.seed });
  }

  /** Something can't be opened: says so, and leaves what is on screen, or opens the first lesson. */
  #refuse(title: string, problems: readonly Problem[]): void {
    this.banner = { title, problems };
    this.busy = false;
    this.#opening = false;
    this.#pending = null;
    this.#returning = false;
    if (!this.player.loaded && LESSONS.some((l) => l.name === FIRST_LESSON)) {
      this.#text = "";
      void this.#open(EMPTY_STATE, true);
    } else this.#writeAddress(true);
  }

  #onAnswer(answer: RunAnswer): void {
    const pending = this.#pending;
    this.#pending = null;
    this.busy = false;
    if (!pending) return;
    if (!answer.ok) {
      const broken = pending.text !== this.#text;
      this.#refuse(
        broken && pending.page.lesson === null
          ? "This scenario could not be opened"
          : "This could not be run",
        answer.problems,
      );
      return;
    }
    const first =
      !this.player.loaded || pending.text !== this.#text || this.page.variant !== pending.page.variant;
    this.#text = pending.text;
    this.#tookMs = answer.tookMs;
    if (pending.story !== this.story) this.answers = new Map();
    this.story = pending.story;
    this.knobs = answer.knobs;
    const kept = pending.keepBanner ? this.banner : null;
    if (answer.problems.length > 0)
      this.banner = {
        title: kept?.title ?? "Part of this could not be used",
        problems: [...(kept?.problems ?? []), ...answer.problems],
      };
    else if (!pending.keepBanner) this.banner = null;
    const { run, index, rules, facts } = answer;
    const loaded: Loaded = { run, index, rules, facts };
    this.page = {
      ...pending.page,
      variant: answer.run.variant,
      set: Object.fromEntries(
        Object.entries(pending.page.set).filter(([path]) => !answer.problems.some((p) => p.path === path)),
      ),
    };
    this.player.setPace(pending.page.pace);
    this.player.selection = this.#validSelection(loaded, pending.page);
    const step = this.#stepOf(this.page);
    if (pending.fresh && step !== undefined && isAsSet(step, this.page.variant, this.page.set)) {
      this.player.pause();
      this.player.load(loaded, timeOf(run, step.stage.at) ?? 0);
    } else if (pending.fresh && (first || this.player.timeUs >= this.player.endUs)) {
      this.player.pause();
      const still = reducedMotion();
      this.player.load(loaded, still ? restingTime(loaded) : openingTime(loaded));
      if (!still) this.player.play();
    } else this.player.load(loaded, pending.page.timeUs ?? this.player.timeUs);
    document.title = `${answer.run.scenario.title} · Fanout Lab`;
    this.#check.show(this.#subject(loaded));
    this.#writeAddress(true);
    if (this.#arriving) void this.#arrive();
    if (this.#returning) void this.#return();
    if (this.#stepping) void this.#beginStep();
  }

  #validSelection({ run, index }: Loaded, page: PageState): PageState["selection"] {
    const { selection } = page;
    if (!selection) return null;
    const limits = {
      message: index.ledger.messages,
      copy: index.ledger.copies,
      node: run.nodes.length,
      request: run.trace.length,
    };
    return selection.id < limits[selection.kind] ? selection : null;
  }

  /** The state as it is now. */
  get #now(): PageState {
    return {
      ...this.page,
      timeUs: this.player.timeUs,
      pace: this.player.pace.name,
      selection: this.player.selection,
    };
  }

  #writeAddress(force = false): void {
    if (!this.player.loaded || this.#pending || this.#opening) return;
    // The reader has gone elsewhere, and word of it (hashchange) is on its way: what is on screen is not what that address says.
    if (location.hash !== this.#known) return;
    const now = performance.now();
    if (!force && this.player.playing && now - this.#writtenMs < ADDRESS_MS) return;
    const hash = `#${encodeLink(this.#now)}`;
    if (hash === this.#known) return;
    if (!force && now - this.#writtenMs < 250) {
      // Scrubbing: the last change is written when the hand rests.
      clearTimeout(this.#later);
      this.#later = setTimeout(() => this.#writeAddress(true), 260);
      return;
    }
    this.#writtenMs = now;
    history.replaceState(history.state, "", hash);
    this.#known = location.hash;
  }
  #later: ReturnType<typeof setTimeout> | undefined;

  // ——— The lesson ———

  #stepOf({ step }: PageState): Step | undefined {
    return step === null ? undefined : this.story?.steps[step - 1];
  }

  get #reading(): Reading | null {
    if (this.story === null) return null;
    const { step, variant, set, seed } = this.page;
    const current = this.#stepOf(this.page);
    return {
      lesson: this.story,
      step: current === undefined ? null : step,
      isAsSet: current === undefined || (seed === null && isAsSet(current, variant, set)),
      chosen: (step === null ? undefined : this.answers.get(step)) ?? null,
      isRevealed: !this.#isVeiled,
      next: LESSONS[LESSONS.findIndex(({ name }) => name === this.story?.name) + 1] ?? null,
    };
  }

  /** A question waits for its answer, or the answer for its time: what comes is not to be seen anywhere yet. */
  get #isVeiled(): boolean {
    const step = this.#stepOf(this.page);
    const { loaded, timeUs } = this.player;
    if (step === undefined || step.question === null || !loaded) return false;
    const { until } = step.stage;
    const untilUs = (until === null ? null : timeOf(loaded.run, until)) ?? loaded.run.endUs;
    return !this.answers.has(this.page.step!) || timeUs < untilUs;
  }

  /** Opens a step of the lesson, with an entry in the history. */
  #openStep(step: number): void {
    this.player.pause();
    this.#writeAddress(true);
    const page = { ...EMPTY_STATE, lesson: this.page.lesson, step, pace: this.player.pace.name };
    history.pushState(null, "", `#${encodeLink(page)}`);
    this.#known = location.hash;
    this.#setStage(step);
    if (step === this.story!.steps.length) markDone(this.story!.name);
    this.#stepping = true;
  }

  /** Variant, knobs and time as the step sets them. */
  #setStage(step: number): void {
    const { stage } = this.story!.steps[step - 1];
    const page: PageState = {
      ...EMPTY_STATE,
      lesson: this.page.lesson,
      variant: stage.variant,
      set: stage.set as PageState["set"],
      step,
      pace: this.player.pace.name,
    };
    this.#run(page, this.#text, true);
  }

  /** Begins to read a step at its heading. */
  async #beginStep(): Promise<void> {
    this.#stepping = false;
    await this.updateComplete;
    await this.renderRoot.querySelector<FanoutStory>("fanout-story")?.focusHeading();
  }

  #answer(answer: number): void {
    if (this.page.step !== null) this.answers = new Map([...this.answers, [this.page.step, answer]]);
  }

  /** Plays the step until where it stops, from where it stands if it is over. */
  #playStep(): void {
    const step = this.#stepOf(this.page);
    const { loaded } = this.player;
    if (step === undefined || !loaded) return;
    const { at, until } = step.stage;
    const untilUs = (until === null ? null : timeOf(loaded.run, until)) ?? loaded.run.endUs;
    if (this.player.timeUs >= untilUs) this.player.seek(timeOf(loaded.run, at) ?? 0);
    this.#showStage();
    if (reducedMotion()) this.player.seek(untilUs);
    else this.player.play(untilUs, STEP_S);
  }

  #chooseVariant(variant: string | null): void {
    const page: PageState = {
      ...this.page,
      variant,
      set: {},
      timeUs: null,
      pace: this.player.pace.name,
      selection: null,
    };
    this.#run(page, this.#text, true);
  }

  #turn(turns: Readonly<Record<string, Json>>): void {
    const set = { ...this.page.set, ...turns };
    this.#run({ ...this.#now, set }, this.#text, false);
  }

  #resetKnobs(): void {
    this.#run({ ...this.#now, set: {}, seed: null }, this.#text, false);
  }

  #reseed(value: string): void {
    const seed = Number(value);
    if (value.trim() === "" || !Number.isInteger(seed) || seed < 0 || seed > 4_294_967_295) {
      this.requestUpdate();
      return;
    }
    this.#run({ ...this.#now, seed }, this.#text, false);
  }

  // ——— Rules ———

  /**
   * What a search would search: the scenario as it is on screen. If the seed is not the scenario's own, its
   * written choices do not apply.
   */
  #subject({ run }: Loaded): Subject {
    const { scenario, variant } = run;
    const { seed } = this.page;
    if (seed === null) return { scenario, variant };
    const { choices: _, ...rest } = scenario;
    return { scenario: { ...rest, seed }, variant };
  }

  /** Opens a counterexample at the moment that matters, with an entry in the history, so that Back leads here again. */
  async #openCounterexample({ rule, file, timeUs }: BrokenVerdict): Promise<void> {
    const from = this.player.loaded?.run.scenario.title;
    const attempt = ++this.#attempt;
    this.player.pause();
    this.#writeAddress(true);
    const packed = await packText(file);
    if (attempt !== this.#attempt) return;
    const state: PageState = { ...EMPTY_STATE, file: packed, timeUs, pace: this.player.pace.name };
    history.replaceState({ ...history.state, opened: rule }, "");
    history.pushState({ from }, "", `#${encodeLink(state)}`);
    this.#known = location.hash;
    this.#arriving = true;
    this.banner = null;
    await this.#open(state);
  }

  /** Begins to read at the top, for eyes and for screen readers. */
  async #arrive(): Promise<void> {
    this.#arriving = false;
    await this.updateComplete;
    scrollTo({ top: 0, behavior: "instant" });
    this.renderRoot.querySelector("h1")?.focus({ preventScroll: true });
  }

  /** Puts the focus on the button that opened the counterexample from which the reader comes back. */
  async #return(): Promise<void> {
    this.#returning = false;
    const opened = (history.state as { opened?: unknown } | null)?.opened;
    if (typeof opened !== "string") return;
    await this.updateComplete;
    await this.renderRoot.querySelector<FanoutRules>("fanout-rules")?.focusCounterexample(opened);
  }

  /** What the reader is sent to is above what was pressed. */
  #showStage(): void {
    const behavior = reducedMotion() ? "auto" : "smooth";
    this.renderRoot.querySelector("fanout-stage")?.scrollIntoView({ block: "nearest", behavior });
  }

  /** Rules that the variant is meant to break; none once a knob was turned, since that makes another architecture. */
  get #meantToBreak(): readonly string[] {
    const run = this.player.loaded?.run;
    if (!run || run.variant === null || Object.keys(this.page.set).length > 0) return [];
    return run.scenario.variants[run.variant]?.breaks ?? [];
  }

  /** The title of the page to which Back leads, if a counterexample was opened from it. */
  get #cameFrom(): string | null {
    const from = (history.state as { from?: unknown } | null)?.from;
    return typeof from === "string" ? from : null;
  }

  // ——— Files ———

  async #openFile(file: File): Promise<void> {
    if (file.size > MAX_FILE_BYTES) {
      this.#refuse(`«${file.name}» could not be opened`, [
        {
          path: "",
          message: `It is ${count(file.size)} bytes long; a scenario may be ${count(MAX_FILE_BYTES)}.`,
        },
      ]);
      return;
    }
    const attempt = ++this.#attempt;
    const text = await file.text();
    const packed = await packText(text);
    if (attempt !== this.#attempt) return;
    await this.#open({ ...EMPTY_STATE, file: packed });
  }

  #onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.dropping = true;
  };

  #onDragEnd = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.dropping = false;
  };

  #onDrop = (event: DragEvent): void => {
    const file = event.dataTransfer?.files[0];
    this.dropping = false;
    if (!file) return;
    event.preventDefault();
    void this.#openFile(file);
  };

  // ——— Keys ———

  #onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || this.#help?.open) return;
    const target = event.composedPath()[0] as HTMLElement;
    const tag = target.localName ?? "";
    if (/^(input|select|textarea|wa-.*)$/.test(tag) && (target as HTMLInputElement).type !== "checkbox")
      return;
    const pressable = /^(button|a|input)$/.test(tag);
    switch (event.key) {
      case " ":
        if (pressable) return;
        this.player.toggle();
        break;
      case "k":
        this.player.toggle();
        break;
      case "ArrowRight":
      case "ArrowLeft":
        this.player.step(event.key === "ArrowRight" ? 1 : -1, event.shiftKey);
        break;
      case "Home":
      case "End":
        this.player.pause();
        this.player.seek(event.key === "Home" ? 0 : this.player.endUs);
        break;
      case "n": {
        const { loaded } = this.player;
        const next = loaded
          ? nextVariant(loaded.run.scenario, this.page.lesson, this.page.variant)
          : undefined;
        if (next !== undefined) this.#chooseVariant(next);
        break;
      }
      case "Escape":
        this.player.select(null);
        break;
      case "?":
        this.#help?.show();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  get #help(): FanoutHelp | null {
    return this.renderRoot.querySelector("fanout-help");
  }

  async #copyLink(): Promise<void> {
    this.#writeAddress(true);
    try {
      await navigator.clipboard.writeText(location.href);
      this.copied = true;
      setTimeout(() => (this.copied = false), 1800);
    } catch {
      this.banner = {
        title: "The address could not be copied",
        problems: [{ path: "", message: "Copy it from the address bar: it already holds all that you see." }],
      };
    }
  }

  // ——— Picture ———

  override render() {
    const scenario = this.player.loaded?.run.scenario;
    return html`
      ${this.#topView()} ${this.#bannerView()}
      <main>
        <div class="intro">
          ${
            this.#cameFrom === null
              ? nothing
              : html`<button class="plain from" data-testid="back" @click=${() => history.back()}>
                  <span aria-hidden="true">←</span> Back to «${this.#cameFrom}»
                </button>`
          }
          <h1 tabindex="-1">${scenario?.title ?? "Fanout Lab"}</h1>
          <p class="lead" ?hidden=${this.page.step !== null}>${scenario?.summary ?? (this.busy ? "Simulating…" : "")}</p>
          ${this.#claimView()}
        </div>

        ${this.#workView()}

        <section id="lessons" aria-labelledby="lessons-title">
          <h2 id="lessons-title">Lessons</h2>
          <fanout-gallery .current=${this.page.lesson}></fanout-gallery>
        </section>
      </main>

      ${this.#footerView()}
      <fanout-help></fanout-help>
      ${this.dropping ? html`<div class="drop">Drop a scenario file to open it</div>` : nothing}
    `;
  }

  #topView(): TemplateResult {
    const [shade, sign] = isDark()
      ? (["Light colours", "sun"] as const)
      : (["Dark colours", "moon"] as const);
    return html`<header class="top">
      <a class="brand" href="#/" aria-label="Fanout Lab, start">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M9 16 25 7M9 16h17M9 16l16 9" fill="none" stroke="currentColor" stroke-width="2.250" />
          <circle cx="8" cy="16" r="5" fill="currentColor" />
        </svg>
        <span>Fanout Lab</span>
      </a>
      <nav aria-label="Page">
        <button class="plain" @click=${() => this.renderRoot.querySelector("#lessons")?.scrollIntoView({ behavior: reducedMotion() ? "auto" : "smooth" })}>
          Lessons
        </button>
        <button class="plain" title="Open a scenario file (or drop one on the page)" @click=${() => (this.renderRoot.querySelector("#file") as HTMLInputElement).click()}>
          ${icon("file")}<span class="wide">Open file</span>
        </button>
        <button class="plain" aria-label=${shade} title=${shade} @click=${toggleTheme}>${icon(sign)}</button>
        <button class="plain" aria-label="Help" title="Help (?)" @click=${() => this.#help?.show()}>${icon("help")}</button>
        <input id="file" type="file" accept=".json,application/json" hidden aria-label="Scenario file" @change=${this.#onFileChosen} />
      </nav>
    </header>`;
  }

  /** Stage, controls, rules and ledger. */
  #workView(): TemplateResult {
    const { loaded } = this.player;
    return html`<div class="work">
      <div class="scene">
        <fanout-stage .player=${this.player} aria-busy=${this.busy}></fanout-stage>
        ${this.busy && loaded ? html`<div class="busy" role="status">Simulating…</div>` : nothing}
        ${this.#captionView()}
        <div class="desk">
          <fanout-transport .player=${this.player} .copied=${this.copied} @copy-link=${this.#copyLink}></fanout-transport>
          <fanout-timeline .player=${this.player} ?veiled=${this.#isVeiled}></fanout-timeline>
        </div>
      </div>
      <aside aria-label="Controls and counts">${this.#sideView()}</aside>
      ${this.#isVeiled ? nothing : this.#detailsView()}
    </div>`;
  }

  /** Rules, messages and requests. */
  #detailsView(): TemplateResult {
    const { loaded } = this.player;
    return html`<fanout-rules
        .player=${this.player}
        .check=${this.#check.state}
        .meant=${this.#meantToBreak}
        @check=${(e: CustomEvent<boolean>) => loaded && this.#check.start(this.#subject(loaded), e.detail)}
        @stop-check=${() => this.#check.stop()}
        @moment=${() => this.#showStage()}
        @open-counterexample=${(e: CustomEvent<BrokenVerdict>) => void this.#openCounterexample(e.detail)}
        @repair=${(e: CustomEvent<Readonly<Record<string, Json>>>) => this.#turn(e.detail)}
      ></fanout-rules>
      <div class="below ${(loaded?.index.requests.refused ?? 0) > 0 ? "refused" : ""}">
        <fanout-ledger .player=${this.player}></fanout-ledger>
        <fanout-requests .player=${this.player}></fanout-requests>
      </div>`;
  }

  #bannerView(): TemplateResult | typeof nothing {
    if (!this.banner) return nothing;
    const { title, problems } = this.banner;
    return html`<div class="banner" role="alert" data-testid="problems">
      <div>
        <strong>${title}</strong>
        <ul>
          ${problems.slice(0, 12).map((p) => html`<li>${p.path ? html`<code>${p.path}</code> ` : nothing}${p.message}</li>`)}
          ${problems.length > 12 ? html`<li>And ${problems.length - 12} more.</li>` : nothing}
        </ul>
      </div>
      <button class="plain" aria-label="Dismiss" @click=${() => (this.banner = null)}>${icon("close")}</button>
    </div>`;
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

  #captionView(): TemplateResult {
    const { loaded, timeUs, playing } = this.player;
    if (!loaded) return html`<div class="caption"><p>Simulating…</p></div>`;
    const { run, index, rules } = loaded;
    const told = withBreaches(narrate(run, index.ledger, index.steps, timeUs), rules, timeUs);
    const next = nextVariant(run.scenario, this.page.lesson, this.page.variant);
    const back = next !== undefined && isBack(run.scenario, this.page.variant, next);
    return html`<div class="caption ${told.tone}">
      <p aria-live=${playing ? "off" : "polite"} data-testid="narration">
        ${told.timeUs >= 0 ? html`<span class="at number">${seconds(told.timeUs)}</span>` : nothing}
        <span class="sign" aria-hidden="true">${told.tone === "bad" ? "✕" : told.tone === "good" ? "✓" : ""}</span>
        ${told.text}
      </p>
      ${
        next !== undefined && this.page.step === null
          ? html`<wa-button
              variant="brand"
              appearance=${back ? "outlined" : "accent"}
              data-testid="next-variant"
              @click=${() => this.#chooseVariant(next)}
              >${variantCall(run.scenario, this.page.variant, next)}</wa-button
            >`
          : nothing
      }
    </div>`;
  }

  #selectionView(): TemplateResult | typeof nothing {
    const { loaded, selection, timeUs } = this.player;
    if (!loaded || !selection) return nothing;
    const { run, index } = loaded;
    const { ledger } = index;
    let what = "";
    if (selection.kind === "message")
      what = `${messageName(run, ledger, selection.id)}, sent at ${seconds(ledger.messageUs[selection.id])}`;
    else if (selection.kind === "copy") {
      const m = ledger.message[selection.id];
      what = `${run.nodes[ledger.recipient[selection.id]]?.name}’s copy of ${messageName(run, ledger, m)}`;
    } else if (selection.kind === "node")
      what = `${run.nodes[selection.id].name}: ${describeState(run, index.states, selection.id, timeUs)}`;
    else return nothing;
    return html`<div class="chosen" data-testid="selection">
      <span>${what}</span>
      <button class="plain" aria-label="Clear the selection" @click=${() => this.player.select(null)}>${icon("close")}</button>
    </div>`;
  }

  #sideView(): TemplateResult {
    return html`
      <fanout-story
        .player=${this.player}
        .reading=${this.#reading}
        @step=${(e: CustomEvent<number>) => this.#openStep(e.detail)}
        @answer=${(e: CustomEvent<number>) => this.#answer(e.detail)}
        @set-stage=${() => this.page.step !== null && this.#setStage(this.page.step)}
        @play-step=${() => this.#playStep()}
      ></fanout-story>
      ${this.#isVeiled ? nothing : this.#controlsView()}
    `;
  }

  #controlsView(): TemplateResult {
    const notice = this.player.loaded?.run.scenario.notice ?? [];
    return html`
      ${this.#variantsView()} ${this.#selectionView()}
      <section>
        <h2>Counts</h2>
        <fanout-summary .player=${this.player}></fanout-summary>
      </section>
      ${
        notice.length > 0
          ? html`<section>
              <h2>What to notice</h2>
              <ul class="notice">
                ${notice.map((n) => html`<li>${n}</li>`)}
              </ul>
            </section>`
          : nothing
      }
      ${this.#knobsView()}
    `;
  }

  #variantsView(): TemplateResult | typeof nothing {
    const scenario = this.player.loaded?.run.scenario;
    const variants = scenario ? choices(scenario, this.page.lesson) : [];
    if (!scenario || variants.length === 0) return nothing;
    return html`<fieldset class="variants" data-testid="variants">
      <legend>Architecture</legend>
      ${variants.map((name) => {
        const isOn = name === this.page.variant;
        const summary = name === null ? "" : scenario.variants[name].summary;
        const changes = isOn ? changesInWords(this.knobs, this.page.set) : "";
        return html`<label class=${isOn ? "on" : ""}>
          <input
            type="radio"
            name="variant"
            value=${name ?? ""}
            .checked=${isOn}
            @change=${() => this.#chooseVariant(name)}
          />
          <span>
            ${variantTitle(scenario, name)}${changes === "" ? "" : ", changed"}
            ${
              isOn && (summary || changes)
                ? html`<small>
                    <span ?data-untrue=${changes !== ""}>${summary}</span>
                    ${changes === "" ? nothing : html`<span data-testid="changes">${changes}</span>`}
                  </small>`
                : nothing
            }
          </span>
        </label>`;
      })}
    </fieldset>`;
  }

  #knobsView(): TemplateResult | typeof nothing {
    if (this.knobs.length === 0) return nothing;
    const turned = Object.keys(this.page.set);
    return html`<section>
      <h2 class="row">
        <span>Knobs</span>
        ${
          turned.length > 0 || this.page.seed !== null
            ? html`<button class="plain small" @click=${() => this.#resetKnobs()}>${icon("reset")} reset</button>`
            : nothing
        }
      </h2>
      <fanout-knobs
        .knobs=${this.knobs}
        .changed=${turned}
        @knob=${(e: CustomEvent<{ path: string; value: Json }>) => this.#turn({ [e.detail.path]: e.detail.value })}
      ></fanout-knobs>
    </section>`;
  }

  #footerView(): TemplateResult {
    const run = this.player.loaded?.run;
    if (!run) return html`<footer></footer>`;
    const cut = run.endedBy !== "time";
    return html`<footer>
      <dl>
        <div><dt>Fingerprint</dt><dd><code data-testid="fingerprint">${run.fingerprint}</code></dd></div>
        <div>
          <dt><label for="seed">Seed</label></dt>
          <dd><input id="seed" data-testid="seed" inputmode="numeric" .value=${String(run.seed)} @change=${(e: Event) => this.#reseed((e.target as HTMLInputElement).value)} /></dd>
        </div>
        <div><dt>Events</dt><dd class="number">${count(run.events)}</dd></div>
        <div><dt>Simulated</dt><dd class="number">${seconds(run.endUs)}${cut ? `, cut short by the limit on ${run.endedBy}` : ""}</dd></div>
        <div><dt>Took</dt><dd class="number">${this.#tookMs.toFixed(0)} ms</dd></div>
      </dl>
      <p>
        The same scenario, settings and seed give the same run, event for event, here and on the command line; the
        fingerprint shows it.
      </p>
    </footer>`;
  }

  #onFileChosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = "";
    if (file) void this.#openFile(file);
  };
}
customElements.define("fanout-app", FanoutApp);
