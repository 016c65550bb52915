/** docs/reference/scenario.md: every field of a scenario, from its JSON Schema. */
import { scenarioJsonSchema } from "../../scenario/json-schema.ts";
import { LIMITS } from "../../scenario/schema.ts";
import { bytes, count } from "../text.ts";

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Row {
  readonly path: string;
  readonly type: string;
  readonly standard: string;
  readonly meaning: string;
}

export function scenarioPage(): string {
  // Shapes of one field may share names: the first is said.
  const byPath = new Map<string, Row>();
  for (const row of rowsOf("", scenarioJsonSchema() as Schema)) {
    if (!byPath.has(row.path)) byPath.set(row.path, row);
  }
  const rows = [...byPath.values()];
  const table = rows.map(
    ({ path, type, standard, meaning }) => `| \`${path}\` | ${type} | ${standard} | ${meaning} |`,
  );
  return `<!-- Generated from src/scenario/schema.ts by npm run generate. -->

# Scenario files, version 1

One JSON document. Its JSON Schema is [simulations/scenario.schema.json](../../simulations/scenario.schema.json), also printed by
\`fanout schema\`. Fields that are not listed here are refused. «FACTS» are the documented facts about Socket.IO,
nginx and Redis from which a default comes: see [sources.md](sources.md). \`[]\` stands for every entry of a list, \`{name}\` for a name of your own.

| field | type and limits | default | meaning |
| --- | --- | --- | --- |
${table.join("\n")}

## Names

A group with \`count\` 1 is one client with the group's name; the members of a larger group are called \`name-1\`, \`name-2\`, ….
Servers are \`server-1\`, \`server-2\`, …; beside them there are \`balancer\` and \`backplane\`. No two of all these may share a name, and
\`others\`, \`everyone\` and \`room\` are taken.

A link is named by its two ends: \`A/balancer\`, \`balancer/server-1\`, \`server-1/backplane\`.

## Paths

Knobs, variants and \`--set\` name fields by paths: names joined by dots, as \`network.client.latencyMs\`. An entry of a list goes by its
name (\`clients.A.transport\`) or its number from 0 (\`workload.0.atMs\`); \`*\` means all entries (\`clients.*.transport\`). Not to be
set: \`version\`, \`name\`, \`choices\`, \`rules\`, \`ownRules\`, \`variants\`, \`knobs\`.

## Limits

| what | at most |
| --- | --- |
| size of a file | ${bytes(LIMITS.fileBytes)} |
| nesting of a file, and of a value that is set | ${count(LIMITS.depth)} levels |
| clients in all groups together | ${count(LIMITS.clients)} |
| client groups | ${count(LIMITS.clientGroups)} |
| servers | ${count(LIMITS.servers)} |
| lines of the workload | ${count(LIMITS.workload)} |
| senders of all lines of the workload together | ${count(LIMITS.senders)} |
| faults | ${count(LIMITS.faults)} |
| variants | ${count(LIMITS.variants)} |
| fields that a variant sets | ${count(LIMITS.settings)} |
| a path | ${count(LIMITS.pathLength)} characters |
| places that a path with \`*\` means | ${count(LIMITS.places)} |
| what paths with \`*\` write, over all settings of a variant, or all \`--set\`, and over all places | ${count(LIMITS.multiplied)} characters of JSON |
| knobs | ${count(LIMITS.knobs)} |
| rules, and rules of one's own | ${count(LIMITS.rules)} each |
| choices written down for one purpose | ${count(LIMITS.choices)} |
| simulated time | ${count(LIMITS.durationMs)} ms (24 h) |
| latency of a link | ${count(LIMITS.latencyMs)} ms |
| ends of a range of times apart | ${count(LIMITS.rangeMs)} ms |
| a text | ${count(LIMITS.textLength)} characters |
`;
}

function* rowsOf(path: string, schema: Schema, required = true): Generator<Row> {
  if (path !== "") {
    yield {
      path,
      type: typeOf(schema),
      standard: standardOf(schema, required),
      meaning: cell(schema.description ?? ""),
    };
  }
  for (const part of [schema, ...(schema.anyOf ?? [])]) {
    for (const [key, child] of Object.entries(part.properties ?? {})) {
      if (part !== schema && child.const !== undefined) continue; // Said in the type of the field itself.
      yield* rowsOf(
        path === "" ? key : `${path}.${key}`,
        child,
        part.required?.includes(key) === true && part === schema,
      );
    }
    if (part.items !== undefined && part.items.properties !== undefined)
      yield* rowsIn(`${path}[]`, part.items);
    if (typeof part.additionalProperties === "object" && part.additionalProperties.properties !== undefined)
      yield* rowsIn(`${path}.{name}`, part.additionalProperties);
  }
}

function* rowsIn(path: string, schema: Schema): Generator<Row> {
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    yield* rowsOf(`${path}.${key}`, child, schema.required?.includes(key) === true);
}

function typeOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join("; or ");
  if (schema.const !== undefined) return cell(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(", ");
  switch (schema.type) {
    case "integer":
      return `whole number${range(schema.minimum, schema.maximum)}`;
    case "number":
      return `number${range(schema.minimum, schema.maximum)}`;
    case "boolean":
      return "`true`, `false`";
    case "array":
      return `list of ${schema.items?.type === "object" ? "objects" : "texts"}${range(schema.minItems, schema.maxItems, " entries")}`;
    case "object": {
      const shape = Object.values(schema.properties ?? {}).find((field) => field.const !== undefined);
      const keys = Object.entries(schema.properties ?? {}).map(([key, field]) =>
        field.const === undefined ? key : `${key}: ${JSON.stringify(field.const)}`,
      );
      return shape !== undefined || schema.description === undefined
        ? `object { ${cell(keys.join(", "))} }`
        : "object";
    }
    case "string":
      if (schema.format === "ipv4") return "IPv4 address";
      return `text${schema.maxLength === undefined ? "" : `, up to ${count(schema.maxLength)} characters`}`;
    default:
      return "any";
  }
}

function range(min: number | undefined, max: number | undefined, unit = ""): string {
  const low = min === undefined ? "" : count(min);
  if (max === undefined || max >= Number.MAX_SAFE_INTEGER) return low === "" ? "" : `, from ${low}${unit}`;
  return low === "" ? `, up to ${count(max)}${unit}` : `, ${low} to ${count(max)}${unit}`;
}

function standardOf(schema: Schema, required: boolean): string {
  if (schema.default !== undefined) return cell(`\`${JSON.stringify(schema.default)}\``);
  return required ? "**required**" : "–";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/\s+/g, " ");
}
