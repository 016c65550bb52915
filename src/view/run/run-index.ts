/** Everything that the page looks up in a run, built once, in the worker, from the trace alone. */
import type { RunResult } from "../../run/result.ts";
import { readRows, type WrittenMessage } from "../../run/rows.ts";
import { type Crowd, crowdOf } from "./crowd.ts";
import { type Density, densityOf } from "./density.ts";
import { type Flow, flowsOf } from "./flows.ts";
import { type FrameIndex, indexFrames } from "./frames.ts";
import { type HeldIndex, indexHeld } from "./held.ts";
import { indexLedger, type LedgerIndex } from "./ledger-index.ts";
import { indexNodeStates, type NodeStates } from "./node-states.ts";
import { hasRare } from "./rare.ts";
import { indexRequests, type RequestIndex } from "./requests.ts";
import { indexSteps, type Steps } from "./steps.ts";
import { indexTasks, type TaskIndex } from "./tasks.ts";
import { buildWarp, type Warp } from "./warp.ts";

export interface RunIndex {
  readonly frames: FrameIndex;
  readonly warp: Warp;
  readonly ledger: LedgerIndex;
  readonly states: NodeStates;
  readonly steps: Steps;
  readonly requests: RequestIndex;
  readonly held: HeldIndex;
  readonly density: Density;
  readonly tasks: TaskIndex;
  /** Whether the words for what happens in it have to be fetched (rare.ts). */
  readonly hasRare: boolean;
  /** What servers write into a database. */
  readonly rows: readonly WrittenMessage[];
  /** null: every client has a place of its own on the stage. */
  readonly crowd: Crowd | null;
  /** What moves in a crowd; nothing if there is none. */
  readonly flows: readonly Flow[];
}

/** Builds all indexes of a run. */
export function indexRun(run: RunResult): RunIndex {
  const frames = indexFrames(run);
  const ledger = indexLedger(run);
  const requests = indexRequests(run);
  const states = indexNodeStates(run);
  const crowd = crowdOf(run, states, ledger);
  return {
    frames,
    warp: buildWarp(run, frames),
    ledger,
    states,
    crowd,
    flows: crowd === null ? [] : flowsOf(frames, crowd),
    steps: indexSteps(run),
    requests,
    held: indexHeld(requests, frames),
    tasks: indexTasks(run),
    hasRare: hasRare(run.trace),
    rows: readRows(run.trace),
    density: densityOf(run, [ledger.lostUs, requests.refusedUs]),
  };
}

/** Every array buffer below a value: what a worker can hand over instead of copying. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (value !== null && typeof value === "object")
    for (const part of Object.values(value))
      if (part !== null && typeof part === "object") buffersOf(part, found);
  return found;
}
