/** The page's side of the worker that searches, and what is known of the search. */
import type { Scenario } from "../../scenario/schema.ts";
import type { CheckAnswer, CheckMessage, CheckProgress, CheckResult } from "./check-protocol.ts";

export type CheckState =
  | { readonly phase: "idle" }
  | {
      readonly phase: "running";
      readonly progress: CheckProgress | null;
      /** It was asked to stop, and has not yet said what it knows. */
      readonly isStopping: boolean;
    }
  | { readonly phase: "done"; readonly result: CheckResult }
  | { readonly phase: "failed"; readonly message: string };

/** What is to be searched. */
export interface Subject {
  /** As it runs: with variant, knobs and seed. */
  readonly scenario: Scenario;
  readonly variant: string | null;
}

const IDLE: CheckState = { phase: "idle" };

export class CheckClient {
  state: CheckState = IDLE;
  #worker: Worker | null = null;
  #id = 0;
  #subject = "";
  /** The last search that came to an end: a reader who goes away and comes back finds its verdicts again. */
  #last: { readonly subject: string; readonly result: CheckResult } | null = null;
  #onState: () => void;

  constructor(onState: () => void) {
    this.#onState = onState;
  }

  /** Another run is on screen: verdicts on another scenario are no longer shown, and its search ends. */
  show(subject: Subject): void {
    const key = keyOf(subject);
    if (key === this.#subject) return;
    this.leave();
    this.#subject = key;
    if (this.#last?.subject === key) this.#set({ phase: "done", result: this.#last.result });
  }

  /** Nothing is on screen that verdicts could be about. */
  leave(): void {
    if (this.state.phase === "running") this.#end();
    this.#subject = "";
    this.#set(IDLE);
  }

  start(subject: Subject, exhaustive: boolean): void {
    if (this.state.phase === "running") this.#end();
    this.#subject = keyOf(subject);
    this.#set({ phase: "running", progress: null, isStopping: false });
    const { scenario, variant } = subject;
    this.#post({ kind: "check", id: ++this.#id, scenario, variant, exhaustive });
  }

  /** Ends the search with what it knows; when called again, at once. */
  stop(): void {
    if (this.state.phase !== "running") return;
    if (this.state.isStopping) {
      this.#end();
      this.#set({ phase: "failed", message: "The search was ended before it could say what it knows." });
      return;
    }
    this.#set({ ...this.state, isStopping: true });
    this.#post({ kind: "stop", id: this.#id });
  }

  #post(message: CheckMessage): void {
    this.#worker ??= this.#open();
    this.#worker.postMessage(message);
  }

  #open(): Worker {
    const worker = new Worker(new URL("./check-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = (event: MessageEvent<CheckAnswer>) => {
      if (worker === this.#worker && event.data.id === this.#id) this.#hear(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker !== this.#worker) return;
      this.#end();
      this.#set({ phase: "failed", message: `The search stopped: ${event.message || "its worker failed"}.` });
    };
    return worker;
  }

  #hear(answer: CheckAnswer): void {
    if (this.state.phase !== "running") return;
    if (answer.kind === "progress") this.#set({ ...this.state, progress: answer.progress });
    else if (answer.kind === "failed") this.#set({ phase: "failed", message: answer.message });
    else {
      this.#last = { subject: this.#subject, result: answer.result };
      this.#set({ phase: "done", result: answer.result });
    }
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #set(state: CheckState): void {
    this.state = state;
    this.#onState();
  }
}

/** Two subjects with the same key have the same verdicts. */
function keyOf({ scenario, variant }: Subject): string {
  return JSON.stringify([scenario, variant]);
}
