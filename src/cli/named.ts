/** Finds what somebody has asked for by its name. */
import { suggest } from "../scenario/suggest.ts";
import { InputError } from "./io.ts";

/** @throws InputError that says what there is, and what may have been meant */
export function oneNamed<T extends { readonly name: string }>(
  kind: string,
  all: readonly T[],
  name: string,
): T {
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = all.map((one) => one.name);
  throw new InputError(
    `there is no ${kind} ${JSON.stringify(name)}; ${kind}s: ${names.join(", ")}${suggest(name, names)}`,
  );
}
