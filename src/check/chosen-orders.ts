/** Where a run goes in another order than a single run would, though all else is alike: a story says so, since nothing in the trace does. */
import type { Choices } from "../kernel/choices.ts";
import { Simulation } from "../model/simulation.ts";
import { Purpose } from "../model/trace/purposes.ts";
import { choicesOf } from "../run/run.ts";
import { buildSettings } from "../scenario/build.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { StoryLine } from "./story-lines.ts";
import { MAX_EVENTS } from "./trial.ts";

const CHOSEN = "Several nodes act in the same microsecond. The search chose who goes first.";

/** A scenario's story, with a line for each instant up to `untilUs` at which its choices put another first than whoever was scheduled first. */
export function withChosenOrders(
  story: readonly StoryLine[],
  scenario: Scenario,
  untilUs: number,
): readonly StoryLine[] {
  const chosen = chosenAtUs(scenario, untilUs).map((timeUs) => ({ timeUs, text: CHOSEN }));
  // What was chosen comes before what it led to.
  return [...chosen, ...story].sort((one, other) => one.timeUs - other.timeUs);
}

/** Those instants, each once, ascending. The run is made once more, since only its choices know. */
function chosenAtUs(scenario: Scenario, untilUs: number): number[] {
  const chosen = new Set<number>();
  const inner = choicesOf(scenario);
  if (!inner.drawsOrder) return [];
  const choices: Choices = {
    drawsOrder: true,
    draw(purpose, bound) {
      const value = inner.draw(purpose, bound);
      if (purpose === Purpose.order && value > 0) chosen.add(world.queue.peekTimeUs());
      return value;
    },
    save: () => inner.save(),
    restore: (state) => inner.restore(state),
  };
  const world = new Simulation(buildSettings(scenario), choices, { trace: false });
  for (let events = 0; events < MAX_EVENTS && world.step(untilUs); events++);
  return [...chosen];
}
