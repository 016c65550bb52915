/** What losses and ends had begun with, in sentences. */
import type { RunResult } from "../../run/result.ts";
import type { LedgerEnd } from "../../run/roots.ts";
import { sinceText } from "../../run/since.ts";
import { seconds } from "../look/format.ts";

/**
 * «Since the balancer had closed B’s connection after 10 s of silence (at 19.060 s).» For several roots, which must be
 * of one rootsKey, it names what they have in common.
 */
export function sinceRoots(run: RunResult, roots: readonly LedgerEnd[]): string {
  const first = roots.length > 1 ? "first " : "";
  const text = sinceText(run, roots, (timeUs) => ` (${first}at ${seconds(timeUs)})`);
  return `Since ${text.replaceAll("'", "’")}.`;
}
