/** A family's members bring fields of their own, which only they have. */
import { expect, test } from "vitest";
import { durationMs } from "../../src/model/world/field.ts";
import { familySchema } from "../../src/scenario/part-schema.ts";

const schema = familySchema(
  {
    plain: { says: "nothing of its own" },
    kept: {
      says: "keeps for a while",
      fields: { keepMs: durationMs(5000, { says: "how long", source: "none" }) },
    },
  },
  { durationMs: 60_000 },
);

test("a member is chosen by its kind; the first is meant where none is named", () => {
  expect(schema.parse({})).toEqual({ kind: "plain" });
  expect(schema.parse({ kind: "kept" })).toEqual({ kind: "kept", keepMs: 5000 });
  expect(schema.parse({ kind: "kept", keepMs: 7 })).toEqual({ kind: "kept", keepMs: 7 });
});

test.each([{ kind: "plain", keepMs: 7 }, { keepMs: 7 }, { kind: "kept", keepMs: 60_001 }, { kind: "other" }])(
  "%j is refused",
  (written) => {
    expect(schema.safeParse(written).success).toBe(false);
  },
);
