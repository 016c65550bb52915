/**
 * What a transition does to the set of active states: which ones it exits and enters. This is SCXML's
 * algorithm as XState implements it, for machines without parallel and history states, where the active
 * states are one path from the root to a leaf.
 */
import type { AnyStateNode, AnyTransitionDefinition } from "xstate";

/** Exits, entries and the leaf that follows, of one transition taken in one leaf. */
export interface Effect {
  /** From the leaf outwards. */
  readonly exits: readonly AnyStateNode[];
  /** From the root inwards. */
  readonly entries: readonly AnyStateNode[];
  /** Of the entered states, those whose `initial` actions run: not those that are entered on the way to a target inside them. */
  readonly byDefault: ReadonlySet<AnyStateNode>;
  /** The leaf that is active afterwards. */
  readonly leaf: AnyStateNode;
}

/** The effect of a transition when the path of active states ends in `leaf`. */
export function effectOf(transition: AnyTransitionDefinition, leaf: AnyStateNode): Effect {
  const target = transition.target?.[0];
  if (target === undefined) return { exits: [], entries: [], byDefault: new Set(), leaf };
  const { source, reenter } = transition;
  const domain = domainOf(source, target, reenter);
  const below = initialDescendants(target);
  const targetStaysActive = target === domain && target === source;
  const onTheWay = pathTo(target).filter((node) => node !== target && isInside(node, domain));
  return {
    exits: pathTo(leaf)
      .reverse()
      .filter((node) => isInside(node, domain)),
    entries: targetStaysActive ? below : [...onTheWay, target, ...below],
    byDefault: new Set(targetStaysActive ? below : [target, ...below]),
    leaf: below.at(-1) ?? target,
  };
}

/** The effect of starting the machine. */
export function initialEffect(root: AnyStateNode): Effect {
  const entries = [root, ...initialDescendants(root)];
  return { exits: [], entries, byDefault: new Set(entries), leaf: entries.at(-1)! };
}

/** States from the root to this one, both included. */
export function pathTo(node: AnyStateNode): AnyStateNode[] {
  return node.parent ? [...pathTo(node.parent), node] : [node];
}

/** The state that stays active around the transition; undefined if even the root is left. */
function domainOf(source: AnyStateNode, target: AnyStateNode, reenter: boolean): AnyStateNode | undefined {
  if (!reenter && (target === source || isInside(target, source))) return source;
  const common = pathTo(target).findLast((node) => isInside(target, node) && isInside(source, node));
  return common ?? (reenter ? undefined : pathTo(source)[0]);
}

/** Whether the state is a proper descendant. Everything is inside undefined. */
function isInside(node: AnyStateNode, ancestor: AnyStateNode | undefined): boolean {
  if (ancestor === undefined) return true;
  return node !== ancestor && pathTo(node).includes(ancestor);
}

/** Initial child, its initial child, and so on. */
function initialDescendants(node: AnyStateNode): AnyStateNode[] {
  if (node.type !== "compound") return [];
  const child = node.initial.target[0];
  return [child, ...initialDescendants(child)];
}
