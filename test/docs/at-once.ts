/** What stands for Vitest in the programs that documents show: a test runs where it is written, and says that it passed. */
export { expect } from "vitest";

export function test(name: string, body: () => void): void {
  body();
  console.log(`✓ ${name}`);
}
