import { type Chart, END_OF_LIST, STAY, UNGUARDED } from "./chart.ts";

/**
 * The changes of state that a chart knows: pairs of leaves between which one event can take an entity, if every guard may say yes
 * or no. Eventless transitions belong to the event before them. Self-transitions are no change.
 */
export function edgesOf<W>(chart: Chart<W>): (readonly [from: number, to: number])[] {
  const edges: (readonly [number, number])[] = [];
  for (let from = 0; from < chart.states.length; from++) {
    const to = new Set<number>();
    for (let column = 0; column < chart.columns; column++)
      for (const target of targets(chart, chart.cells[from * chart.columns + column]!))
        for (const rest of restsAt(chart, target)) to.add(rest);
    to.delete(from);
    for (const leaf of to) edges.push([from, leaf]);
  }
  return edges;
}

/** The leaves that a list of candidates leads to. */
function targets<W>(chart: Chart<W>, first: number): number[] {
  const found: number[] = [];
  for (let candidate = first; chart.guardOf[candidate] !== END_OF_LIST; candidate++) {
    if (chart.targetOf[candidate] !== STAY) found.push(chart.targetOf[candidate]!);
    // Nothing after a candidate without a guard is ever asked.
    if (chart.guardOf[candidate] === UNGUARDED) break;
  }
  return found;
}

/** Where an entity that enters a leaf can come to rest, by eventless transitions. */
function restsAt<W>(chart: Chart<W>, leaf: number, entered = new Set<number>()): number[] {
  if (entered.has(leaf)) return [];
  entered.add(leaf);
  const first = chart.eventless[leaf]!;
  const further = targets(chart, first).flatMap((target) => restsAt(chart, target, entered));
  return alwaysLeaves(chart, first) ? further : [leaf, ...further];
}

/** Whether a list of candidates ends with one that is always taken and leads elsewhere. */
function alwaysLeaves<W>(chart: Chart<W>, first: number): boolean {
  for (let candidate = first; chart.guardOf[candidate] !== END_OF_LIST; candidate++)
    if (chart.guardOf[candidate] === UNGUARDED) return chart.targetOf[candidate] !== STAY;
  return false;
}
