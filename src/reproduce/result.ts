/** Results that others have published, and what comes out here: numbers that we did not choose. */

/** A number that was published, and ours beside it. */
export interface Figure {
  /** Of what it is a number, with its unit. */
  readonly what: string;
  readonly published: number;
  readonly ours: number;
  /** How far ours may be off, as a share of what was published; 0: not at all. */
  readonly tolerance: number;
}

export interface PublishedResult {
  /** What it is asked for by. */
  readonly name: string;
  /** What was published, in a sentence. */
  readonly says: string;
  /** Where: the section of the facts, with its primary source. */
  readonly source: string;
  /** How it is come to here. */
  readonly how: string;
  readonly figures: () => readonly Figure[];
}

export function isWithin({ published, ours, tolerance }: Figure): boolean {
  return Math.abs(ours - published) <= tolerance * Math.abs(published);
}

/** Figures that may all be off as far. */
export function figures(
  tolerance: number,
  rows: readonly (readonly [what: string, published: number, ours: number])[],
): Figure[] {
  return rows.map(([what, published, ours]) => ({ what, published, ours, tolerance }));
}
