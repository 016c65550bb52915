/** Reads what nobody has prepared: files of one's own, settings, and variants that there may not be. */
import "./no-eval.ts";
import { knobFieldAt } from "../../scenario/fields.ts";
import { parseScenario, withSettings, withVariant } from "../../scenario/parse.ts";
import type { Scenario } from "../../scenario/schema.ts";
import { splitPath, valueAt } from "../knobs/knob-controls.ts";
import { variantTitle } from "../knobs/variant-title.ts";
import { knobControl } from "./knobs.ts";
import type { Problem, RunRequest } from "./protocol.ts";
import type { Staged, Unfit } from "./staged.ts";

/**
 * A scenario that does not parse is refused whole; a variant or a knob that does not fit is left out and reported, so that a
 * link from elsewhere still shows something.
 */
export function read(request: RunRequest): Staged | Unfit {
  const { written } = request;
  const parsed =
    typeof written === "string" ? parseScenario(written) : { ok: true as const, scenario: written.scenario };
  if (!parsed.ok) return { refused: parsed.errors };
  const { variant, base, problems: unknown } = choose(parsed.scenario, request);
  const { scenario, paths, problems: unfit } = turn(base, request.set);
  const knobs = paths.map((path) =>
    knobControl(scenario, path, knobFieldAt(splitPath(path)), valueAt(base, path)),
  );
  return { variant, base, scenario, knobs, problems: [...unknown, ...unfit] };
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
