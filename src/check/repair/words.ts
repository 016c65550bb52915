/** The words for repairs, the same on the command line and in the page. */
import { grouped } from "../../run/grouped.ts";
import type { Threshold } from "./threshold.ts";
import type { Settings } from "./turn.ts";

/** The words where no repair was found, which claim no more than was tried. */
export const NO_REPAIR =
  "none was found: no knob or variant of this scenario, and nothing that the reason points to, mends it without loss, alone or with another that helps. A turn that leaves the rule nothing to judge does not count.";

/** «any value up to 49.9 s that was tried held, 50 s broke». */
export function thresholdWords({ path, held, broke }: Threshold): string {
  const value = (number: number) => valueWords(path, number);
  return `any value ${held < broke ? "up to" : "from"} ${value(held)} that was tried held, ${value(broke)} broke`;
}

/** A number with its unit: «49.9 s», «738 ms», «0.25». */
function valueWords(path: string, value: number): string {
  if (!path.endsWith("Ms")) return String(value);
  if (value < 1000) return `${value} ms`;
  const [whole, fraction] = String(value / 1000).split(".");
  return `${grouped(Number(whole))}${fraction === undefined ? "" : `.${fraction}`} s`;
}

/** Settings as `--set` takes them: «balancer.policy=ip-hash». */
export function settingWords(set: Settings): string[] {
  return Object.entries(set).map(
    ([path, value]) => `${path}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
}
