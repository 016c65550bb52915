/** What each option costs over the load, on two scales of logarithms: which line is lowest where, and where they cross. */
import { nothing, type SVGTemplateResult, svg } from "lit";
import type { Bill, OptionName } from "../../cost/bill.ts";
import { curvesOf, type Estimate } from "../../cost/estimate.ts";
import { amount, money, short } from "../../cost/words.ts";

const WIDTH = 370;
const HEIGHT = 300;
const LEFT = 46;
const RIGHT = 280;
const TOP = 28;
const BOTTOM = 258;
/** Names at the ends of lines are so far apart at least. */
const LINE_HEIGHT = 15;
/** Places on which a line's sign stands. */
const SIGN_EVERY = 12;

/** Told apart by sign and colour. */
export const LOOKS: Readonly<Record<OptionName, { readonly colour: number; readonly sign: string }>> = {
  build: { colour: 2, sign: "■" },
  ably: { colour: 1, sign: "●" },
  "ably-users": { colour: 4, sign: "○" },
  pusher: { colour: 3, sign: "▲" },
  vonage: { colour: 6, sign: "◆" },
};

interface Place {
  readonly x: number;
  readonly y: number;
  readonly isOffered: boolean;
}

interface Curve {
  readonly name: OptionName;
  readonly title: string;
  readonly places: readonly Place[];
}

export function chartView({ values, bills, crossings }: Estimate): SVGTemplateResult {
  const points = curvesOf(values);
  const totals = points.flatMap((point) =>
    point.bills.flatMap(({ total }) => (total === null || total <= 0 ? [] : [total])),
  );
  const [low, high] = decades(totals);
  const loads = [points[0]!.connections, points[points.length - 1]!.connections] as const;
  const x = (load: number) =>
    LEFT + ((RIGHT - LEFT) * Math.log(load / loads[0])) / Math.log(loads[1] / loads[0]);
  const y = (total: number) => BOTTOM - ((BOTTOM - TOP) * Math.log(total / low)) / Math.log(high / low);
  const curves = bills.map(({ name, title }, i): Curve => {
    const places = points.flatMap(({ connections, bills: there }) => placeOf(there[i]!, x(connections), y));
    return { name, title, places };
  });
  const here = Math.min(RIGHT, Math.max(LEFT, x(values.connections ?? loads[0])));
  return svg`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Dollars over connections, a line for each option">
    ${tens(low, high).map(
      (total) => svg`<line class="grid" x1=${LEFT} x2=${RIGHT} y1=${y(total)} y2=${y(total)}></line>
      <text class="axis" x=${LEFT - 6} y=${y(total) + 4} text-anchor="end">$${short(total)}</text>`,
    )}
    ${tens(loads[0], loads[1]).map(
      (load) => svg`<line class="grid" x1=${x(load)} x2=${x(load)} y1=${TOP} y2=${BOTTOM}></line>
      <text class="axis" x=${x(load)} y=${BOTTOM + 17} text-anchor="middle">${short(load)}</text>`,
    )}
    <text class="axis" x=${LEFT - 40} y=${TOP - 12}>$ for ${values.days} days</text>
    <text class="axis" x=${RIGHT} y=${BOTTOM + 36} text-anchor="end">connections</text>
    <line class="here" x1=${here} x2=${here} y1=${TOP} y2=${BOTTOM}></line>
    <text class="axis strong" x=${here} y=${TOP - 6} text-anchor="middle">${amount(values.connections ?? 0)}</text>
    ${curves.map(curveView)}
    ${endsOf(curves).map(endView)}
    ${crossings.map(
      ({
        connections,
        total,
      }) => svg`<circle class="crossing" cx=${x(connections)} cy=${y(total)} r="6"></circle>
      <text class="crossed" x=${x(connections)} y=${y(total) + 22} text-anchor="middle">${amount(connections)}</text>`,
    )}
  </svg>`;
}

function placeOf({ total, beyond }: Bill, x: number, y: (total: number) => number): Place[] {
  return total === null || total <= 0 ? [] : [{ x, y: y(total), isOffered: beyond === null }];
}

/** Whole powers of ten around some numbers. */
function decades(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return [1, 10];
  return [
    10 ** Math.floor(Math.log10(least)),
    10 ** Math.max(Math.floor(Math.log10(least)) + 1, Math.ceil(Math.log10(most))),
  ];
}

function tens(low: number, high: number): number[] {
  const found: number[] = [];
  for (let value = low; value <= high * 1.01; value *= 10) found.push(value);
  return found;
}

/** What is on offer is a full line, what would be so by list a broken one. */
function curveView({ name, places }: Curve): SVGTemplateResult {
  const { colour, sign } = LOOKS[name];
  const path = (some: readonly Place[]) =>
    some.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const offered = places.filter(({ isOffered }) => isOffered);
  // Begins where the full line ends.
  const listed = places.filter(({ isOffered }, i) => !isOffered || places[i + 1]?.isOffered === false);
  return svg`<g class="of-${colour}">
    <path class="curve" d=${path(offered)}></path>
    <path class="curve listed" d=${path(listed)}></path>
    ${places.filter((_, i) => i % SIGN_EVERY === SIGN_EVERY / 2).map(({ x, y }) => svg`<text class="sign" x=${x} y=${y + 4} text-anchor="middle" aria-hidden="true">${sign}</text>`)}
    ${endMark(offered, listed)}
  </g>`;
}

/** Where nothing is on offer any more, and no price is known. */
function endMark(offered: readonly Place[], listed: readonly Place[]): SVGTemplateResult | typeof nothing {
  const last = offered[offered.length - 1];
  if (last === undefined || listed.length > 0 || last.x > RIGHT - 1) return nothing;
  return svg`<text class="sign" x=${last.x} y=${last.y + 5} text-anchor="middle">✕</text>`;
}

interface End {
  readonly name: OptionName;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Names stand at the ends of their lines, not on each other. */
function endsOf(curves: readonly Curve[]): End[] {
  const ends = curves
    .flatMap(({ name, title, places }) => {
      const last = places[places.length - 1];
      return last === undefined
        ? []
        : [{ name, text: `${LOOKS[name].sign} ${title}`, x: last.x, y: last.y + 4 }];
    })
    .sort((a, b) => a.y - b.y);
  let free = TOP;
  return ends.map((end) => {
    // Only those at the right edge stand in one column.
    if (end.x < RIGHT - 60) return { ...end, y: end.y - 8, x: Math.min(end.x, RIGHT - 50) };
    const y = Math.max(end.y, free);
    free = y + LINE_HEIGHT;
    return { ...end, x: RIGHT, y };
  });
}

function endView({ name, text, x, y }: End): SVGTemplateResult {
  return svg`<text class="end of-${LOOKS[name].colour}" x=${x + 8} y=${y}>${text}</text>`;
}

/** What can't be drawn, in words. */
export function undrawn({ bills }: Estimate): string[] {
  return bills
    .filter(({ total }) => total === null)
    .map(({ title, missing }) => `${title}: ${money(null)} (${missing.join(", ")})`);
}
