/** What is asked of a server is answered by whichever gets it, or only by the one that remembers who asks. FACTS §4. */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { causeName, runLab } from "../support/ground-truth.ts";

type Lab = Parameters<typeof runLab>[0];

/** Five questions, one every 100 ms from 1 s on. What became of each answer. */
function answers(transport: "http" | "websocket", memory: "shared" | "process", more: Partial<Lab> = {}) {
  const { ledger } = runLab({
    durationMs: 6000,
    clients: [{ name: "A", transport }],
    workload: [{ from: "A", to: "server", firstMs: 1000, everyMs: 100, untilMs: 1400 }],
    ...more,
    servers: { memory, count: 2, ...more.servers },
  });
  expect(ledger.copies.every(({ recipient }) => recipient === 0)).toBe(true);
  return ledger.copies.map(({ fate, cause }) => (fate === Fate.delivered ? "answered" : causeName(cause)));
}

const ALL = Array(5).fill("answered");
const restarted: Partial<Lab> = {
  servers: { count: 1 },
  faults: [
    { atMs: 1150, act: "crash", target: "server-1" },
    { atMs: 1160, act: "restart", target: "server-1" },
  ],
};

describe("memory that all share", () => {
  it("lets any server answer", () => expect(answers("http", "shared")).toEqual(ALL));
  it("outlives a process", () => expect(answers("http", "shared", restarted)).toEqual(ALL));
});

describe("memory of one process", () => {
  it("is unknown to the other, which round robin asks next", () => {
    expect(answers("http", "process")).toEqual(["answered", ...Array(4).fill("unknown-here")]);
  });

  it("is enough where each request goes to the same server", () => {
    expect(answers("http", "process", { balancer: { policy: "sticky-cookie" } })).toEqual(ALL);
    expect(answers("http", "process", { balancer: { policy: "ip-hash" } })).toEqual(ALL);
    const forgetful = { clients: [{ name: "A", transport: "http" as const, cookies: false }] };
    expect(answers("http", "process", { balancer: { policy: "sticky-cookie" }, ...forgetful })).not.toEqual(
      ALL,
    );
  });

  it("is gone with its process; then the client begins anew", () => {
    const expected = ["answered", "answered", "forgotten", "answered", "answered"];
    expect(answers("http", "process", restarted)).toEqual(expected);
  });

  it("is no matter while a WebSocket lasts, and is forgotten with its server", () => {
    expect(answers("websocket", "process")).toEqual(ALL);
    const [first, second, ...later] = answers("websocket", "process", restarted);
    expect([first, second]).toEqual(["answered", "answered"]);
    // What it asks meanwhile waits for the new connection, whose server does not know it.
    expect(later).toEqual(["forgotten", "answered", "answered"]);
  });
});

describe("a plain request", () => {
  it("that no server takes is lost with 502, and is not sent again", () => {
    const down: Partial<Lab> = {
      servers: { count: 1 },
      faults: [{ atMs: 1150, act: "crash", target: "server-1" }],
    };
    expect(answers("http", "shared", down)).toEqual([
      "answered",
      "answered",
      ...Array(3).fill("no-server-left"),
    ]);
  });
});
