/** Who does the tasks of a search: a pool of threads, or this thread alone. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import Tinypool from "tinypool";
import type { Exploration } from "../../check/exhaustive.ts";
import { packageRoot } from "../lessons.ts";
import { perform, type Result, type Task, type TaskKind } from "./task.ts";
import type { Order } from "./worker.ts";

export interface Crew {
  /** Tasks that are done at once. */
  readonly size: number;
  run<K extends TaskKind>(task: Task<K>, onProgress?: (exploration: Exploration) => void): Promise<Result<K>>;
  /** Asks all tasks under way to end with what they know. */
  stop(): void;
  close(): Promise<void>;
}

/** A crew of `size` threads. One needs no other thread than this; run from its sources, the program has no file for others. */
export function crewOf(size: number): Crew {
  const file = join(packageRoot(), "dist/node/check-worker.js");
  return size === 1 || import.meta.url.endsWith(".ts") || !existsSync(file) ? alone() : pool(size, file);
}

function alone(): Crew {
  let isStopped = false;
  return {
    size: 1,
    run: async (task, onProgress = () => {}) => {
      // Between tasks the event loop turns, so that Ctrl-C is heard.
      await new Promise((resolve) => setImmediate(resolve));
      return perform(task, { isStopped: () => isStopped, onProgress });
    },
    stop: () => {
      isStopped = true;
    },
    close: async () => {},
  };
}

function pool(size: number, filename: string): Crew {
  const threads = new Tinypool({ filename, minThreads: size, maxThreads: size });
  const stop = new SharedArrayBuffer(4);
  return {
    size,
    run: async <K extends TaskKind>(task: Task<K>, onProgress = (_: Exploration) => {}) => {
      const { port1, port2 } = new MessageChannel();
      port1.on("message", onProgress);
      port1.unref();
      try {
        const order: Order<K> = { task, stop, port: port2 };
        return (await threads.run(order, { transferList: [port2] })) as Result<K>;
      } finally {
        port1.close();
      }
    },
    stop: () => void Atomics.store(new Int32Array(stop), 0, 1),
    close: () => threads.destroy(),
  };
}
