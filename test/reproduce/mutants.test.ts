/** Each published result fails to come out of a model that is bent in one place. */
import { expect, it } from "vitest";
import { RESULTS } from "../../src/reproduce/index.ts";
import { isWithin, type PublishedResult } from "../../src/reproduce/result.ts";
import { loadMutant } from "../support/mutant.ts";

interface Bent {
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const BENT: Readonly<Record<string, Bent>> = {
  "head-of-line": {
    what: "QUIC waits for two round trips before it takes a packet for lost",
    file: "src/model/network/quic.ts",
    find: "TIME_THRESHOLD = 9 / 8",
    replace: "TIME_THRESHOLD = 2",
  },
  backoff: {
    what: "full jitter draws from half of what it should",
    file: "src/reproduce/backoff.ts",
    find: "uniformUs(choices, PAUSE, 0, exponentialUs(attempt)),",
    replace: "uniformUs(choices, PAUSE, 0, exponentialUs(attempt) / 2),",
  },
  "two-choices": {
    what: "of two servers that were drawn, the busier is taken",
    file: "src/model/balancer/policies/two-choices.ts",
    find: "return isBusier ? one : other;",
    replace: "return isBusier ? other : one;",
  },
  "erlang-c": {
    what: "all work takes the same time",
    file: "src/model/server/work.ts",
    find: 'const drawn = serviceTimes === "exponential";',
    replace: "const drawn = false;",
  },
  "rolling-deploy": {
    what: "one server stops in each round, however many may",
    file: "src/reproduce/rolling-deploy.ts",
    find: "Math.min(old, old + ready - (servers - maxUnavailable))",
    replace: "Math.min(1, old + ready - (servers - maxUnavailable))",
  },
  "cluster-slots": {
    what: "a CRC with another polynomial",
    file: "src/reproduce/cluster-slots.ts",
    find: "POLYNOMIAL = 0x1021",
    replace: "POLYNOMIAL = 0x8005",
  },
  "slowest-of-many": {
    what: "one server fewer is asked in ten",
    file: "src/reproduce/slowest-of-many.ts",
    find: "server < servers; server++",
    replace: "server < servers * 0.9; server++",
  },
  bloom: {
    what: "the two hashes of a member are one",
    file: "src/model/presence/filter.ts",
    find: "const step = mix(2 * member + 2) | 1;",
    replace: "const step = 1;",
  },
  "presence-news": {
    what: "who leaves is not told of",
    file: "src/model/presence/news.ts",
    find: "  tell(world, session, 0);",
    replace: "",
  },
  "deflate-memory": {
    what: "a table of zlib's is half as large",
    file: "src/reproduce/deflate-memory.ts",
    find: "2 ** (memoryLevel + 9)",
    replace: "2 ** (memoryLevel + 8)",
  },
  promises: {
    what: "a year of 360 days",
    file: "src/cost/promises.ts",
    find: "DAYS_A_YEAR = 365",
    replace: "DAYS_A_YEAR = 360",
  },
};

it.each(RESULTS)("$name does not come out if the model is bent", async ({ name }) => {
  const { file, find, replace } = BENT[name]!;
  const entry = "src/reproduce/index.ts";
  const module = await loadMutant<{ RESULTS: PublishedResult[] }>(file, find, replace, entry);
  const bent = module.RESULTS.find((one) => one.name === name)!;
  expect(bent.figures().every(isWithin), BENT[name]!.what).toBe(false);
});
