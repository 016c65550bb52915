/** Ground truth 07 and 10: idle timeouts, and connections that die silently. */
import { describe, expect, it } from "vitest";
import { Machine, MODEL } from "../../src/model/parts.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../src/model/trace/records.ts";
import { casesOf, expectNear, observed, runLab } from "../support/ground-truth.ts";
import { instant, traffic } from "../support/idle-lab.ts";

describe("experiment 07: nginx's idle timeout", () => {
  it.each(casesOf("07").filter((entry) => entry.id !== "idle-reconnect-loop"))(
    "$id",
    ({ setup, observed: seen }) => {
      const { client, ...rest } = traffic(setup);
      const lab = runLab({
        durationMs: setup.observeMs,
        clients: [
          { name: "driver", transport: "websocket" },
          { name: "c", transport: "websocket", ...client },
        ],
        balancer: { idleTimeoutMs: setup.proxyReadTimeoutMs },
        network: instant,
        ...rest,
      });
      const closed = lab.records(RecordKind.disconnected).filter((row) => row[1] === lab.node("c"));
      if (seen.survived > 0) {
        expect(closed).toHaveLength(0);
        return;
      }
      const [closedMs, , reason] = closed[0]!;
      expectNear(closedMs!, seen.closedAfterOpenMs, 25, "ms");
      expect(CLOSE_REASON_NAMES[reason!]).toBe("transport close");
    },
  );

  it("idle-reconnect-loop", () => {
    const { setup, observed: seen } = observed("07", "idle-reconnect-loop");
    const lab = runLab({
      durationMs: setup.observeMs,
      clients: [{ name: "c", transport: "websocket", reconnectionDelayMs: 500, randomizationFactor: 0 }],
      servers: { count: 1, pingIntervalMs: "none" },
      balancer: { idleTimeoutMs: setup.proxyReadTimeoutMs },
      network: instant,
    });
    const opens = lab.records(RecordKind.connected).map((row) => row[0]!);
    expect(opens).toHaveLength(seen.opensPerRun[0]);
    const closes = lab.records(RecordKind.disconnected).map((row) => row[0]!);
    for (const [i, closedMs] of closes.entries()) expectNear(closedMs - opens[i]!, [2000], 25, "ms");
  });
});

describe("experiment 10: half-open connections", () => {
  it.each(casesOf("10"))(
    "$id: both ends notice interval + timeout after the last ping",
    ({ setup, observed: seen }) => {
      for (const [, faultAfterLastPingMs, serverDetectMs, clientDetectMs] of seen.rows as number[][]) {
        // The third ping arrives at the client at three intervals and three times two link delays.
        const pingMs = 3 * setup.pingIntervalMs;
        const faultMs = pingMs + faultAfterLastPingMs!;
        const lab = runLab({
          durationMs: faultMs + 2 * (setup.pingIntervalMs + setup.pingTimeoutMs) + 600,
          clients: [
            { name: "c", transport: "websocket" },
            { name: "driver", transport: "websocket" },
          ],
          servers: { count: 1, pingIntervalMs: setup.pingIntervalMs, pingTimeoutMs: setup.pingTimeoutMs },
          network: instant,
          workload: [{ from: "driver", to: "c", everyMs: setup.publishEveryMs }],
          faults: [{ atMs: faultMs, act: "cut", target: "c/balancer" }],
        });
        const [closedMs, , reason] = lab.records(RecordKind.disconnected)[0]!;
        expect(CLOSE_REASON_NAMES[reason!]).toBe(seen.reasons.client[0]);
        const exactMs = setup.pingIntervalMs + setup.pingTimeoutMs - faultAfterLastPingMs!;
        expect(Math.abs(closedMs! - faultMs - exactMs)).toBeLessThan(0.001);
        expectNear(closedMs! - faultMs, [clientDetectMs!], 15, "ms");
        const sessions = MODEL[Machine.session]!.chart.states;
        const ended = lab
          .records(RecordKind.transition)
          .find((row) => row[1] === Machine.session && row[2] === 0 && sessions[row[4]!] === "closed")!;
        expectNear(ended[0]! - faultMs, [serverDetectMs!], 15, "ms");
        const late = lab.ledger.copies.filter((copy) => copy.sentUs > faultMs * 1000 && copy.settledUs >= 0);
        expect(late.some((copy) => copy.fate === 2)).toBe(false);
      }
    },
  );
});
