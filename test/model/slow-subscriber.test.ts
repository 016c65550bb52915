/** A server that stands still while Redis pushes to it: what the kernels take, what Redis keeps, and what is lost. Ground truth 11. */
import { describe, expect, it } from "vitest";
import { allocated } from "../../src/model/backplane/reply-blocks.ts";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { rootsOf } from "../../src/run/roots.ts";
import { causeName, expectNear, observed, runLab } from "../support/ground-truth.ts";

type LabInput = Parameters<typeof runLab>[0];
type Run = ReturnType<typeof runLab>;

/** What waited in Redis for a server: when (ms), how much, and what Redis counts for it (bytes). */
function waitedFor({ result: { trace }, node }: Run, server: string) {
  const found: { ms: number; waiting: number; bytes: number }[] = [];
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.backlog && trace[at.backlog.server][row] === node(server))
      found.push({
        ms: trace.timeUs[row]! / 1000,
        waiting: trace[at.backlog.waiting][row]!,
        bytes: trace[at.backlog.bytes][row]!,
      });
  return found;
}

/** The copies for a client, in the order in which they were sent. */
function copiesFor({ ledger, node }: Run, name: string) {
  return ledger.copies.filter(({ recipient }) => recipient === node(name));
}

const arrivedIn = (copies: ReturnType<typeof copiesFor>) =>
  copies.filter(({ fate }) => fate === Fate.delivered);

/** Two servers, of which one is stopped, a client at each, and a process that publishes; as in the experiment, subscribers have nothing else to do. */
function lab(
  backplane: object,
  { bytes, everyMs, untilMs }: { bytes: number; everyMs: number; untilMs: number },
  faults: NonNullable<LabInput["faults"]>,
  durationMs = untilMs + 1500,
): Run {
  return runLab({
    durationMs,
    clients: [
      { name: "fast", transport: "websocket", startConnected: true },
      { name: "slow", transport: "websocket", startConnected: true },
    ],
    servers: { count: 2, pingIntervalMs: "none" },
    publishers: [{ name: "job" }],
    backplane: { kind: "redis", ...backplane } as LabInput["backplane"],
    workload: [{ from: "job", to: "everyone", firstMs: everyMs, everyMs, untilMs, bytes }],
    faults,
  });
}

const stops = (fromMs: number, toMs?: number): NonNullable<LabInput["faults"]> => [
  { atMs: fromMs, act: "freeze", target: "server-2" },
  ...(toMs === undefined ? [] : [{ atMs: toMs, act: "resume" as const, target: "server-2" }]),
];

/** When Redis closed a server's connection, and what had made it slow. */
function closes({ ledger, node }: Run) {
  return ledger.ends.filter(
    ({ reason, whose }) => reason === EndReason.outputBufferFull && whose === node("server-2"),
  );
}

describe("experiment 11", () => {
  it("hard-limit-64kb", () => {
    const { setup, observed: seen } = observed("11", "hard-limit-64kb");
    const { messageBytes, messagesPerSecond, pauseAtMs, pauseMs, publishForMs } = setup;
    const of = (name: string): number[] => seen.runs.map((run: Record<string, number>) => run[name]!);
    const took = Math.min(...of("deliveredAfterResume"));
    const { hard, soft, softSeconds } = setup.pubsubOutputBufferLimit;
    const run = lab(
      {
        kernelBuffersKiB: (took * messageBytes) / 1024,
        outputHardKiB: Number.parseInt(hard, 10),
        outputSoftKiB: Number.parseInt(soft, 10),
        outputSoftMs: softSeconds * 1000,
      },
      { bytes: messageBytes, everyMs: 1000 / messagesPerSecond, untilMs: publishForMs },
      stops(pauseAtMs - 1, pauseAtMs + pauseMs),
    );
    const slow = copiesFor(run, "slow");
    expect(copiesFor(run, "fast").length - arrivedIn(copiesFor(run, "fast")).length).toBe(
      seen.fastSubscriberLost,
    );
    const [close, ...others] = closes(run);
    expect(others).toEqual([]);
    // The experiment's tolerance is 5 %.
    const closedMs = close!.timeUs / 1000 - pauseAtMs;
    expectNear(closedMs, of("disconnectAfterPauseMs"), 0.05 * closedMs, "ms");
    const kept = waitedFor(run, "server-2");
    expect(Math.max(...kept.map(({ bytes }) => bytes))).toBe(of("outputBufferAtDisconnectBytes")[0]);
    const inPause = slow.filter(({ sentUs }) => sentUs >= pauseAtMs * 1000);
    expectNear(
      inPause.filter(({ sentUs }) => sentUs <= close!.timeUs).length,
      of("publishedInPauseBeforeDisconnect"),
      1,
      "messages",
    );
    // What the kernels hold arrives when it goes on, and then it sees the close.
    const late = inPause.filter(({ fate, sentUs }) => fate === Fate.delivered && sentUs < close!.timeUs);
    expectNear(late.length, of("deliveredAfterResume"), 0, "messages");
    for (const { settledUs } of late) expect(settledUs / 1000).toBeGreaterThan(pauseAtMs + pauseMs - 1);
    const lost = slow.filter(({ fate }) => fate === Fate.lost);
    expectNear(lost[0]!.sentUs / 1000 - pauseAtMs, of("firstLostPublishedAfterPauseMs"), 12.5, "ms");
    // One is in the fixed buffer, and four make four blocks.
    const dropped = lost.filter(({ cause }) => causeName(cause) === "output-buffer-full");
    expect(dropped.length).toBe(5);
  });
});

describe("Redis's output buffer for a subscriber", () => {
  const KIB_16 = { bytes: 16_384, everyMs: 10, untilMs: 1990 };
  const resumes = { act: "resume", target: "backplane" } as const;

  it("is closed at its hard limit; what the kernels hold arrives, and what is published until it is subscribed again is lost", () => {
    const run = lab({ kernelBuffersKiB: 160, outputHardKiB: 64 }, KIB_16, stops(95, 1200));
    // Ten are in the kernels; of the five that wait, four are in blocks, and the fourth block is above 64 KiB.
    expect(waitedFor(run, "server-2").map(({ ms, bytes }) => [ms, bytes])).toEqual([
      [200.3, 0],
      [210.3, 20_504],
      [220.3, 41_008],
      [230.3, 61_512],
      [240.3, 82_016],
      [240.3, 0],
    ]);
    const slow = copiesFor(run, "slow");
    const sentMs = (cause: string) =>
      slow
        .filter((copy) => copy.fate === Fate.lost && causeName(copy.cause) === cause)
        .map((copy) => copy.sentUs / 1000);
    expect(sentMs("output-buffer-full")).toEqual([200, 210, 220, 230, 240]);
    expect(sentMs("not-subscribed").slice(0, 2)).toEqual([250, 260]);
    expect(sentMs("not-subscribed").at(-1)).toBe(1200);
    expect(slow.find(({ sentUs }) => sentUs === 1_210_000)!.fate).toBe(Fate.delivered);
    expect(arrivedIn(copiesFor(run, "fast")).length).toBe(199);
    expect(run.ledger.causes).toEqual({ "output-buffer-full": 5, "not-subscribed": 96 });
    // Each says that Redis closed, or follows from that, and all that the server stood still.
    for (const { root, place, cause } of slow.filter(({ fate }) => fate === Fate.lost)) {
      expect(place).toBe(run.node("backplane"));
      const reasons = rootsOf(root).map(({ reason }) => reason);
      const own = causeName(cause) === "output-buffer-full" ? [] : [EndReason.outputBufferFull];
      expect(reasons).toEqual([...own, EndReason.processFrozen]);
    }
  });

  it("is closed when it has been at its soft limit for long enough, though nothing more comes", () => {
    const soft = { kernelBuffersKiB: 16, outputSoftKiB: 20, outputSoftMs: 500 };
    const long = lab(soft, { ...KIB_16, untilMs: 140 }, stops(95, 1200));
    // The second that waits has the first block.
    expect(closes(long).map(({ timeUs }) => timeUs / 1000)).toEqual([620.3]);
    const short = lab(soft, { ...KIB_16, untilMs: 140 }, stops(95, 600));
    expect(closes(short)).toEqual([]);
    expect(arrivedIn(copiesFor(short, "slow")).length).toBe(14);
    const below = lab({ ...soft, outputSoftKiB: 21 }, { ...KIB_16, untilMs: 120 }, stops(95, 1200));
    expect(closes(below)).toEqual([]);
  });

  it("goes on in order when there is room, and everything arrives if no limit is reached", () => {
    const run = lab({ kernelBuffersKiB: 64 }, { ...KIB_16, untilMs: 590 }, stops(95, 400));
    expect(run.ledger.causes).toEqual({});
    const slow = copiesFor(run, "slow").map(({ settledUs }) => settledUs);
    expect(slow).toEqual(slow.toSorted((a, b) => a - b));
    expect(waitedFor(run, "server-2").at(-1)).toMatchObject({ waiting: 0, bytes: 0 });
    const kinds = [...new Set(run.records(RecordKind.ended).map((row) => row[3]))];
    expect(kinds).toEqual([EndReason.processFrozen]);
  });

  it("has no room for one message that is larger than its limit, whoever reads", () => {
    const run = lab(
      { kernelBuffersKiB: 4000, outputHardKiB: 64 },
      { bytes: 200_000, everyMs: 500, untilMs: 500 },
      [],
    );
    expect(closes(run).map(({ root }) => root)).toEqual([null]);
    expect(run.ledger.causes).toEqual({ "output-buffer-full": 2 });
  });

  it("is written, and looked at, only while Redis runs", () => {
    const freeze = (fromMs: number, toMs: number): NonNullable<LabInput["faults"]> => [
      { atMs: fromMs, act: "freeze", target: "backplane" },
      { atMs: toMs, ...resumes },
    ];
    const soft = { kernelBuffersKiB: 16, outputSoftKiB: 20, outputSoftMs: 500 };
    const late = lab(soft, { ...KIB_16, untilMs: 140 }, [...stops(95), ...freeze(300, 900)]);
    expect(closes(late).map(({ timeUs }) => timeUs / 1000)).toEqual([900]);
    // It was read meanwhile, so Redis writes on before it looks.
    const read = lab({ ...soft, kernelBuffersKiB: 32 }, { ...KIB_16, untilMs: 130 }, [
      ...stops(95, 700),
      ...freeze(300, 900),
    ]);
    expect(read.ledger.causes).toEqual({});
    expect(closes(read)).toEqual([]);
    const first = copiesFor(read, "slow").find(({ sentUs }) => sentUs === 120_000)!;
    expect(first.settledUs).toBeGreaterThan(900_000);
  });

  it("dies with Redis, or with its subscriber", () => {
    const crash = lab({ kernelBuffersKiB: 16 }, { ...KIB_16, untilMs: 290 }, [
      ...stops(95, 800),
      { atMs: 205, act: "crash", target: "backplane" },
      { atMs: 215, act: "restart", target: "backplane" },
    ]);
    expect(waitedFor(crash, "server-2").at(-1)).toEqual({ ms: 205, waiting: 0, bytes: 0 });
    const killed = lab({ kernelBuffersKiB: 16 }, { ...KIB_16, untilMs: 290 }, [
      ...stops(95),
      { atMs: 205, act: "crash", target: "server-2" },
    ]);
    expect(waitedFor(killed, "server-2").at(-1)).toMatchObject({ waiting: 0, bytes: 0 });
  });

  it("counts blocks as the allocator makes them", () => {
    const sizes = [16_384, 16_400, 20_480, 20_481, 28_673, 32_768, 32_769, 102_416];
    expect(sizes.map(allocated)).toEqual([16_384, 20_480, 20_480, 24_576, 32_768, 32_768, 40_960, 114_688]);
  });
});
