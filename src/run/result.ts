import type { Columns } from "../model/trace/records.ts";
import type { Scenario } from "../scenario/schema.ts";

/** What ended a run. */
export type EndedBy =
  /** The scenario's duration, or the time asked for. */
  | "time"
  /** The bound on events. */
  | "events"
  /** The bound on copies (memory). */
  | "copies"
  /** The bound on real time. */
  | "wall clock"
  /** Nothing: it was stepped, or sought a time, and can go on. */
  | "stopped";

export interface NodeInfo {
  /** Its number in the trace. */
  readonly node: number;
  readonly kind: "client" | "balancer" | "server" | "backplane" | "publisher" | "gateway" | "channel";
  /** As in the scenario: A, user-3, balancer, server-1, backplane. */
  readonly name: string;
}

/** A finished run: plain data that a worker can post. The trace is the only source of what is shown. */
export interface RunResult {
  readonly scenario: Scenario;
  readonly variant: string | null;
  readonly seed: number;
  /** In the order of their numbers. */
  readonly nodes: readonly NodeInfo[];
  /** The machines of the model with their states' names, in the order of their numbers in the trace. */
  readonly machines: readonly { readonly name: string; readonly states: readonly string[] }[];
  readonly trace: Columns;
  /** 16 hexadecimal digits: the hash of the whole trace. */
  readonly fingerprint: string;
  /** Events executed. */
  readonly events: number;
  /** Simulated time at the end, in µs. */
  readonly endUs: number;
  readonly endedBy: EndedBy;
}
