/** The nodes on the stage: shapes and names, and their states at an instant. */
import { type Selection, select } from "d3";
import { dollars } from "../../run/channels.ts";
import type { NodeInfo } from "../../run/result.ts";
import { BALANCER } from "../../scenario/names.ts";
import { holdsConnection } from "../../scenario/transports.ts";
import { optionLabel } from "../knobs/knob-controls.ts";
import { count } from "../look/format.ts";
import type { Loaded } from "../player/player.ts";
import { presentAt } from "../run/crowd.ts";
import { heldAt } from "../run/held.ts";
import { receivedBy } from "../run/ledger-index.ts";
import { describeState, NODE_STATE_NAMES, NodeState, stateIndexAt } from "../run/node-states.ts";
import { rareWords } from "../run/rare.ts";
import type { StageLayout } from "./stage-layout.ts";

const MOST_STYLES = 12;
/** Where a client's name has less room, its state has room for a word or two. */
const WORDS_ROOM = 90;
/** In a smaller circle a letter or two would touch it. */
const LETTERS_RADIUS = 10;

/** A node's group. */
type Group = Selection<SVGGElement, unknown, null, undefined>;

/**
 * A server's colour and line pattern: its number from 1 on. From 7 on a colour comes again, with another pattern; where
 * there are more than twelve, colours would say nothing, and names alone tell servers apart.
 */
export function serverStyle(loaded: Loaded, server: number): number | null {
  const servers = loaded.run.nodes.filter((n) => n.kind === "server");
  const number = server - (servers[0]?.node ?? 0) + 1;
  return server < 0 || servers.length > MOST_STYLES ? null : number;
}

/** Draws the nodes, without their states. */
export function drawNodes(svg: SVGSVGElement, loaded: Loaded | null, layout: StageLayout): void {
  const drawn = (loaded?.run.nodes ?? []).filter((n) => n.kind !== "client" || layout.clientLabels);
  select(svg)
    .select("g.nodes")
    .selectAll<SVGGElement, NodeInfo>("g.node")
    .data(drawn, (d) => `${d.kind}/${d.name}`)
    .join((enter) => {
      const g = enter.append("g");
      g.append("title");
      g.each(function (d) {
        const shape = select(this).append(d.kind === "client" ? "circle" : "rect");
        shape.attr("class", "body");
      });
      g.append("text").attr("class", "name");
      g.append("text").attr("class", "detail");
      g.append("text").attr("class", "tally");
      return g;
    })
    .attr("class", (d) => `node ${d.kind}`)
    .attr("data-node", (d) => d.name)
    .attr("role", "button")
    .classed("stop", (d) => d.kind !== "client" || layout.clientLabels)
    .attr("transform", (d) => `translate(${layout.x[d.node]},${layout.y[d.node]})`)
    .each(function (d) {
      const g: Group = select(this);
      if (d.kind === "client") placeClient(g, d, layout);
      else placeBox(g, d, loaded, layout);
    });
}

/** A client: a circle, with its name inside if it is short and has room there, else beside it; above it where the stage is tall. */
function placeClient(g: Group, { name, node }: NodeInfo, layout: StageLayout): void {
  const r = layout.halfWidth[node];
  const inside = name.length <= 2 && r >= LETTERS_RADIUS;
  const anchor = inside || layout.tall ? "middle" : "end";
  g.select("circle.body").attr("r", r);
  const texts = {
    name: g.select("text.name").text(layout.clientLabels ? shorten(name, layout) : ""),
    detail: g.select("text.detail"),
    tally: g
      .select("text.tally")
      .attr("text-anchor", "start")
      .classed("small", (layout.tall || !layout.clientDetail) && !inside),
  };
  texts.name
    .attr("dy", "0.35em")
    .attr("text-anchor", anchor)
    .classed("inside", inside)
    .classed("small", (layout.tall || !layout.clientDetail) && !inside);
  if (layout.tall) {
    texts.name.attr("x", 0).attr("y", inside ? 0 : -r - 8);
    texts.detail
      .attr("x", 0)
      // Below the ring of what has just arrived.
      .attr("y", r + 15)
      .attr("dy", 0)
      .attr("text-anchor", "middle");
    // A name above the circle leaves no room for it there.
    texts.tally.attr("x", inside ? r - 1 : r).attr("y", inside ? -r + 1 : 4);
  } else {
    texts.name.attr("x", inside ? 0 : -r - 8).attr("y", inside || !layout.clientDetail ? 0 : -7);
    texts.detail
      .attr("x", -r - 8)
      .attr("y", inside ? 0 : 8)
      .attr("dy", "0.35em")
      .attr("text-anchor", "end");
    texts.tally.attr("x", layout.clientDetail ? r * 0.75 : r + 2).attr("y", layout.clientDetail ? -r - 1 : 4);
  }
}

/** Balancer, server or backplane: a box with its name inside, if there is room. */
function placeBox(
  g: Group,
  { kind, name, node }: NodeInfo,
  loaded: Loaded | null,
  layout: StageLayout,
): void {
  const w = layout.halfWidth[node];
  const h = layout.halfHeight[node];
  g.select("rect.body")
    .attr("x", -w)
    .attr("y", -h)
    .attr("width", 2 * w)
    .attr("height", 2 * h)
    .attr("rx", kind === "balancer" ? h : kind === "backplane" ? 14 : 7);
  const shown = kind === "backplane" ? backplaneName(loaded) : nameInBox(name, w);
  g.select("text.name")
    .text(h >= 3 && w >= 9 ? shown : "")
    .classed("small", h < 11 || w < 34)
    .classed("tiny", h < 7)
    .classed("least", h < 4.5)
    .attr("y", h >= 16 && kind !== "publisher" && kind !== "gateway" ? -7 : 0)
    .attr("dy", "0.35em")
    .attr("text-anchor", "middle");
  g.select("text.detail").attr("y", 9).attr("dy", "0.35em").attr("text-anchor", "middle");
}

/** A name in a box of half this width; «s12» for «server-12» where the whole has no room. */
function nameInBox(name: string, w: number): string {
  // Letters are smaller where boxes are.
  const most = Math.floor(w / (w < 34 ? 3.6 : 4.4));
  if (name.length <= most) return name;
  return /^server-\d+$/.test(name) ? serverNumber(name) : clip(name, most);
}

/** Shows each node's state at an instant, and what it has by then: a client's deliveries, a server's clients. */
export function showNodeStates(
  svg: SVGSVGElement,
  loaded: Loaded,
  layout: StageLayout,
  timeUs: number,
  selected: number,
): void {
  const { run, index } = loaded;
  const { states, ledger } = index;
  const held = clientsHeld(loaded, timeUs);
  const waiting = heldAt(index.held, timeUs);
  const isShort = layout.tall || layout.clientRoom < WORDS_ROOM;
  const keepsClients = run.scenario.clients.some(({ transport }) => holdsConnection(transport));
  select(svg)
    .selectAll<SVGGElement, NodeInfo>("g.nodes > g.node")
    .each(function (d) {
      const i = stateIndexAt(states, d.node, timeUs);
      const state = states.state[i];
      const server = d.kind === "server" ? d.node : states.server[i];
      const told = describeState(run, states, d.node, timeUs);
      const g = select(this)
        .attr("data-state", NODE_STATE_NAMES[state])
        .attr("data-server", serverStyle(loaded, server))
        .classed("selected", d.node === selected)
        .attr("aria-pressed", d.node === selected);
      g.select("title").text(`${d.name}: ${told}`);
      const detail = g.select("text.detail");
      const queued = index.hasRare ? rareWords().waitingAt(run, d.node, timeUs) : 0;
      if (d.kind === "client") {
        const asks = waiting.some(({ client }) => client === d.node) && state === NodeState.plain;
        const words = asks ? "waits" : clientDetail(run.nodes[server]?.name, state, isShort);
        detail.text(layout.clientDetail ? words : "");
        const received = layout.clientLabels ? receivedBy(ledger, d.node, timeUs) : 0;
        g.select("text.tally").text(received > 0 ? `✓${received > 1 ? count(received) : ""}` : "");
      } else if (d.kind === "server") {
        const polls = waiting.filter(({ server }) => server === d.node).length;
        const clients = keepsClients ? (held.get(d.node) ?? 0) : null;
        detail.text(serverDetail(d, state, { clients, polls, queued }, layout));
      } else if (state !== NodeState.up) detail.text(NODE_STATE_NAMES[state]);
      else if (d.kind === "backplane")
        detail.text(queued > 0 ? `${count(queued)} wait` : storeDetail(loaded));
      else if (d.kind === "publisher" || d.kind === "gateway") detail.text("");
      else if (d.kind === "channel") detail.text(priceText(loaded, d.name));
      else detail.text(balancerDetail(d, loaded, layout));
      g.attr("aria-label", spokenName(g, d.name, told));
    });
}

/** A node's name for those who hear or speak it: what is written on it, so that it can be said, then its state. */
function spokenName(g: Group, name: string, told: string): string {
  const written = ["name", "detail", "tally"].map((part) => g.select(`text.${part}`).text());
  const [shown] = written;
  const said = written.filter((text) => text !== "").join(" ");
  return shown === name ? `${said}: ${told}` : `${said}${said === "" ? "" : ", "}${name}: ${told}`;
}

/** How many clients are connected to each server at an instant. */
function clientsHeld({ run, index: { states, crowd } }: Loaded, timeUs: number): ReadonlyMap<number, number> {
  if (crowd !== null)
    return new Map([...crowd.held].map(([node, presence]) => [node, presentAt(presence, timeUs)]));
  const held = new Map<number, number>();
  for (const { kind, node } of run.nodes) {
    if (kind !== "client") continue;
    const i = stateIndexAt(states, node, timeUs);
    if (states.state[i] === NodeState.connected)
      held.set(states.server[i], (held.get(states.server[i]) ?? 0) + 1);
  }
  return held;
}

function clientDetail(server: string | undefined, state: number, isShort: boolean): string {
  switch (state) {
    case NodeState.connected:
      return `on ${isShort ? serverNumber(server) : (server ?? "?")}`;
    case NodeState.away:
      return "";
    case NodeState.plain:
      return isShort ? "HTTP" : "by requests";
    case NodeState.connecting:
      return isShort ? "…" : "connecting…";
    case NodeState.frozen:
      return NODE_STATE_NAMES[state]!;
    default:
      return isShort ? "off" : "disconnected";
  }
}

interface Load {
  /** Null: they only ask, and keep no connection. */
  readonly clients: number | null;
  readonly polls: number;
  readonly queued: number;
}

/**
 * How many wait for its work; else how many are connected to it, or, if none is, how many requests wait there.
 * Nothing where no client keeps a connection.
 */
function serverDetail(
  { node }: NodeInfo,
  state: number,
  { clients, polls, queued }: Load,
  layout: StageLayout,
): string {
  if (layout.halfHeight[node] < 16 || layout.halfWidth[node] < 20) return "";
  if (state !== NodeState.up) return NODE_STATE_NAMES[state];
  if (queued > 0) return `${count(queued)} ${layout.halfWidth[node] < 34 ? "wait" : "in queue"}`;
  const isNarrow = layout.halfWidth[node] < 34;
  if (!clients && polls > 0) {
    if (isNarrow) return count(polls);
    return polls === 1 ? "1 poll waits" : `${count(polls)} polls wait`;
  }
  if (clients === null) return "";
  return isNarrow ? count(clients) : `${count(clients)} client${clients === 1 ? "" : "s"}`;
}

/** How it balances; of a proxy, whose only server is the next in the row, that it is one. */
function balancerDetail(
  { name, node }: NodeInfo,
  { run: { scenario } }: Loaded,
  layout: StageLayout,
): string {
  if (name !== BALANCER) return "proxy";
  const policy = optionLabel(scenario.balancer.policy).toLowerCase().replace("ip", "IP");
  return clip(policy, Math.floor(layout.halfWidth[node] / 2.8));
}

/** What a message costs there. */
function priceText({ run }: Loaded, name: string): string {
  const channel = run.scenario.gateway.channels.find(({ kind }) => kind === name);
  if (channel === undefined || channel.priceUsd === "missing") return "no price";
  return channel.priceUsd === 0 ? "free" : dollars(channel.priceUsd * 1e6);
}

/** What a Redis does for the servers, if it is not plain Pub/Sub, by the backplane's kind. */
const DETAILS: Readonly<Record<string, string>> = {
  history: "with history",
  sharded: "sharded",
  streams: "a stream",
  registry: "registry",
  plain: "Pub/Sub",
};

/** What it does for the servers. */
function storeDetail(loaded: Loaded | null): string {
  if (!joins(loaded)) return "who is online";
  const kind = loaded?.run.scenario.backplane.kind;
  if (kind === "vendor") return "bought";
  return DETAILS[kind ?? "redis"] ?? "Pub/Sub";
}

/** Whether the Redis joins servers; else it only keeps who is online. */
function joins(loaded: Loaded | null): boolean {
  return loaded?.run.scenario.backplane.kind !== "none";
}

function backplaneName(loaded: Loaded | null): string {
  const kind = loaded?.run.scenario.backplane.kind ?? "backplane";
  return joins(loaded) && DETAILS[kind] === undefined ? optionLabel(kind) : "Redis";
}

function serverNumber(name: string | undefined): string {
  return name?.replace("server-", "s") ?? "?";
}

/** A client's name in a width: the end of «desktops-12» tells it from others of its group, so that it is shortened before. */
function shorten(name: string, { clientRoom, tall }: Pick<StageLayout, "clientRoom" | "tall">): string {
  // Beside the smallest circles of a wide stage there is room for six letters at least: «fan-12», and not «f…-12».
  const most = Math.max(tall ? 4 : 6, Math.min(14, Math.floor(clientRoom / 7.8)));
  const number = /-\d{1,5}$/.exec(name)?.[0] ?? "";
  return name.length <= most ? name : `${clip(name, most - number.length)}${number}`;
}

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
}
