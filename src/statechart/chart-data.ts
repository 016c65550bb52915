/**
 * A chart as plain data, for programs that are to run machines and not to compile them: functions are told by their places in
 * the behaviour that has them, and found there again.
 */
import type { Behaviour } from "./behaviour.ts";
import { type Chart, leavesWithin } from "./chart.ts";

/** Columns that are numbers, and with which array they are made again. */
const ARRAYS = {
  ends: Uint8Array,
  cells: Int32Array,
  shortcuts: Int32Array,
  actionOf: Int32Array,
  eventless: Int32Array,
  guardOf: Int32Array,
  targetOf: Int32Array,
  programOf: Int32Array,
  code: Int32Array,
  timerLane: Int32Array,
  timerDelayUs: Float64Array,
} as const;
type ArrayName = keyof typeof ARRAYS;
const ARRAY_NAMES = Object.keys(ARRAYS) as ArrayName[];

/** Columns of places in other columns, which mostly come one after the other: each as its distance from the one before. */
const PLACES: readonly ArrayName[] = ["cells", "programOf"];

/** By kind of function, in the order of the chart: its place in the behaviour; null: the chart has none there. */
type Functions = Readonly<Record<"actions" | "guards" | "timerDelay", readonly (number | null)[]>>;

export interface ChartData
  extends Omit<Chart<never>, ArrayName | "within" | "actions" | "guards" | "timerDelay"> {
  readonly arrays: Readonly<Record<ArrayName, readonly number[]>>;
  readonly functions: Functions;
}

/** @throws Error if the chart has a function that the behaviour does not name: a guard put together of others */
export function chartData<W>(chart: Chart<W>, behaviour: Behaviour<W>): ChartData {
  const { within: _, actions, guards, timerDelay, ...rest } = chart;
  const arrays = Object.fromEntries(ARRAY_NAMES.map((name) => [name, distances(name, chart[name])]));
  const plain = Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in ARRAYS)));
  const placed = (all: Readonly<Record<string, unknown>>, used: readonly unknown[]) =>
    used.map((one) => (one === null ? null : placeOf(chart.id, all, one)));
  return {
    ...(plain as unknown as Omit<ChartData, "arrays" | "names">),
    arrays: arrays as unknown as ChartData["arrays"],
    functions: {
      actions: placed(behaviour.actions, actions),
      guards: placed(behaviour.guards, guards),
      timerDelay: placed(behaviour.delays, timerDelay),
    },
  };
}

export function chartFrom<W>({ arrays, functions, ...plain }: ChartData, behaviour: Behaviour<W>): Chart<W> {
  const made = Object.fromEntries(
    ARRAY_NAMES.map((name) => [name, ARRAYS[name].from(undistanced(name, arrays[name]))]),
  );
  const [actions, guards, delays] = [
    Object.values(behaviour.actions),
    Object.values(behaviour.guards),
    Object.values(behaviour.delays),
  ];
  return {
    ...plain,
    ...(made as unknown as Pick<Chart<W>, ArrayName>),
    within: leavesWithin(plain.states),
    actionParams: plain.actionParams.map(orNone),
    guardParams: plain.guardParams.map(orNone),
    actions: functions.actions.map((place) => actions[place!]!),
    guards: functions.guards.map((place) => guards[place!]!),
    timerDelay: functions.timerDelay.map((place) => (place === null ? null : delays[place]!)),
  };
}

function placeOf(id: string, all: Readonly<Record<string, unknown>>, used: unknown): number {
  const place = Object.values(all).indexOf(used);
  if (place < 0) throw new Error(`machine "${id}" uses a function that its behaviour does not name`);
  return place;
}

/** A zero, which is the empty list or the beginning, stays one; the distance 0 is 1, 1 is 2, and so on. */
function distances(name: ArrayName, column: ArrayLike<number>): number[] {
  let before = 0;
  return Array.from(column, (place) => {
    if (place === 0 || !PLACES.includes(name)) return place;
    const distance = place - before;
    before = place;
    return distance < 0 ? distance : distance + 1;
  });
}

function undistanced(name: ArrayName, column: readonly number[]): readonly number[] {
  if (!PLACES.includes(name)) return column;
  let before = 0;
  return column.map((distance) => {
    if (distance !== 0) before += distance < 0 ? distance : distance - 1;
    return distance === 0 ? 0 : before;
  });
}

/** JSON knows no undefined, which stands for no params. */
function orNone(params: unknown): unknown {
  return params ?? undefined;
}
