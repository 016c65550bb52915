/**
 * The page's searching worker in the hand of a test, which decides when the page hears an answer: how fast the
 * machine is no longer matters.
 */
import type { CheckAnswer, CheckProgress } from "../../src/view/search/check-protocol.ts";
import { atStart, page } from "./page.ts";

interface Hand {
  /** From now on, answers wait. */
  hold(): void;
  /** Whether the search is over and its result waits. */
  isDone(): boolean;
  /** Hands on a progress of the test's own. */
  tell(progress: CheckProgress): void;
  /** Hands on the result, and all that comes after it. */
  release(): void;
  /** From now on, a search is answered at once with the result of the one before. */
  hurry(): void;
}

/** To be called before the page is opened. */
export async function takeSearcher() {
  await atStart(() => {
    let isHeld = false;
    let isHurried = false;
    let id = 0;
    let last: CheckAnswer | undefined;
    let waiting: CheckAnswer[] = [];
    let hear = (_: CheckAnswer) => {};
    const done = () => waiting.find(({ kind }) => kind === "done");
    /** Sooner than any worker could: once the page's elements are up to date, and before the next picture. */
    const answerAtOnce = async () => {
      for (let i = 0; i < 50; i++) await null;
      hear({ ...last!, id });
    };
    const Real = Worker;
    window.Worker = class extends Real {
      readonly #isSearcher: boolean;
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.#isSearcher = String(url).includes("check-worker");
      }
      override set onmessage(listener: ((event: MessageEvent) => void) | null) {
        if (!this.#isSearcher) {
          super.onmessage = listener;
          return;
        }
        hear = (answer) => listener?.call(this, new MessageEvent("message", { data: answer }));
        super.onmessage = ({ data }: MessageEvent<CheckAnswer>) => {
          if (data.kind === "done") last = data;
          if (isHeld) waiting.push(data);
          else hear(data);
        };
      }
      override postMessage(message: { kind?: string; id: number }) {
        if (this.#isSearcher) id = message.id;
        if (!this.#isSearcher || !isHurried) super.postMessage(message);
        else void answerAtOnce();
      }
    };
    const hand: Hand = {
      hold: () => {
        isHeld = true;
        waiting = [];
      },
      isDone: () => done() !== undefined,
      tell: (progress) => hear({ id, kind: "progress", progress }),
      release: () => {
        isHeld = false;
        hear(done()!);
      },
      hurry: () => {
        isHurried = true;
      },
    };
    (window as unknown as { searcher: Hand }).searcher = hand;
  });
  const call = <K extends keyof Hand>(name: K, ...values: Parameters<Hand[K]>) =>
    page.evaluate(
      ([method, args]) => {
        const { searcher } = window as unknown as {
          searcher: Record<string, (...args: unknown[]) => unknown>;
        };
        return searcher[method]!(...args);
      },
      [name, values] as const,
    );
  return {
    hold: () => call("hold"),
    isDone: () => call("isDone"),
    tell: (progress: CheckProgress) => call("tell", progress),
    release: () => call("release"),
    hurry: () => call("hurry"),
  };
}
