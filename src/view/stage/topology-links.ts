/** The links on the stage: whose they are, and which are cut. */
import { select } from "d3";
import type { Loaded } from "../player/player.ts";
import { describeLink, type KnownLink, knownLinks, linkAt, linksBetween } from "../run/link-states.ts";
import { NODE_STATE_NAMES, stateIndexAt } from "../run/node-states.ts";
import type { StageLayout } from "./stage-layout.ts";
import { drawLinkMarks, type MarkedLink } from "./topology-link-marks.ts";
import { serverStyle } from "./topology-nodes.ts";

/** Draws the links; clients that share a field have none. */
export function drawLinks(svg: SVGSVGElement, loaded: Loaded | null, layout: StageLayout): void {
  const crowd = loaded?.index.crowd ?? null;
  // A cohort has one line for all.
  const first = new Set(crowd?.cohorts.map(({ members }) => members[0]!));
  const links = linksBetween(loaded?.run.nodes ?? []).filter(
    ({ kind, from }) => kind !== "client" || layout.clientLabels || first.has(from.node),
  );
  select(svg)
    .select("g.links")
    .selectAll<SVGLineElement, KnownLink>("line")
    .data(
      loaded === null ? [] : knownLinks(loaded.run, links, loaded.index.states.linkFaults),
      ({ kind, number }) => `${kind}/${number}`,
    )
    .join((enter) => {
      const line = enter.append("line");
      line.append("title");
      return line;
    })
    .attr("class", ({ kind }) => `link ${kind}`)
    .attr("data-link", ({ from, to }) => `${from.name}/${to.name}`)
    .attr("x1", ({ from }) => layout.x[from.node])
    .attr("y1", ({ from }) => layout.y[from.node])
    .attr("x2", ({ to }) => layout.x[to.node])
    .attr("y2", ({ to }) => layout.y[to.node])
    .each(function (link) {
      select(this)
        .select("title")
        .text(describeLink(link, linkAt(link, 0)));
    });
}

/** Whose link it is at an instant, and what it is like. */
export function showLinkStates(
  svg: SVGSVGElement,
  loaded: Loaded,
  layout: StageLayout,
  timeUs: number,
): void {
  const { states } = loaded.index;
  const marked: MarkedLink[] = [];
  select(svg)
    .selectAll<SVGLineElement, KnownLink>("g.links > line")
    .each(function (link) {
      const { kind, from, to } = link;
      const line = select(this);
      const state = linkAt(link, timeUs);
      let isMute = state.mutedUs !== Number.POSITIVE_INFINITY;
      if (kind === "client" && loaded.index.crowd === null) {
        const i = stateIndexAt(states, from.node, timeUs);
        // A client that has gone away or come back since is no longer on a connection of before.
        isMute &&= states.timeUs[i] <= state.mutedUs;
        line.attr("data-state", NODE_STATE_NAMES[states.state[i]]);
        line.attr("data-server", serverStyle(loaded, states.server[i]));
      } else if (kind === "server") line.attr("data-server", serverStyle(loaded, to.node));
      // Links are many: those that no fault strikes stay as they were drawn.
      if (link.faults.length > 0) {
        line.classed("cut", state.isCut);
        line.classed("mute", isMute);
        line.select("title").text(describeLink(link, state));
      }
      if (!state.isCut && (state.isSlow || state.isLossy)) marked.push({ link, state });
    });
  drawLinkMarks(svg, marked, layout);
}
