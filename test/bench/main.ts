/**
 * The benchmarks: `npm run bench`, or `npm run bench -- --repeats=3 hold rooms` for some of them and fewer repeats (default 7).
 *
 * The parent process runs the programs; as `main.js --run=hold <pending> <events>` this file is one of them.
 */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { measureAnswers } from "../browser/answer-figures.ts";
import { measureFps } from "../browser/fps.ts";
import { measureOpening } from "../browser/opening-figures.ts";
import { measureBounds } from "./bounds.ts";
import { dispatchCompiled, dispatchXState } from "./dispatch.ts";
import { compare, compileCpp, machine, type Program, table } from "./harness.ts";
import { hold, rearm } from "./hold.ts";
import { rooms, roomsBare, roomsMemory } from "./rooms.ts";
import { exhaustiveStates, randomRuns, SEARCHED } from "./search.ts";

/** What a child process can run: our own programs, by name. */
const programs = {
  hold,
  rearm,
  dispatchCompiled,
  dispatchXState,
  rooms,
  roomsBare,
  roomsMemory,
  randomRuns,
  exhaustiveStates,
};
type ProgramName = keyof typeof programs;

function ours(name: string, program: ProgramName, ...args: number[]): Program {
  return {
    name,
    command: process.execPath,
    args: ["--expose-gc", process.argv[1]!, `--run=${program}`, ...args.map(String)],
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

/** One event that calls one action: the compiled tables against XState's interpreter. */
export function benchDispatch(repeats: number): string {
  return [
    table(
      "dispatch, M events/s, × XState",
      compare(
        [
          ours("XState actor.send", "dispatchXState", 0, 200_000),
          ours("compiled", "dispatchCompiled", 0, 20_000_000),
          ours("compiled, behind a guard", "dispatchCompiled", 1, 20_000_000),
        ],
        repeats,
      ),
    ),
  ].join("\n");
}

const roomSizes = [
  { clients: 1_000, seconds: 100, simjsSeconds: 20 },
  { clients: 100_000, seconds: 3, simjsSeconds: 1 },
];

/** The rooms workload: the real machines against a bare loop, C++, ns-3 and SIM.JS. */
export function benchRooms(repeats: number): string {
  const cpp = compileCpp(resolve("test/bench/rooms.cc"));
  const ns3 = compileCpp(resolve("test/bench/rooms-ns3.cc"), "ns3-core");
  const notes: string[] = [];
  if ("missing" in cpp) notes.push(`(without C++: ${cpp.missing})`);
  if ("missing" in ns3) notes.push(`(without ns-3: ${ns3.missing})`);
  const tables = roomSizes.map(({ clients, seconds, simjsSeconds }) => {
    const shape = [clients, 4, 10] as const;
    const contenders: Program[] = [
      ours("Fanout Lab, real machines", "rooms", ...shape, seconds),
      ours("bare loop on our queue", "roomsBare", ...shape, seconds),
      {
        name: "SIM.JS",
        command: process.execPath,
        args: [resolve("test/bench/rooms-simjs.cjs"), ...shape.map(String), String(simjsSeconds)],
      },
    ];
    const compiled = { "bare C++ loop": cpp, "ns-3": ns3 };
    for (const [name, program] of Object.entries(compiled)) {
      if ("path" in program)
        contenders.push({ name, command: program.path, args: [...shape, seconds].map(String) });
    }
    return table(
      `rooms, ${clients.toLocaleString("en")} clients, M events/s, × Fanout Lab`,
      compare(contenders, repeats),
    );
  });
  const [, ...args] = ours("", "roomsMemory", 100_000, 4, 10, 1).args;
  const memory = JSON.parse(
    execFileSync(process.execPath, ["--expose-gc", ...args], { encoding: "utf8" }),
  ) as {
    bytesPerClient: number;
    bytesPerCopy: number;
  };
  const size = `100,000 clients: ${memory.bytesPerClient.toFixed(0)} bytes each, connected; ${memory.bytesPerCopy.toFixed(0)} bytes for each copy sent`;
  return [...notes, ...tables, size].join("\n");
}

/** Who plays, how fast, and how many times slower than this machine. */
const PLAYED = [
  { clients: 200, pace: "follow", slowdown: 1 },
  { clients: 200, pace: "slow-10", slowdown: 1 },
  { clients: 200, pace: "real", slowdown: 1 },
  { clients: 2_000, pace: "slow-10", slowdown: 1 },
  { clients: 2_000, pace: "slow-10", slowdown: 4 },
];

/** How evenly the page plays: ten seconds each. */
export async function benchFps(): Promise<string> {
  const lines: string[] = [];
  for (const { clients, pace, slowdown } of PLAYED) {
    const played = await measureFps({ clients, pace, slowdown });
    const { p50, p95, p99, max } = played.intervalMs;
    lines.push(
      `  ${clients} clients, ${pace}, CPU ${slowdown} times slower: ${played.framesPerSecond.toFixed(1)} frames/s; ` +
        `intervals p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max} ms; ` +
        `${played.late} of ${played.frames} late; up to ${played.inFlight.max} packets in flight`,
    );
  }
  return ["the page, 10 s of play in headless Chromium", ...lines].join("\n");
}

/** Searches on the lessons: against the same search on XState's actors, states a second, and on two threads. */
export function benchSearch(repeats: number): string {
  const tables = SEARCHED.map(([lesson, variant], i) =>
    table(
      `random runs of ${lesson}, ${variant}, M runs/s, × XState's actors`,
      compare(
        [ours("XState's actors", "randomRuns", i, 1, 2), ours("compiled", "randomRuns", i, 0, 100)],
        repeats,
      ),
    ),
  );
  const states = SEARCHED.map(([lesson, variant], i) =>
    table(
      `all runs of ${lesson}, ${variant}, M states/s`,
      compare([ours("exhaustive", "exhaustiveStates", i, i === 0 ? 20 : 2)], repeats),
    ),
  );
  const runs = 60_000;
  const threads = [1, 2].map((workers) => ({
    name: `${workers} worker${workers === 1 ? "" : "s"}`,
    command: process.execPath,
    args: ["-e", CHECK_TIMED, String(workers), String(runs)],
  }));
  const scaling = table(
    `fanout check, ${runs} random runs, M runs/s, × one worker`,
    compare(threads, repeats),
  );
  return [...tables, ...states, scaling].join("\n");
}

/** Runs the command line on a lesson, and prints how long it took, its start and end included. */
const CHECK_TIMED = `
  const [workers, runs] = process.argv.slice(1);
  const began = performance.now();
  const { search } = JSON.parse(require("node:child_process").execFileSync(process.execPath, ["dist/node/fanout.js",
    "check", "polling-handshake", "--variant", "cookie", "--runs", runs, "--workers", workers, "--json"]));
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, events: search.runs, check: "" }));
`;

const benchmarks: Record<string, (repeats: number) => string | Promise<string>> = {
  hold: benchHold,
  rearm: benchRearm,
  dispatch: benchDispatch,
  rooms: benchRooms,
  search: benchSearch,
  fps: benchFps,
  answers: measureAnswers,
  opening: measureOpening,
  bounds: measureBounds,
};

async function main(args: readonly string[]): Promise<void> {
  const run = args.find((arg) => arg.startsWith("--run="))?.slice("--run=".length);
  const rest = args.filter((arg) => !arg.startsWith("--"));
  if (run !== undefined) {
    const program = programs[run as ProgramName] as (...args: number[]) => unknown;
    console.log(JSON.stringify(program(...rest.map(Number))));
    return;
  }
  const repeats = Number(args.find((arg) => arg.startsWith("--repeats="))?.slice("--repeats=".length) ?? 7);
  console.log(`${machine()}; ${repeats} interleaved repeats, medians`);
  for (const [name, bench] of Object.entries(benchmarks)) {
    if (rest.length === 0 || rest.includes(name)) console.log(await bench(repeats));
  }
}

await main(process.argv.slice(2));
