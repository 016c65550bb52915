/** Charts as plain data, as the page gets them: nothing of a chart is lost, and what can't be named is refused. */
import { expect, it } from "vitest";
import { and, setup } from "xstate";
import { MODEL } from "../../src/model/parts.ts";
import { chartData, chartFrom } from "../../src/statechart/chart-data.ts";
import { type Behaviour, compile, forXState } from "../../src/statechart/index.ts";

it.each(MODEL.map(({ name, chart, behaviour }) => ({ name, chart, behaviour })))(
  "$name: is the same chart again after a round trip through JSON",
  ({ chart, behaviour }) => {
    const text = JSON.stringify(chartData(chart, behaviour));
    expect(chartFrom(JSON.parse(text), behaviour)).toEqual(chart);
  },
);

it("a guard that is put together of others has no name, and is refused", () => {
  const behaviour: Behaviour<unknown> = {
    actions: {},
    guards: { isOpen: () => true, isFree: () => true },
    delays: {},
  };
  const machine = setup(forXState(behaviour)).createMachine({
    id: "door",
    initial: "shut",
    states: { shut: { on: { GO: { target: "open", guard: and(["isOpen", "isFree"]) } } }, open: {} },
  });
  expect(() => chartData(compile(machine, behaviour), behaviour)).toThrow(
    'machine "door" uses a function that its behaviour does not name',
  );
});
