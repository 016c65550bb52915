/** docs/reference/scenario.md: every field of a scenario, from its JSON Schema. */

import { grouped } from "../../run/grouped.ts";
import { FIXED_FIELDS } from "../../scenario/fields.ts";
import { scenarioJsonSchema } from "../../scenario/json-schema.ts";
import { LIMITS } from "../../scenario/schema.ts";
import { bytes } from "../text.ts";

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
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Row {
  readonly path: string;
  readonly type: string;
  readonly standard: string;
  readonly meaning: string;
  /** The fields of an object, to recognise one that looks like another; "" if it is not an object. */
  readonly fields: string;
}

/** All fields, each said once: shapes of one field may share names, and several fields may look alike. */
function allRows(): Row[] {
  const byPath = new Map<string, Row>();
  const byFields = new Map<string, string>();
  let alike = "";
  for (const row of rowsOf("", scenarioJsonSchema() as Schema, "–")) {
    const { path, fields } = row;
    if (byPath.has(path) || (alike !== "" && path.startsWith(`${alike}.`))) continue;
    const other = byFields.get(fields);
    if (other !== undefined) alike = path;
    else if (fields !== "") byFields.set(fields, path);
    byPath.set(path, other === undefined ? row : { ...row, type: `object, as \`${other}\`` });
  }
  return [...byPath.values()];
}

export function scenarioPage(): string {
  const table = allRows().map(
    ({ path, type, standard, meaning }) => `| \`${path}\` | ${type} | ${standard} | ${meaning} |`,
  );
  return `<!-- Generated from src/scenario/schema.ts by npm run generate. -->

# Scenario files, version 1

One JSON document. Its JSON Schema is [simulations/scenario.schema.json](../../simulations/scenario.schema.json), also printed by
\`fanout schema\`. Fields that are not listed here are refused. «FACTS» are the [facts](facts.md) about Socket.IO, nginx and Redis from which a default
comes. \`[]\` stands for every entry of a list, \`{name}\` for a name of your own.

| field | type and limits | default | meaning |
| --- | --- | --- | --- |
${table.join("\n")}

## Names

A group with \`count\` 1 is one client with the group's name; the members of a larger group are called \`name-1\`, \`name-2\`, ….
Servers are \`server-1\`, \`server-2\`, …; beside them there are \`balancer\`, \`backplane\` and the proxies, by their names. No two of all these
may share a name, and \`others\`, \`everyone\` and \`room\` are taken.

A link is named by its two ends, away from the clients: \`A/balancer\`, \`balancer/server-1\`, \`server-1/backplane\`. With proxies, clients
connect to the first: \`A/edge\`, \`edge/balancer\`. Several links at once are those of a group, \`phones/balancer\`, or all of a class,
\`*/balancer\`, \`balancer/*\`, \`*/backplane\`.

## Paths

Knobs, variants and \`--set\` name fields by paths: names joined by dots, as \`network.client.latencyMs\`. An entry of a list goes by its
name (\`clients.A.transport\`) or its number from 0 (\`workload.0.atMs\`); \`*\` means all entries (\`clients.*.transport\`). Not to be
set: ${FIXED_FIELDS.map((field) => `\`${field}\``).join(", ")}.

## Limits

| what | at most |
| --- | --- |
| size of a file | ${bytes(LIMITS.fileBytes)} |
| nesting of a file, and of a value that is set | ${grouped(LIMITS.depth)} levels |
| clients in all groups together | ${grouped(LIMITS.clients)} |
| client groups | ${grouped(LIMITS.clientGroups)} |
| servers | ${grouped(LIMITS.servers)} |
| proxies | ${grouped(LIMITS.proxies)} |
| links with settings of their own | ${grouped(LIMITS.links)} |
| lines of the workload | ${grouped(LIMITS.workload)} |
| senders of all lines of the workload together | ${grouped(LIMITS.senders)} |
| faults | ${grouped(LIMITS.faults)} |
| variants | ${grouped(LIMITS.variants)} |
| fields that a variant sets | ${grouped(LIMITS.settings)} |
| a path | ${grouped(LIMITS.pathLength)} characters |
| places that a path with \`*\` means | ${grouped(LIMITS.places)} |
| what paths with \`*\` write, over all settings of a variant, or all \`--set\`, and over all places | ${grouped(LIMITS.multiplied)} characters of JSON |
| knobs | ${grouped(LIMITS.knobs)} |
| rules, and rules of one's own | ${grouped(LIMITS.rules)} each |
| choices written down for one purpose | ${grouped(LIMITS.choices)} |
| simulated time | ${grouped(LIMITS.durationMs)} ms (24 h) |
| latency of a link | ${grouped(LIMITS.latencyMs)} ms |
| ends of a range of times apart | ${grouped(LIMITS.rangeMs)} ms |
| a text | ${grouped(LIMITS.textLength)} characters |
`;
}

function* rowsOf(path: string, schema: Schema, without: string): Generator<Row> {
  if (path !== "") {
    yield {
      path,
      type: typeOf(schema),
      standard: schema.default === undefined ? without : cell(`\`${JSON.stringify(schema.default)}\``),
      meaning: cell(schema.description ?? ""),
      fields: schema.properties === undefined ? "" : JSON.stringify(schema.properties),
    };
  }
  for (const part of [schema, ...shapesOf(schema)]) {
    for (const [key, child] of Object.entries(part.properties ?? {})) {
      if (part !== schema && child.const !== undefined) continue; // Said in the type of the field itself.
      const needed = part === schema ? "**required**" : "required in its shape";
      yield* rowsOf(
        path === "" ? key : `${path}.${key}`,
        child,
        part.required?.includes(key) === true ? needed : "–",
      );
    }
    if (part.items !== undefined) yield* rowsIn(`${path}[]`, part.items);
    if (typeof part.additionalProperties === "object")
      yield* rowsIn(`${path}.{name}`, part.additionalProperties);
  }
}

/** The fields of an entry. An entry that can have several shapes has a row of its own, which says which. */
function* rowsIn(path: string, schema: Schema): Generator<Row> {
  if (shapesOf(schema).some(({ properties }) => properties !== undefined)) {
    yield* rowsOf(path, schema, "–");
    return;
  }
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    yield* rowsOf(`${path}.${key}`, child, schema.required?.includes(key) === true ? "**required**" : "–");
}

/** The shapes that a value may have, where there are several. */
function shapesOf({ anyOf, oneOf }: Schema): readonly Schema[] {
  return anyOf ?? oneOf ?? [];
}

function typeOf(schema: Schema): string {
  if (shapesOf(schema).length > 0) return shapesOf(schema).map(typeOf).join("; or ");
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
      return `list of ${plural(schema.items ?? {})}${range(schema.minItems, schema.maxItems, " entries")}`;
    case "object": {
      if (schema.propertyNames?.enum !== undefined && typeof schema.additionalProperties === "object")
        return `object { ${schema.propertyNames.enum.map((key) => JSON.stringify(key)).join(", ")} }: of each, a ${typeOf(schema.additionalProperties)}`;
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
      return `text${schema.maxLength === undefined ? "" : `, up to ${grouped(schema.maxLength)} characters`}`;
    default:
      return "any";
  }
}

function plural({ type, minimum, maximum }: Schema): string {
  if (type === "object") return "objects";
  return type === "integer" ? `whole numbers${range(minimum, maximum)}` : "texts";
}

function range(min: number | undefined, max: number | undefined, unit = ""): string {
  const low = min === undefined ? "" : grouped(min);
  if (max === undefined || max >= Number.MAX_SAFE_INTEGER) return low === "" ? "" : `, from ${low}${unit}`;
  return low === "" ? `, up to ${grouped(max)}${unit}` : `, ${low} to ${grouped(max)}${unit}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/\s+/g, " ");
}
