/** Numbers and times as people read them. Locale-independent, so that pictures and tests are stable. */
import { grouped } from "../../run/grouped.ts";

/** 1234567.2 → «1,234,567». */
export function count(n: number): string {
  return grouped(Math.round(n));
}

/** 1 020 500 µs → «1.0205 s», with as many digits as it needs, at least three. */
export function seconds(timeUs: number): string {
  const us = Math.max(0, Math.floor(timeUs));
  const whole = Math.floor(us / 1e6);
  const digits = String(us % 1e6).padStart(6, "0");
  const trimmed = digits.replace(/0{1,3}$/, "");
  return `${whole}.${trimmed.padEnd(3, "0")} s`;
}

/** A clock: at rest as many digits as matter, while it runs three, since nobody reads more. */
export function clock(timeUs: number, isRunning: boolean): string {
  const shown = isRunning ? Math.floor(timeUs / 1000) * 1000 : timeUs;
  return seconds(shown).slice(0, -" s".length);
}

/** «A», «A and B», «A, B and C», «A, B and 4 others». */
export function list(names: readonly string[], most = 3): string {
  if (names.length <= 1) return names[0] ?? "";
  if (names.length <= most) return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
  const shown = most - 1;
  return `${names.slice(0, shown).join(", ")} and ${names.length - shown} others`;
}

/** «1 copy», «2 copies». */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** «backplane.pingIntervalMs» → «Ping interval (ms)». */
export function humanise(name: string): string {
  const unit = /(Ms|MiB|Bytes|S)$/.exec(name)?.[1];
  const words = (unit ? name.slice(0, -unit.length) : name)
    .replace(/[-_]/g, " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase();
  const units: Record<string, string> = { Ms: "ms", MiB: "MiB", Bytes: "bytes", S: "s" };
  return words.charAt(0).toUpperCase() + words.slice(1) + (unit ? ` (${units[unit]})` : "");
}
