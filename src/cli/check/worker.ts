/** A thread of the pool: does the tasks that it is given. */
import type { MessagePort } from "node:worker_threads";
import { perform, type Result, type Task, type TaskKind } from "./task.ts";

export interface Order<K extends TaskKind = TaskKind> {
  readonly task: Task<K>;
  /** One integer; 1 means stop. */
  readonly stop: SharedArrayBuffer;
  /** Takes progress. */
  readonly port: MessagePort;
}

export default async function work({ task, stop, port }: Order): Promise<Result<TaskKind>> {
  const flag = new Int32Array(stop);
  try {
    return await perform(task, {
      isStopped: () => Atomics.load(flag, 0) === 1,
      onProgress: (...progress) => port.postMessage(progress),
    });
  } finally {
    port.close();
  }
}
