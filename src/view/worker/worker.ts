/// <reference lib="webworker" />
/** The worker: takes a scenario, answers with its run and everything that the page looks up in it. */
import "./no-eval.ts";
import { buffersOf } from "../run/run-index.ts";
import { answer } from "./engine.ts";
import type { RunRequest, TimersRequest } from "./protocol.ts";
import { TimerTeller } from "./timer-teller.ts";

const teller = new TimerTeller();

self.onmessage = ({ data }: MessageEvent<RunRequest | TimersRequest>) => {
  if ("asks" in data) return teller.ask(data, (told) => self.postMessage(told));
  teller.forget();
  const reply = answer(data);
  const transfer = reply.ok ? [...buffersOf(reply.run.trace), ...buffersOf(reply.index)] : [];
  (self as unknown as { postMessage(message: unknown, transfer: Transferable[]): void }).postMessage(reply, [
    ...new Set(transfer),
  ]);
};
