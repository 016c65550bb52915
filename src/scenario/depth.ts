/** Whether a value is nested deeper than so many levels. It looks no deeper itself, so that no nesting is too deep for it. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== "object") return false;
  return levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1));
}
