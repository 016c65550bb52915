/**
 * Who goes first among what is simultaneous on different nodes. Where latencies are constant, much happens in the same microsecond, and in a
 * plain run that goes in the order in which it was scheduled, often that of the nodes' numbers. No real system keeps to such an order, so a
 * search has it drawn. What happens on one node stays in its order, and so do a connection's packets.
 *
 * Leaves out: other orders of packets that reach a node in the same microsecond, and were not sent in the same one; of what
 * happens on no node, as faults do, and of what is behind it.
 */
import type { Handle } from "../kernel/queue.ts";
import { HANDLERS } from "./parts.ts";
import { Purpose } from "./trace/purposes.ts";
import { RecordKind } from "./trace/records.ts";
import { NOWHERE } from "./world/handler.ts";
import { EVENT_BITS, FIRST_HANDLER } from "./world/part.ts";
import type { World } from "./world/world.ts";

export class Simultaneous {
  /** By number of a statechart: on which node an entity is. */
  readonly #nodesOf: readonly ((entity: number) => number)[];
  /** The nodes on which something is next, in the order in which they are scheduled, and the first event of each. */
  readonly #nodes: number[] = [];
  readonly #firsts: Handle[] = [];

  constructor(nodesOf: readonly ((entity: number) => number)[]) {
    this.#nodesOf = nodesOf;
  }

  /** Takes the next event not later than `limitUs`, as the queue's `pop` does, or another that is simultaneous with it. */
  take(world: World, limitUs: number): boolean {
    const { choices, queue } = world;
    if (!queue.hasTies(limitUs)) return queue.pop(limitUs);
    this.#nodes.length = 0;
    this.#firsts.length = 0;
    queue.forEachNext((code, entity, handle) => {
      const node = this.#nodeOf(world, code, entity);
      if (node === NOWHERE) return false;
      if (this.#nodes.includes(node)) return true;
      this.#nodes.push(node);
      this.#firsts.push(handle);
      return true;
    });
    const chosen = this.#nodes.length < 2 ? 0 : choices.draw(Purpose.order, this.#nodes.length);
    if (chosen === 0) return queue.pop(limitUs);
    queue.take(this.#firsts[chosen]!);
    world.record(RecordKind.wentFirst, this.#nodes[chosen]!, this.#nodes.length, 0, 0, 0);
    return true;
  }

  #nodeOf(world: World, code: number, entity: number): number {
    const number = code >> EVENT_BITS;
    return number < FIRST_HANDLER
      ? this.#nodesOf[number]!(entity)
      : (HANDLERS[number - FIRST_HANDLER]!.nodeOf?.(world, code, entity) ?? NOWHERE);
  }
}
