/** Who is listed as online, beside who is. Ground-truth 27-presence. */
import { describe, expect, it } from "vitest";
import { readPresence, type Span, without } from "../../src/run/presence.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { casesOf, expectNear, type Lab, runLab } from "../support/ground-truth.ts";

type Input = Partial<ScenarioInput>;
type Faults = NonNullable<Input["faults"]>;

/** Instant of the fault, and of the end of each observation. */
const FAULT_MS = 5000;
const REFRESHED = { ttlMs: 3000, refreshMs: 1000 };
/** What the laboratory calls its stores. */
const KINDS = {
  "set-user": "set-user",
  "set-connection": "set-connection",
  "user-key": "user-key",
  "expiring-key": "connection-key",
  "sorted-set": "sorted-set",
} as const;

// biome-ignore lint/suspicious/noExplicitAny: a case as measured
type Case = any;

/** `dead` and `live` on the first server, `other` on the second; the fifth is dead's second tab, if there is one. */
function lab({ setup }: Case, phaseMs: number, faults: Faults, tabs = false): Lab {
  const { store, pingInterval, pingTimeout, watchForMs, ...own } = setup;
  const kind = KINDS[store as keyof typeof KINDS];
  const times = kind.endsWith("key") || kind === "sorted-set" ? { ...REFRESHED, ...timesOf(own) } : {};
  const client = { transport: "websocket" as const, reconnectionDelayMs: 300, randomizationFactor: 0 };
  return runLab({
    durationMs: FAULT_MS + lasts(setup) + watchForMs,
    clients: [
      { ...client, name: "dead", user: "dead", startMs: 200 + phaseMs },
      { ...client, name: "other", startMs: 1700 },
      { ...client, name: "live", startMs: 2000 + 1.7 * phaseMs },
      ...(tabs
        ? [
            { ...client, name: "filler", startMs: FAULT_MS - 300 },
            { ...client, name: "tab", user: "dead", startMs: FAULT_MS - 200 },
          ]
        : []),
    ],
    servers: {
      count: 2,
      ...(pingInterval === undefined ? {} : { pingIntervalMs: pingInterval, pingTimeoutMs: pingTimeout }),
    },
    presence: { kind, ...times } as never,
    faults,
  });
}

/** How long the fault goes on before it is watched what comes of it. */
function lasts({ fault }: Case["setup"]): number {
  if (fault.includes("five times")) return 2500;
  return fault.includes("for 4 s") ? 4000 : 0;
}

const timesOf = ({ ttlMs, refreshMs }: Case) =>
  ttlMs === undefined ? {} : { ttlMs: Number(ttlMs), refreshMs: Number(refreshMs) };

/** When a user is not listed from the fault on, relative to it; null: until the end. */
function absences(run: Lab, name: string): [number, number | null][] {
  const endUs = run.result.endUs;
  const users = readPresence(run.result.trace, endUs);
  const [belief] = users.find(({ user }) => user === run.node(name))!.beliefs;
  const watched: Span = { fromUs: FAULT_MS * 1000, toUs: endUs };
  return without([watched], belief!.listed).map(({ fromUs, toUs }) => [
    fromUs / 1000 - FAULT_MS,
    toUs === endUs ? null : toUs / 1000 - FAULT_MS,
  ]);
}

const at = (afterMs: number, act: "crash" | "restart" | "freeze" | "resume", target: string) => ({
  atMs: FAULT_MS + afterMs,
  act,
  target,
});
const killed = [at(0, "crash", "server-1"), at(0, "crash", "dead")];
const FAULTS: Readonly<Record<string, Faults>> = {
  // Clients of s0 find no server any more.
  "s0 and the client process SIGKILLed at once": [...killed, at(0, "crash", "server-2")],
  "s0 and the client process SIGKILLed, s0 started again after 500 ms": [
    ...killed,
    at(500, "restart", "server-1"),
  ],
  's0 and the client process SIGKILLed, s0 started again after 500 ms; the user "live" reconnects': [
    ...killed,
    at(500, "restart", "server-1"),
  ],
  "client process SIGKILLed (its TCP closes)": [at(0, "crash", "dead")],
  "client process SIGSTOP": [at(0, "freeze", "dead")],
  "the user opens a second tab on s0, then the first tab closes": [at(0, "crash", "dead")],
  "the client disconnects for 200 ms, five times, 300 ms between": [0, 1, 2, 3, 4].flatMap((i) => [
    at(500 * i, "crash", "dead"),
    at(500 * i + 200, "restart", "dead"),
  ]),
  "process s0 SIGSTOP for 4 s; its clients stay connected": [
    at(0, "freeze", "server-1"),
    at(4000, "resume", "server-1"),
  ],
  "none: refresh slower than the expiry": [],
};

describe("who is listed is as it was measured", () => {
  for (const one of casesOf("27")) {
    it(one.id, () => {
      const { rows } = one.observed;
      for (const phaseMs of [37, 411, 783]) {
        const run = lab(one, phaseMs, FAULTS[one.setup.fault]!, one.setup.fault.includes("second tab"));
        for (const [column, name] of ["dead", "live"].entries()) {
          const measured: [number, number | null][][] = rows.map((row: Case) => row[column]);
          const found = absences(run, name);
          if (one.id === "expiring-key-refresh-longer-than-ttl") {
            // Where the first one begins is its phase; each that is whole lasts 500 ms of 1500.
            const whole = found.slice(1).filter(([, toMs]) => toMs !== null);
            expect(whole.length).toBeGreaterThanOrEqual(2);
            for (const [fromMs, toMs] of whole) expectNear(toMs! - fromMs, [500], 80, "ms");
            continue;
          }
          expect(found.length, `${name}: ${JSON.stringify(found)}`).toBe(measured[0]!.length);
          for (const [i, [fromMs, toMs]] of found.entries()) {
            expect(toMs === null).toBe(measured[0]![i]![1] === null);
            expectNear(
              fromMs,
              spread(
                one,
                measured.map((row) => row[i]![0]),
              ),
              80,
              "ms",
            );
            if (toMs !== null)
              expectNear(
                toMs,
                measured.map((row) => row[i]![1]!),
                80,
                "ms",
              );
          }
        }
      }
    });
  }
});

/** Where an expiry depends on the phase of the last refresh, all between is as likely. */
function spread({ setup }: Case, measured: number[]): number[] {
  const { fault, ttlMs, refreshMs, pingInterval, pingTimeout } = setup;
  if (fault.includes("SIGSTOP") && pingInterval !== undefined)
    return [pingTimeout, pingInterval + pingTimeout];
  if (
    fault.includes("SIGSTOP for 4 s") ||
    (fault.includes("SIGKILLed") && ttlMs !== undefined && fault.startsWith("s0"))
  )
    return [ttlMs - refreshMs, ttlMs];
  return measured;
}

describe("a Redis that dies and comes back empty", () => {
  const forgottenIn = (store: string) => {
    const setup = { store, fault: "Redis dies", watchForMs: 4000, ...REFRESHED };
    const faults = [at(200, "crash", "backplane"), at(500, "restart", "backplane")];
    return absences(lab({ setup }, 0, faults), "live");
  };

  it.each(["set-user", "set-connection"])("lists nobody any more who is written once: %s", (store) => {
    expect(forgottenIn(store)).toEqual([[500, null]]);
  });

  it.each(["expiring-key", "sorted-set"])("lists who is written again, when that comes: %s", (store) => {
    const [[fromMs, toMs], ...others] = forgottenIn(store) as [[number, number]];
    expect([fromMs, others]).toEqual([500, []]);
    expect(toMs).toBeGreaterThan(500);
    expect(toMs).toBeLessThan(500 + REFRESHED.refreshMs);
  });
});
