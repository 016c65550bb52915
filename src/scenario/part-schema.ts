/** The schema of the fields that parts of the model declare. */
import { z } from "zod";
import { askedWords } from "../model/asked-words.ts";
import type {
  ChoiceField,
  Field,
  LimitField,
  NumberField,
  PriceField,
  Section,
  SwitchField,
  TimerField,
} from "../model/world/field.ts";
import { declaredIn, type FieldsIn, type Member } from "./part-fields.ts";

type ZodOf<F> =
  F extends ChoiceField<infer Option>
    ? z.ZodDefault<z.ZodEnum<{ [O in Option]: O }>>
    : F extends TimerField<infer Word> | LimitField<infer Word> | PriceField<infer Word>
      ? z.ZodDefault<z.ZodUnion<[z.ZodNumber, z.ZodEnum<{ [W in Word]: W }>]>>
      : F extends SwitchField
        ? z.ZodDefault<z.ZodBoolean>
        : F extends NumberField
          ? z.ZodDefault<z.ZodNumber>
          : never;

/** For a strict object of this section. `durationMs` is the most that a time may be. */
export function fieldsIn<S extends Section>(
  section: S,
  limits: { readonly durationMs: number },
): { [Name in keyof FieldsIn<S>]: ZodOf<FieldsIn<S>[Name]> } {
  return Object.fromEntries(declaredIn(section).map(([name, field]) => [name, zodOf(field, limits)])) as {
    [Name in keyof FieldsIn<S>]: ZodOf<FieldsIn<S>[Name]>;
  };
}

type MemberSchema<Family, Kind extends keyof Family, Common> = z.ZodObject<
  { kind: z.ZodDefault<z.ZodLiteral<Kind & string>> } & Common &
    (Family[Kind] extends {
      readonly fields: infer F;
    }
      ? { [Name in keyof F]: ZodOf<F[Name]> }
      : unknown),
  z.core.$strict
>;

/**
 * One object for each member of a family, told apart by its kind; the first is meant where none is named. `common` has
 * what all have beside their own fields; a member's own stand in place of what is common.
 */
export function familySchema<
  const Family extends Readonly<Record<string, Member>>,
  // biome-ignore lint/complexity/noBannedTypes: nothing in common
  Common extends z.ZodRawShape = {},
>(
  family: Family,
  limits: { readonly durationMs: number },
  common?: Common,
): z.ZodUnion<{ [Kind in keyof Family]: MemberSchema<Family, Kind, Common> }[keyof Family][]> {
  const meaning = Object.entries(family)
    .map(([kind, { says }]) => `${kind}: ${askedWords(says)}`)
    .join("; ");
  const members = Object.entries(family).map(([kind, { fields = {} }], i) => {
    const literal = z.literal(kind).describe(meaning);
    return z.strictObject({
      kind: i === 0 ? literal.default(kind) : literal,
      ...common,
      ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, zodOf(field, limits)])),
    });
  });
  return z.union(members as never) as never;
}

function zodOf(field: Field, limits: { readonly durationMs: number }): z.ZodType {
  const words = askedWords(field.says);
  const says = field.source === undefined ? words : `${words} (${field.source})`;
  switch (field.kind) {
    case "choice":
      return z.enum(field.options).default(field.initial).describe(says);
    case "switch":
      return z.boolean().default(field.initial).describe(says);
    case "timer": {
      const time = numberFrom(field.min, limits.durationMs);
      return z
        .union([time, z.enum(field.words)])
        .default(field.initial as never)
        .describe(says);
    }
    case "limit":
      return z
        .union([z.int().min(field.min).max(field.max), z.enum(field.words)])
        .default(field.initial as never)
        .describe(says);
    case "price":
      return z
        .union([numberFrom(0, field.max), z.enum(field.words)])
        .default(field.initial as never)
        .describe(says);
    case "count":
      return z
        .int()
        .overwrite((value) => value + 0)
        .min(field.min)
        .max(field.max!)
        .default(field.initial)
        .describe(says);
    default: {
      const most = field.kind === "duration" ? limits.durationMs : 1;
      return numberFrom(field.min, most).default(field.initial).describe(says);
    }
  }
}

function numberFrom(min: number, max: number): z.ZodNumber {
  // −0 is 0, so that a scenario is the same after a round trip through JSON.
  return z
    .number()
    .overwrite((value) => value + 0)
    .min(min)
    .max(max);
}
