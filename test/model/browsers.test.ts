/** Six connections to an origin, in each browser: ground truth 29, the limit cases. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { RecordKind, RequestKind, TransportKind } from "../../src/model/trace/records.ts";
import { expectNear, observed, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];
type Client = NonNullable<Lab["clients"]>[number];

const HOLD_MS = 1500;

/** So many EventSources open at once; one is closed after 1.8 s, three more 700 ms later. */
function eventSources(count: number, holdMs = HOLD_MS): Client[] {
  const group = { transport: "sse", browser: "b" } as const;
  const first = 300 + holdMs;
  return [
    { ...group, name: "first", leaveAfterMs: first },
    { ...group, name: "then", count: 3, leaveAfterMs: first + 700 },
    ...(count > 4 ? [{ ...group, name: "rest", count: count - 4 }] : []),
  ];
}

/** 300 ms after the page has opened, it asks for something that the server answers at once. */
function page(clients: Client[], more: Partial<Lab> = {}) {
  const lab = runLab({
    durationMs: 12_000,
    servers: { count: 1 },
    workload: [{ from: "fetch", to: "server", atMs: 300 }],
    ...more,
    clients: [...clients, { name: "fetch", transport: "http", browser: "b" }],
  });
  const open = (atMs: number) =>
    lab.records(RecordKind.connected).filter(([t, , , kind]) => t! <= atMs && kind === TransportKind.events)
      .length;
  const [answer] = lab.ledger.copies;
  return {
    ...lab,
    open,
    fetchMs: answer!.fate === Fate.delivered ? (answer!.settledUs - answer!.sentUs) / 1000 : null,
  };
}

describe("experiment 29: connections of a browser to an origin", () => {
  it.each([
    ["limit-8-eventsources", 8],
    ["limit-6-eventsources-and-fetch", 6],
  ] as const)("%s", (id, count) => {
    const { observed: seen } = observed("29", id);
    const { open, fetchMs } = page(eventSources(count));
    expect(open(300 + HOLD_MS - 1)).toBe(seen.eventSourcesOpen);
    expect(open(300 + HOLD_MS + 600)).toBe(seen.afterOneClosed);
    expect(open(11_000)).toBe(seen.afterFourClosed);
    expect(fetchMs! > HOLD_MS).toBe(!seen.fetchDoneWhileHeld);
    expect(fetchMs! < HOLD_MS + 600).toBe(seen.fetchDoneAfterOneClosed);
    for (const ms of seen.perRun.fetchMs) expect(Math.abs(fetchMs! - ms)).toBeLessThan(100);
  });

  it("limit-2-tabs-4-eventsources-each: tabs share them", () => {
    const { observed: seen } = observed("29", "limit-2-tabs-4-eventsources-each");
    // In each tab, as measured, some are closed first; of both tabs, as many as of eight in one.
    const tabs: Client[] = [
      { name: "tab1", count: 4, transport: "sse", browser: "b", leaveAfterMs: 300 + HOLD_MS + 700 },
      { name: "tab2", count: 4, transport: "sse", browser: "b" },
    ];
    const { open, fetchMs } = page(tabs);
    expect(open(300 + HOLD_MS - 1)).toBe(seen.eventStreamsAtServerBeforeFirstClose);
    for (const ms of seen.perRun.fetchMs) expect(Math.abs(fetchMs! - ms)).toBeLessThan(100);
  });

  it("limit-8-long-polls: two wait, and a fetch behind them, until the first are answered", () => {
    const { observed: seen } = observed("29", "limit-8-long-polls");
    const lab = page(
      [{ name: "p", count: 8, transport: "long-polling", browser: "b", pollPauseMs: 60_000 }],
      {
        servers: { count: 1, pollHoldMs: 2500 },
      },
    );
    const polls = lab.records(RecordKind.request).filter((row) => row[3] === RequestKind.longPoll);
    expect(polls.filter(([atMs]) => atMs! < 2500)).toHaveLength(seen.pollsAtServerAtOnce);
    for (const [atMs] of polls.slice(6))
      for (const starts of seen.perRun.laterPollsStartMs.flat())
        expect(Math.abs(atMs! - starts)).toBeLessThan(100);
    for (const ms of seen.perRun.fetchMs) expect(Math.abs(lab.fetchMs! - ms)).toBeLessThan(100);
  });

  it("limit-6-eventsources-other-host-name: another name of the same server has six more", () => {
    const { observed: seen } = observed("29", "limit-6-eventsources-other-host-name");
    const other = { name: "other", transport: "http", browser: "b", host: "other-name" } as const;
    const { open, fetchMs, ledger } = page([...eventSources(6), other], {
      workload: [
        { from: "fetch", to: "server", atMs: 300 },
        { from: "other", to: "server", atMs: 300 },
      ],
    });
    expect(open(300 + HOLD_MS - 1)).toBe(seen.eventSourcesOpen);
    for (const ms of seen.perRun.fetchMs) expectNear(fetchMs!, [ms], 100, "ms");
    const [, answer] = ledger.copies;
    const otherMs = (answer!.settledUs - answer!.sentUs) / 1000;
    for (const ms of seen.perRun.otherHostFetchMs) expectNear(otherMs, [ms], 100, "ms");
  });

  it("limit-6-eventsources-30-websockets: WebSockets are not counted", () => {
    const { observed: seen } = observed("29", "limit-6-eventsources-30-websockets");
    const sockets: Client = { name: "w", count: 30, transport: "websocket", browser: "b", startMs: 300 };
    const { open, fetchMs, records } = page([...eventSources(6, 8000), sockets]);
    const openedMs = (seed: number) =>
      page([sockets], { seed })
        .records(RecordKind.connected)
        .map(([atMs]) => atMs! - 300);
    const within1s = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => openedMs(seed).filter((ms) => ms < 1000).length);
    // By the random delays of a few: most often as many as measured.
    for (const count of within1s) expectNear(count, [seen.webSocketsOpenWithin1s], 1, "WebSockets");
    expect(within1s.filter((count) => count === seen.webSocketsOpenWithin1s).length).toBeGreaterThan(2);
    // One after the other, and the last as late as measured.
    const times = openedMs(1);
    for (const [i, ms] of times.slice(1).entries()) expect(ms - times[i]!).toBeGreaterThan(10);
    const last = seen.perRun.webSocketOpenMs.map((run: number[][]) => run.at(-1)![1]);
    expectNear(times.at(-1)!, last, 500, "ms");
    expect(open(300 + 7999)).toBe(seen.eventSourcesOpen);
    expect(records(RecordKind.connected).filter(([, , , kind]) => kind === 1)).toHaveLength(
      seen.webSocketsOpen,
    );
    for (const ms of seen.perRun.fetchMs) expect(Math.abs(fetchMs! - ms)).toBeLessThan(100);
  });
});

describe("a WebSocket that waits in its browser", () => {
  it("is never sent, if its page gives up before its turn comes", () => {
    // The first one's handshake is never answered: its way is cut, and then it gives up, and the next has its turn.
    const { requests, records } = runLab({
      durationMs: 30_000,
      servers: { count: 1 },
      clients: [
        { name: "first", transport: "websocket", browser: "b", startMs: 1 },
        { name: "then", transport: "websocket", browser: "b", startMs: 10_100, reconnectionDelayMs: 60_000 },
        { name: "late", transport: "websocket", browser: "b", startMs: 20_005 },
        { name: "program", transport: "websocket", startMs: 10_200 },
      ],
      faults: [{ atMs: 0, act: "cut", target: "first/balancer" }],
    });
    const connected = records(RecordKind.connected).map(([atMs, client]) => [client, Math.floor(atMs!)]);
    expect(connected[0]![0]).toBe(3);
    expect(connected[1]).toEqual([1, 20_011]);
    expect(connected[2]).toEqual([2, 20_022]);
    expect(requests(0)).toEqual([]);
  });

  it("waits longer where many have failed", () => {
    const refused = (browser: string | undefined) =>
      runLab({
        durationMs: 20_000,
        servers: { count: 1, loginMs: 0.001 },
        clients: [
          {
            name: "p",
            count: 4,
            transport: "websocket",
            reconnectionDelayMs: 100,
            reconnectionDelayMaxMs: 100,
            ...(browser === undefined ? {} : { browser }),
          },
        ],
      }).records(RecordKind.disconnected).length;
    // A program knocks each 100 ms; a browser comes to wait for seconds.
    expect(refused(undefined)).toBeGreaterThan(600);
    expect(refused("b")).toBeLessThan(80);
  });
});

describe("a request that waits in its browser", () => {
  it("is none over HTTP/2, where all share one connection", () => {
    const six: Client = { name: "six", count: 6, transport: "sse", browser: "b" };
    const two: Client = { name: "two", transport: "http", httpVersion: "2", browser: "b" };
    const { ledger } = page([six, two], { workload: [{ from: "two", to: "server", atMs: 300 }] });
    expect(ledger.tally).toMatchObject({ sent: 1, delivered: 1 });
  });

  it("is never sent, if its page is closed before its turn comes", () => {
    const { requests, ledger, fetchMs } = page([
      { name: "six", count: 6, transport: "sse", browser: "b", leaveAfterMs: 2000 },
      { name: "seventh", transport: "sse", browser: "b", startMs: 100, leaveAfterMs: 500 },
    ]);
    expect(requests(6)).toEqual([]);
    expect(ledger.tally.inFlight).toBe(0);
    expect(fetchMs! + 300).toBeCloseTo(2000.4, 1);
  });

  it("waits for nobody in another browser, and a program has no such limit", () => {
    const clients: Client[] = [
      { name: "a", count: 6, transport: "sse", browser: "b" },
      { name: "other", count: 6, transport: "sse", browser: "c" },
      { name: "program", count: 20, transport: "sse" },
    ];
    const { open, fetchMs, records } = page(clients);
    expect(open(300)).toBe(32);
    expect(fetchMs).toBeNull();
    expect(records(RecordKind.queued)).toHaveLength(1);
  });

  it("counts for Engine.IO's long polls, too", () => {
    const { records } = runLab({
      durationMs: 3000,
      clients: [{ name: "p", count: 8, transport: "polling", browser: "b", startGapMs: 50 }],
      servers: { count: 1 },
    });
    expect(records(RecordKind.queued).length).toBeGreaterThan(0);
  });
});
