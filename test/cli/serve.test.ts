/** `fanout serve` as a process, out of a package that has the built page, and out of one that has none. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtCommand, builtPage } from "../support/builds.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "fanout-serve-"));

/** The package as it is installed, as far as this command needs it. */
async function packageWith(name: string, page: string | null): Promise<string> {
  const place = join(folder, name);
  mkdirSync(join(place, "simulations"), { recursive: true });
  writeFileSync(join(place, "package.json"), readFileSync(join(ROOT, "package.json")));
  symlinkSync(join(ROOT, "node_modules"), join(place, "node_modules"));
  cpSync(dirname(await builtCommand()), join(place, "dist/node"), { recursive: true });
  if (page !== null) cpSync(page, join(place, "dist/page"), { recursive: true });
  return join(place, "dist/node/fanout.js");
}

interface Served {
  readonly child: ChildProcess;
  /** What it says first. */
  readonly said: string;
  readonly url: string;
}

function serve(command: string, ...argv: string[]): Promise<Served> {
  const child = spawn(process.execPath, [command, "serve", ...argv]);
  return new Promise((done, fail) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const [, url] = /is at (\S+) until/.exec(said) ?? [];
      if (url !== undefined && said.endsWith(".\n")) done({ child, said, url });
    });
    child.stderr.on("data", (data) => fail(new Error(String(data))));
  });
}

/** Ends it by Ctrl-C; with what it ends. */
function interrupted({ child }: Served): Promise<number | null> {
  const ended = new Promise<number | null>((done) => child.on("close", done));
  child.kill("SIGINT");
  return ended;
}

function run(command: string, ...argv: string[]): Promise<{ exit: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [command, "serve", ...argv]);
  const said = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    said.out += data;
  });
  child.stderr.on("data", (data) => {
    said.err += data;
  });
  return new Promise((done) => child.on("close", (exit) => done({ exit, ...said })));
}

/** A path as it stands: fetch would tidy it up. */
function statusOf(url: string, path: string, method = "GET"): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    request({ hostname, port, path, method }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on("error", fail)
      .end();
  });
}

describe("fanout serve", () => {
  let command: string;
  let page: string;
  let served: Served;

  beforeAll(async () => {
    page = await builtPage();
    command = await packageWith("whole", page);
    served = await serve(command, "--port", "0");
  });

  afterAll(async () => {
    served.child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test("says where, and how links lead there", () => {
    expect(served.url).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(served.said).toBe(
      `Fanout Lab is at ${served.url} until Ctrl-C.\nLinks of fanout check and fanout refute open there with --base-url ${served.url}.\n`,
    );
  });

  test("serves each file of the page as what it is, with the page's own policy", async () => {
    const html = readFileSync(join(page, "index.html"), "utf8");
    const response = await fetch(served.url);
    expect(await response.text()).toBe(html);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy")!;
    expect(html).toContain(`content="${policy.replace("; frame-ancestors 'none'", "")}"`);
    expect(policy).toContain("default-src 'none'");
    const files = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(1);
    for (const path of files) {
      const file = await fetch(new URL(path, served.url));
      expect(await file.text()).toBe(readFileSync(join(page, path), "utf8"));
      const type = path.endsWith(".css") ? "text/css" : "text/javascript";
      expect(file.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
      expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test.each([
    ["/", "GET", 200],
    ["/index.html", "HEAD", 200],
    ["/?version=1", "GET", 200],
    ["/assets", "GET", 404],
    ["/assets/", "GET", 404],
    ["/../package.json", "GET", 404],
    ["/assets/../../node/fanout.js", "GET", 404],
    ["/%2e%2e/package.json", "GET", 404],
    ["/..%2fpackage.json", "GET", 404],
    ["//etc/passwd", "GET", 404],
    ["/%", "GET", 404],
    ["/__proto__", "GET", 404],
    ["/", "POST", 405],
    ["/", "DELETE", 405],
  ])("%s by %s: %i", async (path, method, status) => {
    expect(await statusOf(served.url, path, method)).toBe(status);
  });

  test("says that the port is taken", async () => {
    const { port } = new URL(served.url);
    expect(await run(command, "--port", port)).toEqual({
      exit: 2,
      out: "",
      err: `error: port ${port} of localhost is taken by another program; choose another with --port, or any that is free with --port 0\n`,
    });
  });

  test("says that the machine has no such address", async () => {
    const { exit, err } = await run(command, "--host", "nowhere.invalid");
    expect(exit).toBe(2);
    expect(err).toContain('--host: this machine has no address "nowhere.invalid"; allowed: localhost, or');
  });

  test("says that the page is not built", async () => {
    const { exit, err } = await run(await packageWith("bare", null));
    expect(exit).toBe(2);
    expect(err).toMatch(
      /^error: the page is not built: there is no .*index\.html; in a checkout, npm run build/,
    );
  });

  test("ends by Ctrl-C with 0, whoever is still connected", async () => {
    const other = await serve(command, "--port", "0", "--host", "127.0.0.1");
    expect(other.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await fetch(other.url)).status).toBe(200);
    expect(await interrupted(other)).toBe(0);
  });
});
