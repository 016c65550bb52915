/** Acknowledgements, timeouts, retries, and servers that remember ids. Ground-truth 26-delivery. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { FrameKind } from "../../src/model/trace/frames.ts";
import { CloseReason, RecordKind } from "../../src/model/trace/records.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { countOutcomes, readTasks, type Task } from "../../src/run/outcomes.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, expectNear, runLab } from "../support/ground-truth.ts";

type Lab = Partial<ScenarioInput>;
type Client = Partial<ScenarioInput["clients"][number]>;

/** When the client begins to send. ms. */
const FIRST = 1000;
const ALWAYS = 2 ** 32 - 1;

/** `messages` from c to its server, one every `gapMs`, over a WebSocket. */
function lab(messages: number, gapMs: number, client: Client, more: Lab = {}) {
  const line = { from: "c", to: "server" };
  return runLab({
    durationMs: 15_000,
    clients: [
      {
        name: "c",
        transport: "websocket",
        startConnected: true,
        reconnectionDelayMs: 300,
        randomizationFactor: 0,
        ...client,
      },
    ],
    workload:
      gapMs === 0
        ? Array.from({ length: messages }, () => ({ ...line, atMs: FIRST }))
        : [{ ...line, everyMs: gapMs, firstMs: FIRST, untilMs: FIRST + gapMs * (messages - 1) }],
    ...more,
    servers: { count: 1, ...more.servers },
  });
}

type Run = ReturnType<typeof lab>;

/** A run in the words of the experiment. */
function seen({ result, records, node }: Run) {
  const tasks = readTasks(result);
  const counts = countOutcomes(tasks);
  const done = tasks.filter(({ doneUs }) => doneUs.length > 0);
  return {
    arrivals: records(RecordKind.frame).filter(
      ([, kind, , to]) => kind === FrameKind.emit && to === node("server-1"),
    ).length,
    effects: done.length + counts.duplicates,
    processed: done.length,
    duplicates: counts.duplicates,
    acked: counts.acknowledged,
    failed: counts.failed,
    failedButProcessed: counts.failedButDone,
    noCallback: counts.unheard,
    orderKept: counts.overtaken === 0,
    // A try that fails is none.
    disconnects: records(RecordKind.disconnected).filter(
      ([, , reason]) => reason === CloseReason.transportClose,
    ).length,
    lastDoneMs: Math.max(...tasks.map(({ settledUs }) => settledUs / 1000)) - FIRST,
    messagesWithDuplicates: listed(tasks, ({ doneUs }) => doneUs.length > 1),
    lost: tasks
      .filter(({ doneUs }) => doneUs.length === 0)
      .map(({ message }) => message)
      .join(" "),
    orderOfFirstEffects: done
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ message }) => message)
      .join(" "),
  };
}

function listed(tasks: readonly Task[], is: (task: Task) => boolean): string {
  return tasks
    .filter(is)
    .map(({ message, doneUs }) => `${message}:${doneUs.length}`)
    .join(" ");
}

/** The cut or kill strikes so long after message number `at` was sent: in the middle of what the server takes for it. */
const STRIKES_MS = 2;
/** How long a process takes to start, on top of the wait before it is started. */
const START_MS = 300;
const instant = (setup: { gapMs: number }, at: number) => FIRST + at * setup.gapMs + STRIKES_MS;
const cut = (atMs: number): Lab => ({
  faults: [
    { atMs, act: "crash", target: "balancer" },
    { atMs: atMs + 0.001, act: "restart", target: "balancer" },
  ],
});
const kill = (atMs: number, restartMs: number): Lab => ({
  faults: [
    { atMs, act: "crash", target: "server-1" },
    { atMs: atMs + restartMs + START_MS, act: "restart", target: "server-1" },
  ],
});

// biome-ignore lint/suspicious/noExplicitAny: each case has a shape of its own
type Setup = any;

/** The scenario of a case. */
function play({ setup }: { setup: Setup }): Run {
  const { messages, mode, client = {}, server = {}, pauseAtMs, disconnectAtMs } = setup;
  const how: Record<string, Client> = {
    "ack-timeout": { delivery: "ack", ackTimeoutMs: setup.timeoutMs },
    "app-retry": { delivery: "retry", ackTimeoutMs: setup.timeoutMs, retries: setup.maxRetries },
    retries: { delivery: "queue", ackTimeoutMs: client.ackTimeout, retries: client.retries },
  };
  const servers: NonNullable<Lab["servers"]> = {
    ...(server.ackDelay === undefined ? {} : { ackDelayMs: server.ackDelay }),
    ...(server.dedupe === undefined ? {} : { seenIds: server.dedupe }),
  };
  const send = (more: Lab, own: Lab["servers"] = {}, gapMs = setup.gapMs, own2: Client = {}) =>
    lab(messages, gapMs, { ...how[mode], ...own2 }, { ...more, servers: { ...servers, ...own } });
  if (pauseAtMs !== undefined)
    return send({
      faults: [
        { atMs: FIRST + pauseAtMs, act: "freeze", target: "server-1" },
        { atMs: FIRST + pauseAtMs + setup.pauseMs, act: "resume", target: "server-1" },
      ],
    });
  if (disconnectAtMs !== undefined)
    return send(cut(FIRST + disconnectAtMs), {}, setup.gapMs, { reconnectionDelayMs: setup.disconnectMs });
  if (server.cutAt !== undefined) return send(cut(instant(setup, server.cutAt)), { ackDelayMs: 4 });
  if (server.killBeforeEffectAt !== undefined)
    return send(kill(instant(setup, server.killBeforeEffectAt), setup.restartMs), { effectMs: 4 });
  if (server.killAt !== undefined && setup.gapMs === 0)
    // The acknowledgements of the one before are written, and not sent yet.
    return send(kill(FIRST + server.killAt + 0.5, setup.restartMs), { ackDelayMs: 2 }, 1);
  if (server.killAt !== undefined)
    return send(kill(instant(setup, server.killAt), setup.restartMs), { ackDelayMs: 4 });
  if (server.dropAt !== undefined) {
    const draws = Array.from({ length: messages }, (_, i) => (i === server.dropAt ? ALWAYS : 0));
    return send({ choices: { "handler failure": draws } }, { failsBeforeEffect: 0.5 });
  }
  return send({});
}

describe("what was measured", () => {
  const cases = casesOf("26").filter(({ setup }) => setup.mode !== undefined);

  it.each(cases.map((one) => [one.id, one]))("%s", (_, one) => {
    const run = seen(play(one));
    const { columns, rows, messagesWithDuplicates, lost, orderOfFirstEffects } = one.observed;
    const { lastDoneMs, ...found } = run;
    const isPaused = one.setup.pauseAtMs !== undefined;
    const values = (name: string): (number | boolean)[] =>
      rows.map((row: unknown[]) => row[columns.indexOf(name)]);
    // Where nobody says which message was struck when, one of the runs was as this one.
    const likely = rows.findIndex(
      (_: unknown, i: number) => messagesWithDuplicates[i] === run.messagesWithDuplicates,
    );
    expect(likely, run.messagesWithDuplicates).toBeGreaterThanOrEqual(0);
    for (const name of columns) {
      if (name === "lastDoneMs") continue;
      const value = found[name as keyof typeof found];
      if (isPaused && typeof value === "number") expectNear(value, values(name) as number[], 1, "times");
      else expect(value, name).toBe(values(name)[likely]);
    }
    expect(run.lost).toBe(lost[likely]);
    if (orderOfFirstEffects !== undefined) expect(run.orderOfFirstEffects).toBe(orderOfFirstEffects[likely]);
    // How long a process with a client of Redis takes to start was not measured.
    const restarts = one.setup.restartMs !== undefined;
    if (one.setup.server?.dedupe !== "redis")
      expectNear(lastDoneMs, values("lastDoneMs") as number[], restarts ? 350 : 60, "ms");
  });
});

describe("a formula", () => {
  /** Mean number of times that a message is done again, if its sender retries r times and acknowledgements are lost with probability p. */
  const sum = (r: number, of: (k: number) => number) =>
    Array.from({ length: r }, (_, i) => of(i + 1)).reduce((a, b) => a + b, 0);
  const expected = (p: number, r: number) => sum(r, (k) => p ** k);

  it.each([
    [0.2, 1],
    [0.5, 3],
    [0.8, 6],
  ])("with acknowledgements lost at %d and %d retries, duplicates are p + p² + … + pʳ a message", (p, r) => {
    const messages = 2000;
    const run = lab(
      messages,
      1,
      { delivery: "retry", ackTimeoutMs: 50, retries: r },
      { servers: { failsAfterEffect: p } },
    );
    const tasks = readTasks(run.result);
    const { duplicates, failed } = countOutcomes(tasks);
    // Four standard errors of what stops at r: its second moment is Σ (2k − 1) pᵏ.
    const second = sum(r, (k) => (2 * k - 1) * p ** k);
    const error = 4 * Math.sqrt((second - expected(p, r) ** 2) / messages);
    expect(Math.abs(duplicates / messages - expected(p, r))).toBeLessThan(error);
    // Whoever stops one try early is found out.
    expect(Math.abs(duplicates / messages - expected(p, r - 1))).toBeGreaterThan(error);
    expect(failed / messages).toBeCloseTo(p ** (r + 1), 1);
  });
});

describe("a client's send buffer", () => {
  it("loses the emit that has timed out, and not the message that happens to have its number", () => {
    const { result } = runLab({
      durationMs: 3000,
      clients: [
        { name: "c", transport: "websocket", delivery: "ack", ackTimeoutMs: 40 },
        { name: "d", transport: "websocket", startConnected: true },
        { name: "e", transport: "websocket", startConnected: true },
      ],
      servers: { count: 1 },
      network: { client: { latencyMs: 100 } },
      workload: [
        { from: "d", to: "e", atMs: 10 },
        { from: "c", to: "server", atMs: 20 },
      ],
    });
    const { copies } = readLedger(result.trace);
    expect(copies.map(({ fate }) => fate)).toEqual([Fate.delivered, Fate.lost]);
    expect(readTasks(result).map(({ doneUs }) => doneUs.length)).toEqual([0]);
  });
});

describe("messages for other clients that are to be acknowledged", () => {
  const clients = (sender: Client) => [
    { name: "a", transport: "websocket" as const, startConnected: true, ...sender },
    { name: "b", transport: "websocket" as const, startConnected: true },
  ];
  /** a writes to b over one server, whose acknowledgement comes later than a waits for it. */
  const impatient = (servers: NonNullable<Lab["servers"]> = {}, more: Lab = {}) =>
    runLab({
      durationMs: 5000,
      clients: clients({ delivery: "retry", ackTimeoutMs: 40, retries: 2 }),
      servers: { count: 1, ackDelayMs: 200, ...servers },
      workload: [{ from: "a", to: "b", atMs: 100 }],
      ...more,
    });
  const fates = ({ result }: Run) => {
    const { copies, tally } = readLedger(result.trace);
    return { fates: copies.map(({ fate }) => fate), duplicated: tally.duplicated };
  };

  it("arrive once more each time that they are sent again", () => {
    const run = impatient();
    expect(fates(run)).toEqual({ fates: [Fate.delivered], duplicated: 2 });
    expect(countOutcomes(readTasks(run.result))).toMatchObject({
      accepted: 1,
      failed: 1,
      failedButDone: 1,
      again: 1,
      duplicates: 2,
    });
  });

  it.each(["memory", "redis"] as const)("arrive once where their ids are remembered in %s", (seenIds) => {
    const run = impatient({ seenIds });
    expect(fates(run)).toEqual({ fates: [Fate.delivered], duplicated: 0 });
    expect(countOutcomes(readTasks(run.result))).toMatchObject({ once: 1, recognised: 2 });
  });

  it("are acknowledged by the server that hands them on, whoever gets them", () => {
    const { result } = runLab({
      durationMs: 3000,
      clients: clients({ delivery: "queue", ackTimeoutMs: 500 }),
      servers: { count: 2 },
      balancer: { policy: "round-robin" },
      workload: [{ from: "a", to: "b", atMs: 100 }],
    });
    expect(countOutcomes(readTasks(result))).toMatchObject({ acknowledged: 1, once: 1 });
    const [copy] = readLedger(result.trace).copies;
    expect([copy!.fate, CAUSES[copy!.cause]!.name]).toEqual([Fate.lost, "no-backplane"]);
  });

  it("are not handed on by a server that had remembered their id before it died", () => {
    const { result } = impatient(
      { count: 2, seenIds: "redis", effectMs: 30, ackDelayMs: 0 },
      {
        clients: clients({ delivery: "queue", ackTimeoutMs: 5000, reconnectionDelayMs: 10 }),
        faults: [{ atMs: 125, act: "crash", target: "server-1" }],
      },
    );
    expect(countOutcomes(readTasks(result))).toMatchObject({ acknowledged: 1, notDone: 1, recognised: 1 });
    expect(CAUSES[readLedger(result.trace).copies[0]!.cause]!.name).toBe("seen-not-done");
  });

  it("are lost for what became of them when they were handed on, whoever recognised them before", () => {
    const [a, b] = clients({ delivery: "retry", ackTimeoutMs: 40, retries: 2 });
    const { result } = impatient(
      { seenIds: "memory", effectMs: 300 },
      { clients: [a!, { ...b!, closesAfterMs: 130 }] },
    );
    expect(countOutcomes(readTasks(result))).toMatchObject({ once: 1, recognised: 2 });
    expect(CAUSES[readLedger(result.trace).copies[0]!.cause]!.name).toBe("recipient-away");
  });
});
