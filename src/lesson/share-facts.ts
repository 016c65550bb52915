/** Of the first rule that asks for a share of its clocks, as «99 % within 500 ms»: how many of a hundred ran too long, or never stopped. */
import { ownRule } from "../check/own-rules.ts";
import { settingOf } from "../check/setting.ts";
import type { RecordKind } from "../model/trace/records.ts";
import type { RunResult } from "../run/result.ts";

export function shareFacts({ trace, scenario, endUs }: RunResult): [string, number | string][] {
  const found = Object.entries(scenario.ownRules).find(
    ([, rule]) => rule.type === "within" && rule.share !== undefined,
  );
  if (found === undefined) return [["clocks.late", "none"]];
  const monitor = ownRule(...found).watch(settingOf(scenario));
  for (let row = 0; row < trace.length; row++)
    if (monitor.sees.includes(trace.kind[row] as RecordKind)) monitor.see(trace, row);
  monitor.end!(endUs);
  const { spoke, exempt } = monitor.scope!();
  const late = Object.values(exempt).reduce((sum, count) => sum + count, 0);
  return [["clocks.late", spoke + late === 0 ? "none" : Math.round((1000 * late) / (spoke + late)) / 10]];
}
