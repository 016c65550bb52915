/// <reference lib="webworker" />
/** The worker: takes a scenario, answers with its run and everything that the page looks up in it. */
import { buffersOf } from "../run/run-index.ts";
import { answer } from "./engine.ts";
import type { ReaderRequest, RunRequest, TimersRequest } from "./protocol.ts";
import { reader } from "./staging.ts";
import type { TimerTeller } from "./timer-teller.ts";

/** What tells of timers is fetched when they are asked for. */
let teller: Promise<TimerTeller> | null = null;

async function askOfTimers(request: TimersRequest): Promise<void> {
  teller ??= import("./timer-teller.ts").then((module) => new module.TimerTeller());
  try {
    (await teller).ask(request, (told) => self.postMessage(told));
  } catch {
    // Whoever asks again may have a connection again.
    teller = null;
  }
}

self.onmessage = async ({ data }: MessageEvent<RunRequest | TimersRequest | ReaderRequest>) => {
  // Whoever needs it will be told if it can't be fetched.
  if ("expects" in data) return void reader().catch(() => {});
  if ("asks" in data) return askOfTimers(data);
  teller?.then((known) => known.forget()).catch(() => {});
  const reply = await answer(data);
  const transfer = reply.ok ? [...buffersOf(reply.run.trace), ...buffersOf(reply.index)] : [];
  (self as unknown as { postMessage(message: unknown, transfer: Transferable[]): void }).postMessage(reply, [
    ...new Set(transfer),
  ]);
};
