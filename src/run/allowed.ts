/** The refusal of options that can't be: what was found, and what is allowed. */

/** The least and the most of a number. */
export type Range = readonly [least: number, most: number];

/** @throws RangeError if an option that is given is no whole number, or out of its range */
export function whole(name: string, value: number | undefined, [least, most]: Range): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  refuse(name, value, `a whole number from ${least} to ${most}`);
}

export function refuse(name: string, found: unknown, allowed: string): never {
  const text = typeof found === "string" || Array.isArray(found) ? JSON.stringify(found) : String(found);
  throw new RangeError(`${name}: found ${text}; allowed: ${allowed}`);
}
