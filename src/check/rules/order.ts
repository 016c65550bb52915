import { at, RecordKind } from "../../model/trace/records.ts";
import { isDone } from "../../run/effects.ts";
import { messageNumber } from "../../run/message-number.ts";
import type { ClientGroup } from "../../scenario/schema.ts";
import { Presence } from "../presence.ts";
import type { Rule } from "../rule.ts";
import { ScopeCounter, TASK } from "../scope.ts";

/** A sender's connection: of somebody who connects again, which of them. */
interface Line {
  readonly sender: number;
  readonly connection: number;
  /** By a recipient's connection: what of this line it has got. */
  readonly pairs: Map<number, Pair>;
}

/** A sender's connection, and a recipient's. */
interface Pair {
  /** The sender and which of its connections, the recipient and which of its. */
  readonly ends: readonly number[];
  /** The latest message delivered; −1 none. */
  latest: number;
}

/** A number for somebody's connection, of which it may have had so many before. */
const connectionOf = (whose: number, before: number) => whose * 2 ** 32 + before;

/** Those that were heard of. A search digests them at each state, so they are kept in an order that doesn't hang on who came first. */
class Pairs {
  readonly #lines = new Map<number, Line>();
  readonly #all: Pair[] = [];
  /** Whether another has come since they were put in order. */
  #isSorted = true;

  line(sender: number, connection: number): Line {
    const key = connectionOf(sender, connection);
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = { sender, connection, pairs: new Map() };
      this.#lines.set(key, line);
    }
    return line;
  }

  of({ sender, connection, pairs }: Line, recipient: number, before: number): Pair {
    const key = connectionOf(recipient, before);
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { ends: [sender, connection, recipient, before], latest: -1 };
      pairs.set(key, pair);
      this.#all.push(pair);
      this.#isSorted = false;
    }
    return pair;
  }

  digest(add: (value: number) => void): void {
    if (!this.#isSorted) this.#all.sort(byEnds);
    this.#isSorted = true;
    for (const { ends, latest } of this.#all) {
      for (const one of ends) add(one);
      add(latest);
    }
  }
}

function byEnds(a: Pair, b: Pair): number {
  const first = a.ends.findIndex((end, i) => end !== b.ends[i]);
  return a.ends[first]! - b.ends[first]!;
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
    const pairs = new Pairs();
    /** By message: which of its sender's connections it leaves on. */
    const lines = new Map<number, Line>();
    return {
      sees: [...Presence.sees, RecordKind.message, RecordKind.delivered],
      machines: Presence.machines,
      see: (trace, row) => {
        presence.see(trace, row);
        if (trace.kind[row] === RecordKind.message) {
          const sender = trace[at.message.sender][row];
          const message = trace[at.message.message][row];
          // A plain request is a connection of its own; who is no client has one, to itself or to the backplane.
          const connection = plain.has(sender) ? message : (presence.ended[sender] ?? 0);
          lines.set(message, pairs.line(sender, connection));
        }
        if (trace.kind[row] !== RecordKind.delivered) return null;
        if (isDone(trace, row)) {
          counter.exempt(TASK);
          return null;
        }
        const message = trace[at.delivered.message][row];
        const recipient = trace[at.delivered.recipient][row];
        const line = lines.get(message) ?? pairs.line(-1, 0);
        const { sender } = line;
        if (isUnordered(sender) || isUnordered(recipient)) {
          counter.exempt("each message has a stream to itself, or is a datagram");
          return null;
        }
        const pair = pairs.of(line, recipient, presence.ended[recipient] ?? 0);
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
