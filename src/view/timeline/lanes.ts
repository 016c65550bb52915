/** The timeline's lanes: where each node's line runs. Few nodes get a lane each; many clients share a band. */

import type { NodeInfo } from "../../run/result.ts";
import { count } from "../look/format.ts";

export interface Lanes {
  readonly y: Float64Array;
  readonly height: number;
  readonly labels: readonly { readonly text: string; readonly y: number }[];
  /** Lines drawn across: one a node where nodes have lanes. */
  readonly lines: readonly number[];
  /** A band that many clients share; null if each has its own lane. */
  readonly band: { readonly top: number; readonly bottom: number } | null;
}

const MAX_CLIENT_LANES = 10;
const MAX_SERVER_LANES = 10;
const TOP = 26;
const GAP = 22;
/** Labels of lanes that are closer cover each other. */
const MIN_GAP = 12;

/** Computes the lanes. They lie as close as it takes to fit into the height, or as close as they can. */
export function layoutLanes(nodes: readonly NodeInfo[], height: number): Lanes {
  const lanes = lanesWith(nodes, GAP);
  if (lanes.height <= height) return lanes;
  return lanesWith(nodes, Math.max(MIN_GAP, Math.floor((GAP * (height - TOP)) / (lanes.height - TOP))));
}

function lanesWith(nodes: readonly NodeInfo[], gap: number): Lanes {
  const y = new Float64Array(nodes.length);
  const labels: { text: string; y: number }[] = [];
  const lines: number[] = [];
  let band: Lanes["band"] = null;
  let at = TOP + gap / 2;
  const clients = nodes.filter((n) => n.kind === "client");
  const each = (group: readonly NodeInfo[]) => {
    for (const node of group) {
      y[node.node] = at;
      labels.push({ text: node.name, y: at });
      lines.push(at);
      at += gap;
    }
  };
  const share = (group: readonly NodeInfo[], height: number, text: string) => {
    const top = at - gap / 2 + 3;
    group.forEach((node, i) => {
      y[node.node] = top + (height * (i + 0.5)) / group.length;
    });
    labels.push({ text, y: top + height / 2 });
    at = top + height + 3 + gap / 2;
    return { top, bottom: top + height };
  };
  if (clients.length <= MAX_CLIENT_LANES) each(clients);
  else band = share(clients, Math.max(48, gap * 4), `${count(clients.length)} clients`);
  each(nodes.filter((n) => n.kind === "balancer"));
  const servers = nodes.filter((n) => n.kind === "server");
  if (servers.length <= MAX_SERVER_LANES) each(servers);
  else share(servers, gap * 4, `${servers.length} servers`);
  each(nodes.filter((n) => n.kind !== "client" && n.kind !== "balancer" && n.kind !== "server"));
  return { y, height: at - gap / 2 + 6, labels, lines, band };
}
