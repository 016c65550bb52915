/** A machine's statechart as a picture in Mermaid's language, drawn from the machine itself. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";

export function statechartPicture(machine: AnyStateMachine): string {
  const { root } = machine;
  const lines = ["stateDiagram-v2", ...inside(root, "  "), ...arrowsFrom(root)];
  return `\`\`\`mermaid\n${lines.join("\n")}\n\`\`\``;
}

/** The states within a state, and which of them is entered first. */
function inside(node: AnyStateNode, indent: string): string[] {
  const children = Object.values(node.states);
  const first = node.initial?.target[0];
  return [
    ...(first === undefined ? [] : [`${indent}[*] --> ${nameOf(first)}`]),
    ...children.flatMap((child) => {
      const declared = `${indent}state "${child.key}" as ${nameOf(child)}`;
      if (Object.keys(child.states).length === 0) return [declared];
      return [`${declared} {`, ...inside(child, `${indent}  `), `${indent}}`];
    }),
  ];
}

/** The arrows of a state and of all that are within it. What leads nowhere else has none. */
function arrowsFrom(node: AnyStateNode): string[] {
  const own = [...node.transitions.values(), node.always ?? []].flat().flatMap((transition) => {
    const target = transition.target?.[0];
    if (target === undefined || (target === node && !transition.reenter)) return [];
    return [`  ${nameOf(node)} --> ${nameOf(target)} : ${labelOf(transition)}`];
  });
  // One arrow for all that have the same ends would say less, and two that say the same are one.
  return [...new Set(own), ...Object.values(node.states).flatMap(arrowsFrom)];
}

function nameOf({ path }: AnyStateNode): string {
  return path.join("_");
}

function labelOf({ eventType, guard }: AnyTransitionDefinition): string {
  const [, timer] = /^xstate\.after\.([^.]+)/.exec(eventType) ?? [];
  const event = timer === undefined ? eventType : `after ${timer}`;
  const asked = typeof guard === "string" ? ` [${guard}]` : "";
  return `${event === "" ? "always" : event}${asked}`;
}
