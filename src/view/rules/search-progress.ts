/** How far a search is: by the runs that it will take, or, if nobody knows, by the time that it may take. */
import { html, nothing } from "lit";
import type { CheckState } from "../search/check-client.ts";
import { CHECK_BUDGET_MS } from "../search/check-protocol.ts";

/** `begunMs`: when it began, by the browser's clock. */
export function searchProgress(check: CheckState, begunMs: number) {
  if (check.phase !== "running") return nothing;
  const { progress } = check;
  if (progress?.isSettling) return html`<progress aria-label="Making what was found small"></progress>`;
  const of = progress?.of ?? null;
  return of === null
    ? html`<progress
        aria-label="Share of the search’s time"
        max=${CHECK_BUDGET_MS}
        .value=${Math.min(performance.now() - begunMs, CHECK_BUDGET_MS)}
      ></progress>`
    : html`<progress aria-label="Progress of the search" max=${of} .value=${progress?.runs ?? 0}></progress>`;
}
