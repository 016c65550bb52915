/** Presence that is told to everybody: each join and leave goes in once and out to each member. FACTS §6. */
import { describe, expect, it } from "vitest";
import * as model from "../../src/index.ts";
import { at, RecordKind } from "../../src/model/trace/records.ts";
import { presenceTotals } from "../../src/run/presence.ts";
import { validateScenario } from "../../src/scenario/parse.ts";
import { IS_DEEP } from "../support/depth.ts";
import { loadMutant } from "../support/mutant.ts";

type Library = Pick<typeof model, "simulate">;

/** How often a guest opens the page, and closes it again. */
const FLAPS_MS = 200;

/** So many members have the page open throughout; one more comes and goes as often. */
function watched({ simulate }: Library, members: number, servers = 1) {
  const result = validateScenario({
    version: 1,
    name: "s",
    title: "s",
    summary: "s",
    durationMs: 1000 + members * FLAPS_MS,
    clients: [
      { name: "member", count: members, transport: "websocket", startConnected: true },
      { name: "guest", transport: "websocket", startMs: 500 },
    ],
    servers: { count: servers },
    presence: { kind: "connection-key", tellsEverybody: true },
    faults: Array.from({ length: members }, (_, i) => [
      { atMs: 900 + i * FLAPS_MS, act: "crash" as const, target: "guest" },
      ...(i + 1 < members
        ? [{ atMs: 900 + i * FLAPS_MS + 40, act: "restart" as const, target: "guest" }]
        : []),
    ]).flat(),
  });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return simulate(result.scenario);
}

/** Messages of presence: in, once for each join and leave, and out, to members that stayed. */
function counted({ trace, endUs }: ReturnType<typeof watched>, members: number) {
  const news = new Set<number>();
  let out = 0;
  for (let row = 0; row < trace.length; row++)
    if (trace.kind[row] === RecordKind.news) news.add(trace[at.news.message][row]!);
    else if (trace.kind[row] === RecordKind.delivered && news.has(trace[at.delivered.message][row]!))
      if (trace[at.delivered.recipient][row]! < members) out++;
  expect(presenceTotals(trace, endUs)).toMatchObject({ news: news.size });
  return news.size + out;
}

/** Each member's join and leave is counted once in, and once out to each. */
const formula = (members: number) => 2 * members * (1 + members);

describe("telling everybody of everybody", () => {
  it("takes 80,400 messages for 200 members, as Ably says: 2 × 200 × 201", () => {
    expect(formula(200)).toBe(80_400);
    expect(counted(watched(model, 200), 200)).toBe(formula(200));
  });

  it("is quadratic: twice as many members cost nearly four times as much", () => {
    expect([5, 10, 20].map((members) => counted(watched(model, members), members))).toEqual(
      [5, 10, 20].map(formula),
    );
  });

  it("reaches only those at the same server, where nothing joins the servers", () => {
    expect(counted(watched(model, 10, 2), 10)).toBeLessThan(formula(10));
  });

  it.runIf(IS_DEEP)("is another number for a server that does not tell of who leaves", async () => {
    const bent = await loadMutant<Library>(
      "src/model/presence/news.ts",
      "  tell(world, session, 0);",
      "  world.queue.nowUs;\n  void session;",
      "src/index.ts",
    );
    expect(counted(watched(bent, 10), 10)).not.toBe(formula(10));
  });
});
