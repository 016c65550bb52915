/**
 * From a request to an answer: put its scenario on stage, simulate, index. Runs in the worker; tested in Node.
 */
import { simulate } from "../../run/simulate.ts";
import { fetchApart } from "../run/apart.ts";
import { findingsOf } from "../run/findings.ts";
import { indexRun } from "../run/run-index.ts";
import { claimed } from "./claimed.ts";
import { BUDGET, type RunAnswer, type RunRequest } from "./protocol.ts";
import { stage } from "./staging.ts";

/** Answers a request. Never throws. */
export async function answer(request: RunRequest): Promise<RunAnswer> {
  const { id } = request;
  try {
    const staged = await stage(request);
    if ("refused" in staged) return { id, ok: false, problems: staged.refused };
    const { variant, base, scenario, knobs, problems } = staged;
    const [rules, factsOf] = await Promise.all([
      claimed(scenario),
      request.isTold ? teller() : null,
      fetchApart(scenario),
    ]);
    const beganMs = performance.now();
    const run = simulate(scenario, {
      variant,
      ...(request.seed === null ? {} : { seed: request.seed }),
      maxEvents: BUDGET.maxEvents * request.patience,
      isOverdue: () => performance.now() > beganMs + BUDGET.wallClockMs * request.patience,
    });
    return {
      id,
      ok: true,
      run,
      index: indexRun(run),
      rules: findingsOf(run, rules),
      facts: factsOf?.(run) ?? new Map(),
      knobs,
      writtenFaults: base.faults.length,
      problems,
      tookMs: performance.now() - beganMs,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { id, ok: false, problems: [{ path: "", message: `The simulation stopped: ${why}` }] };
  }
}

/** What tells of a run what a lesson's steps may name is fetched with the first step. */
async function teller(): Promise<typeof import("../../lesson/facts.ts")["factsOf"]> {
  try {
    return (await import("../../lesson/facts.ts")).factsOf;
  } catch {
    throw new Error("what tells of a run could not be fetched. Is there a connection? Then try again");
  }
}
