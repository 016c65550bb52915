/** What the player follows: it is made where somebody asks for it (run/trail.ts), so that opening need not wait for that. */
import type { Selection } from "../../run/address.ts";
import type { Narration } from "../run/narration.ts";
import type { Loaded } from "./loaded.ts";

/** Where it is: in a packet under way (its place in the index of frames), or at a node; the other is −1. */
export interface Whereabouts {
  readonly frame: number;
  readonly node: number;
}

export interface Followed {
  /** What is chosen while it is followed. */
  readonly selection: Selection;
  /** When it begins, and when it has arrived or died; Infinity if this run does not show its end. µs. */
  readonly startUs: number;
  readonly endUs: number;
  /** The same in another run; null if there is nothing like it. */
  again(loaded: Loaded): Followed | null;
  /** Its packets that have arrived or are under way at an instant, in order. */
  framesBy(timeUs: number): readonly number[];
  /** null: it is not on its way yet. */
  placeAt(timeUs: number): Whereabouts | null;
  /** Where it is, in words, and how it ended once it has. */
  wordsAt(timeUs: number): Narration;
}
