/** Two servers with Redis between them that goes away for a while: the set-up of ground truth 08, 23 and 24. */
import { Fate } from "../../src/model/fate/oracle.part.ts";
import { Machine, MODEL } from "../../src/model/parts.ts";
import { RecordKind } from "../../src/model/trace/records.ts";
import type { ScenarioInput } from "../../src/scenario/schema.ts";
import { causeName, type Lab, runLab } from "./ground-truth.ts";

/** The redis clients of the experiment, in the order of its columns. */
export const CLIENTS = { s0Pub: 0, s0Sub: 1, s1Pub: 2, s1Sub: 3 } as const;
const STATES = MODEL[Machine.redisClient]!.chart.states;

export interface Outage {
  readonly phaseMs: number;
  readonly backMs: number;
  readonly outageMs: number;
  readonly afterMs: number;
  readonly acts?: readonly ["crash" | "freeze", "restart" | "resume"];
}

/** A and B on server-1, C on server-2; every 50 ms A to B, A to C, C to A, and A to all others. */
export function outage(
  backplane: ScenarioInput["backplane"],
  { phaseMs, backMs, outageMs, afterMs, acts = ["crash", "restart"] }: Outage,
  seed: number,
): Lab {
  const faultMs = 200 + phaseMs;
  return runLab({
    seed,
    durationMs: faultMs + outageMs + afterMs + 100,
    clients: ["A", "C", "B"].map((name, i) => ({ name, transport: "websocket" as const, startMs: i })),
    backplane,
    network: {
      client: { latencyMs: 1 },
      server: { latencyMs: 0.1 },
      backplane: { latencyMs: { distribution: "uniform", minMs: 0.1, maxMs: 2 } },
    },
    workload: [
      { from: "A", to: "B" },
      { from: "A", to: "C" },
      { from: "C", to: "A" },
      { from: "A", to: "others" },
    ].map((line) => ({ ...line, everyMs: 50, firstMs: 50, untilMs: faultMs + outageMs + afterMs })),
    faults: [
      { atMs: faultMs, act: acts[0], target: "backplane" },
      { atMs: faultMs + backMs, act: acts[1], target: "backplane" },
    ],
  });
}

/** When a Redis client tried, and when it was connected again; ms after the fault. */
export function timesOf(lab: Lab, client: number, faultMs: number) {
  const entered = (state: string) =>
    lab
      .records(RecordKind.transition)
      .filter((row) => row[1] === Machine.redisClient && row[2] === client && STATES[row[4]!] === state)
      .map(([atMs]) => atMs! - faultMs)
      .filter((atMs) => atMs > 0);
  return { tried: entered("running.connecting"), readyMs: entered("running.connected").at(-1) };
}

/** Of what one sent to another, directly or to all: how many were lost, and came late, per message of its line. */
export function direction(lab: Lab, from: string, to: string) {
  const messages = lab.ledger.messages;
  const copies = lab.ledger.copies.filter(
    ({ message, recipient }) => messages[message]!.sender === lab.node(from) && recipient === lab.node(to),
  );
  // A sends two messages to C each time.
  const each = from === "A" ? 2 : 1;
  const lost = copies.filter(({ fate }) => fate === Fate.lost);
  const late = copies.filter(
    ({ fate, settledUs, sentUs }) => fate === Fate.delivered && settledUs - sentUs >= 100_000,
  );
  return {
    lost: lost.length / each,
    late: late.length / each,
    causes: lost.map(({ cause }) => causeName(cause)),
  };
}
