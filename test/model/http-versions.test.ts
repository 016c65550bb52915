/**
 * Who waits for whom, if a client asks for many things at a time and one packet is lost: HTTP/1.1 with a connection each, HTTP/2's
 * one connection, HTTP/3's streams. FACTS §4; each formula also held against a model that is bent in one place, where it fails.
 */
import { describe, expect, it } from "vitest";
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { CAUSES } from "../../src/model/trace/causes.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import { readLedger } from "../../src/run/ledger.ts";
import { simulate } from "../../src/run/simulate.ts";
import type { Fault, ScenarioInput } from "../../src/scenario/schema.ts";
import { IS_DEEP } from "../support/depth.ts";
import { labScenario } from "../support/ground-truth.ts";
import { loadMutant } from "../support/mutant.ts";

type Simulate = typeof simulate;
type Version = NonNullable<ScenarioInput["clients"][number]["httpVersion"]>;

const dropped = (packet: number, direction: "up" | "down"): Fault => ({
  act: "drop",
  target: "A/balancer",
  direction,
  packet,
});

/** A asks for eight things, one every 20 ms; the round trip is 100 ms. */
function page(run: Simulate, httpVersion: Version, faults: Fault[], more: Partial<ScenarioInput> = {}) {
  const { trace } = run(
    labScenario({
      durationMs: 10_000,
      clients: [{ name: "A", transport: "http", httpVersion }],
      servers: { count: 1 },
      network: { client: { latencyMs: 50 }, server: { latencyMs: 0 } },
      workload: [{ from: "A", to: "server", firstMs: 1000, everyMs: 20, untilMs: 1140 }],
      faults,
      ...more,
    }),
  );
  const { copies } = readLedger(trace);
  const rows = Array.from({ length: trace.length }, (_, row) => row);
  return {
    /** How late each answer is; null: there is none. ms. */
    late: copies.map(({ fate, sentUs, settledUs }) =>
      fate === Fate.delivered ? (settledUs! - sentUs) / 1000 - 100 : null,
    ),
    causes: copies.filter(({ fate }) => fate === Fate.lost).map(({ cause }) => CAUSES[cause]!.name),
    ends: rows.filter((row) => trace.kind[row] === RecordKind.ended).length,
  };
}

describe("the packet with the third answer is lost", () => {
  const third = [dropped(3, "down")];

  it("HTTP/1.1: nobody waits for it, and nothing tells of it: it comes when a clock strikes, R + 200 ms later", () => {
    expect(page(simulate, "1.1", third).late).toEqual([0, 0, 300, 0, 0, 0, 0, 0]);
  });

  it("HTTP/2: the next one tells of it after d + R, and all behind it wait: RACK's delay, less d for each", () => {
    // As FACTS §4 has it of TCP, measured in ground-truth 17: 136 ms.
    expect(page(simulate, "2", third).late).toEqual([0, 0, 136, 116, 96, 76, 56, 36]);
  });

  it("HTTP/3: the next one tells of it after d + R, and nobody waits", () => {
    expect(page(simulate, "3", third).late).toEqual([0, 0, 120, 0, 0, 0, 0, 0]);
  });

  it.runIf(IS_DEEP)("fails for HTTP/2 with a connection each, and for HTTP/3 with one stream", async () => {
    const apart = await loadMutant<{ simulate: Simulate }>(
      "src/model/client/requests.ts",
      'httpVersion !== "1.1"',
      'httpVersion === "3"',
      "src/run/simulate.ts",
    );
    expect(page(apart.simulate, "2", third).late).toEqual([0, 0, 300, 0, 0, 0, 0, 0]);
    const together = await loadMutant<{ simulate: Simulate }>(
      "src/model/network/quic.ts",
      "if (isRequest) return 1 + subject;",
      "if (isRequest) return Lane.session;",
      "src/run/simulate.ts",
    );
    expect(page(together.simulate, "3", third).late).toEqual([0, 0, 120, 100, 80, 60, 40, 20]);
  });
});

describe("the packet with the third request is lost", () => {
  const third = [dropped(3, "up")];

  it("HTTP/1.1: it is the first of its connection, so it goes again after a second", () => {
    expect(page(simulate, "1.1", third).late).toEqual([0, 0, 1000, 0, 0, 0, 0, 0]);
  });

  it("HTTP/2 and HTTP/3: as an answer", () => {
    expect(page(simulate, "2", third).late.filter((ms) => ms !== 0)).toHaveLength(6);
    expect(page(simulate, "3", third).late).toEqual([0, 0, 120, 0, 0, 0, 0, 0]);
  });
});

describe("the one connection", () => {
  it("is opened once: what is asked meanwhile waits until it is, by TCP and by QUIC", () => {
    const first = [dropped(1, "up")];
    expect(page(simulate, "1.1", first).late.filter((ms) => ms !== 0)).toHaveLength(1);
    expect(page(simulate, "2", first).late.filter((ms) => ms !== 0)).toHaveLength(8);
    expect(page(simulate, "3", first).late.filter((ms) => ms !== 0)).toHaveLength(8);
  });

  it.each<Version>(["2", "3"])(
    "HTTP/%s: dies with the balancer, and all that it carried; the next request opens another",
    (version) => {
      const crash = [
        { atMs: 1060, act: "crash", target: "balancer" },
        { atMs: 1080, act: "restart", target: "balancer" },
      ] as Fault[];
      const { late, causes } = page(simulate, version, crash, {
        workload: [
          { from: "A", to: "server", firstMs: 1000, everyMs: 20, untilMs: 1140 },
          { from: "A", to: "server", atMs: 2000 },
        ],
      });
      expect(causes.length).toBeGreaterThan(0);
      expect(new Set(causes)).toEqual(new Set(["balancer-crashed"]));
      expect(late.at(-1)).toBe(0);
    },
  );

  it("HTTP/3: is given up after its idle timeout, with every request that waits for an answer", () => {
    const { late, ends } = page(simulate, "3", [{ atMs: 1030, act: "cut", target: "A/balancer" }], {
      clients: [{ name: "A", transport: "http", httpVersion: "3", quicIdleTimeoutMs: 2000 }],
    });
    expect(late).toEqual([null, null, null, null, null, null, null, null]);
    // All eight, and the cut.
    expect(ends).toBe(9);
  });
});
