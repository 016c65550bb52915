/**
 * Long work in turns: each goes on at once while the task in which it is asked for is short, and in a task of its own
 * otherwise. So a key or a tap never waits for more than the longest single turn.
 */

/** A task that has worked so long leaves what is still to be done to others. ms. */
const TASK_MS = 8;

const waiting: (() => void)[] = [];
/** When the first turn of this task began, or all code was begun to be evaluated; null: none has, in this task. */
let beganMs: number | null = null;

const nextTask = new MessageChannel();
nextTask.port1.onmessage = () => {
  beganMs = null;
  const next = waiting.shift();
  if (next === undefined) return;
  begin();
  next();
};

/** To be awaited before work; null: there is time now. */
export function turn(): Promise<void> | null {
  if (beganMs === null) begin();
  if (waiting.length === 0 && performance.now() - beganMs! < TASK_MS) return null;
  return new Promise((go) => waiting.push(go));
}

/** Works at once, while this task is short, and else in a task of its own. */
export function inTurn(work: () => void): void {
  const comes = turn();
  if (comes === null) work();
  else void comes.then(work);
}

function begin(): void {
  beganMs = performance.now();
  nextTask.port2.postMessage(null);
}
begin();
