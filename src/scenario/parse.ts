/**
 * Parsing a scenario. The document is untrusted: its size and depth are bounded, it is validated against the schema and then
 * against itself (names that refer to nothing, acts that do not apply, variants that would be invalid). A
 * document is accepted whole or not at all; every error says where, what was found, and what is allowed.
 */
import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { AUDIENCE_WORDS, BACKPLANE, BALANCER, faultTargets, namesOf, resolveFaultTarget } from "./names.ts";
import { followPath, setPath } from "./path.ts";
import { LIMITS, type Scenario, type ScenarioInput, scenarioSchema } from "./schema.ts";

export interface ParseError {
  /** Path in the document, as `clients.0.count`; empty for the document itself. */
  readonly path: string;
  /** What was found, what is allowed, and what to do. */
  readonly message: string;
}

export type ParseResult =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly errors: readonly ParseError[] };

/** More errors than this are not reported: one mistake can cause many. */
const MAX_ERRORS = 20;
/** Deepest nesting of a document. The format itself needs six levels. */
const MAX_DEPTH = 20;

/** Parses the text of a scenario file. */
export function parseScenario(text: string): ParseResult {
  const bytes = text.length;
  if (bytes > LIMITS.fileBytes)
    return fail("", `the file has ${bytes} characters; allowed: at most ${LIMITS.fileBytes}. Describe clients in groups, not one by one`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return fail("", `this is not JSON: ${(error as Error).message}`);
  }
  return validateScenario(document);
}

/** Validates a document that is no longer text. */
export function validateScenario(document: unknown): ParseResult {
  if (isTooDeep(document, MAX_DEPTH)) return fail("", `nested deeper than ${MAX_DEPTH} levels; a scenario needs six`);
  const parsed = scenarioSchema.safeParse(document);
  if (!parsed.success) return { ok: false, errors: parsed.error.issues.flatMap((issue) => explain(issue, document)).slice(0, MAX_ERRORS) };
  const scenario = parsed.data;
  const errors = [...checkReferences(scenario), ...checkVariants(scenario, document), ...checkKnobs(scenario)];
  return errors.length === 0 ? { ok: true, scenario } : { ok: false, errors: errors.slice(0, MAX_ERRORS) };
}

/** The errors as lines of text. */
export function formatErrors(errors: readonly ParseError[]): string {
  return errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("\n");
}

/** « Did you mean "redis"?», or nothing if no allowed name is near. */
export function suggest(found: string, allowed: readonly string[]): string {
  if (allowed.length === 0 || found.length > 100) return "";
  const nearest = closest(found, allowed);
  return distance(found, nearest) <= Math.max(2, found.length / 3) ? `. Did you mean ${quote(nearest)}?` : "";
}

function fail(path: string, message: string): ParseResult {
  return { ok: false, errors: [{ path, message }] };
}

function isTooDeep(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== "object") return false;
  return depth === 0 || Object.values(value).some((child) => isTooDeep(child, depth - 1));
}

/** A value as it is shown in a message: short, quoted if it is text. */
export function quote(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A list of what is allowed, shortened. */
export function list(allowed: readonly unknown[]): string {
  const shown = allowed.slice(0, 12).map(String).join(", ");
  return allowed.length > 12 ? `${shown}, … (${allowed.length} in all)` : shown;
}

/** One schema issue in our words. */
function explain(issue: z.core.$ZodIssue, document: unknown): ParseError[] {
  const path = issue.path.map(String).join(".");
  const found = followPath(document, issue.path.map(String));
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...issue.path, key].map(String).join("."),
        message: `there is no such field here${suggest(key, fieldsAt(issue.path))}`,
      }));
    case "invalid_value":
      return [{ path, message: `found ${quote(found)}; allowed: ${list(issue.values)}${suggest(String(found), issue.values.map(String))}` }];
    case "invalid_type":
      return [{ path, message: found === undefined ? `is missing; it must be ${article(issue.expected)}` : `found ${quote(found)}; it must be ${article(issue.expected)}` }];
    case "too_big":
      return [{ path, message: `found ${measure(found, issue.origin)}; allowed: at most ${issue.maximum}${unit(issue.origin)}` }];
    case "too_small":
      return [{ path, message: `found ${measure(found, issue.origin)}; allowed: at least ${issue.minimum}${unit(issue.origin)}` }];
    case "invalid_union":
      return explainUnion(issue, document);
    case "invalid_key":
      return [{ path, message: `${quote(issue.path.at(-1))} can't be a name here; ${issue.issues[0]?.message ?? "allowed: letters, digits and hyphens"}` }];
    case "invalid_format":
      return [{ path, message: `found ${quote(found)}; it must be ${issue.format === "regex" ? issue.message : `a valid ${issue.format}`}` }];
    default:
      return [{ path, message: `found ${quote(found)}; ${issue.message}` }];
  }
}

/** For a field that takes one of several shapes: the errors of the shape that was meant, if that is clear. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, document: unknown): ParseError[] {
  const found = followPath(document, issue.path.map(String));
  const meant = issue.errors
    .filter((issues) => issues.every((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys" || inner.code === "custom" || inner.code === "too_small" || inner.code === "too_big"))
    .sort((a, b) => a.length - b.length)[0];
  if (meant !== undefined)
    return meant.flatMap((inner) => explain({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, document));
  const shapes = issue.errors.map((issues) => (issues[0]?.code === "invalid_type" ? article(issues[0].expected) : "another value"));
  return [{ path: issue.path.map(String).join("."), message: `found ${quote(found)}; it must be ${[...new Set(shapes)].join(" or ")}` }];
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object { … }",
  record: "an object { … }",
  array: "a list [ … ]",
};

function article(expected: string): string {
  return ARTICLES[expected] ?? expected;
}

function measure(found: unknown, origin: string): string {
  if (origin === "string") return `${(found as string).length} characters`;
  if (origin === "array") return `${(found as unknown[]).length} entries`;
  return quote(found);
}

function unit(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}

/** The fields that the schema knows at a path: those of a valid document with everything filled in. */
function fieldsAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = scenarioSchema;
  for (const key of path) {
    const def = definition(schema);
    if (def.shape !== undefined) schema = def.shape[String(key)];
    else schema = def.element ?? def.valueType;
  }
  return Object.keys(definition(schema).shape ?? {});
}

interface Definition {
  readonly shape?: Record<string, unknown>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly innerType?: unknown;
}

/** What a schema is under its defaults and optionals. */
function definition(schema: unknown): Definition {
  let def = (schema as { def?: Definition } | undefined)?.def ?? {};
  while (def.innerType !== undefined) def = (def.innerType as { def: Definition }).def;
  return def;
}

function checkReferences(scenario: Scenario): ParseError[] {
  const errors: ParseError[] = [];
  const count = scenario.clients.reduce((sum, group) => sum + group.count, 0);
  if (count > LIMITS.clients) return [{ path: "clients", message: `found ${count} clients in all; allowed: at most ${LIMITS.clients}` }];
  const names = namesOf(scenario);
  const taken = new Set<string>([BALANCER, BACKPLANE, ...AUDIENCE_WORDS]);
  scenario.clients.forEach((group, i) => {
    if (/^server-\d+$/.test(group.name) || taken.has(group.name))
      errors.push({ path: `clients.${i}.name`, message: `the name ${quote(group.name)} is taken; choose another` });
    taken.add(group.name);
  });
  // Members' names can meet other groups' names only if a name looks like a member's.
  if (errors.length === 0 && names.client.size < count)
    errors.push({ path: "clients", message: "two clients have the same name: a group's members are called name-1, name-2, …; rename a group" });
  const groups = scenario.clients.map((group) => group.name);
  scenario.workload.forEach((send, i) => {
    if (names.senders(send.from).length === 0)
      errors.push({ path: `workload.${i}.from`, message: `there is no client or group ${quote(send.from)}; allowed: ${list(groups)}, or one member by name${suggest(send.from, groups)}` });
    const allowed = [...AUDIENCE_WORDS, ...[...names.client.keys()].slice(0, 1000)];
    if (!(AUDIENCE_WORDS as readonly string[]).includes(send.to) && !names.client.has(send.to))
      errors.push({ path: `workload.${i}.to`, message: `there is no client ${quote(send.to)}; allowed: ${list(allowed)}${suggest(send.to, allowed)}` });
  });
  scenario.faults.forEach((fault, i) => {
    const target = resolveFaultTarget(scenario, names, fault);
    if (typeof target !== "string") return;
    const applies = target.includes("does not apply");
    const allowed = faultTargets(scenario, names);
    errors.push({
      path: `faults.${i}.${applies ? "act" : "target"}`,
      message: applies ? target : `${target}; allowed: ${list(allowed)}${suggest(fault.target, allowed)}`,
    });
  });
  return errors;
}

function checkVariants(scenario: Scenario, document: unknown): ParseError[] {
  return Object.entries(scenario.variants).flatMap(([name, variant]) => {
    const changed = applySettings(document as ScenarioInput, scenario, variant.set);
    if (changed.ok) return [];
    return changed.errors.map(({ path, message }) => ({ path: `variants.${name}.set.${path}`, message }));
  });
}

function checkKnobs(scenario: Scenario): ParseError[] {
  return scenario.knobs.flatMap((knob, i) => {
    const problem = setPath(structuredClone(scenario), knob, null);
    return problem === null ? [] : [{ path: `knobs.${i}`, message: problem }];
  });
}

/** A scenario with some of its fields turned: path → value. Paths are explained in path.ts. Checked as a whole again. */
export function withSettings(scenario: Scenario, settings: Readonly<Record<string, unknown>>): ParseResult {
  return applySettings(scenario, scenario, settings);
}

function applySettings(document: ScenarioInput, full: Scenario, settings: Readonly<Record<string, unknown>>): ParseResult {
  // Variants are left out of the copy: they are checked once, with the document.
  const changed = structuredClone({ ...full, variants: {} }) as unknown;
  for (const [path, value] of Object.entries(settings)) {
    const problem = setPath(changed, path, value);
    if (problem !== null) return fail(path, problem);
  }
  const result = validateScenario(changed);
  if (!result.ok) return result;
  return { ok: true, scenario: { ...result.scenario, variants: full.variants, ...(document.$schema === undefined ? {} : { $schema: document.$schema }) } };
}

/** A scenario's variant by its name; `null` is the scenario as it stands. */
export function withVariant(scenario: Scenario, name: string | null): ParseResult {
  if (name === null) return { ok: true, scenario };
  const variant = Object.hasOwn(scenario.variants, name) ? scenario.variants[name] : undefined;
  if (variant !== undefined) return withSettings(scenario, variant.set);
  const names = Object.keys(scenario.variants);
  const allowed = names.length === 0 ? "this scenario has none" : `allowed: ${list(names)}`;
  return fail("", `there is no variant ${quote(name)}; ${allowed}${suggest(name, names)}`);
}
