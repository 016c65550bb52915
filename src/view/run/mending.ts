/** Which faults take nothing away: what was down comes up again, or goes on in another process. Their signs are no warnings. */
import type { Fault } from "../../scenario/schema.ts";

const MENDING: ReadonlySet<Fault["act"]> = new Set(["restart", "resume", "heal", "reload"]);

export function isMending({ act }: Fault): boolean {
  return MENDING.has(act);
}
