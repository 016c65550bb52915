/** What a report says of a search that did not end. */
import { expect, test } from "vitest";
import type { ReportDocument } from "../../src/cli/check/document.ts";
import { checkReport } from "../../src/cli/check/report.ts";
import { styleOf } from "../../src/cli/text.ts";
import { fanout } from "./support.ts";

test("names the bound with which it ends, where there is one", async () => {
  const ARGV = ["check", "broadcast-across-servers", "--variant", "redis", "--exhaustive", "--depth", "1"];
  const { out } = await fanout([...ARGV, "--json"]);
  const ended = JSON.parse(out) as ReportDocument;
  const told = (change: object) =>
    checkReport(
      { ...ended, search: { ...ended.search, ...change } as ReportDocument["search"] },
      styleOf(false),
    ).replace(/\s+/g, " ");
  const reached = { departures: 6, branches: 100, done: 83 };
  expect(told({ isComplete: false, reached })).toContain(
    " With --depth 5 it ends, and is a proof for those.",
  );
  expect(told({ isComplete: false, reached: { ...reached, done: 100 } })).toContain(
    " With --depth 6 it ends,",
  );
  // Only the plainest run; what nobody knows what comes after; and all.
  expect(told({ isComplete: false, reached: { ...reached, departures: 1 } })).not.toContain("--depth");
  expect(told({ isComplete: false, reached, cut: 1 })).not.toContain("--depth");
  expect(told({})).not.toContain("--depth");
});
