/** The model's statecharts as the page draws them: read off the machines, so that no picture can say anything else. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";
import { MODEL } from "../../model/parts.ts";

export interface Arrow {
  /** Places among the chart's states. */
  readonly from: number;
  readonly to: number;
  /** «PONG», «after timeout», «CONNECT [isFull]». */
  readonly label: string;
}

export interface ChartPicture {
  readonly name: string;
  /** The states in which it can rest, as the trace numbers them. */
  readonly states: readonly string[];
  readonly initial: number;
  readonly arrows: readonly Arrow[];
}

/** By the machines' numbers. */
export const CHARTS: readonly ChartPicture[] = MODEL.map(({ name, machine, chart: { states } }) => ({
  name,
  states,
  initial: states.indexOf(nameOf(leafOf(machine.root))),
  arrows: arrowsOf(machine, states),
}));

function arrowsOf(machine: AnyStateMachine, states: readonly string[]): Arrow[] {
  return states.flatMap((name, from) => {
    const way = [machine.root];
    for (const key of name.split(".")) way.push(way.at(-1)!.states[key]!);
    const arrows = way.flatMap((node) =>
      [...node.transitions.values(), node.always ?? []].flat().flatMap((transition) => {
        const target = transition.target?.[0];
        if (target === undefined) return [];
        return [{ from, to: states.indexOf(nameOf(leafOf(target))), label: labelOf(transition) }];
      }),
    );
    // One arrow for all that lead to the same state.
    return [...new Set(arrows.map(({ to }) => to))]
      .filter((to) => to !== from)
      .map((to) => {
        const labels = arrows.filter((arrow) => arrow.to === to).map(({ label }) => label);
        return { from, to, label: [...new Set(labels)].join(", ") };
      });
  });
}

/** Where it rests when a state is entered. */
function leafOf(node: AnyStateNode): AnyStateNode {
  const first = node.initial?.target[0];
  return first === undefined ? node : leafOf(first);
}

function nameOf({ path }: AnyStateNode): string {
  return path.join(".");
}

function labelOf({ eventType, guard }: AnyTransitionDefinition): string {
  const [, timer] = /^xstate\.after\.([^.]+)/.exec(eventType) ?? [];
  const event = timer === undefined ? eventType : `after ${timer}`;
  return `${event === "" ? "at once" : event}${typeof guard === "string" ? ` [${guard}]` : ""}`;
}
