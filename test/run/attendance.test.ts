/** Who was connected to which server, and when, as it is read off a run. */
import { expect, it } from "vitest";
import { attendanceOf } from "../../src/run/attendance.ts";
import { simulate } from "../../src/run/simulate.ts";
import { formatErrors, validateScenario } from "../../src/scenario/parse.ts";

/** Three clients at two servers, of which the second is dead from 1 s on. */
function attendance() {
  const parsed = validateScenario({
    version: 1,
    name: "test",
    title: "test",
    summary: "test",
    durationMs: 2300,
    clients: [
      {
        name: "c",
        count: 3,
        transport: "websocket",
        startConnected: true,
        reconnectionDelayMs: 300,
        randomizationFactor: 0,
      },
    ],
    servers: { count: 2 },
    balancer: { policy: "round-robin" },
    faults: [{ atMs: 1000, act: "crash", target: "server-2" }],
  });
  if (!parsed.ok) throw new Error(formatErrors(parsed.errors));
  return attendanceOf(simulate(parsed.scenario));
}

it("counts the clients of each server: at the end, and most at a time", () => {
  expect(attendance().servers).toEqual([
    { server: "server-1", atEnd: 3, most: 3 },
    { server: "server-2", atEnd: 0, most: 1 },
  ]);
});

it("divides the time into spans of a round length, and says how each ended", () => {
  const { spans } = attendance();
  expect(spans.map(({ untilUs }) => untilUs / 1000)).toEqual([
    200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000, 2200, 2300,
  ]);
  expect(spans.map(({ byServer }) => byServer)).toEqual([
    ...Array.from({ length: 5 }, () => [2, 1]),
    [2, 0],
    [2, 0],
    ...Array.from({ length: 5 }, () => [3, 0]),
  ]);
  expect(spans.map(({ connected }) => connected)).toEqual([3, 3, 3, 3, 3, 2, 2, 3, 3, 3, 3, 3]);
  expect(spans.map(({ lost }) => lost)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
});
