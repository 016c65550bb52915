/** What is generated from the code is up to date: `npm run generate` writes it. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allCommands } from "../../src/cli/program.ts";
import { generatedFiles } from "../../src/cli/reference/index.ts";
import { scenarioJsonSchema } from "../../src/scenario/json-schema.ts";
import { LIMITS } from "../../src/scenario/schema.ts";

const GENERATED = await generatedFiles(allCommands);
const root = new URL("../../", import.meta.url);

test.each(Object.entries(GENERATED))("%s is not stale", (path, content) => {
  expect(readFileSync(new URL(path, root), "utf8"), "run npm run generate").toBe(content);
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
}

test("every field of the JSON Schema has a description", () => {
  const silent: string[] = [];
  const look = (path: string, schema: Schema) => {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      if (child.description === undefined && key !== "distribution") silent.push(`${path}.${key}`);
      look(`${path}.${key}`, child);
    }
    for (const child of [schema.items, schema.additionalProperties, ...(schema.anyOf ?? [])]) {
      if (typeof child === "object") look(path, child);
    }
  };
  look("", scenarioJsonSchema());
  expect(silent).toEqual([]);
});

test("every field that the JSON Schema allows is on its page", () => {
  const page = GENERATED["docs/reference/scenario.md"]!;
  const missing: string[] = [];
  const look = (path: string, { properties, items, additionalProperties, anyOf }: Schema) => {
    for (const [key, child] of Object.entries(properties ?? {})) {
      const at = path === "" ? key : `${path}.${key}`;
      const row = page.split("\n").find((line) => line.startsWith(`| \`${at}\` |`));
      // What tells the shapes of a field apart is said in the field's own row.
      const owner = page.split("\n").find((line) => line.startsWith(`| \`${path}\` |`));
      if (row === undefined && !owner?.includes(` ${key}: "`)) missing.push(at);
      if (row === undefined || !row.includes("object, as `")) look(at, child);
    }
    for (const shape of anyOf ?? []) look(path, shape);
    if (items !== undefined) look(`${path}[]`, items);
    if (typeof additionalProperties === "object") look(`${path}.{name}`, additionalProperties);
  };
  look("", scenarioJsonSchema());
  expect(missing).toEqual([]);
});

test("the JSON Schema is draft 2020-12, refuses unknown fields, and states limits", () => {
  const schema = scenarioJsonSchema();
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    additionalProperties: false,
    required: ["version", "name", "title", "summary", "clients"],
    properties: { clients: { maxItems: LIMITS.clientGroups }, variants: { maxProperties: LIMITS.variants } },
  });
});

test("every lesson points its editor to the schema", () => {
  for (const entry of readdirSync(new URL("simulations/", root), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const scenario = JSON.parse(
      readFileSync(new URL(`simulations/${entry.name}/scenario.json`, root), "utf8"),
    ) as { $schema?: string; name: string };
    expect(scenario.$schema).toBe("../scenario.schema.json");
    expect(scenario.name).toBe(entry.name);
  }
});
