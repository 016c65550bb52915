/** What a page is told when its WebSocket closes. Ground truth 29, the ws cases. */
import { describe, expect, it } from "vitest";
import { EndReason } from "../../src/model/trace/end-reasons.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { type CloseEvent, closeEventAt } from "../../src/run/close-event.ts";
import { observed, runLab } from "../support/ground-truth.ts";

type Lab = Partial<Parameters<typeof runLab>[0]>;

/** One page with a WebSocket, and what it is told, each time. */
function page(more: Lab) {
  const lab = runLab({
    durationMs: 3000,
    servers: { count: 1 },
    ...more,
    clients: [{ name: "page", transport: "websocket", reconnectionDelayMs: 60_000, ...more.clients?.[0] }],
  });
  const { trace } = lab.result;
  const events: (CloseEvent | null)[] = [];
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.disconnected) events.push(closeEventAt(lab.result, row));
  return { ...lab, events };
}

/** Its server closes its WebSocket 200 ms after it was opened, as measured. */
const closing = (how: Lab["servers"]): Lab => ({ servers: { count: 1, socketLifetimeMs: 200, ...how } });
const crash: Lab = { faults: [{ atMs: 200, act: "crash", target: "server-1" }] };

describe("experiment 29: the close event of a WebSocket", () => {
  it.each([
    ["ws-server-killed", crash],
    ["ws-close-1001", closing({ closeCode: 1001 })],
    ["ws-close-1012", closing({ closeCode: 1012 })],
    ["ws-close-without-code", closing({ closeCode: "none" })],
    ["ws-tcp-reset", closing({ closesWith: "reset" })],
    ["ws-invalid-frame", closing({ closesWith: "invalid-frame" })],
    ["ws-client-close-3999", { clients: [{ name: "page", closesAfterMs: 200, closesWithCode: 3999 }] }],
    ["ws-handshake-401", { servers: { count: 1, loginMs: 0.001 } }],
  ] satisfies [string, Lab][])("%s", (id, lab) => {
    const { setup, observed: seen } = observed("29", id);
    const [event, ...others] = page(lab).events;
    expect(others).toEqual([]);
    expect(event).toEqual({
      code: seen.code,
      wasClean: seen.wasClean,
      isError: seen.errorEvents === 1,
      wasOpen: seen.opened,
    });
    // The words beside the code are those of the server's frame, if its code is told.
    const isTold = event!.wasClean && event!.code === setup.code;
    expect(isTold ? (setup.reason ?? "") : "").toBe(seen.reason);
  });
});

describe("the close event of a WebSocket", () => {
  const codes = (lab: Lab) => page(lab).events.map((event) => event?.code ?? null);

  it("has 1006 whoever closes without a word: a balancer that finds it idle, or too old, or dies", () => {
    expect(codes({ balancer: { idleTimeoutMs: 500 } })).toEqual([1006]);
    expect(codes({ faults: [{ atMs: 200, act: "crash", target: "balancer" }] })).toEqual([1006]);
    // The network is gone, and the page notices by itself.
    const cut: Lab = { faults: [{ atMs: 200, act: "cut", target: "page/balancer" }] };
    expect(codes({ ...cut, servers: { count: 1, pingIntervalMs: 500, pingTimeoutMs: 500 } })).toEqual([1006]);
  });

  it("says that a handshake failed, and not with which status", () => {
    const refused = page({ servers: { count: 1, loginMs: 0.001, refusal: "500" } });
    expect(refused.events).toEqual(page({ servers: { count: 1, loginMs: 0.001 } }).events);
    const down = page({
      faults: [{ atMs: 0, act: "crash", target: "balancer" }],
      clients: [{ name: "page", startMs: 1 }],
    });
    expect(down.events).toEqual(refused.events);
    expect(refused.ledger.ends[0]!.reason).toBe(EndReason.loggedOut);
  });

  it("takes a code that must not be sent for a broken frame", () => {
    expect(page(closing({ closeCode: 1006 })).events).toEqual(
      page(closing({ closesWith: "invalid-frame" })).events,
    );
    expect(codes(closing({ closeCode: 4999 }))).toEqual([4999]);
  });

  it("is none where there was no WebSocket", () => {
    expect(codes({ ...crash, clients: [{ name: "page", transport: "polling" }] })).toContain(null);
    expect(codes({ ...crash, clients: [{ name: "page", transport: "polling-first" }] })).toEqual([1006]);
  });

  it("has 1005 from a server of Socket.IO that hears no pong, and closes with an empty frame", () => {
    const silent: Lab = { faults: [{ atMs: 900, act: "mute", target: "page/balancer", direction: "up" }] };
    const lab = page({ ...silent, servers: { count: 1, pingIntervalMs: 500, pingTimeoutMs: 300 } });
    expect(lab.events[0]).toMatchObject({ code: 1005, wasClean: true });
  });
});
