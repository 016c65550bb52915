/**
 * Fields of a scenario, each declared once, with its part: what it says, its default with its source, its limits, and
 * what is tried when scenarios are made up. The schema, the settings, the knobs, the generators and the reference are
 * derived from these.
 */

/** Where in a scenario a part's fields stand: for each client group, for the balancer and each proxy, for the balancer alone, for all servers. */
export type Section = "clients" | "balancers" | "balancer" | "servers";

interface About {
  /** What it says, in a sentence without its end. */
  readonly says: string;
  /** Where the default is from: «FACTS §1.2». */
  readonly source?: string;
}

export interface NumberField extends About {
  readonly kind: "duration" | "share";
  readonly initial: number;
  /** The least that is allowed; the most is the format's own limit (schema.ts), and of a share 1. */
  readonly min: number;
  /** Values that made-up scenarios try beside the default: such as come into play within a few seconds. */
  readonly tried?: readonly number[];
}

export interface SwitchField extends About {
  readonly kind: "switch";
  readonly initial: boolean;
}

export interface ChoiceField<Option extends string = string> extends About {
  readonly kind: "choice";
  readonly initial: Option;
  readonly options: readonly [Option, ...Option[]];
}

export type Field = NumberField | SwitchField | ChoiceField;

/** A part's fields by their names. Names of durations end in `Ms`. */
export interface Fields {
  readonly in: Section;
  readonly of: Readonly<Record<string, Field>>;
}

/** The least time above 0: 1 µs. ms. */
const LEAST_MS = 0.001;

/** A time that is more than 0. ms. */
export function durationMs(
  initial: number,
  about: Omit<NumberField, "kind" | "initial" | "min">,
): NumberField {
  return { kind: "duration", initial, min: LEAST_MS, ...about };
}

/** From 0 to 1. */
export function share(initial: number, about: Omit<NumberField, "kind" | "initial" | "min">): NumberField {
  return { kind: "share", initial, min: 0, ...about };
}

export function yesOrNo(initial: boolean, about: Omit<SwitchField, "kind" | "initial">): SwitchField {
  return { kind: "switch", initial, ...about };
}

/** One of a few. */
export function oneOf<const Option extends string>(
  options: readonly [Option, ...Option[]],
  initial: NoInfer<Option>,
  about: About,
): ChoiceField<Option> {
  return { kind: "choice", initial, options, ...about };
}

/** The value of a field as a scenario says it. */
export type Written<F> =
  F extends ChoiceField<infer Option>
    ? Option
    : F extends SwitchField
      ? boolean
      : F extends NumberField
        ? number
        : never;

/** A field's name in the settings: durations are µs there. */
type SettingName<Name> = Name extends `${infer Stem}Ms` ? `${Stem}Us` : Name;

/** What the fields of a part are in the settings: times in whole µs, all else as the scenario says it. */
export type SettingsOf<F extends Fields["of"]> = {
  readonly [Name in keyof F as SettingName<Name>]: Written<F[Name]>;
};

/** What fields are in the settings: times in whole µs, by names that say so. `toUs` turns ms into whole µs. */
export function toSettings(
  fields: Fields["of"],
  written: Readonly<Record<string, unknown>>,
  toUs: (ms: number) => number,
): Record<string, number | boolean | string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { kind }]) => {
      const value = written[name] as number | boolean | string;
      return kind === "duration" ? [name.replace(/Ms$/, "Us"), toUs(value as number)] : [name, value];
    }),
  );
}
