import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Choices,
  ExhaustiveChoices,
  GeneratedChoices,
  RecordedChoices,
  RecordingChoices,
  SeededChoices,
} from "../../src/kernel/choices.ts";
import { check } from "../support/property.ts";

function draws(choices: Choices, purpose: number, bound: number, count: number): number[] {
  return Array.from({ length: count }, () => choices.draw(purpose, bound));
}

/** Pearson's chi-square of counts against equal shares. */
function chiSquare(counts: readonly number[], total: number): number {
  const expected = total / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("SeededChoices", () => {
  it("draws the same for the same seed, on every machine", () => {
    // Pinned: if these change, every trace does.
    expect(draws(new SeededChoices(1, ["latency"]), 0, 1_000_000, 5)).toMatchInlineSnapshot(`
      [
        538382,
        533158,
        958455,
        294588,
        294213,
      ]
    `);
    expect(draws(new SeededChoices(-(2 ** 40), ["loss"]), 0, 2 ** 32, 3)).toMatchInlineSnapshot(`
      [
        1430155650,
        3945908171,
        737243465,
      ]
    `);
  });

  it("draws otherwise for other seeds and purposes, also where seeds differ above 32 bits", () => {
    const firsts = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, -(2 ** 52)].flatMap((seed) =>
      ["", "a", "b", "ab", "ba"].map((name) => new SeededChoices(seed, [name]).draw(0, 2 ** 32)),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it("a purpose's draws depend neither on draws for others nor on which others there are", () => {
    check(
      fc.tuple(fc.integer(), fc.array(fc.nat({ max: 5 }))),
      ([seed, others]) => {
        const alone = new SeededChoices(seed, ["loss"]);
        const among = new SeededChoices(seed, ["latency", "loss", "tie"]);
        for (const n of others) {
          draws(among, 0, 100, n);
          draws(among, 2, 100, 5 - n);
          expect(among.draw(1, 1000)).toBe(alone.draw(0, 1000));
        }
      },
      { runs: 100 },
    );
  });

  it("draws evenly: of 400 seeds, about 5 in 100 are beyond the 5 % point of chi-square", () => {
    const fivePercentPoint = new Map([
      [2, 3.841],
      [3, 5.991],
      [10, 16.919],
    ]);
    for (const [bound, point] of fivePercentPoint) {
      let beyond = 0;
      for (let seed = 0; seed < 400; seed++) {
        const counts = Array.from({ length: bound }, () => 0);
        for (const value of draws(new SeededChoices(seed, ["tie"]), 0, bound, 2000)) counts[value]++;
        if (chiSquare(counts, 2000) > point) beyond++;
      }
      // Binomial: mean 20, standard deviation 4.4.
      expect(Math.abs(beyond - 20)).toBeLessThan(4 * 4.4);
    }
  });

  it("first draws of consecutive seeds are even too, and streams of two purposes go together by chance only", () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 20_000; seed++) counts[new SeededChoices(seed, ["tie"]).draw(0, 10)]++;
    expect(chiSquare(counts, 20_000)).toBeLessThan(9 + 4 * Math.sqrt(18));
    const pairs = Array.from({ length: 64 }, () => 0);
    const two = new SeededChoices(7, ["latency 1", "latency 2"]);
    for (let i = 0; i < 50_000; i++) pairs[two.draw(0, 8) * 8 + two.draw(1, 8)]++;
    expect(chiSquare(pairs, 50_000)).toBeLessThan(63 + 4 * Math.sqrt(126));
  });

  it("stays within any bound up to 2^32, and draws nothing for bound 1", () => {
    check(
      fc.tuple(fc.integer(), fc.integer({ min: 1, max: 2 ** 32 })),
      ([seed, bound]) => {
        const value = new SeededChoices(seed, ["x"]).draw(0, bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      },
      { runs: 100 },
    );
    const choices = new SeededChoices(3, ["x"]);
    const before = choices.save();
    expect(choices.draw(0, 1)).toBe(0);
    expect(choices.save()).toEqual(before);
  });

  it("goes on from where it was saved", () => {
    const choices = new SeededChoices(5, ["a", "b"]);
    draws(choices, 0, 10, 3);
    const state = choices.save();
    const after = [...draws(choices, 0, 1000, 4), ...draws(choices, 1, 1000, 4)];
    const other = new SeededChoices(99, ["a", "b"]);
    other.restore(JSON.parse(JSON.stringify(state)));
    expect([...draws(other, 0, 1000, 4), ...draws(other, 1, 1000, 4)]).toEqual(after);
    expect(() => new SeededChoices(5, ["a"]).restore(state)).toThrow("other purposes");
  });

  it("refuses bounds, seeds and purposes that it can't use", () => {
    const choices = new SeededChoices(1, ["a"]);
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
      expect(() => choices.draw(0, bound)).toThrow("bound must be");
    expect(() => new SeededChoices(0.5, [])).toThrow("seed must be an integer");
    expect(() => new SeededChoices(1, ["a", "b", "a"])).toThrow('"a" is listed twice');
  });
});

describe("RecordedChoices and RecordingChoices", () => {
  it("replay what was recorded", () => {
    check(
      fc.tuple(fc.integer(), fc.array(fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 50 })))),
      ([seed, asks]) => {
        const recording = new RecordingChoices(new SeededChoices(seed, ["a", "b", "c"]));
        const values = asks.map(([purpose, bound]) => recording.draw(purpose, bound));
        const replay = new RecordedChoices(recording.taken);
        expect(asks.map(([purpose, bound]) => replay.draw(purpose, bound))).toEqual(values);
        const draws = asks.filter(([, bound]) => bound > 1).length;
        expect(replay.save().reduce((sum, n) => sum + n, 0)).toBe(draws);
      },
      { runs: 100 },
    );
  });

  it("say which choice is missing or out of bound", () => {
    const recorded = new RecordedChoices([[4], [], [4]]);
    recorded.draw(0, 5);
    expect(() => recorded.draw(2, 3)).toThrow(
      "recorded choice 0 for purpose 2 (bound 3) is 4, and must be an integer from 0 to 2",
    );
    expect(recorded.draw(2, 5)).toBe(4);
    expect(() => recorded.draw(0, 5)).toThrow("the recorded choices run out: there are 1, and choice 1");
    expect(() => recorded.draw(7, 5)).toThrow("there are 0");
    expect(() => new RecordedChoices([[0.5]]).draw(0, 2)).toThrow("is 0.5");
  });

  it("go on from where they were saved", () => {
    const recording = new RecordingChoices(new SeededChoices(1, ["a", "b"]));
    draws(recording, 0, 9, 3);
    draws(recording, 1, 9, 2);
    const state = recording.save();
    const after = [...draws(recording, 0, 9, 3), ...draws(recording, 1, 9, 3)];
    const all = recording.taken.map((list) => [...list]);
    recording.restore(state);
    expect(recording.taken).toEqual([all[0]!.slice(0, 3), all[1]!.slice(0, 2)]);
    expect([...draws(recording, 0, 9, 3), ...draws(recording, 1, 9, 3)]).toEqual(after);
    const replay = new RecordedChoices(all);
    replay.draw(0, 9);
    const at = replay.save();
    const rest = draws(replay, 0, 9, 5);
    replay.restore(at);
    expect(draws(replay, 0, 9, 5)).toEqual(rest);
  });
});

describe("GeneratedChoices", () => {
  it("take any lists: where one ends the choice is 0, and what is too large is cut", () => {
    const choices = new GeneratedChoices([[7, 2], []]);
    expect([choices.draw(0, 5), choices.draw(0, 5), choices.draw(0, 5)]).toEqual([4, 2, 0]);
    expect([choices.draw(1, 5), choices.draw(9, 5)]).toEqual([0, 0]);
  });

  it("take nothing from a list where there is nothing to choose, and go on from where they were saved", () => {
    const choices = new GeneratedChoices([[1, 2, 3]]);
    expect(choices.draw(0, 1)).toBe(0);
    expect(choices.draw(0, 9)).toBe(1);
    const state = choices.save();
    expect(draws(choices, 0, 9, 3)).toEqual([2, 3, 0]);
    choices.restore(state);
    expect(draws(choices, 0, 9, 3)).toEqual([2, 3, 0]);
    expect(() => choices.draw(0, 0)).toThrow("bound must be");
  });

  it("replay what was recorded", () => {
    check(
      fc.tuple(fc.integer(), fc.array(fc.nat({ max: 2 }))),
      ([seed, asks]) => {
        const recording = new RecordingChoices(new SeededChoices(seed, ["a", "b", "c"]));
        const values = asks.map((purpose) => recording.draw(purpose, 100));
        const replay = new GeneratedChoices(recording.taken);
        expect(asks.map((purpose) => replay.draw(purpose, 100))).toEqual(values);
      },
      { runs: 100 },
    );
  });
});

describe("ExhaustiveChoices", () => {
  it("are 0 but where the branch departs, and log what was asked", () => {
    const choices = new ExhaustiveChoices(new Map([[1, 3]]));
    expect([choices.draw(4, 5), choices.draw(0, 1), choices.draw(2, 9), choices.draw(4, 5)]).toEqual([
      0, 0, 3, 0,
    ]);
    expect(choices.purposes).toEqual([4, 2, 4]);
    expect(choices.bounds).toEqual([5, 9, 5]);
    expect(choices.values).toEqual([0, 3, 0]);
  });

  it("refuse to depart where there is no such choice", () => {
    expect(() => new ExhaustiveChoices(new Map([[0, 3]])).draw(0, 3)).toThrow("has bound 3, and can't be 3");
  });
});
