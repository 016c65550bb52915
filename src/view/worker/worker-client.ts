/** The page's side of the worker. A new request replaces the one before it: stale answers never arrive. */
import type { RunAnswer, RunRequest } from "./protocol.ts";

export class WorkerClient {
  #worker: Worker | null = null;
  #busy = false;
  #latest = 0;
  #onAnswer: (answer: RunAnswer) => void;

  constructor(onAnswer: (answer: RunAnswer) => void) {
    this.#onAnswer = onAnswer;
  }

  /** Asks for a run. */
  run(request: Omit<RunRequest, "id">): void {
    const id = ++this.#latest;
    // A worker that computes cannot be told to stop, only ended.
    if (this.#busy) this.#end();
    this.#worker ??= this.#start();
    this.#busy = true;
    this.#worker.postMessage({ ...request, id } satisfies RunRequest);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = (event: MessageEvent<RunAnswer>) => {
      if (worker !== this.#worker || event.data.id !== this.#latest) return;
      this.#busy = false;
      this.#onAnswer(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker !== this.#worker) return;
      this.#end();
      this.#onAnswer({
        id: this.#latest,
        ok: false,
        problems: [{ path: "", message: `The simulation stopped: ${event.message || "its worker failed"}.` }],
      });
    };
    return worker;
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#busy = false;
  }
}
