/** What scouts saw, on its way from thread to thread: in a few long arrays, which are copied much faster than thousands of small objects. */
import type { Draw, Pause } from "../../check/branch.ts";
import type { Sighting } from "../../check/scout.ts";

export interface PackedSightings {
  /** For each branch: how it ended, how many words and points it has, and which of the scopes. */
  readonly heads: Int32Array;
  readonly words: Int32Array;
  /** Four numbers each: of a draw its number, purpose, bound and event; of a pause −1, its time, draws and events. */
  readonly points: Float64Array;
  /** Many branches have the same as the one before. */
  readonly scopes: readonly Sighting["scopes"][];
  /** What few branches have, by their place. */
  readonly rare: ReadonlyMap<number, Pick<Sighting, "broke" | "coverage">>;
}

const ENDS: readonly Sighting["end"][] = ["met", "whole", "cut"];

export function packed(sightings: readonly Sighting[]): PackedSightings {
  const heads: number[] = [];
  const words: number[] = [];
  const points: number[] = [];
  const scopes: Sighting["scopes"][] = [];
  const rare = new Map<number, Pick<Sighting, "broke" | "coverage">>();
  for (const [place, one] of sightings.entries()) {
    const { broke, coverage } = one;
    if (place === 0 || !areSame(one.scopes, scopes.at(-1)!)) scopes.push(one.scopes);
    heads.push(ENDS.indexOf(one.end), one.states.length, one.points.length, scopes.length - 1);
    for (let i = 0; i < one.states.length; i++) words.push(one.states[i]!);
    for (const point of one.points) addPoint(points, point);
    if (broke.length > 0 || coverage !== null) rare.set(place, { broke, coverage });
  }
  return {
    heads: Int32Array.from(heads),
    words: Int32Array.from(words),
    points: Float64Array.from(points),
    scopes,
    rare,
  };
}

/** A rule that broke in a branch says nothing of it, so that one may have more rules than the other. */
function areSame(one: Sighting["scopes"], other: Sighting["scopes"]): boolean {
  for (const rule in other) if (!(rule in one)) return false;
  for (const rule in one) {
    const [a, b] = [one[rule]!, other[rule]];
    if (b === undefined || a.spoke !== b.spoke || a.open !== b.open) return false;
    for (const why in a.exempt) if (a.exempt[why] !== b.exempt[why]) return false;
    for (const why in b.exempt) if (!(why in a.exempt)) return false;
  }
  return true;
}

function addPoint(points: number[], point: Draw | Pause): void {
  if ("draw" in point) points.push(point.draw, point.purpose, point.bound, point.event);
  else points.push(-1, point.atUs, point.drawn, point.events);
}

export function unpacked({ heads, words, points, scopes, rare }: PackedSightings): Sighting[] {
  const sightings: Sighting[] = [];
  let word = 0;
  let point = 0;
  for (let i = 0; i < heads.length; i += 4) {
    const [end, wordCount, pointCount, scope] = heads.subarray(i, i + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const own: (Draw | Pause)[] = [];
    for (const last = point + 4 * pointCount; point < last; point += 4) own.push(pointAt(points, point));
    const states = words.subarray(word, word + wordCount);
    word += wordCount;
    const { broke = [], coverage = null } = rare.get(i / 4) ?? {};
    sightings.push({ end: ENDS[end]!, states, points: own, broke, scopes: scopes[scope]!, coverage });
  }
  return sightings;
}

function pointAt(points: Float64Array, at: number): Draw | Pause {
  const [first, second, third, fourth] = [points[at]!, points[at + 1]!, points[at + 2]!, points[at + 3]!];
  if (first < 0) return { atUs: second, drawn: third, events: fourth };
  return { draw: first, purpose: second, bound: third, event: fourth };
}
