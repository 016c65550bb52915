/** Every command in docs/guide/command-line.md and in the help runs, and prints what the guide says; a line of «…» stands for any lines. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fanout } from "./support.ts";

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
const helpExamples = [...help.matchAll(/^ *\$ (fanout .*)$/gm)].map(([, command]) => ({
  command: command!,
  shown: "",
}));
const folder = mkdtempSync(join(tmpdir(), "fanout-"));

/** Arguments as a shell splits them, with quotes; files go to a folder of their own. */
function split(command: string): string[] {
  const words = [...command.matchAll(/'([^']*)'|(\S+?)='([^']*)'|(\S+)/g)].map(
    (m) => m[1] ?? (m[2] === undefined ? m[4]! : `${m[2]}=${m[3]}`),
  );
  return words.slice(1).map((word, i, all) => {
    if (all[i - 1] === "-o") return join(folder, word);
    return word === "my-scenario.json" ? "broadcast-across-servers" : word;
  });
}

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(8);
  expect(helpExamples.length).toBeGreaterThan(8);
});

test.each([...examples, ...helpExamples])("$ $command", async ({ command, shown }) => {
  const { exit, out, err } = await fanout(split(command));
  const printed = exit === 0 ? out : err;
  expect(exit, err).toBe(shown.startsWith("error:") ? 2 : 0);
  let from = 0;
  for (const piece of shown.split(/^…$/m)) {
    const at = printed.indexOf(piece.trim(), from);
    expect(at, `not printed: ${piece}`).toBeGreaterThanOrEqual(0);
    from = at + piece.trim().length;
  }
});
