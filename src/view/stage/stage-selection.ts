/** What of the stage can be clicked, or chosen by keys: nodes and links. All of it is one stop of the tabulator; arrow keys go on from there. */
import { select } from "d3";
import type { NodeInfo } from "../../run/result.ts";
import type { Loaded } from "../player/player.ts";
import { type Link, linksBetween } from "../run/link-states.ts";
import type { StageLayout } from "./stage-layout.ts";
import type { NumberedCohort } from "./topology-cohorts.ts";
import type { Loss } from "./topology-losses.ts";

/** A node, a link, a cohort, or what a mark of loss stands for: a copy, or all of its cause; null: requests that were refused. */
export type Chosen = {
  readonly kind: "node" | "link" | "group" | "copy" | "losses";
  readonly id: number;
} | null;

/** With more links than this, they are too close to each other to be clicked. */
const MOST_GRIPS = 60;
const STOPS = "g.node.stop, g.cohort.stop, line.grip, g.loss";
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Lines over the links, wide enough to be hit. */
export function drawGrips(svg: SVGSVGElement, loaded: Loaded | null, layout: StageLayout): void {
  const links = linksBetween(loaded?.run.nodes ?? []).filter(
    ({ kind }) => kind !== "client" || layout.clientLabels,
  );
  select(svg)
    .select("g.grips")
    .selectAll<SVGLineElement, Link>("line")
    .data(links.length > MOST_GRIPS ? [] : links)
    .join("line")
    .attr("class", "grip")
    .attr("role", "button")
    .attr("aria-label", ({ from, to }) => `link ${from.name}/${to.name}`)
    .attr("data-grip", ({ from, to }) => `${from.name}/${to.name}`)
    .attr("x1", ({ from }) => layout.x[from.node]!)
    .attr("y1", ({ from }) => layout.y[from.node]!)
    .attr("x2", ({ to }) => layout.x[to.node]!)
    .attr("y2", ({ to }) => layout.y[to.node]!);
}

/** Clicks, Enter and arrow keys on all that there is, and will be. */
export function makeSelectable(svg: SVGSVGElement, onSelect: (chosen: Chosen) => void): void {
  svg.addEventListener("click", ({ target }) => {
    const stop = stopOf(target);
    if (stop !== null) onSelect(chosenBy(stop));
  });
  svg.addEventListener("keydown", (event) => {
    const stop = stopOf(event.target);
    if (stop === null) return;
    const step = STEPS[event.key];
    if (step !== undefined) focusBeside(svg, stop, step);
    else if (event.key === "Enter" || event.key === " ") onSelect(chosenBy(stop));
    else return;
    event.preventDefault();
  });
}

/** After a drawing: exactly one is a stop of the tabulator, the same as before where it is still there. */
export function keepOneStop(svg: SVGSVGElement): void {
  const stops = stopsOf(svg);
  const current = stops.find((stop) => stop.getAttribute("tabindex") === "0") ?? stops[0];
  for (const stop of stops) stop.setAttribute("tabindex", stop === current ? "0" : "-1");
}

/** Shows which link is chosen; null: none. */
export function showChosenLink(svg: SVGSVGElement, link: number | null): void {
  select(svg)
    .selectAll<SVGLineElement, Link>("line.grip")
    .classed("selected", ({ number }) => number === link);
}

function focusBeside(svg: SVGSVGElement, stop: SVGElement, step: number): void {
  const stops = stopsOf(svg);
  const next = stops[(stops.indexOf(stop) + step + stops.length) % stops.length]!;
  stop.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

/** Nodes first, as they are what most look for; then what died, then links. */
function stopsOf(svg: SVGSVGElement): SVGElement[] {
  const all = [...svg.querySelectorAll<SVGElement>(STOPS)];
  const isLink = (stop: SVGElement) => stop.localName === "line";
  return [...all.filter((stop) => !isLink(stop)), ...all.filter(isLink)];
}

function stopOf(target: EventTarget | null): SVGElement | null {
  return (target as Element | null)?.closest<SVGElement>("g.node, g.cohort, line.grip, g.loss") ?? null;
}

function chosenBy(stop: SVGElement): Chosen {
  if (stop.localName === "line") return { kind: "link", id: select<SVGElement, Link>(stop).datum().number };
  if (stop.classList.contains("node"))
    return { kind: "node", id: select<SVGElement, NodeInfo>(stop).datum().node };
  if (stop.classList.contains("cohort"))
    return { kind: "group", id: select<SVGElement, NumberedCohort>(stop).datum().number };
  const { mark, n } = select<SVGElement, Loss>(stop).datum();
  if (mark.kind !== "copy") return null;
  // Of many, the list of them opens.
  return n === 1 ? { kind: "copy", id: mark.copies[0]! } : { kind: "losses", id: mark.cause };
}
