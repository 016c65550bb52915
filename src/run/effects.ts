/** Of messages that a server acts on. */
import { RecordKind, type Records } from "../model/trace/records.ts";

/** Whether a copy that arrives is something that a server has done, as the record before it says. */
export function isDone({ kind }: Records, row: number): boolean {
  return row > 0 && kind[row - 1] === RecordKind.done;
}
