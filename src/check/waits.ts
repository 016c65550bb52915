/**
 * Which wait belongs to which client: chance decides how long a client waits before it tries to connect
 * again, in one list for all clients, in the order in which they begin to wait. When some clients are taken
 * away, those that stay should wait as they did.
 */
import { Machine, MODEL } from "../model/parts.ts";
import { at, RecordKind } from "../model/trace/records.ts";
import { simulate } from "../run/simulate.ts";
import { namesOf } from "../scenario/names.ts";
import type { Scenario } from "../scenario/schema.ts";
import { MAX_EVENTS } from "./trial.ts";

const WAITING = MODEL[Machine.client].chart.states.indexOf("online.waiting");
const PURPOSE = "reconnection delay";

/**
 * Gives a scenario with fewer clients the waits that these clients have in `scenario`. A scenario without
 * written waits stays as it is.
 */
export function keepingWaits(scenario: Scenario): (fewer: Scenario) => Scenario {
  const waits = scenario.choices?.[PURPOSE] ?? [];
  if (waits.length === 0) return (fewer) => fewer;
  const waiting = waitingIn(scenario);
  return (fewer) => {
    const { client } = namesOf(fewer);
    const own = waits.filter((_, i) => waiting[i] !== undefined && client.has(waiting[i]));
    const { [PURPOSE]: _, ...others } = fewer.choices ?? {};
    return { ...fewer, choices: own.length === 0 ? others : { ...others, [PURPOSE]: own } };
  };
}

/** The names of the clients that wait, in the order in which they begin to wait. */
function waitingIn(scenario: Scenario): string[] {
  const { trace, nodes } = simulate(scenario, { maxEvents: MAX_EVENTS });
  const names: string[] = [];
  for (let row = 0; row < trace.length; row++) {
    const isWaiting =
      trace.kind[row] === RecordKind.transition &&
      trace[at.transition.machine][row] === Machine.client &&
      trace[at.transition.after][row] === WAITING &&
      trace[at.transition.before][row] !== WAITING;
    if (isWaiting) names.push(nodes[trace[at.transition.node][row]].name);
  }
  return names;
}
