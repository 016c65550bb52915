/**
 * Who comes by chance to c workers, each of whom is busy for a time of chance, waits as long as Erlang has computed: at first hardly, then, as the
 * workers have ever less time to rest, longer and longer.
 */
import { at, RecordKind } from "../model/trace/records.ts";
import { figures, type PublishedResult } from "./result.ts";
import { runOf } from "./scenarios.ts";

const MESSAGES = 10_000;
/** Of so many that none of them is likely to have two at a time. */
const CLIENTS = 300;
/** The mean time of service. */
const SERVICE_MS = 10;
const NO_TIME = { client: { latencyMs: 0 }, server: { latencyMs: 0 } };

/** Of messages to one server: the share that has to wait, and the mean wait of all, in mean times of service. */
function waits(
  workers: number,
  load: number,
  serviceTimes: "fixed" | "exponential",
): { share: number; mean: number } {
  const meanMs = SERVICE_MS / (load * workers);
  const { trace } = runOf({
    durationMs: MESSAGES * meanMs,
    clients: [
      { name: "C", count: CLIENTS, transport: "websocket", startConnected: true, delivery: "forget" },
    ],
    network: NO_TIME,
    servers: { count: 1, serviceMs: SERVICE_MS, serviceTimes, workers },
    workload: [{ from: "C", to: "server", everyMs: { meanMs: CLIENTS * meanMs } }],
  });
  let begun = 0;
  let waited = 0;
  let sumUs = 0;
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== RecordKind.work) continue;
    const us = trace[at.work.waitedUs][row]!;
    if (us < 0) continue;
    begun++;
    if (us > 0) waited++;
    sumUs += us;
  }
  return { share: waited / begun, mean: sumUs / begun / (1000 * SERVICE_MS) };
}

/**
 * Workers, load, how times of service are, and what Erlang's formula C comes to: the probability of having to wait, and the mean wait in times of
 * service, C / (c (1 − load)); half of it where all these times are the same.
 */
const PUBLISHED = [
  [1, 0.5, "exponential", 0.5, 1],
  [1, 0.8, "exponential", 0.8, 4],
  [4, 0.8, "exponential", 0.5964, 0.7455],
  [1, 0.8, "fixed", 0.8, 2],
] as const;

export const erlang: PublishedResult = {
  name: "erlang-c",
  says: "A server that is busy for half of the time makes one wait for one time of service; busy for four fifths, for four",
  source:
    "FACTS §14.10: Erlang, «Solution of Some Problems in the Theory of Probabilities of Significance in Automatic Telephone Exchanges»",
  how: `${MESSAGES} messages to a server of the model, at each load`,
  figures: () =>
    PUBLISHED.flatMap(([workers, load, serviceTimes, share, mean]) => {
      const ours = waits(workers, load, serviceTimes);
      const times = serviceTimes === "fixed" ? ", all work alike" : "";
      const where = `${workers} ${workers === 1 ? "worker" : "workers"}, load ${load}${times}`;
      return [
        ...figures(0.05, [[`${where}: share that waits`, share, ours.share]]),
        ...figures(0.1, [[`${where}: mean wait in times of service`, mean, ours.mean]]),
      ];
    }),
};
