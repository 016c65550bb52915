/** Numbers of cost as people read them, alike in every locale. */
import { grouped } from "../run/grouped.ts";

/** 1234.5 → «1,235», 0.0816 → «0.0816». */
export function amount(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return grouped(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** 64807.5 → «$64,808»; null → «missing». */
export function money(value: number | null): string {
  if (value === null) return "missing";
  return value < 100 && !Number.isInteger(value) ? `$${value.toFixed(2)}` : `$${grouped(Math.round(value))}`;
}

/** 25922592000 → «25.9 G», 432000000 → «432 M». */
export function short(value: number): string {
  const [by, unit] =
    value >= 1e9 ? [1e9, " G"] : value >= 1e6 ? [1e6, " M"] : value >= 10_000 ? [1e3, " k"] : [1, ""];
  return `${amount(by === 1 ? value : Number((value / by).toPrecision(3)))}${unit}`;
}

/** Minutes → «26 s», «5.3 min», «4.4 h». */
export function span(minutes: number): string {
  if (minutes < 1) return `${amount(Number((minutes * 60).toPrecision(3)))} s`;
  if (minutes < 120) return `${amount(Number(minutes.toPrecision(3)))} min`;
  return minutes < 2880
    ? `${amount(Number((minutes / 60).toPrecision(3)))} h`
    : `${amount(Number((minutes / 1440).toPrecision(3)))} days`;
}
