/** What a link is like, in words: for its title, and in short for the mark beside it. */
import type { LatencySettings, LinkSettings, LossSettings } from "../../model/world/settings.ts";

/** «40 to 90 ms». */
export function latencyText(latency: LatencySettings): string {
  switch (latency.kind) {
    case "constant":
      return `${inMs(latency.us)} ms`;
    case "uniform":
      return `${inMs(latency.minUs)} to ${inMs(latency.maxUs)} ms`;
    case "normal":
      return `about ${inMs(latency.meanUs)} ms (standard deviation ${inMs(latency.sdUs)} ms)`;
    case "exponential":
      return `at least ${inMs(latency.minUs)} ms and ${inMs(latency.minUs + latency.meanUs)} ms on average`;
  }
}

/** «40–90 ms». */
export function latencyMark(latency: LatencySettings): string {
  return latency.kind === "uniform"
    ? `${inMs(latency.minUs)}–${inMs(latency.maxUs)} ms`
    : `${latency.kind === "constant" ? "" : "≈ "}${inMs(meanLatencyUs(latency))} ms`;
}

/** «20 % of its packets», «50 % of its packets for about 150 ms at a time, and 0.5 % for about 800 ms in between». */
export function lossText({ good, burst }: LossSettings): string {
  if (burst === null) return `${percent(good)} of its packets`;
  const { bad, meanGoodUs, meanBadUs } = burst;
  return `${percent(bad)} of its packets for about ${inMs(meanBadUs)} ms at a time, and ${percent(good)} for about ${inMs(meanGoodUs)} ms in between`;
}

/** «20 %», «bursts». */
export function lossMark({ good, burst }: LossSettings): string {
  return burst === null ? percent(good) : "bursts";
}

/** «latency 40 to 90 ms, loses 20 % of its packets». */
export function linkText({ latency, loss }: LinkSettings): string {
  const loses = meanLoss(loss) > 0 ? `loses ${lossText(loss)}` : "no loss";
  return `latency ${latencyText(latency)}, ${loses}`;
}

/** The mean of a latency; of a normal one, what would be below 0 left aside. */
export function meanLatencyUs(latency: LatencySettings): number {
  switch (latency.kind) {
    case "constant":
      return latency.us;
    case "uniform":
      return (latency.minUs + latency.maxUs) / 2;
    case "normal":
      return latency.meanUs;
    case "exponential":
      return latency.minUs + latency.meanUs;
  }
}

/** The share of packets that a link loses in the long run. */
export function meanLoss({ good, burst }: LossSettings): number {
  if (burst === null) return good;
  const { bad, meanGoodUs, meanBadUs } = burst;
  return (good * meanGoodUs + bad * meanBadUs) / (meanGoodUs + meanBadUs);
}

function inMs(us: number): string {
  return String(Number((us / 1000).toPrecision(6)));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
