/**
 * What shows that a link is slower than its like, or loses more: a band along it, whole or broken, and a mark with a
 * sign and figures.
 */
import { type Selection, select } from "d3";
import { describeLink, type KnownLink, type LinkState } from "../run/link-states.ts";
import { latencyMark, lossMark } from "../run/link-words.ts";
import { edgeDistance, type StageLayout } from "./stage-layout.ts";

/** A link that is slower than its like, or loses more. */
export interface MarkedLink {
  readonly link: KnownLink;
  readonly state: LinkState;
}

/** With more of them than this, links have bands without marks. */
const MAX_MARKS = 60;
/** How far along its free part a client's mark stands: the nearer to the client, the further apart they are. At most so far. */
const AT_CLIENT = 0.42;
const AT_CLIENT_MOST = 0.62;
/** Half the height of a mark. */
const HALF = 8;
/** A sign takes this much of a mark's width. */
const SIGN = 14;
/** The width of a letter, on average. */
const LETTER = 6.1;
/** A mark leaves this much of its link free; of a client's, this much at the client for its tally. */
const FREE = 8;
const TALLY = 30;

/** A clock; a packet that is crossed out. Both around (0, 0). */
export const SLOW_SIGN = "M4.5 0A4.5 4.5 0 1 1-4.5 0A4.5 4.5 0 1 1 4.5 0M0-2.5V0.5H2.5";
export const LOSSY_SIGN = "M3.5-3.5H-3.5V3.5H3.5ZM-5.5-5.5L5.5 5.5";

/** What may be written on a mark, the fuller first. */
function figuresOf({ state }: MarkedLink): string[] {
  const figures = [
    ...(state.isSlow ? [latencyMark(state.latency)] : []),
    ...(state.isLossy ? [lossMark(state.loss)] : []),
  ];
  return [figures.join(", "), figures[0]];
}

/** Those whose marks have figures: of neighbours with the same, the one in the middle. */
function withFigures(marked: readonly MarkedLink[]): ReadonlySet<MarkedLink> {
  const chosen = new Set<MarkedLink>();
  for (let first = 0, next = 1; first < marked.length; first = next++) {
    const continues = () =>
      next < marked.length &&
      marked[next].link.kind === marked[first].link.kind &&
      marked[next].link.number === marked[next - 1].link.number + 1 &&
      figuresOf(marked[next])[0] === figuresOf(marked[first])[0];
    while (continues()) next++;
    chosen.add(marked[(first + next - 1) >> 1]);
  }
  return chosen;
}

const keyOf = ({ link }: MarkedLink) => String(link.number);

export function drawLinkMarks(svg: SVGSVGElement, marked: readonly MarkedLink[], layout: StageLayout): void {
  select(svg)
    .select("g.bands")
    .selectAll<SVGLineElement, MarkedLink>("line")
    .data(marked, keyOf)
    .join("line")
    .attr("class", ({ state }) => `band${state.isSlow ? " slow" : ""}${state.isLossy ? " lossy" : ""}`)
    .attr("data-link", ({ link }) => `${link.from.name}/${link.to.name}`)
    .attr("x1", ({ link }) => layout.x[link.from.node])
    .attr("y1", ({ link }) => layout.y[link.from.node])
    .attr("x2", ({ link }) => layout.x[link.to.node])
    .attr("y2", ({ link }) => layout.y[link.to.node]);
  const speaking = withFigures(marked);
  select(svg)
    .select("g.link-marks")
    .selectAll<SVGGElement, MarkedLink>("g.link-mark")
    .data(marked.length > MAX_MARKS ? [] : marked, keyOf)
    .join((enter) => {
      const g = enter.append("g").attr("class", "link-mark");
      g.append("title");
      g.append("rect");
      g.append("path").attr("class", "slow");
      g.append("path").attr("class", "lossy");
      g.append("text");
      return g;
    })
    .each(function (one) {
      placeMark(select(this), one, layout, speaking.has(one) ? figuresOf(one) : []);
    });
}

/** The signs in a row, then the figures, if there is room for them. */
function placeMark(
  g: Selection<SVGGElement, unknown, null, undefined>,
  { link, state }: MarkedLink,
  layout: StageLayout,
  figures: readonly string[],
): void {
  const { from, to, kind } = link;
  const [x, y] = [layout.x[from.node], layout.y[from.node]];
  const [dx, dy] = [layout.x[to.node] - x, layout.y[to.node] - y];
  const length = Math.hypot(dx, dy) || 1;
  const leave = edgeDistance(layout, from.node, dx / length, dy / length);
  const free = length - leave - edgeDistance(layout, to.node, -dx / length, -dy / length);
  const signs = Number(state.isSlow) + Number(state.isLossy);
  const before = kind === "client" ? TALLY : FREE;
  const widthOf = (text: string) => signs * SIGN + (text === "" ? 4 : text.length * LETTER + 12);
  const isRoomy = !layout.tall && layout.clientLabels;
  const text = figures.find((text) => isRoomy && before + widthOf(text) + FREE < free) ?? "";
  const width = widthOf(text);
  const begin = -width / 2 + 2 + SIGN / 2;
  const share =
    kind === "client"
      ? Math.max(AT_CLIENT, Math.min(AT_CLIENT_MOST, (before + width / 2) / Math.max(free, 1)))
      : 0.5;
  const along = (leave + free * share) / length;
  g.attr("transform", `translate(${x + dx * along},${y + dy * along})`);
  g.select("title").text(describeLink(link, state));
  g.select("rect")
    .attr("x", -width / 2)
    .attr("y", -HALF)
    .attr("width", width)
    .attr("height", 2 * HALF)
    .attr("rx", HALF);
  g.select("path.slow")
    .attr("d", state.isSlow ? SLOW_SIGN : null)
    .attr("transform", `translate(${begin},0)`);
  g.select("path.lossy")
    .attr("d", state.isLossy ? LOSSY_SIGN : null)
    .attr("transform", `translate(${begin + (signs - 1) * SIGN},0)`);
  g.select("text")
    .attr("x", begin + (signs - 1) * SIGN + SIGN / 2 + 3)
    .attr("dy", "0.35em")
    .text(text);
}
