/**
 * The package as a project of one's own has it: packed by `npm pack` in a copy of the repository, unpacked into an
 * empty folder, with the packages that it says it needs and no others. Those come from the repository's own
 * node_modules; only Jest, which nothing else here needs, is asked of the registry.
 */
import { execFile, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { blocksIn, linksIn } from "../docs/blocks.ts";
import { IS_DEEP } from "../support/depth.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const temporary = mkdtempSync(join(tmpdir(), "fanout-package-"));
const project = join(temporary, "project");
const installed = join(project, "node_modules/fanout-lab");
const PACKED = [
  "README.md",
  "LICENSE",
  "package.json",
  "docs",
  "simulations",
  "src",
  "test/ground-truth",
  "index.html",
  "vite.config.ts",
  "vite.node.config.ts",
  "tsconfig.json",
  "tsconfig.types.json",
];
/** What a user's shell has, and not what Vitest sets for its tests. */
const { NODE_ENV: _, VITEST: __, NODE_OPTIONS: ___, ...env } = process.env;

/** A project with the unpacked tarball, below it what that depends on, and these packages of the repository beside it. */
async function makeProject(folder: string, tarball: string, beside: readonly string[]): Promise<void> {
  const modules = join(folder, "node_modules");
  const unpacked = join(modules, "fanout-lab");
  mkdirSync(join(unpacked, "node_modules"), { recursive: true });
  await run("tar", ["xzf", tarball, "--strip-components=1", "-C", unpacked]);
  const { dependencies } = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const link = (name: string, place: string) =>
    symlinkSync(join(ROOT, "node_modules", name), join(place, name), "dir");
  for (const name of Object.keys(dependencies)) link(name, join(unpacked, "node_modules"));
  for (const name of beside) link(name, modules);
}

/** A block of the guide's chapter on tests, by its language. */
function testInGuide(language: string): string {
  const guide = readFileSync(join(installed, "docs/guide/checking.md"), "utf8");
  const chapter = guide.slice(guide.indexOf("## 9. In your own tests"));
  return blocksIn(chapter).find((block) => block.language === language)!.text;
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

let tarball: string;

beforeAll(async () => {
  if (!IS_DEEP) return;
  const copy = join(temporary, "copy");
  for (const name of PACKED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"), "dir");
  await run("npm", ["pack", "--pack-destination", temporary], { cwd: copy, env, maxBuffer: 1e8 });
  const name = readdirSync(temporary).find((file) => file.endsWith(".tgz"))!;
  tarball = join(temporary, name);
  await makeProject(project, tarball, ["vitest", "fast-check", "typescript"]);
  writeFileSync(join(project, "package.json"), '{ "name": "orders", "private": true }\n');
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe.runIf(IS_DEEP)("the tarball, in an empty project", () => {
  test("has what its documents link to; tests and contributing are for the checkout", () => {
    console.log(`packed ${statSync(tarball).size} bytes, unpacked ${bytesIn(installed)} bytes`);
    const documents = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".md") && !/^(dist|node_modules)\//.test(name),
    );
    expect(documents).toContain("docs/guide/checking.md");
    const isForCheckout = (path: string) =>
      /^(test\/(?!ground-truth\/)|test$|CONTRIBUTING\.md|knip\.json)/.test(path);
    const broken = documents.flatMap((document) =>
      linksIn(readFileSync(join(installed, document), "utf8"))
        .map(({ target }) => target)
        .filter((target) => !/^(https?:|mailto:|#)/.test(target))
        .map((target) => resolve(installed, dirname(document), target.split("#")[0]!))
        .filter((path) => !existsSync(path) && !isForCheckout(path.slice(installed.length + 1)))
        .map((path) => `${document}: ${path.slice(installed.length + 1)}`),
    );
    expect(broken).toEqual([]);
  });

  test("its tests for Vitest run as the guide writes them", async () => {
    writeFileSync(join(project, "orders.test.ts"), testInGuide("ts"));
    const vitest = join(project, "node_modules/vitest/vitest.mjs");
    const { stdout } = await run(process.execPath, [vitest, "run", "--no-color"], { cwd: project, env });
    expect(stdout).toMatch(/Tests {2}3 passed \(3\)/);
  });

  test("its test for Jest runs as the guide writes it", async (context) => {
    const folder = join(temporary, "jest");
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), '{ "name": "orders", "private": true }\n');
    try {
      await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "jest@30"], {
        cwd: folder,
        env,
      });
    } catch (error) {
      if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(String(error))) throw error;
      context.skip("no registry can be reached");
    }
    await makeProject(folder, tarball, []);
    writeFileSync(join(folder, "orders.test.mjs"), testInGuide("js"));
    const { stderr } = await run(process.execPath, [join(folder, "node_modules/jest/bin/jest.js")], {
      cwd: folder,
      env: { ...env, NODE_OPTIONS: "--experimental-vm-modules" },
    });
    expect(stderr).toMatch(/Tests: +1 passed, 1 total/);
  });

  test.each([
    ["nodenext", "nodenext"],
    ["bundler", "esnext"],
  ])(
    "its types are strict, and checked themselves: moduleResolution %s",
    async (moduleResolution, module) => {
      const program = `
      import { check, type CheckOptions, parseScenario, RecordKind, rules, type Scenario, simulate } from "fanout-lab";
      const parsed = parseScenario("{}");
      if (parsed.ok) {
        const scenario: Scenario = parsed.scenario;
        const servers: number = scenario.servers.count;
        const kinds: boolean[] = [...simulate(scenario, { seed: servers }).trace.kind].map((kind) => kind === RecordKind.message);
        const options: CheckOptions = { rules: [rules.delivery], bounds: { crashes: 1 } };
        console.log(kinds, check(scenario, options).verdicts);
        // @ts-expect-error there is no such field
        scenario.nothing;
        // @ts-expect-error a number of runs is no text
        check(scenario, { runs: "many" });
      }`;
      writeFileSync(join(project, "program.mts"), program);
      const compilerOptions = {
        module,
        moduleResolution,
        target: "es2022",
        lib: ["es2023", "dom"],
        types: [],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
      };
      const config = join(project, `tsconfig.${moduleResolution}.json`);
      writeFileSync(config, JSON.stringify({ compilerOptions, files: ["program.mts"] }));
      const tsc = join(project, "node_modules/typescript/bin/tsc");
      const said = await run(process.execPath, [tsc, "-p", config], { cwd: project }).then(
        () => "",
        ({ stdout }: { stdout: string }) => stdout,
      );
      expect(said).toBe("");
    },
  );

  test("its page opens in a browser, and shows what a link of its check leads to", async () => {
    const command = join(installed, "dist/node/fanout.js");
    expect(statSync(command).mode & 0o111).toBe(0o111);
    const server = spawn(command, ["serve", "--port", "0"], { cwd: project, env });
    const browser = await launchChromium();
    try {
      const url = await new Promise<string>((done, fail) => {
        server.stdout.on("data", (data) => done(/is at (\S+)/.exec(String(data))![1]!));
        server.stderr.on("data", (data) => fail(new Error(String(data))));
      });
      const argv = [
        "check",
        "polling-handshake",
        "-V",
        "round-robin",
        "-r",
        "affinity",
        "--json",
        "--base-url",
        url,
      ];
      const { stdout } = await run(command, argv, { cwd: project, env }).catch(
        (error: { code: number; stdout: string }) => {
          expect(error.code).toBe(1);
          return error;
        },
      );
      const { verdicts } = JSON.parse(stdout) as {
        verdicts: { counterexample: { link: string; timeMs: number } }[];
      };
      const { link, timeMs } = verdicts[0]!.counterexample;
      expect(link.startsWith(`${url}#`)).toBe(true);

      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", ({ message }) => complaints.push(message));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await page.goto(url);
      await page.getByTestId("course").getByRole("link").first().waitFor();
      await page.goto("about:blank");
      await page.goto(link);
      await page.getByRole("heading", { name: "Broken: affinity" }).waitFor();
      await page.getByText(`${(timeMs / 1000).toFixed(3)} s of`).waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      server.kill();
    }
  });
});
