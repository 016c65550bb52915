/** One-way delays of packets: settings as numbers, so that the hot path has no switch over shapes, and the draw. */
import type { Choices } from "../../kernel/choices.ts";
import { exponentialUs, normalUs } from "../../kernel/sampling.ts";
import type { LatencySettings } from "../world/settings.ts";

export interface Latency {
  readonly settings: LatencySettings;
  /** Shortest delay, and the width of a uniform range (0: constant); −1: drawn from another distribution. µs. */
  readonly minUs: number;
  readonly spanUs: number;
  /** Mean one-way delay, for what TCP expects of a round trip. µs. */
  readonly meanUs: number;
}

export function latencyOf(settings: LatencySettings): Latency {
  switch (settings.kind) {
    case "constant":
      return { settings, minUs: settings.us, spanUs: 0, meanUs: settings.us };
    case "uniform": {
      const spanUs = settings.maxUs - settings.minUs;
      return { settings, minUs: settings.minUs, spanUs, meanUs: settings.minUs + Math.round(spanUs / 2) };
    }
    case "normal":
      return { settings, minUs: 0, spanUs: -1, meanUs: settings.meanUs };
    case "exponential":
      return { settings, minUs: settings.minUs, spanUs: -1, meanUs: settings.minUs + settings.meanUs };
  }
}

/** One packet's one-way delay in µs. */
export function drawLatencyUs(choices: Choices, latency: Latency, purpose: number): number {
  const { minUs, spanUs, settings } = latency;
  if (spanUs === 0) return minUs;
  if (spanUs > 0) return minUs + choices.draw(purpose, spanUs + 1);
  if (settings.kind === "normal") return normalUs(choices, purpose, settings.meanUs, settings.sdUs);
  if (settings.kind === "exponential") return minUs + exponentialUs(choices, purpose, settings.meanUs);
  throw new Error(`no draw for ${settings.kind} latency`);
}
