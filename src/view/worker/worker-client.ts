/**
 * The page's side of the worker. One run is computed at a time; of those that are asked for meanwhile, the last waits and
 * the others are forgotten. A run that takes longer than a moment gives way at once.
 */
import { fetchRareWords } from "../run/rare.ts";
import { startWorker, takeFirst } from "./first-worker.ts";
import type { ReaderRequest, RunAnswer, RunRequest, TimersAnswer, TimersRequest } from "./protocol.ts";

type OnAnswer = (answer: RunAnswer) => void;

/** A request, and who waits for its answer. */
interface Asked {
  readonly request: RunRequest;
  readonly onAnswer: OnAnswer;
}

/** A run that was replaced may take so long: it is nearly done, and its picture is one of a knob that is dragged. ms. */
const PATIENCE_MS = 200;

export class WorkerClient {
  #worker: Worker | null = null;
  #computed: Asked | null = null;
  #waiting: Asked | null = null;
  /** What was asked for when a run was answered last. */
  #answered: RunRequest | null = null;
  #onTimers: ((told: TimersAnswer) => void) | null = null;
  #latest = 0;
  #giveWay: ReturnType<typeof setTimeout> | undefined;

  /** Asks for a run. */
  run(request: Omit<RunRequest, "id">, onAnswer: OnAnswer): void {
    const asked = { request: { ...request, id: ++this.#latest }, onAnswer };
    if (this.#computed === null) return this.#compute(asked);
    this.#waiting = asked;
    this.#giveWay ??= setTimeout(() => {
      // A worker that computes cannot be told to stop, only ended.
      this.#end();
      this.#goOn();
    }, PATIENCE_MS);
  }

  /** Asks which timers run at a node at an instant of the run that was answered last; false while another is computed. */
  askTimers(node: number, timeUs: number, onTimers: (told: TimersAnswer) => void): boolean {
    if (this.#computed !== null || this.#answered === null) return false;
    this.#onTimers = onTimers;
    this.#worker ??= this.#start();
    const asked: TimersRequest = { asks: "timers", of: this.#answered, node, timeUs };
    this.#worker.postMessage(asked);
    return true;
  }

  /** Settings are likely to be turned: the first turn should not wait for what reads them. */
  expectSettings(): void {
    this.#worker ??= this.#start();
    const expected: ReaderRequest = { expects: "settings" };
    this.#worker.postMessage(expected);
  }

  /** Ends what is computed and forgets what waits. */
  cancel(): void {
    this.#waiting = null;
    this.#end();
    this.#goOn();
  }

  #compute(asked: Asked): void {
    this.#worker ??= this.#start();
    this.#computed = asked;
    this.#worker.postMessage(asked.request);
  }

  /** Computes what waits. */
  #goOn(): void {
    clearTimeout(this.#giveWay);
    this.#giveWay = undefined;
    this.#computed = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) this.#compute(waiting);
  }

  #start(): Worker {
    const worker = takeFirst() ?? startWorker();
    worker.onmessage = ({ data }: MessageEvent<RunAnswer | TimersAnswer>) => {
      if (worker !== this.#worker) return;
      if (!("asks" in data)) void this.#hearWithWords(worker, data);
      else if (data.of === this.#answered?.id) this.#onTimers?.(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker !== this.#worker || this.#computed === null) return;
      this.#end();
      const why = `The simulation stopped: ${event.message || "its worker failed"}.`;
      this.#hear({ id: this.#computed.request.id, ok: false, problems: [{ path: "", message: why }] });
    };
    return worker;
  }

  /** A run is shown when the words for it are there, too. */
  async #hearWithWords(worker: Worker, answer: RunAnswer): Promise<void> {
    if (answer.ok && answer.index.hasRare) await fetchRareWords();
    if (worker === this.#worker) this.#hear(answer);
  }

  #hear(answer: RunAnswer): void {
    const [computed, waiting] = [this.#computed, this.#waiting];
    if (answer.ok && computed !== null) this.#answered = computed.request;
    this.#goOn();
    // Shown though another waits, if both are of one scenario: a knob that is dragged. What is no longer open is not.
    if (computed !== null && (waiting === null || waiting.request.written === computed.request.written))
      computed.onAnswer(answer);
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}
