/** What senders believe, and what was done, at a time. */
import { describe, expect, it } from "vitest";
import { beliefTable, readTasks } from "../../src/run/outcomes.ts";
import { simulate } from "../../src/run/simulate.ts";
import { indexTasks, tasksAt } from "../../src/view/run/tasks.ts";
import { lesson } from "./lessons.ts";

const at = (variant: string, name: string, ms: number) =>
  beliefTable(tasksAt(indexTasks(simulate(lesson(name, variant))), ms * 1000));

describe("messages that servers act on", () => {
  it("wait at first, and what comes later is not known yet", () => {
    expect(at("again", "the-lost-ack", 540)).toEqual([{ belief: "waiting", counts: [1, 0, 0] }]);
    expect(at("again", "the-lost-ack", 555)).toEqual([{ belief: "waiting", counts: [0, 1, 0] }]);
    expect(at("again", "the-lost-ack", 900)).toEqual([{ belief: "done", counts: [0, 1, 0] }]);
  });

  it("wait in a queue too, also where the run ends before their turn comes", () => {
    const queue = lesson("order-or-speed", "one");
    const waiting = [{ belief: "waiting", counts: [3, 1, 0] }];
    expect(at("one", "order-or-speed", 565)).toEqual(waiting);
    expect(beliefTable(readTasks(simulate({ ...queue, durationMs: 565 })))).toEqual(waiting);
    const tasks = tasksAt(indexTasks(simulate(queue)), 565_000);
    expect(tasks.map(({ triedUs }) => triedUs.length)).toEqual([1, 0, 0, 0]);
  });

  it("are in the row of what their senders were told, in the column of how often they were done", () => {
    expect(at("again", "the-lost-ack", 6000)).toEqual([{ belief: "done", counts: [0, 4, 1] }]);
    expect(at("impatient", "timed-out-and-done", 8000)).toEqual([
      { belief: "done", counts: [0, 24, 0] },
      { belief: "failed", counts: [0, 6, 0] },
    ]);
    expect(at("before", "dedupe-window", 8000)).toEqual([{ belief: "done", counts: [4, 50, 0] }]);
    expect(at("forget", "fire-and-forget", 6000)).toEqual([{ belief: "unasked", counts: [4, 77, 0] }]);
  });
});
