/**
 * What a rule is: a property over a scenario and its trace. A rule is asked to `watch` a run; its monitor is
 * shown the records of the trace one by one, as they are written, and names the one at which the rule broke.
 * Monitors see the trace and nothing else, so that anybody who has the trace can check a verdict.
 */

import type { RecordKind, Records } from "../model/trace/records.ts";
import type { LinkKind } from "../model/world/links.ts";
import type { ClientGroup, Fault, Scenario } from "../scenario/schema.ts";
import type { LinkBounds } from "./link-bounds.ts";
import type { Scope, Subject } from "./scope.ts";

/**
 * `always`: nothing bad ever happens. `eventually`: something good happens within a stated time. `sometimes`: at least one of the
 * runs that are searched shows it.
 */
export type RuleKind = "always" | "eventually" | "sometimes";

export interface Rule {
  /** As in scenario files: letters, digits and hyphens. */
  readonly name: string;
  readonly kind: RuleKind;
  /** The rule in one plain sentence. */
  readonly statement: string;
  /** What it judges: copies, requests, sessions. By default the run as a whole. */
  readonly subject?: Subject;
  /** Why the rule is silent where it has no subject, in a few words. */
  readonly whenNone?: string;
  /**
   * It judges only what comes after a trouble, as how people come back: a design without the trouble leaves it nothing to judge, and is none the
   * worse for that.
   */
  readonly followsTrouble?: true;
  /** A monitor for one run. */
  readonly watch: (setting: Setting) => Monitor;
}

/** What a monitor knows of the world before the run begins. Nodes are numbered as in the trace. */
export interface Setting {
  readonly scenario: Scenario;
  readonly clients: number;
  /** Clients that hold no connection. */
  readonly withoutConnection: readonly number[];
  /** Clients that send each message as a request of its own. */
  readonly requesting: readonly number[];
  readonly servers: number;
  readonly firstServerNode: number;
  readonly backplaneNode: number;
  /** How many nodes there are. */
  readonly nodes: number;
  /** A client's group. */
  readonly groupOf: (client: number) => ClientGroup;
  /** A node's name. */
  readonly nameOf: (node: number) => string;
  /** The shortest silence that does not get anybody's connection closed, µs. */
  readonly shortestIdleUs: () => number;
  /** What its links can do at most. */
  readonly links: Readonly<Record<LinkKind, LinkBounds>>;
  /** The names of the links between a client and a server, given as their nodes. */
  readonly wayOf: (client: number, server: number) => readonly string[];
  /** The nodes and links that a fault strikes, each by its own name. */
  readonly struckBy: (fault: Fault) => readonly string[];
}

/** One way in which a rule broke; for `sometimes`, what was to be seen. */
export interface Breach {
  /** Tells this way of breaking the rule from others, as a cause's name. Shrinking keeps it. */
  readonly key: string;
  /** What happened, in one sentence. */
  readonly text: string;
  /** The clients' nodes that it is about. */
  readonly clients: readonly number[];
  /** The message that it is about; −1 none. */
  readonly message: number;
}

export interface Monitor {
  /** Kinds of records that it wants to be shown. */
  readonly sees: readonly RecordKind[];
  /** Of transitions, it wants only those of these machines, by their numbers. By default all. */
  readonly machines?: readonly number[];
  /** Shows it a record. Returns a breach if the rule broke there (or, for `sometimes`, if this is it). */
  see(trace: Records, row: number): Breach | null;
  /** The time after which silence breaks the rule, in µs; Infinity while nothing is due. By default never. */
  dueUs?(): number;
  /** The breach when nothing has come until {@link dueUs}. */
  overdue?(): Breach;
  /** The run is over, at this time (µs): what is still missing. */
  end?(endUs: number): Breach | null;
  /** What it has judged so far. By default the run as a whole. */
  scope?(): Scope;
  /**
   * Everything in its memory on which its future answers depend, as numbers in a fixed order. The exhaustive
   * search takes two states for the same only if their monitors agree here. Times that no longer matter must
   * be left out, or no two states are ever equal.
   */
  digest(add: (value: number) => void): void;
}

/** A breach at a point of a run. */
export interface Violation {
  readonly rule: string;
  /** Simulated time, µs. */
  readonly timeUs: number;
  /** The record at which it broke; the trace's length if it is silence that broke it. */
  readonly row: number;
  readonly breach: Breach;
}
