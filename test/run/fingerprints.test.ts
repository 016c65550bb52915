/**
 * Every shipped scenario's trajectory, pinned. A change here is a change of the model: say in the commit why the new one is
 * right, and run `npx vitest run test/run/fingerprints.test.ts -u` to bless it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, type ParseResult, parseScenario, withVariant } from "../../src/scenario/parse.ts";
import type { Scenario } from "../../src/scenario/schema.ts";

const folder = new URL("../../simulations/", import.meta.url);

function accepted(result: ParseResult): Scenario {
  if (!result.ok) throw new Error(formatErrors(result.errors));
  return result.scenario;
}

it("pins every variant of every lesson", () => {
  const fingerprints: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true }).filter((file) => file.isDirectory())) {
    const text = readFileSync(new URL(`${entry.name}/scenario.json`, folder), "utf8");
    const scenario = accepted(parseScenario(text));
    expect(scenario.name).toBe(entry.name);
    for (const variant of Object.keys(scenario.variants))
      fingerprints[`${scenario.name} ${variant}`] = simulate(
        accepted(withVariant(scenario, variant)),
      ).fingerprint;
  }
  expect(fingerprints).toMatchInlineSnapshot(`
    {
      "broadcast-across-servers no-backplane": "ad4510e2f283465c",
      "broadcast-across-servers one-server": "6a60132614c28a39",
      "broadcast-across-servers redis": "40170736ea100e9b",
      "polling-handshake cookie": "1092eecbfd5d1da6",
      "polling-handshake ip-hash": "1854f72f27a8b5fd",
      "polling-handshake round-robin": "64bf8959aff6192a",
      "polling-handshake websocket": "da3e578554998415",
    }
  `);
});
