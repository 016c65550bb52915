/** Labels on what died on the stage: how many copies or requests, whose, and why. */
import { select } from "d3";
import type { NodeInfo } from "../../run/result.ts";
import { count, list } from "../look/format.ts";
import type { Loaded } from "../player/player.ts";
import { upperBound } from "../run/frames.ts";
import type { Mark } from "../run/marks.ts";
import { Signs } from "./layout-draft.ts";
import { pileX, pileY, type StageLayout } from "./stage-layout.ts";

/** Labels on losses at one place, where there is room for them; of the others their number is given. */
const MAX_LOSS_LABELS = 8;

/** A mark with what has died there by now. */
export interface Loss {
  readonly mark: Mark;
  readonly n: number;
}

/** Where a label stands, and how many letters there is room for. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
  /** There is room for a number only. */
  readonly isNumber: boolean;
  readonly letters: number;
  /** How many lines there is room for below it. */
  readonly lines: number;
}

export function drawLosses(
  svg: SVGSVGElement,
  { run: { nodes } }: Loaded,
  marks: readonly Mark[],
  layout: StageLayout,
  timeUs: number,
): void {
  const losses = marks
    .map((mark): Loss => ({ mark, n: upperBound(mark.timesUs, timeUs) }))
    .filter(({ mark, n }) => n > 0 && mark.place >= 0)
    .sort((x, y) => y.n - x.n);
  const servers = nodes.filter(({ kind }) => kind === "server").length;
  select(svg)
    .select("g.losses")
    .selectAll<SVGGElement, Label>("g.loss")
    .data(labelsOf(losses, layout), ({ mark }) => mark.key)
    .join((enter) => {
      const g = enter.append("g").attr("class", "loss").attr("role", "button").attr("tabindex", -1);
      g.append("text").attr("class", "what").attr("text-anchor", "middle");
      g.append("text").attr("class", "why").attr("text-anchor", "middle");
      return g;
    })
    .each(function (label) {
      writeLoss(this, label, nodes, placeOf(label, servers, layout), layout);
    });
}

/** A loss that is told at its place: which label there, counted from 0, and of how many; and what died there that has no room for one. */
interface Label extends Loss {
  readonly nth: number;
  readonly of: number;
  readonly more: number;
}

/** The largest at each place, as far as there is room; servers in a grid have one place. */
function labelsOf(losses: readonly Loss[], layout: StageLayout): Label[] {
  const at = new Map<string, Loss[]>();
  for (const loss of losses) {
    const key = `${pileX(layout, loss.mark.place)}/${pileY(layout, loss.mark.place)}`;
    const there = at.get(key);
    if (there === undefined) at.set(key, [loss]);
    else there.push(loss);
  }
  return [...at.values()].flatMap((there) => {
    const of = Math.min(there.length, MAX_LOSS_LABELS, roomFor(there[0]!.mark.place, layout));
    const more = there.slice(of).reduce((sum, { n }) => sum + n, 0);
    return there.slice(0, of).map((loss, nth) => ({ ...loss, nth, of, more: nth + 1 === of ? more : 0 }));
  });
}

/** How many labels there is room for at a node: down to the next node, or to the frame. */
function roomFor(node: number, layout: StageLayout): number {
  const [pile, y] = [pileX(layout, node), pileY(layout, node)];
  if (pile === layout.x[node]) return linesIn(y + FIRST, bottomBelow(node, layout)) + 1;
  if (layout.signs[node] === Signs.rightAsNumber)
    return Math.max(1, Math.floor((2 * layout.halfHeight[node] + 6) / LINE));
  return MAX_LOSS_LABELS;
}

/** Where the room below a node ends. On a phone servers have only the frame below: text stands beside the backplane. */
function bottomBelow(node: number, { tall, height, x, y, halfWidth, halfHeight }: StageLayout): number {
  let bottom = height;
  for (let other = 0; !tall && other < x.length; other++) {
    const isBelow =
      y[other]! > y[node]! && Math.abs(x[other]! - x[node]!) < halfWidth[other]! + halfWidth[node]!;
    if (isBelow) bottom = Math.min(bottom, y[other]! - halfHeight[other]!);
  }
  return bottom;
}

/** How many lines there is room for below one whose letters stand at `y`. */
function linesIn(y: number, bottom: number): number {
  return Math.max(0, Math.floor((bottom - y - 4) / LINE));
}

function writeLoss(
  g: SVGGElement,
  loss: Label,
  nodes: readonly NodeInfo[],
  { x: wished, y, anchor, isNumber, letters, lines }: Place,
  { width }: StageLayout,
): void {
  const {
    more,
    mark: { label },
  } = loss;
  const rest = more > 0 ? ` and ${count(more)} more` : "";
  const what = isNumber ? count(loss.n + more) : `${whatText(loss, nodes, letters - rest.length)}${rest}`;
  const whole = isNumber || letters < 14 ? [] : wrap(label, letters);
  // Half a reason says something else: «server not», of «server not subscribed».
  const why = whole.length > lines ? [] : whole;
  // Below its node, as far as the text then lies on the stage.
  const half = Math.max(4.1 * what.length, ...why.map((line) => 3.2 * line.length)) + 4;
  const x = anchor === "middle" ? Math.min(Math.max(wished, half), width - half) : wished;
  // Where only a number is written, its name says of what.
  const labelled = select(g).attr("aria-label", isNumber ? `${count(loss.n)} ${label}${rest}` : null);
  labelled.select("text.what").attr("x", x).attr("y", y).attr("text-anchor", anchor).text(what);
  labelled
    .select("text.why")
    .attr("text-anchor", anchor)
    .selectAll("tspan")
    .data(why)
    .join("tspan")
    .attr("x", x)
    .attr("y", (_line, i) => y + LINE * (i + 1))
    .text((line) => line);
}

/** From one line of a label to the next; from a pile to its first label. */
const LINE = 15;
const FIRST = 24;

/** Half of what a backplane takes on a phone, in width and in height, with some room around it. */
const BACKPLANE = { halfWidth: 58, halfHeight: 24 };

/** How many lines there is room for below a label: down to the backplane on a phone, else to the next node or the frame. */
function linesBelow(y: number, node: number, layout: StageLayout): number {
  const { tall, backplaneAt } = layout;
  return linesIn(y, tall ? backplaneAt.y - BACKPLANE.halfHeight : bottomBelow(node, layout));
}

/** The place of a label at a node. */
function placeOf({ mark, nth, of }: Label, servers: number, layout: StageLayout): Place {
  const node = mark.place;
  // On a phone, servers stand side by side: each has its share of the width for its text. What stands at the edge has servers beside it.
  const { tall, width } = layout;
  const share = tall ? width / Math.max(servers, 1) - 8 : Math.min(200, 2.4 * (width - layout.x[node]));
  const beside = placeBeside(node, { nth, of }, layout);
  if (beside !== null) return beside;
  // Where there is little room, labels stand closer, without their reasons.
  const first = pileY(layout, node) + FIRST;
  const pitch = Math.min(34, (bottomBelow(node, layout) - 4 - first) / Math.max(of - 1, 1));
  const y = first + nth * pitch;
  // A low stage has the backplane beside the text.
  const { x: middle, y: backplaneY } = layout.backplaneAt;
  const isLow = tall && y > backplaneY - BACKPLANE.halfHeight;
  const room = isLow ? Math.min(share, 2 * (Math.abs(layout.x[node] - middle) - BACKPLANE.halfWidth)) : share;
  const letters = Math.floor(room / 6.3);
  const untilNext = Math.max(0, Math.floor(pitch / LINE) - 1);
  const lines = nth + 1 < of ? untilNext : linesBelow(y, node, layout);
  return { x: layout.x[node], y, anchor: "middle", isNumber: false, letters, lines };
}

/** The place of a label at a node whose signs stand beside it; null: they stand below. */
function placeBeside(
  node: number,
  { nth, of }: Pick<Label, "nth" | "of">,
  layout: StageLayout,
): Place | null {
  const [pile, y] = [pileX(layout, node), pileY(layout, node)];
  if (pile === layout.x[node]) return null;
  const sign = layout.signs[node];
  if (sign !== Signs.right && sign !== Signs.left)
    return {
      x: pile + 9,
      y: y + 5 + nth * LINE,
      anchor: "start",
      isNumber: true,
      letters: 0,
      lines: 0,
    };
  const isLeft = sign === Signs.left;
  // The newest falls in large.
  const x = isLeft ? pile - 17 : pile + 17;
  const letters = Math.floor((isLeft ? x - 4 : layout.width - x - 4) / 6.3);
  // They begin above the pile if the stage ends below it; with many there is no room for reasons.
  const lines = Math.max(0, 3 - of);
  const pitch = LINE * (lines + 1) + 4;
  const first = Math.min(y - 2, layout.height - 4 - lines * LINE - (of - 1) * pitch);
  return {
    x,
    y: first + nth * pitch,
    anchor: isLeft ? "end" : "start",
    isNumber: false,
    letters: Math.min(letters, 24),
    lines,
  };
}

/** «✕ 2 copies for A and B», or as much of it as there is room for. */
function whatText({ mark, n }: Loss, nodes: readonly NodeInfo[], letters: number): string {
  const names = n > 40 ? [] : [...new Set(mark.whose.subarray(0, n))].map((node) => nodes[node]?.name ?? "?");
  const isCrowd = names.length === 0 || names.length > 4;
  const isCopy = mark.kind === "copy";
  const [one, many] = isCopy ? ["copy", "copies"] : ["request", "requests"];
  const whom = isCrowd ? "" : ` ${isCopy ? "for" : "of"} ${list(names, 4)}`;
  const what = n === 1 ? one : `${count(n)} ${many}`;
  const short = `✕ ${count(n)}`;
  const medium = `${short} ${n === 1 ? one : many}`;
  return [`✕ ${what}${whom}`, medium].find((text) => text.length * 1.3 <= letters) ?? short;
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
