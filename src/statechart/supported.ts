/** Refuses what the compiler can't hold equal to XState, and says what to do instead. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";
import { UnsupportedFeature } from "./unsupported.ts";

/** An action as a machine may write it. */
export type NamedAction = string | { type: string; params?: unknown };

const SEND_OVER_LINK = "let a named action schedule a frame or send to the entity";
const IN_THE_RECORD = "keep data in the entity's record, and change it in a named action";
const AS_ENTITY = "make it an entity of its own, and let named actions talk to it";

/** XState's own actions, by the type that they carry. */
const BUILT_IN_ACTIONS: Record<string, { feature: string; instead: string }> = {
  "xstate.assign": { feature: "assign", instead: IN_THE_RECORD },
  "xstate.raise": {
    feature: "raise",
    instead: "use always, or let a named action send to the entity itself",
  },
  "xstate.sendTo": { feature: "sendTo", instead: SEND_OVER_LINK },
  "xstate.spawnChild": { feature: "spawnChild", instead: AS_ENTITY },
  "xstate.stopChild": { feature: "stopChild", instead: AS_ENTITY },
  "xstate.cancel": { feature: "cancel", instead: "leave the state whose after should not fire" },
  "xstate.enqueueActions": {
    feature: "enqueueActions",
    instead: "list named actions, with guards on transitions",
  },
  "xstate.emit": { feature: "emit", instead: "write to the trace in a named action" },
  "xstate.log": { feature: "log", instead: "write to the trace in a named action" },
};

/** Throws {@link UnsupportedFeature} for the first thing in the machine that has no compiled form. */
export function rejectUnsupported(machine: AnyStateMachine): void {
  if (machine.config.context !== undefined) reject(machine.root, "context", IN_THE_RECORD);
  checkState(machine.root);
}

/** The action as type and params. Throws for inline and built-in actions, and for computed params. */
export function namedAction(machine: AnyStateMachine, node: AnyStateNode, written: NamedAction) {
  if (typeof written === "function") return rejectFunction(node, written);
  const { type, params } = typeof written === "string" ? { type: written, params: undefined } : written;
  const implementation = machine.implementations.actions[type];
  if (typeof implementation === "function" && "resolve" in implementation) {
    return rejectFunction(node, implementation as { type?: string });
  }
  if (typeof params === "function") {
    return reject(
      node,
      `action "${type}" with computed params`,
      "write static params, or compute in the action",
    );
  }
  return { type, params };
}

function checkState(node: AnyStateNode): void {
  const { config } = node;
  if (node.type === "parallel") reject(node, "a parallel state", "use one machine for each region");
  if (node.type === "history") reject(node, "a history state", "target the state by name, with a guard");
  if (config.invoke !== undefined) reject(node, "invoke", AS_ENTITY);
  if (config.output !== undefined) reject(node, "output", IN_THE_RECORD);
  if (config.route !== undefined) reject(node, "route", "write a transition for a named event");
  if (node.parent && node.key.includes(".")) {
    reject(node, `a dot in the state key "${node.key}"`, "nest states, or rename it");
  }
  checkDelays(node);
  const transitions = [...node.transitions.values()].flat().concat(node.always ?? []);
  for (const transition of transitions as AnyTransitionDefinition[]) {
    if ((transition.target?.length ?? 0) > 1) reject(node, "more than one target", "target one state");
  }
  for (const child of Object.values(node.states)) checkState(child as AnyStateNode);
}

function checkDelays(node: AnyStateNode): void {
  const delays = Object.keys(node.config.after ?? {});
  for (const delay of delays) {
    if (Number.isNaN(+delay)) continue;
    if (!Number.isFinite(+delay) || +delay < 0 || delay.trim() === "") {
      reject(node, `after "${delay}"`, "write milliseconds, zero or more, or the name of a delay");
    }
    if (delays.some((other) => other !== delay && +other === +delay)) {
      reject(node, `after "${delay}" in two spellings`, "write the delay once, with an array of transitions");
    }
  }
}

function rejectFunction(node: AnyStateNode, action: object & { type?: string }): never {
  const builtIn = BUILT_IN_ACTIONS[action.type ?? ""];
  if (builtIn) return reject(node, builtIn.feature, builtIn.instead);
  if ("resolve" in action) return reject(node, `XState's action "${action.type}"`, "use a named action");
  return reject(node, "an inline action", "name it in the behaviour's actions");
}

function reject(node: AnyStateNode, feature: string, instead: string): never {
  throw new UnsupportedFeature(node.machine.id, node.path.join("."), feature, instead);
}
