/**
 * How long to wait before one tries again. Clients start at once, and each wants to write the same row: it reads the row's version, and writes
 * if that is still the version. Of those that have read one version, the first to write wins, and the others begin again after a
 * pause. What the pause should be is compared by how often they write in all, and when the last is done.
 */
import { SeededChoices } from "../kernel/choices.ts";
import { EventQueue } from "../kernel/queue.ts";
import { normalUs, uniformUs } from "../kernel/sampling.ts";
import { type Figure, figures, type PublishedResult } from "./result.ts";

const BASE_US = 5000;
const CAP_US = 2_000_000;
/** One way through the network. */
const DELAY_US = 10_000;
const DELAY_DEVIATION_US = 2000;
const ROUNDS = 30;

const PURPOSES = ["delay", "pause"];
const [DELAY, PAUSE] = [0, 1];

/** A read arrives, its answer, a write, its answer. */
const [READ, VERSION, WRITE, OUTCOME] = [0, 1, 2, 3];

const exponentialUs = (attempt: number) => Math.min(CAP_US, BASE_US * 2 ** attempt);

/** How long a client pauses after so many attempts in vain; `beforeUs` is its pause before. */
const PAUSES = {
  none: () => 0,
  exponential: (attempt: number) => exponentialUs(attempt),
  "decorrelated jitter": (_: number, beforeUs: number, choices: SeededChoices) =>
    Math.min(CAP_US, uniformUs(choices, PAUSE, BASE_US, 3 * beforeUs)),
  "equal jitter": (attempt: number, _: number, choices: SeededChoices) => {
    const half = exponentialUs(attempt) / 2;
    return half + uniformUs(choices, PAUSE, 0, half);
  },
  "full jitter": (attempt: number, _: number, choices: SeededChoices) =>
    uniformUs(choices, PAUSE, 0, exponentialUs(attempt)),
} as const;

type Strategy = keyof typeof PAUSES;

/** All clients write the row once: how many writes that took, and how long. */
function contend(clients: number, strategy: Strategy, choices: SeededChoices) {
  const queue = new EventQueue();
  const attempts = new Array<number>(clients).fill(0);
  const pauseUs = new Array<number>(clients).fill(BASE_US);
  const after = (waitUs: number, event: number, client: number, payload: number) => {
    const delayUs = normalUs(choices, DELAY, DELAY_US, DELAY_DEVIATION_US);
    queue.schedule(queue.nowUs + waitUs + delayUs, event, client, payload, 0);
  };
  let version = 0;
  let writes = 0;
  for (let client = 0; client < clients; client++) after(0, READ, client, 0);
  while (queue.pop(Number.MAX_SAFE_INTEGER)) {
    const { code, entity: client, x: payload } = queue;
    if (code === READ) after(0, VERSION, client, version);
    else if (code === VERSION) after(0, WRITE, client, payload);
    else if (code === WRITE) {
      writes++;
      const isCurrent = payload === version;
      if (isCurrent) version++;
      after(0, OUTCOME, client, isCurrent ? 1 : 0);
    } else if (payload === 0) {
      pauseUs[client] = PAUSES[strategy](++attempts[client]!, pauseUs[client]!, choices);
      after(pauseUs[client]!, READ, client, 0);
    }
  }
  return { writes, ms: queue.nowUs / 1000 };
}

/** The means of rounds. */
function average(clients: number, strategy: Strategy) {
  const choices = new SeededChoices(clients, PURPOSES);
  let writes = 0;
  let ms = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const one = contend(clients, strategy, choices);
    writes += one.writes / ROUNDS;
    ms += one.ms / ROUNDS;
  }
  return { writes, ms };
}

/** Means of 300 rounds of the authors' program: clients, strategy, calls, ms. */
const PUBLISHED: readonly (readonly [number, Strategy, number, number])[] = [
  [50, "none", 690, 1142],
  [50, "exponential", 623, 36_300],
  [50, "decorrelated jitter", 374, 2194],
  [50, "equal jitter", 347, 4254],
  [50, "full jitter", 332, 2893],
  [100, "none", 2423, 2028],
  [100, "exponential", 1851, 63_340],
  [100, "decorrelated jitter", 1000, 4655],
  [100, "equal jitter", 813, 6610],
  [100, "full jitter", 796, 4922],
];

export const backoff: PublishedResult = {
  name: "backoff",
  says: "Exponential backoff alone is the slowest way to end a crowd; with full jitter, less than half of the calls are made that are without a pause",
  source:
    "FACTS §14.1: the program behind «Exponential Backoff and Jitter» (aws-samples/aws-arch-backoff-simulator), run with three seeds of 100 rounds",
  how: `${ROUNDS} rounds on this kernel's queue, with its normal distribution`,
  figures: () =>
    PUBLISHED.flatMap(([clients, strategy, calls, ms]): Figure[] => {
      const ours = average(clients, strategy);
      return [
        ...figures(0.02, [[`${clients} clients, ${strategy}: calls`, calls, ours.writes]]),
        // By the authors' own seeds, times differ by five percent, calls by one.
        ...figures(0.08, [[`${clients} clients, ${strategy}: ms until the last is done`, ms, ours.ms]]),
      ];
    }),
};
