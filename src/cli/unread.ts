/**
 * What `fanout run` says of a run that Ctrl-C ended and whose trace is too long to be read in the second that Ctrl-C has: what the
 * run counts by itself.
 */

import { grouped } from "../run/grouped.ts";
import { notesOn } from "../scenario/notes.ts";
import { labelled } from "./report.ts";
import type { Settings } from "./settings.ts";
import type { Simulated } from "./simulate.ts";
import { counted } from "./text.ts";

/** A busy machine reads so many records in less than a second: the fates of copies, connections, and the fingerprint. */
const RECORDS_READ = 250_000;

/** Whether a run's trace is left unread. */
export function isUnread({ run, endedBy }: Simulated): boolean {
  return endedBy === "interrupted" && run.world.trace!.rows > RECORDS_READ;
}

export function unreadText({ run }: Simulated): string {
  const { sent, delivered, lost, inFlight } = copiesOf(run);
  return [
    "\n",
    labelled("sent", counted(sent, "copy", "copies")),
    labelled("delivered", grouped(delivered)),
    labelled("lost", grouped(lost)),
    labelled("in flight", `${grouped(inFlight)} when the run ended`),
    labelled("left out", leftOut(run)),
  ].join("");
}

export function unreadSummary({ run, endedBy }: Simulated, variant: string | null, settings: Settings) {
  return {
    scenario: run.scenario.name,
    variant,
    seed: run.seed,
    settings: Object.fromEntries(settings),
    faults: run.scenario.faults,
    notes: notesOn(run.scenario),
    events: run.events,
    endedBy,
    endMs: run.endUs / 1000,
    copies: copiesOf(run),
    leftOut: leftOut(run),
  };
}

function copiesOf({ world: { tally } }: Simulated["run"]) {
  const [sent, delivered, duplicated, lost] = [
    tally.sent[0]!,
    tally.delivered[0]!,
    tally.duplicated[0]!,
    tally.lost[0]!,
  ];
  return { sent, delivered, duplicated, lost, inFlight: sent - delivered - lost };
}

function leftOut({ world }: Simulated["run"]): string {
  return `all else: to read ${counted(world.trace!.rows, "record")} takes longer than Ctrl-C may. --until and --max-events end a run whose report is whole`;
}
