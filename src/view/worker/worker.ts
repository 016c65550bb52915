/// <reference lib="webworker" />
/** The worker: takes a scenario, answers with its run and everything that the page looks up in it. */
import "./no-eval.ts";
import { buffersOf } from "../run/run-index.ts";
import { answer } from "./engine.ts";
import type { RunRequest } from "./protocol.ts";

self.onmessage = (event: MessageEvent<RunRequest>) => {
  const reply = answer(event.data);
  const transfer = reply.ok ? [...buffersOf(reply.run.trace), ...buffersOf(reply.index)] : [];
  (self as unknown as { postMessage(message: unknown, transfer: Transferable[]): void }).postMessage(reply, [
    ...new Set(transfer),
  ]);
};
