/** A statechart as a picture: its states in a column, its transitions as arcs beside them. */
import { html, nothing, svg, type TemplateResult } from "lit";
import type { Arrow, ChartPicture } from "./charts.ts";

const ROW = 26;
const WIDE = 132;
const ARC = 84;

/** Draws a chart in a state; the arc of its last change is marked, as are those that can be next. */
export function chartView(
  { name, states, arrows }: ChartPicture,
  state: number,
  before: number,
): TemplateResult {
  const height = states.length * ROW;
  return html`<svg
    class="chart"
    viewBox="0 0 ${WIDE + ARC} ${height}"
    width=${WIDE + ARC}
    height=${height}
    role="img"
    aria-label="Statechart of ${name}: ${states[state]}"
  >
    ${arrows.map((arrow) => arcView(arrow, arrow.from === state, arrow.from === before && arrow.to === state))}
    ${states.map(
      (label, i) => svg`<g class=${i === state ? "state on" : "state"} transform="translate(0 ${i * ROW})">
        <rect x="1" y="3" width=${WIDE - 2} height=${ROW - 6} rx="6" />
        <text x="8" y=${ROW / 2} dy="0.35em">${label.length > 18 ? `${label.slice(0, 17)}…` : label}</text>
        ${label.length > 18 ? svg`<title>${label}</title>` : nothing}
      </g>`,
    )}
  </svg>`;
}

function arcView({ from, to, label }: Arrow, isNext: boolean, isLast: boolean): TemplateResult {
  const [y1, y2] = [(from + 0.42) * ROW, (to + 0.58) * ROW];
  const bulge = Math.min(ARC - 8, 14 + Math.abs(from - to) * 11);
  const path = `M${WIDE} ${y1} C${WIDE + bulge} ${y1} ${WIDE + bulge} ${y2} ${WIDE + 5} ${y2}`;
  return svg`<g class="arc ${isNext ? "next" : ""} ${isLast ? "last" : ""}">
    <path d=${path} />
    <path class="tip" d="M${WIDE + 1} ${y2}l7 -4v8z" />
    <title>${label}</title>
  </g>` as unknown as TemplateResult;
}
