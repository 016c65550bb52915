/**
 * Fields of a scenario, each declared once, with its part: what it says, its default with its source, its limits, and
 * what is tried when scenarios are made up. The schema, the settings, the knobs, the generators and the reference are
 * derived from these.
 */

/** Where in a scenario a part's fields stand: for each client group, for the balancer and each proxy, for the balancer alone, for all servers, for the notification service. */
export type Section = "clients" | "balancers" | "balancer" | "servers" | "gateway";

interface About {
  /** What it says, in a sentence without its end. */
  readonly says: string;
  /** Where the default is from: «FACTS §1.2». */
  readonly source?: string;
}

export interface NumberField extends About {
  readonly kind: "duration" | "share" | "count";
  readonly initial: number;
  /** The least that is allowed; the most is the format's own limit (schema.ts), and of a share 1. */
  readonly min: number;
  /** The most that is allowed of a count. */
  readonly max?: number;
  /** Values that made-up scenarios try beside the default: such as come into play within a few seconds. */
  readonly tried?: readonly number[];
}

/** A time, or a word that stands for one: «none» for never, or for what the part that declares it says. */
export interface TimerField<Word extends string = string> extends About {
  readonly kind: "timer";
  readonly initial: number | Word;
  readonly min: number;
  readonly words: readonly [Word, ...Word[]];
  readonly tried?: readonly (number | Word)[];
}

/** How many there may be, or a word: «none» for as many as there are. */
export interface LimitField<Word extends string = string> extends About {
  readonly kind: "limit";
  readonly initial: number | Word;
  readonly min: number;
  readonly max: number;
  readonly words: readonly [Word, ...Word[]];
  readonly tried?: readonly (number | Word)[];
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

/** An amount of money in US dollars, or a word: «missing» where none is known, «none» for no bound. */
export interface PriceField<Word extends string = string> extends About {
  readonly kind: "price";
  readonly initial: number | Word;
  readonly max: number;
  readonly words: readonly [Word, ...Word[]];
  readonly tried?: readonly (number | Word)[];
}

export type Field = NumberField | TimerField | LimitField | SwitchField | ChoiceField | PriceField;

/** A part's fields by their names. Names of times end in `Ms`. */
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

/** A time that is more than 0, or one of a few words. ms. */
export function durationOr<const Word extends string>(
  words: readonly [Word, ...Word[]],
  initial: number | NoInfer<Word>,
  about: Omit<TimerField<NoInfer<Word>>, "kind" | "initial" | "min" | "words">,
): TimerField<Word> {
  return { kind: "timer", initial, min: LEAST_MS, words, ...about };
}

/** A whole number, or «none» for no limit. */
export function countOrNone(
  initial: number | "none",
  about: Omit<LimitField<"none">, "kind" | "initial" | "words">,
): LimitField<"none"> {
  return { kind: "limit", initial, words: ["none"], ...about };
}

/** An amount of money, at most `max` US dollars, or a word. */
export function priceOr<const Word extends string>(
  word: Word,
  initial: number | NoInfer<Word>,
  about: Omit<PriceField<NoInfer<Word>>, "kind" | "initial" | "words">,
): PriceField<Word> {
  return { kind: "price", initial, words: [word], ...about };
}

/** A time that may be 0. ms. */
export function waitMs(initial: number, about: Omit<NumberField, "kind" | "initial" | "min">): NumberField {
  return { kind: "duration", initial, min: 0, ...about };
}

/** How many, from 0 to `max`. */
export function count(
  initial: number,
  max: number,
  about: Omit<NumberField, "kind" | "initial" | "min" | "max">,
): NumberField {
  return { kind: "count", initial, min: 0, max, ...about };
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
    : F extends TimerField<infer Word> | LimitField<infer Word> | PriceField<infer Word>
      ? number | Word
      : F extends SwitchField
        ? boolean
        : F extends NumberField
          ? number
          : never;

/** What it is in the settings: «none» is a time that never comes, or a number that is never reached. */
type Setting<F> = F extends TimerField | LimitField
  ? number | Exclude<Written<F>, number | "none">
  : Written<F>;

/** A field's name in the settings: times are µs there. */
type SettingName<Name> = Name extends `${infer Stem}Ms` ? `${Stem}Us` : Name;

/** What the fields of a part are in the settings: times in whole µs, all else as the scenario says it. */
export type SettingsOf<F extends Fields["of"]> = {
  readonly [Name in keyof F as SettingName<Name>]: Setting<F[Name]>;
};

/** What fields are in the settings: times in whole µs, by names that say so, and «none» as ∞. `toUs` turns ms into whole µs. */
export function toSettings(
  fields: readonly (readonly [string, Field])[],
  written: Readonly<Record<string, unknown>>,
  toUs: (ms: number) => number,
): Record<string, number | boolean | string> {
  const settings: Record<string, number | boolean | string> = {};
  for (const [name, { kind }] of fields) {
    const value = written[name] as number | boolean | string;
    if (kind === "limit") settings[name] = value === "none" ? Number.POSITIVE_INFINITY : value;
    else if (kind !== "duration" && kind !== "timer") settings[name] = value;
    else settings[name.replace(/Ms$/, "Us")] = timeUs(value as number | string, toUs);
  }
  return settings;
}

function timeUs(written: number | string, toUs: (ms: number) => number): number | string {
  if (typeof written === "number") return toUs(written);
  return written === "none" ? Number.POSITIVE_INFINITY : written;
}
