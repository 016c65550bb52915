/**
 * A chart as plain data, for programs that are to run machines and not to compile them: functions are named, and found
 * again in the behaviour that has them.
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

/** By kind of function, in the order of the chart. null: the chart has none there. */
type Names = Readonly<Record<"actions" | "guards" | "timerDelay", readonly (string | null)[]>>;

export interface ChartData
  extends Omit<Chart<never>, ArrayName | "within" | "actions" | "guards" | "timerDelay"> {
  readonly arrays: Readonly<Record<ArrayName, readonly number[]>>;
  readonly names: Names;
}

/** @throws Error if the chart has a function that the behaviour does not name: a guard put together of others */
export function chartData<W>(chart: Chart<W>, behaviour: Behaviour<W>): ChartData {
  const { within: _, actions, guards, timerDelay, ...rest } = chart;
  const arrays = Object.fromEntries(ARRAY_NAMES.map((name) => [name, [...chart[name]]]));
  const plain = Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in ARRAYS)));
  const named = (all: Readonly<Record<string, unknown>>, used: readonly unknown[]) =>
    used.map((one) => (one === null ? null : nameOf(chart.id, all, one)));
  return {
    ...(plain as unknown as Omit<ChartData, "arrays" | "names">),
    arrays: arrays as unknown as ChartData["arrays"],
    names: {
      actions: named(behaviour.actions, actions),
      guards: named(behaviour.guards, guards),
      timerDelay: named(behaviour.delays, timerDelay),
    },
  };
}

export function chartFrom<W>({ arrays, names, ...plain }: ChartData, behaviour: Behaviour<W>): Chart<W> {
  const made = Object.fromEntries(ARRAY_NAMES.map((name) => [name, ARRAYS[name].from(arrays[name])]));
  return {
    ...plain,
    ...(made as unknown as Pick<Chart<W>, ArrayName>),
    within: leavesWithin(plain.states),
    actionParams: plain.actionParams.map(orNone),
    guardParams: plain.guardParams.map(orNone),
    actions: names.actions.map((name) => behaviour.actions[name!]!),
    guards: names.guards.map((name) => behaviour.guards[name!]!),
    timerDelay: names.timerDelay.map((name) => (name === null ? null : behaviour.delays[name]!)),
  };
}

function nameOf(id: string, all: Readonly<Record<string, unknown>>, used: unknown): string {
  const name = Object.keys(all).find((name) => all[name] === used);
  if (name === undefined) throw new Error(`machine "${id}" uses a function that its behaviour does not name`);
  return name;
}

/** JSON knows no undefined, which stands for no params. */
function orNone(params: unknown): unknown {
  return params ?? undefined;
}
