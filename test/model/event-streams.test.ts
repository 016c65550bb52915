/** An EventSource: when it comes back, what it has missed then, and when it gives up. Ground truths 15 and 29. */
import { describe, expect, it } from "vitest";
import { rules } from "../../src/check/rules/index.ts";
import { runTrial } from "../../src/check/trial.ts";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { CLOSE_REASON_NAMES, RecordKind } from "../../src/model/trace/records.ts";
import { causeName, observed, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];
type Run = ReturnType<typeof runLab>;

const network: Lab["network"] = {
  client: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 0.4 } },
  server: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 0.4 } },
};

/** One server, one EventSource; whatever else the case says. */
function stream(retryMs: number, more: Partial<Lab> = {}): Run {
  return runLab({
    durationMs: 6000,
    network,
    servers: { count: 1 },
    ...more,
    clients: [{ name: "e", transport: "sse", retryMs, ...(more.clients?.[0] ?? {}) }],
  });
}

/** When it was opened, each time, and when it broke. ms. */
const opened = ({ records }: Run) => records(RecordKind.connected).map(([atMs]) => atMs!);
const broken = ({ records }: Run) =>
  records(RecordKind.disconnected).map(([atMs, , reason]) => ({
    atMs: atMs!,
    why: CLOSE_REASON_NAMES[reason!],
  }));

/** What destroys a connection, and nothing else: the process that carries it is back at once. */
const dropAt = (atMs: number): Lab["faults"] => [
  { atMs, act: "crash", target: "balancer" },
  { atMs: atMs + 1, act: "restart", target: "balancer" },
];

describe("experiment 15: the connection is destroyed while an event comes every 50 ms", () => {
  const faultMs = 2020;
  const drop = (replayEvents: number, seed = 1) =>
    stream(500, {
      seed,
      durationMs: 7000,
      servers: { count: 1, replayEvents },
      workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 50, untilMs: 500 + 99 * 50 }],
      faults: dropAt(faultMs),
    });

  it.each([
    ["tcp-drop-no-replay", 0, "recipient-away"],
    ["tcp-drop-memory-replay", 1000, null],
    ["tcp-drop-replay-of-3-events", 3, "beyond-replay"],
  ] as const)("%s", (id, replayEvents, cause) => {
    const lost = observed("15", id).observed.rows.map((row: number[]) => row[1]);
    for (let seed = 1; seed <= 5; seed++) {
      const run = drop(replayEvents, seed);
      const { ledger } = run;
      const [, reopened] = opened(run);
      expect(reopened! - faultMs).toBeGreaterThanOrEqual(500);
      expect(reopened! - faultMs).toBeLessThan(520);
      expect(ledger.tally.duplicated).toBe(0);
      expect(ledger.tally.lost).toBeGreaterThanOrEqual(Math.min(...lost));
      expect(ledger.tally.lost).toBeLessThanOrEqual(Math.max(...lost));
      expect(Object.keys(ledger.causes)).toEqual(cause === null ? [] : [cause]);
      // Exactly the events of the gap, but for the last that the server kept.
      const gap = ledger.copies.filter(
        ({ sentUs }) => sentUs > faultMs * 1000 && sentUs < reopened! * 1000 - 700,
      );
      expect(gap.length - ledger.tally.lost).toBe(Math.min(replayEvents, gap.length));
      for (const copy of gap.slice(-replayEvents || gap.length)) {
        if (replayEvents === 0) expect(causeName(copy.cause)).toBe("recipient-away");
        // The oldest of them waited for the reconnect.
        else expect(copy.settledUs / 1000 - reopened!).toBeLessThan(2);
      }
    }
  });

  it("constant-retry-500: refused twice, then open, each time after the same wait", () => {
    const run = stream(500, {
      faults: [
        { atMs: 2000, act: "crash", target: "balancer" },
        { atMs: 3100, act: "restart", target: "balancer" },
      ],
    });
    const at = [...broken(run).map(({ atMs }) => atMs), opened(run)[1]!];
    expect(at).toHaveLength(4);
    expect(observed("15", "constant-retry-500").observed.thirdRetry).toBe("open");
    for (const [i, atMs] of at.slice(1).entries()) {
      expect(atMs - at[i]!).toBeGreaterThanOrEqual(500);
      expect(atMs - at[i]!).toBeLessThan(520);
    }
  });

  it("default-retry: 3 s", () => {
    const run = runLab({
      durationMs: 8000,
      network,
      clients: [{ name: "e", transport: "sse" }],
      servers: { count: 1 },
      faults: [
        { atMs: 2000, act: "crash", target: "balancer" },
        { atMs: 3100, act: "restart", target: "balancer" },
      ],
    });
    expect(opened(run)[1]! - 2000).toBeGreaterThanOrEqual(3000);
    expect(opened(run)[1]! - 2000).toBeLessThan(3030);
    expect(broken(run)).toHaveLength(observed("15", "default-retry").observed.attempts);
  });
});

describe("experiment 29: what a browser's EventSource does", () => {
  /** Waits from the end of each stream to the next request. ms. */
  function waits(run: Run): number[] {
    const asked = run.requests(0).map(({ atMs }) => atMs);
    return broken(run)
      .slice(0, asked.length - 1)
      .map(({ atMs }, i) => asked[i + 1]! - atMs);
  }
  const near = (found: readonly number[], wanted: number) => {
    for (const wait of found) expect(Math.abs(wait - wanted)).toBeLessThan(60);
  };
  /** The server ends each stream 200 ms after it began. */
  const ending = { count: 1, streamLifetimeMs: 200 };

  it.each([
    ["es-default-wait-clean-end", 3000, 5000, 2],
    ["es-retry-500-clean-end-4-times", 500, 3200, 5],
  ] as const)("%s", (id, retryMs, durationMs, requests) => {
    const run = stream(retryMs, { durationMs, servers: ending });
    expect(observed("29", id).observed.requests).toBe(requests);
    expect(run.requests(0)).toHaveLength(requests);
    expect(new Set(run.requests(0).map(({ status }) => status))).toEqual(new Set([200]));
    near(waits(run), retryMs);
    expect(run.ledger.ends[0]!.reason).toBe(EndReason.streamEnded);
  });

  it("es-default-wait-reset", () => {
    const run = stream(3000, { faults: dropAt(200) });
    expect(run.requests(0)).toHaveLength(observed("29", "es-default-wait-reset").observed.requests);
    near(waits(run), 3000);
  });

  it("es-500-on-reconnect: any status but 200 makes it give up for good", () => {
    const run = stream(300, {
      servers: ending,
      faults: [
        { atMs: 300, act: "crash", target: "server-1" },
        { atMs: 900, act: "restart", target: "server-1" },
      ],
    });
    const { requests, errors } = observed("29", "es-500-on-reconnect").observed;
    expect(run.requests(0)).toHaveLength(requests);
    expect(run.requests(0).map(({ status }) => status)).toEqual([200, 502]);
    expect(broken(run).map(({ why }) => why)).toEqual(["transport close", "no event stream"]);
    expect(errors).toEqual([0, 2]);
    near(waits(run), 300);
  });

  it.each([
    ["es-204-on-reconnect", "204", 204],
    ["es-html-on-reconnect", "html", 200],
  ] as const)("%s: nor does it ask again after a %s", (id, refusal, status) => {
    // Its login is over before it comes back.
    const run = stream(300, {
      servers: { ...ending, loginMs: 400, refusal },
      workload: [{ from: "server-1", to: "everyone", firstMs: 900, everyMs: 900 }],
    });
    const { requests, errors, readyState } = observed("29", id).observed;
    expect(run.requests(0)).toHaveLength(requests);
    expect(run.requests(0).map((request) => request.status)).toEqual([200, status]);
    expect(broken(run).map(({ why }) => (why === "no event stream" ? 2 : 0))).toEqual(errors);
    expect(readyState).toBe(2);
    near(waits(run), 300);
    expect(run.ledger.losses).toEqual([{ cause: "recipient-away", roots: ["logged-out"], count: 6 }]);
  });

  it("es-last-event-id-reset-by-empty-id: then it names none; one without an id changes nothing", () => {
    expect(observed("29", "es-last-event-id-reset-by-empty-id").observed.lastEventIds).toEqual([null, null]);
    // One with an id, one that differs, and one while nobody listens.
    const run = (eventId: "none" | "empty") =>
      stream(300, {
        durationMs: 1000,
        servers: { ...ending, replayEvents: 10 },
        workload: [
          { from: "server-1", to: "everyone", atMs: 50 },
          { from: "server-1", to: "everyone", atMs: 100, eventId },
          { from: "server-1", to: "everyone", atMs: 300 },
        ],
      }).ledger;
    expect(run("empty").causes).toEqual({ "recipient-away": 1 });
    // It says that it has the first: what came after that comes, the second once more.
    expect(run("none").tally).toMatchObject({ delivered: 3, duplicated: 1, lost: 0 });
  });

  it("es-refused-retry-500", () => {
    const { errors, lastEventIds, perRun } = observed("29", "es-refused-retry-500").observed;
    const run = stream(500, {
      servers: { count: 1, replayEvents: 10 },
      workload: [
        { from: "server-1", to: "everyone", atMs: 100 },
        { from: "server-1", to: "everyone", atMs: 2000 },
      ],
      faults: [
        { atMs: 600, act: "crash", target: "balancer" },
        { atMs: 2800, act: "restart", target: "balancer" },
      ],
    });
    const at = broken(run).map(({ atMs }) => atMs);
    expect(at).toHaveLength(errors.length);
    near(
      at.slice(1).map((atMs, i) => atMs - at[i]!),
      500,
    );
    expect(lastEventIds).toEqual(["1"]);
    // It says that it has the first, and so gets the second, and only that.
    expect(run.ledger.tally).toMatchObject({ delivered: 2, duplicated: 0, lost: 0 });
    expect(Math.abs(opened(run)[1]! - at.at(-1)! - perRun.openAfterLastErrorMs[0])).toBeLessThan(60);
  });

  it("es-last-event-id-none: who has had no event can't say what it missed", () => {
    expect(observed("29", "es-last-event-id-none").observed.lastEventIds).toEqual([null, null]);
    const run = stream(300, {
      durationMs: 650,
      servers: { ...ending, replayEvents: 10 },
      workload: [{ from: "server-1", to: "everyone", atMs: 300 }],
    });
    expect(Object.keys(run.ledger.causes)).toEqual(["recipient-away"]);
  });

  it("es-last-event-id-number: each request names the latest, and gets what came after it", () => {
    expect(observed("29", "es-last-event-id-number").observed.lastEventIds).toEqual([null, "1", "2"]);
    const run = stream(300, {
      durationMs: 1200,
      servers: { ...ending, replayEvents: 10 },
      // One in each stream, and one in each pause.
      workload: [{ from: "server-1", to: "everyone", firstMs: 100, everyMs: 250, untilMs: 900 }],
    });
    expect(run.requests(0)).toHaveLength(3);
    expect(run.ledger.tally).toMatchObject({ delivered: 4, duplicated: 0, lost: 0, inFlight: 0 });
  });
});

describe("an event stream", () => {
  it("is cut by a balancer when nothing crosses it, unless the server writes comments", () => {
    const idle = (commentIntervalMs: number | "none", kind: "nginx" | "alb") =>
      stream(300, {
        durationMs: 3000,
        balancer: { kind, idleTimeoutMs: 800 },
        servers: { count: 1, commentIntervalMs },
      });
    for (const kind of ["nginx", "alb"] as const) {
      expect(opened(idle("none", kind)).length).toBeGreaterThan(1);
      expect(opened(idle(500, kind))).toHaveLength(1);
    }
    const cut = idle("none", "nginx");
    expect(cut.ledger.ends[0]!.reason).toBe(EndReason.idleClosed);
  });

  it("is silent for HAProxy's timeout server, whatever is said of tunnels", () => {
    const run = stream(300, {
      durationMs: 3000,
      balancer: { kind: "haproxy", serverTimeoutMs: 700, tunnelTimeoutMs: 60_000 },
    });
    expect(opened(run).length).toBeGreaterThan(1);
  });

  it("says nothing when its way is cut: neither end expects anything", () => {
    const run = stream(300, {
      durationMs: 60_000,
      faults: [{ atMs: 1000, act: "cut", target: "e/balancer" }],
    });
    // Its balancer closes what is silent, and only its server hears of it.
    expect(broken(run)).toEqual([]);
    const { scenario } = run.result;
    const { watch } = runTrial({ ...scenario, durationMs: 50_000 }, [rules["half-open-noticed"]]);
    expect(watch.found).toEqual([]);
  });

  it("ends with its page, after which nothing is for it", () => {
    const run = stream(300, {
      clients: [{ name: "e", leaveAfterMs: 1000 }],
      workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 250 }],
    });
    expect(broken(run)).toMatchObject([{ atMs: 1000, why: "page closed" }]);
    expect(run.ledger.copies).toHaveLength(2);
  });

  it("does not take a POST that fails for its own end", () => {
    const { ledger, records } = stream(300, {
      balancer: { idleTimeoutMs: 60_000 },
      workload: [{ from: "e", to: "server", atMs: 500 }],
      faults: [],
    });
    expect(ledger.tally.delivered).toBe(1);
    expect(records(RecordKind.connected)).toHaveLength(1);
  });
});

describe("nginx's buffer", () => {
  const buffered = (more: Partial<Lab> = {}) =>
    stream(300, {
      durationMs: 3000,
      balancer: { bufferEvents: 10 },
      workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 50, untilMs: 500 + 13 * 50 }],
      ...more,
    });

  it("holds events back until it is full, and passes them on in one rush", () => {
    const { ledger, records } = buffered();
    expect(ledger.tally).toMatchObject({ delivered: 10, lost: 0, inFlight: 4 });
    const [first, last] = [records(RecordKind.delivered)[0]![0]!, records(RecordKind.delivered)[9]![0]!];
    // The first waited for the tenth.
    expect(first - 500).toBeGreaterThan(450);
    expect(last - first).toBeLessThan(1);
  });

  it("passes on what it has when the stream ends", () => {
    const { ledger } = buffered({ servers: { count: 1, streamLifetimeMs: 1500 } });
    expect(ledger.tally).toMatchObject({ delivered: 14, inFlight: 0 });
  });

  it("dies with its process", () => {
    const { ledger } = buffered({ faults: dropAt(1300) });
    expect(ledger.tally.delivered).toBe(10);
    expect(Object.keys(ledger.causes)).toEqual(["balancer-crashed"]);
  });
});
