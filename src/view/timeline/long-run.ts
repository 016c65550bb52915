/** What the timeline says of a run that is long, or was too long. */
import { html, nothing } from "lit";
import "./overview.ts";
import type { RunResult } from "../../run/result.ts";
import { count, seconds } from "../look/format.ts";
import type { Part, Viewport } from "./viewport.ts";

interface Place {
  /** Where time begins and ends, in pixels. */
  readonly left: number;
  readonly right: number;
  readonly onPart: (part: Part) => void;
}

export function overviewOf({ loaded, part }: Viewport, { left, right, onPart }: Place) {
  return html`<fanout-overview
    data-testid="overview"
    .density=${loaded.index.density}
    .endUs=${loaded.run.endUs}
    .inView=${part}
    .left=${left}
    .right=${right}
    @part=${(e: CustomEvent<Part>) => onPart(e.detail)}
  ></fanout-overview>`;
}

/** A run that was cut is not over where the timeline ends. */
export function cutNote({ endedBy, endUs, scenario }: RunResult) {
  if (endedBy === "time") return nothing;
  return html`<span class="cut" data-testid="cut">cut at ${seconds(endUs)} of ${count(scenario.durationMs / 1000)} s</span>`;
}
