/**
 * Servers are replaced one after the other, and clients that are cut land anywhere. Some land on servers that are still to be replaced, and
 * are cut again.
 */
import { SeededChoices } from "../kernel/choices.ts";
import { figures, type PublishedResult } from "./result.ts";

const CLIENTS = 100_000;

/** How often a client is cut on average, if the new server starts before the old one stops, or after. */
function cutsPerClient(servers: number, isNewFirst: boolean): number {
  const choices = new SeededChoices(servers, ["server"]);
  let cuts = 0;
  for (let client = 0; client < CLIENTS; client++) {
    let at = choices.draw(0, servers);
    // Old servers are 0, 1, 2, … and stop in this order; each new one has the number that comes next.
    for (let stopping = 0; stopping < servers; stopping++) {
      if (at !== stopping) continue;
      cuts++;
      const others = isNewFirst ? servers : servers - 1;
      at = stopping + 1 + choices.draw(0, others);
    }
  }
  return cuts / CLIENTS;
}

/** By the number of servers: (1 + 1/N)^N − 1, which grows to e − 1. */
const NEW_FIRST = [
  [2, 1.25],
  [4, 1.4414],
  [10, 1.5937],
] as const;
/** (N − 1)/N · ((N/(N − 1))^N − 1). */
const OLD_FIRST = [
  [2, 1.5],
  [3, 1.5833],
  [4, 1.6204],
] as const;

export const rollingDeploy: PublishedResult = {
  name: "rolling-deploy",
  says: "A deployment that replaces servers one after the other cuts a client more than once",
  source: "FACTS §13.1",
  how: `${CLIENTS} clients that land by chance`,
  figures: () =>
    figures(0.01, [
      ...NEW_FIRST.map(
        ([servers, cuts]) =>
          [`${servers} servers, new one first: cuts a client`, cuts, cutsPerClient(servers, true)] as const,
      ),
      ...OLD_FIRST.map(
        ([servers, cuts]) =>
          [`${servers} servers, old one first: cuts a client`, cuts, cutsPerClient(servers, false)] as const,
      ),
    ]),
};
