/**
 * Measures how evenly the page plays: clients that broadcast, ten seconds, headless Chromium drawing in software. Run
 * by `npm run bench -- fps`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packText } from "../../src/run/pack.ts";
import { launchChromium } from "./chromium.ts";
import { buildPage, servePage } from "./page-server.ts";

export interface FrameStatistics {
  readonly seconds: number;
  readonly frames: number;
  readonly framesPerSecond: number;
  /** Intervals between frames, in ms. */
  readonly intervalMs: {
    readonly mean: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  /** Frames that came more than 1.5 intervals of a 60 Hz display after the one before. */
  readonly late: number;
  /** The most packets in flight at once, and the mean. */
  readonly inFlight: { readonly mean: number; readonly max: number };
  /** Real time of the page's own work in each frame, in ms. */
  readonly workMs: { readonly mean: number; readonly p95: number; readonly max: number };
}

/** Clients that broadcast to each other, 36 messages a second together. */
export const crowd = (count: number, durationMs: number) => ({
  version: 1,
  name: "crowd",
  title: "A crowd",
  summary: "Clients on four servers, joined by Redis, broadcast to each other.",
  durationMs,
  clients: [{ name: "user", count, transport: "websocket", startConnected: true }],
  servers: { count: 4 },
  backplane: { kind: "redis" },
  workload: [{ from: "user", everyMs: { minMs: 15 * count, maxMs: 40 * count } }],
});

export interface MeasureOptions {
  readonly seconds?: number;
  readonly width?: number;
  readonly height?: number;
  readonly pace?: string;
  readonly clients?: number;
  /** How many times slower than this machine. */
  readonly slowdown?: number;
}

/** Builds the page, plays, and returns the statistics of the intervals between animation frames. */
export async function measureFps(options: MeasureOptions = {}): Promise<FrameStatistics> {
  const { seconds = 10, width = 1280, height = 800, pace = "slow-10" } = options;
  const { clients = 200, slowdown = 1 } = options;
  const folder = mkdtempSync(join(tmpdir(), "fanout-page-"));
  await buildPage(folder);
  const server = await servePage(folder);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width, height } });
    const packed = await packText(JSON.stringify(crowd(clients, 20_000)));
    await page.goto(`${server.url}#/?file=${packed}&pace=${pace}&t=5000000`);
    await page.locator("[data-testid=fingerprint]").waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
    await page.locator("[data-testid=play]").click();
    await page.waitForTimeout(500);
    const { times, inFlight, work } = await page.evaluate(
      (ms) =>
        new Promise<{ times: number[]; inFlight: number[]; work: number[] }>((resolve) => {
          const stage = document
            .querySelector("fanout-app")
            ?.shadowRoot?.querySelector("fanout-stage")
            ?.shadowRoot?.querySelector("[data-testid=stage]") as HTMLElement;
          const times: number[] = [];
          const inFlight: number[] = [];
          const work: number[] = [];
          const tick = (now: number) => {
            times.push(now);
            inFlight.push(Number(stage.dataset.inFlight ?? 0));
            // Callbacks of one frame run one after another: from the frame's start to here is what came before.
            work.push(performance.now() - now);
            if (now - times[0] < ms) requestAnimationFrame(tick);
            else resolve({ times, inFlight, work });
          };
          requestAnimationFrame(tick);
        }),
      seconds * 1000,
    );
    const intervals = times.slice(1).map((t, i) => t - times[i]);
    const elapsed = times[times.length - 1] - times[0];
    return {
      seconds: round(elapsed / 1000),
      frames: intervals.length,
      framesPerSecond: round((intervals.length / elapsed) * 1000),
      intervalMs: {
        mean: round(elapsed / intervals.length),
        p50: quantile(intervals, 0.5),
        p95: quantile(intervals, 0.95),
        p99: quantile(intervals, 0.99),
        max: quantile(intervals, 1),
      },
      late: intervals.filter((x) => x > 25).length,
      inFlight: {
        mean: round(inFlight.reduce((a, b) => a + b, 0) / inFlight.length),
        max: Math.max(...inFlight),
      },
      workMs: {
        mean: round(work.reduce((a, b) => a + b, 0) / work.length),
        p95: quantile(work, 0.95),
        max: quantile(work, 1),
      },
    };
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]);
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
