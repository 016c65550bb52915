/** A Bloom filter as presence, against its formula, which a bent hash does not meet. FACTS §6. */
import { describe, expect, it } from "vitest";
import * as filter from "../../src/model/presence/filter.ts";
import { readPresence } from "../../src/run/presence.ts";
import { IS_DEEP } from "../support/depth.ts";
import { runLab } from "../support/ground-truth.ts";
import { loadMutant } from "../support/mutant.ts";

/** What n members in m bits with k hashes each let through of all others. */
const formula = (n: number, m: number, k: number) => (1 - Math.exp((-k * n) / m)) ** k;

/** Members, bits and hashes: sized for one in a hundred and one in a thousand, and the former with twice and three times as many members. */
const SIZES: readonly [n: number, m: number, k: number][] = [
  [1000, 9585, 7],
  [1000, 14_378, 10],
  [2000, 9585, 7],
  [3000, 9585, 7],
];
const STRANGERS = 20_000;

function rate({ bitsOf }: typeof filter, [n, m, k]: (typeof SIZES)[number]): number {
  const isSet = new Uint8Array(m);
  for (let member = 0; member < n; member++) for (const bit of bitsOf(member, m, k)) isSet[bit] = 1;
  let yes = 0;
  for (let other = n; other < n + STRANGERS; other++)
    if (bitsOf(other, m, k).every((bit) => isSet[bit] === 1)) yes++;
  return yes / STRANGERS;
}

/** By how many standard deviations it is off the formula; a filter is one draw, so its own spread is added. */
function offBy(found: number, expected: number): number {
  return Math.abs(found - expected) / (Math.sqrt((expected * (1 - expected)) / STRANGERS) + 0.06 * expected);
}

describe("the rate of strangers that a filter takes for members", () => {
  it.each(SIZES)("is the formula's, of %i members in %i bits with %i hashes", (...size) => {
    expect(offBy(rate(filter, size), formula(...size))).toBeLessThan(4);
  });

  it("is the one that FACTS names", () => {
    expect(SIZES.map((size) => Math.round(1000 * formula(...size)) / 10)).toEqual([1, 0.1, 15.7, 43.6]);
  });

  it.runIf(IS_DEEP)("is another with a bent hash", async () => {
    const bent = await loadMutant<typeof filter>(
      "src/model/presence/filter.ts",
      "const step = mix(2 * member + 2) | 1;",
      "const step = 1;",
      "src/model/presence/filter.ts",
    );
    expect(SIZES.every((size) => offBy(rate(bent, size), formula(...size)) < 4)).toBe(false);
  });
});

describe("a filter that is asked who is online", () => {
  const CAME = 60;
  const run = runLab({
    durationMs: 3000,
    clients: [
      { name: "guest", count: CAME, transport: "websocket", startGapMs: 10 },
      { name: "stranger", count: 400, transport: "websocket", startMs: 60_000 },
    ],
    servers: { count: 1 },
    presence: { kind: "bloom", bits: 300, hashes: 3 },
    faults: [{ atMs: 1500, act: "crash", target: "guest-1" }],
  });
  const users = readPresence(run.result.trace, run.result.endUs);
  const isListed = (user: (typeof users)[number]) =>
    user.beliefs.some(({ listed }) => listed.at(-1)?.toUs === run.result.endUs);

  it("names all who came, and does not forget who left", () => {
    const came = users.filter(({ online }) => online.length > 0);
    expect(came.length).toBe(CAME);
    expect(came.every(isListed)).toBe(true);
  });

  it("names as many who never came as the formula says", () => {
    const strangers = users.filter(({ online }) => online.length === 0).length;
    const expected = 400 * formula(CAME, 300, 3);
    expect(Math.abs(strangers - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });
});
