/** Which fields the scenario format knows, asked of the schema itself. */
import { scenarioSchema } from "./schema.ts";

/** Fields that say what a scenario is: no variant, knob or `--set` may turn them. */
export const FIXED_FIELDS: readonly string[] = [
  "$schema",
  "version",
  "name",
  "choices",
  "rules",
  "ownRules",
  "variants",
  "knobs",
];

interface Definition {
  readonly type?: string;
  /** What is meant by it; empty: nothing is said. */
  readonly says: string;
  /** The schema itself; zod notes bounds on it. */
  readonly schema: {
    readonly minValue?: number | null;
    readonly maxValue?: number | null;
    readonly isInt?: boolean;
  };
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly keyType?: unknown;
  readonly innerType?: unknown;
  readonly options?: readonly unknown[];
  /** Of a literal. */
  readonly values?: readonly unknown[];
  /** Of an enum. */
  readonly entries?: Readonly<Record<string, string>>;
}

type SchemaOf = { readonly def: Omit<Definition, "schema" | "says">; readonly description?: string };

/** What a schema is under its defaults and optionals. What it means, the outermost says; if none does, what it is part of. */
function definition(schema: unknown, outer = ""): Definition {
  let inner = schema as SchemaOf;
  let says = inner.description;
  while (inner.def.innerType !== undefined) {
    inner = inner.def.innerType as SchemaOf;
    says ??= inner.description;
  }
  return { ...inner.def, schema: inner as Definition["schema"], says: says ?? outer };
}

/** All shapes that a value may have: one, or the options of a union. */
function shapesOf(schema: unknown, outer?: string): Definition[] {
  const def = definition(schema, outer);
  return def.options === undefined ? [def] : def.options.flatMap((option) => shapesOf(option, def.says));
}

function shapesAt(keys: readonly PropertyKey[]): Definition[] {
  let shapes = shapesOf(scenarioSchema);
  for (const key of keys) {
    shapes = shapes.flatMap((def) => {
      const name = String(key);
      if (def.shape !== undefined) return Object.hasOwn(def.shape, name) ? shapesOf(def.shape[name]) : [];
      const child = def.element ?? def.valueType;
      return child === undefined ? [] : shapesOf(child);
    });
  }
  return shapes;
}

/**
 * The names of the fields at a place (keys from the root); none if it is not an object with fixed fields. Of several
 * shapes, those that `found` can be: what a field says that tells them apart.
 */
export function fieldsAt(keys: readonly PropertyKey[], found?: unknown): string[] {
  const shapes = shapesAt(keys);
  const meant = shapes.filter((def) => isMeant(def, found));
  const names = (meant.length > 0 ? meant : shapes).flatMap((def) => [
    ...Object.keys(def.shape ?? {}),
    ...(def.keyType === undefined ? [] : Object.values(definition(def.keyType).entries ?? {})),
  ]);
  return [...new Set(names)];
}

function isMeant({ shape }: Definition, found: unknown): boolean {
  if (shape === undefined || found === null || typeof found !== "object") return true;
  return Object.entries(shape).every(([name, field]) => {
    const { type, values, entries } = definition(field);
    const allowed = type === "enum" ? Object.values(entries!) : type === "literal" ? values! : null;
    return allowed === null || !Object.hasOwn(found, name) || allowed.includes((found as never)[name]);
  });
}

/** Whether a place holds one value, rather than always an object or a list of several. */
export function isSingleValue(keys: readonly PropertyKey[]): boolean {
  return shapesAt(keys).some(
    (def) => def.shape === undefined && def.element === undefined && def.valueType === undefined,
  );
}

/** What numbers a place takes. */
export function numberAt(keys: readonly PropertyKey[]): {
  whole: boolean;
  min: number | null;
  max: number | null;
} {
  const shape = shapesAt(keys).find((def) => def.type === "number")?.schema;
  return { whole: shape?.isInt === true, min: shape?.minValue ?? null, max: shape?.maxValue ?? null };
}

/** All values of a place that takes one of a few; none of others. */
export function optionsAt(keys: readonly PropertyKey[]): (string | boolean)[] {
  return shapesAt(keys).flatMap((def): (string | boolean)[] => {
    if (def.type === "boolean") return [true, false];
    if (def.type === "literal") return [...def.values!] as string[];
    return def.type === "enum" ? Object.values(def.entries ?? {}) : [];
  });
}

/** What a knob has to know of the field that it turns. */
export interface KnobField {
  /** What is meant by it; empty: nothing is said. */
  readonly says: string;
  /** All values, if it takes one of a few. */
  readonly options: readonly (string | boolean)[];
  /** The numbers that it takes, if only among others; null: none. */
  readonly numbers: ReturnType<typeof numberAt> | null;
}

export function knobFieldAt(keys: readonly PropertyKey[]): KnobField {
  const shapes = shapesAt(keys);
  return {
    says: shapes.find(({ says }) => says !== "")?.says ?? "",
    options: optionsAt(keys),
    numbers: shapes.some(({ type }) => type === "number") ? numberAt(keys) : null,
  };
}
