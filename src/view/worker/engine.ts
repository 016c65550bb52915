/**
 * From a request to an answer: parse, choose the variant, turn the knobs, simulate, index. Runs in the
 * worker; tested in Node.
 */
import { factsOf } from "../../lesson/facts.ts";
import { simulate } from "../../run/simulate.ts";
import { parseScenario, withSettings, withVariant } from "../../scenario/parse.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { valueAt } from "../knobs/knob-controls.ts";
import { variantTitle } from "../knobs/variant-title.ts";
import { findingsOf } from "../run/findings.ts";
import { indexRun } from "../run/run-index.ts";
import { knobControl } from "./knobs.ts";
import { BUDGET, type Problem, type RunAnswer, type RunRequest } from "./protocol.ts";

/**
 * Answers a request. A scenario that does not parse is refused whole; a variant or a knob that does not fit
 * is left out and reported, so that a link from elsewhere still shows something. Never throws.
 */
export function answer(request: RunRequest): RunAnswer {
  const { id } = request;
  try {
    const beganMs = performance.now();
    const parsed = parseScenario(request.text);
    if (!parsed.ok) return { id, ok: false, problems: parsed.errors };
    const { variant, base, problems: unknown } = choose(parsed.scenario, request);
    const { scenario, paths, problems: unfit } = turn(base, request.set);
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
      rules: findingsOf(run),
      facts: request.isTold ? factsOf(run) : new Map(),
      knobs: paths.map((path) => knobControl(scenario, path, valueAt(base, path))),
      writtenFaults: base.faults.length,
      problems: [...unknown, ...unfit],
      tookMs: performance.now() - beganMs,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { id, ok: false, problems: [{ path: "", message: `The simulation stopped: ${why}` }] };
  }
}

/** The scenario of a request that was answered, as it was run; and its seed. */
export function scenarioOf(
  request: RunRequest,
): { readonly scenario: Scenario; readonly seed: number } | null {
  const parsed = parseScenario(request.text);
  if (!parsed.ok) return null;
  const { scenario } = turn(choose(parsed.scenario, request).base, request.set);
  return { scenario, seed: request.seed ?? scenario.seed };
}

/** The scenario in the variant that was asked for; if there is no such variant, in the one that it opens with. */
function choose(
  written: Scenario,
  { variant, opening }: RunRequest,
): { readonly variant: string | null; readonly base: Scenario; readonly problems: readonly Problem[] } {
  const asked = withVariant(written, variant);
  if (asked.ok) return { variant, base: asked.scenario, problems: [] };
  const instead = withVariant(written, opening);
  const opened = instead.ok ? opening : null;
  const problems = asked.errors.map(({ message }) => ({
    path: "variant",
    message: `${message}${/[.?!]$/.test(message) ? "" : "."} Opened instead: «${variantTitle(written, opened)}».`,
  }));
  return { variant: opened, base: instead.ok ? instead.scenario : written, problems };
}

/**
 * The scenario with the settings applied, and the paths that get a knob: those that it offers, and those that
 * were set, since a repair may set any field.
 */
function turn(
  base: Scenario,
  set: RunRequest["set"],
): { readonly scenario: Scenario; readonly paths: readonly string[]; readonly problems: readonly Problem[] } {
  const paths = new Set<string>(base.knobs);
  const problems: Problem[] = [];
  let scenario = base;
  for (const [path, value] of Object.entries(set)) {
    const turned = withSettings(scenario, { [path]: value });
    if (turned.ok) {
      scenario = turned.scenario;
      paths.add(path);
    } else problems.push(...turned.errors.map(({ message }) => ({ path, message })));
  }
  return { scenario, paths: [...paths], problems };
}
