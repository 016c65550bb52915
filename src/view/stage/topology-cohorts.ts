/** A crowd on the stage: a box for each cohort, with how many they are, how many are connected, and what they got. */
import { type Selection, select } from "d3";
import { count, plural } from "../look/format.ts";
import type { Loaded } from "../player/loaded.ts";
import { type Cohort, presentAt } from "../run/crowd.ts";
import { upperBound } from "../run/frames.ts";
import type { StageLayout } from "./layout-draft.ts";

const LETTER = 7.2;
const LINE = 16;

/** A cohort with its number. */
export interface NumberedCohort {
  readonly cohort: Cohort;
  readonly number: number;
}

/** Draws the boxes, without what changes. */
export function drawCohorts(svg: SVGSVGElement, loaded: Loaded | null, layout: StageLayout): void {
  const cohorts = (loaded?.index.crowd?.cohorts ?? []).map((cohort, number) => ({ cohort, number }));
  select(svg)
    .select("g.cohorts")
    .selectAll<SVGGElement, NumberedCohort>("g.cohort")
    .data(cohorts)
    .join((enter) => {
      const g = enter.append("g");
      g.append("title");
      for (const name of ["back far", "back", "body"]) g.append("rect").attr("class", name);
      for (const name of ["name", "detail", "tally"])
        g.append("text").attr("class", name).attr("text-anchor", "middle").attr("dy", "0.35em");
      return g;
    })
    .attr("class", ({ cohort }) => `cohort stop ${cohort.kind}`)
    .attr("data-cohort", ({ cohort }) => cohort.name)
    .attr("role", "button")
    .attr("transform", ({ cohort: { members } }) => {
      const node = members[0]!;
      return `translate(${layout.x[node]},${layout.y[node]})`;
    })
    .each(function ({ cohort: { members } }) {
      const [w, h] = [layout.halfWidth[members[0]!]!, layout.halfHeight[members[0]!]!];
      const g = select(this);
      g.selectAll("rect")
        .attr("width", 2 * w)
        .attr("height", 2 * h)
        .attr("rx", 5);
      for (const [name, shift] of [
        ["far", 5],
        ["back:not(.far)", 2.5],
        ["body", 0],
      ] as const)
        g.select(`rect.${name}`)
          .attr("x", -w + shift)
          .attr("y", -h - shift);
    });
}

/** Shows what there is of each at an instant. */
export function showCohorts(svg: SVGSVGElement, layout: StageLayout, timeUs: number, selected: number): void {
  select(svg)
    .selectAll<SVGGElement, NumberedCohort>("g.cohort")
    .classed("selected", ({ number }) => number === selected)
    .attr("aria-pressed", ({ number }) => number === selected)
    .each(function ({ cohort }) {
      const node = cohort.members[0]!;
      const letters = Math.floor((2 * layout.halfWidth[node]! - 8) / LETTER);
      const lines = Math.max(1, Math.min(3, Math.floor((2 * layout.halfHeight[node]! - 4) / LINE)));
      const texts = [
        nameOf(cohort, letters),
        detailOf(cohort, timeUs, letters),
        tallyOf(cohort, timeUs, letters),
      ];
      const shown = texts.slice(0, lines).filter((text) => text !== "");
      const g = select(this);
      ["name", "detail", "tally"].forEach((name, i) => {
        const text = g.select(`text.${name}`);
        write(text, shown[i] ?? "");
        text.attr("y", (i - (shown.length - 1) / 2) * LINE);
      });
      const said = [
        nameOf(cohort, Number.POSITIVE_INFINITY),
        detailOf(cohort, timeUs, 40),
        tallyOf(cohort, timeUs, 40),
      ];
      write(g.select("title"), said.filter((text) => text !== "").join(", "));
      g.attr("aria-label", [...shown, ...said].filter((text) => text !== "").join(", "));
    });
}

/** A text that is there already is left alone: whatever is written has the browser paint. */
function write(
  element:
    | Selection<Element, unknown, null, undefined>
    | Selection<SVGTextElement, unknown, null, undefined>
    | ReturnType<typeof select>,
  text: string,
): void {
  const node = element.node() as Element | null;
  if (node !== null && node.textContent !== text) node.textContent = text;
}

/** «phones, 120 clients»; of those by server «500 of server-1». */
function nameOf({ name, kind, members }: Cohort, letters: number): string {
  if (kind === "person") return clip(name, letters);
  const many = plural(members.length, "client");
  const fuller = kind === "server" ? `${many}, ${name}` : `${name}, ${many}`;
  const shorter =
    kind === "server" ? `${name}: ${count(members.length)}` : `${name} ×${count(members.length)}`;
  const shortest = shorter.replace("server-", "s").replace(" to ", "–").replace(": ", " ×");
  const bare = shortest.slice(0, shortest.indexOf(" ×"));
  return [fuller, shorter, shortest, bare].find((text) => text.length <= letters) ?? clip(bare, letters);
}

function detailOf(cohort: Cohort, timeUs: number, letters: number): string {
  const present = presentAt(cohort, timeUs);
  const many = count(cohort.members.length);
  // A name that had no room for how many they are leaves it to this line.
  if (cohort.kind !== "person" && !nameOf(cohort, letters).includes(many)) return `×${many}`;
  const all = cohort.members.length;
  const state = all === 1 ? (present === 1 ? "" : "not ") : present === all ? "all " : `${count(present)} `;
  const text = `${state}connected`;
  return text.length <= letters ? text : present === all ? "" : `${count(present)} on`.slice(0, letters);
}

/** «✓ 1,203 ✕ 4»: copies for its members that arrived, and that were lost. */
function tallyOf({ receivedUs, lostUs }: Cohort, timeUs: number, letters: number): string {
  const [received, lost] = [upperBound(receivedUs, timeUs), upperBound(lostUs, timeUs)];
  const parts = [lost > 0 ? `✕ ${count(lost)}` : "", received > 0 ? `✓ ${count(received)}` : ""];
  const both = parts.toReversed().join(" ").trim();
  // If there is room for one only, then for what was lost.
  return [both, ...parts].find((text) => text !== "" && text.length <= letters) ?? "";
}

function clip(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
}
