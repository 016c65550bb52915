/** The still things on the stage, in SVG by D3: nodes, links, states, and what died where. */
import { select } from "d3";
import type { NodeInfo } from "../run/result.ts";
import { count, list } from "./format.ts";
import { upperBound } from "./frames.ts";
import { optionLabel } from "./knob-controls.ts";
import type { TextBox } from "./labels.ts";
import { receivedBy } from "./ledger-index.ts";
import { type Mark, marksOf } from "./marks.ts";
import { describeState, NODE_STATE_NAMES, NodeState, stateIndexAt } from "./node-states.ts";
import type { Loaded } from "./player.ts";
import { pileX, pileY, type StageLayout } from "./stage-layout.ts";

/** Labels on losses; the others keep their pile and their place in the ledger. */
const MAX_LOSS_LABELS = 8;

/** Number of a server's colour and line pattern, from 1 to 6. */
function serverStyle(loaded: Loaded, server: number): number {
  const first = loaded.run.nodes.find((n) => n.kind === "server")?.node ?? 0;
  return ((server - first) % 6) + 1;
}

export class Topology {
  #svg: SVGSVGElement;
  #onSelect: (node: number) => void;
  #marks: readonly Mark[] = [];

  constructor(svg: SVGSVGElement, onSelect: (node: number) => void) {
    this.#svg = svg;
    this.#onSelect = onSelect;
    const root = select(svg);
    for (const name of ["links", "field", "ghost", "nodes", "losses"]) root.append("g").attr("class", name);
  }

  /** Draws what depends on the run and the size, not on time. */
  setScene(loaded: Loaded | null, layout: StageLayout): void {
    const root = select(this.#svg).attr("viewBox", `0 0 ${layout.width} ${layout.height}`);
    const nodes = loaded?.run.nodes ?? [];
    this.#marks = loaded ? marksOf(loaded) : [];
    const balancer = nodes.find((n) => n.kind === "balancer");
    const backplane = nodes.find((n) => n.kind === "backplane");
    const servers = nodes.filter((n) => n.kind === "server");
    const drawn = nodes.filter((n) => n.kind !== "client" || !layout.clientField);

    const links: { key: string; kind: string; a: number; b: number }[] = [];
    for (const node of drawn) {
      if (node.kind === "client" && balancer)
        links.push({ key: `c${node.node}`, kind: "client", a: node.node, b: balancer.node });
      if (node.kind === "server" && balancer)
        links.push({ key: `s${node.node}`, kind: "server", a: balancer.node, b: node.node });
      if (node.kind === "server" && backplane)
        links.push({ key: `b${node.node}`, kind: "backplane", a: node.node, b: backplane.node });
    }
    root
      .select("g.links")
      .selectAll<SVGLineElement, (typeof links)[number]>("line")
      .data(links, (d) => d.key)
      .join("line")
      .attr("class", (d) => `link ${d.kind}`)
      .attr("x1", (d) => layout.x[d.a])
      .attr("y1", (d) => layout.y[d.a])
      .attr("x2", (d) => layout.x[d.b])
      .attr("y2", (d) => layout.y[d.b]);

    const { left, top, right, bottom } = layout.clientBox;
    root
      .select("g.field")
      .selectAll("rect")
      .data(layout.clientField ? [0] : [])
      .join("rect")
      .attr("x", left)
      .attr("y", top)
      .attr("width", right - left)
      .attr("height", bottom - top)
      .attr("rx", 8);

    const ghost = loaded && !backplane && servers.length > 1 ? [0] : [];
    root
      .select("g.ghost")
      .selectAll("g")
      .data(ghost)
      .join((enter) => {
        const g = enter.append("g");
        g.append("rect");
        g.append("text");
        return g;
      })
      .attr("transform", `translate(${layout.backplaneAt.x},${layout.backplaneAt.y})`)
      .call((g) => {
        g.select("rect").attr("x", -46).attr("y", -24).attr("width", 92).attr("height", 48).attr("rx", 10);
        g.select("text").attr("dy", "0.35em").text("no backplane");
      });

    const onSelect = this.#onSelect;
    root
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
        g.on("click", (_event, d) => onSelect(d.node)).on("keydown", (event: KeyboardEvent, d) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          onSelect(d.node);
        });
        return g;
      })
      .attr("class", (d) => `node ${d.kind}`)
      .attr("data-node", (d) => d.name)
      .attr("role", "button")
      .attr("tabindex", (d) => (d.kind !== "client" || layout.clientLabels ? 0 : null))
      .attr("transform", (d) => `translate(${layout.x[d.node]},${layout.y[d.node]})`)
      .each(function (d) {
        const g = select(this);
        const w = layout.halfWidth[d.node];
        const h = layout.halfHeight[d.node];
        const name = g.select("text.name");
        const detail = g.select("text.detail");
        const tally = g.select("text.tally");
        if (d.kind === "client") {
          g.select("circle").attr("r", w);
          const inside = d.name.length <= 2;
          name.text(layout.clientLabels ? clip(d.name, 14) : "");
          if (layout.tall) {
            name
              .attr("x", 0)
              .attr("y", inside ? 0 : -w - 8)
              .attr("dy", "0.35em")
              .attr("text-anchor", "middle");
            detail
              .attr("x", 0)
              .attr("y", w + 12)
              .attr("text-anchor", "middle");
            tally
              .attr("x", w - 1)
              .attr("y", -w + 1)
              .attr("text-anchor", "start");
          } else {
            name
              .attr("x", inside ? 0 : -w - 8)
              .attr("y", inside ? 0 : -7)
              .attr("dy", "0.35em")
              .attr("text-anchor", inside ? "middle" : "end");
            detail
              .attr("x", -w - 8)
              .attr("y", inside ? 0 : 8)
              .attr("dy", "0.35em")
              .attr("text-anchor", "end");
            tally
              .attr("x", w * 0.75)
              .attr("y", -w - 1)
              .attr("text-anchor", "start");
          }
          name.classed("inside", inside);
          return;
        }
        g.select("rect")
          .attr("x", -w)
          .attr("y", -h)
          .attr("width", 2 * w)
          .attr("height", 2 * h)
          .attr("rx", d.kind === "balancer" ? h : d.kind === "backplane" ? 14 : 7);
        const roomy = h >= 16;
        name
          .text(
            h >= 6 && w >= 20
              ? d.kind === "backplane"
                ? backplaneName(loaded)
                : clip(d.name, Math.floor(w / 3.4))
              : "",
          )
          .attr("y", roomy ? -7 : 0)
          .attr("dy", "0.35em")
          .attr("text-anchor", "middle");
        detail.attr("y", 9).attr("dy", "0.35em").attr("text-anchor", "middle");
        if (d.kind === "balancer" && loaded)
          detail.text(optionLabel(loaded.run.scenario.balancer.policy).toLowerCase().replace("ip", "IP"));
      });
  }

  /** Draws the nodes' state at an instant. Called only when a state or a tally changed. */
  updateNodes(loaded: Loaded, layout: StageLayout, timeUs: number, selected: number): void {
    const { run, index } = loaded;
    const { states, ledger } = index;
    const root = select(this.#svg);
    const held = new Map<number, number>();
    for (const node of run.nodes) {
      if (node.kind !== "client") continue;
      const i = stateIndexAt(states, node.node, timeUs);
      if (states.state[i] === NodeState.connected)
        held.set(states.server[i], (held.get(states.server[i]) ?? 0) + 1);
    }
    root.selectAll<SVGGElement, NodeInfo>("g.nodes > g.node").each(function (d) {
      const i = stateIndexAt(states, d.node, timeUs);
      const state = states.state[i];
      const server = states.server[i];
      const g = select(this)
        .attr("data-state", NODE_STATE_NAMES[state])
        .attr(
          "data-server",
          d.kind === "server"
            ? serverStyle(loaded, d.node)
            : server >= 0
              ? serverStyle(loaded, server)
              : null,
        )
        .classed("selected", d.node === selected);
      const told = `${d.name}: ${describeState(run, states, d.node, timeUs)}`;
      g.attr("aria-label", told).attr("aria-pressed", d.node === selected);
      g.select("title").text(told);
      if (d.kind === "client") {
        g.select("text.detail").text(
          !layout.clientLabels
            ? ""
            : state === NodeState.connected
              ? layout.tall
                ? `on ${serverNumber(run.nodes[server]?.name)}`
                : `on ${run.nodes[server]?.name ?? "?"}`
              : state === NodeState.away
                ? ""
                : state === NodeState.connecting
                  ? layout.tall
                    ? "…"
                    : "connecting…"
                  : layout.tall
                    ? "off"
                    : "disconnected",
        );
        const received = layout.clientLabels ? receivedBy(ledger, d.node, timeUs) : 0;
        g.select("text.tally").text(received > 0 ? `✓${received > 1 ? count(received) : ""}` : "");
      } else if (d.kind === "server") {
        const n = held.get(d.node) ?? 0;
        const narrow = layout.halfWidth[d.node] < 34;
        g.select("text.detail").text(
          layout.halfHeight[d.node] < 16 || layout.halfWidth[d.node] < 20
            ? ""
            : state !== NodeState.up
              ? NODE_STATE_NAMES[state]
              : narrow
                ? count(n)
                : `${count(n)} client${n === 1 ? "" : "s"}`,
        );
      } else if (d.kind === "backplane")
        g.select("text.detail").text(state === NodeState.up ? "Pub/Sub" : NODE_STATE_NAMES[state]);
      else if (state !== NodeState.up) g.select("text.detail").text(NODE_STATE_NAMES[state]);
    });
    root
      .selectAll<SVGLineElement, { kind: string; a: number; b: number }>("g.links > line")
      .each(function (d) {
        const line = select(this);
        if (d.kind === "client") {
          const i = stateIndexAt(states, d.a, timeUs);
          line.attr("data-state", NODE_STATE_NAMES[states.state[i]]);
          line.attr("data-server", states.server[i] >= 0 ? serverStyle(loaded, states.server[i]) : null);
        } else if (d.kind === "server") line.attr("data-server", serverStyle(loaded, d.b));
        let cut = false;
        for (const c of states.cuts) {
          if (c.timeUs > timeUs) break;
          if ((c.a === d.a && c.b === d.b) || (c.a === d.b && c.b === d.a)) cut = c.cut;
        }
        line.classed("cut", cut);
      });
  }

  /** Where the nodes' texts are, for whoever draws over them. Has the browser lay the picture out. */
  textBoxes(layout: StageLayout): TextBox[] {
    const boxes: TextBox[] = [];
    select(this.#svg)
      .selectAll<SVGGElement, NodeInfo>("g.nodes > g.node")
      .each(function ({ node }) {
        for (const text of this.querySelectorAll("text")) {
          if (text.textContent === "") continue;
          const { x, y, width, height } = text.getBBox();
          boxes.push({
            x: layout.x[node] + x + width / 2,
            y: layout.y[node] + y + height / 2,
            halfWidth: width / 2,
            // Letters take less than their line.
            halfHeight: height * 0.4,
          });
        }
      });
    return boxes;
  }

  /** Labels what died where. Called only when a copy was lost or a request refused. */
  updateLosses(loaded: Loaded, layout: StageLayout, timeUs: number): void {
    const { nodes } = loaded.run;
    const marks = this.#marks
      .map((mark) => ({ mark, n: upperBound(mark.timesUs, timeUs) }))
      .filter((x) => x.n > 0 && x.mark.place >= 0)
      .sort((x, y) => y.n - x.n)
      .slice(0, MAX_LOSS_LABELS);
    const perPlace = new Map<number, number>();
    const servers = nodes.filter((n) => n.kind === "server").length;
    select(this.#svg)
      .select("g.losses")
      .selectAll<SVGGElement, (typeof marks)[number]>("g.loss")
      .data(marks, (d) => d.mark.key)
      .join((enter) => {
        const g = enter.append("g").attr("class", "loss");
        g.append("text").attr("class", "what").attr("text-anchor", "middle");
        g.append("text").attr("class", "why").attr("text-anchor", "middle");
        return g;
      })
      .each(function ({ mark, n }) {
        const g = select(this);
        const nth = perPlace.get(mark.place) ?? 0;
        perPlace.set(mark.place, nth + 1);
        const names =
          n > 40 ? [] : [...new Set(mark.whose.subarray(0, n))].map((node) => nodes[node]?.name ?? "?");
        const crowd = names.length === 0 || names.length > 4;
        const whom =
          mark.kind === "copy"
            ? crowd
              ? `${count(n)} copies`
              : `${n === 1 ? "copy" : `${count(n)} copies`} for ${list(names, 4)}`
            : `${n === 1 ? "request" : `${count(n)} requests`}${crowd ? "" : ` of ${list(names, 4)}`}`;
        const beside = pileX(layout, mark.place) !== layout.x[mark.place];
        // On a phone, servers stand side by side: each has its share of the width for its text.
        const room = layout.tall ? layout.width / Math.max(servers, 1) - 8 : 200;
        const letters = Math.floor(room / 6.3);
        const half = Math.min(95, room / 2);
        const x = beside
          ? pileX(layout, mark.place) + 9
          : Math.min(Math.max(layout.x[mark.place], half + 4), layout.width - half - 4);
        const y = pileY(layout, mark.place) + (beside ? 5 : 24) + nth * (beside ? 14 : 34);
        const anchor = beside ? "start" : "middle";
        const full = `✕ ${whom}`;
        const short = `✕ ${count(n)}`;
        const medium = `${short} ${mark.kind === "copy" ? (n === 1 ? "copy" : "copies") : n === 1 ? "request" : "requests"}`;
        g.select("text.what")
          .attr("x", x)
          .attr("y", y)
          .attr("text-anchor", anchor)
          .text(beside ? count(n) : ([full, medium].find((t) => t.length * 1.3 <= letters) ?? short));
        g.select("text.why")
          .attr("text-anchor", anchor)
          .selectAll("tspan")
          .data(beside || letters < 14 ? [] : wrap(mark.label, letters))
          .join("tspan")
          .attr("x", x)
          .attr("y", (_line, i) => y + 15 * (i + 1))
          .text((line) => line);
      });
  }
}

function backplaneName(loaded: Loaded | null): string {
  return optionLabel(loaded?.run.scenario.backplane.kind ?? "backplane");
}

/** Breaks text into lines of at most so many letters. */
function wrap(text: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= letters) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

function serverNumber(name: string | undefined): string {
  return name?.replace("server-", "s") ?? "?";
}

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
}
