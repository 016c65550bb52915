/**
 * Citations. «FACTS §1.2» means section 1.2 of docs/reference/facts.md wherever it stands, and «ground-truth 03» the
 * experiment whose file begins with 03. Both must be there; in documents a citation of a section is a link to it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { linkCitations } from "../../src/cli/reference/citations.ts";
import { anchorsIn, blocksIn } from "./blocks.ts";

const root = resolve(import.meta.dirname, "../..");
const factsFile = "docs/reference/facts.md";
const facts = readFileSync(join(root, factsFile), "utf8");

/** Sections by number, as facts.md has them: a heading with its number, and above it the anchor that citations lead to. */
const sections = [...facts.matchAll(/^<a id="([^"]+)"><\/a>\n\n#{2,3} (\d+(?:\.\d+)?) /gm)].map(
  ([, anchor, number]) => ({ anchor: anchor!, number: number! }),
);
const numbers = sections.map(({ number }) => number);
const experiments = readdirSync(join(root, "test/ground-truth")).map((name) => name.slice(0, 2));

/** Everything that people read, but this test, which has wrong citations on purpose. */
const texts = [
  "README.md",
  "CONTRIBUTING.md",
  ...["src", "docs", "test", "simulations"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  ),
]
  .filter((path) => /\.(md|ts|json|html|css)$/.test(path) && path !== relative(root, import.meta.filename))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const documents = texts.filter(({ path }) => path.endsWith(".md"));

/** A text as one line: what a comment or a paragraph breaks is whole again. */
function flat(text: string): string {
  return text.replace(/\s*\n\s*(\*|\/\/)?\s*/g, " ");
}

/** The text of links instead of the links: `[§1.2](facts.md#1-2)` is §1.2. */
function unlinked(text: string): string {
  return text.replace(/\[(§[\d.]+)\]\([^)]*\)/g, "$1");
}

/** The sections that a text cites: «FACTS §1.2, §3» are two. */
function citedIn(text: string): string[] {
  const citations = unlinked(flat(text)).match(/FACTS §\d+(\.\d+)*(, §\d+(\.\d+)*)*/g) ?? [];
  return citations.flatMap((citation) =>
    [...citation.matchAll(/§([\d.]+\d|\d)/g)].map(([, number]) => number!),
  );
}

/** What looks like a citation and is none, as «FACTS 1.2» or «§1.2–1.4». Sections of RFCs have their RFC's name before them. */
function strayIn(text: string): string[] {
  const rest = unlinked(flat(text))
    .replace(/FACTS §\d+(\.\d+)*(, §\d+(\.\d+)*)*(?!\.?\d|[–-])/g, "")
    .replace(/RFC \d+ §\d+(\.\d+)*(, §\d+(\.\d+)*)*/g, "");
  return rest.match(/.{0,20}(§\d|FACTS \d).{0,20}/g) ?? [];
}

/** The experiments that a text names by number. */
function experimentsIn(text: string): string[] {
  const named = flat(text).match(/ground[- ]truth \d\d(-[a-z-]+)?((,| and| to) \d\d(-[a-z-]+)?)*/gi) ?? [];
  return named.flatMap((names) => names.match(/\d\d/g)!);
}

/** Citations outside of blocks of code that are no link to their section. */
function unlinkedIn(path: string, text: string): string[] {
  let prose = text;
  for (const block of blocksIn(text)) prose = prose.replace(block.text, "");
  prose = flat(prose.replace(/`[^`\n]*`/g, ""));
  const links = [...prose.matchAll(/FACTS \[§[^\]]+\]\([^)]*\)(, \[§[^\]]+\]\([^)]*\))*/g)];
  const wrong = links.flatMap(([citation]) =>
    [...citation.matchAll(/\[§([\d.]+)\]\(([^)]*)\)/g)]
      .filter(([, number, target]) => {
        const [file, anchor] = target!.split("#");
        return (
          resolve(root, dirname(path), file!) !== join(root, factsFile) ||
          sections.find((section) => section.number === number)?.anchor !== anchor
        );
      })
      .map(([link]) => link),
  );
  return [...wrong, ...(prose.match(/FACTS §.{0,20}/g) ?? [])];
}

describe("facts.md", () => {
  test("has an anchor for each numbered heading, made of its number", () => {
    const headings = facts.match(/^#{2,3} \d+.*$/gm)!;
    expect(headings).toHaveLength(sections.length);
    expect(sections.map(({ anchor }) => anchor)).toEqual(numbers.map((number) => number.replace(".", "-")));
    expect(new Set(anchorsIn(facts)).size).toBe(anchorsIn(facts).length);
  });

  test("names only sources that it lists, and each section has some", () => {
    const keys = [...facts.matchAll(/^\| \*\*([A-Z]+)\*\* \|/gm)].map(([, key]) => key);
    const [, ...bodies] = facts.slice(0, facts.indexOf("\n## Numbers kept")).split(/^<a id="/m);
    for (const body of bodies) {
      for (const [, key] of body.matchAll(/\*\*([A-Z]+)\*\*/g))
        expect(keys, body.slice(0, 80)).toContain(key);
      const number = body.slice(0, body.indexOf('"'));
      // These have their sources in a table or in the sections that they lead to, or are about several sections.
      if (!["0", "1", "10", "11"].includes(number)) expect(body, number).toMatch(/^Sources: /m);
    }
  });

  test("marks what was measured with experiments that it links", () => {
    const linked = new Set([...facts.matchAll(/^\[(\d\d[a-z]?)\]: /gm)].map(([, number]) => number));
    const named = new Set([...facts.matchAll(/\[(\d\d[a-z]?)\](?!:)/g)].map(([, number]) => number));
    expect([...named].sort()).toEqual([...linked].sort());
    expect(facts.match(/\*measured\* (?!\[\d\d[a-z]?\])/gi) ?? []).toEqual([]);
  });
});

test("every section that is cited is there", () => {
  const missing = texts.flatMap(({ path, text }) =>
    citedIn(text)
      .filter((number) => !numbers.includes(number))
      .map((number) => `${path}: FACTS §${number}`),
  );
  expect(missing, `allowed: ${numbers.join(", ")}`).toEqual([]);
});

test("every citation has the one form: FACTS §1.2, §3", () => {
  const stray = texts
    .filter(({ path }) => path !== factsFile)
    .flatMap(({ path, text }) => strayIn(text).map((words) => `${path}: ${words}`));
  expect(stray).toEqual([]);
});

test("in documents every citation is a link to its section", () => {
  expect(
    documents.flatMap(({ path, text }) => unlinkedIn(path, text).map((words) => `${path}: ${words}`)),
  ).toEqual([]);
});

test("every experiment that is named is there", () => {
  const missing = texts.flatMap(({ path, text }) =>
    experimentsIn(text)
      .filter((number) => !experiments.includes(number))
      .map((number) => `${path}: ground-truth ${number}`),
  );
  expect(missing).toEqual([]);
});

test("the reference makes links of citations, and refuses an experiment that there is not", () => {
  expect(linkCitations("As FACTS §1.2,\n§3. See ground-truth 03, 10-half-open and §9.")).toBe(
    "As FACTS [§1.2](facts.md#1-2),\n[§3](facts.md#3). See ground-truth " +
      "[03](../../test/ground-truth/03-polling-round-robin.json), " +
      "[10-half-open](../../test/ground-truth/10-half-open.json) and §9.",
  );
  expect(() => linkCitations("ground-truth 44")).toThrow("ground-truth 44 is cited; found no such file");
});

describe("this test", () => {
  test("has citations to look at", () => {
    expect(numbers).toContain("1.2");
    expect(texts.flatMap(({ text }) => citedIn(text)).length).toBeGreaterThan(100);
    expect(texts.flatMap(({ text }) => experimentsIn(text)).length).toBeGreaterThan(30);
  });

  test("reads citations across lines, lists and links, and notices other forms", () => {
    expect(citedIn("/** As FACTS\n * §1.2, §3. */")).toEqual(["1.2", "3"]);
    expect(citedIn("FACTS [§1.2](facts.md#1-2),\n[§99](facts.md#99); RFC 6455 §5.5")).toEqual(["1.2", "99"]);
    expect(strayIn("FACTS §1.2–1.4")).toHaveLength(1);
    expect(strayIn("see §7")).toHaveLength(1);
    expect(strayIn("FACTS 3")).toHaveLength(1);
    expect(strayIn("FACTS §1.2, §3. RFC 6455 §5.5, §7")).toEqual([]);
    expect(experimentsIn("Ground truth 08, 09 and 17; ground-truth 03-polling-round-robin, 44.")).toEqual([
      "08",
      "09",
      "17",
      "03",
      "44",
    ]);
  });

  test("notices citations that are no links, or lead elsewhere", () => {
    const at = (text: string) => unlinkedIn("docs/guide/checking.md", text);
    expect(at("FACTS [§1.2](../reference/facts.md#1-2), [§3](../reference/facts.md#3) `FACTS §n`")).toEqual(
      [],
    );
    expect(at("FACTS §1.2")).toHaveLength(1);
    expect(at("FACTS [§1.2](../reference/facts.md#1-3), [§3](facts.md#3)")).toHaveLength(2);
    expect(at("```text\nFACTS §1.2\n```")).toEqual([]);
  });
});
