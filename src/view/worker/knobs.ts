/** Which control a knob gets: by what the schema of the scenario format says of its field, so nothing is said twice. */
import type { Json } from "../../run/address.ts";
import type { KnobField } from "../../scenario/fields.ts";
import { type KnobControl, knobLabel, valueAt } from "../knobs/knob-controls.ts";

/** The control for one knob, from what its field takes and from its present value. */
export function knobControl(
  document: unknown,
  path: string,
  { says, options, numbers }: KnobField,
  base = valueAt(document, path),
): KnobControl {
  const value = valueAt(document, path) ?? null;
  const common = { path, value, label: knobLabel(path, document), help: says };
  if (typeof value === "boolean") return { ...common, kind: "switch" };
  const isOption = options.includes(value as string);
  if (isOption && numbers === null) return { ...common, kind: "choice", options };
  if (!isOption && typeof value !== "number") return { ...common, kind: "fixed" };
  const whole = numbers?.whole === true;
  const min = numbers?.min ?? 0;
  const max = numbers?.max ?? Number.MAX_SAFE_INTEGER;
  const number = firstNumber([value, base], min, max);
  const sliderMax = sliderEnd(whole, max, Math.max(typeof base === "number" ? base : 0, number));
  const step = whole
    ? 1
    : max <= 1
      ? 0.01
      : sliderMax <= 10
        ? 0.1
        : sliderMax <= 1000
          ? 1
          : 10 ** Math.floor(Math.log10(sliderMax / 100));
  const words = options.filter((option) => typeof option === "string");
  return { ...common, kind: "number", words, number, whole, min, max, sliderMax, step };
}

/** Where words may stand for a number, it is a duration: 20 s can be told from all others there. */
const DURATION_MS = 20_000;

function firstNumber(values: readonly (Json | undefined)[], min: number, max: number): number {
  return values.find((value) => typeof value === "number") ?? Math.min(Math.max(DURATION_MS, min), max);
}

/** Where a slider ends that has to show a value. */
function sliderEnd(whole: boolean, max: number, shown: number): number {
  if (max <= 1) return max;
  if (whole && max <= 64) return Math.min(max, 8 >= shown ? 8 : max);
  return Math.min(max, comfortable(Math.max(shown, 1)));
}

/** A round number a few times above x. */
function comfortable(x: number): number {
  const target = Math.max(x * 4, 1e-3);
  const power = 10 ** Math.floor(Math.log10(target));
  for (const m of [1, 2, 5, 10]) if (m * power >= target) return m * power;
  return 10 * power;
}
