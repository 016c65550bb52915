/** A worker that starts while the page is still being put together: the first run need not wait for it. */

/** Starts a worker. */
export function startWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}

let first: Worker | null = startWorker();
first.onerror = (event) => {
  event.preventDefault();
  first = null;
};

/** The first worker, for whoever asks first; null: it is taken, or has failed. */
export function takeFirst(): Worker | null {
  const taken = first;
  first = null;
  return taken;
}
