/** What the timeline says of a run that is long, or was too long. */
import { html, nothing } from "lit";
import type { RunResult } from "../../run/result.ts";
import { count, seconds } from "../look/format.ts";
import { OnDemand } from "../look/on-demand.ts";
import type { Part, Viewport } from "./viewport.ts";

interface Place {
  /** Where time begins and ends, in pixels. */
  readonly left: number;
  readonly right: number;
  readonly onPart: (part: Part) => void;
  /** The overview has come, or could not be fetched. */
  readonly onNews: () => void;
}

/** Most runs are short: it is fetched for the first that is long. Its place is kept free, so that nothing moves when it comes. */
const overview = new OnDemand(() => import("./overview.ts"));
let isMissing = false;

function fetchOverview(onNews: () => void): void {
  isMissing = false;
  void overview.fetch().then((isThere) => {
    isMissing = !isThere;
    onNews();
  });
}

export function overviewOf({ loaded, part }: Viewport, { left, right, onPart, onNews }: Place) {
  if (isMissing)
    return html`<p class="missing" role="alert">The overview could not be fetched. Is there a connection? <button class="plain framed" @click=${() => fetchOverview(onNews)}>Try again</button></p>`;
  if (!overview.isThere) fetchOverview(onNews);
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
