/**
 * The rooms workload: N clients in rooms of R on K servers; each sends to its room about once a second, through balancer, server,
 * backplane and back. Here through the real machines with the fates of all copies kept, and as a bare loop on our queue;
 * the same in C++ is rooms.cc, on ns-3 rooms-ns3.cc, on SIM.JS rooms-simjs.cjs.
 */
import { SeededChoices } from "../../src/kernel/choices.ts";
import { EventQueue } from "../../src/kernel/queue.ts";
import { Simulation } from "../../src/model/simulation.ts";
import { PURPOSES } from "../../src/model/trace/purposes.ts";
import { buildSettings } from "../../src/scenario/build.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";
import type { Measured } from "./harness.ts";
import { xorshift32 } from "./hold.ts";

/** Simulated seconds before the clock is started, for the compiler to warm up: about a million events. C++ needs none. */
function warmUpSeconds(clients: number): number {
  return Math.max(1, 40_000 / clients);
}

function roomsWorld(
  clients: number,
  servers: number,
  roomSize: number,
  seconds: number,
  isQuiet = false,
): Simulation {
  const parsed = validateScenario({
    version: 1,
    name: "rooms",
    title: "rooms",
    summary: "rooms",
    durationMs: seconds * 1000,
    clients: [{ name: "c", count: clients, transport: "websocket", roomSize, startConnected: true }],
    servers: { count: servers },
    backplane: { kind: "redis" },
    network: {
      client: { latencyMs: { distribution: "uniform", minMs: 5, maxMs: 15 } },
      server: { latencyMs: 0.5 },
      backplane: { latencyMs: 0.3 },
    },
    workload: isQuiet
      ? []
      : [{ from: "c", to: "room", firstMs: { minMs: 0, maxMs: 1000 }, everyMs: { minMs: 500, maxMs: 1500 } }],
  });
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors));
  return new Simulation(buildSettings(parsed.scenario), new SeededChoices(1, PURPOSES), { trace: false });
}

/** Through the real machines. */
export function rooms(clients: number, servers: number, roomSize: number, seconds: number): Measured {
  const beginUs = warmUpSeconds(clients) * 1e6;
  const endUs = beginUs + seconds * 1e6;
  const world = roomsWorld(clients, servers, roomSize, endUs / 1e6);
  while (world.step(beginUs));
  let events = 0;
  const start = performance.now();
  while (world.step(endUs)) events++;
  const elapsed = (performance.now() - start) / 1000;
  const { sent, delivered, lost } = world.tally;
  if (lost[0] !== 0 || delivered[0]! < sent[0]! * 0.95)
    throw new Error("the rooms workload must not lose anything");
  return { seconds: elapsed, events, check: "" };
}

/** Memory of a world with all its clients connected, without traffic and with some seconds of it. Needs `--expose-gc`. */
export function roomsMemory(clients: number, servers: number, roomSize: number, seconds: number) {
  const used = () => {
    globalThis.gc!();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const quiet = roomsWorld(clients, servers, roomSize, seconds, true);
  const connected = used() - before;
  const world = roomsWorld(clients, servers, roomSize, seconds);
  while (world.step(seconds * 1e6));
  const grown = used() - before - 2 * connected;
  if (quiet.tally.sent[0] !== 0) throw new Error("nobody may send in a quiet world");
  return { bytesPerClient: connected / clients, bytesPerCopy: grown / world.tally.sent[0]! };
}

/** The same events as a bare loop: our queue, no machines, no records. */
export function roomsBare(clients: number, servers: number, roomSize: number, seconds: number): Measured {
  const uniform = xorshift32();
  const queue = new EventQueue();
  for (let i = 0; i < clients; i++) queue.schedule(Math.floor(uniform() * 1e6), 0, i, 0, 0);
  let events = 0;
  let delivered = 0;
  const run = (untilUs: number) => {
    while (queue.pop(untilUs)) {
      events++;
      const { nowUs, entity: a, x: b } = queue;
      switch (queue.code) {
        case 0: // a client sends
          queue.schedule(nowUs + 5000 + Math.floor(uniform() * 10_000), 1, a, 0, 0);
          queue.schedule(nowUs + 500_000 + Math.floor(uniform() * 1e6), 0, a, 0, 0);
          break;
        case 1: // balancer → server
          queue.schedule(nowUs + 500, 2, a, 0, 0);
          break;
        case 2: // server → backplane
          queue.schedule(nowUs + 300, 3, a, 0, 0);
          break;
        case 3: // backplane → servers
          for (let k = 0; k < servers; k++) queue.schedule(nowUs + 300, 4, a, k, 0);
          break;
        case 4: {
          // server → balancer, one for each local recipient
          const first = a - (a % roomSize);
          for (let j = first; j < Math.min(first + roomSize, clients); j++)
            if (j !== a && j % servers === b) queue.schedule(nowUs + 500, 5, a, j, 0);
          break;
        }
        case 5: // balancer → client
          queue.schedule(nowUs + 5000 + Math.floor(uniform() * 10_000), 6, a, b, 0);
          break;
        default:
          delivered++;
      }
    }
  };
  const beginUs = warmUpSeconds(clients) * 1e6;
  run(beginUs);
  events = 0;
  const start = performance.now();
  run(beginUs + seconds * 1e6);
  const elapsed = (performance.now() - start) / 1000;
  if (delivered === 0) throw new Error("nothing was delivered");
  return { seconds: elapsed, events, check: "" };
}
