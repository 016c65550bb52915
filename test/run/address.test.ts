import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeLink,
  EMPTY_STATE,
  encodeLink,
  type Json,
  PACES,
  type PageState,
  TABS,
} from "../../src/run/address.ts";
import { packText, unpackText } from "../../src/run/pack.ts";
import { LIMITS as SCENARIO_LIMITS } from "../../src/scenario/schema.ts";
import { check } from "../support/property.ts";

const state: fc.Arbitrary<PageState> = fc.record({
  lesson: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
  file: fc.constant(null),
  variant: fc.option(fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" })),
  step: fc.option(fc.integer({ min: 1, max: 99 })),
  set: fc
    .dictionary(
      fc.stringMatching(/^[a-zA-Z.*0-9]{1,20}$/),
      fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    )
    .map((d) => JSON.parse(JSON.stringify(d)) as Record<string, Json>),
  seed: fc.option(fc.integer({ min: 0, max: 4_294_967_295 })),
  timeUs: fc.option(fc.integer({ min: 0, max: 86_400_000_000 })),
  pace: fc.constantFrom(...PACES.map((p) => p.name)),
  isFollowed: fc.boolean(),
  selection: fc.option(
    fc.record({
      kind: fc.constantFrom("message", "copy", "node", "request", "link", "packet"),
      id: fc.nat({ max: 999_999_999 }),
    }),
  ),
  tab: fc.constantFrom(...TABS),
  cost: fc.string({ maxLength: 100, unit: "grapheme" }),
});

describe("the address", () => {
  it("holds the whole state", () => {
    check(
      state,
      (s) => {
        const { state: read, problems } = decodeLink(`#${encodeLink(s)}`);
        expect(problems).toEqual([]);
        expect(read).toEqual({ ...s, set: { ...s.set } });
      },
      { runs: 100 },
    );
  });

  it("never throws, whatever it is given", () => {
    check(
      fc.string({ unit: "binary", maxLength: 300 }),
      (text) => {
        decodeLink(text);
        decodeLink(`#/${text}`);
        decodeLink(`#/x?${text}`);
      },
      { runs: 100 },
    );
  });

  it("says what is wrong, and keeps the rest", () => {
    const { state: read, problems } = decodeLink(
      "#/a-lesson?seed=-4&t=soon&pace=warp&select=z9&set=nonsense&colour=red&variant=redis",
    );
    expect(read).toMatchObject({ lesson: "a-lesson", variant: "redis", seed: null, timeUs: null });
    expect(problems).toHaveLength(6);
    expect(problems.join("\n")).toContain("found «-4»; allowed is a whole number from 0 to 4294967295");
    expect(problems.join("\n")).toContain("follow-half, follow,");
  });

  it("sets as many fields, as deep, by paths as long as the format allows, and says what it leaves out", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const read = (...settings: string[]) => {
      const query = settings.map((setting) => `set=${encodeURIComponent(setting)}`).join("&");
      const { state, problems } = decodeLink(`#/x?${query}`);
      return { set: Object.keys(state.set).length, problems };
    };
    const fields = Array.from({ length: SCENARIO_LIMITS.settings + 2 }, (_, i) => `f${i}=1`);
    expect(read(...fields.slice(2))).toEqual({ set: 100, problems: [] });
    expect(read(...fields)).toEqual({
      set: 100,
      problems: ["set: found 102 fields to set; allowed are 100 at most."],
    });
    expect(read(`a=${nested(SCENARIO_LIMITS.depth)}`)).toEqual({ set: 1, problems: [] });
    expect(read(`a=${nested(SCENARIO_LIMITS.depth + 1)}`, "b=1", `c=${nested(8000)}`)).toEqual({
      set: 1,
      problems: [
        "set: the value of «a» is nested deeper than 20 levels; a scenario needs eight.",
        "set: the value of «c» is nested deeper than 20 levels; a scenario needs eight.",
      ],
    });
    expect(read(`${"p".repeat(SCENARIO_LIMITS.pathLength)}=1`)).toEqual({ set: 1, problems: [] });
    expect(read(`${"p".repeat(SCENARIO_LIMITS.pathLength + 1)}=1`)).toEqual({
      set: 0,
      problems: [`set: «${"p".repeat(60)}…» is a path of 201 characters; allowed are 200 at most.`],
    });
  });

  it("is empty for the start", () => {
    expect(decodeLink("")).toEqual({ state: EMPTY_STATE, problems: [] });
    expect(decodeLink("#/")).toEqual({ state: EMPTY_STATE, problems: [] });
  });

  it("cannot reach a prototype", () => {
    const { state: read, problems } = decodeLink("#/x?set=__proto__%3D%7B%22a%22%3A1%7D");
    expect(Object.keys(read.set)).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(({} as { a?: number }).a).toBeUndefined();
  });
});

describe("a packed scenario", () => {
  it("unpacks to itself", async () => {
    const text = JSON.stringify({
      title: "«Größe» ✓",
      clients: Array.from({ length: 50 }, (_, i) => ({ name: `user-${i}` })),
    });
    const packed = await packText(text);
    expect(packed).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(packed.length).toBeLessThan(text.length);
    expect(await unpackText(packed)).toBe(text);
  });

  it("is refused when it is damaged, or a bomb", async () => {
    await expect(unpackText("not packed at all")).rejects.toThrow();
    const bomb = await packText(" ".repeat(3_000_000));
    await expect(unpackText(bomb)).rejects.toThrow("more than");
  });
});
