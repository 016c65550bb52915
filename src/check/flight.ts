/** How long a packet can be under way on a link, if it is not lost. */
import { msToUs } from "../kernel/time.ts";
import type { Scenario } from "../scenario/schema.ts";

type Link = Scenario["network"]["client"];

/** Samplers' reach: 23 means of an exponential, 6 deviations of a normal distribution (kernel/sampling.ts). */
const EXPONENTIAL_REACH = 23;
const NORMAL_REACH = 6;

/** The longest flight on a link of this class, µs. */
export function longestFlightUs({ latencyMs: latency }: Link): number {
  if (typeof latency === "number") return msToUs(latency);
  switch (latency.distribution) {
    case "uniform":
      return msToUs(latency.maxMs);
    case "normal":
      return msToUs(latency.meanMs + NORMAL_REACH * latency.sdMs);
    case "exponential":
      return msToUs(latency.minMs + EXPONENTIAL_REACH * latency.meanMs);
  }
}
