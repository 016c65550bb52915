/// <reference lib="webworker" />
/**
 * The worker that searches for runs that break a rule. It is not the one that runs scenarios, so that the
 * page stays responsive meanwhile.
 */
import { fetchApart } from "../run/apart.ts";
import "../worker/no-eval.ts";
import type { CheckAnswer, CheckMessage } from "./check-protocol.ts";
import { Checker } from "./checker.ts";

const checker = new Checker({
  post: (answer: CheckAnswer) => self.postMessage(answer),
  later: (go) => void setTimeout(go, 0),
  now: () => performance.now(),
});

self.onmessage = async ({ data }: MessageEvent<CheckMessage>) => {
  try {
    // A repair may go by any of them.
    await fetchApart();
    checker.receive(data);
  } catch (error) {
    self.postMessage({
      id: data.id,
      kind: "failed",
      message: (error as Error).message,
    } satisfies CheckAnswer);
  }
};
