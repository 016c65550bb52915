/** Acknowledgements, timeouts, retries, and servers that remember ids. Ground-truth 26-delivery. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
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
      ],
      servers: { count: 1 },
      network: { client: { latencyMs: 100 } },
      workload: [
        { from: "c", to: "others", atMs: 10 },
        { from: "c", to: "server", atMs: 20 },
      ],
    });
    const { copies } = readLedger(result.trace);
    expect(copies.map(({ fate }) => fate)).toEqual([Fate.delivered, Fate.lost]);
    expect(readTasks(result).map(({ doneUs }) => doneUs.length)).toEqual([0]);
  });
});
