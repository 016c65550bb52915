/** From a request to an answer: parse, choose the variant, turn the knobs, simulate, index. Runs in the worker; tested in Node. */
import { simulate } from "../run/simulate.ts";
import { scenarioJsonSchema } from "../scenario/json-schema.ts";
import { parseScenario, withSettings, withVariant } from "../scenario/parse.ts";
import type { Scenario } from "../scenario/schema.ts";
import { findingsOf } from "./findings.ts";
import { knobControl, type Schema, valueAt } from "./knob-controls.ts";
import { BUDGET, type Problem, type RunAnswer, type RunRequest } from "./protocol.ts";
import { indexRun } from "./run-index.ts";
import { variantTitle } from "./variant-title.ts";

let schema: Schema | undefined;

/**
 * Answers a request. A scenario that does not parse is refused whole; a variant or a knob that does not fit
 * is left out and reported, so that a link from elsewhere still shows something. Never throws.
 */
export function answer(request: RunRequest): RunAnswer {
  const { id } = request;
  try {
    const began = performance.now();
    const parsed = parseScenario(request.text);
    if (!parsed.ok) return { id, ok: false, problems: parsed.errors };
    const problems: Problem[] = [];
    let variant = request.variant;
    let chosen = withVariant(parsed.scenario, variant);
    if (!chosen.ok) {
      const { errors } = chosen;
      variant = request.opening;
      chosen = withVariant(parsed.scenario, variant);
      if (!chosen.ok) variant = null;
      const opened = `Opened instead: «${variantTitle(parsed.scenario, variant)}».`;
      problems.push(
        ...errors.map((e) => ({
          path: "variant",
          message: `${e.message}${/[.?!]$/.test(e.message) ? "" : "."} ${opened}`,
        })),
      );
    }
    const base: Scenario = chosen.ok ? chosen.scenario : parsed.scenario;
    let scenario = base;
    // What was turned can be turned back, even if the scenario does not offer it: a repair may turn any knob.
    const paths = new Set(base.knobs);
    for (const [path, value] of Object.entries(request.set)) {
      const turned = withSettings(scenario, { [path]: value });
      if (turned.ok) {
        scenario = turned.scenario;
        paths.add(path);
      } else problems.push(...turned.errors.map((e) => ({ path, message: e.message })));
    }
    const deadline = began + BUDGET.wallClockMs;
    const run = simulate(scenario, {
      variant,
      ...(request.seed === null ? {} : { seed: request.seed }),
      maxEvents: BUDGET.maxEvents,
      isOverdue: () => performance.now() > deadline,
    });
    schema ??= scenarioJsonSchema() as Schema;
    const root = schema;
    const knobs = [...paths].map((path) => knobControl(root, scenario, path, valueAt(base, path)));
    return {
      id,
      ok: true,
      run,
      index: indexRun(run),
      rules: findingsOf(run),
      knobs,
      problems,
      tookMs: performance.now() - began,
    };
  } catch (error) {
    return {
      id,
      ok: false,
      problems: [
        {
          path: "",
          message: `The simulation stopped: ${error instanceof Error ? error.message : String(error)}`,
        },
      ],
    };
  }
}
