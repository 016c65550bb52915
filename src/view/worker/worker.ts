/// <reference lib="webworker" />
/** The worker: takes a scenario, answers with its run and everything that the page looks up in it. */
import { buffersOf } from "../run/run-index.ts";
import { answer } from "./engine.ts";
import type { ReaderRequest, RunRequest, TimersRequest } from "./protocol.ts";
import { reader } from "./staging.ts";
import { TimerTeller } from "./timer-teller.ts";

const teller = new TimerTeller();

self.onmessage = async ({ data }: MessageEvent<RunRequest | TimersRequest | ReaderRequest>) => {
  // Whoever needs it will be told if it can't be fetched.
  if ("expects" in data) return void reader().catch(() => {});
  if ("asks" in data) return teller.ask(data, (told) => self.postMessage(told));
  teller.forget();
  const reply = await answer(data);
  const transfer = reply.ok ? [...buffersOf(reply.run.trace), ...buffersOf(reply.index)] : [];
  (self as unknown as { postMessage(message: unknown, transfer: Transferable[]): void }).postMessage(reply, [
    ...new Set(transfer),
  ]);
};
