/** Requests that wait at a server: their way there stays open, and each is a sign at the server's edge until it is answered. */
import { select } from "d3";
import type { NodeInfo } from "../../run/result.ts";
import type { Loaded } from "../player/player.ts";
import { heldAt } from "../run/held.ts";
import { edgeDistance, type StageLayout } from "./stage-layout.ts";

/** Half a sign's size, as an HTTP packet's. */
const HALF_WIDTH = 6;
const HALF_HEIGHT = 5;
/** What signs at one server leave between them; of more than so many, the server's own words tell. */
const PITCH = 13;
const MOST_SIGNS = 6;

interface Waiting {
  readonly client: NodeInfo;
  /** The nodes that it passes, from its client to its server. */
  readonly way: readonly number[];
  /** Its place among those at the same server, and how many these are. */
  readonly nth: number;
  readonly of: number;
}

export function showHeld(svg: SVGSVGElement, loaded: Loaded, layout: StageLayout, timeUs: number): void {
  select(svg)
    .select("g.held")
    .selectAll<SVGGElement, Waiting>("g.waiting")
    .data(waitingAt(loaded, layout, timeUs), ({ client }) => client.name)
    .join((enter) => {
      const g = enter.append("g").attr("class", "waiting");
      g.append("title");
      g.append("polyline");
      g.append("rect")
        .attr("width", 2 * HALF_WIDTH)
        .attr("height", 2 * HALF_HEIGHT);
      return g;
    })
    .each(function (waiting) {
      const { client, way } = waiting;
      const [x, y] = signAt(waiting, layout);
      const g = select(this);
      g.select("title").text(`${client.name}’s request waits for something to say`);
      g.select("polyline").attr("points", way.map((node) => `${layout.x[node]},${layout.y[node]}`).join(" "));
      g.select("rect")
        .attr("x", x - HALF_WIDTH)
        .attr("y", y - HALF_HEIGHT);
    });
}

/** Nothing where clients have no places of their own. */
function waitingAt({ run: { nodes }, index }: Loaded, layout: StageLayout, timeUs: number): Waiting[] {
  if (!layout.clientLabels || index.crowd !== null) return [];
  const held = heldAt(index.held, timeUs);
  const balancers = nodes.filter(({ kind }) => kind === "balancer").map(({ node }) => node);
  const perServer = new Map<number, number>();
  const waiting = held.map(({ client, server }) => {
    const nth = perServer.get(server) ?? 0;
    perServer.set(server, nth + 1);
    return { client: nodes[client]!, way: [client, ...balancers, server], nth };
  });
  return waiting
    .filter(({ nth }) => nth < MOST_SIGNS)
    .map((one) => ({ ...one, of: Math.min(MOST_SIGNS, perServer.get(one.way.at(-1)!)!) }));
}

/** Outside the server's edge, where its packet arrived; beside those that wait there too. */
function signAt({ way, nth, of }: Waiting, layout: StageLayout): [number, number] {
  const [before, server] = way.slice(-2) as [number, number];
  const [dx, dy] = [layout.x[before]! - layout.x[server]!, layout.y[before]! - layout.y[server]!];
  const length = Math.hypot(dx, dy) || 1;
  const away = edgeDistance(layout, server, dx / length, dy / length) + HALF_WIDTH;
  const aside = (nth - (of - 1) / 2) * PITCH;
  const [x, y] = [layout.x[server]! + (dx / length) * away, layout.y[server]! + (dy / length) * away];
  return layout.tall ? [x + aside, y] : [x, y + aside];
}
