/** The JSON Schema, read back by zod, agrees with the parser on the lessons and on what editors should underline. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { everything } from "./mutations.ts";
import { small } from "./samples.ts";

const root = new URL("../../", import.meta.url);
const schema = z.fromJSONSchema(
  JSON.parse(
    readFileSync(new URL("simulations/scenario.schema.json", root), "utf8"),
  ) as z.core.JSONSchema.JSONSchema,
);
const lessons = readdirSync(new URL("simulations/", root), { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);

test.each(lessons.map(({ name }) => name))("the lesson %s is valid", (name) => {
  const text = readFileSync(new URL(`simulations/${name}/scenario.json`, root), "utf8");
  expect(schema.safeParse(JSON.parse(text)).error).toBeUndefined();
});

test("so is a scenario with every field of the format, and the shortest one", () => {
  expect(schema.safeParse(everything).error).toBeUndefined();
  expect(schema.safeParse(JSON.parse(small({}))).error).toBeUndefined();
});

test.each([
  { server: { count: 2 } },
  { servers: { count: 0 } },
  { servers: { count: 1.5 } },
  { backplane: { kind: "kafka" } },
  { clients: [] },
  { clients: [{ name: "a b" }] },
  { network: { client: { latencyMs: { distribution: "gauss" } } } },
  { variants: { v: { title: "V" } } },
  { version: 2 },
])("%j is not", (change) => {
  expect(schema.safeParse(JSON.parse(small(change))).success).toBe(false);
});
