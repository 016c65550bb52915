/** The still things on the stage, in SVG by D3: nodes, links, states, and what died where. */
import { select } from "d3";
import type { Selection } from "../../run/address.ts";
import type { NodeInfo } from "../../run/result.ts";
import type { Loaded } from "../player/player.ts";
import type { Mark } from "../run/marks.ts";
import type { Camera } from "./camera.ts";
import type { TextBox } from "./labels.ts";
import { marksOnStage } from "./marks-on-stage.ts";
import type { StageLayout } from "./stage-layout.ts";
import { type Chosen, drawGrips, keepOneStop, makeSelectable, showChosenLink } from "./stage-selection.ts";
import { drawCohorts, type NumberedCohort, showCohorts } from "./topology-cohorts.ts";
import { showHeld } from "./topology-held.ts";
import { drawLinks, showLinkStates } from "./topology-links.ts";
import { drawLosses } from "./topology-losses.ts";
import { drawNats, showNats } from "./topology-nats.ts";
import { drawNodes, showNodeStates } from "./topology-nodes.ts";

/** Groups, each drawn over those before. */
const LAYERS = [
  "bands",
  "links",
  "link-marks",
  "ghost",
  "grips",
  "nats",
  "held",
  "cohorts",
  "nodes",
  "losses",
];

const MOST_POINTED = 3;

export class Topology {
  #svg: SVGSVGElement;
  #marks: readonly Mark[] = [];

  constructor(svg: SVGSVGElement, onSelect: (chosen: Chosen) => void) {
    this.#svg = svg;
    const root = select(svg);
    for (const name of LAYERS) root.append("g").attr("class", name);
    makeSelectable(svg, onSelect);
  }

  /** Shows a part of it. */
  show({ scale, x, y }: Camera, { width, height }: StageLayout): void {
    const box = `${x} ${y} ${width / scale} ${height / scale}`;
    if (this.#svg.getAttribute("viewBox") !== box) this.#svg.setAttribute("viewBox", box);
  }

  /** Draws what depends on the run and the size, not on time. */
  setScene(loaded: Loaded | null, layout: StageLayout): void {
    const nodes = loaded?.run.nodes ?? [];
    this.#marks = loaded ? marksOnStage(loaded, layout) : [];
    drawLinks(this.#svg, loaded, layout);
    this.#drawGhost(nodes, layout);
    drawGrips(this.#svg, loaded, layout);
    drawNats(this.#svg, loaded, layout);
    drawCohorts(this.#svg, loaded, layout);
    drawNodes(this.#svg, loaded, layout);
    keepOneStop(this.#svg);
  }

  /** What is missing: several servers without a backplane between them. */
  #drawGhost(nodes: readonly NodeInfo[], { backplaneAt }: StageLayout): void {
    const isMissing =
      nodes.filter(({ kind }) => kind === "server").length > 1 &&
      nodes.every(({ kind }) => kind !== "backplane");
    select(this.#svg)
      .select("g.ghost")
      .selectAll("g")
      .data(isMissing ? [0] : [])
      .join((enter) => {
        const g = enter.append("g");
        g.append("rect");
        g.append("text");
        return g;
      })
      .attr("transform", `translate(${backplaneAt.x},${backplaneAt.y})`)
      .call((g) => {
        g.select("rect").attr("x", -46).attr("y", -24).attr("width", 92).attr("height", 48).attr("rx", 10);
        g.select("text").attr("dy", "0.35em").text("no backplane");
      });
  }

  /** Puts a halo around the nodes that a lesson points at. Who points at more than a few points at none. */
  pointAt(pointed: readonly string[]): void {
    const names = pointed.length > MOST_POINTED ? [] : pointed;
    const nodes = select(this.#svg).selectAll<SVGGElement, NodeInfo>("g.nodes > g.node");
    nodes
      .filter(({ name }) => !names.includes(name))
      .selectAll("rect.halo")
      .remove();
    nodes
      .filter(({ name }) => names.includes(name))
      .each(function () {
        // Has the browser lay the picture out: only of those that are pointed at.
        const { x, y, width, height } = this.querySelector<SVGGraphicsElement>(".body")!.getBBox();
        select(this)
          .selectAll("rect.halo")
          .data([0])
          .join((enter) => enter.insert("rect", ".body").attr("class", "halo"))
          .attr("x", x - 6)
          .attr("y", y - 6)
          .attr("width", width + 12)
          .attr("height", height + 12)
          .attr("rx", Math.min(16, height / 2 + 6));
      });
  }

  /** Draws the nodes' state at an instant. Called only when a state or a tally changed. */
  updateNodes(loaded: Loaded, layout: StageLayout, timeUs: number, selection: Selection | null): void {
    showNodeStates(this.#svg, loaded, layout, timeUs, selection?.kind === "node" ? selection.id : -1);
    showChosenLink(this.#svg, selection?.kind === "link" ? selection.id : null);
    showLinkStates(this.#svg, loaded, layout, timeUs);
    showNats(this.#svg, loaded, timeUs);
    showHeld(this.#svg, loaded, layout, timeUs);
    this.updateCohorts(layout, timeUs, selection);
  }

  /** What the cohorts of a crowd have got. Called when a copy arrived or was lost. */
  updateCohorts(layout: StageLayout, timeUs: number, selection: Selection | null): void {
    showCohorts(this.#svg, layout, timeUs, selection?.kind === "group" ? selection.id : -1);
  }

  /** Where the nodes' texts, the links' marks and NATs are, for what is drawn over them. Has the browser lay the picture out. */
  textBoxes(layout: StageLayout): TextBox[] {
    const boxes: TextBox[] = [];
    select(this.#svg)
      .selectAll<SVGGElement, NodeInfo | NumberedCohort>("g.nodes > g.node, g.cohort")
      .each(function (drawn) {
        if ("cohort" in drawn) {
          const [node] = drawn.cohort.members as unknown as [number];
          const [halfWidth, halfHeight] = [layout.halfWidth[node], layout.halfHeight[node]];
          return void boxes.push({ x: layout.x[node], y: layout.y[node], halfWidth, halfHeight });
        }
        const { node } = drawn;
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
    select(this.#svg)
      .selectAll<SVGGElement, unknown>("g.link-mark, g.nat")
      .each(function () {
        const { width, height } = this.getBBox();
        const { e: x, f: y } = this.transform.baseVal.consolidate()!.matrix;
        boxes.push({ x, y, halfWidth: width / 2, halfHeight: height / 2 });
      });
    return boxes;
  }

  /** Labels what died where. Called only when a copy was lost or a request refused. */
  updateLosses(loaded: Loaded, layout: StageLayout, timeUs: number): void {
    drawLosses(this.#svg, loaded, this.#marks, layout, timeUs);
  }
}
