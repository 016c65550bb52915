/** The links on the stage. */
import { select } from "d3";
import type { NodeInfo } from "../run/result.ts";
import { NODE_STATE_NAMES, stateIndexAt } from "./node-states.ts";
import type { Loaded } from "./player.ts";
import type { StageLayout } from "./stage-layout.ts";
import { serverStyle } from "./topology-nodes.ts";

interface Link {
  readonly key: string;
  readonly kind: "client" | "server" | "backplane";
  /** Its ends. */
  readonly a: number;
  readonly b: number;
}

/** The links that are drawn; clients that share a field have none. */
function linksOf(nodes: readonly NodeInfo[], { clientField }: StageLayout): Link[] {
  const balancer = nodes.find(({ kind }) => kind === "balancer");
  const backplane = nodes.find(({ kind }) => kind === "backplane");
  const links: Link[] = [];
  for (const { kind, node } of nodes) {
    if (kind === "client" && balancer && !clientField)
      links.push({ key: `c${node}`, kind: "client", a: node, b: balancer.node });
    if (kind === "server" && balancer)
      links.push({ key: `s${node}`, kind: "server", a: balancer.node, b: node });
    if (kind === "server" && backplane)
      links.push({ key: `b${node}`, kind: "backplane", a: node, b: backplane.node });
  }
  return links;
}

export function drawLinks(svg: SVGSVGElement, nodes: readonly NodeInfo[], layout: StageLayout): void {
  select(svg)
    .select("g.links")
    .selectAll<SVGLineElement, Link>("line")
    .data(linksOf(nodes, layout), ({ key }) => key)
    .join("line")
    .attr("class", ({ kind }) => `link ${kind}`)
    .attr("x1", ({ a }) => layout.x[a])
    .attr("y1", ({ a }) => layout.y[a])
    .attr("x2", ({ b }) => layout.x[b])
    .attr("y2", ({ b }) => layout.y[b]);
}

/** Whose link it is at an instant, and whether it is cut. */
export function showLinkStates(svg: SVGSVGElement, loaded: Loaded, timeUs: number): void {
  const { states } = loaded.index;
  select(svg)
    .selectAll<SVGLineElement, Link>("g.links > line")
    .each(function ({ kind, a, b }) {
      const line = select(this);
      if (kind === "client") {
        const i = stateIndexAt(states, a, timeUs);
        line.attr("data-state", NODE_STATE_NAMES[states.state[i]]);
        line.attr("data-server", states.server[i] >= 0 ? serverStyle(loaded, states.server[i]) : null);
      } else if (kind === "server") line.attr("data-server", serverStyle(loaded, b));
      let cut = false;
      for (const one of states.cuts) {
        if (one.timeUs > timeUs) break;
        if ((one.a === a && one.b === b) || (one.a === b && one.b === a)) cut = one.cut;
      }
      line.classed("cut", cut);
    });
}
