/**
 * The recipe for a machine in docs/ARCHITECTURE.md, done in a copy: two files and a line, after which the schema, the
 * reference, the trace, the statecharts, the search and the books know it.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IS_DEEP } from "../support/depth.ts";
import { blocksIn } from "./blocks.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "fanout-lab-recipe-")));
const run = promisify(execFile);

/** What the copy says, gathered in one program. */
const PROGRAM = `
import { modelPage } from "./src/cli/reference/model.ts";
import { fieldNames, triedIn } from "./src/scenario/part-fields.ts";
import { scenarioJsonSchema } from "./src/scenario/json-schema.ts";
import { DEFAULTS } from "./src/scenario/defaults.ts";
import { MODEL } from "./src/model/parts.ts";
import { simulate, parseScenario, readLedger, check, RecordKind, at, Run } from "./src/index.ts";

const scenario = (changes) => {
  const parsed = parseScenario(JSON.stringify({
    version: 1, name: "recycled", title: "t", summary: "s", durationMs: 4000,
    clients: [{ name: "A", transport: "websocket" }, { name: "B", transport: "websocket" }],
    workload: [{ from: "A", to: "others", everyMs: 300 }],
    rules: ["conservation", "delivery"],
    ...changes,
  }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.scenario;
};
const recycled = scenario({ servers: { count: 1, lifetimeMs: 1500 } });
const result = simulate(recycled);
const { trace } = result;
const machine = result.machines.findIndex(({ name }) => name === "recycling");
let disconnects = 0;
for (let row = 0; row < trace.length; row++) if (trace.kind[row] === RecordKind.disconnected) disconnects++;
const ledger = readLedger(trace);
const reference = new Run(recycled, { reference: true });
reference.finish();
export const facts = {
  fingerprints: [result.fingerprint, reference.result().fingerprint],
  fates: ledger.copies.map(({ fate }) => fate),
  disconnects,
  states: result.machines[machine].states,
  drawn: MODEL[machine].machine.id,
  schema: scenarioJsonSchema().properties.servers.properties.lifetimeMs,
  initial: DEFAULTS.servers.lifetimeMs,
  fields: fieldNames("servers"),
  tried: triedIn("servers", "lifetimeMs"),
  page: modelPage(),
  refused: parseScenario(JSON.stringify({ version: 1, name: "a", title: "t", summary: "s", clients: [{ name: "A" }], servers: { lifetimeMs: -1 } })),
  verdicts: check(recycled, { exhaustive: true, depth: 1 }).verdicts.map(({ rule, outcome }) => [rule, outcome]),
};
`;

// biome-ignore lint/suspicious/noExplicitAny: what the program above exports
let facts: any;
let touched: string[];

beforeAll(async () => {
  for (const name of ["src", "simulations", "package.json", "tsconfig.json"])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  touched = followRecipe();
  writeFileSync(join(folder, "program.ts"), PROGRAM);
  await build({
    root: folder,
    configFile: false,
    logLevel: "error",
    build: { ssr: join(folder, "program.ts"), outDir: join(folder, "out"), target: "node20" },
  });
  ({ facts } = await import(/* @vite-ignore */ join(folder, "out/program.js")));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes what the document says. Returns the files that it touches. */
function followRecipe(): string[] {
  const blocks = blocksIn(readFileSync(join(ROOT, "docs/ARCHITECTURE.md"), "utf8"));
  return blocks.flatMap(({ note, text }) => {
    const [, line, path = ""] = /^recipe( line)?: (\S+)$/.exec(note) ?? [];
    if (path === "") return [];
    const file = join(folder, path);
    writeFileSync(file, line === undefined ? `${text}\n` : `${readFileSync(file, "utf8")}${text}\n`);
    return [path];
  });
}

describe("the recipe for a machine", () => {
  it("touches three files, of which two are new", () => {
    expect(touched).toEqual([
      "src/model/server/recycling.part.ts",
      "src/model/server/recycling.ts",
      "src/model/index.ts",
    ]);
  });

  it.runIf(IS_DEEP)("is right in its types", async () => {
    const config = { extends: "./tsconfig.json", include: ["src"], compilerOptions: { rootDir: "." } };
    writeFileSync(join(folder, "tsconfig.recipe.json"), JSON.stringify(config));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const problems = await run(process.execPath, [tsc, "-p", "tsconfig.recipe.json"], { cwd: folder }).then(
      () => "",
      (error: { stdout: string }) => error.stdout,
    );
    expect(problems).toBe("");
  });

  it("makes a field of the format: with its default, its limits, what is tried, and what shrinking makes plainer", () => {
    expect(facts.initial).toBe(86_400_000);
    expect(facts.schema).toMatchObject({ default: 86_400_000, minimum: 0.001 });
    expect(facts.fields).toContain("lifetimeMs");
    expect(facts.tried).toEqual([1500, 86_400_000]);
    expect(facts.refused).toMatchObject({ ok: false, errors: [{ path: "servers.lifetimeMs" }] });
  });

  it("runs: its machine is in the trace and on the page, on XState as on the tables", () => {
    expect(facts.states).toEqual(["running", "stopped"]);
    expect(facts.drawn).toBe("recycling");
    // Two clients, disconnected at 1.5 s and at 3 s.
    expect(facts.disconnects).toBe(4);
    expect(facts.fingerprints[0]).toBe(facts.fingerprints[1]);
  });

  it("is in the books and in the search", () => {
    expect(facts.verdicts).toEqual(
      expect.arrayContaining([["conservation", expect.stringMatching(/holds/)]]),
    );
    expect(facts.fates).toContain(3);
  });

  it("has its place in the reference", () => {
    expect(facts.page).toContain("### recycling");
    expect(facts.page).toContain('state "running" as running');
    expect(facts.page).toContain("`servers.lifetimeMs` | 86400000 ms");
  });
});
