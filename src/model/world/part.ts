/**
 * What a part of the world is, said once, as data: its number and name, the events that it understands, the fields of
 * a scenario that are its own, the faults that can strike it, the causes and ends that it can inflict, and where it
 * is. What it does stands beside its declaration (`session.part.ts`, `session.ts`). A declaration imports this
 * vocabulary and nothing that does something, so that parts can name each other's events without importing each other
 * in a circle.
 *
 * From the declarations follow the codes of events, the schema, the settings, the reference, the statecharts on the
 * page and what tests hold parts to. All parts are listed in `src/model/index.ts`.
 */
import type { CauseName } from "../trace/causes.ts";
import type { EndReasonName } from "../trace/end-reasons.ts";
import type { Fields } from "./field.ts";
import type { NodeKind } from "./nodes.ts";

/** Bits of a code that number the event. */
export const EVENT_BITS = 6;
export const EVENT_MASK = 63;

/** Numbers below belong to machines; from here on, to what is no statechart: it handles its events by a function. */
export const FIRST_HANDLER = 48;

/**
 * Where entity number n of a part is: on node number n of a kind; at an end of link n; or on the node that its
 * table's column of that name says (`{ column: "server", of: "sessions" }`), or whose number stands in its column
 * `node`.
 */
export type Home =
  | NodeKind
  | "link"
  | { readonly column: "client" | "server" | "balancer" | "node"; readonly of: string };

/** What a scenario's faults can do, and to which kind of thing. */
type FaultAct =
  | "crash"
  | "stop"
  | "disconnect"
  | "reload"
  | "restart"
  | "freeze"
  | "resume"
  | "cut"
  | "heal"
  | "slow"
  | "lose"
  | "mute"
  | "throttle";

export interface Declaration {
  /** In the trace's exports. */
  readonly name: string;
  /** In the trace, and in codes. Once given, never another's. */
  readonly number: number;
  /** In the order of their numbers. */
  readonly events: readonly string[];
  readonly faults?: Readonly<Partial<Record<FaultAct, string>>>;
  /** Of those that mend: the acts that each takes back. */
  readonly undoes?: Readonly<Partial<Record<FaultAct, readonly FaultAct[]>>>;
  readonly fields?: Fields;
  /** The causes of loss that it inflicts. */
  readonly causes?: readonly CauseName[];
  /** The ends of connections that it brings about. */
  readonly ends?: readonly EndReasonName[];
}

/** Of a part that is a statechart. */
export interface MachineDeclaration extends Declaration {
  readonly home: Home;
}

export type Part<D extends Declaration = Declaration> = Readonly<D> & {
  /** The codes of its events. A code is number × 64 + event: what the queue stores and `World.send` takes. */
  readonly on: { readonly [Event in D["events"][number]]: number };
};

export function part<const D extends Declaration>(declared: D): Part<D> {
  const { number, events } = declared;
  const on = Object.fromEntries(events.map((event, i) => [event, (number << EVENT_BITS) | i]));
  return { ...declared, on } as Part<D>;
}

/**
 * What a peer's packets are to the part that receives them, in the order of `Packet`, so that a packet's kind is its event.
 * y: its subject.
 */
export const PACKET_EVENTS = [
  "MESSAGE",
  "CONNECT",
  "PING",
  "PONG",
  "PROBE",
  "UPGRADE",
  "OPEN",
  "NOOP",
  "CLOSE",
  "TASK",
  "ACK",
  "DISCONNECT",
] as const;

/**
 * What arrives at the asking end of an exchange, be it a client's or a balancer's. One goes by the other: their events
 * have the same numbers. ANSWERED: x the status, y Engine.IO's error code.
 */
export const ASKER_EVENTS = [...PACKET_EVENTS, "ANSWERED", "SWITCHED", "CLOSED"] as const;

/** The code of a packet that arrives at a part whose events begin with the packets. */
export function packetCode({ number }: { readonly number: number }, packet: number): number {
  return (number << EVENT_BITS) | packet;
}
