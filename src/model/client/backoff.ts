/**
 * How long a client waits before it tries again: what keeps all who were cut at one instant from coming back at one instant, or does not.
 * FACTS §1.4, §8, §14.1; ground-truth 09 retry-delays-by-attempt.
 *
 * - Socket.IO: base × 2ⁿ, varied by a share either way, and only then cut at the maximum: in a long outage all waits are equal.
 * - Full jitter: anything from 0 to base × 2ⁿ, cut at the maximum; equal jitter: half of that, and anything up to as much more.
 * - Decorrelated jitter: anything from the base to three times the wait before, cut at the maximum.
 * - Fixed: the base, each time. None: at once, which takes a turn of the event loop, 1 ms (`setTimeout` with 0).
 * - Phoenix: a table of its own, without jitter, whatever base and maximum are.
 *
 * Leaves out: that browsers hold back WebSockets to a host that has failed, each on its own.
 */
import type { Choices } from "../../kernel/choices.ts";
import { uniformUs } from "../../kernel/sampling.ts";
import { Purpose } from "../trace/purposes.ts";
import { ofClient } from "../world/own-settings.ts";
import type { World } from "../world/world.ts";
import { clientPart } from "./client.part.ts";

/** A turn of the event loop. */
const AT_ONCE_US = 1000;
/** Phoenix's reconnectAfterMs by attempt, and for all that follow. FACTS §8. */
const PHOENIX_MS = [10, 50, 100, 150, 200, 250, 500, 1000, 2000];
const PHOENIX_AFTER_MS = 5000;

/** What a wait is made from. */
export interface Wait {
  /** Attempts that have failed before. */
  readonly attempt: number;
  readonly baseUs: number;
  readonly maxUs: number;
  /** Socket.IO's randomizationFactor. */
  readonly jitter: number;
  /** The wait before; before the first, the base. µs. */
  readonly beforeUs: number;
}

/** backo2's delay before attempt n + 1, in whole ms as it has it. µs. */
export function socketIoUs(
  { attempt, baseUs, maxUs, jitter }: Pick<Wait, "attempt" | "baseUs" | "maxUs" | "jitter">,
  random: number,
): number {
  // Far beyond any maximum, and short of Infinity.
  const ms = (baseUs / 1000) * 2 ** Math.min(attempt, 60);
  const deviation = Math.floor(random * jitter * ms);
  const jittered = Math.floor(random * 10) % 2 === 0 ? ms - deviation : ms + deviation;
  return Math.round(Math.min(jittered, maxUs / 1000) * 1000);
}

/** Base × 2ⁿ, cut at the maximum. */
function doubledUs({ attempt, baseUs, maxUs }: Wait): number {
  return Math.min(maxUs, baseUs * 2 ** Math.min(attempt, 60));
}

export type BackoffName = (typeof clientPart)["fields"]["of"]["backoff"]["options"][number];

/** By kind: how long a client waits. µs. */
export const BACKOFFS: Readonly<Record<BackoffName, (wait: Wait, choices: Choices) => number>> = {
  "socket.io": (wait, choices) =>
    socketIoUs(wait, choices.draw(Purpose.reconnectionDelay, 1_000_000) / 1_000_000),
  none: () => AT_ONCE_US,
  fixed: ({ baseUs }) => baseUs,
  "full-jitter": (wait, choices) => uniformUs(choices, Purpose.reconnectionDelay, 0, doubledUs(wait)),
  "equal-jitter": (wait, choices) => {
    const halfUs = Math.round(doubledUs(wait) / 2);
    return halfUs + uniformUs(choices, Purpose.reconnectionDelay, 0, halfUs);
  },
  "decorrelated-jitter": ({ baseUs, maxUs, beforeUs }, choices) =>
    Math.min(maxUs, uniformUs(choices, Purpose.reconnectionDelay, baseUs, Math.max(baseUs, 3 * beforeUs))),
  phoenix: ({ attempt }) => (PHOENIX_MS[attempt] ?? PHOENIX_AFTER_MS) * 1000,
};

/** How long a client waits now. µs. */
export function backoffUs(world: World, client: number): number {
  const { clients, choices } = world;
  const group = ofClient(world, clientPart, client);
  const wait = {
    attempt: clients.attempts[client],
    baseUs: group.reconnectionDelayUs,
    maxUs: group.reconnectionDelayMaxUs,
    jitter: group.randomizationFactor,
    beforeUs: clients.waitedUs[client] || group.reconnectionDelayUs,
  };
  const us = BACKOFFS[group.backoff](wait, choices);
  // Only this kind goes by it.
  if (group.backoff === "decorrelated-jitter") clients.waitedUs[client] = us;
  return us;
}
