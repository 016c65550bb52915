/** Those who do the tasks of a search: a pool of threads, or, when run from the sources, this thread alone. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import Tinypool from "tinypool";
import { type Hooks, perform, type Result, type Task, type TaskKind } from "./task.ts";
import type { Order } from "./worker.ts";

type OnProgress = Hooks["onProgress"];

export interface Crew {
  /** Tasks that are done at once. */
  readonly size: number;
  /** Does a task; null if it was given up. */
  run<K extends TaskKind>(task: Task<K>, onProgress?: OnProgress): Promise<Result<K> | null>;
  /**
   * Asks all tasks under way to end with what they know. A task that does not hear it within `graceMs`, because one run takes
   * too long, is given up.
   */
  stop(graceMs: number): void;
  /** Tasks may be done again from now on, until `isOver`. A crew without threads must ask: it hears no timer while it works. */
  resume(isOver: () => boolean): void;
  close(): Promise<void>;
}

/**
 * A crew of `size` threads. One has a thread of its own too: so this one always hears Ctrl-C and the clock.
 * Run from its sources, the program has no file for threads.
 */
export function crewOf(size: number): Crew {
  const file = workerFile();
  return file === null ? alone() : pool(size, file);
}

/** The thread's program: built with this one, beside it or beside the folder of shared pieces. */
function workerFile(): string | null {
  if (import.meta.url.endsWith(".ts")) return null;
  const places = ["./check-worker.js", "../check-worker.js"];
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return files.find((file) => existsSync(file)) ?? null;
}

/** What a task's data can't be copied with, and goes over to its thread. */
function portsOf(task: Task): MessagePort[] {
  if (task.kind === "explore") return task.lines.map(({ port }) => port);
  return task.kind === "scout" ? [task.line.port] : [];
}

function alone(): Crew {
  let isStopped = false;
  let isOver = () => false;
  return {
    size: 1,
    run: async (task, onProgress = () => {}) => {
      // Between tasks the event loop turns, so that Ctrl-C is heard.
      await new Promise((resolve) => setImmediate(resolve));
      return perform(task, { isStopped: () => isStopped || isOver(), onProgress });
    },
    stop: () => {
      isStopped = true;
    },
    resume: (over) => {
      isStopped = false;
      isOver = over;
    },
    close: async () => {},
  };
}

function pool(size: number, filename: string): Crew {
  let threads: Tinypool | null = null;
  let stop = new SharedArrayBuffer(4);
  let giveUp: ReturnType<typeof setTimeout> | undefined;
  const underWay = new Set<() => void>();
  const end = async () => {
    clearTimeout(giveUp);
    giveUp = undefined;
    const ending = threads;
    threads = null;
    for (const abandon of underWay) abandon();
    await ending?.destroy();
  };
  return {
    size,
    run: async <K extends TaskKind>(task: Task<K>, onProgress: OnProgress = () => {}) => {
      threads ??= new Tinypool({ filename, minThreads: 1, maxThreads: size });
      const { port1, port2 } = new MessageChannel();
      port1.on("message", (progress: Parameters<OnProgress>) => onProgress(...progress));
      port1.unref();
      let abandon = () => {};
      const abandoned = new Promise<null>((resolve) => {
        abandon = () => resolve(null);
      });
      underWay.add(abandon);
      try {
        const order: Order<K> = { task, stop, port: port2 };
        const done = threads.run(order, { transferList: [port2, ...portsOf(task as Task)] }) as Promise<
          Result<K>
        >;
        // Ended with its thread, a task that was given up rejects; nobody waits for it any more.
        done.catch(() => {});
        return await Promise.race([done, abandoned]);
      } finally {
        underWay.delete(abandon);
        port1.close();
      }
    },
    stop: (graceMs) => {
      Atomics.store(new Int32Array(stop), 0, 1);
      if (underWay.size > 0) giveUp ??= setTimeout(() => void end(), graceMs);
    },
    resume: () => {
      clearTimeout(giveUp);
      giveUp = undefined;
      stop = new SharedArrayBuffer(4);
    },
    close: end,
  };
}
