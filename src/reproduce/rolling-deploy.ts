/**
 * Servers are replaced in rounds, and clients that are cut land anywhere. Some land on servers that are still to be replaced, and are cut again. How
 * many go in a round follows from how many there may be beyond those that there are to be, and how many fewer.
 */
import { SeededChoices } from "../kernel/choices.ts";
import { figures, type PublishedResult } from "./result.ts";

const CLIENTS = 100_000;

interface Round {
  /** How many old servers stop. */
  readonly stopping: number;
  /** How many are there afterwards, for whoever was cut: old ones and new ones. */
  readonly left: number;
}

/**
 * The rounds of a rolling update: new servers are started as long as there are at most `maxSurge` more than are to be, and old ones stopped as long as at most
 * `maxUnavailable` fewer are ready. Those that were started are ready before the next round. Kubernetes, `reconcileNewReplicaSet` and `reconcileOldReplicaSets`.
 */
function roundsOf(servers: number, maxSurge: number, maxUnavailable: number): Round[] {
  const rounds: Round[] = [];
  let old = servers;
  let ready = 0;
  while (old > 0) {
    const stopping = Math.min(old, old + ready - (servers - maxUnavailable));
    old -= stopping;
    if (stopping > 0) rounds.push({ stopping, left: old + ready });
    ready = Math.min(servers, servers + maxSurge - old);
  }
  return rounds;
}

/** How often a client is cut on average. */
function cutsPerClient(servers: number, maxSurge: number, maxUnavailable: number): number {
  const choices = new SeededChoices(servers, ["server"]);
  const rounds = roundsOf(servers, maxSurge, maxUnavailable);
  let cuts = 0;
  for (let client = 0; client < CLIENTS; client++) {
    let at = choices.draw(0, servers);
    // Old servers are 0, 1, 2, … and stop in this order; each new one has the number that comes next.
    let stopped = 0;
    for (const { stopping, left } of rounds) {
      stopped += stopping;
      if (at >= stopped) continue;
      cuts++;
      at = stopped + choices.draw(0, left);
    }
  }
  return cuts / CLIENTS;
}

/** By servers, maxSurge and maxUnavailable: how often a client is cut. */
const CUTS = [
  // One at a time, the new one first: (1 + 1/N)^N − 1, which grows to e − 1.
  [2, 1, 0, 1.25],
  [4, 1, 0, 1.4414],
  [10, 1, 0, 1.5937],
  // One at a time, the old one first: (N − 1)/N · ((N/(N − 1))^N − 1).
  [2, 0, 1, 1.5],
  [3, 0, 1, 1.5833],
  [4, 0, 1, 1.6204],
  // k at a time are one of N/k: the same with N/k in the place of N.
  [4, 2, 0, 1.25],
  [10, 2, 0, 1.4883],
  [10, 10, 0, 1],
  [10, 0, 2, 1.6414],
  // A quarter of each, as where nobody says otherwise: a round of maxUnavailable, then rounds of both together.
  [4, 1, 1, 1.4722],
  [10, 3, 2, 1.4344],
] as const;

export const rollingDeploy: PublishedResult = {
  name: "rolling-deploy",
  says: "A deployment that replaces servers in rounds cuts a client more than once, unless all go in one",
  source: "FACTS §13.1",
  how: `${CLIENTS} clients that land by chance`,
  figures: () =>
    figures(
      0.01,
      CUTS.map(
        ([servers, maxSurge, maxUnavailable, cuts]) =>
          [
            `${servers} servers, ${maxSurge} more at most, ${maxUnavailable} fewer: cuts a client`,
            cuts,
            cutsPerClient(servers, maxSurge, maxUnavailable),
          ] as const,
      ),
    ),
};
