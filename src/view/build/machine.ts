/** In the built page: a part's machine, compiled when the page was built. Stands for `model/world/machine.ts`. */
import charts from "virtual:charts";
import type { Behaviour } from "../../statechart/behaviour.ts";
import { chartFrom } from "../../statechart/chart-data.ts";

export function machineOf(part: { readonly name: string }, behaviour: Behaviour<never>) {
  const chart = chartFrom(charts[part.name]!, behaviour);
  return { part, name: part.name, machine: null, behaviour, chart };
}
