/** Rules that a scenario states as data, at their exact limits: each type, each scope, kept and broken. */

import { describe, expect, test } from "vitest";
import { ruleNamed } from "../../src/check/claims.ts";
import { ownRule } from "../../src/check/own-rules.ts";
import { replay } from "../../src/check/replay.ts";
import type { Setting, Violation } from "../../src/check/rule.ts";
import { settingOf } from "../../src/check/setting.ts";
import { watchTrace } from "../../src/check/watch.ts";
import { RecordKind, type Records } from "../../src/model/trace/records.ts";
import type { OwnRule } from "../../src/scenario/own-rule.ts";
import { parseScenario } from "../../src/scenario/parse.ts";
import type { RuleScope } from "../../src/scenario/rules.ts";
import { small } from "../scenario/samples.ts";

type Row = readonly [
  atMs: number,
  kind: keyof typeof RecordKind,
  a?: number,
  b?: number,
  c?: number,
  d?: number,
  e?: number,
];

/** Clients A and B are nodes 0 and 1, then the balancer, server-1 and server-2. */
const NAMES = ["A", "B", "balancer", "server-1", "server-2"];
const setting: Setting = {
  ...settingOf(scenarioOf({})),
  nameOf: (node) => NAMES[node] ?? "?",
};

function scenarioOf(changes: Readonly<Record<string, unknown>>) {
  const result = parseScenario(small(changes));
  if (!result.ok) throw new Error(result.errors[0]!.message);
  return result.scenario;
}

/** A trace written by hand. */
function traceOf(rows: readonly Row[]): Records {
  const column = (i: number) => Int32Array.from(rows, (row) => (row[i] as number | undefined) ?? -1);
  return {
    timeUs: Float64Array.from(rows, ([atMs]) => atMs * 1000),
    kind: Uint8Array.from(rows, ([, kind]) => RecordKind[kind]),
    a: column(2),
    b: column(3),
    c: column(4),
    d: column(5),
    e: column(6),
  };
}

/** When a rule breaks in such a trace, and how; null if it is kept. */
function broken(rule: OwnRule, rows: readonly Row[], endMs = 1000): string | null {
  const first = firstBreach(rule, rows, endMs);
  return first === undefined ? null : `${first.timeUs / 1000} ms: ${first.breach.text}`;
}

function firstBreach(rule: OwnRule, rows: readonly Row[], endMs = 1000): Violation | undefined {
  return watchTrace(traceOf(rows), rows.length, endMs * 1000, [ownRule("mine", rule)], setting)[0];
}

const S = { statement: "S." };
/** By scope: two deliveries that are the same one's, and one that is another's. */
const DELIVERED: Readonly<Record<Exclude<RuleScope, "run" | "server">, readonly [Row, Row, Row]>> = {
  client: [
    [1, "delivered", 0, 0, 1],
    [2, "delivered", 1, 1, 1],
    [3, "delivered", 2, 2, 0],
  ],
  message: [
    [1, "delivered", 0, 7, 1],
    [2, "delivered", 1, 7, 0],
    [3, "delivered", 2, 8, 0],
  ],
  copy: [
    [1, "delivered", 5, 0, 1],
    [2, "delivered", 5, 0, 1],
    [3, "delivered", 6, 0, 1],
  ],
};

describe("count", () => {
  const lost = (n: number): Row[] => Array.from({ length: n }, (_, i) => [i + 1, "lost", i, i, 3, 0, 1]);

  test.each([0, 1, 5])("at most %i holds at that many, and breaks at one more, there", (atMost) => {
    const rule: OwnRule = { ...S, type: "count", of: { event: "lost" }, per: "run", atMost };
    expect(broken(rule, lost(atMost))).toBeNull();
    expect(broken(rule, lost(atMost + 1))).toBe(
      `${atMost + 1} ms: Lost number ${atMost + 1}; at most ${atMost} may be.`,
    );
  });

  test.each([1, 4])("at least %i holds at that many, and breaks at one fewer, at the end", (atLeast) => {
    const rule: OwnRule = { ...S, type: "count", of: { event: "lost" }, per: "run", atLeast };
    expect(broken(rule, lost(atLeast))).toBeNull();
    expect(broken(rule, lost(atLeast - 1))).toBe(
      `1000 ms: ${atLeast - 1} × lost; at least ${atLeast} must be.`,
    );
  });

  test("both: exactly so many", () => {
    const rule: OwnRule = { ...S, type: "count", of: { event: "lost" }, per: "run", atMost: 2, atLeast: 2 };
    expect([1, 2, 3].map((n) => broken(rule, lost(n)) === null)).toEqual([false, true, false]);
  });

  test.each(Object.entries(DELIVERED))("at most 1 for each %s", (per, [one, again, other]) => {
    const rule: OwnRule = {
      ...S,
      type: "count",
      of: { event: "delivered" },
      per: per as RuleScope,
      atMost: 1,
    };
    expect(broken(rule, [one, other])).toBeNull();
    expect(broken(rule, [one, again])).toMatch(/^2 ms: /);
    expect(broken({ ...rule, per: "run" }, [one, other])).toMatch(/^3 ms: /);
  });

  test("a breach is about all clients that it counts, the first as well as others", () => {
    const about = (one: OwnRule, rows: readonly Row[]) => firstBreach(one, rows)?.breach.clients;
    const rule = { ...S, type: "count", of: { event: "connected" }, per: "run", atMost: 1 } as const;
    const [a, b]: Row[] = [
      [1, "connected", 0, 3],
      [2, "connected", 1, 4],
    ];
    expect(about(rule, [a!, b!])).toEqual([0, 1]);
    expect(about({ ...rule, per: "client", atMost: 0 }, [a!])).toEqual([0]);
    expect(broken({ ...rule, per: "client", atMost: 0 }, [a!])).toBe(
      "1 ms: A: connected number 1; at most 0 may be.",
    );
    expect(about({ ...rule, of: { event: "lost" }, atMost: 0 }, [[1, "lost", 0, 0, 3]])).toEqual([]);
    const after = { event: "connected" } as const;
    // biome-ignore lint/suspicious/noThenProperty: rules of this type have it
    const order: OwnRule = { ...S, type: "order", first: { event: "delivered" }, then: after, per: "run" };
    expect(about(order, [a!])).toEqual([0]);
  });

  test("at most 1 for each server, which is named", () => {
    const rule: OwnRule = { ...S, type: "count", of: { event: "connected" }, per: "server", atMost: 1 };
    const [a, b, elsewhere]: Row[] = [
      [1, "connected", 0, 3],
      [2, "connected", 1, 3],
      [2, "connected", 1, 4],
    ];
    expect(broken(rule, [a!, elsewhere!])).toBeNull();
    expect(broken(rule, [a!, b!])).toBe("2 ms: server-1: connected number 2; at most 1 may be.");
  });

  test("at least 1 for each client and server, also for those that never occur", () => {
    const rule = (per: RuleScope): OwnRule => ({
      ...S,
      type: "count",
      of: { event: "connected" },
      per,
      atLeast: 1,
    });
    const [a, b]: Row[] = [
      [1, "connected", 0, 3],
      [2, "connected", 1, 4],
    ];
    expect(broken(rule("client"), [a!, b!])).toBeNull();
    expect(broken(rule("client"), [a!])).toBe("1000 ms: B: 0 × connected; at least 1 must be.");
    expect(broken(rule("server"), [a!, b!])).toBeNull();
    expect(broken(rule("server"), [a!])).toBe("1000 ms: server-2: 0 × connected; at least 1 must be.");
  });

  test("at least 1 for each message and copy, also for those of which nothing comes", () => {
    const rule = (per: RuleScope): OwnRule => ({
      ...S,
      type: "count",
      of: { event: "delivered" },
      per,
      atLeast: 1,
    });
    const sent: Row[] = [
      [1, "message", 0, 0, 0, -1, 2],
      [1, "copy", 0, 0, 0],
      [1, "copy", 1, 0, 1],
    ];
    const one: Row = [2, "delivered", 0, 0, 0];
    const two: Row = [3, "delivered", 1, 0, 1];
    expect(broken(rule("message"), [...sent, one])).toBeNull();
    expect(broken(rule("message"), sent)).toBe("1000 ms: 0 × delivered; at least 1 must be.");
    expect(broken(rule("copy"), [...sent, one, two])).toBeNull();
    expect(broken(rule("copy"), [...sent, one])).toBe("1000 ms: 0 × delivered; at least 1 must be.");
    expect(broken(rule("message"), [])).toBeNull();
  });

  test("only what fits: client, server, cause, status", () => {
    const none = (of: Extract<OwnRule, { type: "count" }>["of"], rows: Row[]) =>
      broken({ ...S, type: "count", of, per: "run", atMost: 0 }, rows);
    const row: Row = [1, "lost", 0, 0, 3, 0, 1];
    expect(none({ event: "lost", cause: "no-backplane", client: "B", server: "server-1" }, [row])).toBe(
      "1 ms: Lost with no-backplane of B at server-1 number 1; at most 0 may be.",
    );
    expect(none({ event: "lost", client: "A" }, [row])).toBeNull();
    expect(none({ event: "lost", server: "server-2" }, [row])).toBeNull();
    expect(none({ event: "lost", cause: "idle-closed" }, [row])).toBeNull();
    const refused: Row = [1, "response", 0, 0, 400, 3, 1];
    expect(none({ event: "response", status: 400 }, [refused])).not.toBeNull();
    expect(none({ event: "response", status: 200 }, [refused])).toBeNull();
  });
});

describe("within", () => {
  const rule = (per: RuleScope): OwnRule => ({
    ...S,
    type: "within",
    from: { event: "copy" },
    to: { event: "delivered" },
    per,
    withinMs: 50,
  });
  const at = (sentMs: number, arrivedMs: number, copy = 0): Row[] => [
    [sentMs, "copy", copy, copy, 1],
    [arrivedMs, "delivered", copy, copy, 1],
  ];

  test("at the limit it holds, a microsecond later it is broken, at the limit", () => {
    expect(broken(rule("copy"), at(100, 150))).toBeNull();
    expect(broken(rule("copy"), at(100, 150.001))).toBe("150 ms: No delivered within 50 ms of copy.");
  });

  test("the end of the run is no later than the limit, or it is broken", () => {
    const [sent] = at(950, 0);
    expect(broken(rule("copy"), [sent!], 1000)).toBeNull();
    expect(broken(rule("copy"), [sent!], 1000.001)).toBe("1000 ms: No delivered within 50 ms of copy.");
  });

  test.each(["copy", "message", "client"] as const)(
    "for each %s, what is another's does not stop the clock",
    (per) => {
      const sent: Row = [100, "copy", 0, 0, 1];
      const other: Row = [120, "delivered", 1, 1, 0];
      expect(broken(rule(per), [sent, other])).toMatch(/^150 ms: /);
      expect(broken(rule("run"), [sent, other])).toBeNull();
    },
  );

  test("for each server", () => {
    const asked: OwnRule = {
      ...S,
      type: "within",
      from: { event: "request" },
      to: { event: "response" },
      per: "server",
      withinMs: 50,
    };
    const request: Row = [100, "request", 0, 0, 0, 3];
    expect(broken(asked, [request, [150, "response", 0, 0, 200, 3]])).toBeNull();
    expect(broken(asked, [request, [150, "response", 0, 0, 200, 4]])).toBe(
      "150 ms: server-1: no response within 50 ms of request.",
    );
  });

  test("the clock is not set back by what starts it again", () => {
    const rows: Row[] = [
      [100, "copy", 0, 0, 1],
      [140, "copy", 1, 0, 1],
      [160, "delivered", 0, 0, 1],
    ];
    expect(broken(rule("message"), rows)).toMatch(/^150 ms: /);
  });
});

describe("within, for a share", () => {
  const rule = (share: number): OwnRule => ({
    ...S,
    type: "within",
    from: { event: "copy" },
    to: { event: "delivered" },
    per: "copy",
    withinMs: 50,
    share,
  });
  /** So many copies, one every 10 ms, of which the first ones take 51 ms and the others 50. */
  const copies = (sent: number, late: number): Row[] =>
    Array.from({ length: sent }, (_, i): Row[] => [
      [10 * i, "copy", i, i, 1],
      [10 * i + (i < late ? 51 : 50), "delivered", i, i, 1],
    ])
      .flat()
      .sort(([a], [b]) => a - b);

  test.each([
    [0.99, 100, 1],
    [0.5, 7, 3],
    [0.07, 100, 93],
    [1, 10, 0],
  ])("with %f of %i it holds at %i too late, and is broken at one more, at the end", (share, sent, late) => {
    expect(broken(rule(share), copies(sent, late), 2000)).toBeNull();
    expect(broken(rule(share), copies(sent, late + 1), 2000)).toMatch(
      `2000 ms: ${late + 1} of ${sent} clocks ran too long, and ${Math.round(100 * share)} % must not. The first: No delivered within 50 ms of copy.`,
    );
  });

  test("what never comes is late, once its time is over; what has time left at the end is not asked", () => {
    const lost: Row[] = [
      [100, "copy", 7, 7, 1],
      [110, "lost", 7, 7, 1, 0, 1],
    ];
    const half = rule(0.5);
    expect(broken(half, [...copies(1, 0), ...lost], 150.001)).toBeNull();
    expect(broken(rule(0.6), [...copies(1, 0), ...lost], 150)).toBeNull();
    expect(broken(rule(0.6), [...copies(1, 0), ...lost], 150.001)).toMatch(/^150.001 ms: 1 of 2 clocks /);
  });

  test("a verdict says how many came too late", () => {
    const monitor = ownRule("mine", rule(0.5)).watch(setting);
    const trace = traceOf([
      [0, "copy", 0, 0, 1],
      [60, "delivered", 0, 0, 1],
    ]);
    for (const row of [0, 1]) monitor.see(trace, row);
    expect(monitor.scope!()).toEqual({ spoke: 0, open: 0, exempt: { "too late, as the share allows": 1 } });
  });

  test("the monitors of two runs are the same only if as many were late", () => {
    const digestAfter = (rows: readonly Row[]) => {
      const monitor = ownRule("mine", rule(0.5)).watch(setting);
      const trace = traceOf(rows);
      for (let row = 0; row < rows.length; row++) monitor.see(trace, row);
      const digest: number[] = [];
      monitor.digest((value) => digest.push(value));
      return digest;
    };
    expect(digestAfter(copies(5, 1))).not.toEqual(digestAfter(copies(5, 2)));
    expect(digestAfter(copies(5, 0))).not.toEqual(digestAfter(copies(4, 0)));
  });
});

describe("order", () => {
  const rule = (per: RuleScope): OwnRule => ({
    ...S,
    type: "order",
    first: { event: "copy" },
    // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
    then: { event: "delivered" },
    per,
  });
  const copy: Row = [1, "copy", 0, 0, 1];
  const arrives: Row = [1, "delivered", 0, 0, 1];
  const otherArrives: Row = [2, "delivered", 1, 1, 0];

  test.each(["run", "client", "message", "copy"] as const)("for each %s", (per) => {
    expect(broken(rule(per), [copy, arrives, arrives])).toBeNull();
    expect(broken(rule(per), [arrives, copy])).toMatch(/^1 ms: .*elivered before any copy\.$/);
    expect(broken(rule(per), [copy])).toBeNull();
    expect(broken(rule(per), [copy, otherArrives]) === null).toBe(per === "run");
  });

  test("for each server", () => {
    const asked: OwnRule = {
      ...S,
      type: "order",
      first: { event: "request" },
      // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
      then: { event: "connected" },
      per: "server",
    };
    expect(
      broken(asked, [
        [1, "request", 0, 0, 0, 3],
        [2, "connected", 0, 3],
      ]),
    ).toBeNull();
    expect(
      broken(asked, [
        [1, "request", 0, 0, 0, 4],
        [2, "connected", 0, 3],
      ]),
    ).toBe("2 ms: server-1: connected before any request.");
  });
});

/** A scenario of two servers, whose message dies without a backplane and arrives with one. */
describe("in runs", () => {
  const CASES: readonly (readonly [string, OwnRule])[] = [
    ["count", { ...S, type: "count", of: { event: "lost", client: "B" }, per: "client", atMost: 0 }],
    ["count at least", { ...S, type: "count", of: { event: "delivered" }, per: "message", atLeast: 1 }],
    [
      "within",
      {
        ...S,
        type: "within",
        from: { event: "copy" },
        to: { event: "delivered" },
        per: "copy",
        withinMs: 100,
      },
    ],
    // biome-ignore lint/suspicious/noThenProperty: a word of the format; no promise is near
    ["order", { ...S, type: "order", first: { event: "delivered" }, then: { event: "fault" }, per: "run" }],
  ];

  test.each(CASES)("%s", (_, rule) => {
    const scenario = (kind: string) =>
      scenarioOf({
        durationMs: 1000,
        clients: [
          { name: "A", transport: "websocket" },
          { name: "B", transport: "websocket" },
        ],
        backplane: { kind },
        faults: [{ atMs: 900, act: "crash", target: "server-1" }],
        rules: ["mine"],
        ownRules: { mine: rule },
      });
    expect(replay(scenario("redis"), "mine")).toBeNull();
    expect(replay(scenario("none"), "mine")).toMatchObject({ rule: "mine" });
    expect(ruleNamed(scenario("none"), "mine")?.statement).toBe("S.");
  });
});
