/** The NATs on clients' ways: a box on the link of each client that has one, and whether it has forgotten the connection. */
import { select } from "d3";
import { EndReason } from "../../model/trace/end-reasons.ts";
import type { NodeInfo } from "../../run/result.ts";
import { namesOf } from "../../scenario/names.ts";
import type { Loaded } from "../player/player.ts";
import { stateIndexAt } from "../run/node-states.ts";
import { edgeDistance, type StageLayout } from "./stage-layout.ts";

/** A client with a NAT on its way. */
interface Nat {
  readonly client: NodeInfo;
  /** Of silence, after which it forgets. */
  readonly timeoutMs: number;
}

/** Half its size. */
const HALF_WIDTH = 16;
const HALF_HEIGHT = 8;
/** How far from its client's edge it stands, at most in the middle of the way. */
const AWAY = 30;
/** On a phone, what is written below a client, and how far to the right of it there is room again. */
const WRITTEN = 20;
const BESIDE = 36;

/** Draws them, where clients are people with links of their own. */
export function drawNats(svg: SVGSVGElement, loaded: Loaded | null, layout: StageLayout): void {
  const isShown = layout.clientLabels && loaded?.index.crowd === null;
  const balancer = loaded?.run.nodes.find(({ kind }) => kind === "balancer");
  select(svg)
    .select("g.nats")
    .selectAll<SVGGElement, Nat>("g.nat")
    .data(isShown && balancer !== undefined ? natsOf(loaded) : [], ({ client }) => client.name)
    .join((enter) => {
      const g = enter.append("g").attr("class", "nat");
      g.append("title");
      g.append("rect")
        .attr("x", -HALF_WIDTH)
        .attr("y", -HALF_HEIGHT)
        .attr("width", 2 * HALF_WIDTH)
        .attr("height", 2 * HALF_HEIGHT)
        .attr("rx", 3);
      g.append("text").attr("dy", "0.35em").attr("text-anchor", "middle").text("NAT");
      return g;
    })
    .attr("data-nat", ({ client }) => client.name)
    .attr("transform", ({ client }) => `translate(${placeOf(client.node, balancer!.node, layout)})`);
}

/** On the client's link; on a phone below what is written there, or beside it. */
function placeOf(client: number, balancer: number, layout: StageLayout): [number, number] {
  const [x, y] = [layout.x[client]!, layout.y[client]!];
  const [dx, dy] = [layout.x[balancer]! - x, layout.y[balancer]! - y];
  if (!layout.tall) {
    const length = Math.hypot(dx, dy) || 1;
    const away = edgeDistance(layout, client, dx / length, dy / length) + AWAY;
    const along = Math.min(away / length, 0.5);
    return [x + dx * along, y + dy * along];
  }
  const top = layout.halfHeight[client]! + WRITTEN;
  const bottom = dy - layout.halfHeight[balancer]!;
  if (bottom - top < 2 * HALF_HEIGHT) return [x + BESIDE, y + top - WRITTEN / 2];
  const down = (top + bottom) / 2;
  return [x + (dx * down) / dy, y + down];
}

/** Shows which have forgotten the connection that their client still has. */
export function showNats(svg: SVGSVGElement, { index: { states, ledger } }: Loaded, timeUs: number): void {
  select(svg)
    .selectAll<SVGGElement, Nat>("g.nat")
    .each(function ({ client: { name, node }, timeoutMs }) {
      const sinceUs = states.timeUs[stateIndexAt(states, node, timeUs)]!;
      const hasForgotten = ledger.ends.some(
        ({ reason, place, timeUs: atUs }) =>
          reason === EndReason.mappingForgotten && place === node && sinceUs <= atUs && atUs <= timeUs,
      );
      const forgets = `it forgets what is silent for ${timeoutMs / 1000} s`;
      select(this)
        .classed("forgot", hasForgotten)
        .select("title")
        .text(`A NAT on ${name}’s way: ${hasForgotten ? "it has forgotten the connection" : forgets}`);
    });
}

function natsOf({ run: { nodes, scenario } }: Loaded): Nat[] {
  const { client } = namesOf(scenario);
  return scenario.clients.flatMap(({ name, natTimeoutMs }) =>
    natTimeoutMs === "none"
      ? []
      : client.members(name).map((node) => ({ client: nodes[node]!, timeoutMs: natTimeoutMs })),
  );
}
