/** Which transitions answer an event, in the order in which XState asks them. */
import type { AnyStateNode, AnyTransitionDefinition } from "xstate";

/**
 * Candidates for an event in a leaf: from the leaf outwards; within a state, exact names first, then wildcards, the
 * longest first.
 */
export function candidatesFor(active: readonly AnyStateNode[], eventType: string): AnyTransitionDefinition[] {
  return active.toReversed().flatMap((node) => {
    const exact = node.transitions.get(eventType) ?? [];
    const wild = [...node.transitions.keys()]
      .filter((descriptor) => descriptor !== eventType && matches(descriptor, eventType))
      .sort((a, b) => b.length - a.length)
      .flatMap((descriptor) => node.transitions.get(descriptor)!);
    return [...exact, ...wild];
  });
}

/** Candidates that need no event (`always`), from the leaf outwards. */
export function eventlessCandidates(active: readonly AnyStateNode[]): AnyTransitionDefinition[] {
  return active.toReversed().flatMap((node) => (node.always ?? []) as AnyTransitionDefinition[]);
}

/** Whether a key of `on` is a pattern, not a name. */
export function isWildcard(descriptor: string): boolean {
  return descriptor === "*" || descriptor.endsWith(".*");
}

/** "*" matches everything, "mouse.*" matches "mouse", "mouse.up" and "mouse.up.left". */
function matches(descriptor: string, eventType: string): boolean {
  if (descriptor === "*") return true;
  if (!descriptor.endsWith(".*")) return false;
  const prefix = descriptor.slice(0, -2);
  // A star elsewhere is matched by XState as a literal token, except that it ends the comparison: never.
  if (prefix.split(".").includes("*")) return false;
  return eventType === prefix || eventType.startsWith(`${prefix}.`);
}
