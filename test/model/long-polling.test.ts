/** An application that polls by itself, without Socket.IO: what gets lost between two polls, and what a cursor brings back. Ground truth 16. */
import { describe, expect, it } from "vitest";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { casesOf, causeName, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];

/** Loopback, with a millisecond or so a poll, as measured. */
const network: Lab["network"] = {
  client: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 0.4 } },
  server: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 0.4 } },
};

/** The experiment: a server's feed, and one client that polls. The first message finds a poll waiting. */
function feed(everyMs: number, pollPauseMs: number, messages: number, cursor: boolean, seed = 1) {
  const firstMs = 300;
  const lastMs = firstMs + (messages - 1) * everyMs;
  return runLab({
    seed,
    durationMs: lastMs + 600,
    network,
    clients: [{ name: "p", transport: "long-polling", pollPauseMs }],
    servers: { count: 1, pollHoldMs: 2000, replayEvents: cursor ? 1000 : 0 },
    workload: [{ from: "server-1", to: "everyone", firstMs, everyMs, untilMs: lastMs }],
  });
}

describe("experiment 16, without a cursor", () => {
  const cases = casesOf("16").filter(({ setup }) => setup.cursor === false);
  expect(cases).toHaveLength(21);

  it.each(cases.map((one) => [one.id, one] as const))("%s", (_, { setup, observed, kind }) => {
    for (let seed = 1; seed <= 5; seed++) {
      const { ledger } = feed(setup.publishEveryMs, setup.pauseBetweenPollsMs, setup.messages, false, seed);
      const { lost, sent } = ledger.tally;
      expect(sent).toBe(setup.messages);
      // At an edge of the rule, the experiment's own jitter loses some.
      const [low, high] = kind === "exact" ? [-0.02, 0.02] : [0, 0.1067];
      expect(lost / sent - observed.rule).toBeGreaterThanOrEqual(low);
      expect(lost / sent - observed.rule).toBeLessThanOrEqual(high);
      if (lost > 0) expect(Object.keys(ledger.causes)).toEqual(["between-polls"]);
    }
  });
});

describe("experiment 16, with a cursor", () => {
  const cases = casesOf("16").filter(({ setup }) => setup.cursor === true);

  it.each(cases.map((one) => [one.id, one] as const))("%s", (_, { setup, observed }) => {
    for (const [pauseMs, polls] of observed.rows) {
      const { ledger, requests, records } = feed(setup.publishEveryMs, pauseMs, setup.messages, true);
      expect(ledger.tally).toMatchObject({ delivered: setup.messages, lost: 0, duplicated: 0 });
      const late = ledger.copies.map(({ sentUs, settledUs }) => (settledUs - sentUs) / 1000);
      expect(Math.max(...late)).toBeLessThan(pauseMs + 15);
      const lastMs = records(RecordKind.delivered).at(-1)![0]!;
      // Those that brought something, and the one that was waiting when the experiment ended.
      const asked = 1 + requests(0).filter(({ atMs }) => atMs <= lastMs).length;
      expect(Math.abs(asked - polls) / polls).toBeLessThan(0.05);
    }
  });
});

describe("what becomes of a poll", () => {
  const poller = { name: "p", transport: "long-polling", pollPauseMs: 20, retryMs: 500 } as const;
  const quiet = (more: Partial<Lab>) =>
    runLab({ durationMs: 4000, servers: { count: 1, pollHoldMs: 1000 }, ...more, clients: [poller] });

  it("is answered with nothing after the time for which it is held, and asked again after the pause", () => {
    const { requests } = quiet({});
    const polls = requests(0);
    expect(polls.map(({ status }) => status)).toEqual([200, 200, 200, null]);
    expect(polls.map(({ atMs }) => atMs)).toEqual([0.1, 1020.5, 2040.9, 3061.3]);
  });

  it("is ended with 504 by a balancer that waits for less, and asked again after a while; what comes meanwhile is lost", () => {
    const { requests, ledger } = quiet({
      balancer: { idleTimeoutMs: 600 },
      workload: [{ from: "server-1", to: "everyone", atMs: 800 }],
    });
    expect(requests(0).slice(0, 2)).toMatchObject([{ status: 504 }, { status: 504 }]);
    expect(requests(0)[1]!.atMs).toBeCloseTo(1100.3, 1);
    const [copy] = ledger.copies;
    expect(causeName(copy!.cause)).toBe("recipient-away");
    expect(copy!.root!.reason).toBe(EndReason.gatewayTimeout);
  });

  it("is asked of the next server by nginx, when the first has not answered in time", () => {
    const { requests } = quiet({ servers: { count: 2, pollHoldMs: 1000 }, balancer: { idleTimeoutMs: 600 } });
    const [first, second] = requests(0);
    expect([first, second]).toMatchObject([{ server: 0 }, { server: 1 }]);
    expect(second!.atMs - first!.atMs).toBeCloseTo(600, 1);
  });

  it("is answered by whichever server knows of something, if they share what they keep", () => {
    const lab = (memory: "shared" | "process", backplane: "none" | "redis" = "none") =>
      runLab({
        backplane: { kind: backplane },
        durationMs: 6000,
        clients: [poller],
        servers: { count: 2, pollHoldMs: 1000, replayEvents: 100, memory },
        // Joined by what they share, and by nothing else: who holds the poll is not told.
        workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 130, untilMs: 4000 }],
      }).ledger.tally;
    expect(lab("shared")).toMatchObject({ lost: 0, duplicated: 0, inFlight: 0 });
    // A cursor that one process gave says nothing to the other, which sends all that it has.
    expect(lab("process", "redis").duplicated).toBeGreaterThan(0);
  });

  it("finds what was kept, unless newer messages took its place", () => {
    const kept = (replayEvents: number) =>
      runLab({
        durationMs: 4000,
        clients: [{ ...poller, pollPauseMs: 1000 }],
        servers: { count: 1, replayEvents },
        workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 100, untilMs: 2900 }],
      }).ledger;
    expect(kept(10).tally).toMatchObject({ lost: 0, duplicated: 0 });
    const few = kept(3);
    expect(Object.keys(few.causes)).toEqual(["beyond-replay"]);
    // Nine or ten in each pause, of which the last three are left.
    expect(few.tally.delivered).toBeLessThan(12);
  });

  it("dies with what one process kept", () => {
    const { ledger } = runLab({
      durationMs: 4000,
      clients: [{ ...poller, pollPauseMs: 1000 }],
      servers: { count: 1, replayEvents: 100, memory: "process" },
      workload: [{ from: "server-1", to: "everyone", firstMs: 500, everyMs: 100, untilMs: 1200 }],
      faults: [
        { atMs: 1000, act: "crash", target: "server-1" },
        { atMs: 1010, act: "restart", target: "server-1" },
      ],
    });
    expect(Object.keys(ledger.causes)).toEqual(["server-crashed"]);
  });
});
