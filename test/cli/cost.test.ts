/** `fanout cost`: the document has all that the page shows, and the lists of beliefs are one document. */
import { expect, test } from "vitest";
import { BELIEFS } from "../../src/check/beliefs.ts";
import { TEXT_WIDTH } from "../../src/cli/text.ts";
import { COMPUTED_BELIEFS } from "../../src/cost/beliefs.ts";
import { INPUT_NAMES } from "../../src/cost/inputs.ts";
import { fanout } from "./support.ts";

interface Cost {
  readonly bills: readonly { readonly name: string; readonly budget: string }[];
  readonly cheapest: string;
  readonly crossings: readonly unknown[];
  readonly curves: readonly object[];
  readonly inputs: Readonly<Record<string, object>>;
}

test("as JSON: bills, curves, crossings, promises, and each input with its source", async () => {
  const { exit, out, err } = await fanout(["cost", "--json", "--set", "budget=3000"]);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  const document = JSON.parse(out) as Cost;
  expect(document.bills.map(({ name, budget }) => [name, budget])).toEqual([
    ["build", "over"],
    ["ably", "over"],
    ["ably-users", "unknown"],
    ["pusher", "within"],
    ["vonage", "unknown"],
  ]);
  expect(document.cheapest).toBe("pusher");
  expect(document.crossings).toHaveLength(1);
  expect(document.curves[0]).toMatchObject({ connections: 100, vonage: { total: null, isOffered: false } });
  expect(Object.keys(document.inputs)).toEqual(INPUT_NAMES);
  expect(document.inputs.vonageMonth).toMatchObject({
    value: null,
    source: expect.stringMatching(/^missing/),
  });
});

test("what was given is not missing", async () => {
  const missing = async (...given: string[]) =>
    (await fanout(["cost", ...given])).out.split("Missing, and not made up")[1];
  expect(await missing()).toContain("\n  lossPerMinute: ");
  expect(await missing("--set", "lossPerMinute=5")).not.toContain("lossPerMinute");
});

test("all inputs, in lines that fit", async () => {
  const { out } = await fanout(["cost", "--inputs"]);
  for (const name of INPUT_NAMES) expect(out).toContain(`  ${name} `);
  expect(out.split("\n").filter((line) => line.length > TEXT_WIDTH)).toEqual([]);
});

test("all beliefs as one document", async () => {
  const { out } = await fanout(["refute", "--json"]);
  const listed = JSON.parse(out) as { name: string; truth: string }[];
  expect(listed.map(({ name }) => name)).toEqual([...BELIEFS, ...COMPUTED_BELIEFS].map(({ name }) => name));
});
