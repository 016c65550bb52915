/**
 * Every command in docs/guide/command-line.md and in the help runs, and prints what the guide says; a line of «…»
 * stands for any lines. Searches in the help are made with fewer runs: that they find what they should is for others
 * to test.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { IS_DEEP, sampled } from "../support/depth.ts";
import { fanout, wordsOf } from "./support.ts";

const guide = readFileSync(new URL("../../docs/guide/command-line.md", import.meta.url), "utf8");
const help = readFileSync(new URL("../../docs/reference/command-line.md", import.meta.url), "utf8");

interface Example {
  readonly command: string;
  readonly shown: string;
}

function examplesIn(block: string): Example[] {
  return block
    .split(/^\s*\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...lines] = part.split("\n");
      return { command, shown: lines.join("\n").trim() };
    });
}

const examples = [...guide.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) => examplesIn(block!));
/** So few that each of several shards still has a batch of 100. */
const HELP_RUNS_MAX = 500;
const helpExamples = [...help.matchAll(/^ *\$ (fanout .*)$/gm)].map(([, command]) => ({
  command: command!.replace(/(?<=--runs )\d+/, (runs) => `${Math.min(Number(runs), HELP_RUNS_MAX)}`),
  shown: "",
}));
const folder = mkdtempSync(join(tmpdir(), "fanout-"));

/** A place among several machines, for those that ask for one. */
const PLACE = { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "1" };

/** Its arguments; files go to a folder of their own. */
function split(command: string): string[] {
  return wordsOf(command)
    .slice(1)
    .map((word, i, all) => {
      const isFile = ["-o", "--out"].includes(all[i - 1] ?? "") || /^part-\d\.json$/.test(word);
      if (isFile) return join(folder, word);
      return word === "my-scenario.json" ? "broadcast-across-servers" : word;
    });
}

/** What a command ends with: an example of a check may break a rule, which is what it is for. */
function exitsOf(command: string, shown: string): number[] {
  if (shown.startsWith("error:")) return [2];
  return /^fanout (check|merge) /.test(command) ? [0, 1] : [0];
}

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(8);
  expect(helpExamples.length).toBeGreaterThan(8);
});

/** A run of half a minute and 1.5 GB, which is made by hand. */
const isHuge = ({ command }: Example) => command.includes("count=99999");
/** At full scale, or with the repairs of every variant, or with all published results: for the deep run. */
const isLong = ({ command }: Example) =>
  /count=70000|^fanout check polling-handshake --every|^fanout reproduce( --json)?$/.test(command);
/** Searches take seconds; of those whose files others read, none is left out. */
const isSearch = ({ command }: Example) =>
  /^fanout (check|refute) /.test(command) && !command.includes(" > part-");
/** Needs a built page, and goes on until Ctrl-C: serve.test.ts. */
const isServer = ({ command }: Example) => command.startsWith("fanout serve");
const runnable = [...examples, ...helpExamples].filter((example) => !isHuge(example) && !isServer(example));
const short = runnable.filter((example) => !isLong(example));
const searches = short.filter(isSearch);
/** Others read what it writes. */
const isRead = ({ command }: Example) => command.includes(" > part-");
const others = short.filter((example) => !isSearch(example) && !isRead(example));
const executed = IS_DEEP
  ? runnable
  : [...short.filter(isRead), ...sampled(others, 2), ...sampled(searches, 12)];

test.each(executed)("$ $command", async ({ command, shown }) => {
  const [argv = "", file] = command.split(" > ");
  const { exit, out, err } = await fanout(split(argv), "", { env: PLACE });
  const printed = exit === 2 ? err : out;
  expect(exitsOf(command, shown), err).toContain(exit);
  if (file !== undefined) writeFileSync(join(folder, file), out);
  let from = 0;
  for (const piece of shown.split(/^…$/m)) {
    const at = printed.indexOf(piece.trim(), from);
    expect(at, `not printed: ${piece}`).toBeGreaterThanOrEqual(0);
    from = at + piece.trim().length;
  }
});
