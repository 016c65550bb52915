/**
 * What lost packets cost over WebTransport: the arithmetic of FACTS §4 and of RFC 9002, each formula also held against a model that is
 * bent in one place, where it fails.
 */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { END_REASONS } from "../../src/model/trace/end-reasons.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../src/model/trace/records.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { simulate } from "../../src/run/simulate.ts";
import type { Fault, ScenarioInput } from "../../src/scenario/schema.ts";
import { IS_DEEP } from "../support/depth.ts";
import { labScenario } from "../support/ground-truth.ts";
import { loadMutant } from "../support/mutant.ts";

type Simulate = typeof simulate;
type By = NonNullable<ScenarioInput["clients"][number]["messagesBy"]>;

const DAY_MS = 86_400_000;
const QUIC = "src/model/network/quic.ts";

interface Line {
  readonly by: By;
  readonly transport?: "webtransport" | "websocket";
  readonly oneWayMs?: number;
  readonly gapMs?: number;
  readonly messages?: number;
  readonly loss?: number;
  readonly latencyMs?: object;
  readonly faults?: Fault[];
  readonly idleMs?: number | "none";
  readonly seed?: number;
  readonly durationMs?: number;
}

/** A counts aloud to B. Only the way between A and the balancer takes time and loses packets. */
function line(run: Simulate, shape: Line) {
  const { by, transport = "webtransport", oneWayMs = 50, gapMs = 20, messages = 10, loss = 0 } = shape;
  const { faults = [], idleMs = "none", latencyMs = oneWayMs, seed = 1 } = shape;
  const untilMs = 1000 + gapMs * (messages - 1);
  const { trace, nodes } = run(
    labScenario({
      durationMs: shape.durationMs ?? untilMs + 5000,
      clients: [
        {
          name: "A",
          transport,
          messagesBy: by,
          startConnected: true,
          watchdogMs: "none",
          quicIdleTimeoutMs: idleMs,
        },
        { name: "B", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1, pingIntervalMs: "none" },
      balancer: { idleTimeoutMs: DAY_MS },
      network: {
        client: { latencyMs: 0 },
        server: { latencyMs: 0 },
        links: { "A/balancer": { latencyMs, loss } },
      } as ScenarioInput["network"],
      workload: [{ from: "A", to: "B", everyMs: gapMs, firstMs: 1000, untilMs }],
      faults,
    }),
    { seed },
  );
  const rows = Array.from({ length: trace.length }, (_, row) => row);
  const { copies } = readLedger(trace);
  const of = (kind: number) => rows.filter((row) => trace.kind[row] === kind);
  return {
    copies,
    /** How late each is, beyond the line's delay; null: it did not arrive. ms. */
    late: copies.map(({ fate, sentUs, settledUs }) =>
      fate === Fate.delivered ? (settledUs! - sentUs) / 1000 - oneWayMs : null,
    ),
    causes: copies.filter(({ fate }) => fate === Fate.lost).map(({ cause }) => CAUSES[cause]!.name),
    order: of(RecordKind.delivered).map((row) => trace.b[row]!),
    resentMs: of(RecordKind.frame)
      .filter((row) => trace.a[row] === FrameKind.resend)
      .map((row) => trace.timeUs[row]! / 1000),
    ends: of(RecordKind.ended).map((row) => [
      END_REASONS[trace.c[row]!]!.name,
      trace.timeUs[row]! / 1000,
      nodes[trace.d[row]!]!.name,
    ]),
    closed: of(RecordKind.disconnected).map((row) => [
      CLOSE_REASON_NAMES[trace.b[row]!],
      trace.timeUs[row]! / 1000,
    ]),
  };
}

const dropped = (packet: number, direction: "up" | "down" = "up"): Fault => ({
  act: "drop",
  target: "A/balancer",
  direction,
  packet,
});
const cut = (atMs: number): Fault => ({ atMs, act: "cut", target: "A/balancer" });
const heal = (atMs: number): Fault => ({ atMs, act: "heal", target: "A/balancer" });

async function bent(find: string, replace: string): Promise<Simulate> {
  const module = await loadMutant<{ simulate: Simulate }>(QUIC, find, replace, "src/run/simulate.ts");
  return module.simulate;
}

describe("one lost packet (RTT 100 ms, a message every 20 ms)", () => {
  const five = { faults: [dropped(5)] };
  /** FACTS §4: detected at max(d + R, 9/8 R), and so much late. */
  const repaired = (rttMs: number, gapMs: number) =>
    Math.min(Math.max(gapMs + rttMs, (9 / 8) * rttMs), 3 * gapMs + rttMs);

  it("a stream for each message: five is 120 ms late, and nobody waits for it", () => {
    const { late, order } = line(simulate, { by: "stream-per-message", ...five });
    expect(late).toEqual([0, 0, 0, 0, 120, 0, 0, 0, 0, 0]);
    expect(order.at(-1)).toBe(4);
  });

  it("one stream: those behind it wait, as on TCP, each as long as five still takes", () => {
    const { late, order } = line(simulate, { by: "one-stream", ...five });
    expect(late).toEqual([0, 0, 0, 0, 120, 100, 80, 60, 40, 20]);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("a stream for each sender: A has one", () => {
    const { late } = line(simulate, { by: "stream-per-sender", ...five });
    expect(late).toEqual([0, 0, 0, 0, 120, 100, 80, 60, 40, 20]);
  });

  it("datagrams: five is gone, for that cause, and nobody waits", () => {
    const { late, causes, resentMs } = line(simulate, { by: "datagram", ...five });
    expect(late).toEqual([0, 0, 0, 0, null, 0, 0, 0, 0, 0]);
    expect(causes).toEqual(["datagram-lost"]);
    expect(resentMs).toEqual([]);
  });

  it.each([
    [50, 2, "three packets later"],
    [50, 5, "9/8 of a round trip"],
    [50, 20, "the next packet's acknowledgement"],
    [20, 4, "9/8 of a round trip, or three packets"],
    [100, 100, "the next packet's acknowledgement"],
  ])("one way %d ms, gap %d ms: noticed by %s", (oneWayMs, gapMs) => {
    const { late } = line(simulate, { by: "stream-per-message", oneWayMs, gapMs, ...five });
    const probedMs = 2 * oneWayMs + 26 + 5 * gapMs;
    expect(late[4]).toBe(Math.min(repaired(2 * oneWayMs, gapMs), probedMs));
  });

  it.runIf(IS_DEEP)("fails for a threshold of one packet, and for one of two round trips", async () => {
    const hasty = await bent("PACKET_THRESHOLD = 3", "PACKET_THRESHOLD = 1");
    expect(line(hasty, { by: "stream-per-message", gapMs: 2, ...five }).late[4]).toBe(102);
    const slow = await bent("TIME_THRESHOLD = 9 / 8", "TIME_THRESHOLD = 2");
    expect(line(slow, { by: "stream-per-message", ...five }).late[4]).toBe(160);
  });

  it.runIf(IS_DEEP)("fails for a QUIC whose streams wait for each other", async () => {
    const blocked = await bent(
      "if (frames.lane[before] === lane && frames.where[before] !== At.read)",
      "if (frames.where[before] !== At.read)",
    );
    expect(line(blocked, { by: "stream-per-message", ...five }).late).toEqual([
      0, 0, 0, 0, 120, 100, 80, 60, 40, 20,
    ]);
  });

  it("the last packet: nothing follows, and a probe brings it, 126 ms later, and then twice as much", () => {
    expect(line(simulate, { by: "one-stream", faults: [dropped(10)] }).late[9]).toBe(126);
    const twice = line(simulate, { by: "one-stream", faults: [dropped(10), dropped(11)] });
    expect(twice.late[9]).toBe(126 + 2 * 126);
  });

  it.runIf(IS_DEEP)("fails for a probe that waits as long as TCP's clock", async () => {
    const slow = await bent(
      "roundTripUs(world, stream) + GRANULARITY_US + MAX_ACK_DELAY_US",
      "roundTripUs(world, stream) + 200_000",
    );
    expect(line(slow, { by: "one-stream", faults: [dropped(10)] }).late[9]).toBe(300);
  });

  it("a probe stops nothing that is new: what is said meanwhile is there in time", () => {
    // Five to seven are lost in a row; eight says so.
    const { late } = line(simulate, { by: "stream-per-message", faults: [5, 6, 7].map((n) => dropped(n)) });
    expect(late.filter((ms) => ms !== 0)).toHaveLength(3);
  });

  it("of three TCP holds all, one stream holds all, and streams of their own hold nobody: on the same loss", () => {
    const late = (transport: "webtransport" | "websocket", by: By) =>
      line(simulate, { transport, by, ...five }).late.filter((ms) => ms !== 0).length;
    expect(late("websocket", "one-stream")).toBeGreaterThan(5);
    expect(late("webtransport", "one-stream")).toBe(6);
    expect(late("webtransport", "stream-per-message")).toBe(1);
    expect(late("webtransport", "datagram")).toBe(1);
  });
});

describe("datagrams that drop", () => {
  const messages = 4000;
  const lossy = { by: "datagram", gapMs: 5, messages, loss: 0.2 } as const;

  /** How often k in a row are lost, of all rows of k. */
  function inARow(late: readonly (number | null)[], k: number): number {
    const rows = late.length - k + 1;
    let lost = 0;
    for (let i = 0; i < rows; i++) if (late.slice(i, i + k).every((ms) => ms === null)) lost++;
    return lost / rows;
  }

  it("k in a row are lost as often as loss^k, and those that arrive are in time", () => {
    const { late } = line(simulate, lossy);
    // Three standard deviations.
    for (const k of [1, 2, 3]) {
      const expected = 0.2 ** k;
      const deviation = Math.sqrt((expected * (1 - expected)) / messages) * (2 * k - 1);
      expect(Math.abs(inARow(late, k) - expected)).toBeLessThan(3 * deviation);
    }
    expect(late.filter((ms) => ms !== null && ms !== 0)).toEqual([]);
  });

  it.runIf(IS_DEEP)(
    "would not, if a datagram that is lost were sent once more: then it is loss²",
    async () => {
      const again = await bent(
        "  const lost = isLost(world, stream);\n  frames.packet",
        "  let lost = isLost(world, stream);\n  if (lost && frames.lane[one] === Lane.datagram) lost = isLost(world, stream);\n  frames.packet",
      );
      const share = inARow(line(again, lossy).late, 1);
      expect(Math.abs(share - 0.04)).toBeLessThan(0.01);
    },
  );

  it("a stream loses none of the same", () => {
    const { late } = line(simulate, { ...lossy, by: "stream-per-message", messages: 500 });
    expect(late).not.toContain(null);
  });

  it("may arrive in another order than they were sent, where the line's delay varies; one stream may not", () => {
    const jitter = { gapMs: 2, messages: 100, latencyMs: { distribution: "uniform", minMs: 10, maxMs: 60 } };
    const sorted = (by: By) => {
      const { order } = line(simulate, { by, ...jitter });
      return order.every((message, i) => i === 0 || message > order[i - 1]!);
    };
    expect(sorted("datagram")).toBe(false);
    expect(sorted("stream-per-message")).toBe(false);
    expect(sorted("one-stream")).toBe(true);
    expect(sorted("stream-per-sender")).toBe(true);
  });
});

describe("acknowledgements", () => {
  it("that are lost make the sender probe, and what it brings again is read once", () => {
    const { order } = line(simulate, { by: "one-stream", loss: 0.3, messages: 100 });
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe("the idle timeout (RFC 9000 §10.1)", () => {
  it("ends the connection at each end that hears nothing, 30 s after it was last heard or first sent into the void", () => {
    const { ends, closed } = line(simulate, {
      by: "one-stream",
      idleMs: 30_000,
      messages: 20,
      faults: [cut(1190)],
      durationMs: 40_000,
    });
    // The last acknowledgement was there at 1,170 ms or so; the first packet that was lost is that of 1,200 ms.
    const quic = ends.filter(([name]) => name === "quic-idle");
    expect(quic).toEqual([["quic-idle", expect.any(Number), expect.any(String)]]);
    expect(quic[0]![1]).toBeGreaterThan(31_000);
    expect(quic[0]![1]).toBeLessThan(31_300);
    expect(closed[0]![0]).toBe("transport close");
  });

  it("does not strike while something is heard, however long; nor where there is none", () => {
    const talk = { by: "one-stream", messages: 200, gapMs: 250 } as const;
    expect(
      line(simulate, { ...talk, idleMs: 1100 }).ends.filter(([, atMs]) => (atMs as number) < 50_000),
    ).toEqual([]);
    expect(line(simulate, { by: "one-stream", durationMs: 100_000 }).ends).toEqual([]);
  });

  it("strikes a connection that is merely silent", () => {
    const { ends } = line(simulate, { by: "one-stream", idleMs: 5000, durationMs: 20_000 });
    expect(ends[0]![0]).toBe("quic-idle");
  });

  it("a cut that is shorter is repaired by a probe, which doubles its wait meanwhile", () => {
    const { late, ends } = line(simulate, {
      by: "one-stream",
      idleMs: 30_000,
      faults: [cut(1090), heal(9000)],
      durationMs: 20_000,
    });
    expect(late).not.toContain(null);
    expect(ends.map(([name]) => name)).toEqual(["link-cut"]);
  });
});

describe("the first packet of a connection", () => {
  const first = (packets: number[]) => {
    const { trace } = simulate(
      labScenario({
        durationMs: 10_000,
        clients: [{ name: "A", transport: "webtransport" }],
        servers: { count: 1 },
        network: { client: { latencyMs: 50 }, server: { latencyMs: 0 } },
        faults: packets.map((packet) => dropped(packet)),
      }),
    );
    const rows = Array.from({ length: trace.length }, (_, row) => row);
    return trace.timeUs[rows.find((row) => trace.kind[row] === RecordKind.connected)!]! / 1000;
  };

  it("goes again after 999 ms, and after twice as much (an initial RTT of 333 ms)", () => {
    const soon = first([]);
    expect(first([1]) - soon).toBe(999);
    expect(first([1, 2]) - soon).toBe(999 + 1998);
  });
});
