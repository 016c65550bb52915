/** What a request puts on stage: of a lesson as it was prepared; whatever else is asked for, the reader has to be fetched for. */
import { type PreparedScenario, stagedAs } from "../../lesson/prepared.ts";
import { valueAt } from "../knobs/knob-controls.ts";
import { knobControl } from "./knobs.ts";
import type { RunRequest } from "./protocol.ts";
import type { Staged, Unfit } from "./staged.ts";

export async function stage(request: RunRequest): Promise<Staged | Unfit> {
  const { written, variant, set } = request;
  const known = typeof written === "string" ? null : asPrepared(written, variant, set);
  return known ?? (await reader()).read(request);
}

/** What reads files and settings brings parser and schema: it is fetched when it is needed, or likely to be. */
export async function reader(): Promise<typeof import("./reader.ts")> {
  try {
    return await import("./reader.ts");
  } catch {
    throw new Error("what checks settings could not be fetched. Is there a connection? Then try again");
  }
}

function asPrepared(
  written: PreparedScenario,
  variant: string | null,
  set: RunRequest["set"],
): Staged | null {
  const [base, scenario] = [stagedAs(written, variant, {}), stagedAs(written, variant, set)];
  if (base === null || scenario === null) return null;
  const paths = new Set([...base.knobs, ...Object.keys(set)]);
  const knobs = [...paths].map((path) =>
    knobControl(scenario, path, written.fields[path]!, valueAt(base, path)),
  );
  return { variant, base, scenario, knobs, problems: [] };
}
