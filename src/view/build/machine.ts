/** In the built page: a part's machine, compiled when the page was built. Stands for `model/world/machine.ts`. */
import charts from "virtual:charts";
import type { Behaviour } from "../../statechart/behaviour.ts";
import { chartFrom } from "../../statechart/chart-data.ts";

export function machineOf(
  part: { readonly name: string; readonly events: readonly string[] },
  behaviour: Behaviour<never>,
) {
  const data = charts[part.name]!;
  const chart = chartFrom({ ...data, events: [...part.events, ...data.events] }, behaviour);
  return { part, name: part.name, machine: null, behaviour, chart };
}
