/** The fields that parts of the model declare, section by section of a scenario: their names, what is tried of them, and what they are in the settings. */
import { msToUs } from "../kernel/time.ts";
import { type DeclaredPart, PARTS } from "../model/parts.ts";
import { type Field, type Fields, type Section, toSettings, type Written } from "../model/world/field.ts";
import type { PartSettings } from "../model/world/settings.ts";

type DeclaredFields = Extract<DeclaredPart, { readonly fields: Fields }>["fields"];

/** All fields that stand in a section, whichever part declares them. */
export type FieldsIn<S extends Section> = Merged<Extract<DeclaredFields, { readonly in: S }>["of"]>;
type Merged<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** By section. Kept, since each world that a search makes asks for all of them. */
const DECLARED = new Map<Section, readonly (readonly [string, Field])[]>();
for (const { fields } of PARTS)
  if (fields !== undefined)
    DECLARED.set(fields.in, [...(DECLARED.get(fields.in) ?? []), ...Object.entries(fields.of)]);

/** A member of a family, as a scenario chooses it: by its kind, with fields of its own. */
export interface Member {
  readonly says: string;
  readonly fields?: Readonly<Record<string, Field>>;
}

/** The names of the fields that stand in a section. */
export function fieldNames<S extends Section>(section: S): (keyof FieldsIn<S> & string)[] {
  return declaredIn(section).map(([name]) => name as keyof FieldsIn<S> & string);
}

/** What made-up scenarios try for a field: some values, and its default. */
export function triedIn<S extends Section, Name extends keyof FieldsIn<S> & string>(
  section: S,
  name: Name,
): Written<FieldsIn<S>[Name]>[] {
  const field = declaredIn(section).find(([declared]) => declared === name)![1];
  const values = valuesOf(field);
  return [...values] as Written<FieldsIn<S>[Name]>[];
}

/** The settings of all parts whose fields stand in a section, from where a scenario has them. */
export function settingsIn(section: Section, written: Readonly<Record<string, unknown>>): PartSettings {
  return toSettings(declaredIn(section), written, msToUs);
}

/** The settings of a member of a family, from where a scenario has it. */
export function memberSettings(
  { fields = {} }: Member,
  written: Readonly<Record<string, unknown>>,
): PartSettings {
  return toSettings(Object.entries(fields), written, msToUs);
}

/** What made-up scenarios try for the fields of a member. */
export function triedOf({ fields = {} }: Member): Record<string, readonly unknown[]> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valuesOf(field)]));
}

function valuesOf(field: Field): readonly unknown[] {
  switch (field.kind) {
    case "choice":
      return field.options;
    case "switch":
      return [true, false];
    default:
      return [...(field.tried ?? []), field.initial];
  }
}

/** The fields of a section, with their names, in the order of their parts. */
export function declaredIn(section: Section): readonly (readonly [string, Field])[] {
  return DECLARED.get(section) ?? [];
}
