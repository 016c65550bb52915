/** Messages that servers act on, as they stand at a time: what their senders believe, and what was done. */
import { readTasks, type Task } from "../../run/outcomes.ts";
import type { RunResult } from "../../run/result.ts";

export interface TaskIndex {
  readonly tasks: readonly Task[];
  /** When anything changes about any of them, in order. µs. */
  readonly changesUs: Float64Array;
}

export function indexTasks(run: RunResult): TaskIndex {
  const tasks = readTasks(run);
  const times = tasks.flatMap(({ sentUs, triedUs, settledUs, doneUs }) => [
    sentUs,
    ...triedUs,
    ...doneUs,
    ...(settledUs < 0 ? [] : [settledUs]),
  ]);
  return { tasks, changesUs: Float64Array.from(times).sort() };
}

/** Those that were sent by a time, as nobody knew more of them then. */
export function tasksAt({ tasks }: TaskIndex, timeUs: number): Task[] {
  return tasks
    .filter(({ sentUs }) => sentUs <= timeUs)
    .map((task) => ({
      ...task,
      outcome: task.settledUs <= timeUs ? task.outcome : null,
      triedUs: task.triedUs.filter((triedUs) => triedUs <= timeUs),
      doneUs: task.doneUs.filter((doneUs) => doneUs <= timeUs),
    }));
}
