/**
 * `npm run fuzz`: 100,000 cases of all kinds, on two threads of the machine, each in a process of its own. Beside what kinds.ts holds
 * each case to, none may take more than two seconds of a processor, and no process more than 512 MB.
 *
 *     npm run fuzz -- [--cases=100000] [--seed=1]
 */
import { fork } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { KINDS } from "./kinds.ts";

const PROCESSES = 2;
const CHUNK = 250;
const MOST_CPU_MS = 2000;
const MOST_KB = 512 * 1024;
/** A case that goes on for so long by the clock has hung, however busy the machine is. */
const HUNG_MS = 30_000;
/** After so many, the rest is mostly more of the same. */
const MOST_VIOLATIONS = 20;

interface Chunk {
  readonly kind: number;
  readonly seed: number;
  readonly count: number;
}

/** What became of the cases of a chunk. */
interface Told {
  readonly kind: string;
  readonly counts: Record<string, number>;
  readonly violations: string[];
  maxCpuMs: number;
  maxRssKb: number;
}

interface Tried {
  readonly fate: string;
  /** What is wrong with it; null: nothing. */
  readonly wrong: string | null;
  readonly cpuMs: number;
}

function option(name: string, initial: number): number {
  const found = process.argv.find((one) => one.startsWith(`--${name}=`));
  return found === undefined ? initial : Number(found.slice(name.length + 3));
}

/** Which chunks a process does: every n-th. */
function* chunksOf(shares: readonly number[], part: number): Generator<Chunk> {
  let n = 0;
  for (const [kind, share] of shares.entries()) {
    const all = Math.round((option("cases", 100_000) * share) / 100);
    for (let done = 0; done < all; done += CHUNK)
      if (n++ % PROCESSES === part)
        yield { kind, seed: option("seed", 1) * 1_000_000 + done, count: Math.min(CHUNK, all - done) };
  }
}

/** Does a part of the cases, and writes into a file which one it is at, so that somebody can tell if it never comes back. */
async function work(part: number, file: string): Promise<void> {
  const { casesOf, KINDS } = await import("./kinds.ts");
  const at = openSync(file, "w");
  for (const chunk of chunksOf(
    KINDS.map(({ share }) => share),
    part,
  )) {
    const kind = KINDS[chunk.kind]!;
    const told: Told = { kind: kind.name, counts: {}, violations: [], maxCpuMs: 0, maxRssKb: 0 };
    for (const [i, one] of casesOf(kind, chunk.seed, chunk.count).entries()) {
      const words = `${kind.name}, seed ${chunk.seed}, number ${i}`;
      writeSync(at, words.padEnd(100), 0);
      let tried = await attempt(kind, one);
      // The first of its kind has all code to compile.
      if (tried.cpuMs > MOST_CPU_MS) tried = await attempt(kind, one);
      const { fate, wrong, cpuMs } = tried;
      told.counts[fate] = (told.counts[fate] ?? 0) + 1;
      told.maxCpuMs = Math.max(told.maxCpuMs, cpuMs);
      const shown = JSON.stringify(one).slice(0, 400);
      if (wrong !== null) told.violations.push(`${words}: ${wrong}\n    ${shown}`);
      if (cpuMs > MOST_CPU_MS) told.violations.push(`${words}: took ${Math.round(cpuMs)} ms\n    ${shown}`);
    }
    told.maxRssKb = process.resourceUsage().maxRSS;
    const isTooLarge = told.maxRssKb > MOST_KB;
    if (isTooLarge)
      told.violations.push(`${kind.name}, seed ${chunk.seed}: ${Math.round(told.maxRssKb / 1024)} MB`);
    await new Promise((resolve) => process.send!(told, resolve));
    if (isTooLarge) break;
  }
  process.disconnect();
}

async function attempt({ probe }: (typeof KINDS)[number], one: unknown): Promise<Tried> {
  const before = process.cpuUsage();
  const how = await Promise.resolve()
    .then(() => probe(one))
    .then(
      (fate) => ({ fate, wrong: null }),
      (error: Error) => ({ fate: "wrong", wrong: error.message.slice(0, 500) }),
    );
  const { user, system } = process.cpuUsage(before);
  return { ...how, cpuMs: (user + system) / 1000 };
}

/** Has the processes work, and adds up what they tell. */
async function lead(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fanout-fuzz-"));
  const totals = new Map<string, Record<string, number>>();
  const violations: string[] = [];
  let [maxCpuMs, maxRssKb] = [0, 0];
  const ended = Array.from({ length: PROCESSES }, async (_, part) => {
    const file = join(folder, String(part));
    writeFileSync(file, "");
    const child = fork(
      fileURLToPath(import.meta.url),
      [`--part=${part}`, `--at=${file}`, ...process.argv.slice(2)],
      {
        execArgv: ["--max-old-space-size=400"],
      },
    );
    child.on("message", (told: Told) => {
      violations.push(...told.violations);
      const total = totals.get(told.kind) ?? {};
      for (const [fate, n] of Object.entries(told.counts)) total[fate] = (total[fate] ?? 0) + n;
      totals.set(told.kind, total);
      maxCpuMs = Math.max(maxCpuMs, told.maxCpuMs);
      maxRssKb = Math.max(maxRssKb, told.maxRssKb);
      if (violations.length >= MOST_VIOLATIONS) child.kill();
    });
    let [before, sinceMs] = ["", performance.now()];
    const watch = setInterval(() => {
      const now = readFileSync(file, "utf8");
      if (now !== before) [before, sinceMs] = [now, performance.now()];
      else if (performance.now() - sinceMs > HUNG_MS) {
        violations.push(`${now.trim()}: hangs`);
        child.kill("SIGKILL");
      }
    }, 500);
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.on("exit", (...how) => resolve(how)),
    );
    clearInterval(watch);
    if (code !== 0)
      violations.push(`${readFileSync(file, "utf8").trim()}: the process ended with ${code ?? signal}`);
  });
  await Promise.all(ended);
  rmSync(folder, { recursive: true, force: true });
  let cases = 0;
  for (const [kind, counts] of totals) {
    const words = Object.entries(counts).map(([fate, n]) => `${n} ${fate}`);
    cases += Object.values(counts).reduce((sum, n) => sum + n, 0);
    console.log(`${kind.padEnd(30)} ${words.join(", ")}`);
  }
  console.log(
    `${cases} cases in ${Math.round(performance.now() / 1000)} s; the longest took ${Math.round(maxCpuMs)} ms of a processor, the most memory was ${Math.round(maxRssKb / 1024)} MB`,
  );
  for (const violation of violations) console.log(`✕ ${violation}`);
  console.log(violations.length === 0 ? "No violation." : `${violations.length} violations.`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

const part = option("part", -1);
if (part < 0) await lead();
else await work(part, process.argv.find((one) => one.startsWith("--at="))!.slice(5));
