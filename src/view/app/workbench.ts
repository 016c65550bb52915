/**
 * What is open on the page: a scenario in a variant with its settings, its run, and the lesson's step; and all ways to
 * open something else. The address follows it.
 */
import type { Lesson } from "../../lesson/lesson.ts";
import { timeOf } from "../../lesson/moments.ts";
import { CAUSES } from "../../model/trace/causes.ts";
import { EMPTY_STATE, type Json, type PageState, type TabName } from "../../run/address.ts";
import { packText } from "../../run/pack.ts";
import type { Fault } from "../../scenario/schema.ts";
import type { KnobControl } from "../knobs/knob-controls.ts";
import { FIRST_LESSON, LESSONS } from "../lessons/lessons.ts";
import { markDone } from "../lessons/progress.ts";
import { isAsSet } from "../lessons/story-view.ts";
import { count } from "../look/format.ts";
import { reducedMotion } from "../look/theme.ts";
import { openingTime, restingTime } from "../player/opening.ts";
import { type Loaded, Player } from "../player/player.ts";
import { linksBetween } from "../run/link-states.ts";
import { CheckClient, type Subject } from "../search/check-client.ts";
import type { BrokenVerdict } from "../search/check-protocol.ts";
import { MOST_PATIENCE, type RunAnswer } from "../worker/protocol.ts";
import { WorkerClient } from "../worker/worker-client.ts";
import { AddressBar } from "./address-bar.ts";
import { Changes } from "./changes.ts";
import { followChosen } from "./following.ts";
import { type LessonPage, playStep, stageOf, stepOf } from "./reading.ts";
import { type Refusal, type Source, sourceOf } from "./source.ts";

const MAX_FILE_BYTES = 1_048_576;

/** Why another run comes on screen, where the view has to lead the reader to it. */
export type Arrival = "counterexample" | "return" | "step";

/** What a run is asked for. */
interface Wanted extends Source {
  readonly page: PageState;
  /** It begins where its lesson or its run begins, not where the clock stands. */
  readonly isFresh: boolean;
  /** Whether the problems that are told stay. */
  readonly keepsBanner: boolean;
  /** It is what is on screen, in another state: tab, clock, speed and selection are those of the moment at which it is done. */
  readonly goesOn: boolean;
}

export class Workbench implements LessonPage {
  page: PageState = EMPTY_STATE;
  banner: Refusal | null = null;
  knobs: readonly KnobControl[] = [];
  isBusy = true;
  story: Lesson | null = null;
  answers: ReadonlyMap<number, number> = new Map();
  /** Real time that the run took. ms. */
  tookMs = 0;
  readonly player = new Player();
  readonly changes = new Changes();
  readonly search: CheckClient;
  #worker = new WorkerClient();
  #bar = new AddressBar(() => this.#goElsewhere());
  #listeners = new Set<() => void>();
  #onArrival: (arrival: Arrival) => void;
  /** What is waited for. */
  #pending: Wanted | null = null;
  /** What is on screen, as it was found. */
  #source: Source = { lesson: null, written: "", opening: null, story: null };
  #attempt = 0;
  #patience = 1;
  /** An address is being read: the screen does not show it yet, and must not be written to it. */
  #isOpening = false;
  #arrival: Arrival | null = null;

  /** Calls back when the reader has to be led to what has come on screen. */
  constructor(onArrival: (arrival: Arrival) => void) {
    this.#onArrival = onArrival;
    this.search = new CheckClient(() => this.#onChange());
    for (const topic of ["tick", "change"] as const)
      this.player.on(topic, () => {
        this.#onChange();
        this.#writeAddress();
      });
    this.#openAddress();
  }

  /** Calls back when anything of it has changed, until the returned function is called. */
  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #onChange(): void {
    for (const listener of this.#listeners) listener();
  }

  // ——— Opening ———

  #goElsewhere(): void {
    this.#arrival = "return";
    this.#openAddress();
  }

  #openAddress(): void {
    const { state, problems } = this.#bar.read();
    const title = "Part of this address could not be read";
    this.banner =
      problems.length === 0 ? null : { title, problems: problems.map((message) => ({ path: "", message })) };
    void this.#open(state, problems.length > 0);
  }

  /** Opens a state: finds its scenario, then runs it. */
  async #open(asked: PageState, keepsBanner = false): Promise<void> {
    const attempt = ++this.#attempt;
    this.#isOpening = true;
    const source = await sourceOf(asked);
    if (attempt !== this.#attempt) return;
    if ("problems" in source) return this.#refuse(source);
    const step = stepOf(source.story, asked);
    const isBare = asked.variant === null && Object.keys(asked.set).length === 0;
    const page = {
      ...asked,
      lesson: source.lesson,
      variant: asked.variant ?? step?.stage.variant ?? source.opening,
      set: isBare && step !== undefined ? (step.stage.set as PageState["set"]) : asked.set,
      step: step === undefined ? null : asked.step,
    };
    this.#run({ ...source, page, isFresh: asked.timeUs === null, keepsBanner, goesOn: false });
  }

  /** Asks for a run; if there is no such variant, for the one that the scenario opens with. */
  #run(wanted: Wanted): void {
    this.#isOpening = false;
    this.#pending = wanted;
    this.isBusy = true;
    this.#onChange();
    const { written, opening, page } = wanted;
    const { variant, set, seed } = page;
    if (written !== this.#source.written) this.#patience = 1;
    const patience = this.#patience;
    this.#worker.run(
      { written, isTold: page.step !== null, variant, opening, set, seed, patience },
      (answer) => this.#onAnswer(answer, wanted),
    );
  }

  /** Runs what is open in another state. */
  #rerun(page: PageState, isFresh: boolean): void {
    this.#run({ ...this.#source, page, isFresh, keepsBanner: false, goesOn: true });
  }

  /** Something can't be opened: says so, and leaves what is on screen, or opens the first lesson. */
  #refuse(banner: Refusal): void {
    this.banner = banner;
    this.isBusy = false;
    this.#isOpening = false;
    this.#pending = null;
    this.#arrival = null;
    this.#onChange();
    if (this.player.loaded) this.#writeAddress(true);
    else if (LESSONS.some(({ name }) => name === FIRST_LESSON)) void this.#open(EMPTY_STATE, true);
  }

  #onAnswer(answer: RunAnswer, wanted: Wanted): void {
    if (this.#pending === wanted) {
      this.#pending = null;
      this.isBusy = false;
    }
    if (!answer.ok) {
      const isOwn = wanted.written !== this.#source.written && wanted.page.lesson === null;
      const title = isOwn ? "This scenario could not be opened" : "This could not be run";
      return this.#refuse({ title, problems: answer.problems });
    }
    const { run, index, rules, facts, knobs, problems, tookMs, writtenFaults } = answer;
    const isOther = wanted.written !== this.#source.written || wanted.page.step !== this.page.step;
    const isFirst = !this.player.loaded || isOther || this.page.variant !== wanted.page.variant;
    if (isOther) this.changes.forget();
    if (wanted.story !== this.story) this.answers = new Map();
    this.#source = wanted;
    this.story = wanted.story;
    this.knobs = knobs;
    this.tookMs = tookMs;
    this.#tell(problems, wanted.keepsBanner);
    const unfit = new Set(problems.map(({ path }) => path));
    const set = Object.fromEntries(Object.entries(wanted.page.set).filter(([path]) => !unfit.has(path)));
    const page = wanted.goesOn ? { ...wanted.page, tab: this.page.tab, cost: this.page.cost } : wanted.page;
    this.page = { ...page, variant: run.variant, set };
    const loaded: Loaded = { run, index, rules, facts, writtenFaults };
    if (!wanted.goesOn) this.player.setPace(page.pace);
    this.player.selection = selectionIn(loaded, wanted.goesOn ? this.player.selection : page.selection);
    this.#show(loaded, wanted, isFirst);
    if (!wanted.goesOn && page.isFollowed) void followChosen(this.player);
    document.title = `${run.scenario.title} · Fanout Lab`;
    this.search.show(this.#subject(loaded));
    this.#writeAddress(true);
    this.#expectSettings();
    this.#onChange();
    const arrival = this.#arrival;
    this.#arrival = null;
    if (arrival !== null) this.#onArrival(arrival);
  }

  /** What was asked for and could not be used. */
  #tell(problems: Refusal["problems"], keepsBanner: boolean): void {
    const kept = keepsBanner ? this.banner : null;
    if (problems.length === 0) {
      this.banner = kept;
      return;
    }
    const title = kept?.title ?? "Part of this could not be used";
    this.banner = { title, problems: [...(kept?.problems ?? []), ...problems] };
  }

  /** Puts a run on screen: at the step's time, at its beginning, or where the clock stands. */
  #show(loaded: Loaded, { page, isFresh, goesOn }: Wanted, isFirst: boolean): void {
    const { player } = this;
    const step = stepOf(this.story, this.page);
    if (isFresh && step !== undefined && isAsSet(step, this.page.variant, this.page.set)) {
      player.pause();
      player.load(loaded, timeOf(loaded.run, step.stage.at) ?? 0);
    } else if (isFresh && (isFirst || player.timeUs >= player.endUs)) {
      player.pause();
      const isStill = reducedMotion();
      player.load(loaded, isStill ? restingTime(loaded) : openingTime(loaded));
      if (!isStill) player.play();
    } else player.load(loaded, (goesOn ? null : page.timeUs) ?? player.timeUs);
  }

  /** Opens a file that somebody chose or dropped. */
  async openFile(file: File): Promise<void> {
    if (file.size > MAX_FILE_BYTES) {
      const message = `It is ${count(file.size)} bytes long; a scenario may be ${count(MAX_FILE_BYTES)}.`;
      return this.#refuse({
        title: `«${file.name}» could not be opened`,
        problems: [{ path: "", message }],
      });
    }
    const attempt = ++this.#attempt;
    const packed = await packText(await file.text());
    if (attempt === this.#attempt) await this.#open({ ...EMPTY_STATE, file: packed });
  }

  /** Opens a counterexample at the moment that matters, with an entry in the history, so that Back leads here again. */
  async openCounterexample({ rule, file, timeUs }: BrokenVerdict): Promise<void> {
    const from = this.player.loaded?.run.scenario.title;
    const attempt = ++this.#attempt;
    this.player.pause();
    this.#writeAddress(true);
    const packed = await packText(file);
    if (attempt !== this.#attempt) return;
    const { tab } = this.page;
    const state: PageState = { ...EMPTY_STATE, file: packed, timeUs, pace: this.player.pace.name, tab };
    history.replaceState({ ...history.state, opened: rule }, "");
    this.#bar.push(state, { from });
    this.#arrival = "counterexample";
    this.banner = null;
    await this.#open(state);
  }

  /** Whether a run that was cut can go on: further, it is the command line's. */
  get canGoOn(): boolean {
    const { loaded } = this.player;
    return loaded !== null && loaded.run.endedBy !== "time" && this.#patience < MOST_PATIENCE;
  }

  /** Lets a run that was cut go on, as far as the page goes. */
  goOn(): void {
    this.#patience = MOST_PATIENCE;
    this.#rerun(this.#latest, false);
  }

  /** Ends what is being computed; what is on screen stays. */
  cancel(): void {
    this.#attempt++;
    this.#worker.cancel();
    this.#refuse({ title: "It was cancelled", problems: [] });
  }

  // ——— Steps of a lesson ———

  /** Opens a step of the lesson, with an entry in the history. */
  openStep(step: number): void {
    if (this.story === null) return;
    this.player.pause();
    this.#writeAddress(true);
    const pace = this.player.pace.name;
    this.#bar.push({ ...EMPTY_STATE, lesson: this.page.lesson, step, pace }, null);
    this.#arrival = "step";
    this.page = { ...this.page, tab: "story" };
    this.player.select(null);
    this.#rerun(stageOf(this.story, step, pace), true);
    if (step === this.story.steps.length) markDone(this.story.name);
  }

  /** Sets the stage as the step has it. */
  setStage(): void {
    const { step } = this.page;
    if (this.story !== null && step !== null)
      this.#rerun(stageOf(this.story, step, this.player.pace.name), true);
  }

  playStep(): void {
    const step = stepOf(this.story, this.page);
    if (step !== undefined) playStep(step, this.player);
  }

  answer(answer: number): void {
    if (this.page.step === null) return;
    this.answers = new Map([...this.answers, [this.page.step, answer]]);
    this.#onChange();
  }

  /** Which timers run at a node at an instant of the run on screen: the worker is asked. */
  askTimers(...asked: Parameters<WorkerClient["askTimers"]>): boolean {
    return this.#worker.askTimers(...asked);
  }

  // ——— Changes ———

  /** What is open, with the changes that are still being computed: the next is made on top of them. */
  get #latest(): PageState {
    const wanted = this.#pending;
    return wanted?.goesOn && wanted.written === this.#source.written ? wanted.page : this.page;
  }

  chooseVariant(variant: string | null): void {
    this.changes.note(this.#latest);
    this.player.select(null);
    this.#rerun({ ...this.#latest, variant, set: {} }, true);
  }

  /** Turns knobs. While one is dragged (its path), all of it is one change. */
  turn(turns: Readonly<Record<string, Json>>, dragged: string | null = null): void {
    this.changes.note(this.#latest, dragged);
    this.#rerun({ ...this.#latest, set: { ...this.#latest.set, ...turns } }, false);
  }

  /** Takes settings back to what the variant, or the step, has. */
  takeBack(paths: readonly string[]): void {
    this.changes.note(this.#latest);
    const kept = Object.entries(this.#latest.set).filter(([path]) => !paths.includes(path));
    this.#rerun({ ...this.#latest, set: Object.fromEntries(kept) }, false);
  }

  /** Does something to the run on stage. */
  act(fault: Fault): void {
    const { loaded } = this.player;
    if (!loaded) return;
    this.player.pause();
    const { faults = loaded.run.scenario.faults as unknown as Json } = this.#latest.set;
    this.turn({ faults: [...(faults as Json[]), fault as unknown as Json] });
  }

  /** Takes an act back, by its place among the acts. */
  takeActBack(place: number): void {
    const { loaded } = this.player;
    if (!loaded) return;
    const { writtenFaults, run } = loaded;
    const faults = run.scenario.faults.filter((_, i) => i !== writtenFaults + place);
    if (faults.length === writtenFaults) this.takeBack(["faults"]);
    else this.turn({ faults: faults as unknown as Json });
  }

  resetKnobs(): void {
    this.changes.note(this.#latest);
    this.#rerun({ ...this.#latest, set: {}, seed: null }, false);
  }

  reseed(seed: number): void {
    this.changes.note(this.#latest);
    this.#rerun({ ...this.#latest, seed }, false);
  }

  undo(): void {
    const settings = this.changes.undo(this.#latest);
    if (settings !== undefined) this.#rerun({ ...this.#latest, ...settings }, false);
  }

  redo(): void {
    const settings = this.changes.redo(this.#latest);
    if (settings !== undefined) this.#rerun({ ...this.#latest, ...settings }, false);
  }

  // ——— Rules ———

  startSearch(isExhaustive: boolean): void {
    const { loaded } = this.player;
    if (loaded) this.search.start(this.#subject(loaded), isExhaustive);
  }

  /**
   * What a search would search: the scenario as it is on screen. If the seed is not the scenario's own, its
   * written choices do not apply.
   */
  #subject({ run: { scenario, variant } }: Loaded): Subject {
    const { seed } = this.page;
    if (seed === null) return { scenario, variant };
    const { choices: _, ...rest } = scenario;
    return { scenario: { ...rest, seed }, variant };
  }

  /** Rules that the variant is meant to break; none once a knob was turned, since that makes another architecture. */
  get meantToBreak(): readonly string[] {
    const run = this.player.loaded?.run;
    if (!run || run.variant === null || Object.keys(this.page.set).length > 0) return [];
    return run.scenario.variants[run.variant]?.breaks ?? [];
  }

  // ——— The page's own state ———

  /** The state as it is now. */
  get now(): PageState {
    const { timeUs, pace, selection, followed } = this.player;
    return { ...this.page, timeUs, pace: pace.name, selection, isFollowed: followed !== null };
  }

  showTab(tab: TabName): void {
    if (tab === this.page.tab) return;
    this.page = { ...this.page, tab };
    this.#writeAddress(true);
    this.#expectSettings();
    this.#onChange();
  }

  /** Inputs of cost, as src/cost writes them. */
  setCost(cost: string): void {
    this.page = { ...this.page, cost };
    this.#writeAddress(false);
    this.#onChange();
  }

  /** Where there are knobs in sight, one will be turned. */
  #expectSettings(): void {
    const handed = stepOf(this.story, this.page)?.stage.knobs ?? [];
    if (this.page.tab === "knobs" || handed.length > 0) this.#worker.expectSettings();
  }

  dismiss(): void {
    this.banner = null;
    this.#onChange();
  }

  /** Copies the address, which holds all that is on screen. Whether it could. */
  async copyLink(): Promise<boolean> {
    this.#writeAddress(true);
    try {
      await navigator.clipboard.writeText(location.href);
      return true;
    } catch {
      const message = "Copy it from the address bar: it already holds all that you see.";
      this.banner = { title: "The address could not be copied", problems: [{ path: "", message }] };
      this.#onChange();
      return false;
    }
  }

  #writeAddress(isForced = false): void {
    if (!this.player.loaded || this.#pending || this.#isOpening) return;
    this.#bar.write(() => this.now, { isPlaying: this.player.playing, isForced });
  }
}

/** What is chosen, if the run has it. */
function selectionIn({ run, index }: Loaded, selection: PageState["selection"]): PageState["selection"] {
  if (!selection) return null;
  const limits = {
    message: index.ledger.messages,
    copy: index.ledger.copies,
    node: run.nodes.length,
    request: run.trace.length,
    link: linksBetween(run.nodes).length,
    packet: run.trace.length,
    group: index.crowd?.cohorts.length ?? 0,
    losses: CAUSES.length,
  };
  return selection.id < limits[selection.kind] ? selection : null;
}
