/** Trouble that people reported: what `fanout run` says about causes, roots and ends of connections is what was the matter. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fanout } from "../cli/support.ts";

interface Document {
  readonly causes: Readonly<Record<string, number>>;
  readonly losses: readonly {
    readonly cause: string;
    readonly roots: readonly string[];
    readonly count: number;
  }[];
  readonly connections: {
    readonly ends: readonly { readonly reason: string; readonly at: string; readonly count: number }[];
  };
}

const fileOf = (name: string) => join(import.meta.dirname, `${name}.json`);

async function documentOf(name: string): Promise<Document> {
  const { exit, out } = await fanout(["run", fileOf(name), "--json"]);
  expect(exit).toBe(0);
  return JSON.parse(out) as Document;
}

async function textOf(name: string): Promise<string> {
  return (await fanout(["run", fileOf(name)])).out;
}

describe("a held poll that the proxy ends with 504 (min-a)", () => {
  const name = "min-a-polling-504";

  it("ends for the read timeout, and not for the 400 that the farewell gets", async () => {
    const { connections } = await documentOf(name);
    expect(connections.ends).toMatchObject([{ reason: "gateway-timeout", at: "balancer", count: 1 }]);
  });

  it("is told so, with the remedy: with one server nobody can ask the wrong one", async () => {
    const text = await textOf(name);
    expect(text).toContain("1 × ended at the balancer: read timeout (504) (gateway-timeout)");
    expect(text).toContain("Remedy: Send heartbeats more often than the read timeout");
    expect(text).toContain(
      "1 request with 400 «Session ID unknown»: of a session that had ended for another reason",
    );
    expect(text).not.toContain("affinity");
    expect(text).not.toContain("a server that does not hold the session");
  });
});

describe.each([
  ["r01-haproxy-50s-heartbeat-55s", 10],
  ["r03-notebook-ping-unit", 6],
])("a silence that the balancer does not bear (%s)", (name, disconnects) => {
  it("is the reason of every disconnect", async () => {
    const { connections } = await documentOf(name);
    expect(connections).toMatchObject({
      disconnects,
      ends: [{ reason: "idle-closed", at: "balancer", count: disconnects }],
    });
    const text = await textOf(name);
    expect(text).toContain(`${disconnects} disconnects or failed attempts`);
    expect(text).toContain(`${disconnects} × ended at the balancer: idle timeout (idle-closed)`);
  });
});

describe("a Redis that is restarted (r04)", () => {
  const name = "r04-cable-redis-restart";

  it("ends the servers' connections, and no client's: they are not listed beneath the clients' disconnects", async () => {
    const { connections } = await documentOf(name);
    expect(connections).toMatchObject({
      disconnects: 0,
      ends: [
        { reason: "backplane-down", at: "backplane", whose: "server", count: 20 },
        { reason: "backplane-crashed", at: "backplane", whose: "server", count: 4 },
      ],
    });
    expect(await textOf(name)).toMatch(
      /^connections .* 0 disconnects .*\nto backplane 24 connections of servers ended or failed\n +20 × /m,
    );
  });
});

describe("an idle timeout below the ping interval (min-g)", () => {
  const name = "min-g-delivery-holds-91-percent-lost";

  it("is the root of what its victim misses", async () => {
    const { losses, connections } = await documentOf(name);
    expect(losses).toEqual([{ cause: "recipient-away", roots: ["idle-closed"], count: 1 }]);
    expect(connections.ends).toMatchObject([{ reason: "idle-closed", at: "balancer", count: 8 }]);
  });

  it("is what the remedy is about", async () => {
    const text = await textOf(name);
    expect(text).toContain(
      "Since the balancer had closed B's connection after 10 s of silence (idle-closed).\n" +
        "                 Remedy: Send heartbeats more often than the smallest idle timeout on the path.",
    );
    expect(text).not.toContain("connection state recovery");
  });
});

it("a panel behind a proxy that closes what is silent (r01): each cut is counted, with its reason", async () => {
  const { losses, connections } = await documentOf("r01-haproxy-50s-heartbeat-55s");
  expect(losses).toEqual([]);
  expect(connections.ends).toMatchObject([{ reason: "idle-closed", at: "balancer", count: 10 }]);
  expect(await textOf("r01-haproxy-50s-heartbeat-55s")).toContain(
    "Remedy: Send heartbeats more often than the smallest idle timeout on the path.",
  );
});

it("a ping interval in the wrong unit (r03): the remedy is to ping more often", async () => {
  const { losses } = await documentOf("r03-notebook-ping-unit");
  expect(losses).toEqual([{ cause: "recipient-away", roots: ["idle-closed"], count: 1 }]);
  expect(await textOf("r03-notebook-ping-unit")).toContain(
    "Since the balancer had closed notebook's connection after 60 s of silence (idle-closed).\n" +
      "                 Remedy: Send heartbeats more often",
  );
});

it("two machines without affinity (r05): a session that its client gave up is no dead path", async () => {
  const { causes, losses, connections } = await documentOf("r05-fly-two-machines");
  expect(causes).not.toHaveProperty("heartbeat-timed-out");
  expect(losses).toContainEqual({ cause: "session-given-up", roots: ["session-unknown"], count: 1 });
  expect(losses).toContainEqual({ cause: "handshake-refused", roots: ["session-unknown"], count: 2 });
  expect(connections.ends).toMatchObject([{ reason: "session-unknown", at: "server", count: 60 }]);
});

it("a browser that refuses the sticky cookie (r07): it is the cookie that is missing", async () => {
  const { losses, connections } = await documentOf("r07-sticky-cookie-refused");
  expect(losses).toEqual([{ cause: "handshake-refused", roots: ["cookie-missing"], count: 5 }]);
  expect(connections.ends).toMatchObject([{ reason: "cookie-missing", at: "server", count: 27 }]);
  const text = await textOf("r07-sticky-cookie-refused");
  expect(text).toContain("had refused refuses's request (400), which came without the affinity cookie");
  expect(text).toContain("Remedy: Let the client return the affinity cookie");
  expect(text).not.toContain("Send all requests of a session to one server");
});

it("workers that are asked in turn (r08): polling never connects, for the sessions are elsewhere", async () => {
  const { losses, connections } = await documentOf("r08-workers-polling-only");
  expect(losses).toEqual([{ cause: "handshake-refused", roots: ["session-unknown"], count: 9 }]);
  expect(connections.ends).toMatchObject([{ reason: "session-unknown", at: "server", count: 27 }]);
  expect(await textOf("r08-workers-polling-only")).toContain(
    "Remedy: Send all requests of a session to one server (affinity), or connect with WebSocket only.",
  );
});
