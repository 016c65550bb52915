/**
 * What a world is built from: a scenario in the model's own terms. Times are µs, names are numbers.
 * `src/scenario/build.ts` makes it from a scenario; nothing here has a default.
 */

import type { PolicyName } from "./balancing/index.ts";

/** A one-way delay, drawn for every packet. µs. */
export type LatencySettings =
  | { readonly kind: "constant"; readonly us: number }
  | { readonly kind: "uniform"; readonly minUs: number; readonly maxUs: number }
  | { readonly kind: "normal"; readonly meanUs: number; readonly sdUs: number }
  | { readonly kind: "exponential"; readonly minUs: number; readonly meanUs: number };

/** Gilbert–Elliott loss: a packet is lost with one of two probabilities. No bursts: `burst` is null. */
export interface LossSettings {
  readonly good: number;
  readonly burst: null | { readonly bad: number; readonly meanGoodUs: number; readonly meanBadUs: number };
}

/** All links of one class: client ↔ balancer, balancer ↔ server, server ↔ backplane. */
export interface LinkSettings {
  readonly latency: LatencySettings;
  readonly loss: LossSettings;
}

export const Transport = { pollingFirst: 0, polling: 1, websocket: 2 } as const;
export type Transport = (typeof Transport)[keyof typeof Transport];

/** What the members of a client group share. */
export interface GroupSettings {
  readonly transport: Transport;
  readonly cookies: boolean;
  readonly reconnectionDelayUs: number;
  readonly reconnectionDelayMaxUs: number;
  readonly randomizationFactor: number;
}

/** One client: who it is and when it opens its page. */
export interface ClientSettings {
  readonly group: number;
  readonly room: number;
  /** IPv4 address as an unsigned 32-bit integer. */
  readonly address: number;
  readonly startUs: number;
  readonly startConnected: boolean;
}

/** A range of times; equal ends mean no draw. µs. */
export interface RangeUs {
  readonly minUs: number;
  readonly maxUs: number;
}

/** One line of the workload: each of its clients sends, once or again and again. */
export interface SendSettings {
  readonly clients: readonly number[];
  readonly audience: number;
  /** Client for `direct`, else −1. */
  readonly target: number;
  /** First time; null: one `every` after the client's start. */
  readonly first: RangeUs | null;
  /** From one time to the next; null: once only. */
  readonly every: RangeUs | null;
  readonly untilUs: number;
}

/** Something that goes wrong, or right again, at a time. */
export type FaultSettings = { readonly atUs: number } & (
  | { readonly target: "server"; readonly index: number; readonly act: "crash" | "restart" }
  | { readonly target: "balancer"; readonly act: "crash" | "restart" }
  | { readonly target: "backplane"; readonly act: "crash" | "restart" | "freeze" | "resume" }
  | { readonly target: "link"; readonly index: number; readonly act: "cut" | "heal" }
);

export interface Settings {
  readonly clients: readonly ClientSettings[];
  readonly groups: readonly GroupSettings[];
  readonly rooms: number;
  readonly servers: number;
  readonly policy: PolicyName;
  readonly idleTimeoutUs: number;
  readonly failTimeoutUs: number;
  readonly pingIntervalUs: number;
  readonly pingTimeoutUs: number;
  readonly upgradeTimeoutUs: number;
  /** Redis Pub/Sub, or none. */
  readonly backplane: boolean;
  readonly clientLink: LinkSettings;
  readonly serverLink: LinkSettings;
  readonly backplaneLink: LinkSettings;
  readonly sends: readonly SendSettings[];
  readonly faults: readonly FaultSettings[];
}
