/**
 * Ground truth 17, 22 and 30, and the arithmetic of FACTS §4: what lost packets, and lost acknowledgements, cost on TCP.
 * Each formula is also held against a model that is bent in one place, where it fails.
 */
import { describe, expect, it } from "vitest";
import { type Choices, GeneratedChoices, SeededChoices } from "../../src/kernel/choices.ts";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { PATIENCE_US } from "../../src/model/network/tcp.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { END_REASONS } from "../../src/model/trace/end-reasons.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { PURPOSES, Purpose } from "../../src/model/trace/purposes.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { readLedger } from "../../src/run/ledger.ts";
import type { RunOptions } from "../../src/run/run.ts";
import { simulate } from "../../src/run/simulate.ts";
import { buildSettings } from "../../src/scenario/build.ts";
import type { Fault, Latency } from "../../src/scenario/schema.ts";
import { IS_DEEP } from "../support/depth.ts";
import { expectNear, labScenario, observed } from "../support/ground-truth.ts";
import * as network from "../support/lossy-network.ts";
import { loadMutant } from "../support/mutant.ts";

type Simulate = typeof simulate;

/** A counts aloud to B. Only the way from A to the balancer takes time and loses packets. */
interface Line {
  readonly oneWayMs: Latency;
  readonly gapMs: number;
  readonly messages: number;
  readonly firstMs?: number;
  readonly loss?: number;
  readonly faults?: Fault[];
  readonly durationMs?: number;
}

const DAY_MS = 86_400_000;

interface Told {
  /** By message, in order of sending: when it was sent and read, and how long that took; null: not at all. ms. */
  readonly messages: readonly { sentMs: number; readMs: number | null; tookMs: number | null }[];
  /** Packets that A sends upward: what they are, when, and whether they were lost. */
  readonly packets: readonly { frame: number; atMs: number; isLost: boolean }[];
  readonly ends: readonly { reason: string; atMs: number; place: string }[];
  readonly causes: readonly string[];
}

function line(run: Simulate, shape: Line, options: RunOptions = {}): Told {
  const { oneWayMs, gapMs, messages, firstMs = 1000, loss = 0, faults = [], durationMs } = shape;
  const untilMs = firstMs + gapMs * (messages - 1);
  const result = run(
    labScenario({
      durationMs: durationMs ?? untilMs + 20_000,
      clients: ["A", "B"].map((name) => ({ name, transport: "websocket", startConnected: true })),
      servers: { count: 1, pingIntervalMs: DAY_MS, pingTimeoutMs: DAY_MS },
      balancer: { idleTimeoutMs: DAY_MS },
      network: {
        client: { latencyMs: 0 },
        server: { latencyMs: 0 },
        links: { "A/balancer": { latencyMs: oneWayMs, loss } },
      },
      workload: [{ from: "A", to: "B", everyMs: gapMs, firstMs, untilMs }],
      faults,
    }),
    options,
  );
  const { trace, nodes } = result;
  const { copies } = readLedger(trace);
  const rows = Array.from({ length: trace.length }, (_, row) => row);
  const nodeOf = (name: string) => nodes.find((node) => node.name === name)!.node;
  return {
    messages: copies.map(({ fate, sentUs, settledUs }) => {
      const isRead = fate === Fate.delivered;
      return {
        sentMs: sentUs / 1000,
        readMs: isRead ? settledUs! / 1000 : null,
        tookMs: isRead ? (settledUs! - sentUs) / 1000 : null,
      };
    }),
    packets: rows
      .filter((row) => trace.kind[row] === RecordKind.frame && trace.b[row] === nodeOf("A"))
      .map((row) => ({ frame: trace.a[row]!, atMs: trace.timeUs[row]! / 1000, isLost: trace.e[row]! < 0 })),
    ends: rows
      .filter((row) => trace.kind[row] === RecordKind.ended)
      .map((row) => ({
        reason: END_REASONS[trace.c[row]!]!.name,
        atMs: trace.timeUs[row]! / 1000,
        place: nodes[trace.d[row]!]!.name,
      })),
    causes: copies.filter(({ fate }) => fate === Fate.lost).map(({ cause }) => CAUSES[cause]!.name),
  };
}

const dropped = (packet: number): Fault => ({ act: "drop", target: "A/balancer", direction: "up", packet });
const cut = (atMs: number): Fault => ({ atMs, act: "cut", target: "A/balancer" });
const heal = (atMs: number): Fault => ({ atMs, act: "heal", target: "A/balancer" });
it("a sender expects a round trip of twice the mean of its latency, wherever that lies", () => {
  const oneWayMs = { distribution: "uniform", minMs: 10, maxMs: 110 } as const;
  // Nothing is drawn but the shortest.
  const choices = () => new GeneratedChoices(PURPOSES.map(() => []));
  const { messages } = line(
    simulate,
    { oneWayMs, gapMs: 1000, messages: 1, faults: [dropped(1)] },
    { choices },
  );
  expect(messages[0]!.tookMs).toBe(2 * 60 + 200 + 10);
});

/** A's own kernel drops what it sends. */
const refuse = (atMs: number): Fault => ({
  atMs,
  act: "mute",
  target: "A/balancer",
  direction: "up",
  by: "sender",
});

/** When A's TCP sends something again before its connection ends, counted from `sinceMs`. */
function resends({ packets, ends }: Told, sinceMs: number): number[] {
  const endMs = ends.find(({ reason }) => reason !== "link-cut")?.atMs ?? Number.POSITIVE_INFINITY;
  return packets
    .filter(({ frame, atMs }) => frame === FrameKind.resend && atMs < endMs)
    .map(({ atMs }) => atMs - sinceMs);
}

/** How late each message is, beyond the line's delay. ms. */
const lateness = ({ messages }: Told, oneWayMs: number) => messages.map(({ tookMs }) => tookMs! - oneWayMs);

/** A model that is bent in one place. */
async function bent(file: string, find: string, replace: string): Promise<Simulate> {
  const module = await loadMutant<{ simulate: Simulate }>(file, find, replace, "src/run/simulate.ts");
  return module.simulate;
}

const TCP = "src/model/network/tcp.ts";

describe("experiment 17: head-of-line blocking on TCP", () => {
  const shape = { oneWayMs: 50, gapMs: 20, messages: 200 };

  it("no-loss-gap20-delay50", () => {
    const [first] = observed("17", "no-loss-gap20-delay50").observed.tcpLatencyMs;
    for (const { tookMs } of line(simulate, shape).messages) {
      expect(tookMs).toBe(50);
      expectNear(tookMs!, [first.p50], 7, "ms");
    }
  });

  /** Runs at 5 % loss, as in the laboratory. */
  const runs = (count: number) =>
    Array.from({ length: count }, (_, seed) => line(simulate, { ...shape, loss: 0.05 }, { seed }));

  it("single-loss-gap20-delay50: the lost message and six behind it are late, and read at one instant", () => {
    const { observed: seen, setup } = observed("17", "single-loss-gap20-delay50");
    expect(setup.lossEachDirection).toBe(0.05);
    const latencies: number[] = [];
    const counts: number[] = [];
    for (const { messages, packets } of runs(50)) {
      const lost = packets.filter(({ isLost }) => isLost).map(({ atMs }) => atMs);
      for (const atMs of lost) {
        // Isolated, as the experiment selected them: no other lost from 400 ms before until 100 ms after the stall.
        if (lost.some((other) => other !== atMs && other > atMs - 400 && other < atMs + 150 + 100)) continue;
        const first = messages.findIndex(({ sentMs }) => sentMs === atMs);
        // So many have to come behind it.
        if (first > messages.length - 10) continue;
        const late = messages
          .slice(first)
          .filter(({ tookMs, sentMs }) => tookMs! > 60 && sentMs < atMs + 200);
        expect(new Set(late.map(({ readMs }) => readMs)).size).toBe(1);
        latencies.push(late[0]!.tookMs!);
        counts.push(late.length);
      }
    }
    expect(latencies.length).toBeGreaterThan(5 * seen.latencyOfLostMessageMs.length);
    // The tolerance of the file. Two acknowledgements lost in a row, one in 400, make it a message more.
    const within = latencies.filter(
      (ms, i) => ms >= 180 && ms <= 196 && counts[i] === seen.lateMessagesPerLoss[0],
    );
    expect(within.length / latencies.length).toBeGreaterThan(0.98);
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(180);
  });

  it("udp-comparison-gap20-delay50: what TCP delivers beside it, all and in order", () => {
    const { observed: seen, repeats } = observed("17", "udp-comparison-gap20-delay50");
    const delivered = runs(repeats).map(({ messages }) => {
      const read = messages.map(({ readMs }) => readMs);
      expect(read).toEqual(read.toSorted((a, b) => a! - b!));
      return read.filter((readMs) => readMs !== null).length;
    });
    expect(delivered).toEqual(seen.tcpDelivered);
  });
});

describe("experiment 30: what TCP sends into the void, and when it notices that the path is back", () => {
  /** A run of the laboratory's: timeZero is the first message that is lost. */
  const recovery = (run: Simulate, cutMs: number, gapMs: number, by: "path" | "sender" = "path") => {
    const shape = { oneWayMs: 0.1, gapMs, messages: Math.ceil((cutMs + 3000) / gapMs), firstMs: 1000 };
    const begins = by === "path" ? cut(1000 - 0.5) : refuse(1000 - 0.5);
    const told = line(run, { ...shape, faults: [begins, heal(1000 - 0.5 + cutMs)] });
    return { told, sends: [0, ...resends(told, 1000)] };
  };

  it.each(["remote-drop-300", "remote-drop-800", "remote-drop-2000", "remote-drop-alone"])("%s", (id) => {
    const { setup, observed: seen } = observed("30", id);
    for (const [i, measured] of (seen.sendsOfFirstLostMs as number[][]).entries()) {
      const [healMs, repairedMs] = seen.rows[i] as number[];
      const { told, sends } = recovery(simulate, healMs!, setup.gapMs);
      expect(sends).toHaveLength(measured.length);
      for (const [send, atMs] of measured.entries()) {
        expect(atMs).toBeGreaterThanOrEqual(sends[send]! - 1);
        expectNear(sends[send]!, [atMs], sends[send]! * 0.1 + 30, "ms");
      }
      const first = told.messages[0]!;
      expect(first.tookMs).toBeCloseTo(sends.at(-1)! + 0.1, 6);
      expect(repairedMs! - first.tookMs!).toBeLessThanOrEqual(first.tookMs! * 0.1 + 30);
      // All that was written meanwhile is read within a round trip of it.
      const meanwhile = told.messages.filter(
        ({ sentMs, readMs }) => sentMs < first.readMs! && readMs !== null,
      );
      for (const { readMs } of meanwhile) expect(readMs! - first.readMs!).toBeLessThan(0.5);
      const byMoreThan200 = told.messages.filter(({ tookMs }) => tookMs! > 200).length;
      const slack = 2 + (repairedMs! - first.tookMs!) / setup.gapMs;
      expect(Math.abs(byMoreThan200 - (seen.rows[i] as number[])[3]!)).toBeLessThanOrEqual(slack);
    }
  });

  it("local-drop-800: what its own kernel drops is sent with the first write after the heal", () => {
    const { observed: seen, setup } = observed("30", "local-drop-800");
    for (const [healMs, repairedMs] of seen.rows as number[][]) {
      const { told } = recovery(simulate, healMs!, setup.gapMs, "sender");
      expectNear(told.messages[0]!.tookMs!, [repairedMs!], 60, "ms");
      // Nothing was sent before.
      expect(resends(told, 1000)).toEqual([]);
    }
    const { told } = recovery(simulate, setup.cutMs, setup.gapMs, "sender");
    const lateBy = (ms: number) => told.messages.filter(({ tookMs }) => tookMs! > ms).length;
    for (const [, , late, byMoreThan200] of seen.rows as number[][]) {
      expectNear(lateBy(20), [late!], 1, "messages");
      expectNear(lateBy(200), [byMoreThan200!], 1, "messages");
    }
  });

  it.runIf(IS_DEEP)("would fail if a write did not try again what the kernel had refused", async () => {
    const deaf = await bent(TCP, "if (isRefused(world, stream)) sendWaiting(world, stream);", "");
    const { told } = recovery(deaf, 838, 50, "sender");
    expect(told.messages[0]!.tookMs).toBeGreaterThan(1000);
  });

  it.runIf(IS_DEEP)("would fail if new data went out while the clock has struck", async () => {
    const eager = await bent(TCP, "streams.timeouts[stream] > 0 || streams.isOpening[stream] === 1 || ", "");
    const { told } = recovery(eager, 800, 50);
    expect(told.messages[0]!.tookMs).toBeLessThan(1000);
  });

  it.runIf(IS_DEEP)("would fail if the clock's interval did not double", async () => {
    const steady = await bent(TCP, "baseUs * 2 ** Math.min(doublings, 20)", "baseUs");
    expect(recovery(steady, 2000, 50).sends.length).toBeGreaterThan(8);
  });
});

describe("FACTS §4: the arithmetic of a lost packet", () => {
  /**
   * By round trip R and gap d: how late the lost message is. The next message's acknowledgement is back after d + R; the
   * hole is given R/4 from a round trip after it was sent, and that is rounded up to ticks of 4 ms, and two more.
   */
  const lostMs = (rttMs: number, gapMs: number) => {
    const graceMs = rttMs / 4 - gapMs;
    return gapMs + rttMs + (graceMs <= 0 ? 0 : 4 * (Math.ceil(graceMs / 4) + 2));
  };
  const GRID = [
    [100, 20],
    [100, 40],
    [100, 5],
    [40, 8],
    [200, 30],
    [300, 100],
  ] as const;
  const single = (run: Simulate, rttMs: number, gapMs: number) => {
    const shape = { oneWayMs: rttMs / 2, gapMs, messages: 80, faults: [dropped(11)] };
    return lateness(line(run, shape), rttMs / 2).slice(10);
  };

  it.each(GRID)("R %i, d %i: the lost one is late by D, the i-th behind it by D − i·d", (rttMs, gapMs) => {
    const late = lostMs(rttMs, gapMs);
    for (const [i, ms] of single(simulate, rttMs, gapMs).entries())
      expect(ms).toBeCloseTo(Math.max(0, late - i * gapMs), 6);
  });

  it("is not what three duplicate acknowledgements would make it: 3 d + R, and eight late", () => {
    // The textbook's sum, by which the lost one of ground truth 17 would arrive after 210 ms.
    expect(lostMs(100, 20)).toBeLessThan(3 * 20 + 100);
    expect(single(simulate, 100, 20).filter((ms) => ms > 0)).toHaveLength(7);
  });

  it.runIf(IS_DEEP)("fails for a kernel that waits half a round trip more, and not a quarter", async () => {
    const slow = await bent(TCP, "Math.round(rttUs / 4)", "Math.round(rttUs / 2)");
    expect(single(slow, 100, 20)[0]).not.toBeCloseTo(lostMs(100, 20), 6);
  });

  it.runIf(IS_DEEP)("fails for a kernel that hands out what comes behind a hole", async () => {
    const hasty = await bent(
      TCP,
      "    segment = streams.unread[stream];\n  }\n}",
      "    segment = streams.unread[stream];\n  }\n  for (; segment !== NONE; segment = segments.next[segment])\n    if (segments.where[segment] === Where.held && segments.frame[segment] !== 99) {\n      segments.frame[segment] = 99;\n      world.send(segments.code[segment], segments.entity[segment], segments.x[segment], segments.y[segment]);\n    }\n}",
    );
    expect(single(hasty, 100, 20)[1]).toBeCloseTo(0, 6);
  });

  const sparse = (run: Simulate, rttMs: number) =>
    lateness(line(run, { oneWayMs: rttMs / 2, gapMs: 900, messages: 8, faults: [dropped(4)] }), rttMs / 2);

  it.each([0, 10, 100, 300])("R %i, and nothing behind it: late by R + 200 ms, and alone", (rttMs) => {
    expect(sparse(simulate, rttMs)).toEqual([0, 0, 0, rttMs + 200, 0, 0, 0, 0]);
  });

  it.runIf(IS_DEEP)("fails for a kernel that waits a second at least, as RFC 6298 asks for", async () => {
    const rfc = await bent(TCP, "MIN_RTO_US = 200_000", "MIN_RTO_US = 1_000_000");
    expect(sparse(rfc, 100)[3]).toBeGreaterThan(300);
  });

  /** A line that is dead for good. */
  const dead = (run: Simulate, rttMs: number, messages = 3) =>
    line(run, {
      oneWayMs: rttMs / 2,
      gapMs: 50,
      messages,
      faults: [cut(999)],
      durationMs: 2_000_000,
    });

  /** When the clock strikes, from the first send: R + 200 ms, doubling up to 120 s. */
  const strikes = (rttMs: number, count: number) => {
    let atMs = 0;
    return Array.from({ length: count }, (_, i) => {
      atMs += Math.min((rttMs + 200) * 2 ** i, 120_000);
      return atMs;
    });
  };

  it.each([0.2, 1, 100, 600])(
    "R %f: a dead path is given up at the first strike that is 924.6 s after the first",
    (rttMs) => {
      const told = dead(simulate, rttMs);
      const [first, ...more] = strikes(rttMs, 30);
      const expected = more.filter((atMs) => atMs - first! < PATIENCE_US / 1000);
      const endMs = more.find((atMs) => atMs - first! >= PATIENCE_US / 1000)!;
      const sent = resends(told, 1000);
      expect(sent).toHaveLength(expected.length + 1);
      for (const [i, atMs] of [first!, ...expected].entries()) expect(sent[i]).toBeCloseTo(atMs, 3);
      const end = told.ends.find(({ reason }) => reason === "tcp-timed-out")!;
      expect(end.place).toBe("A");
      expect(end.atMs - 1000).toBeCloseTo(endMs, 3);
      expect(endMs).toBeGreaterThanOrEqual(924_600);
      expect(told.causes).toEqual(["tcp-timed-out", "tcp-timed-out", "tcp-timed-out"]);
    },
  );

  it("sends again 15 times, where the round trip is short", () => {
    expect(resends(dead(simulate, 1), 1000)).toHaveLength(15);
  });

  it.runIf(IS_DEEP)("fails for a kernel that never gives up", async () => {
    const stubborn = await bent(TCP, "PATIENCE_US = 924_600_000", "PATIENCE_US = 9_246_000_000");
    expect(dead(stubborn, 100).ends.map(({ reason }) => reason)).not.toContain("tcp-timed-out");
  });
});

describe("the first packet of a connection", () => {
  /** B polls; its POST is a connection of its own, whose first packet meets a cut. When it is sent, from the first time. s. */
  const opening = (run: Simulate) => {
    const { trace, nodes } = run(
      labScenario({
        durationMs: 200_000,
        clients: [{ name: "B", transport: "polling" }],
        servers: { count: 1, pingIntervalMs: DAY_MS, pingTimeoutMs: DAY_MS },
        balancer: { idleTimeoutMs: DAY_MS },
        workload: [{ from: "B", to: "everyone", atMs: 1000 }],
        faults: [{ atMs: 900, act: "cut", target: "B/balancer" }],
      }),
    );
    const b = nodes.find(({ name }) => name === "B")!.node;
    const sends: number[] = [];
    let end = -1;
    for (let row = 0; row < trace.length; row++) {
      const isB = trace.kind[row] === RecordKind.frame && trace.b[row] === b;
      const isPost = trace.a[row] === FrameKind.post || trace.a[row] === FrameKind.resend;
      if (isB && isPost && trace.e[row]! < 0) sends.push(trace.timeUs[row]! / 1e6 - 1);
      const isEnd = trace.kind[row] === RecordKind.ended && trace.b[row] === b;
      if (isEnd && END_REASONS[trace.c[row]!]!.name === "tcp-timed-out") end = trace.timeUs[row]! / 1e6 - 1;
    }
    return { sends: sends.filter((at) => at < end), end };
  };

  it("goes again after 1, 1, 1, 1, 1, 2, 4 … s, and is given up after 131 s (experiment 30: syn-unanswered)", () => {
    const { sends, end } = opening(simulate);
    expect(sends).toEqual([0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67]);
    expect(end).toBe(131);
    for (const measured of observed("30", "syn-unanswered").observed.synMs as number[][])
      for (const [i, atMs] of measured.entries()) {
        expect(atMs).toBeGreaterThanOrEqual(sends[i]! * 1000);
        expectNear(sends[i]! * 1000, [atMs], sends[i]! * 30 + 20, "ms");
      }
  });

  it.runIf(IS_DEEP)("would not, if the kernel doubled from the beginning, as before Linux 6.5", async () => {
    const old = await bent(
      "src/model/network/tcp.part.ts",
      "LINEAR_SYN_TIMEOUTS = 4",
      "LINEAR_SYN_TIMEOUTS = 0",
    );
    expect(opening(old)).toEqual({ sends: [0, 1, 3, 7, 15, 31, 63], end: 127 });
  });
});

/** Loses the acknowledgements with these numbers, and no packet. */
class LostAcks implements Choices {
  readonly drawsOrder = false;
  readonly #inner = new SeededChoices(1, PURPOSES);
  readonly #isLost: (number: number) => boolean;
  #acks = 0;

  constructor(isLost: (number: number) => boolean) {
    this.#isLost = isLost;
  }

  draw(purpose: number, bound: number): number {
    if (purpose === Purpose.loss) return 0;
    if (purpose === Purpose.ackLoss) return this.#isLost(this.#acks++) ? bound - 1 : 0;
    return this.#inner.draw(purpose, bound);
  }

  save() {
    return this.#inner.save();
  }

  restore(): void {}
}

describe("a lost acknowledgement", () => {
  const shape = { oneWayMs: 0.1, gapMs: 50, messages: 40, loss: 1e-9 };
  const run = (isLost: (number: number) => boolean, by = simulate, more: Partial<Line> = {}) =>
    line(by, { ...shape, ...more }, { choices: () => new LostAcks(isLost) });

  it("costs nothing if another follows: that one is for all before it", () => {
    const told = run((ack) => ack % 4 !== 3);
    expect(resends(told, 0)).toEqual([]);
    for (const { tookMs } of told.messages) expect(tookMs).toBe(0.1);
  });

  it("makes the sender repeat the last packet, which is read once", () => {
    const told = run((ack) => ack === 39);
    expect(resends(told, 1000 + 39 * 50).map(Math.round)).toEqual([200]);
    expect(told.messages).toHaveLength(40);
    for (const { tookMs } of told.messages) expect(tookMs).toBe(0.1);
  });

  /** Experiment 22, one direction dropped: messages in the other one arrive for some 0.3 s, and then no more. */
  const deaf = (by: Simulate) => {
    const told = run(() => true, by, { durationMs: 3000 });
    return told.messages.find(({ readMs }) => readMs === null)?.sentMs;
  };

  it("and all that follow stop the other direction after 0.3 s (sio-drop-s2c-1000-600)", () => {
    const firstLostMs = deaf(simulate)! - 950;
    const { rows, columns } = observed("22", "sio-drop-s2c-1000-600").observed;
    const column = columns.indexOf("clientLostEmittedFromToMs");
    // From the fault, 50 ms before the first message.
    for (const row of rows) expectNear(firstLostMs, [row[column][0]], 60, "ms");
  });

  it.runIf(IS_DEEP)("would stop nothing, if senders did not wait for acknowledgements", async () => {
    const careless = await bent(
      TCP,
      "  if (dropsAck(world, stream ^ 1)) {\n",
      "  if (dropsAck(world, stream ^ 1) && world.queue.nowUs < 0) {\n",
    );
    expect(deaf(careless)).toBeUndefined();
  });
});

describe("experiment 22: both directions of one connection are dropped", () => {
  /** The client C and its server talk; D stands for what the server sends, and hears what C does. The cut is over when C comes back. */
  const halfDead = (setup: Record<string, number>, faultMs: number, healMs: number) => {
    const everyMs = setup.serverEmitsEveryMs!;
    const result = simulate(
      labScenario({
        durationMs: faultMs + setup.watchMs!,
        clients: [
          { name: "C", transport: "websocket", reconnectionDelayMs: 1000, randomizationFactor: 0 },
          { name: "D", transport: "websocket", startConnected: true },
        ],
        servers: { count: 1, pingIntervalMs: setup.pingIntervalMs!, pingTimeoutMs: setup.pingTimeoutMs! },
        workload: [
          { from: "D", to: "C", everyMs, firstMs: 500 },
          { from: "C", to: "D", everyMs: setup.clientEmitsEveryMs!, firstMs: 500 },
        ],
        faults: [
          { atMs: faultMs, act: "cut", target: "C/balancer" },
          { atMs: healMs, act: "heal", target: "C/balancer" },
        ],
      }),
    );
    const { trace } = result;
    const timesOf = (kind: number) =>
      Array.from({ length: trace.length }, (_, row) => row)
        .filter((row) => trace.kind[row] === kind && trace.a[row] === 0)
        .map((row) => trace.timeUs[row]! / 1000 - faultMs)
        .filter((atMs) => atMs > 0);
    const lostBy = (recipient: number) =>
      readLedger(trace)
        .copies.filter((copy) => copy.recipient === recipient && copy.fate === Fate.lost)
        .map(({ sentUs }) => sentUs / 1000 - faultMs)
        .filter((atMs) => atMs > 0);
    const lateBy = (recipient: number) =>
      readLedger(trace).copies.filter(
        (copy) =>
          copy.recipient === recipient &&
          copy.fate === Fate.delivered &&
          copy.sentUs > faultMs * 1000 &&
          copy.settledUs - copy.sentUs > 200_000,
      ).length;
    return {
      noticeMs: timesOf(RecordKind.disconnected)[0],
      backMs: timesOf(RecordKind.connected)[0],
      lostDown: lostBy(0),
      lostUp: lostBy(1),
      lateDown: lateBy(0),
      lateUp: lateBy(1),
    };
  };

  it.each(["sio-drop-both-1000-600", "sio-drop-both-2000-1000"])("%s", (id) => {
    const { setup, observed: seen } = observed("22", id);
    const near = (value: number | undefined, measured: number, less: number, more = less) => {
      expect(value! - measured).toBeGreaterThanOrEqual(-less);
      expect(value! - measured).toBeLessThanOrEqual(more);
    };
    for (const row of seen.rows) {
      const [sincePingMs, clientNoticeMs, , backMs, , lostDown, , lostUp, late] = row;
      const exactMs = setup.pingIntervalMs + setup.pingTimeoutMs - sincePingMs;
      const faultMs = 3 * setup.pingIntervalMs + sincePingMs;
      const told = halfDead(setup, faultMs, faultMs + exactMs + 500);
      near(told.noticeMs, exactMs, 10, 60);
      near(told.noticeMs, clientNoticeMs, 60, 10);
      expectNear(told.noticeMs!, [clientNoticeMs], 60, "ms");
      near(told.backMs, backMs, 150, 60);
      for (const [i, copies] of [told.lostDown, told.lostUp].entries()) {
        const [from, to] = [lostDown, lostUp][i];
        near(copies[0], from, 60);
        near(copies.at(-1), to, 60);
      }
      near(told.lateUp, late, 2);
    }
  });

  it("sio-heal-before-notice: nothing is lost, and nobody notices", () => {
    const { setup, observed: seen } = observed("22", "sio-heal-before-notice");
    const [[sincePingMs]] = seen.rows;
    const faultMs = 2 * setup.pingIntervalMs + sincePingMs;
    const told = halfDead(setup, faultMs, faultMs + 800);
    expect([told.noticeMs, told.lostDown, told.lostUp]).toEqual([undefined, [], []]);
    // The filter of this experiment was the sender's own kernel's, which makes late messages few (experiment 30,
    // local-drop-800; half-dead.test.ts). A cut is behind the sender.
    const behind = observed("30", "remote-drop-800").observed.rows.map((row: number[]) => row[3]!);
    for (const late of behind) expect(Math.abs(told.lateDown - late)).toBeLessThanOrEqual(2);
    expect(told.lateDown).toBeGreaterThan(Math.max(...seen.lateServerMessages) + 4);
  });
});

describe("losses in bursts (Gilbert–Elliott)", () => {
  type Network = typeof network;
  const LOSS = { good: 0.01, bad: 0.6, meanGoodMs: 800, meanBadMs: 200 };
  const GAP_MS = 10;
  const PACKETS = 100_000;

  /** Which of many packets a link drops that are sent at a steady pace. */
  function drawn({ Simulation, dropsPacket }: Network): boolean[] {
    const scenario = labScenario({
      durationMs: PACKETS * GAP_MS,
      clients: [{ name: "A", transport: "websocket", startConnected: true }],
      servers: { count: 1, pingIntervalMs: DAY_MS, pingTimeoutMs: DAY_MS },
      balancer: { idleTimeoutMs: DAY_MS },
      network: { links: { "A/balancer": { loss: LOSS } } },
    });
    const world = new Simulation(buildSettings(scenario), new SeededChoices(7, PURPOSES), {
      trace: false,
    });
    return Array.from({ length: PACKETS }, (_, i) => {
      while (world.step(i * GAP_MS * 1000));
      return dropsPacket(world, 0);
    });
  }

  /** The share of time in the bad state, by the mean stays. */
  const bad = LOSS.meanBadMs / (LOSS.meanGoodMs + LOSS.meanBadMs);
  const mean = (1 - bad) * LOSS.good + bad * LOSS.bad;
  /** A packet follows a lost one: how likely that one was sent in the bad state, that this one still is, and is lost. */
  const wasBad = (bad * LOSS.bad) / mean;
  const memory = Math.exp(-GAP_MS * (1 / LOSS.meanGoodMs + 1 / LOSS.meanBadMs));
  const isBad = bad + (wasBad - bad) * memory;
  const again = (1 - isBad) * LOSS.good + isBad * LOSS.bad;

  const share = (drops: readonly boolean[]) => drops.filter(Boolean).length / drops.length;
  const againOf = (drops: readonly boolean[]) => {
    const behind = drops.filter((_, i) => i > 0 && drops[i - 1]);
    return share(behind);
  };
  /** Deviations of what a share estimates are above 5 % here, since neighbours are alike: two thousand stays in each state. */
  const isNear = (value: number, expected: number) => Math.abs(value / expected - 1) < 0.1;

  it("lose πG·pG + πB·pB on average, and after a lost packet as often as the time since then lets one expect", () => {
    const drops = drawn(network);
    expect(isNear(share(drops), mean)).toBe(true);
    expect(isNear(againOf(drops), again)).toBe(true);
    // A burst is some packets long: without memory, one.
    expect(again / mean).toBeGreaterThan(3);
  });

  const LINK = "src/model/network/link.ts";
  const bentNetwork = (find: string, replace: string) => {
    return loadMutant<Network>(LINK, find, replace, "test/support/lossy-network.ts");
  };

  it.runIf(IS_DEEP)("fail their mean if bad stays are as long as good ones", async () => {
    const drops = drawn(await bentNetwork("burst!.meanBadUs", "burst!.meanGoodUs"));
    expect(isNear(share(drops), mean)).toBe(false);
  });

  it.runIf(IS_DEEP)("fail their bursts if each packet is drawn by itself, with the same mean", async () => {
    const drops = drawn(
      await bentNetwork(
        'burst !== null && world.isIn(linkPart, link, "healthy.bad") ? burst.bad : good',
        `burst !== null ? ${mean} : good`,
      ),
    );
    expect(isNear(share(drops), mean)).toBe(true);
    expect(isNear(againOf(drops), again)).toBe(false);
  });
});
