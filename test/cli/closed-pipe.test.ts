/** Who reads what is printed goes away, as `head` does: the exit code stays what it would have been. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sampled } from "../support/depth.ts";
import { fanout } from "./support.ts";

const LESSON = "broadcast-across-servers";
const BROKEN = ["check", LESSON, "--variant", "no-backplane", "--runs", "10"];
const KEPT = ["check", LESSON, "--variant", "redis", "--exhaustive"];

/** A reader that takes so many writes and goes away. */
function leavingAfter(writes: number) {
  let left = writes;
  return async () => {
    if (left-- > 0) return;
    // Node tells of a closed pipe once; after that, it only says that the stream is gone.
    const code = left === -1 ? "EPIPE" : "ERR_STREAM_DESTROYED";
    throw Object.assign(new Error(code), { code, syscall: "write" });
  };
}

const exitOf = async (argv: readonly string[], writes: number) => {
  const { exit, err } = await fanout(argv, "", { out: leavingAfter(writes) });
  expect(err).toBe("");
  return exit;
};

describe.each(sampled([2, 0], 2))("a reader that goes away after %d writes", (writes) => {
  const CASES: [string, string[], number][] = [
    ["a broken rule is a broken rule", BROKEN, 1],
    ["as JSON too", [...BROKEN, "--json"], 1],
    [
      "of several variants too",
      ["check", LESSON, "--every-variant", "--set", "backplane.kind=none", "--runs", "10"],
      1,
    ],
    ["rules that hold, hold", KEPT, 0],
    ["a run is a run", ["run", LESSON], 0],
    ["a trace is a trace", ["trace", LESSON, "--format", "jsonl"], 0],
    ["a list is a list", ["list"], 0],
    ["a belief is refuted", ["refute", "sticky-broadcast"], 0],
    ["help is help", ["check", "--help"], 0],
  ];
  test.each(sampled(CASES, 2))("%s", async (_, argv, exit) => {
    expect(await exitOf(argv, writes)).toBe(exit);
  });

  test("merged, a broken rule is broken", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "fanout-pipe-")), "part.json");
    writeFileSync(file, (await fanout([...BROKEN, "--shard", "1/1", "--json"])).out);
    expect(await exitOf(["merge", file], writes)).toBe(1);
  });
});
