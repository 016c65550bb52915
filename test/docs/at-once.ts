/** What stands for Vitest in the programs that documents show: a test runs where it is written, and says that it passed. */
import { expect } from "vitest";

export { expect };

export function test(name: string, body: () => void): void {
  body();
  console.log(`✓ ${name}`);
}

/** One that passes if its body fails. */
test.fails = (name: string, body: () => void): void => {
  test(name, () => expect(body).toThrow());
};
