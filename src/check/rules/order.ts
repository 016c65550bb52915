import { at, RecordKind } from "../../model/trace/records.ts";
import { isDone } from "../../run/effects.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { ClientGroup } from "../../scenario/schema.ts";
import { Presence } from "../presence.ts";
import type { Rule } from "../rule.ts";
import { ScopeCounter, TASK } from "../scope.ts";

/** A sender's connection, and a recipient's. */
interface Pair {
  readonly name: string;
  /** The sender and which of its connections, the recipient and which of its. */
  readonly ends: readonly number[];
  /** The latest message delivered; −1 none. */
  latest: number;
}

/** Those that were heard of. A search digests them at each state, so they are kept in an order that doesn't hang on who came first. */
class Pairs {
  readonly #byName = new Map<string, Pair>();
  /** Null where another has come since. */
  #sorted: readonly Pair[] | null = null;

  of(ends: readonly number[]): Pair {
    const name = ends.join(" ");
    let pair = this.#byName.get(name);
    if (pair === undefined) {
      pair = { name, ends, latest: -1 };
      this.#byName.set(name, pair);
      this.#sorted = null;
    }
    return pair;
  }

  digest(add: (value: number) => void): void {
    this.#sorted ??= [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { ends, latest } of this.#sorted) {
      for (const one of ends) add(one);
      add(latest);
    }
  }
}

/**
 * Socket.IO guarantees the order of messages, whatever transport and upgrade (FACTS §1.5), which is a promise
 * about one connection of the sender and one of the recipient: across reconnects it says nothing, and nothing where messages have streams
 * of their own, or are datagrams.
 */
export const order: Rule = {
  name: "order",
  kind: "always",
  statement:
    "What one sender sends over one connection reaches a recipient's connection in the order in which it was sent.",
  subject: ["copy that arrived", "copies that arrived"],
  whenNone: "no copy arrives",
  watch: ({ clients, requesting, groupOf, nameOf }) => {
    const counter = new ScopeCounter();
    const presence = new Presence(clients);
    const plain = new Set(requesting);
    const isUnordered = (client: number) => client < clients && !keepsOrder(groupOf(client));
    /** By message: its sender, and which of the sender's connections it leaves on. */
    const origin = new Map<number, readonly [sender: number, connection: number]>();
    const pairs = new Pairs();
    return {
      sees: [...Presence.sees, RecordKind.message, RecordKind.delivered],
      machines: Presence.machines,
      see: (trace, row) => {
        presence.see(trace, row);
        if (trace.kind[row] === RecordKind.message) {
          const sender = trace[at.message.sender][row];
          const message = trace[at.message.message][row];
          // A plain request is a connection of its own; who is no client has one, to itself or to the backplane.
          origin.set(message, [sender, plain.has(sender) ? message : (presence.ended[sender] ?? 0)]);
        }
        if (trace.kind[row] !== RecordKind.delivered) return null;
        if (isDone(trace, row)) {
          counter.exempt(TASK);
          return null;
        }
        const message = trace[at.delivered.message][row];
        const recipient = trace[at.delivered.recipient][row];
        const [sender, connection] = origin.get(message) ?? [-1, 0];
        if (isUnordered(sender) || isUnordered(recipient)) {
          counter.exempt("each message has a stream to itself, or is a datagram");
          return null;
        }
        const pair = pairs.of([sender, connection, recipient, presence.ended[recipient]]);
        const before = pair.latest;
        pair.latest = Math.max(before, message);
        if (message > before) {
          if (before >= 0) counter.spoke++;
          else counter.exempt("the first from its sender over this connection");
          return null;
        }
        return {
          key: "overtaken",
          text: `${nameOf(recipient)} gets ${nameOf(sender)}'s message ${messageNumber(message)} after message ${messageNumber(before)}, which was sent later.`,
          clients: [sender, recipient],
          message,
        };
      },
      scope: () => counter.scope(),
      digest: (add) => {
        presence.digest(add);
        pairs.digest(add);
      },
    };
  },
};

/** Whether what one sender says keeps its order on a client's own line. */
export function keepsOrder({ transport, messagesBy }: ClientGroup): boolean {
  return transport !== "webtransport" || messagesBy === "one-stream" || messagesBy === "stream-per-sender";
}
