/**
 * The benchmarks: `npx vite build --ssr test/bench/main.ts --outDir dist/bench && node dist/bench/main.js`,
 * run where package.json is. `--repeats=n` (default 7); names after it choose benchmarks.
 *
 * The parent process runs the programs; as `main.js --run=hold <pending> <events>` this file is one of them.
 */
import { resolve } from "node:path";
import { compare, compileCpp, machine, type Program, table } from "./harness.ts";
import { hold, rearm } from "./hold.ts";

/** What a child process can run: our own programs, by name. */
const programs = { hold, rearm };

function ours(name: string, program: keyof typeof programs, ...args: number[]): Program {
  return {
    name,
    command: process.execPath,
    args: [process.argv[1], `--run=${program}`, ...args.map(String)],
  };
}

const sizes = [
  { pending: 1_000, events: 8_000_000, simjsEvents: 1_000_000 },
  { pending: 100_000, events: 8_000_000, simjsEvents: 500_000 },
  { pending: 1_000_000, events: 8_000_000, simjsEvents: 0 },
];

/** Our event queue against C++'s priority queue and SIM.JS. */
export function benchHold(repeats: number): string {
  const cpp = compileCpp(resolve("test/bench/hold.cc"));
  const notes = "missing" in cpp ? [`(without C++: ${cpp.missing})`] : [];
  const tables = sizes.map(({ pending, events, simjsEvents }) => {
    const contenders: Program[] = [ours("Fanout Lab", "hold", pending, events)];
    if ("path" in cpp) {
      contenders.push({
        name: "C++ priority_queue",
        command: cpp.path,
        args: [String(pending), String(events)],
      });
    }
    if (simjsEvents > 0) {
      const args = [resolve("test/bench/hold-simjs.cjs"), String(pending), String(simjsEvents)];
      contenders.push({ name: "SIM.JS", command: process.execPath, args });
    }
    return table(
      `hold model, ${pending.toLocaleString("en")} pending, M events/s, × Fanout Lab`,
      compare(contenders, repeats),
    );
  });
  return [...notes, ...tables].join("\n");
}

/** Timers re-armed: cancel and schedule. */
export function benchRearm(repeats: number): string {
  const contenders = [1_000, 100_000, 1_000_000].map((pending) =>
    ours(`${pending.toLocaleString("en")} timers`, "rearm", pending, 4_000_000),
  );
  // Different work each, so each is compared with itself only.
  const results = contenders.flatMap((program) => compare([program], repeats));
  return table("timers re-armed, M/s", results);
}

const benchmarks: Record<string, (repeats: number) => string> = { hold: benchHold, rearm: benchRearm };

function main(args: readonly string[]): void {
  const run = args.find((arg) => arg.startsWith("--run="))?.slice("--run=".length);
  const rest = args.filter((arg) => !arg.startsWith("--"));
  if (run !== undefined) {
    const [pending, events] = rest.map(Number);
    console.log(JSON.stringify(programs[run as keyof typeof programs](pending, events)));
    return;
  }
  const repeats = Number(args.find((arg) => arg.startsWith("--repeats="))?.slice("--repeats=".length) ?? 7);
  console.log(`${machine()}; ${repeats} interleaved repeats, medians`);
  for (const [name, bench] of Object.entries(benchmarks)) {
    if (rest.length === 0 || rest.includes(name)) console.log(bench(repeats));
  }
}

main(process.argv.slice(2));
